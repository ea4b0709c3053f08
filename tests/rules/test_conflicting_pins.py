from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from pinwise.advice.findings import Severity
from pinwise.index.types import Metadata
from pinwise.project.settings import Settings
from pinwise.rules.conflicting_pins import conflicting_pins
from tests import harness
from tests.harness import Partly, Stale, World, Yanked

if TYPE_CHECKING:
    from tests.harness.facts import IndexFacts

check = partial(harness.check, rules=[conflicting_pins])
check_fix = partial(harness.check_fix, rules=[conflicting_pins])
messages = partial(harness.messages, rules=[conflicting_pins])
fixes_at = partial(harness.fixes_at, rules=[conflicting_pins])


@pytest.mark.parametrize(
    "lines",
    [
        "flask==2.0\nflask==2.0.0\n",
        "flask==2.0\nflask>=1\nflask<3\n",
        "flask==2.0+cpu\nflask==2.0\n",
        "flask==2.0rc1\nflask<2.1,>=1\nFlask\n",
        "flask==2.0; python_version<'3.9'\nflask==3.0; python_version>='3.9'\n",
        "flask==2.0; sys_platform=='win32'\nflask==3.0; sys_platform=='linux'\n",
        "flask==2.0; sys_platform=='win32'\nflask==3.0; os_name=='posix'\n",
        "flask==2.0; python_version<'3.8'\nflask==3.0\n",
        "flask==2.0; python_version<'3.8'\nflask==3.0; python_version < '3.8'\n",
        "flask==2.0; platform_machine=='AMD64'\nflask==3.0; platform_system=='Linux'\n",
        "flask==2.0; platform_release=='1'\nflask==3.0; sys_platform=='win32'\n",
        "flask>=2; os_name=='nt'\nflask!=2; os_name=='posix'\nflask<=2; os_name=='java'\n",
        "flask @ https://files.example/a.zip\nflask==3.0\n",
        "flask==1\nclick==2\n",
        "flask==\nflask==2\n",
    ],
)
def test_what_can_hold_together(lines: str) -> None:
    check(lines)


@pytest.mark.parametrize(
    "lines",
    [
        "flask==2.0\nflask==3.0\n",
        "flask===2.0\nflask==3.0\n",
        "flask==1!2.0\nflask==2.0\n",
        "flask==2.0+cpu\nflask==2.0+gpu\n",
        "flask==2.*\nflask>=3\n",
        "flask~=2.1\nflask<2\n",
        "flask==2.0rc1\nflask<2.0\n",
        "Flask[a]==2\nflask[b]==3\n",
        "flask==2.0; python_version>='3.9'\nflask==3.0; sys_platform=='linux'\n",
        "flask==2.0; sys_platform=='win32'\nflask==3.0; sys_platform == \"win32\"\n",
        "flask==2 --hash=sha256:a\nflask==3 --hash=sha256:b\n",
    ],
)
def test_what_cannot(lines: str) -> None:
    assert len(messages(lines)) == 2


def test_lines_that_meet_in_another_environment() -> None:
    check(
        """
flask==2.0; sys_platform=='win32'
     ^^^^^ 1 conflicting-pins: `flask==2.0` here and `flask==3.0` in line 2 cannot both hold: no version satisfies both. They meet where `sys_platform == "win32"` holds.
     ----- 2: `flask==2.0` is required here
flask==3.0
     ----- 1: `flask==3.0` is required here
     ^^^^^ 2 conflicting-pins
"""  # noqa: E501 - a message stands on one line
    )
    lines = "flask==2.0; sys_platform=='win32'\nflask==3.0\n"
    assert "They meet" not in messages(lines, platform="win32")[0]
    check(lines, settings=Settings(platforms=("linux",)))
    overlap = "flask==2; python_version<='3.11'\nflask==3; python_version>='3.11'\n"
    assert messages(overlap)[0].endswith(
        'They meet where `python_version <= "3.11"` and `python_version >= "3.11"` hold.'
    )
    windows = "flask==2; sys_platform=='win32'\nflask==3; os_name=='nt'\n"
    assert messages(windows)[0].endswith(
        'They meet where `sys_platform == "win32"` and `os_name == "nt"` hold.'
    )


def test_what_does_not_fit_here_is_told_before_what_another_machine_meets() -> None:
    said = messages("flask==1\nflask==2\nflask==3; sys_platform=='win32'\n")
    assert said[0] == (
        "`flask==1` here and `flask==2` in line 2 cannot both hold: no version satisfies both."
    )
    assert said[2].startswith("`flask==3` cannot hold together with `flask==1` in line 1 or")
    assert said[2].endswith('They meet where `sys_platform == "win32"` holds.')


