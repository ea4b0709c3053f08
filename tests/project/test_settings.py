from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from packaging.utils import canonicalize_name

from pinwise.base.text import Span
from pinwise.project.rule_names import RuleNames
from pinwise.project.settings import Settings, load_settings
from pinwise.project.settings_file import MAX_SIZE, OpenText, file_for_new_settings
from pinwise.project.settings_values import FileIgnore

RULES = RuleNames.of(
    [
        ("PW201", "unknown-package"),
        ("PW203", "yanked-version"),
        ("PW204", "outdated-version"),
    ]
)


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
    loaded = load_settings(tmp_path, editor, {"prerelease": "disallow"}, rules=RULES)
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
    (tmp_path / "pinwise.toml").write_text(
        'creator = "uv"\ninstaller = "uv"\nprerelease = "allow"\n'
    )
    loaded = load_settings(tmp_path, {"creator": "venv"}, trusted=False)
    assert (loaded.settings.creator, loaded.settings.prerelease) == ("venv", "allow")
    assert loaded.settings.installer == "auto"
    assert not loaded.problems
    assert load_settings(tmp_path, {}).settings.installer == "uv"
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
        ({"offine": True}, "offine", "Did you mean `offline`?"),
        ({"xyzzy": True}, "xyzzy", "There is no setting"),
        ({"offline": "yes"}, "offline", "true or false"),
        ({"creator": "conda"}, "creator", "virtualenv, venv, uv"),
        ({"python": "3.12"}, "python", "There is no setting"),
        ({"ignore": "outdated-version"}, "ignore", "list"),
        ({"ignore": ["outdated"]}, "ignore.0", "There is no rule"),
        ({"ignore": [1]}, "ignore.0", "each in quotes"),
        ({"rules": ["x"]}, "rules", "table"),
        ({"rules": {"outdated-version": "loud"}}, "rules.outdated-version", "off, hint"),
        ({"rules": {"outdated-version": 1}}, "rules.outdated-version", "off, hint"),
        ({"rules": {"outdated-version": ["x"]}}, "rules.outdated-version", "off, hint"),
        ({"rules": {"outdatd-version": "hint"}}, "rules.outdatd-version", "`outdated-version`"),
        ({"rules": {"PW999": "hint"}}, "rules.PW999", "There is no rule"),
        ({"ignore": ["all"]}, "ignore.0", "There is no rule"),
        ({"perPackageIgnores": ["flask"]}, "perPackageIgnores", "a table of packages"),
        ({"per-package-ignores": {"x": "all"}}, "per-package-ignores.x", "a list of rule"),
        ({"per-package-ignores": {"x": ["al"]}}, "per-package-ignores.x.0", "no rule `al`"),
        ({"per-file-ignores": {"*": [1]}}, "per-file-ignores.*.0", "each in quotes"),
        ({"python-versions": [3.1]}, "python-versions.0", "each in quotes"),
        ({"python-versions": ["3"]}, "python-versions.0", "Write it as `3.13`."),
        ({"python-versions": "3.9"}, "python-versions", 'a list of versions such as "3.13"'),
        ({"platforms": ["Windows"]}, "platforms.0", "Did you mean `win32`?"),
        ({"platforms": ["macos"]}, "platforms.0", "Did you mean `darwin`?"),
        ({"platforms": ["darwim"]}, "platforms.0", "Did you mean `darwin`?"),
        ({"platforms": "linux"}, "platforms", "linux, win32, darwin"),
    ],
)
def test_what_means_nothing_is_a_value(values: dict[str, Any], key: str, words: str) -> None:
    loaded = load_settings(Path("/nowhere"), values, rules=RULES)
    (problem,) = loaded.problems
    assert problem.key == key
    assert words in problem.message
    assert problem.message[-1] in ".?"
    assert (problem.path, problem.span) == (None, None)
    left = Settings(
        per_package_ignores=loaded.settings.per_package_ignores,
        per_file_ignores=loaded.settings.per_file_ignores,
    )
    assert loaded.settings == left
    assert not any(left.per_package_ignores.values())
    assert not any(item.rules for item in left.per_file_ignores)


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


