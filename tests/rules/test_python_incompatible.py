from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from pinwise.base.facts import Known
from pinwise.project.settings import Settings
from pinwise.rules.python_incompatible import python_incompatible
from tests import harness
from tests.harness import Needs, Partly, Sdist, Stale, Wheel, World, Yanked
from tests.harness.facts import FOLDER

if TYPE_CHECKING:
    from packaging.utils import NormalizedName

    from pinwise.base.facts import Fact
    from pinwise.index.types import Listing
    from tests.harness.facts import IndexFacts

check = partial(harness.check, rules=[python_incompatible])
check_fix = partial(harness.check_fix, rules=[python_incompatible])
fixes_at = partial(harness.fixes_at, rules=[python_incompatible])
messages = partial(harness.messages, rules=[python_incompatible])

INDEX: IndexFacts = {
    "p": {
        "1.0": Needs("<3.12"),
        "2.0": None,
        "2.1": Needs(">=3.9"),
        "3.0": Needs(">=3.13"),
        "3.1": Needs(">=3.13"),
    },
    "old": {"1.0": Needs("<3")},
    "mixed": {"1.0": [Wheel("py3-none-any", ">=3.13"), Sdist(">=3.9")]},
    "nonsense": {"1.0": Needs("three")},
    "withdrawn": {"1.0": Yanked()},
}


@pytest.mark.parametrize(
    "line",
    [
        "p",
        "p==2.0",
        "p==2.1",
        "p>=2",
        "p>=1,<2.1",
        "p==9.9",
        "p>9",
        "mixed==1.0",
        "nonsense==1.0",
        "withdrawn",
        "unasked==1.0",
        "p @ https://files.example/p-3.0.zip",
        "p==3.0 ; python_version >= '3.13'",
        "p==3.0 ; sys_platform == 'win32'",
    ],
)
def test_something_fits_or_nothing_is_known(line: str) -> None:
    check(f"{line}\n", index=INDEX)


def test_pins_and_ranges() -> None:
    check(
        """
p == 3.0
     ^^^ python-incompatible
p===1.0 ; os_name == "posix"
    ^^^ python-incompatible
old
^^^ python-incompatible: Every version of `old` needs Python `<3`, and `3.12.0` is selected.
""",
        index=INDEX,
    )


def test_every_version_that_the_line_allows() -> None:
    said = (
        "Every version of `p` that satisfies `>=3` needs Python `>=3.13`, and `3.12.0` is "
        "selected. The newest for it is `2.1`."
    )
    assert messages("p>=3\n", index=INDEX) == [said]
    assert messages("p>=3\n", index=INDEX, python="3.13") == []


def test_no_interpreter() -> None:
    check("p==3.0\nold\n", index=INDEX, python=None)


def test_a_pinned_yanked_version_counts_as_pip_counts_it() -> None:
    index: IndexFacts = {"p": {"1": [Wheel("py3-none-any", ">=3.13", yanked="")]}}
    assert len(messages("p==1\n", index=index)) == 1
    assert messages("p==1\n", index=index, python="3.13") == []


def test_only_a_part_of_the_pythons_version_is_known() -> None:
    index: IndexFacts = {"p": {"1": Needs(">=3.12.4")}, "q": {"1": Needs(">=3.13")}}
    world = World(rules=[python_incompatible], index=index)
    context = world.context({"requirements.txt": "p==1\nq==1\n"})
    assert context.target is not None
    context = replace(context, target=replace(context.target, python_version="3.12"))
    (finding,) = python_incompatible.check(context)
    assert finding.message.startswith("`q 1`")


def _with(fact: Fact[Listing], incomplete: str, *, kept: bool = False) -> Fact[Listing]:
    assert isinstance(fact, Known)
    return Known(replace(fact.value, incomplete=incomplete, kept=kept))


def test_what_is_not_known_is_not_said() -> None:
    # Another place may have files for this Python.
    def listing(name: NormalizedName) -> Fact[Listing]:
        return _with(known(name), "one index did not answer")

    world = World(rules=[python_incompatible], index=INDEX)
    context = world.context({"requirements.txt": "p==3.0\nold\n"})
    known = context.listing
    assert len(list(python_incompatible.check(context))) == 2
    assert not list(python_incompatible.check(replace(context, listing=listing)))
    # Old, but from all of them, as offline: what it says of a version holds.
    old = replace(context, listing=lambda name: _with(known(name), "offline", kept=True))
    assert [finding.message[:7] for finding in python_incompatible.check(old)] == ["`p 3.0`"]
    check("p==1\nq\n", index={"p": Partly(["1"]), "q": Stale(["1"])})


def test_constraints_count_for_what_is_asked_for() -> None:
    check(
        """
p
-c limits.txt
=== limits.txt
p==3.0
   ^^^ python-incompatible
old==1.0
""",
        index=INDEX,
    )
    check("p; python_version < '3'\n-c limits.txt\n=== limits.txt\np==3.0\n", index=INDEX)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("p == 3$0.0  # x", "p == 2.1  # x"),
        ("p==1$0.0", "p==2.1"),
        ("p>=$03", "p>=2.1"),
        ("p~=3$0.0", "p~=2.1"),
        ("p==3$0.*", "p==2.*"),
    ],
)
def test_the_newest_that_fits_is_offered(before: str, after: str) -> None:
    check_fix(f"{before}\n", f"{after}\n", index=INDEX)


@pytest.mark.parametrize("line", ["p>=3$0,<4", "old$0", "p==3$0.0 --hash=sha256:00", "p>$02.1"])
def test_no_fix_where_it_is_not_clear(line: str) -> None:
    assert messages(f"{line}\n".replace("$0", ""), index=INDEX)
    assert not fixes_at(f"{line}\n", index=INDEX)


