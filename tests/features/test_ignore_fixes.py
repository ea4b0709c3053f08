from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinwise.advice.findings import Applicability, Finding, Severity
from pinwise.analysis.report import Diagnostic
from pinwise.analysis.silence import Silence
from pinwise.base.text import Span, apply_edits
from pinwise.features.ignore_fixes import ignore_here, ignore_in_project
from pinwise.project.files import Document
from pinwise.project.settings import Settings
from pinwise.project.settings_file import SettingsFile
from pinwise.rules import RULES
from pinwise.syntax.source import Source

FOLDER = Path("/project")
RULE = next(rule for rule in RULES if rule.name == "outdated-version")


def here(marked: str) -> str | None:
    """Return a text after the fix at its `$0`."""
    offset = marked.index("$0")
    text = marked.replace("$0", "")
    document = Document(FOLDER / "requirements.txt", text)
    found = Finding(document.path, Span(offset, offset), "found")
    fix = ignore_here(Diagnostic(RULE, Severity.ERROR, found), document)
    if fix is None:
        return None
    assert fix.title == "Ignore `outdated-version` here"
    assert (fix.applicability, fix.preferred) == (Applicability.SUGGESTED, False)
    return apply_edits(text, [item.edit for item in fix.edits])


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("$0flask==1\nclick\n", "flask==1  # pinwise: ignore[outdated-version]\nclick\n"),
        ("flask==1$0", "flask==1  # pinwise: ignore[outdated-version]"),
        ("click\n  flask==$01  \t\n", "click\n  flask==1  # pinwise: ignore[outdated-version]\n"),
        (
            "flask==$01  # via x\n",
            "flask==1  # via x  # pinwise: ignore[outdated-version]\n",
        ),
        (
            "flask==$01  # pinwise: ignore[yanked-version]\n",
            "flask==1  # pinwise: ignore[yanked-version, outdated-version]\n",
        ),
        (
            "flask==$01  # a  # pinwise: ignore[x, y ] because\n",
            "flask==1  # a  # pinwise: ignore[x, y, outdated-version ] because\n",
        ),
        (
            "flask==$01  # pinwise: ignore[]\n",
            "flask==1  # pinwise: ignore[]  # pinwise: ignore[outdated-version]\n",
        ),
        (
            "flask==$01 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\nclick\n",
            (
                "flask==1 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb"
                "  # pinwise: ignore[outdated-version]\nclick\n"
            ),
        ),
        (
            "flask==$01 \\\n    # pinned\nclick\n",
            "flask==1 \\\n    # pinned  # pinwise: ignore[outdated-version]\nclick\n",
        ),
        # pip takes the second line for a part of the comment.
        (
            "flask==$01 # why \\\nclick\n",
            "flask==1 # why \\\nclick  # pinwise: ignore[outdated-version]\n",
        ),
        ("-r $0base.txt\n", "-r base.txt  # pinwise: ignore[outdated-version]\n"),
        ("flask=$01\n", "flask=1  # pinwise: ignore[outdated-version]\n"),
        (
            "x @ https://files.example.org/x.zip#eg$0g=x\n",
            "x @ https://files.example.org/x.zip#egg=x  # pinwise: ignore[outdated-version]\n",
        ),
    ],
)
def test_the_comment_stands_at_the_end_of_the_logical_line(
    before: str, after: str, newline: str
) -> None:
    assert here(before.replace("\n", newline)) == after.replace("\n", newline)


@pytest.mark.parametrize(
    "text",
    [
        "$0",
        "# $0comment\n",
        "flask\n\n$0\n",
        "flask==$01 \\",
        "flask==$01 \\\n",
        "flask==$01 \\\n\n",
        "flask==$01 \\\n\nclick\n",
    ],
)
def test_no_comment_where_none_can_say_so(text: str) -> None:
    assert here(text) is None


