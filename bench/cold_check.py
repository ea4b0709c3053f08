"""About 100 real pinned lines, by processes: on an empty cache, and offline on a full one.

    python -m bench.cold_check [--runs 5] [FILE]

`pinwise check` and `uv pip compile` take turns, so that a machine or a network that slows down
slows both; ratios are those of neighbours in time. Both ask the index that pip is configured for,
else their own default, and no other place. A run counts only if Pinwise checked every line.
`uv` has to be on the PATH or beside this interpreter: `pip install uv`.

Each cold run asks one page and the metadata of one file for each line; every tool gets each once
a run. `pinned.txt` is made of `pinned.in` by
`uv pip compile --exclude-newer DATE bench/pinned.in --no-annotate --no-header`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pinwise.analysis.complete import analyse_completely
from pinwise.analysis.workspace import Workspace
from pinwise.index.configuration import read_configuration

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PINNED = Path(__file__).resolve().parent / "pinned.txt"

_KEPT = {"PIP_CERT", "PIP_CLIENT_CERT", "PIP_PROXY", "PIP_TIMEOUT", "PIP_DEFAULT_TIMEOUT"}
"""What of pip's variables is about how to reach an index, not about which places to look at."""

Command = list[str]


def environment(index_url: str | None) -> dict[str, str]:
    """Return the variables under which both tools ask the same single index."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("PIP_", "UV_")) or key in _KEPT
    }
    kept["PIP_CONFIG_FILE"] = os.devnull
    kept["UV_NO_CONFIG"] = "1"
    if index_url is not None:
        kept["PIP_INDEX_URL"] = kept["UV_DEFAULT_INDEX"] = index_url
    return kept


def commands(file: Path, uv: str) -> dict[str, Command]:
    """Return what is timed, Pinwise first."""
    compiling = [uv, "pip", "compile", "--quiet", "--no-header", "--python", sys.executable]
    compiling += ["--output-file", os.devnull, str(file)]
    checking = [sys.executable, "-m", "pinwise", "check", "--format", "json"]
    checking += ["--python", sys.executable, str(file)]
    return {
        "pinwise check": checking,
        "uv pip compile": compiling,
        "uv pip compile --no-build": [*compiling, "--no-build"],
    }


def seconds_of(command: Command, environ: Mapping[str, str]) -> float:
    """Run a command to its end, and return how long it took.

    Raises:
        RuntimeError: it failed, or left a line unchecked.
    """
    began = time.perf_counter()
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    # Pinwise ends with 1 where it found something; a rule that fails is told on standard error.
    ours = "pinwise" in command
    if done.returncode > 1 or (done.stderr if ours else done.returncode):
        message = f"{' '.join(command)}: {done.stderr[-2000:]}"
        raise RuntimeError(message)
    if ours and (missing := json.loads(done.stdout)["not_checked"]):
        message = f"not checked: {missing[:3]}"
        raise RuntimeError(message)
    return seconds


def with_cache(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return the variables by which both tools keep their caches below a folder."""
    # Pinwise's follows the platform's convention, which differs by system.
    places = {"XDG_CACHE_HOME": folder, "LOCALAPPDATA": folder, "UV_CACHE_DIR": folder / "uv"}
    return {**environ, **{key: str(place) for key, place in places.items()}}


def time_in_turns(
    timed: Mapping[str, Command], runs: int, environ: Mapping[str, str], *, cold: bool
) -> dict[str, list[float]]:
    """Return the seconds of each run of each command, which take turns.

    Args:
        timed: the commands by title.
        runs: how often each is run.
        environ: the variables for all of them.
        cold: whether each run gets an empty folder for its cache.
    """
    found: dict[str, list[float]] = {title: [] for title in timed}
    for _ in range(runs):
        for title, command in timed.items():
            if cold:
                with tempfile.TemporaryDirectory() as folder:
                    seconds = seconds_of(command, with_cache(environ, Path(folder)))
            else:
                seconds = seconds_of(command, environ)
            found[title].append(seconds)
    return found


def spread(values: Sequence[float], form: str = "{:.2f}") -> str:
    """Return the minimum, the median and the maximum."""
    shown = (min(values), statistics.median(values), max(values))
    return " / ".join(form.format(value) for value in shown)


def show(times: Mapping[str, list[float]]) -> None:
    """Print a row for each command, and how the first compares with it."""
    (_, ours), *_ = times.items()
    for title, found in times.items():
        row = f"  {title:38} {spread(found)} s"
        if found is not ours:
            ratios = [mine / other for mine, other in zip(ours, found, strict=True)]
            row += f"   pinwise takes {spread(ratios)} times as long"
        print(row)


def requests_of_pinwise(file: Path, environ: Mapping[str, str]) -> int:
    """Check the file in this process on an empty cache; return the number of requests."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        os.environ.clear()
        os.environ.update(with_cache(environ, Path(folder)))
        try:
            workspace = Workspace((file.parent,))
            workspace.environments.discover(file.parent)
            analyse_completely(workspace, [file])
            count = workspace.requests()
            workspace.close()
        finally:
            os.environ.clear()
            os.environ.update(before)
    return count


def requests_of_uv(command: Command, environ: Mapping[str, str]) -> int:
    """Return how often uv found nothing in its empty cache, by its own log: each is a request."""
    told = [word for word in command if word != "--quiet"]
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            [*told, "--verbose"],
            env=with_cache(environ, Path(folder)),
            capture_output=True,
            text=True,
            check=True,
        )
    return run.stderr.count("No cache entry for: ")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file", nargs="?", type=Path, default=PINNED)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    beside = Path(sys.executable).parent / "uv"
    uv = shutil.which("uv") or shutil.which(str(beside))
    if uv is None:
        parser.error("uv is not installed: pip install uv")
    environ = environment(read_configuration(Path(sys.prefix)).options.index_url)
    with tempfile.TemporaryDirectory() as folder:
        # A folder of its own: no settings and no environment of this repository count.
        file = Path(folder).resolve() / "requirements.txt"
        shutil.copyfile(given.file, file)
        pins = sum("==" in line for line in file.read_text(encoding="utf-8").splitlines())
        timed = commands(file, uv)
        print(f"{pins} pinned lines, {given.runs} runs each in turns, minimum / median / maximum")
        print("on an empty cache, to complete:")
        show(time_in_turns(timed, given.runs, environ, cold=True))
        ours = requests_of_pinwise(file, environ)
        theirs = requests_of_uv(timed["uv pip compile"], environ)
        print(f"  requests: pinwise {ours}, uv {theirs} (the misses that its log tells of)")
        full = with_cache(environ, file.parent / "cache")
        for command in timed.values():
            seconds_of(command, full)
        offline = {
            f"{title} --offline": [*command, "--offline"] for title, command in timed.items()
        }
        print("on a full cache, offline:")
        show(time_in_turns(offline, 2 * given.runs, full, cold=False))


if __name__ == "__main__":
    main()
