"""What completion offers at the `$0` of a fixture, from facts and files."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from pinwise.advice.context import Context
from pinwise.advice.names import popular_names
from pinwise.base.facts import Fact, Known, NotChecked, Reason
from pinwise.features.completion.complete import Surroundings, complete
from pinwise.features.completion.notes import notes_on
from pinwise.index.types import DistributionFile, Listing, Metadata, Release
from pinwise.project.graph import read_tree
from pinwise.project.settings import Settings
from tests.harness.facts import FOLDER, Needs, Yanked, listing_function, target_of
from tests.harness.features import open_files

if TYPE_CHECKING:
    from pathlib import Path

    from packaging.utils import NormalizedName

    from pinwise.features.completion.items import Completion, Item

INDEX = {
    "flask": {
        "1.0": None,
        "2.0.0": None,
        "2.1.0": Yanked("broken"),
        "3.0": None,
        "3.1": Needs(">=3.13"),
        "4.0rc1": None,
    },
    "torch": ["2.0+cpu", "2.0", "3"],
    "requests-mock": None,
    "secret": NotChecked(Reason.UNAUTHORISED),
    "many": [f"1.{minor}" for minor in range(300)],
}


def extras_of(name: NormalizedName, version: Version) -> Fact[Metadata]:
    if (name, str(version)) == ("flask", "3.0"):
        return Known(Metadata(provides_extra=("async", "dotenv")))
    return NotChecked(Reason.PENDING)


def completion(
    text: str,
    *,
    folder: Path = FOLDER,
    pip: str | None = None,
    analysed: bool = True,
    by_space: bool = False,
) -> Completion | None:
    """Complete at the cursor of a fixture; every one of its files is of the workspace."""
    files = open_files(text, folder=folder)
    listing = listing_function(INDEX)
    around = Surroundings(
        files.documents, folder, tuple(files.read(name) for name in files.fixture.files)
    )
    if analysed:
        tree = read_tree(files.document.path, files.documents)
        version = Version(pip) if pip else None
        context = Context(tree, Settings(), listing, target_of("3.12"), pip=version)
        around = replace(around, context=context, listing=listing, metadata=extras_of)
    return complete(files.document, files.offset, around, by_space=by_space)


def items(text: str, *, pip: str | None = None) -> dict[str, Item]:
    found = completion(text, pip=pip)
    assert found is not None
    return {item.label: item for item in found.items}


def labels(text: str, *, folder: Path = FOLDER, pip: str | None = None) -> list[str]:
    found = completion(text, folder=folder, pip=pip)
    return [item.label for item in found.items] if found else []


def test_names_begin_with_what_is_typed_and_the_most_used_come_first() -> None:
    found = labels("reque$0\n")
    assert found[0] == "requests"
    ranks: dict[str, int] = {name: rank for rank, name in enumerate(popular_names())}
    begin = [name for name in found if name.startswith("reque")]
    assert found[: len(begin)] == begin == sorted(begin, key=ranks.__getitem__)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Flask_S", "flask-sqlalchemy"),
        ("reqeusts", "requests"),
        ("scikitlearn", "scikit-learn"),
        ("toolbelt", "requests-toolbelt"),
        ("djrest", "djangorestframework"),
    ],
)
def test_names_are_found_by_other_ways_too(typed: str, meant: str) -> None:
    found = items(f"{typed}$0\n")
    assert meant in found
    # A client keeps what it can find the typed letters in.
    assert found[meant].filter == typed


def test_names_of_the_workspace_come_before_popular_ones() -> None:
    text = "reque$0\n=== other/requirements.txt\nrequest-of-ours==1\nreque=1\n"
    assert labels(text)[0] == "request-of-ours"


def test_a_name_that_no_index_has_is_not_offered() -> None:
    assert "requests-mock" not in labels("requests-m$0\n")


def test_a_name_of_the_file_says_so_and_the_one_being_typed_does_not() -> None:
    found = items("flask==1\nflas$0\n")
    assert found["flask"].detail == "in this file"
    assert items("flask$0==1\n")["flask"].detail == ""


def test_what_the_file_has_already_comes_last_but_for_the_very_name() -> None:
    found = labels("flask==1\nflas$0\n")
    begin = [name for name in found if name.startswith("flas")]
    assert begin[-1] == "flask"
    assert labels("flask==1\nflask$0\n")[0] == "flask"


def test_an_empty_line_offers_names_and_options() -> None:
    found = labels("flask\n$0\n")
    assert found[0] == popular_names()[0]
    assert "--index-url" in found
    assert "--hash" not in found


def test_versions_are_newest_first_and_tell_what_speaks_against_them() -> None:
    found = items("flask==$0\n")
    assert [(item.label, item.detail, item.deprecated) for item in found.values()] == [
        ("4.0rc1", "pre-release", False),
        ("3.1", "needs Python >=3.13", False),
        ("3.0", "", False),
        ("2.1.0", "yanked", True),
        ("2.0.0", "", False),
        ("1.0", "", False),
    ]
    assert [item.label for item in found.values() if item.preferred] == ["3.0"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("flask==2.$0", ["2.1.0", "2.0.0"]),
        ("flask==9$0", ["4.0rc1", "3.1", "3.0", "2.1.0", "2.0.0", "1.0"]),
        ("torch==$0", ["3", "2.0+cpu", "2.0"]),
        ("torch>=$0", ["3", "2.0"]),
        ("torch~=$0", ["2.0"]),
        ("secret==$0", []),
        ("requests-mock==$0", []),
    ],
)
def test_versions_that_may_stand_there(text: str, expected: list[str]) -> None:
    assert labels(text) == expected


def test_a_long_list_of_versions_is_cut_and_says_so() -> None:
    found = completion("many==$0")
    assert found is not None
    assert (len(found.items), found.items[0].label, found.incomplete) == (100, "1.299", True)
    found = completion("many==1.7$0")
    assert found is not None
    assert (len(found.items), found.incomplete) == (11, False)


@pytest.mark.parametrize("analysed", [True, False])
def test_what_is_not_known_yet_is_named(analysed: bool) -> None:  # noqa: FBT001 - a parameter
    found = completion("unheard.of>=$0", analysed=analysed)
    assert found is not None
    assert (found.items, found.pending, found.incomplete) == ((), "unheard-of", True)


def test_extras_of_the_newest_installable_version_and_of_other_lines() -> None:
    text = "flask[async,$0]\n=== other/requirements.txt\nflask[Own_One]==1\n"
    assert labels(text) == ["dotenv", "own-one"]


def test_the_metadata_that_extras_need_are_named() -> None:
    found = completion("torch[$0]")
    assert found is not None
    assert (found.pending, found.version) == ("torch", Version("3"))
    found = completion("unheard.of[$0]")
    assert found is not None
    assert (found.pending, found.version) == ("unheard-of", None)


@pytest.mark.parametrize(
    ("text", "some"),
    [
        ("x; $0", ["python_version", "sys_platform", "extra"]),
        ("x; python_version $0", [">=", "not in"]),
        ("x; os_name not $0", ["in"]),
        ("x; sys_platform == '$0'", ["linux", "win32", "darwin"]),
        ("x; platform_machine == '$0", ["x86_64", "arm64"]),
        ("x; python_version >= $0", ["3.12", "3.9"]),
        ("x; os_name == 'nt' $0", ["and", "or"]),
        ("flask $0", ["==", "~="]),
        ("--only-binary $0\nflask\n", [":all:", ":none:", "flask"]),
        ("flask==1 --hash=$0", ["sha256", "sha512"]),
        ("flask==1 --$0", ["--hash", "--config-settings"]),
        ("--use-feature $0", ["fast-deps"]),
    ],
)
def test_what_pip_knows(text: str, some: list[str]) -> None:
    assert set(some) <= set(labels(text))


def test_a_value_gets_the_quotes_that_it_lacks() -> None:
    assert items("x; sys_platform == $0")["win32"].new_text == '"win32"'
    assert items("x; sys_platform == '$0")["win32"].new_text == "win32'"
    assert items("x; sys_platform == '$0'")["win32"].new_text == "win32"


def test_the_selected_interpreters_own_value_comes_first() -> None:
    found = completion("x; python_version >= '$0")
    assert found is not None
    assert (found.items[0].label, found.items[0].detail) == ("3.12", "the selected Python")


def test_only_versions_are_compared_by_order() -> None:
    assert "<" not in labels("x; sys_platform $0")


def test_what_the_projects_pip_does_not_know_is_not_offered() -> None:
    assert "--all-releases" in labels("--$0")
    assert "--all-releases" not in labels("--$0", pip="25.3")
    assert "inprocess-build-deps" in labels("--use-feature=$0", pip="26.0")
    assert "inprocess-build-deps" not in labels("--use-feature=$0", pip="25.3")


def test_options_explain_themselves() -> None:
    assert all(item.documentation for item in items("--$0").values())
    found = items("-$0")
    assert found["-r"].new_text == "-r "
    assert found["--pre"].new_text == "--pre"
    assert items("x --$0")["--hash"].new_text == "--hash="


def test_paths_are_read_from_the_disk(tmp_path: Path) -> None:
    for name in ("base.txt", "dev-requirements.txt", "notes.md", "we ird.txt", ".hidden.txt"):
        (tmp_path / name).touch()
    (tmp_path / "packages" / "one").mkdir(parents=True)
    (tmp_path / "packages" / "one" / "pyproject.toml").touch()
    (tmp_path / "packages" / "empty").mkdir()
    (tmp_path / "packages" / "x-1-py3-none-any.whl").touch()

    def found(text: str) -> list[str]:
        return labels(f"=== requirements.txt\n{text}\n", folder=tmp_path)

    assert found("-r $0") == ["dev-requirements.txt", "base.txt", "packages"]
    assert found("-c BA$0") == ["base.txt"]
    assert found('-r "$0') == ["dev-requirements.txt", "base.txt", "we ird.txt", "packages"]
    assert found("-e packages/$0") == ["one", "empty"]
    assert found("./packages/$0") == ["x-1-py3-none-any.whl", "one", "empty"]
    assert found("-r packages/../ba$0") == ["base.txt"]
    assert found("-r nowhere/$0") == []


def test_nothing_is_offered_in_prose_that_pip_cannot_read() -> None:
    assert completion("# -*- coding: nonsense -*-\nfl$0\n") is None


def test_a_version_tells_its_story() -> None:
    moment = datetime(2025, 1, 2, tzinfo=timezone.utc)
    old = DistributionFile("flask-1.tar.gz", "", ">=3.99", None, moment)
    pulled = DistributionFile("flask-2-py3-none-any.whl", "py3-none-any", "", "bad [x](y)", None)
    releases = (Release(Version("2"), (pulled,)), Release(Version("1"), (old,)))
    files = open_files("flask\n")
    context = Context(
        read_tree(files.document.path, files.documents),
        Settings(),
        lambda _name: Known(Listing(canonicalize_name("flask"), releases)),
        target_of("3.12"),
    )
    assert notes_on(context, "Flask", "1") == (
        "Released on 2025-01-02.",
        "Needs Python >=3.99, which 3.12.0 is not.",
        "Has no wheel: pip builds it from source.",
    )
    assert notes_on(context, "flask", "2") == ("Yanked: bad [x](y)",)
    assert notes_on(context, "flask", "9") == ()
    assert notes_on(context, "flask", "")[0].startswith("Newest: 1,")


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("flask $0", False),
        ("  $0", False),
        ("--pre $0", False),
        ("x; os_name == 'nt' $0", False),
        ("flask== $0", True),
        ("-r $0", True),
        ("x; $0", True),
        ("x; os_name $0", True),
        ("x; os_name == $0", True),
    ],
)
def test_a_space_asks_only_where_something_must_follow(text: str, offered: bool) -> None:  # noqa: FBT001 - a parameter
    assert completion(text) is not None
    assert (completion(text, by_space=True) is not None) == offered


def test_the_versions_in_markers_are_those_of_the_selected_python() -> None:
    variables = items("flask; $0\n")
    target = target_of("3.12")
    assert target is not None
    for name in ("python_version", "python_full_version"):
        own = target.marker_environment[name]
        assert variables[name].detail.endswith(f": {own}")
        assert labels(f'flask; {name} == "$0"\n')[0] == own
    # Where none is selected, no version is named.
    found = completion("flask; $0\n", analysed=False)
    assert found is not None
    assert not any("3." in item.detail for item in found.items)
