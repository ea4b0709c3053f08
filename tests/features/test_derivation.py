"""Why lines cannot hold together, and why there is no fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice import dependency_conflicts
from pinwise.base.facts import NotChecked, Reason
from pinwise.features.derivation import conflict_texts, conflict_texts_on_other_targets
from pinwise.index.types import Metadata
from pinwise.project.settings import Settings
from pinwise.resolver.outcome import Limits
from pinwise.rules.dependency_conflict import dependency_conflict
from tests.harness import World

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pytest

PACKAGES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "app": {"1.0": ["lib>=2"]},
    "tool": {"1.0": ["lib<2"]},
    "lib": {"1.0": [], "2.0": []},
}
NEWER = {**PACKAGES, "tool": {**PACKAGES["tool"], "2.0": []}}
BOTH = "app==1.0\ntool==1.0\n"
NONE_FITS = "No fix was found: no change of one or two of these lines that was tried holds"


def last_step(
    text: str,
    packages: Mapping[str, Mapping[str, Sequence[str]]] = PACKAGES,
    *,
    unknown: Mapping[str, NotChecked] | None = None,
    settings: Settings | None = None,
) -> str:
    """Return the last line of what is told of the first line's conflict."""
    world = World(
        rules=[dependency_conflict],
        index={name: list(versions) for name, versions in packages.items()},
        extras={
            f"{name} {version}": Metadata(tuple(needs))
            for name, versions in packages.items()
            for version, needs in versions.items()
        }
        | dict(unknown or {}),
        settings=settings or Settings(),
    )
    context = world.context({"requirements.txt": text})
    for finding in dependency_conflict.check(context):
        list(finding.fixes)
    located = context.declarations[0]
    here = list(conflict_texts(context, located))
    ((_, steps),) = here or conflict_texts_on_other_targets(context, located)
    return steps[-1]


def test_nothing_is_said_where_a_fix_is_offered() -> None:
    assert last_step("lib==1.0\napp==1.0\n") == "So no version of `lib` is left"


def test_no_version_fits() -> None:
    assert last_step(BOTH) == NONE_FITS


def test_what_is_missing_for_a_fix() -> None:
    unbuilt = NotChecked(Reason.NOT_STATIC)
    extras = {"tool 2.0": unbuilt}
    said = last_step(BOTH, NEWER, unknown=extras)
    assert said == (
        "No fix is certain enough to be offered, for lack of what `tool 2.0` needs:"
        " the answer can only be had by running code"
    )
    assert last_step(BOTH, NEWER, unknown={"tool 2.0": NotChecked(Reason.PENDING)}) == (
        "What could repair it is still being looked up"
    )


def test_what_nobody_can_know_of_another_line_is_no_reason() -> None:
    unbuilt = NotChecked(Reason.NOT_STATIC)
    packages = {**NEWER, "legacy": {"1.0": []}}
    said = last_step(
        f"{BOTH}legacy==1.0\n", packages, unknown={"tool 2.0": unbuilt, "legacy 1.0": unbuilt}
    )
    assert "for lack of what `tool 2.0` needs:" in said


def test_looking_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    dependency_conflicts.forget()
    monkeypatch.setattr(dependency_conflicts, "FIX_LIMITS", Limits(0, 0, 0))
    assert last_step(BOTH, NEWER) == "No fix was found: there are too many versions to try"
    dependency_conflicts.forget()


def test_a_fix_that_may_not_be_offered() -> None:
    digest = "0" * 64
    hashed = "".join(f"{line} --hash=sha256:{digest}\n" for line in ("app==1.0", "lib==1.0"))
    assert last_step(hashed) == "No fix is offered, because it would need hashes to be known"


def test_on_another_python() -> None:
    lines = "app==1.0 ; python_version < '3.9'\nlib==1.0\n"
    assert last_step(lines, settings=Settings(python_versions=("3.8",))) == (
        "No fix is offered, because what repairs it there may break what holds here"
    )
