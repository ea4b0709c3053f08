from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from packaging.markers import Marker, default_environment
from packaging.tags import sys_tags

from pinwise.environments.inspection import inspect
from pinwise.environments.target import target_of
from pinwise.environments.types import Environment, EnvironmentKind


def environment(
    version: str, *, implementation: str = "cpython", free_threaded: bool = False
) -> Environment:
    return Environment(
        prefix=Path("/x/.venv"),
        executable=Path("/x/.venv/bin/python"),
        kind=EnvironmentKind.VENV,
        version=version,
        implementation=implementation,
        free_threaded=free_threaded,
    )


def test_the_target_of_these_tests_is_what_packaging_says() -> None:
    found = inspect(Path(sys.executable))
    assert found is not None
    target = target_of(found)

    assert target is not None
    assert target.marker_environment == default_environment()
    assert target.tags == {str(tag) for tag in sys_tags()}
    assert target.python_version == ".".join(map(str, sys.version_info[:3]))


def test_another_version() -> None:
    target = target_of(environment("3.9.18"))

    assert target is not None
    assert target.origin == ".venv"
    assert target.marker_environment["python_version"] == "3.9"
    assert target.marker_environment["python_full_version"] == "3.9.18"
    assert "py3-none-any" in target.tags
    assert any(tag.startswith("cp39-cp39-") for tag in target.tags)
    assert any(tag.startswith("cp38-abi3-") for tag in target.tags)
    assert not any(tag.startswith("cp310-") for tag in target.tags)
    assert not Marker("python_version >= '3.10'").evaluate(target.marker_environment)


def test_free_threaded_builds_take_their_own_wheels() -> None:
    target = target_of(environment("3.13.1", free_threaded=True))

    assert target is not None
    assert any(tag.startswith("cp313-cp313t-") for tag in target.tags)
    assert not any(tag.startswith("cp313-cp313-") for tag in target.tags)
    assert not any("-abi3-" in tag for tag in target.tags)


def test_pypy() -> None:
    target = target_of(environment("3.10.14", implementation="pypy"))

    assert target is not None
    assert target.marker_environment["platform_python_implementation"] == "PyPy"
    assert any(tag.startswith("pp310-pypy310_pp73-") for tag in target.tags)
    assert "py3-none-any" in target.tags
    assert "pp3-none-any" in target.tags


def test_an_unknown_micro_version_rules_nothing_out() -> None:
    target = target_of(environment("3.11"))

    assert target is not None
    assert Marker("python_full_version >= '3.11.4'").evaluate(target.marker_environment)


@pytest.mark.parametrize("version", ["", "3"])
def test_no_version_no_target(version: str) -> None:
    assert target_of(environment(version)) is None


def test_remembered() -> None:
    assert target_of(environment("3.12.1")) is target_of(environment("3.12.1"))


def test_importing_the_layer_is_cheap() -> None:
    modules = "discovery inspection selection target creation activation installed"
    code = "import sys\n" + "".join(
        f"import pinwise.environments.{name}\n" for name in modules.split()
    )
    code += "print([n for n in sys.modules if n in "
    code += "('virtualenv', 'packaging', 'packaging.tags', 'tomllib', 'asyncio', 'email')])"
    server = str(Path(__file__).parents[2] / "server")

    completed = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {server!r})\n{code}"],
        check=True,
        capture_output=True,
        text=True,
    )

    assert completed.stdout.strip() == "[]"
