from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinwise.environments.requirement_lines import (
    BlamedLine,
    declaration_of,
    line_of_include,
    line_of_package,
)
from tests.harness.counting import assert_linear

if TYPE_CHECKING:
    from pathlib import Path


def test_lines_are_found_however_they_are_spaced(tmp_path: Path) -> None:
    file = tmp_path / "r.txt"
    text = "# flask\n-r  'sub/a b.txt' \t\nflask >= 2 , <3  --hash=sha256:00 \n"
    file.write_text(text, encoding="utf-8")
    assert line_of_include(tmp_path / "sub" / "a b.txt", [file], tmp_path) == BlamedLine(file, 2)
    assert declaration_of("flask<3,>=2", [file], tmp_path) == BlamedLine(file, 3)
    assert line_of_package("Flask", [file], tmp_path) == BlamedLine(file, 3)


@pytest.mark.parametrize("begin", ["-r a", "flask", "", "--requirement"])
def test_they_are_looked_for_in_linear_time(tmp_path: Path, begin: str) -> None:
    file = tmp_path / "r.txt"

    def look(count: int) -> None:
        file.write_text(f"{begin}{' ' * count}b\n", encoding="utf-8")
        line_of_include(tmp_path / "none", [file], tmp_path)
        declaration_of("click", [file], tmp_path)
        line_of_package("click", [file], tmp_path)

    assert_linear(look, 300)
