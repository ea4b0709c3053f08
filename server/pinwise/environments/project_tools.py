"""Which environment the tool uses that a project's lock file names.

uv, poetry, pipenv, pdm and pixi each know where a project's environment lies, and use it whatever
is activated. Who runs `uv run` there works in that one, so it is the project's.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pinwise.base.tuples import NamedTuple
from pinwise.environments.inspection import inspect
from pinwise.environments.types import Environment, EnvironmentKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping


class Tool(NamedTuple):
    """A tool that manages projects.

    Attributes:
        name: for a person.
        files: any of these in a folder says that the tool is used there.
        kind: what discovery calls the environments that it keeps elsewhere.
        places: where its environment of a project may lie, the first that is there counts.
        command: what makes that environment, and installs what the project asks for.
    """

    name: str
    files: tuple[str, ...]
    kind: EnvironmentKind
    places: Callable[[Path, Mapping[str, str]], Iterator[Path]]
    command: str


def environment_of_tool(
    folder: Path, found: Iterable[Environment], environ: Mapping[str, str]
) -> tuple[Tool, Environment] | None:
    """Return the tool of a project folder and its environment, or None where there is none yet.

    Args:
        folder: the project folder.
        found: what discovery linked to this very folder, best first.
        environ: the environment variables.

    A lock file counts before a mere manifest of the same tools. Some ten looks at the disk.
    """
    found = tuple(found)
    for tool in _TOOLS:
        if not _is_used(tool, folder):
            continue
        for place in tool.places(folder, environ):
            environment = inspect(place)
            if environment is not None and not environment.is_base:
                return tool, environment
        for environment in found:
            if environment.kind is tool.kind:
                return tool, environment
    return None


def tool_of(folder: Path) -> Tool | None:
    """Return the tool that a project folder is managed with; None where no file of one is there.

    Some ten looks at the disk.
    """
    return next((tool for tool in _TOOLS if _is_used(tool, folder)), None)


def _is_used(tool: Tool, folder: Path) -> bool:
    return any(os.path.lexists(folder / name) for name in tool.files)


def _of_uv(folder: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    """UV_PROJECT_ENVIRONMENT is an absolute path, or relative to the project."""
    if environ.get("UV_PROJECT_ENVIRONMENT"):
        yield folder / environ["UV_PROJECT_ENVIRONMENT"]
    yield folder / ".venv"


def _in_project(folder: Path, _environ: Mapping[str, str]) -> Iterator[Path]:
    """Poetry and pipenv use a `.venv` beside the lock file where there is one."""
    yield folder / ".venv"


def _of_pdm(folder: Path, _environ: Mapping[str, str]) -> Iterator[Path]:
    """Pdm records the interpreter that it uses."""
    from pinwise.environments.locators.pointers import pointed_at  # noqa: PLC0415 - pdm's alone

    yield from map(Path, pointed_at(str(folder / ".pdm-python"))[:1])
    yield folder / ".venv"


def _of_pixi(folder: Path, _environ: Mapping[str, str]) -> Iterator[Path]:
    yield folder / ".pixi" / "envs" / "default"


_TOOLS: Final = (
    Tool("uv", ("uv.lock",), EnvironmentKind.UV, _of_uv, "uv sync"),
    Tool("poetry", ("poetry.lock",), EnvironmentKind.POETRY, _in_project, "poetry install"),
    Tool("pdm", ("pdm.lock",), EnvironmentKind.PDM, _of_pdm, "pdm install"),
    Tool("pipenv", ("Pipfile.lock",), EnvironmentKind.PIPENV, _in_project, "pipenv install"),
    Tool("pixi", ("pixi.lock",), EnvironmentKind.PIXI, _of_pixi, "pixi install"),
    Tool("pipenv", ("Pipfile",), EnvironmentKind.PIPENV, _in_project, "pipenv install"),
    Tool("pixi", ("pixi.toml",), EnvironmentKind.PIXI, _of_pixi, "pixi install"),
    Tool("pdm", (".pdm-python",), EnvironmentKind.PDM, _of_pdm, "pdm install"),
)
