from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from pinwise.cli.main import main
from tests.fake_index import FakeIndex, Release
from tests.lsp.test_dependency_conflicts import PROJECTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def index(
    project: Path,  # noqa: ARG001 - its variables are to be changed
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[FakeIndex]:
    broken = {"1.0": Release(requires_dist=("urllib3<2.1",))}
    with FakeIndex({**PROJECTS, "broken": broken}, {"unseen": "500"}) as found:
        monkeypatch.delenv("PIP_NO_INDEX")
        monkeypatch.setenv("PIP_INDEX_URL", found.url)
        yield found


@pytest.mark.usefixtures("index")
def test_check_waits_until_nothing_is_missing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.txt").write_text("boto3==1.33.0\n-r more.txt\n", "utf-8")
    (project / "more.txt").write_text("urllib3==2.2.1\n", "utf-8")
    assert main(["check", "--select", "PW304", "--format", "json"]) == 1
    printed = json.loads(capsys.readouterr().out)
    assert printed["not_checked"] == []
    (found,) = printed["diagnostics"]
    assert (found["file"], found["line"], found["code"]) == ("more.txt", 1, "PW304")
    assert "(line 1 of requirements.txt)" in found["message"]
    related = [(place["file"], place["line"]) for place in found["related"]]
    assert related == [("requirements.txt", 1), ("requirements.txt", 2)]
    assert [fix["title"] for fix in found["fixes"]][:2] == [
        "Change to `==2.0.7`",
        "Change `boto3` to `==1.34.0` in line 1 of requirements.txt",
    ]


@pytest.mark.usefixtures("index")
def test_every_step_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "requirements.txt").write_text("# aws\nboto3==1.33.0\nurllib3==2.2.1\n", "utf-8")
    assert main(["explain", "requirements.txt", "3"]) == 1
    facts, _, conflict = capsys.readouterr().out.partition("\n\n")
    assert facts.startswith("requirements.txt:3: urllib3==2.2.1\n  urllib3\n  Newest: ")
    lines = conflict.splitlines()[-6:]
    assert lines[0].startswith("requirements.txt:3: `boto3==1.33.0` (line 2) needs `botocore")
    assert lines[1:] == [
        "  Line 3 pins `urllib3==2.2.1`",
        "  Line 2 pins `boto3==1.33.0`",
        "  `boto3==1.33.0` needs `botocore>=1.33.0,<1.34.0`",
        "  Every `botocore<=1.33.1` needs `urllib3>=1.25.4,<2.1`",
        "  So no version of `urllib3` is left",
    ]
    assert main(["explain", "requirements.txt", "2", "--offline"]) == 1
    conflict = capsys.readouterr().out.split("\n\n")[-1]
    assert "this line" not in conflict.splitlines()[1]


@pytest.mark.usefixtures("index")
def test_what_conflicts_on_another_python_alone(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "pinwise.toml").write_text('python-versions = ["3.99"]\n', "utf-8")
    (project / "requirements.txt").write_text(
        "boto3==1.33.0 ; python_version >= '3.99'\nurllib3==2.2.1\n", "utf-8"
    )
    for number in ("1", "2"):
        assert main(["explain", "requirements.txt", number]) == 1
        *_, conflict = capsys.readouterr().out.split("\n\n")
        assert f"requirements.txt:{number}: On Python 3.99: `boto3==1.33.0`" in conflict
        assert "  So no version of `urllib3` is left" in conflict.splitlines()
        assert "No conflict" not in conflict


