from __future__ import annotations

from pathlib import Path

from pinwise.advice.findings import Action, Applicability, FileEdit, Finding, Fix, LazyFixes
from pinwise.analysis.report import Diagnostic
from pinwise.base.text import Span, TextEdit
from pinwise.features.fix_all import PASSES, choose_fixes, mended
from pinwise.rules import RULES

FILE, OTHER = Path("/project/requirements.txt"), Path("/project/other.txt")
RULE = {rule.name: rule for rule in RULES}


def fix(
    *edits: tuple[int, int, str],
    safe: bool = True,
    preferred: bool = True,
    path: Path = FILE,
    create: bool = False,
) -> Fix:
    return Fix(
        "Mend it",
        Applicability.SAFE if safe else Applicability.SUGGESTED,
        tuple(FileEdit(path, TextEdit(Span(a, b), new), create) for a, b, new in edits),
        preferred=preferred,
    )


def finding(*fixes: Fix, at: int = 0, rule: str = "invalid-requirement") -> Diagnostic:
    found = Finding(FILE, Span(at, at + 1), "Something is wrong.", fixes=fixes)
    return Diagnostic(RULE[rule], RULE[rule].severity, found)


def chosen(*items: Diagnostic, suggested: bool = False) -> tuple[list[Fix], int]:
    found = choose_fixes(items, suggested=suggested, writable=lambda _: True)
    return [fix for _, fix in found.fixes], found.waiting


def test_only_safe_fixes_are_chosen_unless_others_are_asked_for() -> None:
    safe, guess = fix((0, 1, "x")), fix((5, 6, "y"), safe=False)
    assert chosen(finding(safe), finding(guess)) == ([safe], 0)
    assert chosen(finding(safe), finding(guess), suggested=True) == ([safe, guess], 0)


def test_of_suggested_fixes_only_the_preferred_one_is_chosen() -> None:
    other, best = fix((0, 1, "x"), safe=False, preferred=False), fix((0, 1, "y"), safe=False)
    assert chosen(finding(other, best), suggested=True) == ([best], 0)
    assert chosen(finding(other), suggested=True) == ([], 0)


def test_a_safe_fix_does_not_have_to_be_the_preferred_one() -> None:
    guess, safe = fix((0, 1, "x"), safe=False), fix((0, 1, "y"), preferred=False)
    assert chosen(finding(guess, safe)) == ([safe], 0)
    assert chosen(finding(guess, safe), suggested=True) == ([guess], 0)


def test_what_overlaps_waits_and_is_taken_whole_or_not_at_all() -> None:
    first = fix((0, 5, "a"))
    both = fix((4, 6, "b"), (20, 21, "c"))
    third = fix((20, 21, "d"))
    assert chosen(finding(first), finding(both), finding(third)) == ([first, third], 1)


def test_edits_side_by_side_go_together_and_two_insertions_at_one_place_do_not() -> None:
    one, next_one = fix((0, 5, "")), fix((5, 10, ""))
    assert chosen(finding(one), finding(next_one)) == ([one, next_one], 0)
    insert, again = fix((5, 5, "a")), fix((5, 5, "b"))
    assert chosen(finding(insert), finding(again)) == ([insert], 1)
    assert chosen(finding(insert), finding(next_one)) == ([insert], 1)


def test_the_same_edit_of_two_findings_is_made_once() -> None:
    found = choose_fixes(
        [finding(fix((0, 1, "x"))), finding(fix((0, 1, "x")))],
        suggested=False,
        writable=lambda _: True,
    )
    assert len(found.fixes) == 2
    assert found.edits == {FILE: (TextEdit(Span(0, 1), "x"),)}


def test_neither_actions_nor_new_files_nor_files_of_others() -> None:
    action = Fix("Create it", Applicability.SAFE, action=Action("create-environment"))
    new = fix((0, 0, "x"), create=True)
    elsewhere = fix((0, 1, "x"), path=OTHER)
    assert chosen(finding(action), finding(new)) == ([], 0)
    found = choose_fixes([finding(elsewhere)], suggested=False, writable=lambda path: path == FILE)
    assert not found.fixes


def test_updates_are_no_repairs() -> None:
    update = finding(fix((0, 1, "x"), safe=False), rule="outdated-version")
    assert chosen(update, suggested=True) == ([], 0)


def test_nothing_that_takes_a_solve_is_worked_out_for_safe_fixes() -> None:
    worked: list[object] = []

    def work(token: object) -> list[Fix]:
        worked.append(token)
        return [fix((0, 1, "x"), safe=False)]

    found = Finding(FILE, Span(0, 1), "Something is wrong.", fixes=LazyFixes(work))
    rule = RULE["dependency-conflict"]
    item = Diagnostic(rule, rule.severity, found)
    assert chosen(item) == ([], 0)
    assert not worked
    assert len(chosen(item, suggested=True)[0]) == 1
    assert len(worked) == 1


def test_what_a_fix_makes_room_for_is_mended_as_well() -> None:
    texts = {"abc": [fix((0, 1, "12"))], "12bc": [fix((1, 3, "x"))], "1xc": []}
    looked: list[str] = []

    def look_at(text: str) -> list[Diagnostic]:
        looked.append(text)
        return [finding(item) for item in texts[text]]

    assert mended(FILE, "abc", look_at) == [TextEdit(Span(0, 2), "1x")]
    assert looked == list(texts)


def test_neither_guesses_nor_other_files_are_mended_by_the_way() -> None:
    found = [finding(fix((0, 1, "x"), safe=False)), finding(fix((0, 1, "x"), path=OTHER))]
    assert mended(FILE, "abc", lambda _: found) == []


def test_mending_comes_to_an_end() -> None:
    edits = mended(FILE, "", lambda _: [finding(fix((0, 0, "x")))])
    assert edits == [TextEdit(Span(0, 0), "x" * PASSES)]
