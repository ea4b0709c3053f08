"""Reads the JSON pages of the Simple Repository API: PEP 691, 700, 708 and 792."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pinwise.index.links import (
    MOST_ADDRESSES,
    Link,
    Page,
    UnreadablePageError,
    filename_of,
)
from pinwise.index.urls import split_credentials

if TYPE_CHECKING:
    from collections.abc import Iterator


def read_json(text: str | bytes, url: str) -> Page:
    """Read a page.

    Args:
        text: the body of the answer; bytes are UTF-8, as JSON is.
        url: where it came from after redirects, without credentials: links are relative to it.

    Raises:
        UnreadablePageError: not JSON, not a project's page, or of a version of the API that is
            not understood. A single file that is malformed is skipped instead.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        message = "the answer is not valid JSON"
        raise UnreadablePageError(message) from error
    if not isinstance(data, dict) or not isinstance(data.get("files"), list):
        message = "the answer is not a project page of the Simple Repository API"
        raise UnreadablePageError(message)
    meta = data.get("meta")
    meta = meta if isinstance(meta, dict) else {}
    version = str(meta.get("api-version", "1.0"))
    if version.partition(".")[0] != "1":
        message = f"the page is of version {version[:20]} of the Simple Repository API"
        raise UnreadablePageError(message)
    told = data.get("project-status") or meta.get("project-status")
    status, reason = _status(told)
    return Page(
        url,
        list(_links(data["files"])),
        "" if status == "active" else status,
        reason,
        _addresses(meta.get("tracks")),
        _addresses(data.get("alternate-locations")),
    )


def _addresses(value: object) -> tuple[str, ...]:
    """Read the addresses of PEP 708, as many as a person would look at."""
    texts = [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
    return tuple(split_credentials(each)[0] for each in texts[:MOST_ADDRESSES])


def _links(files: list[Any]) -> Iterator[Link]:
    for file in files:
        if not isinstance(file, dict):
            continue
        get = file.get
        url = get("url")
        if not isinstance(url, str) or not url:
            continue
        href = url.partition("#")[0]
        yanked = get("yanked")
        metadata = get("core-metadata")
        if metadata is None:
            metadata = get("dist-info-metadata")
        requires_python, uploaded, size = get("requires-python"), get("upload-time"), get("size")
        yield Link(
            filename_of(href),
            href,
            _hashes(get("hashes")),
            requires_python if isinstance(requires_python, str) else "",
            # PEP 691: a reason, or true; false and absence mean that it is not yanked.
            (yanked if isinstance(yanked, str) else "") if yanked else None,
            uploaded if isinstance(uploaded, str) else "",
            _hashes(metadata) if metadata else None,
            size if isinstance(size, int) and size >= 0 else -1,
        )


def _hashes(value: object) -> str:
    if not isinstance(value, dict):
        return ""
    pairs = (
        f"{name}={digest}"
        for name, digest in value.items()
        if isinstance(digest, str) and digest.isalnum() and name.isalnum()
    )
    return ",".join(pairs)


def _status(value: object) -> tuple[str, str]:
    """Return the status marker and its reason.

    PEP 792 has an object with both, its drafts a string.
    """
    parts = value if isinstance(value, dict) else {"status": value}
    marker, reason = parts.get("status"), parts.get("reason")
    return (
        marker.strip().lower() if isinstance(marker, str) else "",
        reason.strip() if isinstance(reason, str) else "",
    )
