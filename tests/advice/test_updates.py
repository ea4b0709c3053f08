from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from pinwise.advice.installable import Admission
from pinwise.advice.updates import (
    Level,
    Question,
    find_updates,
    level_of,
    newest_installable,
)
from pinwise.base.facts import Known
from tests.harness.facts import (
    Needs,
    Sdist,
    Wheel,
    Yanked,
    listing_function,
    target_of,
)

if TYPE_CHECKING:
    from pinwise.index.types import Listing
    from tests.harness.facts import Package


def _listing(package: Package) -> Listing:
    fact = listing_function({"p": package})("p")  # type: ignore[arg-type] # "p" is normal
    assert isinstance(fact, Known)
    return fact.value


def _here(python: str) -> Admission:
    target = target_of(python)
    assert target is not None
    return Admission(target.python_version, target.tags)


def _offered(package: Package, question: Question) -> list[tuple[str, Level]]:
    updates = find_updates(_listing(package), question)
    return [(update.text, update.level) for update in updates.candidates]


@pytest.mark.parametrize(
    ("old", "new", "level"),
    [
        ("1.2.3", "1.2.4", Level.PATCH),
        ("1.2.3", "1.3.0", Level.MINOR),
        ("1.2.3", "2.0.0", Level.MAJOR),
        ("1", "1.1", Level.MINOR),
        ("1.2", "1.2.0.1", Level.PATCH),
        ("9.0", "1!1.0", Level.MAJOR),
        ("1.0", "1.0.post2", Level.PATCH),
    ],
)
def test_level(old: str, new: str, level: Level) -> None:
    assert level_of(Version(old), Version(new)) is level


def test_the_newest_of_each_step() -> None:
    versions = ["1.0.0", "1.0.1", "1.0.2", "1.1.0", "1.2.0", "2.0.0", "3.0.0"]
    assert _offered(versions, Question("1.0.0")) == [
        ("3.0.0", Level.MAJOR),
        ("1.2.0", Level.MINOR),
        ("1.0.2", Level.PATCH),
    ]
    assert _offered(versions, Question("3.0.0")) == []
    assert _offered(versions, Question("1.0.0", bounds=("<3", "!=2.0.0"))) == [
        ("1.2.0", Level.MINOR),
        ("1.0.2", Level.PATCH),
    ]


def test_what_is_not_published_has_no_updates() -> None:
    assert _offered(["1.0", "2.0"], Question("1.5")) == []
    assert _offered(["1.0", "2.0"], Question("not a version")) == []


def test_what_bounds_exclude_is_still_named() -> None:
    updates = find_updates(_listing(["1.0", "2.0"]), Question("1.0", bounds=("<2",)))
    assert updates.candidates == ()
    assert updates.newest is not None
    assert updates.newest.text == "2.0"


def test_pre_releases() -> None:
    versions = ["1.0", "1.1rc1", "1.1rc2"]
    assert _offered(versions, Question("1.0")) == []
    assert _offered(versions, Question("1.1rc1")) == [("1.1rc2", Level.PATCH)]
    assert _offered(versions, Question("1.0", prereleases="allow")) == [("1.1rc2", Level.MINOR)]
    assert _offered(versions, Question("1.1rc1", prereleases="disallow")) == []


def test_requires_python() -> None:
    package = {"1.0": None, "1.1": Needs(">=3.8"), "2.0": Needs(">=3.13"), "2.1": Needs("oops!")}
    updates = find_updates(_listing(package), Question("1.0", Admission("3.12.1")))
    # Like pip, a `Requires-Python` that cannot be read excludes nothing.
    assert updates.newest is not None
    assert updates.newest.text == "2.1"
    del package["2.1"]
    updates = find_updates(_listing(package), Question("1.0", Admission("3.12.1")))
    assert updates.held is not None
    assert (str(updates.held.release.version), updates.held.needs) == ("2.0", ">=3.13")
    assert [update.text for update in updates.candidates] == ["1.1"]


def test_one_fitting_file_is_enough() -> None:
    tags = frozenset({"cp312-cp312-manylinux_2_17_x86_64", "py3-none-any"})
    many = Wheel("cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64", ">=3.12")
    package: Package = {
        "1.0": None,
        "1.1": [Sdist(">=3.13"), many],
        "1.2": Wheel("cp313-cp313-win_arm64"),
    }
    assert _offered(package, Question("1.0", Admission("3.12.1", tags))) == [("1.1", Level.MINOR)]
    assert _offered(package, Question("1.0", Admission("3.12.1"))) == [("1.2", Level.MINOR)]


def test_the_newest_that_can_be_installed() -> None:
    here = _here("3.12")
    package = {"1.0": None, "1.1": Yanked(), "2.0": Needs(">=3.13"), "1.2rc1": None}
    release = newest_installable(_listing(package), here)
    assert release is not None
    assert str(release.version) == "1.0"
    assert newest_installable(_listing({"1.0": Yanked()}), here) is None
