"""Conflicts on the further Pythons and platforms of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from packaging.utils import canonicalize_name

from pinwise.advice.other_targets import MOST_TARGETS, other_targets
from pinwise.advice.solver_facts import IndexProvider, needs_of
from pinwise.base.facts import Known
from pinwise.index.types import Metadata
from pinwise.project.settings import Settings
from pinwise.rules.dependency_conflict import dependency_conflict
from tests.harness import Wheel, messages
from tests.resolver.recording import context_of, findings_of

if TYPE_CHECKING:
    from tests.harness.facts import IndexFacts

FILES = {"requirements.txt": "pandas==2.2.2\nnumpy==1.24.4\n"}
HOLDS_ON_3_10_ALONE = "`pandas==2.2.2` (line 1) needs `numpy>=1.26.0`, but this line pins"


def _messages(python: str, *others: str) -> list[str]:
    settings = Settings(python_versions=others)
    found = findings_of(context_of(FILES, python, settings=settings))
    return [finding.message for finding in found]


def test_a_conflict_elsewhere_is_told_with_its_python() -> None:
    assert _messages("3.10") == []
    (message,) = _messages("3.10", "3.10", "3.12")
    assert message.startswith(f"On Python 3.12: {HOLDS_ON_3_10_ALONE}")


def test_a_conflict_here_is_not_told_again() -> None:
    (message,) = _messages("3.12", "3.13", "3.12")
    assert message.startswith(HOLDS_ON_3_10_ALONE)


def test_several_pythons_tell_the_same_lines_once() -> None:
    (message,) = _messages("3.10", "3.12", "3.13")
    assert message.startswith("On Python 3.12: ")


LINES = "app==1.0\nlib==1.0\n"
INDEX: IndexFacts = {"app": ["1.0"], "lib": ["1.0", "2.0"]}


def _told(marker: str, *platforms: str, lines: str = LINES, index: IndexFacts = INDEX) -> list[str]:
    """Return what is said on Linux where `app` needs another `lib` wherever a marker holds."""
    return messages(
        lines,
        rules=[dependency_conflict],
        index=index,
        extras={"app 1.0": Metadata((f"lib>=2 ; {marker}",)), "lib 1.0": (), "lib 2.0": ()},
        settings=Settings(platforms=platforms),
    )


@pytest.mark.parametrize(
    ("marker", "name"),
    [
        ('sys_platform == "win32"', "Windows"),
        ('platform_system == "Windows"', "Windows"),
        ('os_name == "nt"', "Windows"),
        ('platform_machine == "AMD64"', "Windows"),
        ('platform_system == "Darwin" and os_name == "posix"', "macOS"),
        ('sys_platform == "darwin" and platform_machine == "arm64"', "macOS"),
    ],
)
def test_a_conflict_on_another_platform_is_told_with_its_name(marker: str, name: str) -> None:
    assert _told(marker) == []
    assert _told(marker, "linux") == []
    (message,) = _told(marker, "linux", "win32", "darwin")
    assert (
        message == f"On {name}: `app==1.0` (line 1) needs `lib>=2`, but this line pins `lib==1.0`."
    )


def _on(marker: str, pythons: tuple[str, ...], platforms: tuple[str, ...]) -> list[str]:
    return messages(
        LINES,
        rules=[dependency_conflict],
        index=INDEX,
        extras={"app 1.0": Metadata((f"lib>=2 ; {marker}",)), "lib 1.0": (), "lib 2.0": ()},
        settings=Settings(python_versions=pythons, platforms=platforms),
    )


def test_each_python_is_judged_on_each_platform() -> None:
    marker = 'python_version < "3.11" and sys_platform == "win32"'
    assert _on(marker, ("3.10", "3.13"), ()) == []
    assert _on(marker, (), ("linux", "win32")) == []
    (message,) = _on(marker, ("3.13", "3.10", "3.9"), ("darwin", "win32"))
    assert message.startswith("On Python 3.10 on Windows: ")
    # What conflicts without the other condition is told with the one alone.
    (message,) = _on('python_version < "3.11"', ("3.10",), ("win32",))
    assert message.startswith("On Python 3.10: ")


def test_the_targets_are_bounded() -> None:
    pythons = tuple(f"3.{minor}" for minor in range(13, 60))
    context = context_of(FILES, "3.12", settings=Settings(python_versions=pythons))
    assert len(list(other_targets(context))) == MOST_TARGETS


def test_an_edit_finds_what_was_made_for_every_target() -> None:
    pythons = tuple(f"3.{minor}" for minor in range(3, 8))
    settings = Settings(python_versions=pythons, platforms=("win32", "darwin"))
    context = context_of(FILES, "3.12", settings=settings)
    targets = [context, *(other for _, other in other_targets(context))]
    assert len(targets) == MOST_TARGETS + 1
    name, needs = canonicalize_name("numpy"), ("nothing ; python_version > '3'",)

    def made() -> list[tuple[object, object]]:
        return [(IndexProvider(each).versions(name), needs_of(each, needs, "")) for each in targets]

    for before, after in zip(made(), made(), strict=True):
        assert isinstance(before[0], Known)
        assert before[0] is after[0]
        assert before[1] is after[1]


def test_lines_for_another_platform_are_judged_there() -> None:
    lines = 'app==1.0\nlib==1.0 ; sys_platform == "win32"\n'
    assert _told('python_version > "3"', lines=lines) == []
    (message,) = _told('python_version > "3"', "win32", lines=lines)
    assert message.startswith("On Windows: `app==1.0` (line 1) needs")


def test_a_marker_about_the_systems_release_says_nothing_there() -> None:
    assert _told('sys_platform == "darwin" and platform_release >= "20"', "darwin") == []


def test_no_wheel_is_held_against_a_version_on_another_platform() -> None:
    index: IndexFacts = {
        "app": {"1.0": [Wheel("cp312-cp312-manylinux_2_17_x86_64")]},
        "lib": ["1.0", "2.0"],
    }
    assert _told('sys_platform == "linux2"', "win32", index=index) == []
