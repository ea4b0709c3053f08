"""What pip's configuration and the options in requirements files mean for the places to look.

The order in which settings and lines count is pip's, its oddities included: a variable replaces
the list of a file rather than adding to it, and an `--index-url` in a requirements file drops the
extra indexes that were named before it.
"""

from __future__ import annotations

import os
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name

from pinwise.base.records import record
from pinwise.base.tuples import NamedTuple
from pinwise.index.default import default_index_url
from pinwise.index.keyring import find_keyring
from pinwise.index.pip_files import read_pip_settings
from pinwise.index.types import ConfigurationProblem, IndexOptions
from pinwise.index.urls import key_of, origin_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from pinwise.index.pip_files import Setting

_ALIASES = {
    "pypi-url": "index-url",
    "default-timeout": "timeout",
    "i": "index-url",
    "f": "find-links",
}
_PLACES = frozenset({"index-url", "extra-index-url", "find-links"})
_SAFEGUARDS = frozenset({"trusted-host", "cert", "client-cert", "proxy", "no-proxy-env"})
"""Options by which an untrusted workspace could lead the user's own requests astray."""

_OPPOSITES = {
    "only-binary": "no-binary",
    "no-binary": "only-binary",
    "all-releases": "only-final",
    "only-final": "all-releases",
}
"""Options that name projects, each with the one that takes a project away from it."""

_KEYRING_PROVIDERS = frozenset({"auto", "disabled", "import", "subprocess"})

_TRUE = frozenset({"y", "yes", "t", "true", "on", "1"})
_FALSE = frozenset({"n", "no", "f", "false", "off", "0"})


class Configuration(NamedTuple):
    """What was read from pip's configuration.

    Attributes:
        files: all that were looked for, existing or not: those to watch.
        problems: the files and settings that could not be used; the options have them, too.
    """

    options: IndexOptions
    files: tuple[Path, ...] = ()
    problems: tuple[ConfigurationProblem, ...] = ()


class FileOption(NamedTuple):
    """One option in a requirements file.

    Attributes:
        name: with or without its hyphens: `--index-url`, `i`.
        value: "" for a flag.
        folder: that of the file, against which the paths of `--find-links` are tried.
        variable: where the option stands, if a value of the environment is part of it; else "".
    """

    name: str
    value: str = ""
    folder: Path | None = None
    variable: str = ""


def read_configuration(
    prefix: Path | None = None,
    *,
    workspace_folders: Sequence[Path] = (),
    trusted: bool = True,
    offline: bool = False,
    environ: Mapping[str, str] | None = None,
) -> Configuration:
    """Read what `pip install` of an environment would be configured with.

    Nothing is started: files and variables are read. Costs about a millisecond.

    Args:
        prefix: that of the selected environment, None without one.
        workspace_folders: the folders that are open. What a configuration file inside of one
            says (`.venv/pip.conf`) is the workspace's word, not the user's.
        trusted: whether the user trusts the workspace. If not, its proxy, certificates and
            trusted hosts do not count, and no keyring is asked.
        offline: the user's setting, handed on.
        environ: the variables, by default those of this process.
    """
    variables = os.environ if environ is None else environ
    read = read_pip_settings(prefix, variables)
    builder = _Builder()
    folders = [folder.resolve() for folder in workspace_folders]
    own: set[str] = set()
    foreign: set[str] = set()
    hosts: set[str] = set()
    for setting in read.settings:
        name = _ALIASES.get(setting.name, setting.name)
        workspace = _inside(setting, folders)
        if workspace and not trusted and name in _SAFEGUARDS:
            continue
        if name in _PLACES:
            (foreign if workspace else own).update(setting.value.split())
            hosts.update(() if workspace else map(_host_of, setting.value.split()))
        elif name == "trusted-host" and not workspace:
            hosts.update(_host_of(f"//{value}") for value in setting.value.split())
        variable = f"PIP_{setting.name.replace('-', '_').upper()}"
        builder.place = variable if setting.file is None else str(setting.file)
        builder.configure(name, setting.value)
    options = builder.options
    if builder.no_proxy_env and options.proxy is None:
        options = replace(options, proxy="")
    if options.cert is None and options.proxy is None:
        # pip's HTTP library takes these where pip was told neither of a bundle nor of a proxy.
        bundle = variables.get("REQUESTS_CA_BUNDLE") or variables.get("CURL_CA_BUNDLE")
        options = replace(options, cert=bundle or None)
    keyring = None
    if trusted and builder.asks_keyring:
        keyring = find_keyring(variables, workspace_folders)
    problems = (*read.problems, *builder.problems)
    options = replace(
        options,
        trusted=trusted,
        offline=offline,
        keyring=keyring,
        workspace_urls=frozenset(foreign - own),
        user_hosts=frozenset(hosts - {""}),
        problems=problems,
    )
    return Configuration(options, read.files, problems)


