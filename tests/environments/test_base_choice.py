from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinwise.environments.base_choice import (
    NoSuchPythonError,
    PythonRequest,
    choose_base,
    fits,
    requested_python,
)
from pinwise.environments.inspection import inspect
from tests.environments.beds import fake_base

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.environments.types import Environment


@pytest.fixture
def bases(tmp_path: Path) -> list[Environment]:
    versions = ["3.9.18", "3.12.1", "3.12.7", "3.13.0", "3.15.0a1"]
    made = [fake_base(tmp_path / "bases" / version, version) for version in versions]
    made.append(fake_base(tmp_path / "bases" / "t", "3.14.0", threads="t"))
    return [found for path in made if (found := inspect(path)) is not None]


@pytest.mark.parametrize(
    ("request_text", "version"),
    [
        ("", "3.13.0"),
        ("3", "3.13.0"),
        ("3.12", "3.12.7"),
        ("3.12.1", "3.12.1"),
        ("3.12.4", "3.12.7"),
        (">=3.10,<3.13", "3.12.7"),
        ("~=3.9", "3.13.0"),
        ("==3.9.*", "3.9.18"),
        ("3.14t", "3.14.0"),
        (">=3.15.0a1", "3.15.0a1"),
    ],
)
def test_the_best_base_that_fits(bases: list[Environment], request_text: str, version: str) -> None:
    assert choose_base(PythonRequest(request_text), bases).version == version


@pytest.mark.parametrize("request_text", ["3.8", "<3.9", "3.13t", ">=", "nonsense"])
def test_no_base_fits(bases: list[Environment], request_text: str) -> None:
    with pytest.raises(NoSuchPythonError) as caught:
        choose_base(PythonRequest(request_text, "`.python-version`"), bases)
    assert request_text in str(caught.value)


def test_what_is_there_instead_is_told(bases: list[Environment]) -> None:
    with pytest.raises(NoSuchPythonError, match="; installed are 3"):
        choose_base(PythonRequest("3.99"), bases)
    with pytest.raises(NoSuchPythonError, match=r"; installed is 3\.13\.0\.$"):
        choose_base(PythonRequest("3.99"), [one for one in bases if one.version == "3.13.0"])


def test_no_base_at_all() -> None:
    with pytest.raises(NoSuchPythonError, match="No Python was found"):
        choose_base(PythonRequest(), [])


def test_3_1_is_not_3_12() -> None:
    assert not fits("3.12.1", "3.1")
    assert fits("3.1.4", "3.1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3.12.1\n", "3.12.1"),
        ("# comment\r\nmy-env\r\n3.11\r\n", "3.11"),
        ("cpython@3.12\n", "3.12"),
        ("3.13t\n", "3.13t"),
        ("3.13+freethreaded\n", "3.13t"),
        ("system\n", ""),
        ("my-env\n", ""),
        ("2.7.18\n", ""),
    ],
)
def test_python_version_files(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".python-version").write_text(text)

    assert requested_python(tmp_path).text == expected


def test_the_file_of_the_repository_counts_but_none_beyond(tmp_path: Path) -> None:
    (tmp_path / ".python-version").write_text("3.9\n")
    repository = tmp_path / "repository"
    (repository / ".git").mkdir(parents=True)
    (repository / "svc").mkdir()
    assert requested_python(repository / "svc") == PythonRequest()

    (repository / ".python-version").write_text("3.11\n")
    assert requested_python(repository / "svc") == PythonRequest("3.11", "`.python-version`")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[project]\nrequires-python = '>=3.10'\n", ">=3.10"),
        ("[project]\nname = 'x'\n", ""),
        ("project = 3\n", ""),
        ("[project\n", ""),
    ],
)
def test_requires_python(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "pyproject.toml").write_text(text)

    assert requested_python(tmp_path).text == expected
