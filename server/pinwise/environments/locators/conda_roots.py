"""Conda's, mamba's and pixi's environments, by their lists, configuration and usual folders."""
# ruff: noqa: PTH117, PTH118, PTH120 - plain strings, for speed

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from pinwise.environments.locators.places import Candidate, Places, children
from pinwise.environments.small_files import read_small

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_LIST: Final = 1_048_576
_DISTRIBUTIONS: Final = (
    "miniconda3",
    "anaconda3",
    "miniforge3",
    "mambaforge",
    "miniconda",
    "anaconda",
)
_NAMES: Final = (*_DISTRIBUTIONS, "mambaforge-pypy3", "micromamba", ".conda")
_LIST_KEY: Final = re.compile(r"(?:envs_dirs|envs_path)\s*:\s*(?P<inline>.*)")
_VARIABLE: Final = re.compile(r"\$(?:\{(\w+)\}|(\w+))")


def conda_environments(places: Places) -> Iterator[Candidate]:
    """Yield the roots, the environments in their `envs`, and those of lists and configuration."""
    roots = list(dict.fromkeys(filter(None, _roots(places))))
    for root in roots:
        yield Candidate(root)
        for folder in children(os.path.join(root, "envs")):
            yield Candidate(folder)
    for folder in dict.fromkeys(_configured(places, roots)):
        for environment in children(folder):
            yield Candidate(environment)
    pixi = places.variable("PIXI_HOME") or places.in_home(".pixi")
    for environment in children(os.path.join(pixi, "envs")):
        yield Candidate(environment)
    for path in _recorded(places):
        yield Candidate(path)


def _roots(places: Places) -> Iterator[str]:
    for name in ("MAMBA_ROOT_PREFIX", "CONDA_ROOT"):
        yield places.variable(name)
    for name in ("CONDA_EXE", "MAMBA_EXE"):
        executable = places.variable(name)
        if executable:
            # `condabin/conda` and `bin/conda`, or `Scripts\\conda.exe`.
            yield os.path.dirname(os.path.dirname(executable))
    for name in _NAMES:
        yield places.in_home(name)
    yield os.path.join(places.data_folder("mamba"))
    if places.windows:
        local = places.variable("LOCALAPPDATA") or places.in_home("AppData", "Local")
        for parent in (local, places.variable("PROGRAMDATA")):
            yield from (os.path.join(parent, name) for name in _DISTRIBUTIONS if parent)
        return
    yield places.system("/opt/conda")
    for name in _DISTRIBUTIONS:
        yield places.system(f"/opt/{name}")
        if places.macos:
            yield places.system(f"/opt/homebrew/Caskroom/{name.rstrip('3')}/base")
            yield places.system(f"/usr/local/Caskroom/{name.rstrip('3')}/base")


def _configured(places: Places, roots: list[str]) -> Iterator[str]:
    """Yield the folders of environments that variables and `.condarc` files name."""
    for name in ("CONDA_ENVS_DIRS", "CONDA_ENVS_PATH"):
        for path in places.environ.get(name, "").split(";" if places.windows else ":"):
            yield from filter(None, [places.path_of_user(path)])
    files = [
        places.variable("CONDARC"),
        places.in_home(".condarc"),
        places.in_home(".conda", ".condarc"),
        places.in_home(".mambarc"),
        os.path.join(places.config_folder("conda"), ".condarc"),
        *(os.path.join(root, ".condarc") for root in roots),
    ]
    if not places.windows:
        files += [places.system("/etc/conda/.condarc"), places.system("/var/lib/conda/.condarc")]
    for file in filter(None, files):
        try:
            text = read_small(file)
        except OSError:
            continue
        for value in environment_folders(text):
            path = _VARIABLE.sub(lambda match: _value(match, places), value)
            yield from filter(None, [places.path_of_user(path)])


def _value(match: re.Match[str], places: Places) -> str:
    return places.environ.get(match[1] or match[2], match[0])


def environment_folders(condarc: str) -> list[str]:
    """Return `envs_dirs` (or `envs_path`) of a `.condarc`, as written.

    Reads the two forms that lists have in YAML, `- one` on lines of their own and `[one, two]`,
    with or without quotes. That is all of YAML that this key is written in.
    """
    found: list[str] = []
    inside = False
    for line in condarc.splitlines():
        bare = re.sub(r"(?:^|\s)#.*", "", line).rstrip()
        if not bare:
            continue
        key = _LIST_KEY.fullmatch(bare)
        if key is not None:
            inside = not key["inline"]
            found += [_unquoted(item) for item in key["inline"].strip("[]").split(",")]
        elif inside and bare.lstrip().startswith("-"):
            found.append(_unquoted(bare.lstrip()[1:]))
        elif bare == bare.lstrip():
            inside = False
    return [item for item in found if item]


def _unquoted(text: str) -> str:
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text


def _recorded(places: Places) -> list[str]:
    """Read `~/.conda/environments.txt`: every environment that conda ever made, one a line."""
    try:
        text = read_small(places.in_home(".conda", "environments.txt"), limit=_LONGEST_LIST)
    except OSError:
        return []
    lines = (line.strip() for line in text.splitlines())
    return [os.path.normpath(line) for line in lines if os.path.isabs(line)]
