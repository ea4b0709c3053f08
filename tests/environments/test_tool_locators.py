"""Where tools keep environments, each by what it leaves on the disk."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pinwise.environments.locators.conda_roots import environment_folders
from pinwise.environments.locators.digests import path_digest
from pinwise.environments.project_tools import tool_of
from tests.environments.beds import Bed, fake_base

if TYPE_CHECKING:
    from pathlib import Path


def links(bed: Bed) -> dict[str, tuple[str, Path | None]]:
    """Return kind and project of what is found, by the name of its folder."""
    return {one.prefix.name: (one.kind.value, one.project) for one in bed.find()}


def conda_prefix(prefix: Path) -> Path:
    (prefix / "conda-meta").mkdir(parents=True)
    (prefix / "conda-meta" / "python-3.12.1-h1_0.json").touch()
    (prefix / "bin").mkdir()
    (prefix / "bin" / "python3").touch()
    return prefix


def test_the_digest_is_that_of_the_tools() -> None:
    # As `openssl dgst -binary` and `base64` have it, with `-` and `_` for `+` and `/`.
    assert path_digest("/home/user/project") == "na0eTgiw"
    assert path_digest("/home/user/project", "md5") == "kHIvJjgA"


# poetry


def test_poetry_by_the_environment_variable(bed: Bed, tmp_path: Path) -> None:
    bed.environ["POETRY_VIRTUALENVS_PATH"] = str(tmp_path / "p")
    bed.venv(tmp_path / "p" / f"work-{path_digest(str(bed.workspace))}-py3.12")

    assert [one.project for one in bed.find()] == [bed.workspace]


def test_poetry_by_the_users_configuration(bed: Bed, tmp_path: Path) -> None:
    config = bed.home / ".config" / "pypoetry"
    config.mkdir(parents=True)
    (config / "config.toml").write_text(
        f'cache-dir = "{tmp_path}/cache"\n[virtualenvs]\npath = "{{cache-dir}}/elsewhere"\n'
    )
    prefix = bed.venv(tmp_path / "cache" / "elsewhere" / "other-AAAAAAAA-py3.12")

    assert bed.prefixes() == [prefix]


def test_poetry_by_the_projects_configuration(bed: Bed) -> None:
    service = bed.workspace / "service"
    service.mkdir()
    (service / "pyproject.toml").touch()
    (service / "poetry.toml").write_text('[virtualenvs]\npath = "{project-dir}/../../kept"\n')
    bed.venv(bed.home / "kept" / f"service-{path_digest(str(service))}-py3.12")

    assert [(one.kind.value, one.project) for one in bed.find()] == [("poetry", service)]


def test_poetrys_current_environment_comes_first(bed: Bed) -> None:
    root = bed.home / ".cache/pypoetry/virtualenvs"
    for minor in ("3.11", "3.12", "3.13"):
        bed.venv(root / f"work-AAAAAAAA-py{minor}")
    (root / "envs.toml").write_text('[work-AAAAAAAA]\nminor = "3.12"\npatch = "3.12.1"\n')

    assert [path.name[-4:] for path in bed.prefixes()] == ["3.12", "3.11", "3.13"]


@pytest.mark.parametrize("text", ["= broken", "virtualenvs = 3", "[virtualenvs]\npath = 3\n"])
def test_poetrys_configuration_may_be_damaged(bed: Bed, text: str) -> None:
    (bed.home / ".config" / "pypoetry").mkdir(parents=True)
    (bed.home / ".config" / "pypoetry" / "config.toml").write_text(text)
    prefix = bed.venv(bed.home / ".cache/pypoetry/virtualenvs/x-AAAAAAAA-py3.12")

    assert bed.prefixes() == [prefix]


# pipenv and virtualenvwrapper


def test_pipenv_by_its_digest_where_no_project_is_recorded(bed: Bed) -> None:
    (bed.workspace / "Pipfile").touch()
    digest = path_digest(str(bed.workspace / "Pipfile"))
    bed.venv(bed.home / ".local/share/virtualenvs" / f"my-work-{digest}")
    bed.venv(bed.home / ".local/share/virtualenvs" / f"work-{digest}-3.12")

    assert set(links(bed).values()) == {("pipenv", bed.workspace)}


def test_a_home_that_both_tools_share(bed: Bed, tmp_path: Path) -> None:
    bed.environ["WORKON_HOME"] = str(bed.home / ".local/share/virtualenvs")
    prefix = bed.venv(bed.home / ".local/share/virtualenvs" / "wrapped")
    (prefix / ".project").write_text(f"{tmp_path}\n")

    assert links(bed) == {"wrapped": ("virtualenvwrapper", tmp_path)}


def test_pipenvs_own_home_is_pipenvs_even_after_the_pipfile_is_gone(bed: Bed) -> None:
    prefix = bed.venv(bed.home / ".local/share/virtualenvs" / "old-AAAAAAAA")
    (prefix / ".project").write_text(f"{bed.workspace}\n")

    assert links(bed) == {"old-AAAAAAAA": ("pipenv", bed.workspace)}


# hatch, pdm, pipx, uv tools


def test_hatch_is_linked_to_its_project(bed: Bed) -> None:
    digest = path_digest(str(bed.workspace))
    bed.venv(bed.home / ".local/share/hatch/env/virtual/work" / digest / "work")
    bed.venv(bed.home / ".local/share/hatch/env/virtual/work" / digest / "docs")
    bed.venv(bed.home / ".local/share/hatch/env/virtual/other/AAAAAAAA/other")

    assert links(bed) == {
        "work": ("hatch", bed.workspace),
        "docs": ("hatch", bed.workspace),
        "other": ("hatch", None),
    }


def test_hatch_relative_to_the_project(bed: Bed) -> None:
    (bed.home / ".config" / "hatch").mkdir(parents=True)
    (bed.home / ".config/hatch/config.toml").write_text('[dirs.env]\nvirtual = "../kept"\n')
    bed.venv(bed.home / "kept" / "default")
    bed.venv(bed.workspace / ".hatch" / "docs")

    assert links(bed) == {"default": ("hatch", bed.workspace), "docs": ("hatch", bed.workspace)}


def test_hatch_where_its_configuration_says(bed: Bed, tmp_path: Path) -> None:
    (bed.home / ".config" / "hatch").mkdir(parents=True)
    text = f'[dirs.env]\nvirtual = "{tmp_path}/kept"\n'
    (bed.home / ".config/hatch/config.toml").write_text(text)
    bed.venv(tmp_path / "kept" / "work" / path_digest(str(bed.workspace)) / "work")

    assert links(bed) == {"work": ("hatch", bed.workspace)}


def test_pdm_is_linked_to_its_project(bed: Bed) -> None:
    digest = path_digest(str(bed.workspace), "md5")
    root = bed.home / ".local/share/pdm/venvs"
    bed.venv(root / f"work-{digest}-3.12")
    bed.venv(root / "work-AAAAAAAA-3.12")

    assert links(bed) == {
        f"work-{digest}-3.12": ("pdm", bed.workspace),
        "work-AAAAAAAA-3.12": ("pdm", None),
    }


def test_what_pdm_wrote_into_the_project(bed: Bed, tmp_path: Path) -> None:
    outside = bed.venv(tmp_path / "outside")
    (bed.workspace / ".pdm-python").write_text(f"{outside}/bin/python\n")
    assert [(one.prefix, one.project) for one in bed.find()] == [(outside, bed.workspace)]

    (outside / "bin" / "python").unlink()
    assert [one.broken for one in bed.find()] == [True]

    (bed.workspace / ".pdm-python").write_text(f"{bed.base}\n")
    assert [(one.is_base, one.executable) for one in bed.find()] == [(True, bed.base)]


def test_commands_that_have_environments_of_their_own(bed: Bed) -> None:
    bed.venv(bed.home / ".local/share/pipx/venvs/black")
    bed.venv(bed.home / ".local/pipx/venvs/older")
    bed.venv(bed.home / ".local/share/uv/tools/ruff")

    assert links(bed) == {
        "black": ("pipx", None),
        "older": ("pipx", None),
        "ruff": ("uv-tool", None),
    }


# files and folders of the project


def test_a_file_called_venv_may_name_one_of_virtualenvwrappers(bed: Bed) -> None:
    prefix = bed.venv(bed.home / ".virtualenvs" / "mine")
    (bed.workspace / ".venv").write_text("mine\n")

    assert [(one.prefix, one.project) for one in bed.find()] == [(prefix, bed.workspace)]


def test_pixis_environments(bed: Bed, tmp_path: Path) -> None:
    inside = conda_prefix(bed.workspace / ".pixi" / "envs" / "default")
    detached = conda_prefix(tmp_path / "detached" / "envs" / "test")
    service = bed.workspace / "service"
    (service / ".pixi").mkdir(parents=True)
    (service / "pixi.toml").touch()
    (service / ".pixi" / "envs").symlink_to(detached.parent)
    conda_prefix(bed.home / ".pixi" / "envs" / "global")

    assert {one.prefix: (one.kind.value, one.project) for one in bed.find()} == {
        inside: ("pixi", bed.workspace),
        service / ".pixi" / "envs" / "test": ("pixi", service),
        bed.home / ".pixi" / "envs" / "global": ("pixi", None),
    }


def test_the_environment_of_the_whole_repository(bed: Bed) -> None:
    repository = bed.workspace / "repository"
    (repository / ".git").mkdir(parents=True)
    (repository / "uv.lock").touch()
    member = repository / "packages" / "member"
    member.mkdir(parents=True)
    prefix = bed.venv(repository / ".venv")
    beside = bed.venv(repository / "packages" / "other" / ".venv")
    above = bed.venv(bed.workspace / ".venv")

    found = {one.prefix: one.project for one in bed.find(member)}

    assert found == {prefix: repository}
    assert beside not in found
    assert above not in found


def test_outside_of_a_repository_nothing_above_counts(bed: Bed) -> None:
    bed.venv(bed.home / ".venv")

    assert bed.prefixes() == []


def test_where_uv_is_told_to_keep_it(bed: Bed) -> None:
    prefix = bed.venv(bed.home / "made" / "here")
    bed.environ["UV_PROJECT_ENVIRONMENT"] = "../made/here"

    assert [(one.prefix, one.project) for one in bed.find()] == [(prefix, bed.workspace)]


# conda


def test_condas_folders_by_configuration(bed: Bed, tmp_path: Path) -> None:
    bed.environ |= {"DATA": str(tmp_path / "data"), "CONDA_ENVS_DIRS": f"{tmp_path}/by-variable"}
    (bed.home / ".condarc").write_text(
        f"channels:\n  - one\nenvs_dirs:\n  - $DATA/envs\n  - '{tmp_path}/quoted' # mine\n"
        "pkgs_dirs:\n  - /nowhere\n"
    )
    expected = [
        conda_prefix(tmp_path / "by-variable" / "a"),
        conda_prefix(tmp_path / "data" / "envs" / "b"),
        conda_prefix(tmp_path / "quoted" / "c"),
        conda_prefix(bed.home / "miniforge3" / "envs" / "d"),
        conda_prefix(bed.system / "opt" / "miniconda3" / "envs" / "e"),
    ]

    assert sorted(bed.prefixes()) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "folders"),
    [
        ("envs_dirs: [/a, '/b']\n", ["/a", "/b"]),
        ("envs_dirs:\n- /a\n- ~/b\nother: 1\n- /c\n", ["/a", "~/b"]),
        ("envs_path:\n\n  # none\n  - /a#b\n", ["/a#b"]),
        ("  envs_dirs: [/a]\n", []),
        ("envs_dirs: []\n", []),
        ("", []),
    ],
)
def test_the_forms_of_condarc(text: str, folders: list[str]) -> None:
    assert environment_folders(text) == folders


# version managers and systems


def test_installations_one_folder_deeper(bed: Bed) -> None:
    fake_base(bed.home / ".rye/py/cpython@3.11.1/install", "3.11.1")
    fake_base(bed.home / ".rye/py/cpython@3.12.2", "3.12.2")
    fake_base(bed.home / ".local/share/hatch/pythons/3.13/python", "3.13.0")

    found = [(one.kind.value, one.version) for one in bed.find()]

    assert found == [("rye", "3.11.1"), ("rye", "3.12.2"), ("system", "3.13.0")]


def test_homebrew_and_frameworks_of_macos(bed: Bed) -> None:
    cellar = bed.system / "opt/homebrew/Cellar/python@3.12/3.12.1"
    fake_base(cellar, "3.12.1")
    (bed.system / "opt/homebrew/opt").mkdir()
    (bed.system / "opt/homebrew/opt/python@3.12").symlink_to(cellar)
    frameworks = "Library/Frameworks/Python.framework/Versions"
    fake_base(bed.system / frameworks / "3.13", "3.13.0")
    (bed.system / frameworks / "Current").symlink_to("3.13")
    tools = "Library/Developer/CommandLineTools/Library/Frameworks/Python3.framework/Versions/3.9"
    fake_base(bed.system / tools, "3.9.6")
    # It would open a dialogue that offers to install the tools.
    fake_base(bed.system / "usr", "3.8.1")

    found = [(one.kind.value, one.version) for one in bed.find(macos=True)]

    assert found == [("homebrew", "3.12.1"), ("framework", "3.13.0"), ("framework", "3.9.6")]
    assert all("usr" not in os.fspath(one.prefix) for one in bed.find(macos=True))


@pytest.mark.parametrize(
    ("files", "command"),
    [
        ("requirements.txt", None),
        ("requirements.txt uv.lock", "uv sync"),
        ("poetry.lock pyproject.toml", "poetry install"),
        ("Pipfile", "pipenv install"),
        # A lock file counts before a mere manifest.
        ("Pipfile pixi.lock", "pixi install"),
        (".pdm-python", "pdm install"),
    ],
)
def test_the_command_of_a_project_s_tool(tmp_path: Path, files: str, command: str | None) -> None:
    for name in files.split():
        (tmp_path / name).touch()
    tool = tool_of(tmp_path)
    assert (tool.command if tool is not None else None) == command
