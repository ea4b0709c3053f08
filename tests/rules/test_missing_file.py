from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

import pytest

from pinwise.advice.context import Context
from pinwise.project.files import Documents
from pinwise.project.graph import read_tree
from pinwise.project.settings import Settings
from pinwise.rules.missing_file import missing_file
from tests import harness

if TYPE_CHECKING:
    from pathlib import Path

check = partial(harness.check, rules=[missing_file])
check_fix = partial(harness.check_fix, rules=[missing_file])
fixes_at = partial(harness.fixes_at, rules=[missing_file])


def on_disk(folder: Path, files: dict[str, str], project: Path | None = None) -> list[str]:
    """Return what is said of `requirements.txt` among files on disk."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    tree = read_tree(folder / "requirements.txt", Documents({}), folder=project)
    return [finding.message for finding in missing_file.check(Context(tree, Settings()))]


def test_includes() -> None:
    check(
        """
-r requirement-dev.txt
   ^^^^^^^^^^^^^^^^^^^ missing-file: There is no file `requirement-dev.txt`. Did you mean `requirements-dev.txt`?
-c limits/none.txt
   ^^^^^^^^^^^^^^^ missing-file: There is no file `limits/none.txt`. pip looks for it from the folder of this file.
-r sub
   ^^^ missing-file: `sub` is a folder, and `-r` takes a file.
-r sub/base.txt
-r https://files.example/x.txt
-r s3://bucket.example/x.txt
   ^^^^^^^^^^^^^^^^^^^^^^^^^ missing-file: pip takes `s3://bucket.example/x.txt` for a file. It fetches `http:` and `https:` alone.
-r file:x.txt
=== sub/base.txt
-r requirements.txt
   ^^^^^^^^^^^^^^^^ missing-file: There is no file `requirements.txt`. pip looks for it from the folder of this file.
-r requirements-dev.txt
   ^^^^^^^^^^^^^^^^^^^^ missing-file: There is no file `requirements-dev.txt`. Did you mean `../requirements-dev.txt`?
=== requirements-dev.txt
pytest
"""  # noqa: E501 - a message stands on one line
    )


@pytest.mark.parametrize(
    ("written", "there", "meant"),
    [
        ("base.text", "base.txt", "base.txt"),
        ("Base.TXT", "base.txt", "base.txt"),
        ("base.txt", "base.in", "base.in"),
        ("base.txt", "requirements/base.txt", "requirements/base.txt"),
        ("requirements/base.txt", "base.txt", "base.txt"),
        ("requirments/base.txt", "requirements/base.txt", "requirements/base.txt"),
        ("./requirments-dev.txt", "requirements-dev.txt", "./requirements-dev.txt"),
    ],
)
def test_what_was_meant(written: str, there: str, meant: str) -> None:
    check_fix(
        f"-r {written}$0\n=== {there}\nflask\n",
        f"-r {meant}\n=== {there}\nflask\n",
        title=f"Change to `{meant}`",
    )


def test_nothing_far_off_is_offered() -> None:
    found = fixes_at("-r other$0.txt\n=== deep/er/other.txt\n=== notes.md\n")
    assert [fix.title for fix in found] == ["Create `other.txt`"]


def test_the_file_can_be_made() -> None:
    (fix,) = fixes_at("-c limits/com$0mon.txt\n")
    (edit,) = fix.edits
    assert (edit.path, edit.create, edit.edit.new_text) == (
        harness.FOLDER / "limits" / "common.txt",
        True,
        "",
    )
    for line in ("-r no$0ne", "-r /none/no$0ne.txt", "-e ./no$0ne"):
        assert fixes_at(f"{line}\n") == []


def test_names_in_quotes() -> None:
    after = '-r "base.txt"\n=== base.txt\nflask\n'
    check_fix('-r "bsae$0.txt"\n=== base.txt\nflask\n', after)
    assert fixes_at("-r bs\\\nae$0.txt\n=== base.txt\nflask\n") == []


def test_packages_given_by_path() -> None:
    check(
        """
./lib
./lib[extra] ; python_version > "3"
-e lib
./libs
^^^^^^ missing-file: There is no folder `./libs`. Did you mean `./lib`?
./docs
^^^^^^ missing-file: pip cannot install the folder `./docs`: it has neither `pyproject.toml` nor `setup.py`.
-e ./docs
   ^^^^^^ missing-file: pip cannot install the folder `./docs`: it has neither `pyproject.toml` nor `setup.py`.
./docs/a.txt
^^^^^^^^^^^^ missing-file: `./docs/a.txt` is a file, and pip cannot install it.
-e docs/a.txt
   ^^^^^^^^^^ missing-file: `docs/a.txt` is a file, and `-e` takes a folder.
./nothing/here
^^^^^^^^^^^^^^ missing-file: There is no folder `./nothing/here`. pip looks for it from the folder that it is started in.
/nothing/at/all.zip
^^^^^^^^^^^^^^^^^^^ missing-file: There is no file `/nothing/at/all.zip`.
file:///nothing/at/all.zip
^^^^^^^^^^^^^^^^^^^^^^^^^^ missing-file: There is no file `file:///nothing/at/all.zip`.
a-1.0.tar.gz
^^^^^^^^^^^^ missing-file
wheels/b-1.0-py3-none-any.whl
=== lib/pyproject.toml
=== docs/a.txt
notes
=== wheels/b-1.0-py3-none-any.whl
"""  # noqa: E501 - a message stands on one line
    )


def test_other_hosts_are_not_asked() -> None:
    check("-e //host/share/lib\n-f '\\\\\\\\host\\\\share'\n-f file://host.example/share\n")


def test_an_editable_that_is_a_package() -> None:
    check_fix("-e fla$0sk  # web\n", "flask  # web\n", title="Drop the `-e`")
    check_fix("--editable=fla$0sk[async]\n", "flask[async]\n", title="Drop the `-e`")
    assert fixes_at('-e "fla$0sk"\n') == []
    assert fixes_at("-e ./fla$0sk\n") == []


def test_a_file_to_include() -> None:
    before = "./ba$0se.txt\n=== base.txt\nflask\n"
    check_fix(before, "-r ./base.txt\n=== base.txt\nflask\n", title="Include it with `-r`")


def test_find_links() -> None:
    check(
        """
