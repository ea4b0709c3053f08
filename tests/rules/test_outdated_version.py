from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING

import pytest

from pinwise.advice.update_fixes import Trials
from pinwise.index.types import Metadata
from pinwise.project.settings import Settings
from pinwise.resolver.updates import Plan
from pinwise.rules.outdated_version import outdated_version
from tests import harness
from tests.harness import Aged, Needs, Partly, Sdist, Wheel, Yanked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinwise.advice.findings import Fix
    from tests.harness.facts import DigestFacts, IndexFacts

check = partial(harness.check, rules=[outdated_version])
check_fix = partial(harness.check_fix, rules=[outdated_version])
messages = partial(harness.messages, rules=[outdated_version])
fixes_at = partial(harness.fixes_at, rules=[outdated_version])

FLASK = {"flask": ["1.1.4", "2.0.0", "2.0.3", "2.3.3", "3.1.0"]}


@pytest.mark.parametrize(
    "line",
    [
        "flask",
        "flask==3.1.0",
        "flask==3.1",
        "flask==2.0.*",
        "flask>=2.0.0",
        "flask~=2.0.0",
        "flask==9.9",
        "flask @ https://files.example/flask-2.0.0.tar.gz",
        "unheard-of==1.0",
    ],
)
def test_nothing_newer_or_no_pin(line: str) -> None:
    check(f"{line}\n", index=FLASK)


def test_only_the_version_is_marked() -> None:
    check(
        """
flask==2.0.0
       ^^^^^ outdated-version: `flask 3.1.0` is newer than `2.0.0` (major update).
Flask [async] === 2.0.0 ; python_version > "3"  # web
                  ^^^^^ outdated-version: `Flask 3.1.0` is newer than `2.0.0` (major update).
""",
        index=FLASK,
    )


@pytest.mark.parametrize(
    ("old", "new", "level"),
    [
        ("1.2.3", "1.2.4", "patch"),
        ("1.2.3", "1.3", "minor"),
        ("1.2.3", "2", "major"),
        ("1.0", "1.0.post1", "patch"),
        ("2024.1", "1!1.0", "major"),
        ("1.0rc1", "1.0", "patch"),
        ("0.1", "0.2", "minor"),
    ],
)
def test_level(old: str, new: str, level: str) -> None:
    found = messages(f"p=={old}\n", index={"p": [old, new]})
    assert found == [f"`p {new}` is newer than `{old}` ({level} update)."]


def test_each_step_is_offered_and_the_newest_preferred() -> None:
    fixes = fixes_at("flask==$02.0.0\n", index=FLASK)
    assert [(fix.title, fix.preferred) for fix in fixes] == [
        ("Update to `3.1.0` (major)", True),
        ("Update to `2.3.3` (minor)", False),
        ("Update to `2.0.3` (patch)", False),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("flask==$02.0.0", "flask==3.1.0"),
        ("flask == $02.0.0  # web", "flask == 3.1.0  # web"),
        ("flask===$02.0.0", "flask===3.1.0"),
        ("flask[async]==$02.0.0 ; python_version>'3'", "flask[async]==3.1.0 ; python_version>'3'"),
        ("flask \\\n    ==$02.0.0", "flask \\\n    ==3.1.0"),
        ("flask==$02.0.0,!=2.5", "flask==3.1.0,!=2.5"),
    ],
)
def test_fix_changes_the_version_alone(before: str, after: str) -> None:
    check_fix(f"{before}\n", f"{after}\n", index=FLASK)


def test_a_chosen_step() -> None:
    check_fix("flask==$02.0.0", "flask==2.0.3", title="Update to `2.0.3` (patch)", index=FLASK)


def test_yanked_and_pre_releases_are_not_offered() -> None:
    index = {"p": {"1.0": None, "1.1": Yanked("bad"), "2.0rc1": None}}
    check("p==1.0\n", index=index)
    allowed = Settings(prerelease="allow")
    assert "`p 2.0rc1`" in messages("p==1.0\n", index=index, settings=allowed)[0]


def test_pip_is_told_in_the_file_that_pre_releases_will_do() -> None:
    index = {"p": ["1.0", "2.0rc1"]}
    (message,) = messages("-r base.txt\np==1.0\n=== base.txt\n--pre\n", index=index)
    assert "`p 2.0rc1`" in message
    disallowed = Settings(prerelease="disallow")
    check("--pre\np==1.0\n", index=index, settings=disallowed)
    check("p==1.0rc1\n", index={"p": ["1.0rc1", "1.0rc2"]}, settings=disallowed)


