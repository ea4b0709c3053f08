from __future__ import annotations

import codecs
import errno
import os
import threading
from pathlib import Path

import pytest

from pinwise.base.text import Span
from pinwise.manifests.declarations import Role
from pinwise.project.files import MAX_SIZE, Document, Documents, Obstacle, PathKind, Unreadable
from pinwise.syntax.nodes import Kind
from tests.harness.counting import counted


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


def test_what_is_supposed_of_a_text_does_not_change_it(path: Path) -> None:
    documents = Documents({"NAME": "flask"})
    other = path.with_name("other.txt")
    documents.open(other, "a\n", 3)
    seen, generation = read(documents, path), documents.generation
    supposed = documents.supposing(other, "-r requirements.txt\n${NAME}\n")
    assert read(supposed, other).text == "-r requirements.txt\n${NAME}\n"
    assert read(supposed, other).file.lines[1].kind is Kind.REQUIREMENT
    assert read(supposed, path) is seen
    assert (read(documents, other).version, documents.generation) == (3, generation)


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
    (tmp_path / "file.txt").write_bytes(b"flask")
    with (tmp_path / "large.txt").open("wb") as file:
        file.truncate(MAX_SIZE + 1)
    long = "x" * 300
    found = {
        name: documents.read(tmp_path / name)
        for documents in [Documents({})]
        for name in ("missing.txt", "file.txt/x", ".", "large.txt", "a\0b", "\ud800", long)
    }
    assert {
        name: item.obstacle for name, item in found.items() if isinstance(item, Unreadable)
    } == {
        "missing.txt": Obstacle.MISSING,
        "file.txt/x": Obstacle.MISSING,
        ".": Obstacle.FOLDER,
        "large.txt": Obstacle.TOO_LARGE,
        "a\0b": Obstacle.MISSING,
        "\ud800": Obstacle.MISSING,
        long: Obstacle.MISSING,
    }


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no such files")
def test_pipes_and_devices_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    documents = Documents({})
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        found = documents.read(path)
        assert isinstance(found, Unreadable)
        assert found.obstacle is Obstacle.NOT_A_FILE
        assert documents.kind_of(path) is PathKind.OTHER


def test_a_file_that_may_not_be_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    found = Documents({}).read(path)
    assert isinstance(found, Unreadable)
    assert found.obstacle is Obstacle.DENIED
    assert found.detail == f"{path} cannot be read: Permission denied"


