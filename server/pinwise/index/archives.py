"""Takes the metadata file out of a wheel or a source archive. Nothing is unpacked or executed.

Archives come from the network: sizes are bounded before and after decompression, and whatever a
hostile one makes of Python's readers is one error here.
"""

from __future__ import annotations

import bz2
import io
import lzma
import re
import tarfile
import zipfile
import zlib
from typing import TYPE_CHECKING, Any, Protocol

from pinwise.index.core_metadata import UnreadableFileError
from pinwise.index.filenames import normalize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from packaging.utils import NormalizedName

METADATA_LIMIT = 8 * 1024 * 1024
"""Bytes of a metadata file that are read at most; its description may be a whole book."""

UNPACKED_LIMIT = 128 * 1024 * 1024
"""Bytes of a source archive that are decompressed at most until its metadata is found."""

_PIECE = 256 * 1024
_WHEEL_MEMBER = re.compile(r"([^/\\]+)-[^/\\-]+\.dist-info/METADATA")
_ARCHIVE_MEMBER = re.compile(r"(?:\./)?[^/\\]+/PKG-INFO")


def metadata_of_wheel(file: io.BufferedIOBase | io.RawIOBase, project: NormalizedName) -> bytes:
    """Return the `METADATA` file of a wheel.

    Args:
        file: seekable; only its directory and that member are read.
        project: whose it should be.

    Raises:
        UnreadableFileError: it is not a wheel of that project.
    """

    def wanted(name: str) -> bool:
        match = _WHEEL_MEMBER.fullmatch(name)
        return match is not None and normalize(match[1]) == project

    return _zip_member(file, wanted)


def metadata_of_archive(pieces: Iterable[bytes], filename: str) -> bytes:
    """Return the `PKG-INFO` file at the top of a source archive, reading it only so far.

    Args:
        pieces: the archive from its beginning.
        filename: its ending tells the compression; `.zip` is read as a whole.

    Raises:
        UnreadableFileError: it is no archive, or has no such file within the limits.
    """
    if filename.endswith(".zip"):
        whole = io.BytesIO(b"".join(pieces))
        return _zip_member(whole, lambda name: _ARCHIVE_MEMBER.fullmatch(name) is not None)
    stream = _Stream(_unpacked(pieces, filename))
    with _one_error(), tarfile.open(fileobj=stream, mode="r|") as archive:  # type: ignore[call-overload]
        for member in archive:
            # The list of members is of no use here, and may become long.
            archive.members = []
            if not (member.isreg() and _ARCHIVE_MEMBER.fullmatch(member.name)):
                continue
            if member.size > METADATA_LIMIT or member.issparse():
                message = "has a metadata file that is too large"
                raise UnreadableFileError(message)
            content = archive.extractfile(member)
            data = b"" if content is None else content.read()
            if len(data) == member.size:
                return data
            break
    message = "has no metadata file"
    raise UnreadableFileError(message)


class RangedFile(io.RawIOBase):
    """A file of which parts are fetched where they are read.

    Args:
        size: that of the whole.
        start: where the first part begins that is at hand.
        data: that part.
        fetch: returns the bytes from one offset up to another, exclusive. What it raises is
            raised by `read`.
    """

    def __init__(
        self, size: int, start: int, data: bytes, fetch: Callable[[int, int], bytes]
    ) -> None:
        self._size = size
        self._parts = [(start, data)]
        self._fetch = fetch
        self._at = 0

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that it can be sought in."""
        return True

    def tell(self) -> int:
        """Return the offset."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Change the offset."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            message = "before the start"
            raise OSError(message)
        self._at = base + offset
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        """Return `size` bytes or what is left, fetching them where they are not at hand."""
        left = max(0, self._size - self._at)
        count = left if size is None or size < 0 else min(size, left)
        if not count:
            return b""
        end = self._at + count
        data = self._at_hand(self._at, end)
        if data is None:
            # Neighbours are read next: a header, then a name, then what belongs to them.
            far = min(self._size, max(end, self._at + _AHEAD))
            fetched = self._fetch(self._at, far)
            self._parts.append((self._at, fetched))
            data = fetched[:count]
        self._at = end
        return data

    def _at_hand(self, start: int, end: int) -> bytes | None:
        for first, data in self._parts:
            if first <= start and end <= first + len(data):
                return data[start - first : end - first]
        return None


_AHEAD = 32 * 1024


class _one_error:  # noqa: N801 - used like a function
    """Turns whatever the standard library raises on a hostile file into one error."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Let pass what is no fault of the file's content."""
        if isinstance(error, _FAULTS):
            message = "is damaged"
            raise UnreadableFileError(message) from error


_FAULTS = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


def _zip_member(file: io.BufferedIOBase | io.RawIOBase, wanted: Callable[[str], bool]) -> bytes:
    with _one_error(), zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            if not wanted(member.filename):
                continue
            if member.file_size > METADATA_LIMIT or member.compress_type not in {
                zipfile.ZIP_STORED,
                zipfile.ZIP_DEFLATED,
            }:
                break
            with archive.open(member) as content:
                data = content.read(METADATA_LIMIT + 1)
            if len(data) == member.file_size:
                return data
            break
    message = "has no metadata file that can be read"
    raise UnreadableFileError(message)


class _Decompressor(Protocol):
    """What `bz2` and `lzma` have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Gzip:
    """The same for `zlib`."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(31)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max(0, max_length))


def _decompressor_for(filename: str) -> Callable[[], _Decompressor] | None:
    if filename.endswith((".gz", ".tgz")):
        return _Gzip
    if filename.endswith((".bz2", ".tbz")):
        return bz2.BZ2Decompressor
    if filename.endswith((".xz", ".txz", ".tlz")):
        return lambda: lzma.LZMADecompressor(memlimit=UNPACKED_LIMIT)
    return None


def _unpacked(pieces: Iterable[bytes], filename: str) -> Iterator[bytes]:
    """Decompress piece by piece, so that a small file cannot become a large one at once."""
    make = _decompressor_for(filename)
    if make is None:
        yield from pieces
        return
    decompressor = make()
    for piece in pieces:
        data = piece
        while True:
            if decompressor.eof:
                # Another member may follow; zeros are padding.
                data = (decompressor.unused_data + data).lstrip(b"\0")
                if not data:
                    break
                decompressor = make()
            out = decompressor.decompress(data, _PIECE)
            data = b""
            if out:
                yield out
            if decompressor.eof:
                if not decompressor.unused_data:
                    break
            elif decompressor.needs_input:
                break


class _Stream:
    """What `tarfile` reads from, up to a limit."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._buffer = bytearray()
        self._total = 0

    def read(self, size: int) -> bytes:
        while len(self._buffer) < size:
            piece = next(self._pieces, b"")
            if not piece:
                break
            self._total += len(piece)
            if self._total > UNPACKED_LIMIT:
                message = "has no metadata file near its beginning"
                raise UnreadableFileError(message)
            self._buffer += piece
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

    def close(self) -> Any:  # noqa: ANN401 - the interface of files
        """Do nothing."""