def test_who_pins_a_pre_release_is_offered_the_next() -> None:
    check_fix("p==2.0$0b1\n", "p==2.0b2\n", index={"p": ["1.0", "2.0b1", "2.0b2"]})


def test_what_needs_another_python() -> None:
    index = {
        "p": {"1.0": None, "1.1": Needs(">=3.8"), "2.0": Needs(">=3.13"), "2.1": Needs(">=3.13")}
    }
    said = "`p 1.1` is newer than `1.0` (minor update). The newer `2.1` needs Python `>=3.13`."
    assert messages("p==1.0\n", index=index, python="3.12") == [said]
    assert "`p 2.1`" in messages("p==1.0\n", index=index, python="3.13")[0]
    # Where no interpreter is known, nothing is held against a release.
    assert "`p 2.1`" in messages("p==1.0\n", index=index, python=None)[0]
    check("p==1.1\n", index=index, python="3.12")


def test_what_has_no_wheel_for_the_platform() -> None:
    windows = Wheel("cp312-cp312-win_amd64")
    index: IndexFacts = {"p": {"1.0": None, "1.1": [Sdist(), windows], "2.0": windows}}
    assert "`p 1.1`" in messages("p==1.0\n", index=index)[0]
    assert "`p 2.0`" in messages("p==1.0\n", index=index, platform="win32")[0]
    # The line is for Windows: that this machine has no use for the wheel says nothing.
    line = "p==1.0 ; sys_platform == 'win32'\n"
    assert "`p 2.0`" in messages(line, index=index)[0]


def test_compressed_tags() -> None:
    index = {"p": {"1.0": None, "1.1": Wheel("py2.py3-none-any")}}
    assert len(messages("p==1.0\n", index=index)) == 1


def test_a_line_for_an_old_python_is_left_alone() -> None:
    check("flask==2.0.0 ; python_version < '3.8'\n", index=FLASK)


def test_another_line_holds_back() -> None:
    check(
        """
-c limits.txt
flask==2.0.0
       ^^^^^ outdated-version: `flask 2.3.3` is newer than `2.0.0` (minor update). `flask<3` in limits.txt line 2 holds back `3.1.0`.
=== limits.txt
# Not yet.
flask<3
""",  # noqa: E501 - a message stands on one line
        index=FLASK,
    )
    check_fix("flask==2.0$0.0\nflask<3\n", "flask==2.3.3\nflask<3\n", index=FLASK)


def test_another_line_holds_back_everything() -> None:
    text = """
flask==2.0.0
       ^^^^^ outdated-version: `flask 3.1.0` is newer than `2.0.0` (major update), but `flask<=2.0.0` in line 2 holds it back.
flask<=2.0.0
"""  # noqa: E501 - a message stands on one line
    check(text, index=FLASK)
    assert fixes_at("flask==$02.0.0\nflask<=2.0.0\n", index=FLASK) == []


def test_a_conflict_is_another_rules() -> None:
    check("flask==2.0.0\nflask>=3\nflask==2.3.3,<2\n", index=FLASK)


def test_a_line_for_another_platform_has_a_say() -> None:
    text = "flask==2.0.0\nflask<3 ; sys_platform == 'win32'\n"
    said = messages(text, index=FLASK)[0]
    assert said.startswith("`flask 2.3.3` is newer")
    assert said.endswith("`flask<3` in line 2 holds back `3.1.0`.")
    both = "flask==2.0.0 ; os_name == 'nt'\nflask<3 ; sys_platform == 'win32'\n"
    assert "holds back" in messages(both, index=FLASK)[0]


def test_a_line_that_never_counts_beside_it_holds_nothing_back() -> None:
    newer = ["`flask 3.1.0` is newer than `2.0.0` (major update)."]
    old = "flask==2.0.0\nflask<3 ; python_version < '3.8'\n"
    assert messages(old, index=FLASK) == newer
    apart = "flask==2.0.0 ; os_name == 'nt'\nflask<3 ; sys_platform == 'linux'\n"
    assert messages(apart, index=FLASK) == newer
    pins = "flask==2.0.0 ; os_name == 'nt'\nflask==3.1.0 ; sys_platform == 'linux'\n"
    assert messages(pins, index=FLASK) == newer


