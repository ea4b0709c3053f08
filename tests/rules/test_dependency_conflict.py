from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from pinwise.advice import dependency_conflicts
from pinwise.analysis.engine import analyse
from pinwise.base.facts import NotChecked, Reason
from pinwise.index.types import Metadata
from pinwise.project.settings import Settings
from pinwise.resolver import diagnosis
from pinwise.resolver.outcome import Limits
from pinwise.rules.dependency_conflict import dependency_conflict
from tests import harness
from tests.harness import Partly, Stale, World, Yanked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.harness.facts import ExtraFacts, IndexFacts

RULES = [dependency_conflict]


def needs(packages: Mapping[str, Mapping[str, Sequence[str]]]) -> ExtraFacts:
    """Return what each version needs, as the harness takes it."""
    return {
        f"{name} {version}": Metadata(tuple(texts))
        for name, versions in packages.items()
        for version, texts in versions.items()
    }


SMALL: dict[str, dict[str, list[str]]] = {
    "app": {"1.0": ["lib>=2"], "1.1": ["lib>=2"], "2.0": ["lib>=3"]},
    "lib": {"1.0": [], "2.0": [], "3.0": []},
    "tool": {"1.0": ["lib<2"], "2.0": ["lib"]},
}
INDEX: IndexFacts = {name: list(versions) for name, versions in SMALL.items()}

check = partial(harness.check, rules=RULES, index=INDEX, extras=needs(SMALL))
check_fix = partial(harness.check_fix, rules=RULES, index=INDEX, extras=needs(SMALL))
messages = partial(harness.messages, rules=RULES, index=INDEX, extras=needs(SMALL))
fixes_at = partial(harness.fixes_at, rules=RULES, index=INDEX, extras=needs(SMALL))


def test_one_finding_with_the_other_lines_and_the_way_there() -> None:
    check(
        """
-r base.txt
   -------- 1: `base.txt` is included here
lib==1.0
   ^^^^^ 1 dependency-conflict
=== base.txt
app==1.0
   ----- 1: `app==1.0` is required here
""",
    )
    assert messages("-r base.txt\nlib==1.0\n=== base.txt\napp==1.0\n") == [
        "`app==1.0` (line 1 of base.txt) needs `lib>=2`, but this line pins `lib==1.0`."
    ]


def test_fixes_keep_what_stands_around_the_version() -> None:
    check_fix(
        "app == 1.0  # ours\nlib == $01.0 ; python_version > '3'  # why\n",
        "app == 1.0  # ours\nlib == 3.0 ; python_version > '3'  # why\n",
    )
    titles = [fix.title for fix in fixes_at("tool==1.0\nlib==$02.0\n")]
    assert titles == [
        "Change to `==1.0`",
        "Change `tool` to `==2.0` in line 1",
        "Remove this line",
        "Change to `<=2.0`",
        "Change `tool` to `>=1.0` in line 1",
    ]
    check_fix("tool==1.0\nlib==$02.0\n", "tool==1.0\n", title="Remove this line")


def test_an_exclusion_that_goes_leaves_any_version() -> None:
    check_fix("app==2.0\nlib $0!= 3.0\n", "app==2.0\nlib \n", title="Allow any version")
    text = "app==$02.0\n-c bounds.txt\n=== bounds.txt\nlib!=3.0\n"
    assert "Allow any version of `lib` in line 1 of bounds.txt" in [
        fix.title for fix in fixes_at(text)
    ]


def test_lines_that_ask_for_the_same_change_together() -> None:
    check_fix(
        "app==1.0\nlib==$01.0\n-r base.txt\n=== base.txt\nlib==1.0\n",
        "app==1.0\nlib==3.0\n-r base.txt\n=== base.txt\nlib==3.0\n",
    )


def test_hashes_change_with_the_version() -> None:
    old, new, app = ("".join(each * 64) for each in "012")
    digests = {"lib 3.0": [{"sha256": new}], "app 2.0": [{"sha256": app}]}
    text = f"app==1.0 --hash=sha256:{app}\nlib==$01.0 \\\n    --hash=sha256:{old}\n"
    check_fix(
        text,
        f"app==1.0 --hash=sha256:{app}\nlib==3.0 \\\n    --hash=sha256:{new}\n",
        digests=digests,
    )
    # No line may go or be a range: pip would ask for a hash that stands nowhere.
    titles = [fix.title for fix in fixes_at(text, digests=digests)]
    assert titles == ["Change to `==3.0`"]
    # Nobody tells the hashes: with the old ones, pip would refuse the file.
    assert fixes_at(text) == []


