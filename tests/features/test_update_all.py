"""What "Update all" changes, over fixtures with facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinwise.advice.context import Context
from pinwise.analysis.engine import analyse
from pinwise.base.facts import NotChecked, Reason
from pinwise.base.text import apply_edits
from pinwise.features.update_all import CheckedPlan, UpdateKind, plan_together, plan_updates
from pinwise.index.types import Metadata
from pinwise.project.graph import read_tree
from pinwise.project.settings import Settings
from pinwise.resolver.outcome import Limits
from pinwise.rules import RULES
from tests.harness.facts import FOLDER, listing_function, metadata_function, target_of
from tests.harness.features import open_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

INDEX = {
    "flask": ["2.0.0", "2.0.9", "2.3.0", "3.0.0"],
    "click": ["8.0", "8.1"],
    "django": ["4.2", "5.0"],
    "old": ["1.0"],
}
HASH = f"--hash=sha256:{'0' * 64}"


def updated(text: str, kind: UpdateKind, settings: Settings | None = None) -> tuple[int, str]:
    """Return how many packages of the first file are updated, and all files afterwards."""
    files = open_files(text)
    root = files.document.path
    context = Context(
        read_tree(root, files.documents),
        settings or Settings(),
        listing_function(INDEX),
        target_of("3.12"),
    )
    report = analyse(context, RULES)
    plan = plan_updates(context, root, report.diagnostics[root], kind)
    edits: dict[Path, list[object]] = {}
    for item in plan.edits:
        edits.setdefault(item.path, []).append(item.edit)
    texts = [
        apply_edits(files.read(name).text, edits.get(FOLDER / name, []))  # type: ignore[arg-type]
        for name in files.fixture.files
    ]
    return plan.count, "".join(texts)


@pytest.mark.parametrize(
    ("text", "safe", "major"),
    [
        (
            "flask==2.0.0\nclick==8.0  # c\ndjango==4.2\nold==1.0\n",
            (2, "flask==2.3.0\nclick==8.1  # c\ndjango==4.2\nold==1.0\n"),
            (2, "flask==3.0.0\nclick==8.0  # c\ndjango==5.0\nold==1.0\n"),
        ),
        (
            # What another line holds back stays below it.
            "-c constraints.txt\nflask==2.0.0\n=== constraints.txt\nflask<2.3\n",
            (1, "-c constraints.txt\nflask==2.0.9\nflask<2.3\n"),
            (0, "-c constraints.txt\nflask==2.0.0\nflask<2.3\n"),
        ),
        (
            # Lines that pin the same version change together, wherever they stand.
            "-r base.txt\nclick==8.0\nclick==8.0; os_name == 'nt'\n=== base.txt\nclick==8.0\n",
            (1, "-r base.txt\nclick==8.1\nclick==8.1; os_name == 'nt'\nclick==8.1\n"),
            (0, "-r base.txt\nclick==8.0\nclick==8.0; os_name == 'nt'\nclick==8.0\n"),
        ),
        (
            # What is ignored is ignored here too.
            "click==8.0  # pinwise: ignore[outdated-version]\nflask>=2\n",
            (0, "click==8.0  # pinwise: ignore[outdated-version]\nflask>=2\n"),
            (0, "click==8.0  # pinwise: ignore[outdated-version]\nflask>=2\n"),
        ),
    ],
)
def test_what_changes(text: str, safe: tuple[int, str], major: tuple[int, str]) -> None:
    assert updated(text, UpdateKind.SAFE) == safe
    assert updated(text, UpdateKind.MAJOR) == major


def test_nothing_is_offered_where_the_rule_is_off() -> None:
    settings = Settings(rules={"outdated-version": "off"})
    assert updated("click==8.0\n", UpdateKind.SAFE, settings) == (0, "click==8.0\n")


def test_a_line_whose_hashes_nobody_can_rewrite_stays() -> None:
    text = f"click==8.0 {HASH}\n"
    assert updated(text, UpdateKind.SAFE) == (0, text)


def test_what_is_changed_equals_the_fixes_of_the_rule() -> None:
    """One by one or all at once, the outcome is the same."""
    text = "flask==2.0.0\nclick==8.0\n"
    files = open_files(text)
    root = files.document.path
    context = Context(
        read_tree(root, files.documents), Settings(), listing_function(INDEX), target_of("3.12")
    )
    diagnostics = analyse(context, RULES).diagnostics[root]
    plan = plan_updates(context, root, diagnostics, UpdateKind.SAFE)
    fixes = {fix.edits for item in diagnostics for fix in item.finding.fixes}
    assert all((edit,) in fixes for edit in plan.edits)
    # Where another tree with the file does not offer a step, it is not taken.
    fewer = [item for item in diagnostics if "click" in item.finding.message]
    assert plan_updates(context, root, fewer, UpdateKind.SAFE).count == 1


NEEDS = {
    "flask 2.0.0": Metadata(("click<8.1",)),
    "flask 2.3.0": Metadata(("click<8.1",)),
    "flask 2.0.9": Metadata(("click<8.1",)),
    "flask 3.0.0": Metadata(("click>=8.1", "django<5")),
    "click 8.0": Metadata(),
    "click 8.1": Metadata(),
    "django 4.2": Metadata(),
    "django 5.0": Metadata(),
}


def together(
    text: str, kind: UpdateKind, needs: Mapping[str, Metadata | NotChecked] | None = None
) -> tuple[CheckedPlan, str]:
    """Return the plan of the first file's updates that go together, and the file afterwards."""
    files = open_files(text)
    root = files.document.path
    context = Context(
        read_tree(root, files.documents),
        Settings(),
        listing_function(INDEX),
        target_of("3.12"),
        metadata=metadata_function(NEEDS if needs is None else needs),
    )
    plan = plan_together(context, root, analyse(context, RULES).diagnostics[root], kind)
    edits = [item.edit for line in plan.updated for item in line.edits if item.path == root]
    return plan, apply_edits(files.document.text, edits)


