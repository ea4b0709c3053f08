"""What uv's configuration means for the places to look, where a project uses uv.

See the pages "Configuration files" and "Package indexes" of uv's documentation. uv reads neither
pip's files nor its variables, and pip reads none of uv's. A project that uses uv may still be
installed by pip, so that both may mean something for one requirements file. Pinwise decides so:

- Where uv's configuration names a place at any level, it replaces pip's places as a whole. A
  mixture of both is what neither of the two would look at, and would send names to hosts that the
  chosen tool does not ask.
- Where it names none, pip's places stay: that uv would ask the default index does not mean that
  the private index of pip's configuration has become wrong.

Certificates, proxy and the like stay those of pip's configuration. What uv's says of the files
that may be taken is read by `pinwise.index.uv_choices`.

uv takes a project's files from the first index that has the project ("first-index"): those that
are named come in their order, the default index last. An index that is `explicit` is for the
projects alone that `tool.uv.sources` assigns to it, which is none of a requirements file.
"""

from __future__ import annotations

import os
import re
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from packaging.utils import canonicalize_name

from pinwise.base.records import record
from pinwise.base.tuples import NamedTuple
from pinwise.index.urls import origin_of, split_credentials
from pinwise.index.uv_choices import with_choices
from pinwise.index.uv_files import UvTable, read_uv_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pinwise.index.types import IndexOptions

_TRUE = frozenset({"y", "yes", "t", "true", "on", "1"})


class _Index(NamedTuple):
    url: str
    name: str = ""
    default: bool = False
    explicit: bool = False
    table: UvTable | None = None


@record(frozen=False)
class _Found:
    """What the levels of configuration say, the strongest first."""

    indexes: list[_Index] = field(default_factory=list)
    extra: list[_Index] = field(default_factory=list)
    main: list[_Index] = field(default_factory=list)
    find_links: list[_Index] = field(default_factory=list)
    no_index: bool | None = None
    strategy: str = ""
    keyring: str = ""

    @property
    def names_places(self) -> bool:
        """Whether anything says where to look, for any project."""
        indexes = [index for index in self.indexes if not index.explicit]
        places = indexes or self.extra or self.main or self.find_links
        return bool(places) or self.no_index is not None


def user_tables(environ: Mapping[str, str]) -> list[UvTable]:
    """Read uv's files of the user and of the system, the stronger first.

    A file that cannot be read counts as missing, since uv itself complains of it.
    """
    tables = ((file, read_uv_file(file)) for file in user_files(environ))
    return [UvTable(content, file, workspace=False) for file, content in tables if content]


def user_files(environ: Mapping[str, str]) -> list[Path]:
    """Return uv's files of the user and of the system, existing or not, the stronger first."""
    if environ.get("UV_NO_CONFIG", "").lower() in _TRUE:
        return []
    named = environ.get("UV_CONFIG_FILE")
    return [Path(named)] if named else _usual_files(environ)


def with_uv(
    options: IndexOptions, project: Sequence[UvTable], environ: Mapping[str, str]
) -> IndexOptions:
    """Return the options as uv's configuration changes them; see this module for what wins.

    Args:
        options: those of pip's configuration.
        project: what the project's own files say, the stronger first.
        environ: the variables, normally `os.environ`.
    """
    users = user_tables(environ)
    if environ.get("UV_CONFIG_FILE") or environ.get("UV_NO_CONFIG", "").lower() in _TRUE:
        # uv then looks at no file of the project.
        project = ()
    found = _Found()
    _read_variables(found, environ)
    tables = (*project, *users)
    for table in tables:
        _read_indexes(found, table)
    # Each table is made one of all files before the table `pip` comes before the rest.
    for table in tables:
        _read_level(found, table.own, table)
    for table in tables:
        _read_level(found, table.content, table)
    options = with_choices(options, tables, environ)
    if found.names_places:
        options = _applied(options, found, environ)
    return _with_assigned(options, found, tables, environ)


