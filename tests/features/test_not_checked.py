from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pinwise.advice.context import Context
from pinwise.analysis.engine import analyse
from pinwise.analysis.report import Unchecked
from pinwise.base.facts import Known, NotChecked, Reason
from pinwise.base.text import Span
from pinwise.features.not_checked import describe_unchecked
from pinwise.index.types import ConfigurationProblem, IndexOptions, Place
from pinwise.project.graph import read_tree
from pinwise.project.settings import Settings
from pinwise.rules import RULES
from tests.harness import Aged
from tests.harness.facts import listing_function, metadata_function, target_of
from tests.harness.features import open_files

if TYPE_CHECKING:
    from packaging.utils import NormalizedName

    from pinwise.base.facts import Fact
    from pinwise.index.types import Listing

ROOT = Path("/project/requirements.txt")
OFFLINE = NotChecked(Reason.OFFLINE)


def item(what: str, why: NotChecked = OFFLINE, version: str = "") -> Unchecked:
    return Unchecked(ROOT, Span(0, 5), what, why, version)


def test_what_is_missing_of_a_project_that_is_known_is_said() -> None:
    """Its findings stand right above: that it was not checked at all would be wrong."""
    assert describe_unchecked([item("jinja2", version="2.0"), item("flask")]) == (
        "Not checked: `flask`, what `jinja2 2.0` needs, because no package index may be asked."
    )


def test_what_pips_configuration_has_wrong_is_told_once_with_the_file() -> None:
    """Else the indexes that it names would be left out without a word."""
    files = open_files("flask\ndjango\n")
    problem = ConfigurationProblem("/etc/pip.conf", "not a configuration file of pip")
    context = Context(
        read_tree(files.document.path, files.documents),
        Settings(),
        listing_function({"flask": ["1.0"], "django": ["5.0"]}),
        target_of("3.12"),
        metadata=metadata_function({}),
        configured=IndexOptions(problems=(problem,)),
    )
    unchecked = analyse(context, RULES).unchecked
    assert describe_unchecked(unchecked) == (
        "Not checked: `/etc/pip.conf`, because it could not be read"
        " (not a configuration file of pip)."
    )
    assert len(unchecked) == 1


def test_each_reason_has_a_sentence_the_most_frequent_first() -> None:
    slow = NotChecked(Reason.TIMED_OUT, "index.example.org did not answer in time")
    told = describe_unchecked([item("a", slow), *(item(name) for name in "bcdef")])
    assert told == (
        "Not checked: `b`, `c`, `d` and 2 more, because no package index may be asked."
        " Not checked: `a`, because index.example.org did not answer in time."
    )


def _undated(options: IndexOptions, *places: Place) -> str:
    """Return what is told of two projects, of which one has upload times."""
    files = open_files("flask\ndjango\nsix @ https://files.example/six.zip\n")
    listing = listing_function({"flask": ["1.0"], "django": {"5.0": Aged(30)}, "six": ["1.0"]})

    def placed(name: NormalizedName) -> Fact[Listing]:
        fact = listing(name)
        assert isinstance(fact, Known)
        return Known(replace(fact.value, places=places))

    context = Context(
        read_tree(files.document.path, files.documents),
        Settings(),
        placed,
        target_of("3.12"),
        metadata=metadata_function({}),
        configured=options,
    )
    unchecked = analyse(context, RULES).unchecked
    return describe_unchecked(unchecked) if unchecked else ""


def test_an_index_without_the_times_that_an_option_needs_is_told_of() -> None:
    index, links = Place("index.example"), Place("links.example", index=False)
    pips = IndexOptions(uploaded_prior_to="P7D")
    assert _undated(pips, index) == (
        "Not checked: `flask`, because the package index tells no upload times"
        " (`--uploaded-prior-to` in pip's configuration needs them)."
    )
    uvs = IndexOptions(uploaded_prior_to_of=(("flask", "P7D"),), chosen_by="uv")
    assert _undated(uvs, index, links) == (
        "Not checked: `flask`, because the package index tells no upload times"
        " (`exclude-newer` in uv's configuration needs them)."
    )
    # Of links nobody expects any.
    assert _undated(pips, links) == _undated(IndexOptions(), index) == ""