def test_three_that_hold_in_pairs_only_elsewhere() -> None:
    lines = "flask>=2\nflask!=2.0\nflask<=2.0; os_name=='nt'\nflask>1\n"
    said = messages(lines)
    assert len(said) == 3
    assert said[0] == (
        "`flask>=2` here, `flask!=2.0` in line 2 and `flask<=2.0` in line 3 cannot all hold: "
        'no version satisfies them all. They meet where `os_name == "nt"` holds.'
    )


def test_without_an_interpreter() -> None:
    lines = "flask==2.0; python_version>='3.9'\nflask==3.0\n"
    assert "They meet" not in messages(lines, python="3.12")[0]
    assert messages(lines, python=None)[0].endswith(
        'They meet where `python_version >= "3.9"` holds.'
    )
    same = "flask==2.0; os_name=='nt'\nflask==3.0 ; os_name == 'nt'\n"
    assert len(messages(same, python=None)) == 2


def test_what_a_bound_leaves_out_beside_its_sign() -> None:
    assert messages("flask==2.0rc1\nflask<2.0\n")[0].endswith(
        "no version satisfies both. `<2.0` leaves out the pre-releases of 2.0 too."
    )


def test_a_line_is_not_removed_for_one_that_counts_in_fewer_environments() -> None:
    lines = "flask==2.0; sys_platform=='win32'\nflask==3.0$0\n"
    assert "Remove this line" not in [fix.title for fix in fixes_at(lines)]
    lines = "flask==2.0$0; sys_platform=='win32'\nflask==3.0\n"
    assert "Remove this line" in [fix.title for fix in fixes_at(lines)]
    lines = "flask==2.0$0; os_name=='nt'\nflask==3.0; os_name == 'nt'\n"
    assert "Remove this line" in [fix.title for fix in fixes_at(lines)]


def test_every_line_is_marked_and_leads_to_the_others() -> None:
    check(
        """
flask [async] == 2.0 \\
              ^^^^^^ 1 conflicting-pins: `flask==2.0` here and `Flask>=3,<4` in base.txt line 2 cannot both hold: no version satisfies both.
              ------ 2: `flask==2.0` is required here
    ; python_version > "3"
-r base.txt
=== base.txt
# web
Flask>=3,<4  # current
     ^^^^^^ 2 conflicting-pins
     ------ 1: `Flask>=3,<4` is required here
"""  # noqa: E501 - a message stands on one line
    )


def test_a_constraint() -> None:
    check(
        """
-c limits.txt
flask==3.0
     ^^^^^ 1 conflicting-pins: `flask==3.0` here and the constraint `flask<3` in limits.txt line 1 cannot both hold: no version satisfies both.
     ----- 2: `flask==3.0` is required here
=== limits.txt
flask<3
     ^^ 2 conflicting-pins: The constraint `flask<3` here and `flask==3.0` in requirements.txt line 2 cannot both hold: no version satisfies both.
     -- 1: `flask<3` is the constraint here
"""  # noqa: E501 - a message stands on one line
    )


def test_one_against_several() -> None:
    said = messages("flask==1\nflask==2\nflask>=2\n")
    assert said[0] == (
        "`flask==1` cannot hold together with `flask==2` in line 2 or `flask>=2` in line 3: "
        "no version satisfies it and any of them."
    )
    assert len(said) == 3


def test_three_that_hold_in_pairs_only() -> None:
    check(
        """
flask>=2
     --- 2: `flask>=2` is required here
     --- 3: `flask>=2` is required here
     ^^^ 1 conflicting-pins: `flask>=2` here, `flask!=2.0` in line 2 and `flask<=2.0` in line 3 cannot all hold: no version satisfies them all.
flask!=2.0
     ^^^^^ 2 conflicting-pins
     ----- 1: `flask!=2.0` is required here
     ----- 3: `flask!=2.0` is required here
flask<=2.0
     ^^^^^ 3 conflicting-pins
     ----- 1: `flask<=2.0` is required here
     ----- 2: `flask<=2.0` is required here
flask
"""  # noqa: E501 - a message stands on one line
    )


def test_published_versions_prove_more() -> None:
    lines = "flask>1\nflask<2\n"
    check(lines)
    check(lines, index={"flask": ["1.0", "1.5", "2.0"]})
    check(lines, index={"flask": Partly(["1.0", "2.0"])})
    check(lines, index={"flask": Stale(["1.0", "2.0"])})
    none = "cannot both hold: no published version satisfies both."
    assert messages(lines, index={"flask": ["1.0", "2.0"]}) == [
        f"`flask>1` here and `flask<2` in line 2 {none}",
        f"`flask<2` here and `flask>1` in line 1 {none}",
    ]


