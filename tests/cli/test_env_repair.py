"""`pinwise env recreate` and `pinwise env remove`."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest

from pinwise.cli.main import EXIT_FAILED, main
from pinwise.environments.inspection import inspect
from tests.environments.beds import fake_base, fake_distribution, fake_venv, place_file
from tests.environments.creating import BASE, offer_wheels

if TYPE_CHECKING:
    from pathlib import Path

Output = pytest.CaptureFixture[str]
VERSION = ".".join(map(str, sys.version_info[:3]))


class Terminal(io.StringIO):
    """A terminal on which somebody typed."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def moved(project: Path) -> Path:
    """An environment that was made elsewhere, with a package in it."""
    prefix = fake_venv(project / ".venv", BASE, VERSION, recorded=project / "before" / ".venv")
    (site_packages,) = prefix.glob("lib/python*/site-packages")
    fake_distribution(site_packages, "first", "1.0")
    (prefix / "old-file").touch()
    return prefix


def types(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(text))


@pytest.mark.scenario(5)
def test_a_moved_one_is_recreated(
    project: Path, moved: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    offer_wheels(project.parent / "wheels", monkeypatch, first="1.0")
    types(monkeypatch, "y\n")

    assert main(["env", "recreate"]) == 0

    out, err = capsys.readouterr()
    assert out == f"Recreated .venv with Python {VERSION}.\n"
    question = f"Recreate .venv with Python {VERSION} and its package?"
    assert err.startswith(f"{question} It holds old-file, which is deleted with it. [y/N]\n")
    assert not (moved / "old-file").exists()
    assert list(moved.rglob("first-1.0.dist-info"))
    assert [path.name for path in project.iterdir()] == [".venv"]


def test_requirements_files_are_named(
    project: Path, moved: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    (project / "requirements.txt").write_text("missing-distribution\n", encoding="utf-8")
    types(monkeypatch, "n\n")
    assert main(["env", "recreate", ".venv"]) == 1
    told = "and install requirements.txt? Not installed again: first. It holds old-file"
    assert told in capsys.readouterr().err

    assert main(["env", "recreate", ".venv", "--yes"]) == EXIT_FAILED
    err = capsys.readouterr().err
    assert "Could not install the requirements." in err
    assert "The old .venv is back." in err
    assert (moved / "old-file").exists()

    assert main(["env", "recreate", "--yes", "--no-install", "--creator", "venv"]) == 0
    found = inspect(moved)
    assert found is not None
    assert found.kind.value == "venv"


def test_another_python_in_place_of_the_one_it_has(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    fake_venv(project / ".venv", fake_base(project.parent / "opt", "3.9.2"), "3.9.2")
    types(monkeypatch, "y\n")

    assert main(["env", "recreate", "--python", str(BASE)]) == 0

    out, err = capsys.readouterr()
    assert err.startswith(f"Recreate .venv with Python {VERSION} in place of 3.9.2? [y/N]\n")
    assert out == f"Recreated .venv with Python {VERSION}.\n"


def test_another_python_that_is_not_there(project: Path, moved: Path, capsys: Output) -> None:
    assert main(["env", "recreate", "--python", "3.99", "--yes"]) == EXIT_FAILED

    assert "Python 3.99, which is not installed" in capsys.readouterr().err
    assert [path.name for path in project.iterdir()] == [moved.name]
    assert (moved / "old-file").exists()


@pytest.mark.parametrize("typed", ["\n", "no\n", ""])
def test_who_does_not_agree_keeps_it(
    moved: Path, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    for command in (["recreate"], ["remove", ".venv"]):
        types(monkeypatch, typed)
        assert main(["env", *command]) == 1
    assert (moved / "old-file").exists()


def test_without_a_terminal_somebody_has_to_say_yes(
    moved: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))

    assert main(["env", "remove", ".venv"]) == EXIT_FAILED

    assert "say --yes" in capsys.readouterr().err
    assert (moved / "old-file").exists()


def test_one_is_removed(
    project: Path, moved: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    assert moved.exists()
    types(monkeypatch, "yes\n")

    assert main(["env", "remove", ".venv"]) == 0

    out, err = capsys.readouterr()
    assert out == "Deleted .venv.\n"
    assert f"Delete .venv (Python {VERSION}, 1 package)? It holds old-file" in err
    assert list(project.iterdir()) == []


@pytest.mark.parametrize("command", [["remove", "data", "--yes"], ["recreate", "data", "--yes"]])
def test_what_is_no_environment_stays(project: Path, command: list[str], capsys: Output) -> None:
    (project / "data").mkdir()
    (project / "data" / "precious").touch()

    assert main(["env", *command]) == EXIT_FAILED

    assert "is no environment" in capsys.readouterr().err
    assert (project / "data" / "precious").exists()


def test_the_folder_that_one_is_in(
    moved: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.chdir(moved)

    assert main(["env", "remove", ".", "--yes"]) == EXIT_FAILED

    assert "that you work in" in capsys.readouterr().err
    assert (moved / "old-file").exists()


@pytest.mark.parametrize("command", ["remove", "recreate"])
def test_source_code_is_deleted_by_no_yes_that_was_said_before(
    moved: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output, command: str
) -> None:
    (moved / "src" / "library" / ".git").mkdir(parents=True)

    assert main(["env", command, ".venv", "--yes"]) == EXIT_FAILED
    assert "source code (`src/library`)" in capsys.readouterr().err
    assert (moved / "src" / "library" / ".git").exists()

    types(monkeypatch, "y\n")
    assert main(["env", "remove", ".venv"]) == 0
    assert "source code" in capsys.readouterr().err
    assert not moved.exists()


def test_without_a_path_it_is_the_selected_one(
    project: Path, moved: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    moved.rename(project / "env")
    types(monkeypatch, "n\n")

    assert main(["env", "recreate"]) == 1

    assert capsys.readouterr().err.startswith("Recreate env with")


def test_a_package_whose_source_is_gone_is_named(
    project: Path, moved: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    offer_wheels(project.parent / "wheels", monkeypatch, first="1.0")
    (site_packages,) = moved.glob("lib/python*/site-packages")
    fake_distribution(site_packages, "own", "1.0")
    origin = f'{{"url": "{(project / "gone").as_uri()}", "dir_info": {{"editable": true}}}}'
    place_file(site_packages / "own-1.0.dist-info" / "direct_url.json", origin)

    assert main(["env", "recreate", "--yes"]) == 0

    lost = "own cannot be installed again: its folder is gone."
    out, err = capsys.readouterr()
    assert err.startswith(f"pinwise: {lost}\n")
    assert out == f"Recreated .venv with Python {VERSION}. {lost}\n"


def test_files_are_named_by_their_places(
    project: Path, moved: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    assert moved.exists()
    (project / "requirements").mkdir()
    for name in ("requirements.txt", "requirements/requirements.txt"):
        (project / name).write_text("missing-distribution\n", encoding="utf-8")
    types(monkeypatch, "n\n")

    assert main(["env", "recreate"]) == 1

    asked = capsys.readouterr().err
    assert "install requirements.txt" in asked
    assert "requirements.txt, requirements.txt" not in asked


@pytest.mark.parametrize("yes", [True, False])
def test_packages_that_no_line_asks_for_are_named(
    project: Path, moved: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output, *, yes: bool
) -> None:
    offer_wheels(project.parent / "wheels", monkeypatch, first="1.0")
    (project / "requirements.txt").write_text("first\n", encoding="utf-8")
    (site_packages,) = moved.glob("lib/python*/site-packages")
    for number in range(7):
        fake_distribution(site_packages, f"extra{number}", "1.0")
    types(monkeypatch, "y\n")

    assert main(["env", "recreate", *(["--yes"] if yes else [])]) == 0

    told = "Not installed again: extra0, extra1, extra2, extra3, extra4 and 2 more."
    out, err = capsys.readouterr()
    assert out == f"Recreated .venv with Python {VERSION}. {told}\n"
    assert told in err


def test_where_a_line_is_not_known_neither_are_those_packages(
    project: Path, moved: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    assert moved.exists()
    (project / "requirements.txt").write_text("-r gone.txt\n", encoding="utf-8")
    types(monkeypatch, "n\n")

    assert main(["env", "recreate"]) == 1

    assert "Packages that no line asks for are not installed again." in capsys.readouterr().err


def test_what_is_put_into_it_while_the_question_stands_is_kept(
    project: Path, moved: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    terminal = Terminal()

    def answer() -> str:
        place_file(moved / "pyproject.toml", "")
        return "y\n"

    monkeypatch.setattr(terminal, "readline", answer)
    monkeypatch.setattr(sys, "stdin", terminal)

    assert main(["env", "recreate"]) == EXIT_FAILED

    assert "holds a project too (pyproject.toml)" in capsys.readouterr().err
    assert [path.name for path in project.iterdir()] == [".venv"]
    assert (moved / "pyproject.toml").exists()