def test_only_what_goes_together_is_updated() -> None:
    plan, text = together("flask==2.0.0\nclick==8.0\n", UpdateKind.SAFE)
    assert text == "flask==2.3.0\nclick==8.0\n"
    assert plan.checked
    assert not plan.gaps
    (held,) = plan.held
    assert (held.name, str(held.to), str(held.newest)) == ("click", "8.0", "8.1")
    assert held.why == (
        "`flask==2.3.0` (line 1) needs `click<8.1`, but the update of line 2 pins `click==8.1`."
    )


def test_a_major_update_brings_what_it_needs_and_excludes_what_does_not_go_with_it() -> None:
    plan, text = together("flask==2.0.0\nclick==8.0\ndjango==4.2\n", UpdateKind.MAJOR)
    # Flask 3 needs a newer Click, and no Django 5. Nothing is moved to a smaller update instead.
    assert text == "flask==3.0.0\nclick==8.1\ndjango==4.2\n"
    assert [(line.name, str(line.newest)) for line in plan.held] == [("django", "5.0")]
    assert plan.held[0].why == (
        "`flask==3.0.0` (line 1) needs `django<5`, but the update of line 3 pins `django==5.0`."
    )
    plan, text = together("django==4.2\nflask==2.0.0\nclick==8.0\n", UpdateKind.MAJOR)
    assert text == "django==5.0\nflask==2.0.0\nclick==8.0\n"


def test_nothing_changes_while_something_has_to_be_looked_up() -> None:
    plan, text = together("flask==2.0.0\nclick==8.0\n", UpdateKind.SAFE, {})
    assert text == "flask==2.0.0\nclick==8.0\n"
    assert {gap.name for gap in plan.pending} == {"flask", "click"}
    assert not plan.checked


def test_a_line_whose_needs_nobody_tells_stays() -> None:
    needs: dict[str, Metadata | NotChecked] = {
        **NEEDS,
        "click 8.1": NotChecked(Reason.OFFLINE),
        "flask 2.3.0": Metadata(),
    }
    plan, text = together("flask==2.0.0\nclick==8.0\n", UpdateKind.SAFE, needs)
    assert text == "flask==2.3.0\nclick==8.0\n"
    assert plan.unknown == ""
    plan, text = together("click==8.0\n", UpdateKind.SAFE, needs)
    assert (plan.updated, plan.unknown) == ((), "click 8.1")


def test_lines_that_conflict_already_do_not_hinder_others() -> None:
    plan, text = together("flask==3.0.0\ndjango==5.0\nclick==8.1\n", UpdateKind.SAFE)
    assert (plan.lines, text) == ((), "flask==3.0.0\ndjango==5.0\nclick==8.1\n")
    needs = {**NEEDS, "flask 3.0.0": Metadata(("django<5",))}
    plan, text = together("flask==3.0.0\ndjango==5.0\nclick==8.0\n", UpdateKind.SAFE, needs)
    assert text == "flask==3.0.0\ndjango==5.0\nclick==8.1\n"


def test_lines_for_other_platforms_go_by_themselves() -> None:
    text = "flask==2.0.0\nclick==8.0; sys_platform == 'win32'\n"
    _, after = together(text, UpdateKind.SAFE)
    assert after == "flask==2.3.0\nclick==8.1; sys_platform == 'win32'\n"


def test_a_constraint_with_the_same_pin_does_not_hold_the_line_back() -> None:
    text = "-c constraints.txt\nflask==2.0.0\nclick==8.0\n=== constraints.txt\nflask==2.0.0\n"
    plan, after = together(text, UpdateKind.SAFE)
    assert after == "-c constraints.txt\nflask==2.3.0\nclick==8.0\n"
    # Both lines of Flask.
    assert [len(line.edits) for line in plan.updated] == [2]


def test_too_much_to_try_is_no_reason_to_say_what_cannot_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pinwise.features.update_all.LIMITS", Limits(steps=0))
    plan, text = together("flask==2.0.0\nclick==8.0\ndjango>=4\n", UpdateKind.SAFE)
    assert text == "flask==2.0.0\nclick==8.0\ndjango>=4\n"
    assert (plan.lines, plan.checked) == ((), False)
    plan, _ = together("flask==3.0.0\n", UpdateKind.SAFE)
    assert (plan.lines, plan.checked) == ((), True)