-f wheels
-f whels
   ^^^^^ missing-file: pip ignores `whels`, because there is no such file or folder. Did you mean `wheels`?
-f page.html
-f https://files.example/
-f ~/wheels
--find-links file:///nothing/here
             ^^^^^^^^^^^^^^^^^^^^ missing-file
=== page.html
=== wheels/a-1.0-py3-none-any.whl
"""  # noqa: E501 - a message stands on one line
    )


def test_an_archive_is_opened_only_where_the_marker_holds() -> None:
    check(
        """
./a.zip ; sys_platform == "win32"
./a.zip ; sys_platform == "linux"
^^^^^^^ missing-file
./a ; sys_platform == "win32"
^^^ missing-file
"""
    )


def test_a_path_leads_somewhere_from_any_likely_folder(tmp_path: Path) -> None:
    folder = tmp_path / "services" / "web"
    text = "-e ./root\n-e ./services/web/own\n-e ./own\n-e ./near\n-f wheels\n-e ./above\n"
    files = {
        "requirements.txt": text,
        "own/setup.py": "",
        "../near/pyproject.toml": "",
        "../../root/pyproject.toml": "",
        "../../../above/pyproject.toml": "",
        "wheels/x": "",
    }
    files["../../near/readme"] = ""
    said = on_disk(folder, files, tmp_path)
    assert len(said) == 1
    assert "`./above`" in said[0]


def test_the_repository_may_be_larger_than_the_project(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    folder = tmp_path / "services" / "web"
    files = {"requirements.txt": "-e ./lib\n", "../../lib/setup.py": ""}
    assert on_disk(folder, files) == []
    (tmp_path / ".git").rmdir()
    assert len(on_disk(folder, files)) == 1


def test_an_included_files_own_folder_is_likely(tmp_path: Path) -> None:
    files = {
        "requirements.txt": "-r sub/a.txt\n",
        "sub/a.txt": "-e ./lib\n",
        "sub/lib/setup.py": "",
    }
    assert on_disk(tmp_path, files) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no such files")
def test_pipes_are_neither_opened_nor_missing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    text = "-r pipe\n-e ./pipe\n-f pipe\n./pipe\n-r /dev/zero\n"
    assert on_disk(tmp_path, {"requirements.txt": text}) == []


def test_what_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = Documents({})
    documents.open(tmp_path / "requirements.txt", "-r secret.txt\n-e ./closed\n", 1)
    (tmp_path / "secret.txt").touch()
    stat = type(tmp_path).stat

    def refusing(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if path.name in ("secret.txt", "closed"):
            raise PermissionError(13, "Permission denied")
        return stat(path, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(type(tmp_path), "stat", refusing)
    tree = read_tree(tmp_path / "requirements.txt", documents)
    (found,) = missing_file.check(Context(tree, Settings()))
    assert found.message == "`secret.txt` cannot be read: permission denied."


def test_no_value_of_the_environment_is_told(tmp_path: Path) -> None:
    documents = Documents({"DIR": "secret"})
    text = "-r ${DIR}/a.txt\n-e ${DIR}\n./x/${DIR}/a\n-f ${DIR}\n./${DIR}.zip\n"
    documents.open(tmp_path / "requirements.txt", text, 1)
    tree = read_tree(tmp_path / "requirements.txt", documents)
    found = [finding.message for finding in missing_file.check(Context(tree, Settings()))]
    assert len(found) == 5
    assert not any("secret" in said for said in found)
    assert all("${DIR}" in said for said in found)


def test_a_name_that_no_file_can_have() -> None:
    check(
        "-r a\0b\n   ^^^ missing-file: No file can have a NUL in its name, and pip fails on it.\n"
    )


def test_a_file_full_of_mistakes_is_told_quickly() -> None:
    lines = "".join(f"-r none{number}.txt\n-e ./none{number}\n" for number in range(500))
    assert len(harness.messages(lines, rules=[missing_file])) == 1000


def test_an_archive_before_the_option_is_the_editable() -> None:
    check(
        """
a.whl -e;
^^^^^ missing-file
"""
    )


def test_what_stands_before_an_editable() -> None:
    check(
        """
flask.zip -e ./here
^^^^^^^^^ missing-file
=== here/pyproject.toml
"""
    )


def test_a_word_that_begins_with_a_dash_and_an_f() -> None:
    check(
        """
-foo
  ^^ missing-file: pip reads `-foo` as `--find-links oo`. There is no such folder.
-f oo
   ^^ missing-file: pip ignores `oo`, because there is no such file or folder.
"""
    )


def test_the_root_of_all_folders() -> None:
    check(
        """
/
^ missing-file: pip cannot install the folder `/`: it has neither `pyproject.toml` nor `setup.py`.
"""
    )
