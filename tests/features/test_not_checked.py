from __future__ import annotations

from pathlib import Path

from pinwise.advice.context import Context
from pinwise.analysis.engine import analyse
from pinwise.analysis.report import Unchecked
from pinwise.base.facts import NotChecked, Reason
from pinwise.base.text import Span
from pinwise.features.not_checked import describe_unchecked
from pinwise.index.types import ConfigurationProblem, IndexOptions
from pinwise.project.graph import read_tree
from pinwise.project.settings import Settings
from pinwise.rules import RULES
from tests.harness.facts import listing_function, metadata_function, target_of
from tests.harness.features import open_files

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
