from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import struct
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest
from packaging.metadata import parse_email
from packaging.version import Version

from pinwise.index import archives
from pinwise.index.archives import RangedFile, metadata_of_archive, metadata_of_wheel
from pinwise.index.core_metadata import UnreadableFileError, read_core_metadata
from tests.fake_index import Release
from tests.fake_index.distributions import core_metadata, files_of
from tests.index.support import name

if TYPE_CHECKING:
    from collections.abc import Callable

FLASK = name("flask")
INFO = b"Metadata-Version: 2.2\nName: flask\nVersion: 1.0\n"


def tar(*members: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, data in members:
            entry = tarfile.TarInfo(path)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def wheel(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for path, data in members:
            archive.writestr(path, data)
    return buffer.getvalue()


def pieces(data: bytes, size: int = 1000) -> list[bytes]:
    return [data[i : i + size] for i in range(0, len(data), size)]


class TestSourceArchives:
    @pytest.mark.parametrize(
        ("ending", "pack"),
        [
            (".tar.gz", gzip.compress),
            (".tgz", gzip.compress),
            (".tar.bz2", bz2.compress),
            (".tar.xz", lzma.compress),
            (".tar", bytes),
        ],
    )
    @pytest.mark.parametrize("size", [1, 7, 100_000])
    def test_of_every_kind(self, ending: str, pack: Callable[[bytes], bytes], size: int) -> None:
        noise = random.Random(1).randbytes(4000)  # noqa: S311 - the same for every run
        content = tar(("flask-1.0/a.bin", noise), ("flask-1.0/PKG-INFO", INFO))
        found = metadata_of_archive(pieces(pack(content), size), f"flask-1.0{ending}")
        assert found == INFO

    def test_zip(self) -> None:
        content = wheel(("flask-1.0/PKG-INFO", INFO))
        assert metadata_of_archive(pieces(content), "flask-1.0.zip") == INFO

    def test_several_members_of_gzip_and_padding(self) -> None:
        content = tar(("flask-1.0/PKG-INFO", INFO))
        packed = gzip.compress(content[:700]) + gzip.compress(content[700:]) + b"\0" * 50
        assert metadata_of_archive(pieces(packed), "flask-1.0.tar.gz") == INFO

    def test_is_not_read_on(self) -> None:
        content = gzip.compress(tar(("flask-1.0/PKG-INFO", INFO), ("flask-1.0/b", b"x" * 9000)))
        read = []

        def stream() -> object:
            for piece in [content, b"never"]:
                read.append(piece)
                yield piece

        assert metadata_of_archive(stream(), "flask-1.0.tar.gz") == INFO  # type: ignore[arg-type]
        assert read == [content]

    @pytest.mark.parametrize(
        "path", ["PKG-INFO", "flask-1.0/sub/PKG-INFO", "flask-1.0/PKG-INFO.txt", "../x/PKG-INFO"]
    )
    def test_another_file_is_not_taken_for_it(self, path: str) -> None:
        with pytest.raises(UnreadableFileError):
            metadata_of_archive([tar((path, INFO))], "flask-1.0.tar")

    def test_a_link_is_not_followed(self) -> None:
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as archive:
            entry = tarfile.TarInfo("flask-1.0/PKG-INFO")
            entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/hostname"
            archive.addfile(entry)
        with pytest.raises(UnreadableFileError):
            metadata_of_archive([buffer.getvalue()], "flask-1.0.tar")

    def test_a_bomb_is_not_unpacked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(archives, "UNPACKED_LIMIT", 3_000_000)
        bomb = gzip.compress(
            tar(("flask-1.0/zeros", bytes(50_000_000)), ("flask-1.0/PKG-INFO", INFO))
        )
        with pytest.raises(UnreadableFileError, match="near its beginning"):
            metadata_of_archive(pieces(bomb), "flask-1.0.tar.gz")

    def test_metadata_that_is_too_large(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(archives, "METADATA_LIMIT", 1000)
        large = INFO + b"x" * 1000
        for content, filename in (
            (tar(("flask-1.0/PKG-INFO", large)), "flask-1.0.tar"),
            (wheel(("flask-1.0/PKG-INFO", large)), "flask-1.0.zip"),
        ):
            with pytest.raises(UnreadableFileError):
                metadata_of_archive([content], filename)

    @pytest.mark.parametrize("ending", [".tar.gz", ".tar.bz2", ".tar.xz", ".tar", ".zip"])
    def test_damage_is_one_error(self, ending: str) -> None:
        pack: dict[str, Callable[[bytes], bytes]] = {
            ".tar.gz": gzip.compress,
            ".tar.bz2": bz2.compress,
            ".tar.xz": lzma.compress,
        }
        content = tar(("flask-1.0/readme", b"x" * 5000), ("flask-1.0/PKG-INFO", INFO))
        if ending == ".zip":
            content = wheel(("flask-1.0/readme", b"x" * 5000), ("flask-1.0/PKG-INFO", INFO))
        packed = pack.get(ending, bytes)(content)
        chance = random.Random(ending)  # noqa: S311 - the same for every run
        for _ in range(150):
            hurt = bytearray(packed[: chance.randrange(len(packed))])
            for _ in range(chance.randrange(4)):
                if hurt:
                    hurt[chance.randrange(len(hurt))] = chance.randrange(256)
            try:
                found = metadata_of_archive(pieces(bytes(hurt)), f"flask-1.0{ending}")
            except UnreadableFileError:
                continue
            assert len(found) == len(INFO)


class TestWheels:
    def test_the_right_member(self) -> None:
        content = wheel(
            ("flask/METADATA", b"1"),
            ("other-1.0.dist-info/METADATA", b"2"),
            ("vendored/flask-1.0.dist-info/METADATA", b"3"),
            ("Flask-1.0.dist-info/METADATA", INFO),
        )
        assert metadata_of_wheel(io.BytesIO(content), FLASK) == INFO

    @pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_methods_that_wheels_do_not_use(self, method: int) -> None:
        content = wheel(("flask-1.0.dist-info/METADATA", INFO), method=method)
        with pytest.raises(UnreadableFileError):
            metadata_of_wheel(io.BytesIO(content), FLASK)

    def test_a_bomb_that_lies_about_its_size(self) -> None:
        content = bytearray(wheel(("flask-1.0.dist-info/METADATA", bytes(30_000_000))))
        at = content.rindex(b"PK\1\2")
        content[at + 24 : at + 28] = struct.pack("<L", 100)
        with pytest.raises(UnreadableFileError):
            metadata_of_wheel(io.BytesIO(bytes(content)), FLASK)

    def test_damage_is_one_error(self) -> None:
        (file,) = files_of("flask", "1.0", Release(zip64=True))
        chance = random.Random(5)  # noqa: S311 - the same for every run
        for _ in range(400):
            hurt = bytearray(file.content)
            for _ in range(chance.randrange(1, 6)):
                hurt[chance.randrange(len(hurt))] = chance.randrange(256)
            hurt = hurt[: chance.randrange(len(hurt)) if chance.random() < 0.3 else len(hurt)]
            try:
                metadata_of_wheel(io.BytesIO(bytes(hurt)), FLASK)
            except UnreadableFileError:
                continue

    @pytest.mark.parametrize("zip64", [False, True])
    @pytest.mark.parametrize("tail", [10, 22, 100, 5000, 1_000_000])
    def test_read_in_parts_as_from_the_whole(self, tail: int, zip64: bool) -> None:  # noqa: FBT001
        (file,) = files_of("flask", "1.0", Release(zip64=zip64, padding=200_000))
        content, asked = file.content, []

        def fetch(start: int, end: int) -> bytes:
            asked.append((start, end))
            assert 0 <= start < end <= len(content)
            return content[start:end]

        start = max(0, len(content) - tail)
        parts = RangedFile(len(content), start, content[start:], fetch)
        assert metadata_of_wheel(parts, FLASK) == file.metadata
        assert sum(end - start for start, end in asked) < 150_000


TEXTS = {
    "plain": core_metadata("flask", "1.0", Release(requires_dist=("a>=1", "b; extra == 'x'"))),
    "folded": INFO + b"Requires-Dist: a\n  >=1\nRequires-Python: >=3.9\n",
    "windows": INFO.replace(b"\n", b"\r\n") + b"Requires-Dist: a>=1\r\n\r\nRequires-Dist: no\r\n",
    "other cases": INFO + b"requires-DIST: a\nPROVIDES-extra: Big_One\n",
    "description": INFO + b"Requires-Dist: a\n\nSome text\nRequires-Dist: b\n",
    "not ASCII": INFO + "Author: Zoë\nRequires-Dist: a ; python_version < '3'\n".encode(),
}


@pytest.mark.parametrize("case", TEXTS)
def test_the_reading_is_that_of_packaging(case: str) -> None:
    raw, _ = parse_email(TEXTS[case])
    found = read_core_metadata(TEXTS[case], FLASK, Version("1.0")).metadata
    assert [" ".join(each.split()) for each in raw.get("requires_dist", [])] == [
        " ".join(each.split()) for each in found.requires_dist
    ]
    assert raw.get("requires_python", "") == found.requires_python
    assert [name(each) for each in raw.get("provides_extra", [])] == list(found.provides_extra)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<!DOCTYPE html><html></html>",
        INFO.replace(b"2.2", b"3.0"),
        INFO.replace(b"2.2", b"2.x"),
        INFO.replace(b"flask", b"django"),
        INFO.replace(b"1.0", b"1.1"),
        INFO.replace(b"Version: 1.0", b"Version: one"),
        b"\n" + INFO,
    ],
)
def test_what_is_none(data: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        read_core_metadata(data, FLASK, Version("1.0"))


@pytest.mark.parametrize(
    ("form", "dynamic", "static"),
    [
        ("2.2", (), True),
        ("2.10", (), True),
        ("2.1", (), False),
        ("1.2", (), False),
        ("2.4", ("Requires-Dist",), False),
        ("2.4", ("provides-extra",), False),
        ("2.4", ("Version", "Classifier"), True),
    ],
)
def test_static(form: str, dynamic: tuple[str, ...], static: bool) -> None:  # noqa: FBT001
    text = core_metadata("flask", "1.0", Release(metadata_version=form, dynamic=dynamic))
    assert read_core_metadata(text, FLASK, Version("1.0")).static is static
