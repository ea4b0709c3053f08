"""pip 26.3's own reading of a requirements file, in the shape of ours: the judge of the parser.

Only tests import pip. What is compared is written down in `Verdict`.
"""

from __future__ import annotations

import contextlib
import io
import os
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging.markers import Marker
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from pip._internal.cli import cmdoptions
from pip._internal.models.format_control import FormatControl
from pip._internal.models.release_control import ReleaseControl
from pip._internal.req import req_file
from pip._internal.req.constructors import install_req_from_editable, install_req_from_line
from pip._internal.utils.misc import is_installable_dir
from pip._internal.utils.urls import path_to_url
from pip._internal.vcs.versioncontrol import is_url

from pinwise.syntax.entry import is_archive
from pinwise.syntax.nodes import Kind, Line
from pinwise.syntax.records import effective_options
from pinwise.syntax.requirements import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pip._internal.req.req_install import InstallRequirement

REJECTED = "rejected"


@dataclass
class Verdict:
    """What one reader makes of one logical line."""

    line: int
    kind: str
    name: str | None = None
    specifier: frozenset[str] = frozenset()
    extras: frozenset[str] = frozenset()
    marker: str | None = None
    url: str | None = None
    hashes: dict[str, list[str]] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)


ENVIRONMENT = {
    "OPTIONS": "--pre --no-index",
    "HASH": "--hash=sha256:abc",
    "VERSION": "1.2.3",
    "NAME": "flask",
    "FOLDER": "some folder",
    "USER_NAME": "me",
    "PASS_WORD": "p#w d",
    "COMMENT": "flask # not a comment",
    "OUTER": "a==${INNER}",
    "INNER": "1.0",
    "EMPTY": "",
    "INDEX_TOKEN": "secret",
}
"""The variables that the corpus names; `UNSET` and `lower` are not among them."""

_shared_default: list[str] = cmdoptions.use_new_feature().default
_FLAGS = ("no_index", "prefer_binary", "require_hashes", "no_require_hashes", "pre")
_LISTS = ("extra_index_urls", "find_links", "trusted_hosts", "features_enabled")


@contextlib.contextmanager
def judging_in(folder: Path) -> Iterator[Path]:
    """Work in `folder`, where `./local` becomes a project, with known variables."""
    (folder / "local").mkdir()
    for project in (folder, folder / "local"):
        (project / "pyproject.toml").write_text("")
    before, variables = Path.cwd(), dict(os.environ)
    os.chdir(folder)
    os.environ.update(ENVIRONMENT)
    try:
        yield folder
    finally:
        os.chdir(before)
        os.environ.clear()
        os.environ.update(variables)


def pip_text(data: bytes) -> str | None:
    """Return the text that pip decodes the bytes of a file to; None where it fails."""
    try:
        return req_file._decode_req_file(data, "requirements.txt")  # noqa: SLF001 - the judge
    except (UnicodeError, LookupError):
        return None


def pip_verdicts(text: str) -> list[Verdict]:
    """Return pip's reading of each logical line, one by one, so that an error ends only its own."""
    parse_line = req_file.get_line_parser(None)
    verdicts = []
    for number, line in req_file.preprocess(text):
        # pip shares this default between its parsers, so that each line adds to it.
        _shared_default.clear()
        try:
            # optparse prints its usage before it fails; shlex and ast warn.
            with contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                arguments, options = parse_line(line)
                parsed = req_file.ParsedLine("requirements.txt", number, arguments, options, False)  # noqa: FBT003 - pip's signature
                verdicts.append(_pip_verdict(parsed))
        except Exception:  # noqa: BLE001 - pip ends with any exception, and with tracebacks
            verdicts.append(Verdict(number, REJECTED))
    return verdicts


def _pip_verdict(parsed: req_file.ParsedLine) -> Verdict:
    options = parsed.opts
    requirement = req_file.handle_line(parsed)
    if requirement is None:
        if options.requirements or options.constraints:
            kind = "include" if options.requirements else "constraint"
            target = (options.requirements or options.constraints)[0]
            return Verdict(parsed.lineno, kind, options={"target": target})
        return Verdict(parsed.lineno, "option", options=_pip_options(options))
    given = requirement.options or {}
    if requirement.is_editable:
        found = install_req_from_editable(requirement.requirement)
        kind = "editable"
    else:
        found = install_req_from_line(requirement.requirement)
        kind = _pip_kind(requirement.requirement, found)
    found.match_markers()
    settings = {"config_settings": given["config_settings"]} if "config_settings" in given else {}
    return Verdict(
        parsed.lineno,
        kind,
        found.req.name if found.req else None,
        _clauses(str(found.req.specifier)) if found.req else frozenset(),
        frozenset(map(canonicalize_name, found.extras)),
        str(found.markers) if found.markers else None,
        found.link.url if found.link else None,
        given.get("hashes", {}),
        settings,
    )


def _clauses(text: str) -> frozenset[str]:
    # As a text, packaging leaves out what is there twice.
    return frozenset(filter(None, str(SpecifierSet(text)).split(",")))


