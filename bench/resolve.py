"""Times the solver on real files beside `uv pip compile` and resolvelib, in one run.

    python -m bench.resolve [--worst]

Asks the default index, once, so that all of them have what they want in their
caches. Then, for a file that pins a whole set and for one of bare names:

- again: one line is edited and the tree is judged anew, the process running, by the solver alone
  and by all rules with the trials of fixes; once so that the versions stay as they are, and once
  so that others have to be found or nothing holds;
- from the cache: as the first time in a process that runs, nothing in memory;
- resolvelib: pip's copy of it, on the facts that Pinwise has in memory;
- `uv pip compile --offline --no-build`, and `pinwise check --offline`: whole processes.

With `--worst`: synthetic sets that no real file comes near, with the work and the memory.
"""

from __future__ import annotations

import argparse
import gc
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from bench.resolvelib_judge import pip_resolves
from bench.worst_cases import print_worst_cases
from pinwise.advice import dependency_conflicts, requires_dist
from pinwise.analysis.complete import analyse_completely
from pinwise.analysis.workspace import Workspace
from pinwise.resolver import clash, problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pinwise.analysis.workspace import Analysis

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
RUNS = 15
PROCESSES = 9


def milliseconds(work: Callable[[], object], runs: int = RUNS) -> float:
    """Return the median of several runs."""
    taken = []
    for _ in range(runs):
        gc.collect()
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return sorted(taken)[runs // 2] * 1000


def forget() -> None:
    """Empty what a process remembers of facts, but for the modules."""
    dependency_conflicts.forget()
    memories = (
        requires_dist.read_requirement,
        requires_dist.reader_for,
        requires_dist._bounds,  # noqa: SLF001 - see above
        requires_dist._marker,  # noqa: SLF001 - see above
        clash.specifier_set,
        clash.unsatisfiable,
        problem.pinned_version,
        problem.pins,
        problem.names_prerelease,
    )
    for memory in memories:
        memory.cache_clear()


def workspace_for(file: Path, *, offline: bool) -> Workspace:
    """Return a workspace that has the file's folder open."""
    found = Workspace(
        (file.parent,), overrides={"offline": offline}, interpreter=Path(sys.executable)
    )
    found.environments.discover(file.parent)
    return found


def edited(text: str, edit: tuple[str, str]) -> str:
    """Return a text with one line changed."""
    before, after = edit
    return re.sub(rf"^{re.escape(before)}$", after, text, count=1, flags=re.MULTILINE)


def again(file: Path, edit: tuple[str, str]) -> tuple[float, float]:
    """Return how long it takes to judge an edited line: the solver alone, and all rules."""
    text = file.read_text("utf-8")
    after = edited(text, edit)
    alone = []
    whole = []
    with closing(workspace_for(file, offline=True)) as workspace:
        analyse_completely(workspace, [file])
        for version in range(2 * RUNS):
            # Each of the texts was judged before; its verdict must not be remembered.
            workspace.documents.open(file, text, 2 * version)
            workspace.analyse(file)
            workspace.documents.open(file, after, 2 * version + 1)
            dependency_conflicts.forget()
            start = time.perf_counter()
            analysis = workspace.analyse(file)
            whole.append(time.perf_counter() - start)
            dependency_conflicts.forget()
            start = time.perf_counter()
            dependency_conflicts.resolve(analysis.context)
            alone.append(time.perf_counter() - start)
    return sorted(alone)[RUNS] * 1000, sorted(whole)[RUNS] * 1000


def from_cache(file: Path) -> float:
    """Return how long the first judgement takes from the cache, with all rules.

    A workspace of its own each time, so that no listing is in memory; the process runs, and the
    environment is discovered.
    """
    taken = []
    for _ in range(RUNS):
        forget()
        with closing(workspace_for(file, offline=True)) as workspace:
            gc.collect()
            start = time.perf_counter()
            analyse_completely(workspace, [file])
            taken.append(time.perf_counter() - start)
    return sorted(taken)[RUNS // 2] * 1000


def process(command: Sequence[str | Path], folder: Path) -> float:
    """Return how long a process takes, and stop where it failed for a reason of its own."""

    def run() -> None:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode not in {0, 1}:
            raise SystemExit(done.stderr)

    run()
    return milliseconds(run, PROCESSES)


def outcome_of(file: Path) -> tuple[Analysis, str]:
    """Return the analysis of a file with whatever the index tells, and what it came to."""
    with closing(workspace_for(file, offline=False)) as workspace:
        (analysis,) = analyse_completely(workspace, [file])
        left = analysis.report.gaps | analysis.report.version_gaps
        found = dependency_conflicts.resolve(analysis.context)
    counted = f"{len(found.conflicts)} conflicts, {len(left)} things not known"
    return analysis, counted + (f", given up: {found.given_up}" if found.given_up else "")


def report(title: str, file: Path, edits: Sequence[tuple[str, str]]) -> None:
    """Print the figures of one file, and of some edits of it, each a line with its new text."""
    text = file.read_text("utf-8")
    analysis, came_to = outcome_of(file)
    resolvelib = milliseconds(lambda: pip_resolves(analysis.context), 5)
    print(f"{title}: {len(analysis.context.declarations)} lines, {came_to}")
    uv_time = uv_takes(file)
    check = process(
        [BIN / "pinwise", "check", "--offline", "--python", sys.executable, file], file.parent
    )
    cold = from_cache(file)
    for what, taken in (
        ("uv pip compile --offline --no-build", uv_time),
        ("resolvelib on the same facts, in memory", resolvelib),
        ("from the cache: all rules", cold),
        ("pinwise check --offline", check),
    ):
        print_row(what, taken, uv_time)
    for edit in edits:
        file.write_text(edited(text, edit), "utf-8")
        _, came_to = outcome_of(file)
        uv_time = uv_takes(file)
        file.write_text(text, "utf-8")
        alone, whole = again(file, edit)
        print(f"  edited to {edit[1]}: {came_to}")
        print_row("uv pip compile --offline --no-build", uv_time, uv_time)
        print_row("again after the edit: the solver", alone, uv_time)
        print_row("again after the edit: all rules and fixes", whole, uv_time)


def uv_takes(file: Path) -> float:
    """Return how long uv takes for a file, with all that it wants in its cache."""
    uv: list[str | Path] = [BIN / "uv", "pip", "compile", file.name, "-o", os.devnull]
    uv += ["--no-build", "--no-config", "--quiet", "--python", sys.executable]
    subprocess.run(uv, cwd=file.parent, capture_output=True, check=False)
    return process([*uv, "--offline"], file.parent)


def print_row(what: str, taken: float, uv_time: float) -> None:
    """Print one figure, and its share of what uv takes."""
    print(f"  {what:42} {taken:8.1f} ms  {taken / uv_time:5.2f} of uv")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worst", action="store_true", help="the synthetic worst cases instead")
    if parser.parse_args().worst:
        print_worst_cases()
        return
    # As the server does it once it runs.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    with tempfile.TemporaryDirectory() as folder:
        # The cache's place follows this variable; nothing of the user's own cache is touched.
        os.environ["XDG_CACHE_HOME"] = folder
        os.environ["UV_CACHE_DIR"] = f"{folder}/uv"
        # uv knows nothing of pip's further places.
        os.environ["PIP_CONFIG_FILE"] = os.devnull
        for variable in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"):
            os.environ.pop(variable, None)
        for title, name, edits in (
            (
                "pinned",
                "closure.txt",
                [("urllib3==2.8.0", "urllib3==2.7.0"), ("urllib3==2.8.0", "urllib3==1.24.3")],
            ),
            ("loose", "loose.txt", [("requests", "requests>=2"), ("requests", "requests<2.30")]),
        ):
            place = Path(folder) / title
            place.mkdir()
            file = place / "requirements.txt"
            shutil.copy(HERE / name, file)
            report(title, file.resolve(), edits)


if __name__ == "__main__":
    main()
