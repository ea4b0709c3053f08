from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from pinwise.cli.main import main
from pinwise.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SELECT = ["--offline", "--select", "invalid-requirement,duplicate-requirement,missing-file"]


def log(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """Check, and return the only run of the log."""
    main(["check", "--format", "sarif", *arguments])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found["version"] == "2.1.0"
    assert found["$schema"].endswith("/sarif-schema-2.1.0.json")
    (run,) = found["runs"]
    assert isinstance(run, dict)
    return run


def places(node: object) -> Iterator[dict[str, Any]]:
    """Yield each address of a file, however deep."""
    if isinstance(node, dict):
        if "artifactLocation" in node:
            yield node["artifactLocation"]
        for item in node.values():
            yield from places(item)
    elif isinstance(node, list):
        for item in node:
            yield from places(item)


def test_columns_count_utf16_units(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # In the marker, one code point of two UTF-16 units stands before what is wrong.
    (project / "requirements.txt").write_text("flask; os_name == '\U0001f600' nope\n", "utf-8")
    run = log(capsys, *SELECT)
    assert run["columnKind"] == "utf16CodeUnits"
    (result,) = run["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region["startLine"] == region["endLine"] == 1
    main(["check", "--format", "json", *SELECT])
    (told,) = json.loads(capsys.readouterr().out)["diagnostics"]
    assert region["startColumn"] == told["column"] + 1
    assert region["endColumn"] == told["end_column"] + 1


def test_a_result_has_its_rule_its_related_lines_and_its_fix(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.txt").write_bytes(b"flask==2.0\r\nflask==2.0\r\n")
    run = log(capsys, *SELECT)
    (result,) = run["results"]
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert (result["ruleId"], rule["id"], rule["name"]) == ("PW301",) * 2 + (
        "duplicate-requirement",
    )
    assert result["level"] == rule["defaultConfiguration"]["level"] == "warning"
    (related,) = result["relatedLocations"]
    assert related["physicalLocation"]["region"]["startLine"] == 1
    (fix,) = result["fixes"]
    (change,) = fix["artifactChanges"]
    assert change["replacements"] == [
        {"deletedRegion": {"startLine": 2, "startColumn": 1, "endLine": 3, "endColumn": 1}}
    ]
    assert fix["properties"] == {"applicability": "safe"}


def test_every_rule_that_ran_brings_its_help(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.txt").write_text("flask\n", "utf-8")
    rules = log(capsys, "--offline")["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.code for rule in RULES]
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"]
        assert "## Why is this bad?" in rule["help"]["markdown"]
        # There is no page on the web that it could honestly name.
        assert "helpUri" not in rule


def test_files_are_named_from_the_root_of_the_repository(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / ".git").mkdir()
    below = project / "back end"
    below.mkdir()
    (below / "requirements.txt").write_text("flask=2.0\n-r ../../elsewhere.txt\n", "utf-8")
    (project.parent / "elsewhere.txt").write_text("django=2.0\n", "utf-8")
    monkeypatch.chdir(below)
    run = log(capsys, *SELECT)
    assert "uri" not in run["originalUriBaseIds"]["%SRCROOT%"]
    found = {(place["uri"], place.get("uriBaseId")) for place in places(run["results"])}
    assert found == {
        ("back%20end/requirements.txt", "%SRCROOT%"),
        ((project.parent / "elsewhere.txt").as_uri(), None),
    }
    files = [item["location"]["uri"] for item in run["artifacts"]]
    for place in places(run["results"]):
        assert files[place["index"]] == place["uri"]


def test_a_colon_in_a_name_begins_no_scheme(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "a:b%requirements.txt"
    try:
        (project / name).write_text("flask=2.0\n", "utf-8")
    except OSError:
        pytest.skip("this system forbids colons in names")
    run = log(capsys, *SELECT)
    assert {place["uri"] for place in places(run["results"])} == {"a%3Ab%25requirements.txt"}


def test_what_was_not_checked_is_a_notification(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.txt").write_text("\nflask==9.9\n", "utf-8")
    run = log(capsys, "--offline")
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is True
    (note,) = invocation["toolExecutionNotifications"]
    assert note["level"] == "note"
    assert note["message"]["text"].startswith("Not checked: flask, because")
    assert note["locations"][0]["physicalLocation"]["region"]["startLine"] == 2
    known = run["tool"]["driver"]["notifications"]
    assert known[note["descriptor"]["index"]]["id"] == note["descriptor"]["id"] == "not-checked"


def test_a_file_that_cannot_be_read_makes_the_run_a_failure(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.txt").write_text("flask\n", "utf-8")
    assert main(["check", "--offline", "--format", "sarif", "requirements.txt", "gone.txt"]) == 2
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    errors = [item for item in invocation["toolExecutionNotifications"] if item["level"] == "error"]
    assert [place["uri"] for place in places(errors)] == ["gone.txt"]
    known = run["tool"]["driver"]["notifications"]
    assert {known[item["descriptor"]["index"]]["id"] for item in errors} == {"unreadable-file"}


def test_the_same_files_make_the_same_log_anywhere(
    project: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (project / "requirements.txt").write_text("flask=2.0\n-r nope.txt\nflask\nflask\n", "utf-8")
    before = log(capsys, *SELECT)
    other = tmp_path / "other"
    shutil.copytree(project, other)
    monkeypatch.chdir(other)
    assert log(capsys, *SELECT) == before


def test_a_fingerprint_stays_where_lines_move_and_tells_equal_lines_apart(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = project / "requirements.txt"
    file.write_text("flask\nflask\nflask\n", "utf-8")

    def marks() -> list[str]:
        found = log(capsys, *SELECT)["results"]
        return [item["partialFingerprints"]["pinwiseLine/v1"] for item in found]

    before = marks()
    assert len(set(before)) == 2
    file.write_text("# Moved.\n\ndjango\nflask\n  flask  # twice\nFlask\n", "utf-8")
    assert marks() == before


def test_no_secret_gets_into_the_log(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "requirements.txt").write_text(
        "--index-url http://user:hunter2@index.example.org/simple\nflask=2.0\n"
        "x @ https://user:hunter2@example.org/x=1.zip nope\n",
        "utf-8",
    )
    main(["check", "--offline", "--format", "sarif"])
    out = capsys.readouterr().out
    assert "insecure-index" in out
    assert "hunter2" not in out


def test_what_a_file_says_becomes_no_link(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.txt").write_text("-r [x](https://example.org).txt\n", "utf-8")
    texts = [item["message"]["text"] for item in log(capsys, *SELECT)["results"]]
    assert texts
    assert not any(re.search(r"(?<!\\)\]\(", text) for text in texts)


def test_a_log_goes_to_a_file_while_people_read_the_text(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.txt").write_text("flask=2.0\n", "utf-8")
    assert main(["check", "--format", "sarif", "--output", "out/log.sarif", *SELECT]) == 1
    assert "error[invalid-requirement]" in capsys.readouterr().out
    (run,) = json.loads((project / "out" / "log.sarif").read_text("utf-8"))["runs"]
    assert [item["ruleId"] for item in run["results"]] == ["PW101"]
    assert main(["check", "--output", "log.txt", *SELECT]) == 2
    assert not (project / "log.txt").exists()