def test_where_hashes_are_checked_no_fix_brings_a_package_that_no_line_names() -> None:
    digest = "0" * 64
    facts = {**SMALL, "lib": {"1.0": [], "2.0": [], "3.0": ["tool"]}}
    digests = {f"lib {version}": [{"sha256": digest}] for version in ("2.0", "3.0")}
    text = f"app==1.0 --hash=sha256:{digest}\nlib==$01.0 --hash=sha256:{digest}\n"
    with_tool = f"{text}tool==2.0 --hash=sha256:{digest}\n"
    extras = needs(facts)
    assert [fix.title for fix in fixes_at(with_tool, extras=extras, digests=digests)] == [
        "Change to `==3.0`"
    ]
    titles = [fix.title for fix in fixes_at(text, extras=extras, digests=digests)]
    assert "Change to `==3.0`" not in titles


def test_no_version_that_is_too_young() -> None:
    index: IndexFacts = {**INDEX, "lib": {"1.0": None, "2.0": harness.Aged(2)}}
    settings = Settings(cooldown=7)
    titles = [
        fix.title for fix in fixes_at("app==1.0\nlib==$01.0\n", index=index, settings=settings)
    ]
    assert "Change to `==2.0`" not in titles
    titles = [fix.title for fix in fixes_at("app==1.0\nlib==$01.0\n", index=index)]
    assert "Change to `==2.0`" in titles


def test_what_only_a_build_would_tell_forbids_no_fix_and_is_said_once() -> None:
    index: IndexFacts = {**INDEX, "crypto": ["1.0"], "far": ["1.0"], "near": ["1.0"]}
    source = NotChecked(Reason.NOT_STATIC, "only source archives")
    extras: ExtraFacts = {
        **needs({**SMALL, "near": {"1.0": ["far"]}}),
        "crypto 1.0": source,
        "far 1.0": source,
    }
    text = "app==1.0\nlib==$01.0\ncrypto==1.0\nnear==1.0\n"
    assert "Change to `==3.0`" in [fix.title for fix in fixes_at(text, index=index, extras=extras)]
    world = World(rules=RULES, index=index, extras=extras)
    report = analyse(world.context({"requirements.txt": text.replace("$0", "")}), RULES)
    told = [(item.what, item.reason.reason, item.span.start) for item in report.unchecked]
    assert sorted(told) == [
        ("crypto", Reason.NOT_STATIC, text.replace("$0", "").index("crypto")),
        ("far", Reason.NOT_STATIC, 0),
    ]


def test_an_index_that_did_not_answer_forbids_no_fix() -> None:
    index: IndexFacts = {name: Partly([*versions]) for name, versions in SMALL.items()}
    titles = [fix.title for fix in fixes_at("app==1.0\nlib==$01.0\n", index=index)]
    assert "Change to `==3.0`" in titles


def test_two_lines_change_in_one_fix() -> None:
    facts: dict[str, dict[str, list[str]]] = {
        "boto": {"1.0": ["core==1.*"], "2.0": ["core==2.*", "move==2.*"]},
        "core": {"1.0": [], "2.0": []},
        "move": {"1.0": [], "2.0": []},
        "tool": {"1.0": ["core>=2"]},
    }
    check_fix(
        "boto==$01.0\nmove==1.0\ntool==1.0\n",
        "boto==2.0\nmove==2.0\ntool==1.0\n",
        title="Change to `==2.0` and change `move` to `==2.0` in line 2",
        index={name: list(versions) for name, versions in facts.items()},
        extras=needs(facts),
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        # The newest `late` takes what `new` needs, the newest `stuck` does not.
        ("late==1.0\nnew==1.0\n", "late==1.0"),
        ("new==1.0\nlate==1.0\n", "late==1.0"),
        ("stuck==1.0\nnew==1.0\n", "new==1.0"),
        ("new==1.0\nstuck==1.0\n", "stuck==1.0"),
        # What the newest version needs is not known.
        ("silent==1.0\nnew==1.0\n", "new==1.0"),
        # A constraint is shared by many files.
        ("late\nnew==1.0\n-c c.txt\n=== c.txt\nlate==1.0\n", "new==1.0"),
        # Of the package of which nothing is left, the line itself.
        ("core==1.0\nnew==1.0\n", "core==1.0"),
    ],
)
def test_it_stands_on_the_line_that_is_most_likely_to_change(text: str, line: str) -> None:
    facts: dict[str, dict[str, list[str]]] = {
        "core": {"1.0": [], "2.0": []},
        "late": {"1.0": ["core<2"], "2.0": []},
        "new": {"1.0": ["core>=2"]},
        "stuck": {"1.0": ["core<2"], "2.0": ["core<2"]},
        "silent": {"1.0": ["core<2"]},
    }
    world = World(
        rules=[dependency_conflict],
        index={name: [*versions, "2.0"] for name, versions in facts.items() if name != "new"}
        | {"new": ["1.0"]},
        extras=needs(facts),
    )
    files = world.read(text).files
    (found,) = [item.finding for item in world.diagnostics(files)]
    number = files["requirements.txt"].count("\n", 0, found.span.start)
    assert files["requirements.txt"].splitlines()[number] == line


