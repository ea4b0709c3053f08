"""What is published before the solver is asked, what it adds, and what keeps it from ending."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from pinwise.advice import dependency_conflicts
from pinwise.base.cancellation import CancelToken
from pinwise.base.text import Span
from pinwise.lsp.lookups import TYPING_PAUSE
from pinwise.resolver import fixes
from pinwise.resolver.diagnosis import find_conflicts
from pinwise.resolver.fixes import find_fixes
from tests.isolation import isolate
from tests.lsp.test_backend_metadata import Arrivals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import ModuleType

NAME = "requirements.txt"
OPTIONS = "--no-index\n--find-links wheels\n"
CONFLICT = f"{OPTIONS}app==1.0\nlib==1.0\n"
MOST_TITLES = 5
"""Fixes of the conflict, once all is known."""

WHEELS = {
    "app-1.0": ["lib>=2"],
    "app-2.0": ["lib"],
    "lib-1.0": [],
    "lib-2.0": [],
    "other-1.0": [],
}


def _wheel(folder: Path, stem: str, needs: list[str]) -> None:
    name, _, version = stem.partition("-")
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Dist: {need}" for need in needs]
    with zipfile.ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{stem}.dist-info/METADATA", "\n".join(lines) + "\n")
        wheel.writestr(f"{stem}.dist-info/WHEEL", "Wheel-Version: 1.0\n")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Arrivals]:
    folder = isolate(monkeypatch, tmp_path)
    wheels = folder / "wheels"
    wheels.mkdir()
    for stem, needs in WHEELS.items():
        _wheel(wheels, stem, needs)
    dependency_conflicts.forget()
    made = Arrivals(folder)
    made.workspace.set_editor_settings(None, {"rules": {"outdated-version": "off"}})
    made.open(NAME, f"{CONFLICT}other==1.0\n")
    made.backend.settings_arrived()
    made.work()
    while made.shown[NAME] != ["dependency-conflict"] or len(titles(made)) < MOST_TITLES:
        made.receive()
    yield made
    made.workspace.close()


def noted(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, function: Callable[..., object]
) -> list[CancelToken | None]:
    """Return the tokens that a module's function is called with from now on."""
    tokens: list[CancelToken | None] = []

    def noting(*arguments: object, token: CancelToken | None, **keywords: object) -> object:
        tokens.append(token)
        return function(*arguments, token=token, **keywords)

    monkeypatch.setattr(module, function.__name__, noting)
    return tokens


def titles(world: Arrivals) -> list[str]:
    """Return the fixes of the conflict, as a code action asks for them."""
    found = world.backend.diagnostics_at(world.path(NAME), Span(0, 1000))
    return [fix.title for item in found for fix in item.finding.fixes]


def places(world: Arrivals) -> list[int]:
    return [line for line, *_ in world.ranges[NAME]]


def test_what_needs_no_solve_is_published_before_it(
    world: Arrivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    solved = noted(monkeypatch, dependency_conflicts, find_conflicts)
    world.type(NAME, f"{OPTIONS}other>2,<1\napp==1.0\nlib==2.0\n")
    assert world.backend.work()
    # The line with the other end is no more as it was.
    assert (world.shown[NAME], solved) == (["unsatisfiable-specifier"], [])
    assert world.versions[NAME] == world.version
    world.work()
    solved.clear()
    world.type(NAME, f"{OPTIONS}other>2,<1\napp==1.0\nlib==1.0\n")
    assert world.backend.work()
    assert (world.shown[NAME], solved) == (["unsatisfiable-specifier"], [])
    world.work()
    assert world.shown[NAME] == ["unsatisfiable-specifier", "dependency-conflict"]


def test_a_conflict_whose_lines_still_stand_stays_shown_where_they_are_now(
    world: Arrivals,
) -> None:
    assert places(world) == [3]
    world.type(NAME, f"{OPTIONS}# why\napp == 1.0\n# not\nlib==1.0\nother==1.0\n")
    world.backend.work()
    assert (world.shown[NAME], places(world)) == (["dependency-conflict"], [5])
    (said,) = world.backend.diagnostics_at(world.path(NAME), Span(0, 1000))
    assert (
        said.finding.message == "`app==1.0` (line 4) needs `lib>=2`, but this line pins `lib==1.0`."
    )
    world.work()
    assert (world.shown[NAME], places(world)) == (["dependency-conflict"], [5])


def test_a_conflict_that_needs_a_line_which_is_gone_goes_at_once(world: Arrivals) -> None:
    world.type(NAME, f"{OPTIONS}lib==1.0\n")
    world.backend.work()
    assert world.shown[NAME] == []


def test_who_types_ends_a_solve_that_is_begun_anew(
    world: Arrivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.type(NAME, f"{OPTIONS}other==1.0\napp==1.0\nlib==1.0\n")
    assert world.backend.work()
    cancelled = CancelToken()
    cancelled.cancel()
    dependency_conflicts.forget()
    assert world.backend.work(cancelled)
    assert world.backend.work(cancelled)
    # What was known before is still told.
    assert world.shown[NAME] == ["dependency-conflict"]
    solved = noted(monkeypatch, dependency_conflicts, find_conflicts)
    fresh = CancelToken()
    world.backend.work(fresh)
    assert solved == [fresh]


def test_fixes_are_tried_where_somebody_asks_and_never_while_somebody_types(
    world: Arrivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = noted(monkeypatch, fixes, find_fixes)
    for text in ("other", "other>=1", "other<2"):
        world.now += TYPING_PAUSE / 2
        world.type(NAME, f"{CONFLICT}{text}\n")
        world.work()
        assert world.shown[NAME] == ["dependency-conflict"]
    assert tried == []
    assert "Change to `==2.0`" in titles(world)
    assert titles(world) == titles(world)
    assert len(tried) == 1
    # Nobody asked in the next text, but then nobody types either: what fixes need is found out.
    world.type(NAME, f"{CONFLICT}other<3\n")
    world.work()
    assert len(tried) == 1
    world.now += TYPING_PAUSE
    # One timer a tree.
    ((_, job),) = world.timers
    job(world.backend)
    world.work()
    assert len(tried) == 1 + 1
