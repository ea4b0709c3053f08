"""Names that stand for something else, as `unknown-package` tells them."""

from __future__ import annotations

from functools import partial

import pytest

from pinwise.rules.no_matching_version import no_matching_version
from pinwise.rules.unknown_package import unknown_package
from tests import harness
from tests.harness import Partly

check = partial(harness.check, rules=[unknown_package])
check_fix = partial(harness.check_fix, rules=[unknown_package])
messages = partial(harness.messages, rules=[unknown_package])


@pytest.mark.parametrize("name", ["python", "Python", "python3", "python3.11", "cpython", "pypy3"])
def test_python_itself(name: str) -> None:
    index = {name.lower().replace(".", "-"): None, "ipython": ["8.0"], "cython": ["3.0"]}
    text = f"{name}>=3.8\nflask\n"
    said = f"`{name}` is no package: the environment decides which Python it has."
    assert messages(text, index=index) == [said]
    check_fix(f"$0{text}", "flask\n", index=index)


@pytest.mark.parametrize("name", ["ipython", "cython", "python-dateutil", "pythonn", "pypy-x"])
def test_what_only_sounds_like_python(name: str) -> None:
    for said in messages(f"{name}\n", index={name: None}):
        assert "which Python" not in said


@pytest.mark.parametrize(
    ("name", "versions", "meant"),
    [
        ("pytorch", ["0.1.2", "1.0.2"], "torch"),
        ("sklearn", ["0.0", "0.0.post12"], "scikit-learn"),
        ("beautifulsoup", ["3.2.1", "3.2.2"], "beautifulsoup4"),
    ],
)
def test_a_name_that_is_there_for_nothing(name: str, versions: list[str], meant: str) -> None:
    assert messages(f"{name}\n", index={name: versions}) == [
        f"`{name}` is not the package that it sounds like: that is called `{meant}`."
    ]
    check_fix(f"$0{name}>=0\n", f"{meant}>=0\n", index={name: versions})
    # A package of one's own has other versions, and an index that did not answer may have them.
    check(f"{name}\n", index={name: [*versions, "9.0"]})
    check(f"{name}\n", index={name: Partly(versions)})
    check(f"{name} @ https://files.example/{name}-1.0.zip\n", index={name: versions})


def test_no_version_of_it_is_offered() -> None:
    (said,) = harness.messages(
        "pytorch==2.0\n",
        rules=[unknown_package, no_matching_version],
        index={"pytorch": ["0.1.2", "1.0.2"]},
    )
    assert "`torch`" in said


def test_a_name_that_no_index_has_and_everybody_says() -> None:
    check(
        """
pytorch
^^^^^^^ unknown-package: No package index in use has `pytorch`: the package is called `torch`.
""",
        index={"pytorch": None, "torch": ["2.0"]},
    )
    said = "No package index in use has `pytorch`."
    assert messages("pytorch\n", index={"pytorch": None, "torch": None})[0].startswith(said)
