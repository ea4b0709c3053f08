from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from pinwise.index.types import Artifact, Place
from pinwise.rules.dependency_confusion import dependency_confusion
from tests import harness
from tests.harness import Listed

if TYPE_CHECKING:
    from tests.harness.facts import IndexFacts

check = partial(harness.check, rules=[dependency_confusion])
messages = partial(harness.messages, rules=[dependency_confusion])

PUBLIC_URL = "https://index.example.org/simple/p/"
OURS_URL = "https://packages.example/simple/p/"
THIRD_URL = "https://third.example/simple/p/"
PUBLIC = Place("index.example.org", PUBLIC_URL, default=True)
OURS = Place("packages.example", OURS_URL)
LINKS = Place("wheels", index=False)


def _index(*places: Place) -> IndexFacts:
    return {"p": Listed(["1.0"], places)}


def test_on_both() -> None:
    check(
        """
P[x]>=1.0
^ dependency-confusion
""",
        index=_index(PUBLIC, OURS),
    )
    assert messages("p\n", index=_index(OURS, PUBLIC)) == [
        (
            "`p` is on `packages.example` and on the default index. "
            "pip mixes them, and takes the newest version from either."
        )
    ]


@pytest.mark.parametrize("places", [(), (PUBLIC,), (OURS,), (PUBLIC, LINKS), (OURS, LINKS)])
def test_on_one(places: tuple[Place, ...]) -> None:
    check("p==1.0\n", index=_index(*places))


@pytest.mark.parametrize(
    "line",
    [
        "p==1.0 --hash=sha256:00",
        "p @ https://files.example/p-1.0.zip",
        "other",
    ],
)
def test_nothing_to_mix(line: str) -> None:
    check(f"{line}\n", index=_index(PUBLIC, OURS))


def test_once_in_each_file_and_not_for_constraints() -> None:
    check(
        """
p>=1
^ dependency-confusion
p<2
-r base.txt
-c limits.txt
=== base.txt
p
^ dependency-confusion
=== limits.txt
p==1.0
""",
        index=_index(OURS, PUBLIC),
    )
    check("-c limits.txt\n=== limits.txt\np==1.0\n", index=_index(OURS, PUBLIC))


def _public(*, tracks: tuple[str, ...] = (), alternate: tuple[str, ...] = ()) -> Place:
    return Place(PUBLIC.label, PUBLIC_URL, True, True, tracks, alternate)  # noqa: FBT003 - a record


def _ours(*, tracks: tuple[str, ...] = (), alternate: tuple[str, ...] = ()) -> Place:
    return Place(OURS.label, OURS_URL, False, True, tracks, alternate)  # noqa: FBT003 - likewise


@pytest.mark.parametrize(
    ("places", "agree"),
    [
        ((PUBLIC, _ours(tracks=(PUBLIC_URL,))), True),
        ((PUBLIC, _ours(tracks=(PUBLIC_URL.rstrip("/"),))), True),
        ((_public(tracks=(OURS_URL,)), OURS), True),
        ((PUBLIC, _ours(tracks=(THIRD_URL,))), False),
        ((_public(tracks=(OURS_URL,)), _ours(tracks=(PUBLIC_URL,))), False),
        ((_public(alternate=(OURS_URL,)), _ours(alternate=(PUBLIC_URL,))), True),
        ((_public(alternate=(OURS_URL, PUBLIC_URL)), _ours(alternate=(PUBLIC_URL,))), True),
        ((PUBLIC, _ours(alternate=(PUBLIC_URL,))), False),
        ((_public(alternate=(OURS_URL,)), OURS), False),
        ((PUBLIC, _ours(tracks=(PUBLIC_URL,)), Place("third", THIRD_URL)), False),
        (
            (
                PUBLIC,
                _ours(tracks=(PUBLIC_URL,)),
                Place("third", THIRD_URL, tracks=(PUBLIC_URL,)),
            ),
            True,
        ),
        ((Place(PUBLIC.label, "", default=True), _ours(tracks=(PUBLIC_URL,))), False),
        ((PUBLIC, Place("a folder", "")), False),
    ],
)
def test_indexes_that_say_so_may_be_mixed(places: tuple[Place, ...], *, agree: bool) -> None:
    assert (messages("p\n", index=_index(*places)) == []) is agree


def test_a_mirror_is_told_once() -> None:
    names = [f"p{n}" for n in range(7)]
    index: IndexFacts = {name: Listed(["1"], [PUBLIC, OURS]) for name in names}
    index = {**index, "z9": Listed(["1"], [PUBLIC, Place("third", THIRD_URL)])}
    text = "".join(f"{name}\n" for name in [*names, "z9"])
    many, one = messages(text, index=index)
    assert many.startswith("`p0` and 6 other packages are on `packages.example` and on")
    assert one.startswith("`z9` is on `third`")


def test_a_name_that_belongs_to_a_well_known_project_is_no_confusion() -> None:
    both = Listed(["1.0"], [PUBLIC, OURS])
    assert messages("Flask\nnumpy==1.0\n", index={"flask": both, "numpy": both}) == []


def _file(digest: str, filename: str = "p-1.0.whl") -> Artifact:
    return Artifact(filename, "https://files.example/x", {"sha256": digest} if digest else {})


@pytest.mark.parametrize(
    ("files", "same"),
    [
        ([_file("aa"), _file("AA")], True),
        ([_file("bb", "p.zip"), _file("aa"), _file("aa")], True),
        ([_file("aa"), _file("bb")], False),
        ([_file("aa")], False),
        ([_file("aa"), _file("aa", "p-1.0.zip")], False),
        ([_file(""), _file("")], False),
        ([], False),
    ],
)
def test_a_file_that_both_have_shows_that_one_copies_the_other(
    files: list[Artifact], *, same: bool
) -> None:
    index = _index(PUBLIC, OURS)
    assert (messages("p\n", index=index, digests={"p 1.0": files}) == []) is same


def test_a_third_index_without_the_file_may_have_another_project() -> None:
    index = _index(PUBLIC, OURS, Place("third", THIRD_URL))
    files = {"p 1.0": [_file("aa"), _file("aa")]}
    assert len(messages("p\n", index=index, digests=files)) == 1


def test_the_pinned_version_is_compared_wherever_it_stands() -> None:
    index = {"p": Listed([f"{n}.0" for n in range(1, 20)], [PUBLIC, OURS])}
    files = {"p 1.0": [_file("aa"), _file("aa")]}
    assert messages("p==1.0\n", index=index, digests=files) == []
    assert len(messages("p==2.0\n", index=index, digests=files)) == 1