def test_an_old_answer_still_serves_for_suggestions() -> None:
    lines = "flask==$01.0\nflask>=2\n"
    titles = [fix.title for fix in fixes_at(lines, index={"flask": Stale(["1.0", "2.0", "2.1"])})]
    assert titles[0] == "Change to `==2.1`"


def test_a_line_that_is_wrong_by_itself_neither_hides_nor_multiplies() -> None:
    index = {"flask": ["1.0", "2.0"]}
    check("flask==1.0\nflask==99\n", index=index)
    check("flask==1.0\nflask>3,<2\n", index=index)
    assert len(messages("flask==1.0\nflask==99\nflask==2.0\nflask>3,<2\n", index=index)) == 2


def test_the_file_name_of_a_wheel_is_a_pin() -> None:
    check(
        """
./wheels/flask-2.0-py3-none-any.whl
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 1 conflicting-pins: The wheel of `flask==2.0` here and `flask>=3` in line 2 cannot both hold: no version satisfies both.
----------------------------------- 2: `flask==2.0` is required here
flask>=3
     --- 1: `flask>=3` is required here
     ^^^ 2 conflicting-pins: `flask>=3` here and the wheel of `flask==2.0` in line 1 cannot both hold: no version satisfies both.
"""  # noqa: E501 - a message stands on one line
    )
    check("./flask-2.0-py3-none-any.whl\nflask>=2\n")


def test_what_a_url_gives_may_be_no_published_version() -> None:
    index: IndexFacts = {"flask": ["1.0", "2.0"]}
    check("flask>1\nflask<2\nflask @ git+https://git.example/flask\n", index=index)


def test_fixes() -> None:
    check_fix(
        "flask==2.0$0 # old\nflask==3.0\n",
        "flask==3.0 # old\nflask==3.0\n",
        title="Change to `==3.0`, as in line 2",
    )
    check_fix("flask==2.0$0 # old\nflask==3.0\n", "flask==3.0\n", title="Remove this line")
    # Of the same operator, the version alone changes.
    check_fix(
        "flask == 2.0$0\nflask==3.0\n",
        "flask == 3.0\nflask==3.0\n",
        title="Change to `==3.0`, as in line 2",
    )
    check_fix(
        "flask > 3$0\nflask>=1,<2\n",
        "flask >=1,<2\nflask>=1,<2\n",
        title="Change to `>=1,<2`, as in line 2",
    )
    check_fix(
        "flask < 3$0\nflask==4\nflask<=3\n",
        "flask ==4\nflask==4\nflask<=3\n",
        title="Change to `==4`, as in line 2",
    )
    check_fix(
        "flask == 3$0\nflask===2.0\n",
        "flask ===2.0\nflask===2.0\n",
        title="Change to `===2.0`, as in line 2",
    )
    check_fix(
        "-c limits.txt\nflask == 3.0$0 ; python_version > '3'\n=== limits.txt\nflask<3\n",
        "-c limits.txt\nflask <3 ; python_version > '3'\n=== limits.txt\nflask<3\n",
        title="Change to `<3`, as in limits.txt line 1",
    )


def test_a_pin_moves_to_what_the_others_allow() -> None:
    index: IndexFacts = {"flask": {"2.0": None, "3.0": None, "3.1": None, "3.2": Yanked()}}
    check_fix(
        "flask==2.0$0 # web\nflask>=3\n",
        "flask==3.1 # web\nflask>=3\n",
        title="Change to `==3.1`",
        index=index,
    )
    pinned = fixes_at("flask==2.0$0\nflask==3.0\n", index=index)
    assert "Change to `==3.0`" not in [fix.title for fix in pinned]


def test_a_fix_loses_no_requirement_and_no_hash() -> None:
    # The constraint asks for nothing, and the other line not for the extra.
    only_constraint = fixes_at("-c limits.txt\nflask==3$0\n=== limits.txt\nflask<3\n")
    assert [fix.title for fix in only_constraint] == ["Change to `<3`, as in limits.txt line 1"]
    extra = fixes_at("flask[async]==2$0\nflask==3\n")
    assert [fix.title for fix in extra] == ["Change to `==3`, as in line 2"]
    hashed = fixes_at("flask==2$0 --hash=sha256:a\nflask==3\n")
    assert [fix.title for fix in hashed] == ["Remove this line"]


def test_many_lines_are_counted() -> None:
    said = messages("".join(f"flask=={number}\n" for number in range(9)))
    assert said[0].endswith(
        "`flask==1` in line 2, `flask==2` in line 3, `flask==3` in line 4 or 5 more: "
        "no version satisfies it and any of them."
    )