@pytest.mark.parametrize(
    "text",
    [
        # Each is a finding of another rule.
        "app==1.0\nlib==9\n",
        "app==1.0\nlib<1\n",
        "app==1.0\nlib==1.0\nlib==2.0\n",
        "app==9.9\nlib==1.0\n",
        "nowhere==1\napp==1.0\n",
        # Lines that do not count here.
        "app==1.0\nlib==1.0 ; python_version < '3'\n",
        "app==1.0 ; sys_platform == 'win32'\nlib==1.0\n",
        "tool==2.0\n-c c.txt\n=== c.txt\napp==1.0\nlib==1.0\n",
        # What an address gives, nobody knows.
        "app==1.0\nlib @ https://files.example/lib.zip\n",
    ],
)
def test_what_is_none(text: str) -> None:
    check(text, index={**INDEX, "nowhere": None})


def test_what_is_wrong_by_itself_hides_no_other_conflict() -> None:
    text = "nowhere==1\napp==9.9\ntool==1.0\nlib==3.0\nlib==3.0 ; python_version < '3'\n"
    (message,) = messages(text, index={**INDEX, "nowhere": None})
    assert message == "`tool==1.0` (line 3) needs `lib<2`, but this line pins `lib==3.0`."


def test_a_wheel_says_its_version() -> None:
    (message,) = messages("app==1.0\nlib @ https://files.example/lib-1.0-py3-none-any.whl\n")
    assert message == (
        "`app==1.0` (line 1) needs `lib>=2`, but this line installs `lib 1.0` directly."
    )


def test_a_line_without_a_name_may_provide_what_no_index_has() -> None:
    facts = {**SMALL, "app": {"1.0": ["ours>=2"]}}
    index: IndexFacts = {**INDEX, "app": ["1.0"], "ours": None}
    assert messages("app==1.0\n", index=index, extras=needs(facts))
    check("app==1.0\n-e ./libs/core\n", index=index, extras=needs(facts))
    index = {**index, "ours": ["1.0"]}
    assert messages("app==1.0\n-e ./libs/core\n", index=index, extras=needs(facts))
    check("app==1.0\n-e ./libs/ours\n", index=index, extras=needs(facts))


@pytest.mark.parametrize(
    "lib", [Partly(["1.0"]), Stale(["1.0"]), NotChecked(Reason.UNREACHABLE, "down")]
)
def test_what_is_not_known_proves_nothing(lib: Partly | Stale | NotChecked) -> None:
    check("app==1.0\n", index={**INDEX, "lib": lib})
    check("app==1.0\nlib==4.0\n", index={**INDEX, "lib": lib})
    # That a pinned version lies outside is known whatever the index says.
    assert messages("app==1.0\nlib==1.0\n", index={**INDEX, "lib": lib})


def test_a_local_version_satisfies_a_pin() -> None:
    index: IndexFacts = {**INDEX, "app": ["1.0", "1.0+cpu"]}
    facts = {**SMALL, "app": {"1.0": ["lib>=2"], "1.0+cpu": ["lib"]}}
    check("app==1.0\nlib==1.0\n", index=index, extras=needs(facts))


def test_yanked_versions_count_for_pins_alone() -> None:
    index: IndexFacts = {**INDEX, "lib": {"1.0": None, "2.0": Yanked(), "3.0": Yanked()}}
    check("app==1.0\nlib==2.0\n", index=index)
    (message,) = messages("app==1.0\n", index=index)
    assert "is yanked" in message or "are yanked" in message