def _usual_files(environ: Mapping[str, str]) -> list[Path]:
    if os.name == "nt":
        folders = [environ.get("APPDATA", ""), environ.get("PROGRAMDATA", "")]
        return [Path(folder) / "uv" / "uv.toml" for folder in folders if folder]
    home = environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")  # noqa: PTH111
    system = (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")
    users = Path(home) / "uv" / "uv.toml"
    # Of the system's, the first that exists is the one.
    candidates = [*(Path(folder) / "uv" / "uv.toml" for folder in system), Path("/etc/uv/uv.toml")]
    existing = (file for file in candidates if os.path.isfile(file))  # noqa: PTH113 - never raises
    return [users, *existing][:2]


def _read_variables(found: _Found, environ: Mapping[str, str]) -> None:
    get = environ.get
    if url := get("UV_DEFAULT_INDEX", ""):
        found.indexes.append(_named(url)._replace(default=True))
    found.indexes += map(_named, get("UV_INDEX", "").split())
    found.extra += map(_Index, get("UV_EXTRA_INDEX_URL", "").split())
    if url := get("UV_INDEX_URL", ""):
        found.main.append(_Index(url, default=True))
    places = map(str.strip, get("UV_FIND_LINKS", "").split(","))
    found.find_links += [_Index(place) for place in places if place]
    if flag := get("UV_NO_INDEX", ""):
        found.no_index = flag.lower() in _TRUE
    found.strategy = get("UV_INDEX_STRATEGY", "")
    found.keyring = get("UV_KEYRING_PROVIDER", "")


def _named(text: str) -> _Index:
    """Read `name=url` or `url`."""
    name, equals, url = text.partition("=")
    if equals and re.fullmatch(r"[\w.-]+", name):
        return _Index(url, name)
    return _Index(text)


def _read_indexes(found: _Found, table: UvTable) -> None:
    """Add the named indexes of a file."""
    indexes = table.content.get("index")
    for entry in indexes if isinstance(indexes, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("url"), str):
            flat = entry.get("format") == "flat"
            index = _Index(
                _place(entry["url"], table),
                str(entry.get("name", "")),
                entry.get("default") is True,
                entry.get("explicit") is True,
                table,
            )
            (found.find_links if flat else found.indexes).append(index)


def _read_level(found: _Found, level: Mapping[str, Any], table: UvTable) -> None:
    """Add what one of the two tables of a file says; what was said before is stronger."""
    found.extra += [_Index(url, table=table) for url in _texts(level, "extra-index-url", table)]
    found.find_links += [_Index(url, table=table) for url in _texts(level, "find-links", table)]
    found.main += [
        _Index(url, default=True, table=table) for url in _texts(level, "index-url", table)
    ]
    if found.no_index is None and isinstance(level.get("no-index"), bool):
        found.no_index = level["no-index"]
    for name in ("index-strategy", "keyring-provider"):
        value = level.get(name)
        attribute = name.partition("-")[2] if name == "index-strategy" else "keyring"
        if isinstance(value, str) and not getattr(found, attribute):
            setattr(found, attribute, value)


def _texts(level: Mapping[str, Any], key: str, table: UvTable) -> list[str]:
    value = level.get(key)
    values = value if isinstance(value, list) else [value]
    return [_place(each, table) for each in values if isinstance(each, str) and each]


def _place(text: str, table: UvTable) -> str:
    """Return an address as it is, and a path absolute."""
    return text if "://" in text else str(table.file.parent / os.path.expanduser(text))  # noqa: PTH111


def _applied(options: IndexOptions, found: _Found, environ: Mapping[str, str]) -> IndexOptions:
    listed = [*found.indexes, *found.extra, *found.main]
    names: set[str] = set()
    indexes = []
    for index in listed:
        # An index of a name that was met before is overridden by that.
        if not index.name or index.name not in names:
            names.add(index.name)
            indexes.append(index)
    main = next((index for index in indexes if index.default), None)
    extra = [index for index in indexes if not (index.default or index.explicit)]
    used = [*([main] if main else []), *extra, *found.find_links]
    hosts = {_host(place.url) for place in used if not _is_workspaces(place)}
    own = {place.url for place in used if not _is_workspaces(place)}
    urls = {place.url: _with_login(place, environ) for place in used}
    return replace(
        options,
        index_url=urls[main.url] if main else None,
        extra_index_urls=tuple(dict.fromkeys(urls[index.url] for index in extra)),
        find_links=tuple(dict.fromkeys(urls[place.url] for place in found.find_links)),
        no_index=bool(found.no_index),
        first_index=not found.strategy.startswith("unsafe"),
        keyring=options.keyring if found.keyring == "subprocess" else None,
        workspace_urls=frozenset(
            urls[place.url] for place in used if _is_workspaces(place) and place.url not in own
        ),
        user_hosts=frozenset((options.user_hosts | hosts) - {""}),
        variable_urls=frozenset(
            # A project's file names the host, and would get the password of the environment.
            (urls[place.url], place.table.file.name)
            for place in used
            if place.table is not None and _is_workspaces(place) and urls[place.url] != place.url
        ),
    )


def _with_assigned(
    options: IndexOptions, found: _Found, tables: Iterable[UvTable], environ: Mapping[str, str]
) -> IndexOptions:
    """Add the indexes that the project assigns to some of its projects."""
    named: dict[str, _Index] = {}
    for index in found.indexes:
        named.setdefault(index.name, index)
    assigned: list[tuple[str, _Index]] = []
    for table in tables:
        for project, source in table.sources.items():
            for entry in source if isinstance(source, list) else [source]:
                name = entry.get("index") if isinstance(entry, dict) else None
                # Several are meant for several platforms: each counts.
                if isinstance(name, str) and name in named:
                    assigned.append((canonicalize_name(project), named[name]))
    if not assigned:
        return options
    urls = {index.url: _with_login(index, environ) for _, index in assigned}
    own = [index for _, index in assigned if not _is_workspaces(index)]
    theirs = [index for _, index in assigned if _is_workspaces(index)]
    listed = {options.index_url, *options.extra_index_urls}
    return replace(
        options,
        assigned=tuple(dict.fromkeys((name, urls[index.url]) for name, index in assigned)),
        workspace_urls=options.workspace_urls
        | {urls[index.url] for index in theirs if urls[index.url] not in listed},
        user_hosts=frozenset((options.user_hosts | {_host(index.url) for index in own}) - {""}),
        variable_urls=options.variable_urls
        | {
            (urls[index.url], index.table.file.name)
            for index in theirs
            if index.table is not None and urls[index.url] != index.url
        },
    )


def _is_workspaces(place: _Index) -> bool:
    return place.table is not None and place.table.workspace


def _host(url: str) -> str:
    return origin_of(url)[1]


def _with_login(index: _Index, environ: Mapping[str, str]) -> str:
    """Put `UV_INDEX_<NAME>_USERNAME` and `_PASSWORD` into the address, as uv does."""
    if not index.name or "://" not in index.url:
        return index.url
    key = re.sub(r"[^A-Z0-9]", "_", index.name.upper())
    user = environ.get(f"UV_INDEX_{key}_USERNAME")
    password = environ.get(f"UV_INDEX_{key}_PASSWORD")
    if user is None and password is None:
        return index.url
    scheme, _, rest = split_credentials(index.url)[0].partition("://")
    login = quote(user or "", safe="")
    if password is not None:
        login += f":{quote(password, safe='')}"
    return f"{scheme}://{login}@{rest}"
