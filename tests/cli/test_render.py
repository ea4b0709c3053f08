from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

from pinwise.cli.main import main
from pinwise.cli.render import LONGEST_LINE

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

SELECT = ["--offline", "--select", "invalid-requirement,duplicate-requirement"]


def excerpts(printed: str) -> list[tuple[str, str]]:
    """Return the line and the carets of each finding, as far as the bar."""
    lines = printed.splitlines()
    return [
        (above[above.index("|") + 2 :], line[line.index("|") + 2 :])
        for above, line in pairwise(lines)
        if line.startswith("  ") and "^" in line and "|" in line
    ]


def test_of_a_long_line_the_part_around_the_finding_is_shown(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = "flask" + ">=1.0," * 100_000 + "=2.0," + "<3," * 100_000
    (project / "requirements.txt").write_text(f"django\n{line}\n", "utf-8")
    main(["check", *SELECT])
    out = capsys.readouterr().out
    assert "requirements.txt:2:600006: error[invalid-requirement]" in out
    ((shown, carets),) = excerpts(out)
    assert len(shown) == LONGEST_LINE + 2
    assert (shown[0], shown[-1]) == ("…", "…")
    assert shown[carets.index("^")] == "="
    assert shown[carets.index("^") : carets.rindex("^") + 1] == "="


def test_both_ends_of_a_long_line_are_shown_where_the_finding_is(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.txt").write_text(
        f"flask=1{',<9' * 1000}\ndjango{'>1,' * 1000}>>4\n", "utf-8"
    )
    main(["check", *SELECT])
    (first, under_first), (second, under_second) = excerpts(capsys.readouterr().out)
    assert first.startswith("flask=1,<9")
    assert first.endswith("…")
    assert under_first == "     ^"
    assert second.startswith("…")
    assert second.endswith(",>>4")
    assert second[under_second.index("^") : len(under_second)] == ">>"


def test_a_finding_wider_than_the_part_that_is_shown_is_underlined_to_its_edge(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.txt").write_text("flask " + "x" * 5_000 + "\n", "utf-8")
    main(["check", *SELECT])
    ((shown, carets),) = excerpts(capsys.readouterr().out)
    assert shown == "flask " + "x" * (LONGEST_LINE - 6) + "…"
    assert carets == " " * 6 + "^" * (LONGEST_LINE - 6)


def test_many_findings_in_one_long_line(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each is shown with its own part of the line, so that all of them cost what is shown."""
    hashes = "--hash=md5:ab " * 3_000
    (project / "requirements.txt").write_text(f"flask==1.0 {hashes}\n", "utf-8")
    main(["check", "--offline", "--select", "invalid-option"])
    out = capsys.readouterr().out
    assert out.count("error[invalid-option]") == 3_000
    assert max(map(len, out.splitlines())) < 2 * LONGEST_LINE


def test_json_has_a_finding_a_line(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "requirements.txt").write_text("flask=1\ndjango=1\n", "utf-8")
    main(["check", *SELECT, "--format", "json"])
    out = capsys.readouterr().out
    assert len(json.loads(out)["diagnostics"]) == 2
    assert [json.loads(line.rstrip(","))["line"] for line in out.splitlines()[3:5]] == [1, 2]
