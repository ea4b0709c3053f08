"""Settings at each level, on the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from pinwise.analysis.complete import analyse_completely
from pinwise.analysis.workspace import Workspace
from pinwise.cli.main import main
from pinwise.lsp.settings import engine_settings

if TYPE_CHECKING:
    from pathlib import Path

CONFLICT = "click>2,<1\n"


def found(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[tuple[str, int, str, str]]:
    """Return the file, line, rule and severity of each finding of `pinwise check`."""
    main(["check", "--format", "json", *arguments])
    return [
        (item["file"], item["line"], item["rule"], item["severity"])
        for item in json.loads(capsys.readouterr().out)["diagnostics"]
    ]


def write(project: Path, **files: str) -> None:
    for name, text in files.items():
        path = project / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_rules_are_ignored_by_package_and_by_file(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(
        project,
        requirements_txt="Flask_Login>2,<1\nclick>2,<1\n",
        legacy__requirements_txt=CONFLICT,
        pinwise_toml=(
            'ignore = ["PW501"]\n'
            '[per-package-ignores]\nflask-login = ["PW303"]\n'
            '[per-file-ignores]\n"legacy/**" = ["unsatisfiable-specifier"]\n'
        ),
    )
    expected = [("requirements.txt", 2, "unsatisfiable-specifier", "error")]
    assert found(capsys) == expected


def test_the_command_line_selects_an_ignored_rule(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(
        project,
        requirements_txt=f"{CONFLICT}flask>2,<1  # pinwise: ignore[PW303]\n",
        pyproject_toml='[tool.pinwise]\nignore = ["PW303", "PW501"]\nrules.PW303 = "warning"\n',
    )
    assert found(capsys) == []
    expected = [("requirements.txt", 1, "unsatisfiable-specifier", "warning")]
    assert found(capsys, "--select", "pw303") == expected


def test_unused_comments_can_be_looked_for_alone(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "flask>2,<1  # pinwise: ignore[PW303]\nclick  # pinwise: ignore[PW303]\n"
    write(project, requirements_txt=text)
    assert found(capsys, "--select", "unused-ignore") == [
        ("requirements.txt", 2, "unused-ignore", "hint")
    ]
    assert found(capsys, "--ignore", "unused-ignore,PW501") == []
    # That the call ignores the rule makes the comment no less needed.
    assert found(capsys, "--ignore", "PW303,PW501") == [
        ("requirements.txt", 2, "unused-ignore", "hint")
    ]


@pytest.mark.usefixtures("index")
def test_a_fragment_is_not_judged_without_the_files_that_include_it(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(
        project,
        base_txt="flask==2.0.0  # pinwise: ignore[PW302]\n",
        requirements_txt="-r base.txt\n",
        constraints_txt="-r base.txt\nflask==3.0.0  # pinwise: ignore[PW302]\n",
    )
    rules = ("--select", "PW001,PW302")
    assert found(capsys, *rules, "base.txt") == []
    assert found(capsys, *rules, "requirements.txt") == []
    assert found(capsys, *rules) == []
    (project / "constraints.txt").write_text("-r base.txt\n", encoding="utf-8")
    assert found(capsys, *rules) == [("base.txt", 1, "unused-ignore", "hint")]


def test_a_broken_settings_file_fails_the_call(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, requirements_txt="# nothing\n", pinwise_toml="offline true\n")
    assert found(capsys) == [("pinwise.toml", 1, "invalid-setting", "warning")]
    assert main(["check"]) == 1
    assert "not valid TOML" in capsys.readouterr().out


def test_the_projects_settings_are_stronger_than_the_editors(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(
        project,
        requirements_txt=f"{CONFLICT}click>2,<1\nflask>2,<1\n",
        pinwise_toml='ignore = ["PW501"]\nrules.PW303 = "warning"\n',
    )
    strong = [
        ("requirements.txt", 1, "unsatisfiable-specifier", "warning"),
        ("requirements.txt", 2, "duplicate-requirement", "warning"),
        ("requirements.txt", 2, "unsatisfiable-specifier", "warning"),
        ("requirements.txt", 3, "unsatisfiable-specifier", "warning"),
    ]
    assert sorted(found(capsys)) == strong
    editor = {
        "rules": {"unsatisfiable-specifier": "hint"},
        "ignore": ["PW301"],
        "perPackageIgnores": {"flask": ["PW303"]},
    }
    assert sorted(said_to_an_editor(project, editor)) == [strong[0], strong[2]]


def said_to_an_editor(project: Path, settings: dict[str, Any]) -> list[tuple[str, int, str, str]]:
    """Return what the server's engine says of all files, as `found` does."""
    workspace = Workspace((project,))
    workspace.set_editor_settings(None, engine_settings(settings))
    try:
        workspace.environments.discover(project)
        analyses = analyse_completely(workspace, workspace.requirements_files(project))
        paths = sorted({path for item in analyses for path in item.report.diagnostics})
        texts = {path: text for item in analyses for path, text in item.context.texts.items()}
        return [
            (
                path.relative_to(project).as_posix(),
                texts[path].source.position(item.finding.span.start).line + 1,
                item.rule.name,
                item.severity.word,
            )
            for path in paths
            for item in workspace.findings_in(path, analyses)
        ]
    finally:
        workspace.close()
