"""The data of environments: what rules and features may know of this layer."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from pinwise.base.records import record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from packaging.utils import NormalizedName


KEPT: Final = ".pinwise-old-"
"""What follows the name of an environment that waits aside while it is replaced."""


class EnvironmentKind(Enum):
    """What made it, or what it is; the values are those of `pinwise envs --format json`."""

    VENV = "venv"
    VIRTUALENV = "virtualenv"
    UV = "uv"
    CONDA = "conda"
    PIXI = "pixi"
    POETRY = "poetry"
    PIPENV = "pipenv"
    HATCH = "hatch"
    PDM = "pdm"
    VIRTUALENVWRAPPER = "virtualenvwrapper"
    PIPX = "pipx"
    """What pipx made for one command."""
    UV_TOOL = "uv-tool"
    """What `uv tool` made for one command."""
    TOX = "tox"
    NOX = "nox"
    PYENV = "pyenv"
    UV_PYTHON = "uv-python"
    ASDF = "asdf"
    MISE = "mise"
    RYE = "rye"
    HOMEBREW = "homebrew"
    FRAMEWORK = "framework"
    """A python.org or Xcode installation of macOS."""
    STORE = "store"
    """A package of the Microsoft Store."""
    SYSTEM = "system"
    UNKNOWN = "unknown"


class ProblemKind(Enum):
    """What is wrong with an environment, found by reading files alone."""

    BASE_MISSING = "base-missing"
    """The Python that it was made from is gone."""
    MOVED = "moved"
    """It records another path than its own."""
    VERSION_CHANGED = "version-changed"
    """The base Python's X.Y is no longer the one that it was made with."""
    INCOMPLETE = "incomplete"
    """Half made: no interpreter, or no site-packages."""
    NO_PIP = "no-pip"
    OTHER_SYSTEM = "other-system"
    """Made on another operating system."""
    OTHER_ARCHITECTURE = "other-architecture"
    """Made for another kind of processor."""
    UNREADABLE = "unreadable"
    DOES_NOT_START = "does-not-start"
    """Its interpreter was started, and is not what the files say."""


@record(frozen=True, slots=True)
class EnvironmentProblem:
    """One problem, with a sentence for a person.

    Attributes:
        broken: whether the environment cannot be used because of it. `NO_PIP` is no breakage.
    """

    kind: ProblemKind
    message: str
    broken: bool = True


@record(frozen=True, slots=True)
class Environment:
    """An environment or a base interpreter, from its files; no interpreter was started.

    Attributes:
        prefix: `sys.prefix`, normalised but not resolved: a link stays itself.
        executable: the interpreter, which may not exist in a broken environment.
        version: "3.12.1", or as much of it as the files tell; "" if nothing does.
        version_source: where that was read, for a person: "pyvenv.cfg".
        base_prefix: the prefix of the base Python; `prefix` itself for a base interpreter.
        is_base: whether it is a base interpreter and not an environment.
        project: the workspace folder that it belongs to, where known.
        externally_managed: whether PEP 668 forbids installing into it.
        site_packages: the folders that hold its distributions, in the order of `sys.path`: the
            first is its own, those of the base Python follow where it can see them.
        system_site_packages: whether it sees the packages of its base Python.
        implementation: `sys.implementation.name`: "cpython", "pypy".
        free_threaded: whether it is a build without the GIL (PEP 703).
        architecture: what its program is built for, as `platform.machine()` of Linux spells it:
            "x86_64", "aarch64", "i686"; "" where that is not known.
        found_by: the name of the locator that found it; "" where it was asked for by its path.
    """

    prefix: Path
    executable: Path
    kind: EnvironmentKind
    version: str = ""
    version_source: str = ""
    base_prefix: Path | None = None
    is_base: bool = False
    project: Path | None = None
    prompt: str = ""
    externally_managed: bool = False
    site_packages: tuple[Path, ...] = ()
    problems: tuple[EnvironmentProblem, ...] = ()
    system_site_packages: bool = False
    implementation: str = "cpython"
    free_threaded: bool = False
    architecture: str = ""
    found_by: str = ""

    @property
    def broken(self) -> bool:
        """Whether it cannot be used as it is."""
        return any(problem.broken for problem in self.problems)

    @property
    def kept_for(self) -> str:
        """The name that it had until a repair set it aside, which then was interrupted; or ""."""
        name, mark, _ = self.prefix.name.rpartition(KEPT)
        return name if mark else ""

    @property
    def name(self) -> str:
        """The short name for a status bar: the folder's, or the kind for a base interpreter."""
        return self.kind.value if self.is_base else self.prefix.name


@record(frozen=True, slots=True)
class SkippedPlace:
    """A family of places that was not looked at to the end, so that nothing is missing silently.

    Attributes:
        locator: the name of the locator: what it would have found has it as `found_by`.
        message: one sentence for a person.
    """

    locator: str
    message: str


@record(frozen=True, slots=True)
class Selection:
    """The environment that a workspace folder uses, and why.

    Attributes:
        environment: None where the folder has none and no base interpreter was found.
        explicit: whether the user chose it.
        reason: one sentence for a person: "chosen by you", ".venv in the folder".
        named: whether another extension of the editor uses it, or a setting names it.
        unusable: whether there is none because what the user chose is gone, or what the project
            names as its default cannot be used: the reason says what. Nothing else is taken
            silently (PEP 832).
    """

    environment: Environment | None
    explicit: bool
    reason: str
    named: bool = False
    unusable: bool = False

    @property
    def asked_for(self) -> bool:
        """Whether somebody asked for this very one, be it a base interpreter."""
        return self.explicit or self.named


@record(frozen=True, slots=True)
class Target:
    """The interpreter that requirements are judged for: markers, Requires-Python, wheel tags.

    Attributes:
        python_version: "3.12.1".
        marker_environment: the values of PEP 508's variables, all of them.
        tags: the wheel tags that it can install, best first; empty where they are not known.
        origin: for a person: ".venv", or "this machine's default Python".
    """

    python_version: str
    marker_environment: dict[str, str]
    tags: frozenset[str] = frozenset()
    origin: str = ""


@record(frozen=True, slots=True)
class Origin:
    """Where an installed distribution came from, if not from an index (PEP 610).

    Attributes:
        url: the address or `file:` URL, without the prefix of a version control system.
        editable: whether the code is used where it lies.
        vcs: "git" or its like; "" where there is none.
        revision: the branch, tag or commit that was asked for; "" where none was.
        commit: the commit that it was; "" where there is none.
        subdirectory: the folder inside; "" for the top.
        digest: of an archive, as `algorithm=digest`; "" where it is not known.
    """

    url: str
    editable: bool = False
    vcs: str = ""
    revision: str = ""
    commit: str = ""
    subdirectory: str = ""
    digest: str = ""


@record(frozen=True, slots=True)
class Installed:
    """What is installed in an environment, read from its files at one moment.

    Attributes:
        versions: of each distribution, as its metadata writes it.
        origins: of those that came from no index.
    """

    environment: Environment
    versions: Mapping[NormalizedName, str]
    origins: Mapping[NormalizedName, Origin]


@record(frozen=True, slots=True)
class FailedLine:
    """A line that an installer failed on.

    Attributes:
        file: the requirements file.
        text: the line as it was; once it reads otherwise, nobody knows whether it still fails.
        sentence: why, without secrets.
        printed: whether the installer said so word for word; else the sentence is ours.
    """

    file: Path
    text: str
    sentence: str
    printed: bool = False