def with_file_options(options: IndexOptions, lines: Iterable[Sequence[FileOption]]) -> IndexOptions:
    """Return the options as the lines of requirements files change them.

    Args:
        options: from the configuration.
        lines: the options of each logical line, in the order in which pip reads the lines,
            includes in place. Options that have nothing to do with the places are ignored.
    """
    known = {options.index_url, *options.extra_index_urls, *options.find_links, None}
    known -= options.workspace_urls
    default_is_known = options.index_url is None
    workspace = set(options.workspace_urls)
    variable = set(options.variable_urls)
    for line in lines:
        by_name: dict[str, list[FileOption]] = {}
        for option in line:
            bare = option.name.lstrip("-")
            by_name.setdefault(_ALIASES.get(bare, bare), []).append(option)
        options = _with_line(options, by_name)
        named = {option.value for name in _PLACES for option in by_name.get(name, ())}
        named.update(options.find_links)
        workspace.update(named - known)
        variable.update(
            (_find_links_place(option) if name == "find-links" else option.value, option.variable)
            for name in _PLACES
            for option in by_name.get(name, ())
            if option.variable
        )
    if not options.trusted and default_is_known and workspace:
        # Files that were compiled often repeat the default index, which nobody needs to trust.
        default = key_of(default_index_url())
        workspace = {url for url in workspace if key_of(url) != default}
    return replace(options, workspace_urls=frozenset(workspace), variable_urls=frozenset(variable))


def _host_of(url: str) -> str:
    """Return the host that an address names, "" for a path."""
    return origin_of(url)[1]


def _with_line(options: IndexOptions, by_name: Mapping[str, list[FileOption]]) -> IndexOptions:
    """Apply one line, in the order of pip's `handle_option_line`."""
    options = _with_places(options, by_name)
    if "trusted-host" in by_name and options.trusted:
        hosts = tuple(option.value for option in by_name["trusted-host"])
        options = replace(options, trusted_hosts=options.trusted_hosts + hosts)
    return options


def _with_places(options: IndexOptions, by_name: Mapping[str, list[FileOption]]) -> IndexOptions:
    """Apply what a line says of indexes and links."""
    if "no-index" in by_name:
        options = replace(options, no_index=True, index_url=None, extra_index_urls=())
    if "index-url" in by_name and not options.no_index:
        url = by_name["index-url"][-1].value
        if not options.first_index:
            options = replace(options, index_url=url, extra_index_urls=())
        elif options.index_url is None:
            # For uv the main index of its configuration comes before those of the files.
            options = replace(options, index_url=url)
    if "extra-index-url" in by_name and not options.no_index:
        urls = tuple(option.value for option in by_name["extra-index-url"])
        options = replace(options, extra_index_urls=options.extra_index_urls + urls)
    if "find-links" in by_name:
        place = _find_links_place(by_name["find-links"][0])
        options = replace(options, find_links=(*options.find_links, place))
    return options


def _find_links_place(option: FileOption) -> str:
    """Return a path relative to the file where there is such a thing, else the value itself."""
    if option.folder is not None:
        beside = option.folder / option.value
        try:
            if beside.exists():
                return str(beside)
        except OSError:
            pass
    return option.value


