from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pinwise.project.settings import Settings, load_settings

RULES = ("outdated-version", "unknown-package", "yanked-version")


def test_defaults(tmp_path: Path) -> None:
    loaded = load_settings(tmp_path)
    assert loaded.settings == Settings()
    assert not loaded.problems
    assert loaded.path is None


def test_the_stronger_source_wins(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.pinwise]\ncreator = "venv"\nprerelease = "allow"\n'
        '[tool.pinwise.rules]\noutdated-version = "warning"\nyanked-version = "off"\n'
    )
    editor = {
        "creator": "uv",
        "offline": True,
        "rules": {"outdated-version": "hint", "unknown-package": "warning"},
        "missingEnvironmentNotice": False,
    }
    loaded = load_settings(tmp_path, editor, {"prerelease": "disallow"}, rule_names=RULES)
    assert not loaded.problems
    assert loaded.path == tmp_path / "pyproject.toml"
    assert loaded.settings == Settings(
        rules={
            "outdated-version": "warning",
            "unknown-package": "warning",
            "yanked-version": "off",
        },
        offline=True,
        creator="venv",
        prerelease="disallow",
        missing_environment_notice=False,
    )


@pytest.mark.parametrize(
    ("editor", "project", "command_line", "offline"),
    [
        (True, False, None, True),
        (False, True, None, True),
        (None, True, None, True),
        (None, False, None, False),
        (True, None, None, True),
        (True, True, False, False),
        (False, False, True, True),
    ],
)
def test_a_projects_file_never_takes_the_user_online(
    tmp_path: Path,
    editor: bool | None,  # noqa: FBT001 - a column of the table
    project: bool | None,  # noqa: FBT001 - likewise
    command_line: bool | None,  # noqa: FBT001 - likewise
    offline: bool,  # noqa: FBT001 - likewise
) -> None:
    if project is not None:
        (tmp_path / "pinwise.toml").write_text(f"offline = {str(project).lower()}\n")
    loaded = load_settings(tmp_path, {"offline": editor}, {"offline": command_line})
    assert loaded.settings.offline is offline
    assert not loaded.problems


def test_an_untrusted_projects_file_does_not_choose_what_is_run(tmp_path: Path) -> None:
    (tmp_path / "pinwise.toml").write_text('creator = "uv"\nprerelease = "allow"\n')
    loaded = load_settings(tmp_path, {"creator": "venv"}, trusted=False)
    assert (loaded.settings.creator, loaded.settings.prerelease) == ("venv", "allow")
    assert not loaded.problems
    assert load_settings(tmp_path, {"creator": "venv"}).settings.creator == "uv"


def test_the_command_line_takes_a_rule_off_the_ignored(tmp_path: Path) -> None:
    (tmp_path / "pinwise.toml").write_text('ignore = ["outdated-version", "yanked-version"]\n')
    loaded = load_settings(tmp_path, None, {"rules": {"outdated-version": "error"}})
    assert loaded.settings.ignore == ("yanked-version",)


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"pyproject.toml": "[tool.pinwise]\n"}, "pyproject.toml"),
        ({"pinwise.toml": ""}, "pinwise.toml"),
        ({"pyproject.toml": "[tool.pinwise]\n", "pinwise.toml": ""}, "pyproject.toml"),
        ({"pyproject.toml": "[tool.ruff]\n", "pinwise.toml": ""}, "pinwise.toml"),
        ({"pyproject.toml": "not toml", "pinwise.toml": ""}, "pinwise.toml"),
        ({"../pinwise.toml": ""}, "../pinwise.toml"),
        (
            {"pyproject.toml": "[project]\n", "../pyproject.toml": "[tool.pinwise]\n"},
            "../pyproject.toml",
        ),
        ({"pinwise.toml": "", "../pyproject.toml": "[tool.pinwise]\n"}, "pinwise.toml"),
    ],
)
def test_the_nearest_file_counts(tmp_path: Path, files: dict[str, str], found: str) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    assert load_settings(folder).path == (folder / found).resolve()


@pytest.mark.parametrize(
    ("values", "key", "words"),
    [
        ({"offine": True}, "offine", "did you mean `offline`"),
        ({"xyzzy": True}, "xyzzy", "there is no setting"),
        ({"offline": "yes"}, "offline", "true or false"),
        ({"creator": "conda"}, "creator", "virtualenv, venv, uv"),
        ({"python": "3.12"}, "python", "there is no setting"),
        ({"ignore": "outdated-version"}, "ignore", "list"),
        ({"ignore": ["outdated"]}, "ignore.outdated", "there is no rule"),
        ({"rules": ["x"]}, "rules", "table"),
        ({"rules": {"outdated-version": "loud"}}, "rules.outdated-version", "off, hint"),
        ({"rules": {"outdated-version": 1}}, "rules.outdated-version", "off, hint"),
        ({"rules": {"outdated-version": ["x"]}}, "rules.outdated-version", "off, hint"),
        ({"rules": {"outdatd-version": "hint"}}, "rules.outdatd-version", "`outdated-version`"),
    ],
)
def test_what_means_nothing_is_a_value(values: dict[str, Any], key: str, words: str) -> None:
    loaded = load_settings(Path("/nowhere"), values, rule_names=RULES)
    (problem,) = loaded.problems
    assert problem.key == key
    assert words in problem.message
    assert loaded.settings == Settings()


def test_null_is_not_set() -> None:
    loaded = load_settings(Path("/nowhere"), {"offline": None, "rules": None})
    assert (loaded.settings, loaded.problems) == (Settings(), ())


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("pinwise.toml", b"offline = \n"),
        ("pinwise.toml", b"\xff"),
        ("pyproject.toml", b"[tool.pinwise]\noffline = \n"),
    ],
)
def test_a_broken_file_is_reported(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    loaded = load_settings(tmp_path)
    assert [(item.key, item.path) for item in loaded.problems] == [("", tmp_path / name)]


def test_another_tools_broken_file_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.ruff\n")
    assert not load_settings(tmp_path).problems


def test_the_table_must_be_one(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool]\npinwise = 1\n")
    (problem,) = load_settings(tmp_path).problems
    assert problem.key == "tool.pinwise"
