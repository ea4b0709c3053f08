from __future__ import annotations

import pytest

from pinwise.advice.context import Context
from pinwise.analysis.engine import analyse
from pinwise.project.files import Documents
from pinwise.project.graph import read_tree
from tests.harness import FOLDER, World


@pytest.mark.parametrize(
    "line",
    [
        "flask==${TOKEN}",
        "flask[${TOKEN}]",
        "flask; ${TOKEN}",
        "flask @ ${TOKEN}",
        "${TOKEN}",
        "flask --hash=${TOKEN}",
        "flask --hash=sha256:${TOKEN}",
        "--only-binary=${TOKEN}",
        "-${TOKEN}",
        "--${TOKEN}=x",
        "flask ${TOKEN}",
    ],
)
@pytest.mark.parametrize("value", ["s3cret!", "s3cret s3cret", "'s3cret", "=s3cret", "--s3cret"])
def test_no_message_tells_a_value_of_the_environment(line: str, value: str) -> None:
    path = FOLDER / "requirements.txt"
    documents = Documents({"TOKEN": value})
    documents.open(path, line, 1)
    report = analyse(Context(read_tree(path, documents), World().settings))
    for diagnostic in report.diagnostics[path]:
        assert "s3cret" not in diagnostic.finding.message
        assert "s3cret" not in str(diagnostic.finding.fixes)
