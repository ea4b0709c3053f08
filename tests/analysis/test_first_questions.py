from __future__ import annotations

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from pinwise.analysis.first_questions import Question, first_questions
from pinwise.project.settings import Settings
from pinwise.rules import RULES
from tests.harness import World

FLASK, SIX = map(canonicalize_name, ("flask", "six"))
PINNED = (FLASK, Version("1.0"))


def asked(text: str, **off: str) -> list[Question]:
    rules = {name.replace("_", "-"): severity for name, severity in off.items()}
    context = World(settings=Settings(rules=rules)).context({"requirements.txt": text})
    return list(first_questions(context, RULES))


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("flask==1.0\nsix>=1\n", [FLASK, PINNED, SIX]),
        ("flask===1.0\n", [FLASK, PINNED]),
        ("flask==1.*\n", [FLASK]),
        ("flask==1.0; python_version < '2'\n", [FLASK]),
        ("flask==1.0\nflask==1.0 ; python_version > '3'\n", [FLASK, PINNED]),
        ("flask @ https://files.example/flask-1.0.tar.gz\n", []),
        ("", []),
    ],
)
def test_projects_and_the_versions_that_lines_pin(text: str, questions: list[Question]) -> None:
    assert asked(text) == questions


def test_what_is_off_asks_for_nothing() -> None:
    assert asked("flask==1.0\n", dependency_conflict="off") == [FLASK]
    assert asked("flask==1.0\n", unknown_package="off") == []