def test_what_is_sound_in_a_list_counts(tmp_path: Path) -> None:
    values = {
        "ignore": ["PW204", "nonsense", "outdated-version", "Yanked-Version"],
        "python-versions": ["3.9", "x", "3.13"],
        "platforms": ["linux", "beos"],
    }
    loaded = load_settings(tmp_path, None, values, rules=RULES)
    assert loaded.settings == Settings(
        ignore=("outdated-version", "yanked-version"),
        python_versions=("3.9", "3.13"),
        platforms=("linux",),
    )
    assert len(loaded.problems) == 3


def test_what_any_source_ignores_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "pinwise.toml").write_text(
        'ignore = ["PW203"]\n[per-package-ignores]\nFlask_Login = ["all"]\ndjango = ["PW204"]\n'
    )
    editor = {
        "ignore": ["unknown-package"],
        "perPackageIgnores": {"django": ["yanked-version"], "click": ["yanked-version"]},
    }
    settings = load_settings(tmp_path, editor, rules=RULES).settings
    assert settings.ignore == ("unknown-package", "yanked-version")
    assert settings.per_package_ignores == {
        "flask-login": ("all",),
        "django": ("outdated-version",),
        "click": ("yanked-version",),
    }


@pytest.mark.parametrize(
    ("rule", "package", "ignored"),
    [
        ("outdated-version", "flask", True),
        ("yanked-version", "flask", False),
        ("yanked-version", "django-rest", True),
        ("outdated-version", "django", False),
    ],
)
def test_rules_are_ignored_by_package(rule: str, package: str, *, ignored: bool) -> None:
    values = {"per-package-ignores": {"Flask": ["PW204"], "Django_*": ["all"]}}
    settings = load_settings(Path("/nowhere"), None, values, rules=RULES).settings
    assert settings.ignores_for_package(rule, canonicalize_name(package)) is ignored


