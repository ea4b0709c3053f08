"""What a report of a defect needs to say about this installation, this folder and this user.

Plain data for `pinwise doctor`. Values that may be secrets are left out here already: of an
address its host is told and no more, of a variable that it is set. What is told is cleaned once
more before it is printed.
"""

from __future__ import annotations

import contextlib
import locale
import os
import platform
import shutil
import sys
import time
from dataclasses import fields, replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import platformdirs
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from pinwise import __version__
from pinwise.analysis.not_selected import why_not_selected
from pinwise.base.facts import NotChecked
from pinwise.features.not_checked import reason_words
from pinwise.index.cache import Cache, default_cache_path
from pinwise.index.cache_upkeep import SIZE_LIMIT
from pinwise.index.client import IndexClient
from pinwise.index.configuration import read_configuration
from pinwise.index.pip_files import read_pip_settings
from pinwise.index.urls import label_of
from pinwise.project.settings import Settings
from pinwise.project.settings_values import Reading, read_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pinwise.advice.context import EnvironmentState
    from pinwise.analysis.workspace import Workspace
    from pinwise.environments.types import Environment
    from pinwise.index.types import IndexOptions

_DEPENDENCIES: Final = (
    "pygls", "lsprotocol", "packaging", "urllib3", "truststore", "platformdirs", "virtualenv",
    "distlib", "tomlkit", "tomli",
)  # fmt: skip
"""What Pinwise runs on; a bundle has no metadata of its own that would name them."""

_TOLD_VARIABLES: Final = (
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "CONDA_DEFAULT_ENV",
    "UV_PROJECT_ENVIRONMENT",
)
"""Their values are folders and names, and say which environment is meant."""

_SET_VARIABLES: Final = (
    "PYTHONPATH", "PYTHONHOME", "NO_COLOR", "CI", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NETRC", "XDG_CACHE_HOME", "XDG_STATE_HOME",
    "XDG_CONFIG_HOME", "WORKON_HOME", "PYENV_ROOT",
)  # fmt: skip
_PROXIES: Final = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_TOOLS: Final = ("pinwise", "python3", "python", "uv", "keyring", "conda", "poetry", "pdm", "hatch")

_ASKED: Final = canonicalize_name("pip")
"""What an index is asked for to see that it answers: a name that every default index has."""


def installation() -> dict[str, Any]:
    """Return which Pinwise this is, what runs it, and what it runs on."""
    package = Path(__file__).resolve().parent.parent
    if (package / "pages").is_dir():
        kind = "an installed package"
    elif (package.parent.parent / "bundled" / "libs").is_dir() and not _installed():
        kind = "the extension's own"
    else:
        kind = "a checkout"
    return {
        "version": __version__,
        "folder": str(package),
        "kind": kind,
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "interpreter": sys.executable,
        "isolated": bool(sys.flags.isolated),
        "platform": _system(),
        "machine": platform.machine(),
        "encoding": f"{locale.getpreferredencoding(False)}, output {sys.stdout.encoding}",  # noqa: FBT003
        "language server": f"{sys.executable} -m pinwise serve",
        "dependencies": {name: _version(name) for name in _DEPENDENCIES if _is_needed(name)},
        "not as declared": _undeclared(),
    }


def _system() -> str:
    """Return what runs the machine; `platform.platform` would start `uname` for it."""
    parts = [f"{platform.system()} {platform.release()}"]
    if sys.platform == "linux":
        with contextlib.suppress(OSError, KeyError):
            parts.append(platform.freedesktop_os_release()["PRETTY_NAME"])
        parts.append(" ".join(platform.libc_ver()).strip())
    elif sys.platform == "darwin":
        parts.append(f"macOS {platform.mac_ver()[0]}")
    else:
        parts.append(platform.version())
    return ", ".join(filter(None, parts))


def _installed() -> bool:
    return _version("pinwise") != "missing"


def _version(name: str) -> str:
    """Return the version of a distribution, "missing" where there is none."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "missing"


def _is_needed(name: str) -> bool:
    return name != "tomli" or sys.version_info < (3, 11)


def _undeclared() -> list[str]:
    """Return the dependencies whose version is another than the one that Pinwise declares."""
    wrong = []
    with contextlib.suppress(metadata.PackageNotFoundError):
        for text in metadata.requires("pinwise") or ():
            requirement = Requirement(text)
            if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
                continue
            version = _version(requirement.name)
            if version == "missing" or not requirement.specifier.contains(
                version, prereleases=True
            ):
                wrong.append(f"{requirement.name}{requirement.specifier}: {version}")
    return wrong


def surroundings() -> dict[str, Any]:
    """Return what of the process's environment bears on Pinwise; of most only names."""
    told = {name: os.environ[name] for name in _TOLD_VARIABLES if os.environ.get(name)}
    is_set = [name for name in _SET_VARIABLES if os.environ.get(name)]
    is_set += sorted(name for name in os.environ if name.startswith(("PIP_", "UV_INDEX")))
    proxies = {}
    for name in _PROXIES:
        value = os.environ.get(name) or os.environ.get(name.lower())
        if value:
            proxies[name] = "set" if name == "NO_PROXY" else label_of(_with_scheme(value))
    return {
        "variables": told,
        "also set": is_set,
        "proxies": proxies,
        "programs": {name: place for name in _TOOLS if (place := shutil.which(name))},
    }


