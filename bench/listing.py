"""Reading one listing of about 5,000 files, as HTML and as JSON, against pypi-simple.

    python -m bench.listing [--project botocore] [--runs 15] [--offline]

The page is fetched once, from the index that pip is configured for, and kept in the user's cache
folder; with `--offline`, and without such a page, one of the same shape is made up. The other
format is written from the same links, so that both say the same. The readers take turns in one
process. Ours is timed to the stored form, too: versions parsed, sorted and deduplicated, files
grouped by them, which is more than a list of links.

pypi-simple is no dependency of Pinwise: `pip install -e '.[bench]'`.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import random
import statistics
import sys
import time
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from packaging.utils import canonicalize_name
from platformdirs import user_cache_path

from pinwise.index.configuration import read_configuration
from pinwise.index.default import default_index_url
from pinwise.index.http import Answer, HttpClient
from pinwise.index.pages import ACCEPT, read_page
from pinwise.index.records import record_of
from pinwise.index.urls import project_url, split_credentials

if TYPE_CHECKING:
    from collections.abc import Callable

    from pinwise.index.links import Page

HTML, JSON = "text/html", "application/vnd.pypi.simple.v1+json"
MADE_UP_FILES = 5000
BASE = "https://index.example.org/simple/botocore/"


def page_of(project: str, *, offline: bool) -> tuple[bytes, str, str]:
    """Return a body, its content type and its address: kept, fetched or made up."""
    kept = user_cache_path("pinwise-bench") / "listings" / f"{project}.json"
    if not kept.exists() and not offline:
        found = _fetched(project)
        if found is None:
            print("the index could not be asked: the page is made up")
        else:
            body, content_type, url = found
            kept.parent.mkdir(parents=True, exist_ok=True)
            told = {"type": content_type, "url": url, "body": body.decode("utf-8")}
            kept.write_text(json.dumps(told), encoding="utf-8")
    if kept.exists():
        told = json.loads(kept.read_text(encoding="utf-8"))
        return told["body"].encode("utf-8"), told["type"], told["url"]
    return as_html(made_up(project, MADE_UP_FILES)), HTML, BASE


def _fetched(project: str) -> tuple[bytes, str, str] | None:
    options = read_configuration(Path(sys.prefix)).options
    base, credentials = split_credentials(options.index_url or default_index_url())
    url = project_url(base, canonicalize_name(project))
    with contextlib.closing(HttpClient(options)) as http:
        answer = http.get(url, headers={"Accept": ACCEPT}, credentials=credentials)
    if not isinstance(answer, Answer):
        return None
    return answer.body, answer.content_type, answer.url


def made_up(project: str, count: int) -> Page:
    """Return a page as a large index would send it for a project with a release a day."""
    chance = random.Random(20)  # noqa: S311 - repeatable, not secret
    anchors = []
    for number in range(count // 2):
        version = f"1.{number // 90}.{number % 90}"
        for name in (f"{project}-{version}.tar.gz", f"{project}-{version}-py3-none-any.whl"):
            digest = f"{chance.getrandbits(256):064x}"
            anchors.append(
                f'<a href="https://files.example.org/packages/{digest[:2]}/{digest[2:4]}/'
                f'{chance.getrandbits(240):060x}/{name}#sha256={digest}" '
                f'data-requires-python="&gt;=3.{6 + number // 500}">{name}</a><br/>'
            )
    return read_page("\n".join(anchors).encode(), HTML, BASE)


def as_html(page: Page) -> bytes:
    """Write a page as HTML (PEP 503), with the attributes that it knows of."""
    anchors = []
    for link in page.links:
        told = {
            "data-requires-python": link.requires_python or None,
            "data-core-metadata": None if link.metadata is None else link.metadata or "true",
            "data-yanked": link.yanked,
            "data-upload-time": link.uploaded or None,
        }
        attributes = "".join(
            f' {name}="{escape(value)}"' for name, value in told.items() if value is not None
        )
        address = escape(urljoin(page.base, link.href) + (f"#{link.hashes}" if link.hashes else ""))
        anchors.append(f'<a href="{address}"{attributes}>{escape(link.filename)}</a><br/>')
    body = "\n".join(anchors)
    return f"<!DOCTYPE html>\n<html><body>\n{body}\n</body></html>\n".encode()


def as_json(page: Page, project: str) -> bytes:
    """Write a page as JSON (PEP 691, PEP 700)."""
    files: list[dict[str, Any]] = []
    for link in page.links:
        hashes = dict(part.split("=", 1) for part in link.hashes.split(",") if part)
        file: dict[str, Any] = {
            "filename": link.filename,
            "url": urljoin(page.base, link.href),
            "hashes": hashes,
            "size": max(link.size, 0),
            "yanked": False if link.yanked is None else link.yanked or True,
        }
        if link.requires_python:
            file["requires-python"] = link.requires_python
        if link.uploaded:
            file["upload-time"] = link.uploaded
        files.append(file)
    record = record_of(page, canonicalize_name(project), 0.0)
    data = {
        "meta": {"api-version": "1.1"},
        "name": project,
        "versions": record.texts,
        "files": files,
    }
    return json.dumps(data).encode()


def in_turns(readers: dict[str, Callable[[], object]], runs: int) -> dict[str, list[float]]:
    """Return the milliseconds of each run; each reader is run once before, uncounted."""
    found: dict[str, list[float]] = {title: [] for title in readers}
    for turn in range(runs + 1):
        for title, read in readers.items():
            gc.collect()
            began = time.perf_counter()
            result = read()
            if turn:
                found[title].append(1000 * (time.perf_counter() - began))
            del result
    return found


def main() -> None:
    """Print a row for each reader."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--project", default="botocore")
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--offline", action="store_true", help="fetch nothing")
    given = parser.parse_args()
    try:
        from pypi_simple import ProjectPage  # noqa: PLC0415 - told below where it is missing
    except ImportError:
        parser.error("pypi-simple is not installed: pip install -e '.[bench]'")
    project = canonicalize_name(given.project)
    body, content_type, url = page_of(project, offline=given.offline)
    page = read_page(body, content_type, url)
    bodies = {HTML: as_html(page), JSON: as_json(page, project)}
    # What the index sent is read as it was sent.
    bodies[JSON if "json" in content_type else HTML] = body
    versions = len(record_of(page, project, 0.0).texts)
    print(f"{project}: {len(page.links)} files, {versions} versions, {given.runs} runs in turns,")
    print("milliseconds, minimum / median / maximum")
    for kind, data in bodies.items():
        sent = "as sent" if data is body else "rewritten"
        print(f"{kind}, {len(data) / 1e6:.2f} MB, {sent}:")

        def links(kind: str = kind, data: bytes = data) -> object:
            return read_page(data, kind, url)

        def stored(kind: str = kind, data: bytes = data) -> object:
            return record_of(read_page(data, kind, url), project, 0.0)

        def other(kind: str = kind, data: bytes = data) -> object:
            if kind == HTML:
                return ProjectPage.from_html(project, data, base_url=url)
            return ProjectPage.from_json_data(json.loads(data), base_url=url)

        assert len(other().packages) == len(read_page(data, kind, url).links)  # type: ignore[attr-defined]  # noqa: S101 - both read the same
        times = in_turns(
            {"pinwise, links": links, "pinwise, stored form": stored, "pypi-simple": other},
            given.runs,
        )
        judge = times["pypi-simple"]
        for title, found in times.items():
            row = f"  {title:22} {min(found):7.1f} / {statistics.median(found):7.1f}"
            row += f" / {max(found):7.1f}"
            if found is not judge:
                ratios = [his / mine for his, mine in zip(judge, found, strict=True)]
                row += f"   {statistics.median(ratios):.1f} times as fast"
            print(row)


if __name__ == "__main__":
    main()
