from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.project.files import Documents
from pinwise.project.graph import read_tree
from pinwise.project.watched import MOST, names_to_watch

if TYPE_CHECKING:
    from pathlib import Path


def watched(folder: Path, text: str) -> set[str]:
    documents = Documents({"NAME": "secret"})
    documents.open(folder / "requirements.txt", text, 1)
    return set(names_to_watch(read_tree(folder / "requirements.txt", documents)))


def test_what_is_there_under_another_name(tmp_path: Path) -> None:
    (tmp_path / "base.txt").write_text("-c constraints.txt\n")
    (tmp_path / "constraints.txt").touch()
    assert watched(tmp_path, "-r base.txt\nflask\n") == {"base.txt"}


def test_what_is_not_there(tmp_path: Path) -> None:
    text = "-r sub/none.txt\n-r requirements-none.txt\n-r https://files.example/x.txt\n"
    assert watched(tmp_path, text) == {"none.txt"}
    assert watched(tmp_path, "-e ./lib/\n") == {"lib", "setup.py"}
    assert watched(tmp_path, "./a-1.zip\nfile:///none/b-1.zip\n") == {"a-1.zip", "b-1.zip"}
    assert watched(tmp_path, "-e .\n") == {"setup.py"}


def test_what_is_there_may_go(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "setup.py").touch()
    (tmp_path / "wheels").mkdir()
    assert watched(tmp_path, "-e ./lib\n-f wheels\n") == {"lib", "setup.py", "wheels"}


def test_names_that_no_pattern_holds(tmp_path: Path) -> None:
    assert watched(tmp_path, "-r a*{b}.txt\n-f ${NAME}\n-r ${NAME}.txt\n") == set()


def test_not_more_than_is_good_for_an_editor(tmp_path: Path) -> None:
    text = "".join(f"-r {number}.txt\n" for number in range(500))
    assert len(watched(tmp_path, text)) == MOST


def test_urls_that_are_none(tmp_path: Path) -> None:
    assert watched(tmp_path, "-f file://[x\n") == set()