def test_a_link_that_leads_to_itself(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    documents = Documents({})
    found = documents.read(tmp_path / "loop")
    assert isinstance(found, Unreadable)
    assert found.obstacle is Obstacle.DENIED
    assert documents.kind_of(tmp_path / "loop") is PathKind.UNKNOWN


def test_what_cannot_be_decoded_is_a_document_without_lines(path: Path) -> None:
    documents = Documents({})
    path.write_bytes(b"flask\n# caf\xe9\n")
    found = read(documents, path)
    assert found.undecodable is not None
    assert found.undecodable.line == 1
    assert found.text == "flask\n# caf\N{REPLACEMENT CHARACTER}\n"
    assert found.file.lines == ()
    path.write_bytes("flask\n".encode("utf-16-le"))
    found = read(documents, path)
    assert found.undecodable is not None
    assert found.undecodable.byte is None
    path.write_bytes("flask\n".encode("utf-16"))
    found = read(documents, path)
    assert found.undecodable is None
    assert found.encoding is not None
    assert found.encoding.mark
    assert len(found.file.lines) == 1


def test_open_texts_that_pip_will_fail_on(path: Path) -> None:
    documents = Documents({})
    assert documents.open(path, "# Encoding: this file\n", 1).undecodable is not None
    assert documents.open(path, "# Encoding of this file\nflask\n", 2).undecodable is None
    assert len(read(documents, path).file.lines) == 1
    assert documents.open(path, "f\0l\0a\0", 3).undecodable is not None
    assert documents.open(path, "fl\0ask", 4).undecodable is None


def test_once_pip_can_read_an_open_text_all_its_lines_are_there(path: Path) -> None:
    documents = Documents({})
    lines = "flask\ndjango\nrequests\n"
    assert documents.open(path, f"# coding: utf-9\n{lines}", 1).undecodable is not None
    mended = documents.change(path, f"# coding: utf-8\n{lines}", 2)
    names = [declaration.name for declaration in mended.declarations(Role.REQUIREMENT)]
    assert names == ["flask", "django", "requests"]


def test_an_open_text_may_keep_its_byte_order_mark(path: Path) -> None:
    documents = Documents({})
    opened = documents.open(path, "\ufeff# coding: none\nflask\n", 1)
    assert opened.undecodable is None
    (line,) = opened.file.lines
    assert (line.kind, line.first_line) == (Kind.REQUIREMENT, 2)
    (comment,) = opened.file.comments
    assert comment.span == Span(1, 15)
    changed = documents.change(path, "\ufeffdjango\nflask\n", 2)
    assert [line.kind for line in changed.file.lines] == [Kind.REQUIREMENT] * 2
    assert changed.file.lines[0].full_span == Span(1, 8)
    # One mark is the file's own; what pip then finds at the beginning is no name.
    path.write_bytes(codecs.BOM_UTF8 * 2 + b"flask\n")
    documents.close(path)
    assert [line.kind for line in read(documents, path).file.lines] == [Kind.ERROR]


def test_an_editor_shows_a_replacement_for_bytes_that_are_bad(path: Path) -> None:
    documents = Documents({})
    path.write_bytes(b"flask\n# caf\xe9\n")
    shown = "django\nflask\n# caf\N{REPLACEMENT CHARACTER}\n"
    found = documents.open(path, shown, 1).undecodable
    assert found is not None
    assert (found.line, found.span.of(shown), found.byte) == (2, "\N{REPLACEMENT CHARACTER}", 0xE9)
    assert documents.change(path, "flask\n# cafe\n", 2).undecodable is None
    # Saved, the replacement is a character like any other.
    path.write_text(shown, encoding="utf-8")
    assert documents.change(path, shown, 3).undecodable is None


def test_kinds_of_paths(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    documents = Documents({})
    documents.open(tmp_path / "open" / "deep" / "a.txt", "", 1)
    kinds = {
        name: documents.kind_of(tmp_path / name)
        for name in (
            "folder",
            "file",
            "open",
            "open/deep",
            "open/deep/a.txt",
            "none",
            "a\0",
            "file/x",
        )
    }
    assert kinds == {
        "folder": PathKind.FOLDER,
        "file": PathKind.FILE,
        "open": PathKind.FOLDER,
        "open/deep": PathKind.FOLDER,
        "open/deep/a.txt": PathKind.FILE,
        "none": PathKind.MISSING,
        "a\0": PathKind.MISSING,
        "file/x": PathKind.MISSING,
    }
    assert documents.names_in(tmp_path) == {
        "folder": PathKind.FOLDER,
        "file": PathKind.FILE,
        "open": PathKind.FOLDER,
    }
    assert documents.names_in(tmp_path / "open" / "deep") == {"a.txt": PathKind.FILE}
    assert documents.names_in(tmp_path / "none") == {}


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


def test_folders_come_and_go_with_the_files_that_are_open_in_them(tmp_path: Path) -> None:
    documents = Documents({})
    folder = tmp_path / "folder"
    assert documents.kind_of(folder) is PathKind.MISSING
    documents.open(folder / "a.txt", "", 1)
    assert documents.kind_of(folder) is PathKind.FOLDER
    documents.close(folder / "a.txt")
    assert documents.kind_of(folder) is PathKind.MISSING


def test_a_look_at_a_missing_path_costs_as_much_with_many_open_files(tmp_path: Path) -> None:
    documents = Documents({})

    def look() -> PathKind:
        return documents.kind_of(tmp_path / "none")

    look()
    _, alone = counted(look)
    for number in range(200):
        documents.open(tmp_path / f"{number}.txt", "", 1)
    look()
    _, among_many = counted(look)
    assert among_many <= alone + 5
