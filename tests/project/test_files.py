from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest

from pinwise.manifests.declarations import Role
from pinwise.project.files import MAX_SIZE, Document, Documents, Obstacle, Unreadable

if TYPE_CHECKING:
    from pathlib import Path


def read(documents: Documents, path: Path) -> Document:
    found = documents.read(path)
    assert isinstance(found, Document)
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "requirements.txt"
    path.write_text("flask\n")
    return path


def test_an_open_text_hides_the_disk(path: Path) -> None:
    documents = Documents({})
    assert read(documents, path).text == "flask\n"
    documents.open(path, "django\n", 1)
    assert (read(documents, path).text, read(documents, path).version) == ("django\n", 1)
    documents.change(path, "django==1\n", 2)
    assert (read(documents, path).text, read(documents, path).version) == ("django==1\n", 2)
    documents.close(path)
    documents.close(path)
    assert read(documents, path).version is None


def test_a_file_is_parsed_once_for_each_content(path: Path) -> None:
    documents = Documents({})
    first = read(documents, path)
    assert read(documents, path) is first
    path.write_text("django\n")
    assert read(documents, path).text == "django\n"


def test_the_same_size_at_another_time_is_another_content(path: Path) -> None:
    documents = Documents({})
    first = read(documents, path)
    path.write_text("FLASK\n")
    os.utime(path, ns=(1, 1))
    assert read(documents, path) is not first


def test_forgotten_files_are_read_again(path: Path) -> None:
    documents = Documents({})
    first = read(documents, path)
    documents.forget()
    assert read(documents, path) is not first


def test_an_open_text_needs_no_file(tmp_path: Path) -> None:
    documents = Documents({})
    documents.open(tmp_path / "new.txt", "flask", 1)
    assert read(documents, tmp_path / "new.txt").text == "flask"


def test_obstacles(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"# coding: nonsense\n")
    with (tmp_path / "large.txt").open("wb") as file:
        file.truncate(MAX_SIZE + 1)
    found = {
        name: documents.read(tmp_path / name)
        for documents in [Documents({})]
        for name in ("missing.txt", "bad.txt/x", ".", "bad.txt", "large.txt", "a\0b")
    }
    assert {
        name: item.obstacle for name, item in found.items() if isinstance(item, Unreadable)
    } == {
        "missing.txt": Obstacle.MISSING,
        "bad.txt/x": Obstacle.MISSING,
        ".": Obstacle.NOT_A_FILE,
        "bad.txt": Obstacle.UNDECODABLE,
        "large.txt": Obstacle.TOO_LARGE,
        "a\0b": Obstacle.DENIED,
    }
    bad = found["bad.txt"]
    assert isinstance(bad, Unreadable)
    assert bad.undecodable is not None
    assert bad.undecodable.encoding == "nonsense"


def test_variables_come_from_the_environment(path: Path) -> None:
    documents = Documents({"VERSION": "1.0"})
    document = documents.open(path, "flask==${VERSION}", 1)
    (found,) = document.declarations(Role.REQUIREMENT)
    assert found.requirement.specifier == "==1.0"


def test_what_is_derived_is_computed_once(path: Path) -> None:
    document = Document(path, "flask\n")
    assert document.declarations(Role.REQUIREMENT) is document.declarations(Role.REQUIREMENT)
    assert not document.prose
    assert "requirements.txt" in repr(document)


def test_threads_may_read_and_write_at_once(path: Path) -> None:
    documents = Documents({})
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for version in range(50):
                documents.open(path, f"flask=={number}.{version}\n", version)
                assert read(documents, path).file.lines
                documents.close(path)
                documents.read(path)
        except BaseException as error:  # noqa: BLE001 - brought to the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
