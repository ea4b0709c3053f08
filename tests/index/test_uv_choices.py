"""Which files uv takes, as its configuration says, with uv itself as the judge."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.utils import canonicalize_name

from pinwise.advice.installable import ANYTHING
from pinwise.advice.policy import policy_of
from pinwise.advice.updates import newest_installable
from pinwise.base.facts import Known
from pinwise.base.toml import parse_toml
from pinwise.index.client import IndexClient
from pinwise.index.types import IndexOptions
from pinwise.index.uv import with_uv
from pinwise.index.uv_files import UvTable
from tests.fake_index import FakeIndex, Release
from tests.index.support import fetch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

UV = shutil.which("uv", path=Path(sys.executable).parent)
NOW = datetime.now(timezone.utc)


def _ago(days: int) -> str:
    return (NOW - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


PROJECTS = {
    "flask": {
        "1.0": Release(uploaded="2020-01-01T00:00:00Z"),
        "1.1": Release(sdist=True, wheel=False, uploaded="2021-01-01T00:00:00Z"),
        "2.0": Release(uploaded=_ago(20)),
        "3.0": Release(uploaded=_ago(2)),
        "3.1a1": Release(uploaded=_ago(1)),
    }
}


@pytest.fixture(scope="module")
def index() -> Iterator[FakeIndex]:
    with FakeIndex(PROJECTS) as opened:
        yield opened


def ours(index: FakeIndex, text: str, environ: Mapping[str, str]) -> str:
    """Return the version that Pinwise would suggest."""
    variables = {"XDG_CONFIG_HOME": "/missing", "XDG_CONFIG_DIRS": "/missing", **environ}
    variables["APPDATA"] = variables["XDG_CONFIG_HOME"]
    tables = [UvTable(parse_toml(text), Path("/project/uv.toml"), workspace=True)]
    # What pip is told does not count where uv is told anything.
    options = with_uv(IndexOptions(index_url=index.url), tables, variables)
    project = canonicalize_name("flask")
    client = IndexClient(options, window=0.0)
    try:
        fetch(client, "flask")
        fact = client.listing(project)
    finally:
        client.close()
    assert isinstance(fact, Known)
    admission = policy_of(options, (), NOW).admission(project)
    release = newest_installable(fact.value, admission)
    return str(release.version) if release is not None else ""


def uvs(index: FakeIndex, folder: Path, text: str, environ: Mapping[str, str]) -> str:
    """Return the version that uv takes."""
    (folder / "uv.toml").write_text(text, encoding="utf-8")
    (folder / "in.txt").write_text("flask\n", encoding="utf-8")
    assert UV is not None
    run = subprocess.run(
        [UV, "pip", "compile", "--no-cache", "-q", "--python", sys.executable, "in.txt"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "UV_DEFAULT_INDEX": index.url,
            **environ,
        },
    )
    found = [line for line in run.stdout.splitlines() if line.startswith("flask==")]
    assert found, run.stderr
    return found[0].removeprefix("flask==")


@pytest.mark.parametrize(
    ("text", "environ"),
    [
        ("", {}),
        ('prerelease = "allow"', {}),
        ('[pip]\nprerelease = "allow"', {}),
        ('prerelease = "allow"\n[pip]\nprerelease = "disallow"', {}),
        ('[pip]\nprerelease = "allow"', {"UV_PRERELEASE": "disallow"}),
        ('exclude-newer = "2021-01-01"', {}),
        ('exclude-newer = "2020-12-31"', {}),
        ('exclude-newer = "2020-12-31T23:59:59Z"', {}),
        ('exclude-newer = "2020-12-31T23:59:59+05:00"', {}),
        ('exclude-newer = "7 days"', {}),
        ('exclude-newer = "1 week"', {}),
        ('exclude-newer = "1 week ago"', {}),
        ('exclude-newer = "P7D"', {}),
        ('exclude-newer = "P3W"', {}),
        ('exclude-newer = "1w 3d"', {}),
        ('exclude-newer = "72 hours"', {}),
        ('exclude-newer = "PT72H"', {}),
        ('[pip]\nexclude-newer = "2022-01-01"', {}),
        ('exclude-newer = "2020-06-01"\n[pip]\nexclude-newer = "2022-01-01"', {}),
        ('exclude-newer = "2020-06-01"', {"UV_EXCLUDE_NEWER": "2022-01-01"}),
        # Without an offset, the time of a day says nothing.
        ('exclude-newer = "2021-01-01T00:00:00"', {}),
        ('exclude-newer = "20210101"', {}),
        ('exclude-newer-package = {flask = "2021-01-01 00:00"}', {}),
        ('exclude-newer = "-3 days"', {}),
        ('exclude-newer = "+P3D"', {}),
        ('exclude-newer = "2020-06-01"\n[pip]\nexclude-newer = false', {}),
        ('exclude-newer = "2020-06-01"', {"UV_EXCLUDE_NEWER": "false"}),
        ('exclude-newer-package = {flask = "2022-01-01"}', {}),
        ('exclude-newer = "2020-06-01"\nexclude-newer-package = {Flask = false}', {}),
        ('exclude-newer = "2020-06-01"\nexclude-newer-package = {flask = "5 days"}', {}),
        (
            (
                'exclude-newer-package = {flask = "2020-06-01"}\n'
                '[pip]\nexclude-newer-package = {flask = "5 days"}'
            ),
            {},
        ),
        ("no-binary = true", {}),
        ('no-binary-package = ["Flask"]', {}),
        ('[pip]\nno-binary = ["flask"]', {}),
        ('[pip]\nno-binary = [":all:"]', {}),
        ('exclude-newer = "2022-01-01"\nno-build = true', {}),
        ('exclude-newer = "2022-01-01"\nno-build-package = ["flask"]', {}),
        ('exclude-newer = "2022-01-01"\n[pip]\nno-build = true', {}),
        ('exclude-newer = "2022-01-01"\n[pip]\nonly-binary = [":all:"]', {}),
        ('exclude-newer = "2022-01-01"\n[pip]\nonly-binary = ["flask"]', {}),
        ('exclude-newer = "2022-01-01"\n[pip]\nonly-binary = ["flask", ":none:"]', {}),
        ('exclude-newer = "2022-01-01"\n[pip]\nonly-binary = [":none:", "flask"]', {}),
        ('[pip]\nno-binary = [":all:", ":none:"]', {}),
        ('exclude-newer = "2022-01-01"\nno-build-package = ["other"]', {}),
        ('exclude-newer = "2022-01-01"\nno-build = true\n[pip]\nno-build = false', {}),
        # Variables about formats are read by no command for requirements files.
        ("", {"UV_NO_BINARY": "1"}),
        ('exclude-newer = "2022-01-01"', {"UV_NO_BUILD": "1"}),
        ('exclude-newer = "2022-01-01"', {"UV_NO_BUILD_PACKAGE": "flask"}),
    ],
)
def test_takes_what_uv_takes(
    text: str, environ: dict[str, str], index: FakeIndex, tmp_path: Path
) -> None:
    assert ours(index, text, environ) == uvs(index, tmp_path, text, environ)


@pytest.mark.parametrize(
    ("project", "user"),
    [
        ('exclude-newer = "2020-06-01"', 'exclude-newer = "2022-01-01"'),
        ('exclude-newer = "2020-06-01"', '[pip]\nexclude-newer = "2022-01-01"'),
        ('exclude-newer = "2022-01-01"\nno-build = false', "no-build = true"),
        ('exclude-newer = "2022-01-01"\nno-build-package = ["other"]', "no-build = true"),
        (
            'exclude-newer = "2022-01-01"\nno-build-package = ["other"]',
            'no-build-package = ["flask"]',
        ),
        (
            'exclude-newer-package = {other = "2022-01-01"}',
            'exclude-newer-package = {flask = "2022-01-01"}',
        ),
        (
            'exclude-newer-package = {flask = "2020-06-01"}',
            'exclude-newer-package = {flask = "2022-01-01"}',
        ),
    ],
)
def test_the_projects_word_beside_the_users(
    project: str, user: str, index: FakeIndex, tmp_path: Path
) -> None:
    (tmp_path / "user" / "uv").mkdir(parents=True)
    (tmp_path / "user" / "uv" / "uv.toml").write_text(user, encoding="utf-8")
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "user")}
    assert ours(index, project, environ) == uvs(index, tmp_path, project, environ)


@pytest.mark.parametrize(
    "text",
    [
        'exclude-newer="2020-06-01"\n[[index]]\nurl = "{url}"\ndefault = true\nexclude-newer=false',
        '[[index]]\nurl = "{url}"\ndefault = true\nexclude-newer = false',
        (
            'exclude-newer-package = {flask = "2020-06-01"}\n'
            '[[index]]\nurl = "{url}"\ndefault = true\nexclude-newer = false'
        ),
        (
            'exclude-newer-package = {flask = "2022-01-01"}\n'
            '[[index]]\nurl = "{url}"\ndefault = true\nexclude-newer = "2020-06-01"'
        ),
    ],
)
def test_an_index_with_a_moment_of_its_own(text: str, index: FakeIndex, tmp_path: Path) -> None:
    text = text.replace("{url}", index.url)
    environ = {"UV_DEFAULT_INDEX": ""}
    assert ours(index, text, environ) == uvs(index, tmp_path, text, environ)


@pytest.mark.parametrize(
    "text",
    ['exclude-newer = "1 month"', 'exclude-newer = "soon"', "exclude-newer = 7", "pip = 6"],
)
def test_what_uv_refuses_means_nothing(text: str, index: FakeIndex) -> None:
    assert ours(index, text, {}) == "3.0"


def test_uvs_word_replaces_pips() -> None:
    pips = IndexOptions(pre=True, prefer_binary=True, no_binary=frozenset({"flask"}))
    variables = {"XDG_CONFIG_HOME": "/missing", "XDG_CONFIG_DIRS": "/missing"}
    assert with_uv(pips, [], variables) == pips
    tables = [UvTable({"exclude-newer": "2022-01-01"}, Path("/uv.toml"), workspace=True)]
    made = with_uv(pips, tables, variables)
    expected = replace(IndexOptions(), uploaded_prior_to="2022-01-02", chosen_by="uv")
    assert made == expected
    assert policy_of(made, (), NOW).admission(canonicalize_name("flask")) != ANYTHING