def test_what_is_known_of_a_line(
    project: Path, index: FakeIndex, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.txt").write_text("-r more.txt\n", "utf-8")
    (project / "more.txt").write_text(
        "boto3==1.33.0; python_version < '3'\ndirect @ https://files.example/direct.whl\nboto=3\n",
        "utf-8",
    )
    assert main(["explain", "more.txt", "1"]) == 0
    heading, include, skipped, name, *facts = capsys.readouterr().out.splitlines()
    assert heading == "more.txt:1: boto3==1.33.0; python_version < '3'"
    assert include == "  Included by requirements.txt, line 1."
    assert skipped.startswith("  pip skips it for Python 3.")
    assert name == "  boto3"
    place = index.url.removeprefix("http://").split("/")[0]
    assert any(fact.startswith(f"  Known from {place}") for fact in facts)
    # The metadata of the pinned version were not needed for the findings, but tell its size.
    assert any(fact.startswith("  Version 1.33.0: ") for fact in facts)
    assert main(["explain", "more.txt", "2"]) == 0
    assert "It does not come from an index, so none was asked." in capsys.readouterr().out
    assert main(["explain", "more.txt", "3"]) == 0
    assert "error[invalid-requirement]" in capsys.readouterr().out


@pytest.mark.usefixtures("index")
def test_what_is_certain_and_what_is_not(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "requirements.txt").write_text("boto3==1.34.0\nurllib3==2.2.1\n", "utf-8")
    assert main(["explain", "requirements.txt", "1"]) == 0
    assert capsys.readouterr().out.endswith(
        "\n\nrequirements.txt:1: No conflict with other lines.\n"
    )
    (project / "requirements.txt").write_text("boto3==1.34.0\nunseen==1\n", "utf-8")
    assert main(["explain", "requirements.txt", "1"]) == 0
    printed = capsys.readouterr()
    assert printed.out.endswith("\n\nrequirements.txt:1: No conflict with other lines is known.\n")
    assert printed.err.startswith("Not checked: `unseen`")


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("line", ["1", "3"])
def test_a_line_without_a_package(
    project: Path, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.txt").write_text("# why\nboto3==1.34.0\n", "utf-8")
    assert main(["explain", "requirements.txt", line]) == 2
    assert "names no package" in capsys.readouterr().err


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize(
    ("file", "line", "why"),
    [
        ("nofile.txt", "1", "nofile.txt does not exist"),
        (".", "1", ". is a folder"),
        ("requirements.txt", "9", "requirements.txt has lines 1 to 3, and none 9"),
        ("requirements.txt", "0", "requirements.txt has lines 1 to 3, and none 0"),
    ],
)
def test_what_is_not_there(
    project: Path, file: str, line: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.txt").write_text("# why\nboto3==1.34.0\n", "utf-8")
    assert main(["explain", file, line]) == 2
    assert why in capsys.readouterr().err


def test_a_project_by_path_is_explained_like_any_line(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, needs in (("lib", '"core>=2"'), ("core", "")):
        (project / name).mkdir()
        table = f'[project]\nname = "{name}"\nversion = "1.0"\ndependencies = [{needs}]\n'
        (project / name / "pyproject.toml").write_text(table, "utf-8")
    (project / "requirements.txt").write_text("-e ./lib\n-e ./core\n", "utf-8")
    assert main(["explain", "requirements.txt", "1"]) == 1
    assert capsys.readouterr().out.splitlines()[-6:] == [
        "requirements.txt:1: `-e ./lib` needs `core>=2`, but `-e ./core` (line 2) is `core 1.0`.",
        "  `-e ./core` (line 2) is `core 1.0`",
        "  `-e ./lib` (line 1) is `lib 1.0`",
        "  `lib==1.0` needs `core>=2`",
        "  So no version of `core` is left",
        "  No fix is offered, because none of these lines says which version it wants",
    ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such pipes")
@pytest.mark.parametrize("line", ["1", "0"])
def test_nobody_waits_for_what_comes_out_of_a_pipe(
    project: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    os.mkfifo(project / "pipe.txt")
    assert main(["explain", "--offline", "pipe.txt", line]) == 2
    assert capsys.readouterr().err == "pinwise: pipe.txt is not a file\n"


def test_why_there_is_no_fix_is_told_of_each_conflict_of_a_file(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers = range(5)
    packages = {
        name: releases
        for at in numbers
        for name, releases in {
            f"app{at}": {"1.0": Release(requires_dist=(f"lib{at}>=2",))},
            f"tool{at}": {
                "1.0": Release(requires_dist=(f"lib{at}<2",)),
                "2.0": Release(requires_dist=(f"lib{at}<2",)),
            },
            f"lib{at}": {"1.0": Release(), "2.0": Release()},
        }.items()
    }
    lines = [f"{name}{at}==1.0\n" for at in numbers for name in ("app", "tool")]
    (project / "requirements.txt").write_text("".join(lines), "utf-8")
    with FakeIndex(packages) as index:
        monkeypatch.delenv("PIP_NO_INDEX")
        monkeypatch.setenv("PIP_INDEX_URL", index.url)
        for at in numbers:
            assert main(["explain", "requirements.txt", str(2 * at + 2)]) == 1
            *_, last, why = capsys.readouterr().out.splitlines()
            assert last == f"  So no version of `lib{at}` is left"
            assert why.startswith("  No fix was found: ")
