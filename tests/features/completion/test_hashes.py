from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinwise.advice.context import Context
from pinwise.base.facts import NotChecked, Reason
from pinwise.features.completion.complete import Surroundings, complete
from pinwise.index.types import Artifact
from pinwise.project.graph import read_tree
from pinwise.project.settings import Settings
from tests.harness.facts import FOLDER, IndexFacts, artifacts_function, listing_function
from tests.harness.features import open_files

if TYPE_CHECKING:
    from pinwise.features.completion.items import Completion

A, B = "a" * 64, "b" * 64
SDIST = Artifact("flask-1.0.tar.gz", "https://files.example/f", {"sha256": A})
WHEEL = Artifact("flask-1.0-py3-none-any.whl", "https://files.example/w", {"sha256": B.upper()})
EVIL = Artifact("flask-2.0.tar.gz", "https://files.example/e", {"sha256": f"{A[1:]} --pre"})
INDEX: IndexFacts = {"flask": ["1.0", "2.0", "3.0"], "later": NotChecked(Reason.PENDING)}


def complete_at(text: str, *, analysed: bool = True) -> Completion:
    files = open_files(text)
    context = Context(
        read_tree(files.document.path, files.documents),
        Settings(),
        listing_function(INDEX),
        artifacts=artifacts_function({"flask 1.0": [SDIST, WHEEL], "flask 2.0": [EVIL]}),
    )
    around = Surroundings(files.documents, FOLDER, context=context if analysed else None)
    found = complete(files.document, files.offset, around)
    assert found is not None
    return found


def labels(text: str) -> list[str]:
    return [item.label for item in complete_at(text).items]


def test_the_digests_of_the_pinned_version_are_offered_all_at_once_and_each() -> None:
    found = complete_at("flask==1.0 --hash=$0\n")
    every, wheel, sdist, *algorithms = found.items
    assert every.label == "all 2 files"
    assert every.new_text == f"sha256:{B} \\\n    --hash=sha256:{A}"
    assert every.preferred
    assert (wheel.label, wheel.new_text) == (WHEEL.filename, f"sha256:{B}")
    assert (sdist.label, sdist.filter) == (SDIST.filename, f"sha256:{A}")
    assert [item.label for item in algorithms] == ["sha256", "sha384", "sha512"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("flask==1.0 --hash=sha256:$0\n", ["all 2 files", WHEEL.filename, SDIST.filename]),
        (f"flask==1.0 \\\n  --hash=sha256:{A} \\\n  --hash=$0\n", [WHEEL.filename, "sha256"]),
        (f"flask==1.0 --hash=sha256:{A} --hash=sha256:{B} --hash=sha256:$0\n", []),
        # What is no digest must not get into a file.
        ("flask==2.0 --hash=sha256:$0\n", []),
        ("flask==3.0 --hash=$0\n", ["sha256"]),
        ("flask>=1.0 --hash=$0\n", ["sha256"]),
        ("other==1.0 --hash=$0\n", ["sha256"]),
        ("--hash=$0\n", ["sha256"]),
    ],
)
def test_what_a_line_may_still_get(text: str, expected: list[str]) -> None:
    assert labels(text)[: len(expected) or None] == expected


def test_an_index_that_has_not_answered_is_waited_for() -> None:
    assert complete_at("later==1.0 --hash=$0\n").pending == "later"
    assert complete_at("later>=1.0 --hash=$0\n").pending is None
    found = complete_at("flask==1.0 --hash=$0\n", analysed=False)
    assert [item.label for item in found.items] == ["sha256", "sha384", "sha512"]