def test_the_same_pin_in_a_constraints_file_changes_too() -> None:
    check_fix(
        """
-c constraints.txt
flask==$02.0.0
=== constraints.txt
click==8.0
flask == 2.0  # compiled
""",
        """
-c constraints.txt
flask==3.1.0
=== constraints.txt
click==8.0
flask == 3.1.0  # compiled
""",
        index=FLASK,
    )


def test_hashes_are_for_one_version() -> None:
    text = """
flask==2.0.0 \\
       ^^^^^ outdated-version: `flask 3.1.0` is newer than `2.0.0` (major update); its `--hash` options have to change with it.
    --hash=sha256:aaaa \\
    --hash=sha256:bbbb
"""  # noqa: E501 - a message stands on one line
    check(text, index=FLASK)
    assert fixes_at("flask==$02.0.0 --hash=sha256:aaaa\n", index=FLASK) == []


def test_a_local_version() -> None:
    check_fix("torch==2.1.0+c$0u118\n", "torch==2.2.0\n", index={"torch": ["2.1.0+cu118", "2.2.0"]})


def test_an_index_that_did_not_answer_hides_nothing_newer() -> None:
    assert len(messages("p==1.0\n", index={"p": Partly(["1.0", "2.0"])})) == 1


def test_crlf() -> None:
    check_fix("a\nflask==2.0$0.0 # b\n", "a\nflask==3.1.0 # b\n", index=FLASK, newline="\r\n")


def test_what_is_too_young_is_not_suggested() -> None:
    index: IndexFacts = {"p": {"1.0": Aged(90), "1.1": Aged(8), "1.2": Aged(6), "2.0": Aged(0)}}
    week = Settings(cooldown=7)
    assert "`p 2.0`" in messages("p==1.0\n", index=index)[0]
    assert messages("p==1.0\n", index=index, settings=week) == [
        (
            "`p 1.1` is newer than `1.0` (minor update)."
            " The newer `2.0` is in cooldown: released today."
        )
    ]
    assert messages("p==1.1\n", index=index, settings=week) == []
    # It says nothing of what is pinned already, nor of what tells no age.
    assert messages("p==1.2\n", index=index, settings=week) == []
    assert len(messages("q==1\n", index={"q": ["1", "2"]}, settings=week)) == 1


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _option(text: str) -> str:
    return f"--hash=sha256:{_sha256(text)}"


NEW = sorted(_sha256(text) for text in ("wheel", "source"))
ONE, TWO = (f"--hash=sha256:{digest}" for digest in NEW)
DIGESTS: DigestFacts = {
    "flask 3.1.0": [
        {"sha256": _sha256("wheel"), "md5": "0"},
        {"sha256": _sha256("source").upper()},
    ],
    "flask 2.3.3": [{"sha256": _sha256("other")}, {"sha512": "0"}],
    "flask 2.0.3": [{"sha256": "../../etc"}],
}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            f"flask==$02.0.0 {_option('a')} {_option('b')} {_option('c')}  # via web\n",
            f"flask==3.1.0 {ONE} {TWO}  # via web\n",
        ),
        (
            f"flask==$02.0.0 \\\n    {_option('a')} \\\n    {_option('b')}\n    # via web\n",
            f"flask==3.1.0 \\\n    {ONE} \\\n    {TWO}\n    # via web\n",
        ),
        (
            f"flask==$02.0.0 ; os_name=='nt' \\\n  {_option('a')}\n",
            f"flask==3.1.0 ; os_name=='nt' \\\n  {ONE} \\\n  {TWO}\n",
        ),
        (
            f"flask==$02.0.0 --hash sha256:{_sha256('a')}",
            f"flask==3.1.0 --hash sha256:{NEW[0]} --hash sha256:{NEW[1]}",
        ),
        (
            f"flask==$02.0.0 {_option('a')}\n-c limits.txt\n=== limits.txt\nflask==2.0.0\n",
            f"flask==3.1.0 {ONE} {TWO}\n-c limits.txt\n=== limits.txt\nflask==3.1.0\n",
        ),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_hashes_change_with_the_version(before: str, after: str, newline: str) -> None:
    check_fix(before, after, index=FLASK, digests=DIGESTS, newline=newline)


