from __future__ import annotations

import errno
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from pinwise.analysis import complete
from pinwise.cli import fix
from pinwise.cli.main import main
from tests.fake_index import FakeIndex, Release

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pinwise.analysis.workspace import Analysis, Workspace

OFFLINE = ["--offline"]


def write(project: Path, text: str | bytes, name: str = "requirements.txt") -> Path:
    path = project / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_safe_fixes_are_applied_and_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(project, "flask=2.0\ndjango\ndjango\nclick>2,<1\n")
    assert main(["fix", *OFFLINE]) == 0
    assert file.read_text("utf-8") == "flask==2.0\ndjango\nclick>2,<1\n"
    assert capsys.readouterr().out == (
        "requirements.txt:1: fixed[invalid-requirement]: Change to `==`\n"
        "requirements.txt:3: fixed[duplicate-requirement]: Remove this line\n"
        "2 findings fixed in 1 file.\n"
    )
    assert main(["fix", *OFFLINE]) == 0
    assert capsys.readouterr().out == "Nothing to fix.\n"


def test_a_diff_changes_nothing_and_can_be_applied(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(project, "# one\nflask=2.0\n# two\n")
    assert main(["fix", *OFFLINE, "--diff"]) == 1
    printed = capsys.readouterr()
    assert file.read_text("utf-8") == "# one\nflask=2.0\n# two\n"
    assert "1 finding would be fixed in 1 file." in printed.err
    assert printed.out == (
        "--- requirements.txt\n+++ requirements.txt\n@@ -1,3 +1,3 @@\n"
        " # one\n-flask=2.0\n+flask==2.0\n # two\n"
    )
    git = shutil.which("git")
    assert git
    command = [git, "apply", "-p0", "-"]
    subprocess.run(command, input=printed.out.encode(), cwd=project, check=True)
    assert file.read_text("utf-8") == "# one\nflask==2.0\n# two\n"
    assert main(["fix", *OFFLINE, "--diff"]) == 0


def test_lines_are_those_of_the_file_as_it_was(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # That `flask` stands there twice is found when it is written right, and a line is gone.
    file = write(project, "django\ndjango\nflask=2.0\nflask==2.0\n")
    assert main(["fix", *OFFLINE]) == 0
    assert file.read_text("utf-8") == "django\nflask==2.0\n"
    assert capsys.readouterr().out == (
        "requirements.txt:2: fixed[duplicate-requirement]: Remove this line\n"
        "requirements.txt:3: fixed[invalid-requirement]: Change to `==`\n"
        "requirements.txt:4: fixed[duplicate-requirement]: Remove this line\n"
        "3 findings fixed in 1 file.\n"
    )


def test_updates_are_told_at_the_lines_of_the_file_as_it_was(
    index: FakeIndex, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del index
    file = write(project, "flask==3.0.0\nflask==3.0.0\nrequests==2.30.0\n")
    assert main(["fix", "--select", "outdated-version,duplicate-requirement"]) == 0
    assert file.read_text("utf-8") == "flask==3.0.0\nrequests==2.31.0\n"
    assert capsys.readouterr().out == (
        "requirements.txt:2: fixed[duplicate-requirement]: Remove this line\n"
        "requirements.txt:3: fixed[outdated-version]: `requests` 2.30.0 to 2.31.0\n"
        "2 findings fixed in 1 file.\n"
    )


@pytest.mark.parametrize("diff", [[], ["--diff"]])
def test_after_an_error_nothing_is_said_to_be_well(
    project: Path, capsys: pytest.CaptureFixture[str], diff: list[str]
) -> None:
    write(project, "flask\n")
    assert main(["fix", *OFFLINE, *diff, "requirements.txt", "gone.txt"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == "pinwise: gone.txt does not exist\n"


@pytest.mark.parametrize("command", ["fix", "format"])
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_file_name_begins_no_line_of_a_diff(
    project: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    # A line that begins so is a command to what runs a workflow.
    write(project, "flask=2.0\nclick >2\n", "requirements/\n::stop-commands::x.txt")
    assert main([command, *OFFLINE * (command == "fix"), "--diff"]) == 1
    out = capsys.readouterr().out
    assert "stop-commands" in out
    assert not [line for line in out.splitlines() if line.lstrip().startswith("::")]


def test_suggested_fixes_only_where_they_are_asked_for(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "--index-url http://index.example.org/simple\n"
    file = write(project, text)
    assert main(["fix", *OFFLINE]) == 0
    assert file.read_text("utf-8") == text
    assert "1 more has a suggested fix" in capsys.readouterr().out
    assert main(["fix", *OFFLINE, "--suggested"]) == 0
    assert file.read_text("utf-8") == text.replace("http:", "https:")


def test_fixes_of_selected_rules_alone(project: Path) -> None:
    file = write(project, "flask=2.0\ndjango\ndjango\n")
    assert main(["fix", *OFFLINE, "--select", "PW301"]) == 0
    assert file.read_text("utf-8") == "flask=2.0\ndjango\n"


def test_what_a_fix_uncovers_is_mended_in_the_next_pass(project: Path) -> None:
    # Only when pip can read the second line is it seen to say what the first one says.
    file = write(project, "flask==2.0\nflask=2.0\n")
    assert main(["fix", *OFFLINE]) == 0
    assert file.read_text("utf-8") == "flask==2.0\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\xef\xbb\xbfflask=2.0\r\n", b"\xef\xbb\xbfflask==2.0\r\n"),
        (b"flask=2.0\r\n\r\n# x\rdjango\n", b"flask==2.0\r\n\r\n# x\rdjango\n"),
        (b"flask=2.0", b"flask==2.0"),
        (
            b"# coding: latin-1\nflask=2.0  # caf\xe9\n",
            b"# coding: latin-1\nflask==2.0  # caf\xe9\n",
        ),
        (
            b"\xff\xfe" + "flask=2.0  # \U0001f600\r\n".encode("utf-16-le"),
            b"\xff\xfe" + "flask==2.0  # \U0001f600\r\n".encode("utf-16-le"),
        ),
        (b"django\r\n  django  # twice\r\n", b"django\r\n"),
        (
            "# no encoding: nope\nd\u00e4\n".encode(),
            "# no encoding : nope\nd\u00e4\n".encode(),
        ),
    ],
)
def test_marks_encodings_and_line_ends_stay(project: Path, before: bytes, after: bytes) -> None:
    file = write(project, before)
    assert main(["fix", *OFFLINE, "--ignore", "PW301" if b"d\xc3" in before else "PW502"]) == 0
    assert file.read_bytes() == after


def test_a_file_that_somebody_changes_meanwhile_is_left_to_them(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(project, "flask=2.0\n")
    other = write(project, "django=2.0\n", "requirements-other.txt")
    calls = 0

    def analyse(workspace: Workspace, roots: Iterable[Path]) -> list[Analysis]:
        nonlocal calls
        calls += 1
        if calls == 2:
            write(project, "flask=3.0\n")
        return complete.analyse_completely(workspace, roots)

    monkeypatch.setattr(fix, "analyse_completely", analyse)
    assert main(["fix", *OFFLINE]) == 2
    assert file.read_text("utf-8") == "flask=3.0\n"
    assert other.read_text("utf-8") == "django==2.0\n"
    printed = capsys.readouterr()
    assert "requirements.txt: it has changed meanwhile" in printed.err
    assert "1 finding fixed in 1 file." in printed.out


def test_a_file_that_cannot_be_written_stays_whole_and_others_are_mended(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(project, "flask=2.0\n")
    other = write(project, "django=2.0\n", "requirements-other.txt")
    replace = os.replace

    def full(source: str, target: Path) -> None:
        if target == file:
            raise OSError(errno.ENOSPC, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", full)
    assert main(["fix", *OFFLINE]) == 2
    assert file.read_text("utf-8") == "flask=2.0\n"
    assert other.read_text("utf-8") == "django==2.0\n"
    assert sorted(item.name for item in project.iterdir()) == [other.name, file.name]
    printed = capsys.readouterr()
    assert "requirements.txt: No space left on device" in printed.err
    assert "1 finding fixed in 1 file." in printed.out


@pytest.mark.parametrize("command", ["fix", "format"])
def test_a_file_that_is_write_protected_is_not_replaced(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
) -> None:
    file = write(project, "flask=2.0\nclick >2\n")
    access = os.access

    # The permission bits alone do not stop the super-user, who may run the tests.
    def protected(path: Path, mode: int) -> bool:
        return access(path, mode) and not (path == file and mode == os.W_OK)

    monkeypatch.setattr(os, "access", protected)
    assert main([command, *OFFLINE * (command == "fix")]) == 2
    assert file.read_text("utf-8") == "flask=2.0\nclick >2\n"
    assert "requirements.txt: Permission denied" in capsys.readouterr().err


@pytest.mark.usefixtures("project")
def test_a_file_that_is_not_there_is_called_what_it_was_called(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["fix", *OFFLINE, "nowhere.txt"]) == 2
    assert capsys.readouterr().err == "pinwise: nowhere.txt does not exist\n"


def test_files_outside_of_the_project_are_not_touched(project: Path) -> None:
    outside = write(project.parent, "django=2.0\n", "elsewhere.txt")
    (project / "pinwise.toml").touch()
    file = write(project, "-r ../elsewhere.txt\nflask=2.0\n")
    assert main(["fix", *OFFLINE]) == 0
    assert file.read_text("utf-8") == "-r ../elsewhere.txt\nflask==2.0\n"
    assert outside.read_text("utf-8") == "django=2.0\n"
    # Who names it means it.
    assert main(["fix", *OFFLINE, str(outside)]) == 0
    assert outside.read_text("utf-8") == "django==2.0\n"


def test_included_files_are_mended_with_those_that_include_them(project: Path) -> None:
    write(project, "-r parts/base.list\nflask\n")
    base = write(project, "django=2.0\n", "parts/base.list")
    assert main(["fix", *OFFLINE, "requirements.txt"]) == 0
    assert base.read_text("utf-8") == "django==2.0\n"


@pytest.mark.skipif(os.name != "posix", reason="links need a right on Windows")
def test_a_link_stays_one_and_its_file_is_mended_once(project: Path) -> None:
    target = write(project, "flask=2.0\n", "requirements-all.txt")
    link = project / "requirements.txt"
    link.symlink_to(target.name)
    assert main(["fix", *OFFLINE]) == 0
    assert link.is_symlink()
    assert target.read_text("utf-8") == "flask==2.0\n"


@pytest.mark.skipif(os.name != "posix", reason="links need a right on Windows")
def test_a_link_leads_out_of_the_project_only_for_who_names_it(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outside = write(project.parent, "flask=2.0\n", "elsewhere.txt")
    (project / "pinwise.toml").touch()
    link = project / "requirements.txt"
    link.symlink_to(outside)
    assert main(["fix", *OFFLINE]) == 0
    assert outside.read_text("utf-8") == "flask=2.0\n"
    why = "it lies outside of the project; name it to have it mended"
    assert capsys.readouterr() == ("", f"pinwise: requirements.txt: {why}\n")
    assert main(["fix", *OFFLINE, "requirements.txt"]) == 0
    assert outside.read_text("utf-8") == "flask==2.0\n"
    assert link.is_symlink()


@pytest.mark.skipif(os.name != "posix", reason="links need a right on Windows")
def test_a_link_to_itself_keeps_nothing_else_from_being_updated(
    index: FakeIndex, project: Path
) -> None:
    del index
    file = write(project, "requests==2.30.0\n")
    (project / "dev-requirements.txt").symlink_to("dev-requirements.txt")
    assert main(["fix", "--select", "outdated-version"]) == 2
    assert file.read_text("utf-8") == "requests==2.31.0\n"


def test_settings_are_mended_on_request(project: Path) -> None:
    write(project, "flask\n")
    settings = write(project, b"\xef\xbb\xbf# mine\r\nofline = true\r\n", "pinwise.toml")
    assert main(["fix", *OFFLINE, "--suggested"]) == 0
    assert settings.read_bytes() == b"\xef\xbb\xbf# mine\r\noffline = true\r\n"


def test_a_file_that_cannot_be_read_makes_the_call_fail(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(project, "flask=2.0\n")
    assert main(["fix", *OFFLINE, "requirements.txt", "gone.txt"]) == 2
    assert "gone.txt" in capsys.readouterr().err
    assert file.read_text("utf-8") == "flask==2.0\n"


def test_it_ends_where_fixes_never_do(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fix, "PASSES", 1)
    file = write(project, "flask==2.0\nflask=2.0\n")
    assert main(["fix", *OFFLINE]) == 0
    assert file.read_text("utf-8") == "flask==2.0\nflask==2.0\n"
    assert "stopped after 1 passes" in capsys.readouterr().err


@pytest.mark.usefixtures("index")
def test_updates_are_made_only_where_their_rule_is_selected(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(project, "requests==2.30.0  # why\nflask==2.0.0\n")
    for arguments in ([], ["--suggested"]):
        assert main(["fix", *arguments]) == 0
        assert file.read_text("utf-8") == "requests==2.30.0  # why\nflask==2.0.0\n"
    capsys.readouterr()
    assert main(["fix", "--select", "outdated-version"]) == 0
    assert file.read_text("utf-8") == "requests==2.31.0  # why\nflask==2.0.0\n"
    assert capsys.readouterr().out == (
        "requirements.txt:1: fixed[outdated-version]: `requests` 2.30.0 to 2.31.0\n"
        "1 finding fixed in 1 file.\n"
    )
    assert main(["fix", "--select", "outdated-version", "--major"]) == 0
    assert file.read_text("utf-8") == "requests==2.31.0  # why\nflask==3.0.0\n"


def test_updates_that_exclude_each_other_are_not_made_together(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    projects = {
        "app": {"1.0": Release(), "1.1": Release(requires_dist=("lib<1.1",))},
        "lib": {"1.0": Release(), "1.1": Release()},
    }
    with FakeIndex(projects) as index:
        monkeypatch.delenv("PIP_NO_INDEX")
        monkeypatch.setenv("PIP_INDEX_URL", index.url)
        file = write(project, "app==1.0\nlib==1.0\n")
        assert main(["fix", "--select", "outdated-version"]) == 0
    assert file.read_text("utf-8") == "app==1.1\nlib==1.0\n"
    assert "lib cannot get 1.1" in capsys.readouterr().err


def test_major_updates_want_their_rule(project: Path) -> None:
    write(project, "flask==2.0.0\n")
    assert main(["fix", "--major"]) == 2


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        # pip reads both lines; as one it would reject them.
        ("flask \\ \ndjango\n", False),
        ("flask \\ \n-r other.list\n", False),
        ("flask==2.0 \\ \n    --hash=sha256:" + "0" * 64 + "\n", True),
        ("flask \\ \n\ndjango\n", True),
        ("flask \\ \n==2.0\n", True),
    ],
)
def test_a_backslash_is_mended_unasked_only_where_it_swallows_no_line(
    project: Path, text: str, *, mended: bool
) -> None:
    write(project, "attrs\n", "other.list")
    file = write(project, text)
    assert main(["fix", *OFFLINE]) == 0
    assert file.read_text("utf-8") == (text.replace("\\ \n", "\\\n") if mended else text)


@pytest.mark.parametrize("names", [["requirements.txt"], ["base.txt"], []])
def test_what_pip_cannot_decode_is_told_and_fails(
    project: Path, capsys: pytest.CaptureFixture[str], names: list[str]
) -> None:
    write(project, "-r base.txt\n")
    file = write(project, b"# coding: ascii\na==1 # \xe9\n", "base.txt")
    assert main(["fix", *OFFLINE, *names]) == 2
    out, err = capsys.readouterr()
    assert "Nothing to fix" not in out
    assert err.startswith("pinwise: base.txt: ")
    assert file.read_bytes() == b"# coding: ascii\na==1 # \xe9\n"


def test_what_was_made_text_for_pip_is_no_failure(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(project, "# coding: the klingon one\nflask\n")
    assert main(["fix", *OFFLINE]) == 0
    assert file.read_text("utf-8") == "# coding : the klingon one\nflask\n"
    assert capsys.readouterr().err == ""
