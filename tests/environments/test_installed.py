from __future__ import annotations

import importlib.metadata
import os
import sys
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from pinwise.environments.inspection import inspect
from pinwise.environments.installed import installed, normalised_name
from pinwise.environments.types import Environment, EnvironmentKind
from tests.environments.beds import fake_distribution


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    folders = tmp_path / "own", tmp_path / "base"
    for folder in folders:
        folder.mkdir()
    return Environment(
        tmp_path, tmp_path / "bin/python", EnvironmentKind.VENV, site_packages=folders
    )


def test_the_environment_of_these_tests_is_what_importlib_says() -> None:
    found = inspect(Path(sys.executable))
    assert found is not None
    expected: dict[str, str] = {}
    for one in importlib.metadata.distributions(path=[str(path) for path in found.site_packages]):
        expected.setdefault(canonicalize_name(one.name), one.version)

    assert dict(installed(found)) == expected


def test_names_are_normalised_and_the_first_folder_wins(environment: Environment) -> None:
    own, base = environment.site_packages
    fake_distribution(own, "Flask_Login", "0.6.3")
    fake_distribution(base, "flask_login", "0.1")
    fake_distribution(base, "ruamel.yaml", "0.18.6+local.1")

    assert dict(installed(environment)) == {
        "flask-login": "0.6.3",
        "ruamel-yaml": "0.18.6+local.1",
    }


def test_what_is_half_removed_is_left_out(environment: Environment) -> None:
    own = environment.site_packages[0]
    (own / "gone-1.0.dist-info").mkdir()
    fake_distribution(own, "~ip", "23.0")

    assert dict(installed(environment)) == {}


def test_what_setuptools_left(environment: Environment, tmp_path: Path) -> None:
    own = environment.site_packages[0]
    (own / "old_style-1.2-py3.11.egg-info").write_text("Name: old-style\n")
    (own / "unversioned.egg-info").mkdir()
    (own / "unversioned.egg-info" / "PKG-INFO").write_text("Name: x\nVersion: 3.4\n")
    project = tmp_path / "project"
    (project / "linked_one.egg-info").mkdir(parents=True)
    (project / "linked_one.egg-info" / "PKG-INFO").write_text("Name: linked-one\nVersion: 5\n")
    (own / "linked-one.egg-link").write_text(f"{project}\n.\n")
    (own / "zipped-2.0-py3.11.egg").mkdir()
    (own / "dangling.egg-link").write_text("/nowhere\n.\n")

    assert dict(installed(environment)) == {
        "linked-one": "5",
        "old-style": "1.2",
        "unversioned": "3.4",
        "zipped": "2.0",
    }


@pytest.mark.scenario(31)
def test_a_change_is_seen_and_nothing_is_read_without_one(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, base = environment.site_packages
    os.utime(base, ns=(2, 2))
    fake_distribution(own, "one", "1")
    # What changed this moment is read again each time: one tick of the clock may hide a change.
    fake_distribution(own, "zero", "0")
    assert set(installed(environment)) == {"one", "zero"}
    os.utime(own, ns=(2, 2))
    assert set(installed(environment)) == {"one", "zero"}
    with monkeypatch.context() as patch:
        patch.setattr(os, "listdir", None)
        assert set(installed(environment)) == {"one", "zero"}

    fake_distribution(own, "two", "2")
    os.utime(own, ns=(1, 1))
    assert set(installed(environment)) == {"one", "two", "zero"}


def test_a_folder_that_is_gone_holds_nothing(environment: Environment) -> None:
    environment.site_packages[0].rmdir()

    assert dict(installed(environment)) == {}


def test_a_file_in_the_place_of_a_folder_holds_nothing(environment: Environment) -> None:
    own, base = environment.site_packages
    own.rmdir()
    own.touch()
    fake_distribution(base, "one", "1")

    assert dict(installed(environment)) == {"one": "1"}


def test_of_one_name_twice_the_first_folder_counts_and_wheels_before_the_rest(
    environment: Environment,
) -> None:
    own = environment.site_packages[0]
    fake_distribution(own, "a_b", "2")
    fake_distribution(own, "A.B", "1")
    (own / "AA_b-0.5-py3.11.egg-info").touch()
    (own / "A_B-0.5-py3.11.egg-info").touch()

    assert dict(installed(environment)) == {"a-b": "1", "aa-b": "0.5"}


def test_systems_that_look_at_whole_paths_alone_find_the_same(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, base = environment.site_packages
    fake_distribution(own, "one", "1")
    fake_distribution(own, "~wo", "2")
    (own / "half-1.0.dist-info").mkdir()
    base.rmdir()
    expected = dict(installed(environment))
    assert expected == {"one": "1"}

    monkeypatch.setattr(os, "supports_dir_fd", frozenset())

    assert dict(installed(environment)) == expected


@pytest.mark.parametrize(
    "name", ["Flask", "a--b", "A_.b", "zope.interface", "a__b", "a_-b", "a-_b", "a_b-C"]
)
def test_normalisation_is_that_of_packaging(name: str) -> None:
    assert normalised_name(name) == canonicalize_name(name)