def _pip_kind(text: str, found: InstallRequirement) -> str:
    if is_url(text):
        return "url"
    if found.link is not None and not (found.req and found.req.url):
        return "path"
    return "requirement"


def _pip_options(options: Any) -> dict[str, Any]:  # noqa: ANN401 - optparse's values have no type
    result: dict[str, Any] = {name: True for name in _FLAGS if getattr(options, name)}
    result |= {name: list(value) for name in _LISTS if (value := getattr(options, name))}
    if options.index_url is not None:
        result["index_url"] = options.index_url
    binary, releases = options.format_control, options.release_control
    if binary.no_binary or binary.only_binary:
        result["binary"] = (binary.no_binary, binary.only_binary)
    if releases.all_releases or releases.only_final:
        result["releases"] = (releases.all_releases, releases.only_final)
    return result


def our_verdicts(text: str, environment: Mapping[str, str] | None = None) -> list[Verdict]:
    """Return our reading, with paths looked at on disk as pip does."""
    variables = os.environ if environment is None else environment
    # The judge gets a text that was decoded already, and with it lost its mark.
    file = parse(text, environment=variables, marked=False)
    return [_our_verdict(line) for line in file.lines]


def _our_verdict(line: Line) -> Verdict:
    if line.kind is Kind.ERROR or _path_is_missing(line):
        return Verdict(line.first_line, REJECTED)
    verdict = Verdict(line.first_line, line.kind.value)
    if line.kind in {Kind.INCLUDE, Kind.CONSTRAINT}:
        verdict.options = {"target": line.target}
        return verdict
    if line.kind is Kind.OPTION:
        verdict.options = _our_options(line)
        return verdict
    requirement = line.requirement
    assert requirement is not None
    verdict.name = requirement.name or None
    verdict.extras = frozenset(canonicalize_name(extra.name) for extra in requirement.extras)
    implied = requirement.implied_version
    verdict.specifier = _clauses(f"=={implied}" if implied else requirement.specifier)
    if requirement.marker is not None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            verdict.marker = str(Marker(requirement.marker.text))
    verdict.url = requirement.url
    if requirement.path is not None:
        verdict.url = path_to_url(requirement.path)
    elif requirement.url is not None and requirement.url.startswith("file:"):
        verdict.url = _file_url(requirement.url, line.kind)
    if line.kind is not Kind.EDITABLE:
        for found in line.hashes:
            verdict.hashes.setdefault(found.algorithm, []).append(found.digest)
    settings = [value or "" for _, value in effective_options(line)]
    if settings:
        verdict.options = {"config_settings": _settings(settings)}
    return verdict


def _path_is_missing(line: Line) -> bool:
    """Whether the line names a folder that is not there: the one thing that is not syntax."""
    requirement = line.requirement
    if requirement is None or requirement.path is None:
        return False
    if line.kind is Kind.EDITABLE:
        # What begins like a Windows share becomes a file URL unseen (`Link.__init__`).
        return not (requirement.path.startswith("\\\\") or Path(requirement.path).is_dir())
    if Path(requirement.path).is_dir():
        return not is_installable_dir(requirement.path)
    return not is_archive(requirement.path)


def _file_url(url: str, kind: Kind) -> str:
    """Return a file URL as pip keeps it: absolute, where it goes up."""
    if kind is Kind.URL and "../" in url:
        from urllib.parse import unquote, urlsplit  # noqa: PLC0415 - this branch only

        return path_to_url(os.path.normpath(unquote(urlsplit(url).path)))
    return url


def _settings(values: list[str]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for value in values:
        key, _, setting = value.partition("=")
        if key not in result:
            result[key] = setting
        elif isinstance(result[key], list):
            result[key].append(setting)
        else:
            result[key] = [result[key], setting]
    return result


def _our_options(line: Line) -> dict[str, Any]:
    """Return the effect of an option line as pip's parser shows it."""
    names = {
        "--extra-index-url": "extra_index_urls",
        "--find-links": "find_links",
        "--trusted-host": "trusted_hosts",
        "--use-feature": "features_enabled",
    }
    result: dict[str, Any] = {}
    binary, releases = FormatControl(), ReleaseControl()
    for name, given in effective_options(line):
        value = given or ""
        if name in names:
            result.setdefault(names[name], []).append(value)
        elif name == "--index-url":
            result["index_url"] = value
        elif name == "--no-binary":
            binary.handle_mutual_excludes(value, binary.no_binary, binary.only_binary)
        elif name == "--only-binary":
            binary.handle_mutual_excludes(value, binary.only_binary, binary.no_binary)
        elif name == "--all-releases":
            releases.handle_mutual_excludes(
                value, releases.all_releases, releases.only_final, "all_releases"
            )
        elif name == "--only-final":
            releases.handle_mutual_excludes(
                value, releases.only_final, releases.all_releases, "only_final"
            )
        else:
            result[name[2:].replace("-", "_")] = True
    if binary.no_binary or binary.only_binary:
        result["binary"] = (binary.no_binary, binary.only_binary)
    if releases.all_releases or releases.only_final:
        result["releases"] = (releases.all_releases, releases.only_final)
    return result