def project(text: str, name: str = "pyproject.toml", *, new: bool = False) -> str | None:
    file = SettingsFile(FOLDER / name, Source(text), None, {}, new)
    fix = ignore_in_project("outdated-version", file)
    if fix is None:
        return None
    assert fix.title == "Ignore `outdated-version` in this project"
    (edit,) = fix.edits
    assert edit.create is new
    assert edit.path == file.path
    return apply_edits(text, [edit.edit])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            '[project] # ours\nname="x"\n',
            '[project] # ours\nname="x"\n\n[tool.pinwise]\nignore = ["outdated-version"]\n',
        ),
        ("", '[tool.pinwise]\nignore = ["outdated-version"]\n'),
        ("a=1", 'a=1\n\n[tool.pinwise]\nignore = ["outdated-version"]\n'),
        ("a=1\n\n\n", 'a=1\n\n\n[tool.pinwise]\nignore = ["outdated-version"]\n'),
        (
            "[tool.pinwise]\noffline=true # why\n\n[tool.ruff]\nx = 1\n",
            (
                '[tool.pinwise]\noffline=true # why\nignore = ["outdated-version"]\n\n'
                "[tool.ruff]\nx = 1\n"
            ),
        ),
        (
            "[tool.pinwise]\noffline=true\n# so\n\n# about ruff\n[tool.ruff]\nx = 1\n",
            (
                '[tool.pinwise]\noffline=true\nignore = ["outdated-version"]\n# so\n\n'
                "# about ruff\n[tool.ruff]\nx = 1\n"
            ),
        ),
        ("[tool.pinwise]\n# so", '[tool.pinwise]\nignore = ["outdated-version"]\n# so'),
        (
            '[tool.pinwise]\nignore = ["PW101"]  # a\n',
            '[tool.pinwise]\nignore = ["PW101", "outdated-version"]  # a\n',
        ),
        (
            '[tool.pinwise]\nignore = [\n  "PW101", # a\n]\n',
            '[tool.pinwise]\nignore = [\n  "PW101", # a\n  "outdated-version",\n]\n',
        ),
        (
            '[tool.pinwise.rules]\nPW101 = "off"\n',
            (
                '[tool.pinwise]\nignore = ["outdated-version"]\n\n'
                '[tool.pinwise.rules]\nPW101 = "off"\n'
            ),
        ),
        (
            "[tool]\npinwise = {offline = true}\n",
            '[tool]\npinwise = {offline = true,ignore = ["outdated-version"]}\n',
        ),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_project_keeps_its_format(before: str, after: str, newline: str) -> None:
    ends = newline if "\n" in before else "\n"
    assert project(before.replace("\n", newline)) == after.replace("\n", ends)


def test_the_own_file_has_no_table() -> None:
    assert project("offline = true\n", "pinwise.toml") == (
        'offline = true\nignore = ["outdated-version"]\n'
    )
    assert project("[rules]\n", "pinwise.toml") == 'ignore = ["outdated-version"]\n\n[rules]\n'
    assert project("", "pinwise.toml", new=True) == 'ignore = ["outdated-version"]\n'


@pytest.mark.parametrize(
    "text",
    [
        "[tool.pinwise",
        "[tool]\npinwise = 1\n",
        "tool = 1\n",
        '[tool.pinwise]\nignore = "PW101"\n',
    ],
)
def test_what_cannot_be_edited_is_left_alone(text: str) -> None:
    assert project(text) is None


def test_the_edit_is_as_small_as_can_be() -> None:
    text = 'x = 1\nignore = ["a"]\ny = 2\n'
    fix = ignore_in_project("b", SettingsFile(FOLDER / "pinwise.toml", Source(text), 3, {}))
    assert fix is not None
    (change,) = fix.edits
    assert change.edit.new_text == ', "b"'
    assert change.edit.span == Span(text.index("]"), text.index("]"))


_pieces = st.sampled_from(
    [
        "flask==1",
        "flask==2",
        "click>2,<1",
        "a=1",
        "-r base.txt",
        "--hash=sha256:aa",
        " \\\n",
        "\\",
        "  # why",
        "#x",
        " # pinwise: ignore[PW301]",
        " # pinwise: ignore[",
        "\n",
        "\r\n",
        "\f",
        "\u2028",
        " ",
        "\t",
        ";",
        "'",
        "é",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(_pieces, max_size=12).map("".join))
def test_a_comment_silences_its_line_and_changes_nothing_else(text: str) -> None:
    document = Document(FOLDER / "requirements.txt", text)
    for line in document.file.lines:
        found = Finding(document.path, line.span, "found")
        diagnostic = Diagnostic(RULE, Severity.ERROR, found)
        fix = ignore_here(diagnostic, document)
        if fix is None:
            continue
        changed = apply_edits(text, [item.edit for item in fix.edits])
        after = Document(document.path, changed)
        assert [
            (item.kind, item.requirement and item.requirement.name, item.hashes)
            for item in document.file.lines
            if item.span.end <= line.span.end
        ] == [
            (item.kind, item.requirement and item.requirement.name, item.hashes)
            for item in after.file.lines
            if item.span.end <= line.span.end
        ]
        assert len(after.file.lines) == len(document.file.lines)
        assert [item.kind for item in after.file.lines] == [
            item.kind for item in document.file.lines
        ]
        assert not Silence(after.path, after, Settings()).kept([diagnostic])