def test_markers_of_dependencies_are_those_of_the_interpreter() -> None:
    facts = {**SMALL, "app": {"1.0": ["lib>=2; python_version < '3.10'", "bad requirement!!"]}}
    text = "app==1.0\nlib==1.0\n"
    index: IndexFacts = {**INDEX, "app": ["1.0"]}
    check(text, index=index, extras=needs(facts))
    assert messages(text, index=index, extras=needs(facts), python="3.9")
    # Without an interpreter, nothing is known of what a marker says.
    check(text, index=index, extras=needs(facts), python=None)
    assert messages(text, python=None)


def test_what_would_tell_more_is_asked_for_and_no_more_than_that() -> None:
    world = World(rules=RULES, index={"app": ["1.0", "1.1", "2.0"]}, extras={})
    report = analyse(world.context({"requirements.txt": "app\n"}), RULES)
    # Neighbours of the version are looked at, but are not worth a request.
    assert [f"{name} {version}" for name, version in report.version_gaps] == ["app 2.0"]
    world = World(rules=RULES, index={"app": INDEX["app"]}, extras=needs(SMALL))
    report = analyse(world.context({"requirements.txt": "app\n"}), RULES)
    assert report.gaps == {"lib"}
    assert "lib" in report.asked


def test_what_is_pinned_is_asked_for_together_with_its_versions() -> None:
    pending = NotChecked(Reason.PENDING)
    index: IndexFacts = {"app": pending, "lib": pending, "gone": NotChecked(Reason.TIMED_OUT)}
    world = World(rules=RULES, index=index, extras={})
    text = "app==1.0\nlib>=1\ngone==1.0\n"
    report = analyse(world.context({"requirements.txt": text}), RULES)
    assert report.gaps == {"app", "lib"}
    assert [f"{name} {version}" for name, version in report.version_gaps] == ["app 1.0"]


def test_it_is_solved_again_only_where_something_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    solved = []
    find = diagnosis.find_conflicts

    def counted(*arguments: object, **keywords: object) -> object:
        solved.append(arguments)
        return find(*arguments, **keywords)  # type: ignore[arg-type]

    monkeypatch.setattr(dependency_conflicts, "find_conflicts", counted)
    dependency_conflicts.forget()
    world = World(rules=RULES, index=INDEX, extras=needs(SMALL))
    context = world.context({"requirements.txt": "app==1.0\nlib==1.0\n"})
    moved = World.context(world, {"requirements.txt": "# why\n\napp==1.0 # x\n\nlib==1.0\n"})
    (first,), (again,) = (analyse(context, RULES).diagnostics.values() for _ in range(2))
    assert [item.finding.message for item in first] == [item.finding.message for item in again]
    assert [*first[0].finding.fixes] == [*again[0].finding.fixes] != []
    assert len(solved) == 1
    # The listings of another world are others.
    (finding,) = (
        item.finding for items in analyse(moved, RULES).diagnostics.values() for item in items
    )
    assert "(line 3)" in finding.message
    assert len(solved) == 2


def test_a_search_that_is_given_up_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    dependency_conflicts.forget()
    monkeypatch.setattr(dependency_conflicts, "LIMITS", Limits(steps=1))
    world = World(rules=RULES, index=INDEX, extras=needs(SMALL))
    report = analyse(world.context({"requirements.txt": "app\ntool\n"}), RULES)
    (item,) = report.unchecked
    assert item.what == "requirements.txt"
    assert item.reason.reason is Reason.GAVE_UP
    dependency_conflicts.forget()


def test_too_many_versions_are_not_looked_up() -> None:
    # Each older one may be the one that fits, and nobody knows what any of them needs.
    versions = [f"{number}.0" for number in range(300, 0, -1)]
    index: IndexFacts = {"deep": versions, "lib": ["1.0"]}
    extras: dict[str, Metadata] = {"lib 1.0": Metadata()}
    asked: set[str] = set()
    rounds = 0
    while True:
        world = World(rules=RULES, index=index, extras=extras)
        report = analyse(world.context({"requirements.txt": "deep\nlib==1.0\n"}), RULES)
        missing = {f"{name} {version}" for name, version in report.version_gaps} - asked
        if not missing:
            break
        rounds += 1
        asked |= missing
        extras |= {pair: Metadata(("lib>=2",)) for pair in missing}
    assert len(asked) == dependency_conflicts.MOST_OF_ONE
    assert rounds < 10
    assert [item.reason.reason for item in report.unchecked] == [Reason.GAVE_UP]
