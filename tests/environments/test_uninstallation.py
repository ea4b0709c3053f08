from __future__ import annotations

import dataclasses
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pinwise.environments.creation import CreateRequest, create
from pinwise.environments.inspection import inspect
from pinwise.environments.installation import install
from pinwise.environments.installed import installed
from pinwise.environments.installers import InstallationError, InstallationFailure
from pinwise.environments.types import Environment, EnvironmentKind
from pinwise.environments.uninstallation import uninstall
from tests.environments.beds import fake_base, fake_distribution, fake_venv
from tests.environments.creating import BASE, put_uv_on_path
from tests.environments.test_installation import make_wheel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinwise.environments.installers import Installer


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return create(CreateRequest(tmp_path_factory.mktemp("project"), base=BASE))


def put(environment: Environment, names: Sequence[str], folder: Path) -> None:
    for name in names:
        make_wheel(folder, name, "1.0")
    paths = [(folder / f"{name}-1.0-py3-none-any.whl").as_uri() for name in names]
    install(environment, [], requirements=paths, working_directory=folder)


@pytest.mark.parametrize("runner", ["pip", "uv"])
def test_what_is_installed_is_removed_and_the_rest_left_alone(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runner: Installer
) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    put_uv_on_path(monkeypatch)
    put(environment, ["pinwise_one", "pinwise_two"], tmp_path)

    removed = uninstall(environment, ["Pinwise.One", "absent"], runner=runner)

    assert removed == ("pinwise_one",)
    assert "pinwise-one" not in installed(environment)
    assert "pinwise-two" in installed(environment)


def test_nothing_to_remove_starts_nothing(environment: Environment, tmp_path: Path) -> None:
    never = dataclasses.replace(environment, executable=tmp_path / "never")

    assert uninstall(never, ["absent", "--help"]) == ()


@pytest.mark.parametrize(
    ("kind", "installer", "told"),
    [
        (EnvironmentKind.CONDA, "conda", "conda installed numpy. Remove it with `conda remove`."),
        (EnvironmentKind.PIXI, "conda", "pixi installed numpy. Remove it with `pixi remove`."),
        (
            EnvironmentKind.PIXI,
            "uv-pixi",
            "pixi installed numpy. Remove it with `pixi remove --pypi numpy`.",
        ),
    ],
)
def test_what_conda_installed_is_condas(
    tmp_path: Path, kind: EnvironmentKind, installer: str, told: str
) -> None:
    folder = tmp_path / "site-packages"
    fake_distribution(folder, "numpy", "2.0")
    (folder / "numpy-2.0.dist-info" / "INSTALLER").write_text(f"{installer}\n")
    environment = Environment(tmp_path, tmp_path / "never", kind, "3.12", site_packages=(folder,))

    with pytest.raises(InstallationError, match=re.escape(told)) as caught:
        uninstall(environment, ["numpy"])

    assert caught.value.failure is InstallationFailure.REFUSED


def test_what_the_base_holds_stays(tmp_path: Path) -> None:
    base = tmp_path / "base"
    fake_distribution(base, "shared", "1")
    (tmp_path / "own").mkdir()
    environment = Environment(
        tmp_path,
        tmp_path / "never",
        EnvironmentKind.VENV,
        "3.12",
        site_packages=(tmp_path / "own", base),
    )

    with pytest.raises(InstallationError, match="belongs to the base Python"):
        uninstall(environment, ["shared"])


def test_a_failing_pip_is_told(environment: Environment, tmp_path: Path) -> None:
    folder = tmp_path / "site-packages"
    fake_distribution(folder, "one", "1")
    (folder / "pip").mkdir()
    python = fake_base(tmp_path / "opt", "3.12.1", script="#!/bin/sh\necho ERROR: No; exit 2\n")
    failing = dataclasses.replace(environment, executable=python, site_packages=(folder,))

    with pytest.raises(InstallationError, match="pip: No"):
        uninstall(failing, ["one"], runner="pip")


def test_externally_managed_and_broken_ones_are_refused(tmp_path: Path) -> None:
    executable = fake_base(tmp_path / "opt", "3.12.1")
    marker = tmp_path / "opt/lib/python3.12/EXTERNALLY-MANAGED"
    marker.write_text("[externally-managed]\nError=Use apt.\n")
    managed = inspect(executable)
    broken = inspect(
        fake_venv(tmp_path / ".venv", executable, "3.12.1", recorded=Path("/elsewhere"))
    )
    assert managed is not None
    assert broken is not None

    with pytest.raises(InstallationError, match=r"Use apt\."):
        uninstall(managed, ["pip"])
    with pytest.raises(InstallationError, match="moved or copied"):
        uninstall(broken, ["pip"])