def test_no_step_whose_hashes_are_not_known() -> None:
    # Of one only a part of the hashes is known, and another has none that is one.
    fixes = fixes_at(f"flask==2.0$0.0 {_option('a')}\n", index=FLASK, digests=DIGESTS)
    assert [fix.title for fix in fixes] == ["Update to `3.1.0` (major)"]
    (message,) = messages(f"flask==2.0.0 {_option('a')}\n", index=FLASK, digests=DIGESTS)
    assert message == "`flask 3.1.0` is newer than `2.0.0` (major update)."


@pytest.mark.parametrize(
    "line",
    [
        f"flask==2.0$0.0 --hash=sha512:{'0' * 128}",
        f"flask==2.0$0.0 {_option('a')} --config-settings=x=y {_option('b')}",
    ],
)
def test_no_fix_where_hashes_cannot_be_rewritten(line: str) -> None:
    (message,) = messages(line.replace("$0", ""), index=FLASK, digests=DIGESTS)
    assert message.endswith("; its `--hash` options have to change with it.")
    assert fixes_at(line, index=FLASK, digests=DIGESTS) == []


def test_what_an_index_says_steers_nothing() -> None:
    index: IndexFacts = {"p": {"1.0": None, "1.1": None, "2.0": Needs(">=3.13,\x1b[1m!=3.99`")}}
    # pip ignores a specifier that it cannot read.
    assert "`p 2.0`" in messages("p==1.0\n", index=index)[0]
    many = ",".join(f"!=3.{n}" for n in range(50))
    index = {"p": {"1.0": None, "1.1": None, "2.0": Needs(f">=3.13,\n{many}")}}
    (message,) = messages("p==1.0\n", index=index)
    assert len(message) < 250
    assert message.isprintable()


HELD: IndexFacts = {
    "python": {"1.0": None, "1.1": None, "2.0": Needs(">=3.13")},
    "platform": {"1.0": None, "1.1": None, "2.0": Wheel("cp312-cp312-win_amd64")},
    "source": {"1.0": None, "1.1": None, "2.0": Sdist()},
    "young": {"1.0": Aged(90), "1.1": Aged(30), "2.0": Aged(2)},
    "unstable": ["1.0", "1.1", "2.0rc1"],
}


@pytest.mark.parametrize(
    ("name", "option", "why"),
    [
        ("python", "", "`2.0` needs Python `>=3.13`."),
        ("platform", "", "`2.0` has no file for this platform."),
        (
            "source",
            "--only-binary :all:",
            ("`2.0` has only source archives, and `--only-binary :all:` in line 1 forbids them."),
        ),
        (
            "source",
            "--prefer-binary",
            "`2.0` has no wheel, and `--prefer-binary` in line 1 prefers older wheels.",
        ),
        ("young", "", "`2.0` is in cooldown: released 2 days ago."),
        ("unstable", "", "`2.0rc1` is a pre-release."),
        (
            "unstable",
            "--only-final unstable",
            ("`2.0rc1` is a pre-release, and `--only-final unstable` in line 1 forbids them."),
        ),
    ],
)
def test_what_holds_an_update_back(name: str, option: str, why: str) -> None:
    text = f"{option or '# none'}\n{name}==1.0\n"
    (said,) = messages(text, index=HELD, settings=Settings(cooldown=7))
    assert said == f"`{name} 1.1` is newer than `1.0` (minor update). The newer {why}"


FAMILY = {"boto": ["1.0", "1.5"], "core": ["1.1", "1.2", "1.9", "2.0"], "free": ["1.0", "1.1"]}
NEEDS = {
    "boto 1.0": Metadata(("core>=1.1,<1.3",)),
    "boto 1.5": Metadata(),
    "core 1.2": Metadata(),
    "free 1.0": Metadata(),
}


def offered(text: str, needs: Mapping[str, Metadata] | None = None) -> list[tuple[str, bool]]:
    found = fixes_at(text, index=FAMILY, extras=needs)
    return [(fix.title, fix.preferred) for fix in found]