def _with_names(options: IndexOptions, name: str, value: str) -> IndexOptions:
    """Apply an option for some projects, as pip's `FormatControl` and `ReleaseControl` do.

    A project that one option names is no longer named by its opposite.
    """
    chosen_field, other_field = name.replace("-", "_"), _OPPOSITES[name].replace("-", "_")
    chosen: set[str] = set(getattr(options, chosen_field))
    other: set[str] = set(getattr(options, other_field))
    parts = [part.strip() for part in value.split(",")]
    if ":all:" in parts:
        last = len(parts) - parts[::-1].index(":all:")
        chosen, other, parts = {":all:"}, set(), parts[last:]
        if ":none:" not in parts:
            parts = []
    for part in parts:
        if part == ":none:":
            chosen.clear()
        elif part:
            project = canonicalize_name(part)
            other.discard(project)
            chosen.add(project)
    changes: Any = {chosen_field: frozenset(chosen), other_field: frozenset(other)}
    return replace(options, **changes)


@record(frozen=False)
class _Builder:
    """Collects settings into options."""

    options: IndexOptions = field(default_factory=IndexOptions)
    problems: list[ConfigurationProblem] = field(default_factory=list)
    place: str = ""
    keyring_provider: str = "auto"
    no_input: bool = False
    no_proxy_env: bool = False

    @property
    def asks_keyring(self) -> bool:
        """Whether pip would ask the keyring: without input, only where it was told to.

        pip's own `import` of the library is a question to the same keyring as that of the command.
        """
        if self.keyring_provider == "auto":
            return not self.no_input
        return self.keyring_provider != "disabled"

    def configure(self, name: str, value: str) -> None:
        """Apply one setting; the values of lists stand apart by white space."""
        if name == "index-url":
            self.options = replace(self.options, index_url=value)
        elif name == "extra-index-url":
            self.options = replace(self.options, extra_index_urls=tuple(value.split()))
        elif name == "find-links":
            self.options = replace(self.options, find_links=tuple(value.split()))
        elif name == "trusted-host":
            self.options = replace(self.options, trusted_hosts=tuple(value.split()))
        elif name in _OPPOSITES:
            self.options = _with_names(self.options, name, value)
        else:
            self._scalar(name, value)

    def _scalar(self, name: str, value: str) -> None:
        field_name = name.replace("-", "_")
        if name in {"cert", "client-cert"}:
            # Options of pip's type "path".
            self._set(field_name, os.path.expanduser(value))  # noqa: PTH111 - never raises
        elif name in {"proxy", "uploaded-prior-to"}:
            self._set(field_name, value)
        elif name == "timeout":
            self._set(field_name, self._number(name, value, 15.0))
        elif name == "retries":
            self._set(field_name, int(self._number(name, value, 2)))
        elif name in {"no-index", "pre", "prefer-binary"}:
            self._set(field_name, self._flag(name, value))
        elif name == "no-input":
            self.no_input = self._flag(name, value)
        elif name == "no-proxy-env":
            self.no_proxy_env = self._flag(name, value)
        elif name == "keyring-provider":
            if value in _KEYRING_PROVIDERS:
                self.keyring_provider = value
            else:
                self._note("pip's setting keyring-provider names none of its providers")

    def _note(self, why: str) -> None:
        self.problems.append(ConfigurationProblem(self.place, why))

    def _set(self, field_name: str, value: object) -> None:
        change: Any = {field_name: value}
        self.options = replace(self.options, **change)

    def _flag(self, name: str, value: str) -> bool:
        if value.lower() not in _TRUE | _FALSE:
            self._note(f"pip's setting {name} is neither true nor false")
        return value.lower() in _TRUE

    def _number(self, name: str, value: str, otherwise: float) -> float:
        try:
            number = float(value)
        except ValueError:
            number = -1.0
        if not 0 <= number < 86_400:  # noqa: PLR2004 - a day: infinity is no timeout either
            self._note(f"pip's setting {name} is not a sensible number")
            return otherwise
        return number


def _inside(setting: Setting, folders: Sequence[Path]) -> bool:
    """Whether a setting comes from a file inside of one of the (resolved) folders."""
    if setting.file is None:
        return False
    file = setting.file.resolve()
    return any(file.is_relative_to(folder) for folder in folders)