def test_crlf() -> None:
    check_fix(
        "flask==2.0$0\nflask==3.0\n",
        "flask==3.0\n",
        title="Remove this line",
        newline="\r\n",
    )


A, B = "https://files.example/a/flask.zip", "https://files.example/b/flask.zip"
REPOSITORY = "git+https://git.example/flask"


@pytest.mark.parametrize(
    "lines",
    [
        f"flask @ {A}\nflask @ {A}\n",
        f"flask @ {A}\n{A}#egg=flask\n",
        f"flask @ {A}\nflask @ {A.replace('//', '//me:secret@')}\n",
        f"flask @ {A}\nflask @ {A.replace('flask', '%66lask')}\n",
        "flask @ file:///a.zip\nflask @ file://localhost/a.zip\n",
        f"flask[async] @ {A}\nflask @ {A}\n",
        f"flask @ {A} ; sys_platform == 'win32'\nflask @ {B} ; sys_platform == 'linux'\n",
        f"flask @ {A}\nclick @ {B}\n",
        f"flask @ {A}\nflask\n",
        f"flask @ {A}\nflask==2.0\n",
        "./flask-1.0-py3-none-any.whl\n./x/../flask-1.0-py3-none-any.whl\n",
        f"./flask-1.0-py3-none-any.whl\nflask @ {A}\n",
        f"flask @ {A}\nflask @ ${{WHERE}}/flask.zip\n",
    ],
)
def test_addresses_that_are_the_same_or_may_be(lines: str) -> None:
    check(lines)


@pytest.mark.parametrize(
    "lines",
    [
        f"flask @ {A}\nflask @ {B}\n",
        f"{A}#egg=flask\nflask @ {B}\n",
        f"flask @ {A}\nflask @ {A}?x=1\n",
        f"flask @ {REPOSITORY}@v1\nflask @ {REPOSITORY}@v2\n",
        f"flask @ {REPOSITORY}\nflask @ {REPOSITORY}#subdirectory=a\n",
        f"-e {REPOSITORY}#egg=flask\nflask @ {A}\n",
        f"flask @ {A} ; sys_platform == 'win32'\nflask @ {B} ; sys_platform=='win32'\n",
        "./a/flask-1.0-py3-none-any.whl\n./b/flask-1.0-py3-none-any.whl\n",
        f"-c limits.txt\nflask @ {A}\n=== limits.txt\nflask @ {B}\n",
    ],
)
def test_two_addresses_of_one_package(lines: str) -> None:
    said = messages(lines)
    assert len(said) == 2
    assert all(message.endswith("pip installs it from one only.") for message in said)


def test_the_places_of_addresses() -> None:
    check(
        f"""
flask @ {A}
        {"-" * len(A)} 2: `flask` comes from another address here
        {"^" * len(A)} 1 conflicting-pins: Line 2 takes `flask` from another address. pip installs it from one only.
flask @ {B}
        {"-" * len(B)} 1: `flask` comes from another address here
        {"^" * len(B)} 2 conflicting-pins: Line 1 takes `flask` from another address. pip installs it from one only.
"""  # noqa: E501 - a message stands on one line
    )
    check_fix(f"flask @ {A}\nflask @ $0{B}\n", f"flask @ {A}\n", title="Remove this line")


def test_wheels_of_two_versions_conflict_once() -> None:
    said = messages("./flask-1.0-py3-none-any.whl\n./flask-2.0-py3-none-any.whl\n")
    assert len(said) == 2
    assert not any("address" in message for message in said)


def test_of_thousands_of_lines_a_few_are_told_of() -> None:
    assert len(messages("flask==1\nflask==2\n" * 2000)) <= 20
    addresses = "".join(f"flask @ https://host.example/{number}.zip\n" for number in range(2000))
    assert len(messages(addresses)) <= 40


def test_constraints_alone_are_a_hint_until_something_needs_their_package() -> None:
    text = "flask==3.0\n-c a.txt\n-c b.txt\n=== a.txt\nlib==1\n=== b.txt\nlib==2\n"
    index: IndexFacts = {"flask": ["3.0"], "lib": ["1", "2"]}

    def found(*needs: str) -> dict[str, Severity]:
        extras = {"flask 3.0": Metadata(needs), "lib 1": Metadata(), "lib 2": Metadata()}
        world = World(index=index, extras=extras)
        diagnostics = world.diagnostics(world.read(text).files)
        return {
            item.rule.name: item.severity
            for item in diagnostics
            if item.rule.name != "outdated-version"
        }

    assert found() == {"conflicting-pins": Severity.HINT}
    assert found("lib>=1") == {
        "conflicting-pins": Severity.HINT,
        "dependency-conflict": Severity.ERROR,
    }
