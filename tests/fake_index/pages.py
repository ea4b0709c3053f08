"""The pages of the fake index: PEP 503 and 691, and the wrong ones."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fake_index.distributions import File

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
HTML_TYPE = "application/vnd.pypi.simple.v1+html"


@dataclass(frozen=True)
class Told:
    """What a page tells besides its files.

    Attributes:
        status: the status marker (PEP 792), "" for none.
        head: text for the head of an HTML page.
        core_metadata: whether metadata files are told of (PEP 658, PEP 714).
        tracks: the addresses of the project that this one extends (PEP 708).
        alternate_locations: those that it may be mixed with.
    """

    status: str = ""
    head: str = ""
    core_metadata: bool = True
    tracks: tuple[str, ...] = ()
    alternate_locations: tuple[str, ...] = ()


def json_page(name: str, files: list[File], told: Told) -> bytes:
    """Write the page of a project as PEP 691, 700 and 792 say."""
    described = []
    for file in files:
        release = file.release
        entry: dict[str, Any] = {
            "filename": file.filename,
            "url": f"../../files/{name}/{file.filename}",
            "hashes": {"sha256": file.digest},
            "size": len(file.content),
            "yanked": False if release.yanked is None else release.yanked or True,
        }
        if release.requires_python:
            entry["requires-python"] = release.requires_python
        if release.uploaded:
            entry["upload-time"] = release.uploaded
        if file.metadata is not None and told.core_metadata:
            entry["core-metadata"] = {"sha256": sha256(file.metadata).hexdigest()}
        described.append(entry)
    page: dict[str, Any] = {
        "meta": {"api-version": "1.4"},
        "name": name,
        "versions": list(dict.fromkeys(file.version for file in files)),
        "files": described,
    }
    if told.tracks:
        page["meta"]["tracks"] = list(told.tracks)
    if told.alternate_locations:
        page["alternate-locations"] = list(told.alternate_locations)
    if told.status:
        page["project-status"] = {"status": told.status}
    return json.dumps(page).encode()


def html_page(name: str, files: list[File], told: Told) -> bytes:
    """Write the page of a project as PEP 503, 592, 629, 658 and 792 say."""
    head = '<meta name="pypi:repository-version" content="1.4">'
    if told.status:
        head += f'<meta name="pypi:project-status" content="{told.status}">'
    for key, urls in (("tracks", told.tracks), ("alternate-locations", told.alternate_locations)):
        head += "".join(f'<meta name="pypi:{key}" content="{escape(url)}">' for url in urls)
    lines = [
        "<!DOCTYPE html>",
        f"<html><head>{head}{told.head}<title>Links for {name}</title></head>",
        "<body>",
    ]
    for file in files:
        release = file.release
        attributes = [f'href="../../files/{name}/{file.filename}#sha256={file.digest}"']
        if release.requires_python:
            attributes.append(f'data-requires-python="{escape(release.requires_python)}"')
        if release.yanked is not None:
            attributes.append(f'data-yanked="{escape(release.yanked)}"')
        if release.uploaded:
            attributes.append(f'data-upload-time="{release.uploaded}"')
        if file.metadata is not None and told.core_metadata:
            digest = sha256(file.metadata).hexdigest()
            attributes.append(f'data-core-metadata="sha256={digest}"')
        lines.append(f"<a {' '.join(attributes)}>{file.filename}</a><br/>")
    return "\n".join([*lines, "</body></html>", ""]).encode()


def faulty_answer(
    behaviour: str, body: bytes, content_type: str
) -> tuple[bytes, str, dict[str, str]]:
    """Return the body, type and headers of a wrong answer with status 200.

    Args:
        behaviour: one of the words that `FakeIndex` describes.
        body: the right answer, and `content_type` its type.
        content_type: see there.
    """
    if behaviour == "cut":
        return body[: len(body) // 2], content_type, {}
    if behaviour == "malformed":
        return b'{"files": [{"filename": "<a href=', content_type, {}
    if behaviour == "wrong-type":
        return body, "text/plain", {}
    if behaviour in _WRONG_PAGES:
        return *_WRONG_PAGES[behaviour], {}
    return *_encoded(behaviour, content_type), {"Content-Encoding": "gzip"}


_WRONG_PAGES = {
    "nested": (b'{"files": ' + b"[" * 200_000, JSON_TYPE),
    "bad-html": (b"\x00<!DOCTYPE html><a href='" + b"<a " * 50_000, "text/html"),
    "login": (
        b"<!DOCTYPE html><html><body><form>Room number: <input></form></body></html>",
        "text/html",
    ),
    "greeting": (b"<!DOCTYPE html><html><body>Welcome to the hotel!</body></html>", "text/html"),
    "front-page": (
        b'<!DOCTYPE html><html><body><a href="/login">Log in</a></body></html>',
        "text/html",
    ),
    "nothing": (b"", "text/html"),
}


def _encoded(behaviour: str, content_type: str) -> tuple[bytes, str]:
    """Return a wrong body and type of an answer that is marked as compressed."""
    if behaviour == "bad-encoding":
        return b"\x1f\x8b\x08 no gzip at all", content_type
    if behaviour == "huge":
        return gzip.compress(b"<br/>\n" * (80 * 1024 * 1024 // 6), 1), "text/html"
    if behaviour == "bomb":
        # A gigabyte of zeros: one compressed megabyte after the other.
        return gzip.compress(bytes(1024 * 1024), 9) * 1024, "text/html"
    message = f"the fake index knows no behaviour {behaviour!r}"
    raise ValueError(message)
