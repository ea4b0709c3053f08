from __future__ import annotations

import importlib.metadata
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.utils import canonicalize_name

from pinwise.environments.dependencies import Need, kept_with, needed_by, needs_of
from pinwise.environments.inspection import inspect
from pinwise.environments.inventory import Inventory
from pinwise.environments.packages import egg_requirements, headers, package, packages
from pinwise.environments.target import target_of
from pinwise.environments.types import Environment, EnvironmentKind, Origin
from pinwise.environments.user_site import user_site
from tests.environments.beds import fake_distribution

if TYPE_CHECKING:
    from packaging.utils import NormalizedName

OLD = 1_000_000_000_000_000_000


@pytest.fixture
def own() -> Environment:
    found = inspect(Path(sys.executable))
    assert found is not None
    return found


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    site_packages = tmp_path / "site-packages"
    site_packages.mkdir()
    return Environment(
        tmp_path,
        tmp_path / "bin/python",
        EnvironmentKind.VENV,
        "3.12.1",
        site_packages=(site_packages,),
    )


def name_of(text: str) -> NormalizedName:
    return canonicalize_name(text)


def add(environment: Environment, name: str, version: str, metadata: str = "") -> Path:
    """Add a distribution, with more lines of metadata; return its folder."""
    site_packages = environment.site_packages[0]
    fake_distribution(site_packages, name, version)
    folder = site_packages / f"{name}-{version}.dist-info"
    with (folder / "METADATA").open("a", encoding="utf-8") as file:
        file.write(metadata)
    return folder


def test_the_packages_of_these_tests_are_what_importlib_says(own: Environment) -> None:
    paths = [str(path) for path in own.site_packages]
    for found in packages(own):
        expected = next(iter(importlib.metadata.distributions(name=found.key, path=paths)))
        assert found.name == expected.name
        assert found.version == expected.version
        assert sorted(found.requires) == sorted(expected.requires or ())
        assert found.summary == (expected.metadata["Summary"] or "")
        files = expected.files
        if files is not None:
            assert found.files == len(files)
            assert found.size == sum(file.size or 0 for file in files)


def test_what_needs_what_is_what_importlib_says(own: Environment) -> None:
    target = target_of(own)
    assert target is not None

    found = needed_by(packages(own), target.marker_environment)

    assert "pytest" in found[name_of("iniconfig")]
    assert "pytest" in found[name_of("pluggy")]


def test_the_details(environment: Environment) -> None:
    folder = add(
        environment,
        "Fine_Thing",
        "1.0",
        "Name: ignored\nSummary: Says\n  things\nLicense: MIT\nHome-page: UNKNOWN\n"
        "Project-URL: Home Page, https://fine.example\nRequires-Dist: other>=1\n"
        "\nRequires-Dist: in-the-description\n",
    )
    (folder / "RECORD").write_text('"a, b.py",sha256=x,10\nc.py,,\nd.py,sha256=y,5\n')
    (folder / "INSTALLER").write_text("uv\n")
    os.utime(folder / "RECORD", ns=(OLD, OLD))

    found = package(environment, name_of("fine-thing"))

    assert found is not None
    assert (found.name, found.version, found.summary) == ("Fine_Thing", "1.0", "Says\nthings")
    assert (found.size, found.files, found.installer) == (15, 3, "uv")
    assert (found.licence, found.homepage) == ("MIT", "https://fine.example")
    assert found.requires == ("other>=1",)
    assert found.location == str(environment.site_packages[0])
    assert found.installed_at is not None
    assert found.installed_at.year == 2001
    assert not found.editable


def test_what_is_not_installed_has_no_details(environment: Environment) -> None:
    assert package(environment, name_of("absent")) is None


def test_without_a_record_the_size_is_not_known(environment: Environment) -> None:
    add(environment, "bare", "1")

    found = package(environment, name_of("bare"))

    assert found is not None
    assert (found.size, found.files) == (None, None)


@pytest.mark.parametrize(
    ("metadata", "licence"),
    [
        ("License-Expression: MIT OR Apache-2.0\nLicense: other\n", "MIT OR Apache-2.0"),
        ("License: BSD\n", "BSD"),
        ("License: Permission is hereby\n  granted\n", ""),
        ("License: UNKNOWN\nClassifier: License :: OSI Approved :: MIT License\n", "MIT License"),
        ("", ""),
    ],
)
def test_licences(environment: Environment, metadata: str, licence: str) -> None:
    add(environment, "one", "1", metadata)

    found = package(environment, name_of("one"))

    assert found is not None
    assert found.licence == licence


@pytest.mark.parametrize(
    ("data", "origin"),
    [
        (
            {"url": "file:///x/lib", "dir_info": {"editable": True}},
            Origin("file:///x/lib", editable=True),
        ),
        ({"url": "file:///x/lib", "dir_info": {}}, Origin("file:///x/lib")),
        (
            {
                "url": "https://host.example/x.git",
                "vcs_info": {"vcs": "git", "commit_id": "abc", "requested_revision": "v1"},
                "subdirectory": "sub",
            },
            Origin(
                "https://host.example/x.git",
                vcs="git",
                revision="v1",
                commit="abc",
                subdirectory="sub",
            ),
        ),
        (
            {
                "url": "https://host.example/x.whl",
                "archive_info": {"hashes": {"sha256": "aa"}},
            },
            Origin("https://host.example/x.whl", digest="sha256=aa"),
        ),
        ({"url": 3}, None),
        ([], None),
    ],
)
def test_origins(environment: Environment, data: object, origin: Origin | None) -> None:
    folder = add(environment, "one", "1")
    (folder / "direct_url.json").write_text(json.dumps(data))

    found = package(environment, name_of("one"))

    assert found is not None
    assert found.origin == origin
    assert found.editable is (origin is not None and origin.editable)


