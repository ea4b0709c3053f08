"""The figures about pip's parser count what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import pip_agreement
from tests.syntax.pip_judge import judging_in

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_file_that_is_decoded_otherwise_is_no_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pip_agreement, "pip_text", lambda _data: "another text")
    tally = pip_agreement.Tally()
    with judging_in(tmp_path.resolve()):
        tally.add_file(b"flask==1.0\n")
    tally.report("one file", show=0)
    printed = capsys.readouterr().out
    assert "one file: 1 of 1 logical lines the same" in printed
    assert "decoded text                  0 of        1" in printed


def test_nothing_compared_is_nothing_that_differs(capsys: pytest.CaptureFixture[str]) -> None:
    pip_agreement.Tally().report("no file", show=0)
    assert "0 of 0 logical lines" in capsys.readouterr().out