def test_patterns_of_files_are_relative_to_where_they_stand(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (tmp_path / "pinwise.toml").write_text('[per-file-ignores]\n"project/*.in" = ["PW204"]\n')
    editor = {"perFileIgnores": {"old.txt": ["all"]}}
    settings = load_settings(project, editor, rules=RULES, editor_folder=tmp_path).settings
    assert settings.per_file_ignores == (
        FileIgnore(tmp_path, "old.txt", ("all",)),
        FileIgnore(tmp_path, "project/*.in", ("outdated-version",)),
    )
    assert settings.ignores_in_file("outdated-version", project / "a.in")
    assert not settings.ignores_in_file("yanked-version", project / "a.in")
    assert not settings.ignores_in_file("outdated-version", tmp_path / "a.in")
    assert settings.ignores_in_file("yanked-version", project / "old.txt")


def test_switching_rules_on_keeps_their_severity() -> None:
    settings = Settings(
        rules={"yanked-version": "off", "outdated-version": "hint", "unknown-package": "off"},
        ignore=("yanked-version", "unknown-package"),
    )
    assert settings.with_rules_on({"yanked-version", "outdated-version"}) == Settings(
        rules={"outdated-version": "hint", "unknown-package": "off"}, ignore=("unknown-package",)
    )


@pytest.mark.parametrize(
    ("name", "text", "place", "replacement"),
    [
        ("pinwise.toml", "# x\nofline = true\n", "ofline", "offline"),
        ("pinwise.toml", 'creator = "conda"\n', "conda", None),
        ("pinwise.toml", 'ignore = ["PW204",\n "outdated"]\n', "outdated", "outdated-version"),
        ("pinwise.toml", "ignore = [\n1]\n", "1", None),
        ("pinwise.toml", "rules = [\n]\n", "rules", None),
        (
            "pinwise.toml",
            'rules = {outdatd-version = "off"}',
            "outdatd-version",
            "outdated-version",
        ),
        ("pinwise.toml", "[rules]\nPW204 = 'loud'\n", "loud", None),
        ("pinwise.toml", "offline = \n", "=", None),
        ("pinwise.toml", "a\r\nb ! 1", "\r", None),
        ("pinwise.toml", 'creator = "venv', "v", None),
        ("pyproject.toml", "[tool]\npinwise = 1\n", "pinwise", None),
        ("pyproject.toml", "[tool.pinwise]\nx = 1\n[x]\nx = 1\n", "x", None),
        ("pyproject.toml", 'tool.pinwise."platforms" = ["windows"]\n', "windows", "win32"),
    ],
)
def test_what_is_wrong_has_its_place(
    tmp_path: Path, name: str, text: str, place: str, replacement: str | None
) -> None:
    (tmp_path / name).write_text(text, newline="")
    loaded = load_settings(tmp_path, rules=RULES)
    (problem,) = loaded.problems
    (file,) = loaded.files
    assert problem.path == file.path == tmp_path / name
    assert problem.span is not None
    assert problem.span.of(file.source.text) == place
    assert problem.replacement == replacement


def test_an_open_text_counts_over_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text("[tool.pinwise]\noffline = true\n")
    texts = {path: OpenText("[tool.pinwise]\nofline = true\n", 7)}
    loaded = load_settings(tmp_path, open_texts=texts)
    assert loaded.settings == Settings()
    assert [file.version for file in loaded.files] == [7]
    assert [problem.key for problem in loaded.problems] == ["ofline"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no such files")
def test_pipes_are_not_opened(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "pinwise.toml"):
        os.mkfifo(tmp_path / name)
    assert load_settings(tmp_path).settings == Settings()


def test_huge_files_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "pinwise.toml").write_text("offline = true\n" + "#" * MAX_SIZE)
    assert not load_settings(tmp_path).settings.offline


@pytest.mark.parametrize("size", [0, MAX_SIZE + 1])
def test_a_file_of_our_own_that_cannot_be_read_is_told_of(tmp_path: Path, size: int) -> None:
    path = tmp_path / "pinwise.toml"
    if size:
        path.write_text("#" * size)
    else:
        # No file at all, as what a link leads to may be, or what may not be opened.
        path.mkdir()
    (tmp_path / "pyproject.toml").mkdir()
    loaded = load_settings(tmp_path, rules=RULES)
    assert loaded.settings == Settings()
    (problem,) = loaded.problems
    assert (problem.path, problem.span) == (path, Span(0, 0))
    assert problem.message.endswith("none of its settings count.")
    assert ("larger than 1 MB" in problem.message) == bool(size)


@pytest.mark.parametrize("coding", ["utf-16", "utf-32"])
@pytest.mark.parametrize(
    ("name", "text"),
    [("pyproject.toml", "[tool.pinwise]\noffline = true\n"), ("pinwise.toml", "offline = true\n")],
)
def test_settings_that_are_not_utf_8_are_told(
    tmp_path: Path, name: str, text: str, coding: str
) -> None:
    # As a shell of Windows writes what it is told to write to a file.
    (tmp_path / name).write_bytes(text.encode(coding))
    loaded = load_settings(tmp_path, {})
    assert not loaded.settings.offline
    (problem,) = loaded.problems
    assert problem.path == tmp_path / name
    assert problem.message == (
        f"This file is {coding.upper()}, and TOML has to be UTF-8. None of its settings count."
    )


def test_what_other_tools_cannot_read_is_theirs_to_tell(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes("[tool.ruff]\n".encode("utf-16"))
    assert not load_settings(tmp_path, {}).problems


def test_a_byte_order_mark_of_utf_8_is_no_part_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "pinwise.toml").write_bytes(b"\xef\xbb\xbfoffline = true\n")
    loaded = load_settings(tmp_path, {})
    assert loaded.settings.offline
    assert not loaded.problems


def test_no_settings_are_put_into_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes("[project]\n".encode("utf-16"))
    found = file_for_new_settings(tmp_path, {})
    assert found is not None
    assert found.path.name == "pinwise.toml"