def settings_of(workspace: Workspace, folder: Path) -> dict[str, Any]:
    """Return the settings that are not the default, and where each comes from."""
    loaded = workspace.loaded_settings_of(folder)
    file = next((item for item in loaded.files if item.path == loaded.path), None)
    in_file: Mapping[str, Any] = {}
    if file is not None:
        in_file = read_values(file.table, Reading(file.path.parent, None, [], file))
    default = Settings()
    values = {}
    for field in fields(Settings):
        value = getattr(loaded.settings, field.name)
        if value != getattr(default, field.name):
            source = str(loaded.path) if field.name in in_file else "the command line"
            values[field.name.replace("_", "-")] = f"{_plain(value)} ({source})"
    return {
        "file": str(loaded.path) if loaded.path else "none",
        "not default": values,
        "problems": [
            f"{problem.path}: {problem.message}" if problem.path else problem.message
            for problem in loaded.problems
        ],
        "note": "An editor's own settings are not known here.",
    }


def _plain(value: object) -> str:
    """Return a setting's value as it is read best."""
    if hasattr(value, "items"):
        return ", ".join(f"{key} = {_plain(item)}" for key, item in value.items())
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return " ".join(map(str, value))
    if isinstance(value, tuple | frozenset | set):
        return ", ".join(sorted(map(_plain, value)))
    return str(value)


def indexes_of(
    workspace: Workspace, folder: Path, prefix: Path | None, roots: Iterable[Path], *, online: bool
) -> dict[str, Any]:
    """Return where packages come from and which configuration says so; addresses by their host.

    Args:
        workspace: has the texts.
        folder: the project.
        prefix: that of the selected environment, whose own configuration counts.
        roots: the requirements files, whose options count as well.
        online: whether each index is asked whether it answers.
    """
    offline = workspace.settings_of(folder).offline
    read = read_configuration(prefix, workspace_folders=(folder,), offline=offline)
    settings = read_pip_settings(prefix, os.environ).settings
    every = [read.options, *(workspace.first_questions(root)[0].options for root in roots)]
    options = read.options
    record = {
        "places": list(dict.fromkeys(label for item in every for label in _places(item))),
        "pip's files": [str(file) for file in read.files if os.path.isfile(file)],  # noqa: PTH113 - as below
        "pip's settings": [f"{item.name} ({item.file or 'a variable'})" for item in settings],
        "problems": [f"{item.place}: {item.why}" for item in options.problems],
        "proxy": label_of(_with_scheme(options.proxy)) if options.proxy else "none configured",
        "certificates": options.cert or "the system's",
        "keyring": options.keyring or "not asked",
        "netrc": _netrc(),
        "no index": options.no_index,
    }
    if online:
        record["answers"] = _answers(every)
    return record


def _places(options: IndexOptions) -> list[str]:
    links = [f"links at {label_of(place)}" for place in options.find_links]
    if options.no_index:
        return links
    main = "the default index" if options.index_url is None else label_of(options.index_url)
    return [*links, main, *map(label_of, options.extra_index_urls)]


def _netrc() -> str:
    """Return which netrc file there is; what it says is nobody's business."""
    named = os.environ.get("NETRC")
    for name in [named] if named else ["~/.netrc", "~/_netrc"]:
        if os.path.isfile(path := os.path.expanduser(name)):  # noqa: PTH111, PTH113 - never raise
            return path
    return "none"


def _answers(every: Iterable[IndexOptions]) -> dict[str, str]:
    """Ask each place for one project that any index may have, and say what became of it.

    Neither the cache is asked nor is the answer kept.
    """
    found = {}
    for options in every:
        if options.no_index:
            continue
        for url in (options.index_url, *options.extra_index_urls):
            label = "the default index" if url is None else label_of(url)
            if label not in found:
                found[label] = _answer(
                    replace(options, index_url=url, extra_index_urls=(), find_links=())
                )
    return found


def _answer(options: IndexOptions) -> str:
    from pinwise.analysis.complete import look_up  # noqa: PLC0415 - only where it is asked for

    client = IndexClient(options)
    started = time.monotonic()
    try:
        look_up(client, [_ASKED])
        fact = client.listing(_ASKED)
    finally:
        client.close()
    if isinstance(fact, NotChecked):
        return reason_words(fact)
    return f"answers, in {(time.monotonic() - started) * 1000:.0f} ms"


def _with_scheme(address: str) -> str:
    return address if "://" in address else f"//{address}"


def cache() -> dict[str, Any]:
    """Return where the cache lies and how large it is; it is not made."""
    with contextlib.closing(Cache(default_cache_path())) as found:
        size = found.size()
        pages, versions = found.contents() if size else (0, 0)
        return {
            "path": str(found.path),
            "size": size,
            "size_limit": SIZE_LIMIT,
            "projects": pages,
            "metadata": versions,
        }


def environments_of(
    workspace: Workspace,
    folder: Path,
    found: Iterable[Environment],
    state: EnvironmentState | None,
) -> dict[str, Any]:
    """Return the environments, which one is selected and why, and what was not looked at."""
    chosen = state.selection.environment if state else None
    return {
        "selected": str(chosen.prefix) if chosen else "none",
        "because": state.selection.reason if state else "",
        "choices are kept in": str(platformdirs.user_state_path("pinwise", appauthor=False)),
        "found": [
            {
                "path": str(item.prefix),
                "version": item.version,
                "kind": item.kind.value,
                "found by": item.found_by,
                "broken": item.broken,
                "problems": [problem.message for problem in item.problems],
                "not selected because": (why_not_selected(item, state) if state else "") or "",
            }
            for item in found
        ],
        "not looked at": [place.message for place in workspace.environments.skipped(folder)],
    }
