"""The fake index is relied on by many tests: pip itself says whether it is right."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.fake_index import FakeIndex, Release
from tests.index.support import PATIENCE

ROOT = Path(__file__).parents[2]
DATA = {
    "projects": {
        "Flask-Thing": {
            "1.0": {"requires_dist": ["werk.zeug[fast]>=2"], "sdist": True},
            "2.0": {"yanked": "broken"},
            "3.0": {"requires_python": ">=99"},
            "4.0": {"tags": "cp27-cp27m-win32"},
        },
        "werk.zeug": {"2.1": {"provides_extra": ["fast"], "summary": "Tools"}},
    },
    "behaviours": {"teapot": "418"},
}


def pip(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environ = {key: value for key, value in os.environ.items() if not key.startswith("PIP_")}
    return subprocess.run(
        [sys.executable, "-m", "pip", "--no-cache-dir", *arguments],
        env={**environ, "PIP_CONFIG_FILE": os.devnull},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("formats", [("json", "html"), ("html",)])
def test_pip_installs_from_it(formats: tuple[str, ...], tmp_path: Path) -> None:
    with FakeIndex.from_json(DATA) as index:
        index.formats = formats
        done = pip(
            "install", "--no-compile", "--index-url", index.url, "--target", "site", "flask-thing",
            folder=tmp_path,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert any(seen.path.endswith(".metadata") for seen in index.requests)
    installed = {path.name for path in (tmp_path / "site").iterdir()}
    assert {"flask_thing-1.0.dist-info", "werk_zeug-2.1.dist-info", "flask_thing.py"} <= installed


def get(url: str, **headers: str) -> tuple[bytes, Any]:
    request = urllib.request.Request(  # noqa: S310 - the address is the fake index's
        url, headers={key.replace("_", "-"): value for key, value in headers.items()}
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - likewise
        return answer.read(), answer


def test_ranges() -> None:
    with FakeIndex({"a": {"1.0": Release()}}) as index:
        url = f"{index.url[:-8]}/files/a/a-1.0-py3-none-any.whl"
        whole, _ = get(url)
        part, answer = get(url, Range="bytes=-10")
        assert (part, answer.status) == (whole[-10:], 206)
        assert (
            answer.headers["Content-Range"]
            == f"bytes {len(whole) - 10}-{len(whole) - 1}/{len(whole)}"
        )
        part, _ = get(url, Range="bytes=5-9")
        assert part == whole[5:10]


def test_the_list_of_projects() -> None:
    with FakeIndex.from_json(DATA) as index:
        body, _ = get(index.url)
        assert b'href="Flask-Thing/"' in body


@pytest.mark.parametrize("end", ["input closed", "SIGTERM"])
def test_serves_beside_other_programs(end: str, tmp_path: Path) -> None:
    if end == "SIGTERM" and os.name == "nt":
        pytest.skip("Windows has no SIGTERM that a program could answer")
    file = tmp_path / "data.json"
    file.write_text(json.dumps(DATA), encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-m", "tests.fake_index", "--port", "0", str(file)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        ready, url = process.stdout.readline().split()
        assert ready == "READY"
        body, answer = get(f"{url}werk-zeug/", Accept="application/vnd.pypi.simple.v1+json")
        assert answer.headers["Content-Type"] == "application/vnd.pypi.simple.v1+json"
        assert json.loads(body)["versions"] == ["2.1"]
        if end == "SIGTERM":
            process.send_signal(signal.SIGTERM)
        else:
            process.stdin.close()
        assert process.wait(PATIENCE) == 0