def test_other_lines_bound_the_fix() -> None:
    check_fix(
        "p>=$03\np<2.1 ; os_name == 'posix'\n",
        "p>=2.0\np<2.1 ; os_name == 'posix'\n",
        index=INDEX,
    )


def test_the_text_of_the_index_is_harmless() -> None:
    index: IndexFacts = {"p": {"1": Needs(">=3.13," + ",".join(f"!=3.{n}" for n in range(50)))}}
    (message,) = messages("p==1\n", index=index)
    assert len(message) < 250
    assert "…`, and" in message


DYNAMIC = 'dynamic = ["requires-python"]'


def _project(needed: str, more: str = "") -> str:
    """Return a `pyproject.toml` of a fixture, beside the requirements."""
    return f'=== pyproject.toml\n[project]\nname = "mine"\nrequires-python = "{needed}"\n{more}'


@pytest.mark.parametrize(
    ("line", "called"),
    [
        ("-e .", "-e ."),
        (".", "."),
        (".[dev]", ".[dev]"),
        (f"mine @ {FOLDER.as_uri()}", "mine"),
        (". ; python_version >= '3'", "."),
    ],
)
def test_a_project_on_this_disk_is_for_another_python(line: str, called: str) -> None:
    assert messages(f"{line}\n{_project('>=3.13')}") == [
        f"`{called}` needs Python `>=3.13`, and `3.12.0` is selected."
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"-e .\n{_project('>=3.9')}",
        f"-e .\n{_project('>=3.13', DYNAMIC)}",
        f"-e .\n{_project('three')}",
        f". ; python_version < '3.12'\n{_project('<3.12')}",
        "-e .\n=== pyproject.toml\n[project]\nname = 'mine'\nrequires-python = 3.13\n",
        "-e .\n=== pyproject.toml\n[tool.ruff]\n",
        # Another package may lie there than the line says: that is what is wrong then.
        f"other @ {FOLDER.as_uri()}\n{_project('>=3.13')}",
    ],
)
def test_a_project_on_this_disk_fits_or_does_not_tell(text: str) -> None:
    assert messages(text) == []


@pytest.mark.parametrize(("needed", "count"), [(">=3.12.4", 0), (">=3.13", 1)])
def test_a_project_is_for_some_patch_of_the_python(needed: str, count: int) -> None:
    world = World(rules=[python_incompatible])
    context = world.context(world.read(f"-e .\n{_project(needed)}").files)
    assert context.target is not None
    context = replace(context, target=replace(context.target, python_version="3.12"))
    assert len(list(python_incompatible.check(context))) == count


OTHERS: IndexFacts = {
    "p": {"1.0": Needs(">=3.8"), "2.0": Needs(">=3.11"), "3.0": Needs(">=3.12")},
    "q": {"1.0": Needs(">=3.12"), "2.0": Needs(">=3.12.1")},
    "precise": {"1.0": Needs(">=3.10.2,<3.10.8"), "2.0": Needs(">=3.10.2,!=3.11.*")},
}


def _supporting(*pythons: str, platforms: tuple[str, ...] = ()) -> Settings:
    return Settings(python_versions=pythons, platforms=platforms)


def test_a_python_that_the_project_supports() -> None:
    check(
        """
p==3.0
   ^^^ python-incompatible: `p 3.0` needs Python `>=3.12`, but this project also supports \
Python 3.10 and Python 3.11. The newest for all its Pythons is `1.0`.
q>=1
 ^^^ python-incompatible: Every version of `q` that satisfies `>=1` needs Python `>=3.12.1`, \
but this project also supports Python 3.10 and Python 3.11.
p==1.0
""",
        index=OTHERS,
        settings=_supporting("3.10", "3.12", "3.11"),
    )
    check_fix(
        "p==$03.0\n",
        "p==2.0\n",
        index=OTHERS,
        settings=_supporting("3.11"),
        title="Change to `2.0`",
    )


def test_any_patch_release_of_a_supported_python_will_do() -> None:
    check("precise==2.0\n", index=OTHERS, settings=_supporting("3.10"))
    check("q==1.0 ; python_version >= '3.12'\n", index=OTHERS, settings=_supporting("3.10"))


def test_what_the_selected_python_cannot_install_is_told_of_it_alone() -> None:
    (message,) = messages("q==2.0\n", index=OTHERS, settings=_supporting("3.10"))
    assert message == (
        "`q 2.0` needs Python `>=3.12.1`, and `3.12.0` is selected. The newest for it is `1.0`."
    )


def test_a_line_that_counts_on_another_platform_alone() -> None:
    settings = _supporting("3.10", platforms=("win32", "darwin"))
    (message,) = messages("p==3.0 ; sys_platform == 'win32'\n", index=OTHERS, settings=settings)
    assert message == (
        "`p 3.0` needs Python `>=3.12`, but this project also supports Python 3.10 on Windows."
        " The newest for all its Pythons is `1.0`."
    )
    (message,) = messages("p==3.0\n", index=OTHERS, settings=settings)
    assert "supports Python 3.10. The newest" in message
    (message,) = messages("q==2.0 ; os_name == 'nt'\n", index=OTHERS, settings=settings)
    # Any patch release of the selected Python on the other platform will do, too.
    assert "supports Python 3.10 on Windows. The newest" not in message
    assert "supports Python 3.10 on Windows." in message


def test_a_project_by_path_that_a_supported_python_cannot_install() -> None:
    table = _project(">=3.11", '[tool.pinwise]\npython-versions = ["3.11", "3.10"]\n')
    assert messages(f"-e .\n{table}") == [
        "`-e .` needs Python `>=3.11`, but this project also supports Python 3.10."
    ]
