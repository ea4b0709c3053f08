from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path, PurePosixPath

import pytest

from pinwise.cli.main import main
from pinwise.manifests.recognise import is_requirements_file

HOOKS = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"
GIT = shutil.which("git") or ""


def hooks() -> dict[str, dict[str, str]]:
    """Read the file, which is a list of flat tables."""
    found: dict[str, dict[str, str]] = {}
    for block in re.split(r"^- ", HOOKS.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        pairs = [line.strip().partition(": ") for line in block.splitlines()]
        table = {key: value for key, _, value in pairs if value and not key.startswith("#")}
        found[table["id"]] = table
    return found


def run(hook: str, folder: Path) -> int:
    """Do what pre-commit does: the hook's command, its arguments, the files that it is for."""
    table = hooks()[hook]
    program, *command = table["entry"].split()
    assert program == "pinwise"
    arguments = [item for item in table.get("args", "[]").strip("[]").split(", ") if item]
    listed = subprocess.run(
        [GIT, "ls-files", "-z"], cwd=folder, check=True, capture_output=True, text=True
    )
    names = [name for name in listed.stdout.split("\0") if re.search(table["files"], name)]
    assert names
    return main([*command, *arguments, *names])


@pytest.fixture
def repository(project: Path) -> Path:
    files = {
        "requirements.txt": "-r requirements/base.in\nflask = 2.0\nflask==2.0\n",
        "requirements/base.in": "django == 4.2  # why\n",
        "README.txt": "requirements=1\n",
    }
    for name, text in files.items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(text, "utf-8")
    for command in (["init", "--quiet"], ["add", "."]):
        subprocess.run([GIT, *command], cwd=project, check=True)
    return project


@pytest.mark.parametrize(
    "name",
    [
        "requirements.txt",
        "dev-requirements.IN",
        "Requirements_dev.txt",
        "a/constraints-3.11.txt",
        "my-constraints.txt",
        "requirements/base.in",
        "requirements/sub/base.in",
        "my/requirements/x.txt",
        "myrequirements/x.txt",
        "requirements.md",
        "MANIFEST.in",
        "requirements.txt.bak",
        "constraints.txt/other.txt",
    ],
)
def test_the_hooks_are_for_the_files_that_check_looks_at(name: str) -> None:
    for table in hooks().values():
        wanted = bool(re.search(table["files"], name))
        assert wanted is is_requirements_file(PurePosixPath(name)), table["id"]


def test_every_hook_is_a_command() -> None:
    assert list(hooks()) == ["pinwise-check", "pinwise-fix", "pinwise-format"]
    for table in hooks().values():
        assert table["entry"] == table["name"]
        assert table["language"] == "python"


@pytest.mark.skipif(not GIT, reason="there is no git")
def test_check_finds_and_changes_nothing(repository: Path) -> None:
    before = (repository / "requirements.txt").read_bytes()
    assert run("pinwise-check", repository) == 1
    assert (repository / "requirements.txt").read_bytes() == before


@pytest.mark.skipif(not GIT, reason="there is no git")
def test_fix_and_format_change_files_and_then_nothing_more(repository: Path) -> None:
    assert run("pinwise-fix", repository) == 0
    assert run("pinwise-format", repository) == 0
    assert (repository / "requirements.txt").read_text("utf-8") == (
        "-r requirements/base.in\nflask==2.0\n"
    )
    assert (repository / "requirements/base.in").read_text("utf-8") == "django==4.2  # why\n"
    assert (repository / "README.txt").read_text("utf-8") == "requirements=1\n"
    command = [GIT, "diff", "--quiet"]
    subprocess.run([GIT, "add", "."], cwd=repository, check=True)
    for hook in ("pinwise-fix", "pinwise-format", "pinwise-check"):
        assert run(hook, repository) == 0
        assert subprocess.run(command, cwd=repository, check=False).returncode == 0
