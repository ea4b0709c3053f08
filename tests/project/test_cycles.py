from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pinwise.project.cycles import beginnings

edges = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=16)


def leading_to(file: Path, included_by: dict[Path, set[Path]]) -> set[Path]:
    """Return the files that lead to `file`, the slow way."""
    found = set(included_by.get(file, ()))
    while more := set().union(*(included_by.get(other, set()) for other in found)) - found:
        found |= more
    return found


@given(edges)
def test_a_beginning_leads_to_whatever_leads_to_it(pairs: list[tuple[int, int]]) -> None:
    included_by: dict[Path, set[Path]] = {}
    for source, target in pairs:
        included_by.setdefault(Path(f"{target}.txt"), set()).add(Path(f"{source}.txt"))
    files = {Path(f"{number}.txt") for pair in pairs for number in pair}
    expected = {
        file
        for file in files
        if all(file in leading_to(other, included_by) for other in leading_to(file, included_by))
    }
    assert beginnings(files, included_by) == expected


def test_a_circle_of_many_files_is_read_once_round() -> None:
    files = [Path(f"{number}.txt") for number in range(20_000)]
    included_by = {file: {files[number - 1]} for number, file in enumerate(files)}
    assert beginnings(files, included_by) == set(files)