def test_an_origin_that_makes_no_sense_tells_nothing(environment: Environment) -> None:
    folder = add(environment, "one", "1")
    (folder / "direct_url.json").write_text("[" * 100_000)

    found = package(environment, name_of("one"))

    assert found is not None
    assert found.origin is None


def test_what_setup_develop_linked_is_editable(environment: Environment, tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "linked.egg-info").mkdir(parents=True)
    (project / "linked.egg-info/PKG-INFO").write_text("Name: Linked\nVersion: 5\n")
    (project / "linked.egg-info/requires.txt").write_text("one>=1\n[more]\ntwo\n")
    (environment.site_packages[0] / "linked.egg-link").write_text(f"{project}\n.\n")

    found = package(environment, name_of("linked"))

    assert found is not None
    assert found.editable
    assert found.origin == Origin(project.as_uri(), editable=True)
    assert found.location == str(project)
    assert found.requires == ("one>=1", 'two; extra == "more"')


def test_an_editable_wheel_without_an_origin(environment: Environment) -> None:
    folder = add(environment, "one", "1")
    (folder / "RECORD").write_text("__editable__.one-1.pth,sha256=x,10\n")

    found = package(environment, name_of("one"))

    assert found is not None
    assert found.editable


def test_requirements_of_eggs() -> None:
    text = 'a\n\n[x]\nb>1\n[:python_version<"3"]\nc @ https://c.example\n[x:os_name=="nt"]\nd\n'

    assert list(egg_requirements(text)) == [
        "a",
        'b>1; extra == "x"',
        'c @ https://c.example ; (python_version<"3")',
        'd; (os_name=="nt") and extra == "x"',
    ]


def test_headers_end_before_the_description() -> None:
    assert headers("Name: a\nstray\nX: 1\n y\nX: 2\n\nX: 3\n") == {
        "name": ("a",),
        "x": ("1\ny", "2"),
    }


def test_needs_follow_markers_and_extras(environment: Environment) -> None:
    add(
        environment,
        "app",
        "1",
        "Requires-Dist: base\n"
        'Requires-Dist: old; python_version < "3"\n'
        'Requires-Dist: fast[c]; extra == "speed"\n'
        "Requires-Dist: not a requirement !\n",
    )
    found = package(environment, name_of("app"))
    assert found is not None
    markers = {"python_version": "3.12"}

    assert [need.name for need in needs_of(found, markers)] == ["base"]
    wanted = list(needs_of(found, markers, frozenset({"speed"})))
    assert wanted[1] == Need(name_of("fast"), frozenset({name_of("c")}))


def test_what_is_kept_follows_extras_and_circles(environment: Environment) -> None:
    add(environment, "app", "1", "Requires-Dist: ring\n")
    add(
        environment,
        "ring",
        "1",
        'Requires-Dist: app[more]\nRequires-Dist: never; extra == "unasked"\n',
    )
    add(environment, "never", "1")
    add(environment, "extra", "1")
    folder = environment.site_packages[0] / "app-1.dist-info"
    with (folder / "METADATA").open("a") as file:
        file.write('Requires-Dist: extra; extra == "more"\n')

    kept = kept_with(packages(environment), [Need(name_of("app")), Need(name_of("absent"))], {})

    assert kept == {"app", "ring", "extra"}


def test_an_inventory_reads_no_disk_until_something_changed(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = environment.site_packages[0]
    add(environment, "one", "1")
    os.utime(folder, ns=(OLD, OLD))
    inventory = Inventory()
    assert dict(inventory.of(environment).versions) == {"one": "1"}
    with monkeypatch.context() as patch:
        for name in ("listdir", "scandir", "stat"):
            patch.setattr(os, name, None)
        assert dict(inventory.of(environment).versions) == {"one": "1"}
    assert inventory.moved() == {}

    add(environment, "two", "2")
    assert dict(inventory.of(environment).versions) == {"one": "1"}
    assert set(inventory.moved()) == {environment.prefix}
    assert inventory.renew([environment.prefix]) == {environment.prefix}
    assert set(inventory.of(environment).versions) == {"one", "two"}


def test_an_inventory_of_this_moment_is_taken_again(environment: Environment) -> None:
    inventory = Inventory()
    add(environment, "one", "1")
    inventory.of(environment)

    # Nothing came, but within one tick of the clock something might have.
    assert set(inventory.moved()) == {environment.prefix}
    assert inventory.renew(inventory.moved()) == frozenset()


@pytest.mark.skipif(sys.platform != "linux", reason="each system has its own folder")
def test_the_users_packages_belong_to_a_base(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("PYTHONNOUSERSITE", raising=False)
    monkeypatch.setenv("PYTHONUSERBASE", str(tmp_path / "home"))
    base = Environment(tmp_path, tmp_path / "python", EnvironmentKind.SYSTEM, "3.12", is_base=True)
    place = tmp_path / "home/lib/python3.12/site-packages"

    assert user_site(environment) == ""
    assert user_site(base) == str(place)
    fake_distribution(place, "mine", "3")
    assert set(Inventory().of(base).versions) == {"mine"}
