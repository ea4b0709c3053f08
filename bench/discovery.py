"""Finding environments, and what is installed in one, against the tools that do the same.

    python -m bench.discovery [--runs 9]

Makes a bed of some thirty environments on real interpreters of this machine (by links), and a
repository of ten thousand folders. Pinwise runs in process with nothing remembered; the others
are programs, with empty caches. They list base interpreters alone, and find none of the bed's
environments.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from pinwise.environments import base_installs, installed
from pinwise.environments.discovery import base_interpreters, discover
from pinwise.environments.inspection import inspect
from pinwise.environments.remembered import Remembered
from tests.environments.beds import fake_distribution, fake_venv

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pinwise.environments.types import Environment

ENVIRONMENTS = 27
FOLDERS = 10_000
DISTRIBUTIONS = 250
GOALS = {"bed": 50.0, "ratio": 0.5, "repository": 500.0, "installed": 0.05, "recall": 10.0}
"""Milliseconds, and parts of what the others take."""


def make_bed(home: Path, bases: list[Environment]) -> Path:
    """Fill a home folder with environments on real interpreters; return the workspace in it."""
    workspace = home / "work"
    places = [
        *(workspace / f"svc-{number}" / ".venv" for number in range(10)),
        workspace / ".venv",
        workspace / "my env (py 3)",
        workspace / ".tox" / "py312",
        workspace / ".nox" / "lint",
        *(home / ".virtualenvs" / f"wrapped-{number}" for number in range(4)),
        *(home / ".cache/pypoetry/virtualenvs" / f"p{at}-AAAAAAAA-py3.12" for at in range(3)),
        *(home / ".local/share/virtualenvs" / f"pipenv-{number}" for number in range(3)),
        *(home / ".local/share/pipx/venvs" / f"command-{number}" for number in range(3)),
    ]
    for number, place in enumerate(places):
        base = bases[number % len(bases)]
        fake_venv(place, base.executable, base.version)
    for number in range(10):
        (workspace / f"svc-{number}" / "pyproject.toml").touch()
        (workspace / f"svc-{number}" / "src" / "package").mkdir(parents=True)
    return workspace


def make_repository(folder: Path) -> None:
    """Make ten thousand folders, with one environment in the last."""
    for outer in range(FOLDERS // 100):
        for inner in range(100):
            (folder / f"package-{outer}" / f"part-{inner}").mkdir(parents=True)


def milliseconds(work: Callable[[], object], before: Callable[[], object] | None = None) -> float:
    """Return how long a piece of work takes, after what is to be done before it."""
    if before:
        before()
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def forget() -> None:
    """Empty everything that this process remembers of environments."""
    base_installs._REMEMBERED.clear()  # noqa: SLF001 - a cold start is what is measured
    installed._distributions.cache_clear()  # noqa: SLF001 - likewise


def find(workspace: Path, home: Path) -> list[Environment]:
    """Return all environments of the bed, and the interpreters of this machine."""
    environ = {"PATH": os.environ.get("PATH", ""), "PYENV_ROOT": os.environ.get("PYENV_ROOT", "")}
    environ["PYENV_ROOT"] = environ["PYENV_ROOT"] or str(Path.home() / ".pyenv")
    return list(discover([workspace], environ=environ, home=home))


def rival(command: list[str], environ: Mapping[str, str]) -> Callable[[], int]:
    """Return a run of another tool, which must succeed and print something."""

    def run() -> int:
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
        lines = len(done.stdout.splitlines())
        if not lines:
            message = f"{command[0]} found nothing: {done.stderr}"
            raise RuntimeError(message)
        return lines

    return run


def rivals(scratch: Path) -> dict[str, Callable[[], float]]:
    """Return the others by name: each a run with an empty cache, in milliseconds."""
    listing = (
        "from python_discovery import iter_interpreters, DiskCache\n"
        "import sys, pathlib\n"
        "for found in iter_interpreters(cache=DiskCache(pathlib.Path(sys.argv[1]))):\n"
        "    print(found.executable)\n"
    )
    numbers = iter(range(1_000_000))

    def uv() -> float:
        cache = scratch / f"uv-{next(numbers)}"
        program = Path(sys.executable).with_name("uv")
        command = [str(program), "python", "list", "--only-installed", "--offline"]
        return milliseconds(rival(command, {**os.environ, "UV_CACHE_DIR": str(cache)}))

    def python_discovery() -> float:
        cache = scratch / f"discovery-{next(numbers)}"
        command = [sys.executable, "-I", "-c", listing, str(cache)]
        return milliseconds(rival(command, os.environ))

    return {"uv python list": uv, "python-discovery": python_discovery}


def fill(site_packages: Path) -> None:
    """Install `DISTRIBUTIONS` distributions, as far as their metadata goes."""
    for number in range(DISTRIBUTIONS):
        fake_distribution(site_packages, f"distribution_{number}", f"1.{number}.0")


def by_importlib(site_packages: Path) -> dict[str, str]:
    """Return what the standard library says is installed."""
    found = importlib.metadata.distributions(path=[str(site_packages)])
    return {canonicalize_name(one.name): one.version for one in found}


def show(what: str, times: list[float], goal: str = "") -> float:
    """Print one line of figures; return the median."""
    median = statistics.median(times)
    print(f"{what:44} median {median:8.2f} ms   minimum {min(times):8.2f} ms{goal}")
    return median


def time_the_bed(home: Path, workspace: Path, scratch: Path, runs: int) -> None:
    """Print how long finding all takes, beside what the others take."""
    found = find(workspace, home)
    environments = [one for one in found if not one.is_base]
    if len(environments) < ENVIRONMENTS or any(one.broken for one in environments):
        message = "the bed is not found as it was made"
        raise SystemExit(message)
    print(f"{len(environments)} environments and {len(found) - len(environments)} interpreters")
    others = rivals(scratch)
    times: dict[str, list[float]] = {"ours": [], **{other: [] for other in others}}
    for _ in range(runs):
        # They take turns, so that a machine that slows down slows all.
        times["ours"].append(milliseconds(lambda: find(workspace, home), forget))
        for other, run in others.items():
            times[other].append(run())
    ours = show("cold discovery", times["ours"], f"   (goal {GOALS['bed']:.0f} ms)")
    faster = min(show(f"{other}, empty cache", times[other]) for other in others)
    print(f"{'of the faster':44} {ours / faster:15.3f}   (goal {GOALS['ratio']})")


def time_the_repository(repository: Path, base: Environment, home: Path, runs: int) -> None:
    """Print how long a repository takes whose environment lies in its last folder."""
    make_repository(repository)
    last = fake_venv(repository / "package-99" / "part-99" / ".venv", base.executable, "3")
    if last not in [one.prefix for one in find(repository, home)]:
        message = "the environment of the repository is not found"
        raise SystemExit(message)
    walks = [milliseconds(lambda: find(repository, home), forget) for _ in range(runs)]
    show(f"a repository of {FOLDERS:,} folders", walks, f"   (goal {GOALS['repository']:.0f} ms)")


def time_the_restart(workspace: Path, environment: Environment, state: Path, runs: int) -> None:
    """Print how long it takes to recall the selection and to verify that its files are as were."""
    Remembered(state).remember(workspace, environment)
    recalls = [milliseconds(lambda: Remembered(state).recall(workspace)) for _ in range(runs)]
    show("the selection after a restart", recalls, f"   (goal {GOALS['recall']:.0f} ms)")


def time_the_installed(environment: Environment, runs: int) -> None:
    """Print how long names and versions of what is installed take."""
    site_packages = environment.site_packages[0]
    fill(site_packages)
    if dict(installed.installed(environment)) != by_importlib(site_packages):
        message = "what is installed is not what importlib.metadata says"
        raise SystemExit(message)
    reads: dict[str, list[float]] = {"ours": [], "importlib": []}
    for _ in range(runs):
        reads["ours"].append(milliseconds(lambda: installed.installed(environment), forget))
        reads["importlib"].append(milliseconds(lambda: by_importlib(site_packages)))
    mine = show(f"{DISTRIBUTIONS} distributions", reads["ours"])
    theirs = show(f"{DISTRIBUTIONS} distributions, importlib.metadata", reads["importlib"])
    print(f"{'of importlib.metadata':44} {mine / theirs:15.3f}   (goal {GOALS['installed']})")


def main() -> None:
    """Print the figures, each with its goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    runs = parser.parse_args().runs
    bases = [base for base in base_interpreters() if base.version.startswith("3.")]
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name).resolve()
        home = scratch / "home"
        workspace = make_bed(home, bases)
        environment = inspect(workspace / ".venv")
        if environment is None:
            raise SystemExit
        time_the_bed(home, workspace, scratch, runs)
        time_the_repository(scratch / "repository", bases[0], home, runs)
        time_the_restart(workspace, environment, scratch / "state", runs)
        time_the_installed(environment, runs)


if __name__ == "__main__":
    main()