def test_an_update_that_makes_a_conflict_says_so() -> None:
    text = "boto==1.0\ncore==$01.1\nfree==1.0\n"
    assert offered(text, NEEDS) == [
        ("Update to `2.0` (major), conflicts with line 1", False),
        ("Update to `1.9` (minor), conflicts with line 1", False),
        ("Update to `1.2` (minor), the newest that fits", True),
    ]
    below = "-r base.txt\ncore==$01.1\n=== base.txt\nboto==1.0\n"
    assert ("Update to `2.0` (major), conflicts with base.txt line 1", False) in offered(
        below, NEEDS
    )


def test_what_is_not_known_makes_no_conflict() -> None:
    text = "boto==1.0\ncore==$01.1\n"
    plain = [("Update to `2.0` (major)", True), ("Update to `1.9` (minor)", False)]
    assert offered(text) == plain
    assert offered("core==$01.1\n", NEEDS) == plain
    # The newest that fits is one that was seen to.
    unseen = {name: needs for name, needs in NEEDS.items() if name != "core 1.2"}
    assert offered(text, unseen) == [
        ("Update to `2.0` (major), conflicts with line 1", False),
        ("Update to `1.9` (minor), conflicts with line 1", False),
    ]


def test_lines_that_conflict_already_make_no_update_a_conflict() -> None:
    text = "boto==1.0\ncore==2.0\nfree==$01.0\n"
    assert offered(text, NEEDS) == [("Update to `1.1` (minor)", True)]


@pytest.mark.parametrize(
    ("needs", "text", "title"),
    [
        # Its own need, another's, one over a third, and none where only a constraint pins.
        ({"new 2.0": ["old<1"]}, "new==$01.0\nold==1.0\n", ", conflicts with line 2"),
        ({"old 1.0": ["new<2"]}, "new==$01.0\nold==1.0\n", ", conflicts with line 2"),
        (
            {"new 2.0": ["mid"], "mid 1.0": ["old<1"]},
            "new==$01.0\nold==1.0\n",
            ", conflicts with line 2",
        ),
        ({"new 2.0": ["mid"], "mid 1.0": ["old>=1"]}, "new==$01.0\nold==1.0\n", ""),
        (
            {"new 1.0": ["old"], "old 1.0": ["new<2"]},
            "new==$01.0\n-c c.txt\n=== c.txt\nold==1.0\n",
            "",
        ),
        ({"new 2.0": ["old>=2"], "top 1.0": ["old"]}, "new==$01.0\ntop==1.0\n", ""),
    ],
)
def test_a_conflict_may_come_from_either_side(
    needs: dict[str, list[str]], text: str, title: str
) -> None:
    index = {"new": ["1.0", "2.0"], "old": ["0.9", "1.0", "2.0"], "mid": ["1.0"], "top": ["1.0"]}
    known = {f"{name} {each}": Metadata() for name, versions in index.items() for each in versions}
    known |= {name: Metadata(tuple(each)) for name, each in needs.items()}
    fixes = fixes_at(text, index=index, extras=known)
    assert fixes[0].title == f"Update to `2.0` (major){title}"
    assert fixes[0].preferred is not bool(title)


def test_nothing_is_tried_before_somebody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[object] = []

    def note(*asked: object) -> tuple[Fix, ...]:
        tried.append(asked)
        return ()

    monkeypatch.setattr(Trials, "tried", note)
    assert messages("core==1.1\n", index=FAMILY, extras=NEEDS)
    assert tried == []
    assert fixes_at("core==$01.1\n", index=FAMILY, extras=NEEDS)
    assert len(tried) == 1


def test_nothing_is_planned_where_no_other_version_can_fit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    planned: list[object] = []

    def plan(*asked: object, **_more: object) -> Plan:
        planned.append(asked)
        return Plan((), None, None, ())

    monkeypatch.setattr("pinwise.resolver.updates.plan_updates", plan)
    index = {**FAMILY, "core": ["1.1", "1.2", "1.3b1", "1.9b1", "1.9", "2.0"]}
    needs = NEEDS | {"boto 1.0": Metadata(("core>=1.1,<1.4b1",))}
    found = fixes_at("boto==1.0\ncore==$01.2\n", index=index, extras=needs)
    assert all(fix.title.endswith("conflicts with line 1") for fix in found)
    assert planned == []
    fixes_at("boto==1.0\ncore==$01.1\n", index=index, extras=needs)
    assert len(planned) == 1
