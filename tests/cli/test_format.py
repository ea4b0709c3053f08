from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING

import pytest

from pinwise.cli.main import main
from pinwise.project.files import MAX_SIZE

if TYPE_CHECKING:
    from pathlib import Path

MESSY = "flask >= 2\nabc # x\n"
NEAT = "flask>=2\nabc  # x\n"
SORTED = "abc  # x\nflask>=2\n"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def test_a_file_is_formatted(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(project, "requirements.txt", MESSY)
    assert main(["format", "requirements.txt"]) == 0
    assert path.read_text() == NEAT
    assert capsys.readouterr().out == "formatted requirements.txt\n1 file formatted.\n"
    assert main(["format", "requirements.txt"]) == 0
    assert capsys.readouterr().out == "1 file left as it is.\n"


def test_a_file_that_needs_nothing_is_not_written(project: Path) -> None:
    path = write(project, "requirements.txt", NEAT)
    before = path.stat()
    assert main(["format"]) == 0
    after = path.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_sorting_is_asked_for(project: Path) -> None:
    path = write(project, "requirements.txt", MESSY)
    assert main(["format", "--sort"]) == 0
    assert path.read_text() == SORTED
    assert main(["format", "--sort", "--check"]) == 0


def test_sorted_comments_are_aligned_once(project: Path) -> None:
    """What stands side by side after the sorting decides; a second run changes nothing."""
    path = write(project, "requirements.txt", "c1 # x\nbbb # y\na  # z\n")
    assert main(["format", "--sort"]) == 0
    assert path.read_text() == "a  # z\nbbb  # y\nc1  # x\n"
    assert main(["format", "--sort", "--check"]) == 0


def test_check_writes_nothing_and_says_so(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(project, "requirements.txt", MESSY)
    write(project, "constraints.txt", NEAT)
    assert main(["format", "--check"]) == 1
    assert path.read_text() == MESSY
    out = capsys.readouterr().out
    assert out == (
        "would format requirements.txt\n1 file would be formatted, 1 file left as it is.\n"
    )


def test_diff_shows_the_lines(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(project, "requirements.txt", "flask >= 2\r\nnumpy")
    assert main(["format", "--diff"]) == 1
    assert path.read_bytes() == b"flask >= 2\r\nnumpy"
    assert capsys.readouterr().out.splitlines() == [
        "--- requirements.txt (now)",
        "+++ requirements.txt (formatted)",
        "@@ -1,2 +1,2 @@",
        "-flask >= 2",
        "-numpy",
        r"\ No newline at end of file",
        "+flask>=2",
        "+numpy",
        "1 file would be formatted.",
    ]


def test_a_diff_tells_no_secret(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, "requirements.txt", "-i   https://me:secret@h.example/\x1b[31m\n")
    assert main(["format", "--diff"]) == 1
    out = capsys.readouterr().out
    assert "h.example" in out
    assert "secret" not in out
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\xef\xbb\xbfa >1\r\n", b"\xef\xbb\xbfa>1\r\n"),
        ("\ufeffa >1\n".encode("utf-16-be"), "\ufeffa>1\n".encode("utf-16-be")),
        ("\ufeffa >1\n".encode("utf-32-le"), "\ufeffa>1\n".encode("utf-32-le")),
        (b"# coding: latin-1\na >1 # \xe9\n", b"# coding: latin-1\na>1  # \xe9\n"),
    ],
)
def test_the_encoding_is_kept(project: Path, before: bytes, after: bytes) -> None:
    path = project / "requirements.txt"
    path.write_bytes(before)
    assert main(["format"]) == 0
    assert path.read_bytes() == after


@pytest.mark.parametrize(
    "data",
    [
        b"# coding: nonsense\na >1\n",
        b"\xff\xfe\x00",
        b"a >1\n\x81\n",
        "a==1\nb==2\n".encode("utf-16-le"),
    ],
)
def test_what_pip_cannot_decode_is_untouched(
    project: Path,
    data: bytes,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("pinwise.syntax.decode._locale_encoding", lambda: "utf-8")
    bad = project / "requirements.txt"
    bad.write_bytes(data)
    good = write(project, "constraints.txt", MESSY)
    assert main(["format"]) == 2
    assert bad.read_bytes() == data
    assert good.read_text() == NEAT
    assert capsys.readouterr().err.startswith("pinwise: requirements.txt: pip ")


def test_bytes_that_would_come_back_otherwise_are_untouched(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """UTF-7 has several ways to write a character, and Python writes one of them."""
    data = b"# coding: utf-7\na >1 # +AGE-\n"
    path = project / "requirements.txt"
    path.write_bytes(data)
    assert main(["format"]) == 2
    assert path.read_bytes() == data
    assert "cannot be written back" in capsys.readouterr().err


def test_a_folder_means_its_requirements_files_and_what_they_include(project: Path) -> None:
    inside = write(project, "deps/common.list", MESSY)
    outside = write(project.parent, "outside.txt", MESSY)
    other = write(project, "notes.txt", MESSY)
    write(project, "requirements.txt", "-r deps/common.list\n-r ../outside.txt\n-r gone.txt\n")
    nested = write(project, "sub/requirements-dev.in", MESSY)
    assert main(["format", "."]) == 0
    assert inside.read_text() == nested.read_text() == NEAT
    assert outside.read_text() == other.read_text() == MESSY


def test_a_file_that_is_named_is_formatted_whatever_its_name(project: Path) -> None:
    path = write(project, "notes.txt", MESSY)
    write(project, "x.txt", MESSY)
    assert main(["format", "notes.txt", "./notes.txt"]) == 0
    assert path.read_text() == NEAT
    assert (project / "x.txt").read_text() == MESSY


def test_what_is_not_there(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["format", "gone.txt"]) == 2
    assert "pinwise: gone.txt: No such file" in capsys.readouterr().err
    assert main(["format"]) == 2
    assert "no requirements files found" in capsys.readouterr().err
    write(project, "requirements.txt", NEAT)
    assert main(["format", "-", "requirements.txt"]) == 2
    assert "stands alone" in capsys.readouterr().err


def test_a_link_stays_a_link(project: Path) -> None:
    target = write(project, "real.txt", MESSY)
    link = project / "requirements.txt"
    link.symlink_to(target)
    assert main(["format", "requirements.txt"]) == 0
    assert link.is_symlink()
    assert target.read_text() == NEAT


@pytest.mark.skipif(os.name != "posix", reason="links need a right on Windows")
def test_a_link_leads_out_of_a_folder_only_for_who_names_it(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outside = write(project.parent, "elsewhere/requirements.txt", MESSY)
    (project / "requirements.txt").symlink_to(outside)
    (project / "parts").symlink_to(outside.parent)
    write(project, "dev-requirements.txt", "-r parts/requirements.txt\n")
    assert main(["format"]) == 0
    assert outside.read_text() == MESSY
    out, err = capsys.readouterr()
    assert out == "1 file left as it is.\n"
    why = "it leads out of the folder; name it to have it formatted"
    assert err == f"pinwise: parts/requirements.txt: {why}\npinwise: requirements.txt: {why}\n"
    assert main(["format", ".", "requirements.txt", "--check"]) == 1
    assert capsys.readouterr().err == ""
    assert main(["format", "requirements.txt"]) == 0
    assert outside.read_text() == NEAT
    outside.write_text(MESSY)
    assert main(["format", "parts"]) == 0
    assert outside.read_text() == NEAT


@pytest.mark.skipif(os.name != "posix", reason="links need a right on Windows")
def test_a_file_with_several_names_is_told_once(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = write(project, "requirements.txt", MESSY)
    (project / "constraints.txt").symlink_to(target.name)
    assert main(["format", "--check"]) == 1
    assert capsys.readouterr().out == "would format constraints.txt\n1 file would be formatted.\n"


@pytest.mark.skipif(os.name != "posix", reason="links need a right on Windows")
def test_a_link_to_itself(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "requirements.txt").symlink_to("requirements.txt")
    good = write(project, "constraints.txt", MESSY)
    assert main(["format"]) == 2
    assert good.read_text() == NEAT
    assert capsys.readouterr().err.startswith("pinwise: requirements.txt: Too many levels")


class Stream(io.TextIOWrapper):
    """A standard stream over bytes."""

    def __init__(self, data: bytes = b"") -> None:
        super().__init__(io.BytesIO(data), encoding="utf-8")

    def left(self) -> bytes:
        return bytes(self.buffer.read())

    def bytes(self) -> bytes:
        self.flush()
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue()


@pytest.mark.parametrize(
    ("arguments", "code", "written"),
    [
        ([], 0, b"\xef\xbb\xbfb>1\r\na\r\n"),
        (["--sort"], 0, b"\xef\xbb\xbfa\r\nb>1\r\n"),
        (["--check"], 1, b"would format standard input\n"),
    ],
)
def test_standard_input_goes_to_standard_output(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, written: bytes
) -> None:
    out = Stream()
    monkeypatch.setattr(sys, "stdin", Stream(b"\xef\xbb\xbfb >1\r\na\r\n"))
    monkeypatch.setattr(sys, "stdout", out)
    assert main(["format", *arguments, "-"]) == code
    assert out.bytes() == written


def test_standard_input_that_is_no_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Stream(b"# coding: nonsense\n"))
    assert main(["format", "-"]) == 2
    captured = capsys.readouterr()
    assert not captured.out
    assert captured.err.startswith("pinwise: standard input: pip takes line 1 for a coding line")


def test_standard_input_without_an_end_is_not_read_to_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = Stream(b"#" * (MAX_SIZE + 2))
    monkeypatch.setattr(sys, "stdin", stream)
    assert main(["format", "-"]) == 2
    assert "standard input is larger than 16 MB" in capsys.readouterr().err
    assert stream.left() == b"#"
