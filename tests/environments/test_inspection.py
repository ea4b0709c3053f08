from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from pinwise.environments import base_installs
from pinwise.environments.inspection import inspect
from pinwise.environments.layout import prefix_of_executable, version_in_name
from pinwise.environments.pyvenv_cfg import parse_pyvenv_cfg
from pinwise.environments.types import EnvironmentKind, ProblemKind
from pinwise.environments.version_numbers import (
    is_prerelease,
    normalised_version,
    version_key,
)
from tests.environments.beds import fake_base, fake_venv, place_file, write_activate
from tests.environments.inspected import found, kinds


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return fake_base(tmp_path / "opt" / "python", "3.12.4")


def test_the_interpreter_of_these_tests() -> None:
    environment = found(Path(sys.executable))

    assert environment.version == ".".join(map(str, sys.version_info[:3]))
    assert environment.prefix == Path(sys.prefix)
    assert not environment.broken


def test_a_whole_environment(tmp_path: Path, base: Path) -> None:
    prefix = fake_venv(tmp_path / ".venv", base, "3.12.1", extra="prompt = 'my project'\n")

    environment = found(prefix)

    assert environment.kind is EnvironmentKind.VENV
    assert environment.problems == ()
    # The base was updated since: its own header tells what runs.
    assert (environment.version, environment.version_source) == ("3.12.4", "patchlevel.h")
    assert environment.base_prefix == base.parent.parent
    assert environment.prompt == "my project"
    assert environment.site_packages == (prefix / "lib/python3.12/site-packages",)
    assert environment.executable == prefix / "bin" / "python"
    assert found(prefix / "bin" / "python") == environment


@pytest.mark.parametrize(
    ("extra", "kind"),
    [
        ("virtualenv = 20.36.1\n", EnvironmentKind.VIRTUALENV),
        ("uv = 0.9.1\nversion_info = 3.12.1\n", EnvironmentKind.UV),
        ("", EnvironmentKind.VENV),
    ],
)
def test_the_creator(tmp_path: Path, base: Path, extra: str, kind: EnvironmentKind) -> None:
    assert found(fake_venv(tmp_path / ".venv", base, "3.12.1", extra=extra)).kind is kind


def test_a_base_that_is_gone_is_named(tmp_path: Path, base: Path) -> None:
    prefix = fake_venv(tmp_path / ".venv", base, "3.12.1")
    shutil.rmtree(base.parent.parent)

    environment = found(prefix)

    assert kinds(environment) == [ProblemKind.BASE_MISSING]
    assert str(base) in environment.problems[0].message
    assert environment.broken
    assert (environment.version, environment.version_source) == ("3.12.1", "pyvenv.cfg")


def test_the_last_of_several_links_is_named(tmp_path: Path, base: Path) -> None:
    link = tmp_path / "python-link"
    link.symlink_to(base)
    prefix = fake_venv(tmp_path / ".venv", link, "3.12.1")
    base.unlink()

    assert str(base) in found(prefix).problems[0].message


def test_a_moved_environment(tmp_path: Path, base: Path) -> None:
    original = fake_venv(tmp_path / "before" / ".venv", base, "3.12.1")
    (tmp_path / "before").rename(tmp_path / "after")

    environment = found(tmp_path / "after" / ".venv")

    assert kinds(environment) == [ProblemKind.MOVED]
    assert str(original) in environment.problems[0].message


@pytest.mark.parametrize("name", ["my env (py 3.13) ünï", "it's", 'say "hi"', "a$b", "back\\slash"])
def test_unusual_names_are_no_move(tmp_path: Path, base: Path, name: str) -> None:
    assert found(fake_venv(tmp_path / name, base, "3.12.1")).problems == ()


@pytest.mark.parametrize(
    "line",
    [
        'VIRTUAL_ENV="{}"',
        "    export VIRTUAL_ENV='{}'",
        "        VIRTUAL_ENV=$(cygpath '{}')",
        'VIRTUAL_ENV="$CURRENT_ENV"\nVIRTUAL_ENV={}',
    ],
)
def test_the_spellings_of_the_recorded_path(tmp_path: Path, base: Path, line: str) -> None:
    prefix = fake_venv(tmp_path / ".venv", base, "3.12.1")
    activate = prefix / "bin" / "activate"

    place_file(activate, line.format(prefix) + "\n")
    assert found(prefix).problems == ()
    place_file(activate, line.format("/somewhere/else") + "\n")
    assert kinds(found(prefix)) == [ProblemKind.MOVED]


def test_a_relocatable_environment_is_no_move(tmp_path: Path, base: Path) -> None:
    prefix = fake_venv(tmp_path / ".venv", base, "3.12.1")
    place_file(prefix / "bin" / "activate", 'VIRTUAL_ENV="$(dirname "$SCRIPT_PATH")"\n')

    assert found(prefix).problems == ()


def test_a_linked_environment_keeps_its_own_path(tmp_path: Path, base: Path) -> None:
    prefix = fake_venv(tmp_path / "envs" / "x", base, "3.12.1")
    link = tmp_path / ".venv"
    link.symlink_to(prefix)

    environment = found(link)

    assert environment.prefix == link
    assert environment.problems == ()


def test_a_new_feature_version_under_the_environment(tmp_path: Path) -> None:
    base = fake_base(tmp_path / "usr", "3.11.9")
    prefix = fake_venv(tmp_path / ".venv", base.with_name("python3"), "3.11.9")
    shutil.rmtree(tmp_path / "usr")
    fake_base(tmp_path / "usr", "3.12.0")

    environment = found(prefix)

    assert kinds(environment) == [ProblemKind.VERSION_CHANGED]
    assert "3.11" in environment.problems[0].message
    assert "3.12" in environment.problems[0].message
    assert environment.version == "3.11.9"
    assert environment.site_packages == (prefix / "lib/python3.11/site-packages",)


def test_no_interpreter(tmp_path: Path, base: Path) -> None:
    prefix = fake_venv(tmp_path / ".venv", base, "3.12.1")
    (prefix / "bin" / "python").unlink()

    assert ProblemKind.INCOMPLETE in kinds(found(prefix))


def test_only_scripts_are_left(tmp_path: Path) -> None:
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    write_activate(tmp_path / ".venv", tmp_path / ".venv")

    environment = found(tmp_path / ".venv")

    assert kinds(environment) == [ProblemKind.INCOMPLETE]
    assert environment.kind is EnvironmentKind.UNKNOWN


def test_no_pip_is_no_breakage(tmp_path: Path, base: Path) -> None:
    environment = found(fake_venv(tmp_path / ".venv", base, "3.12.1", pip=False))

    assert kinds(environment) == [ProblemKind.NO_PIP]
    assert not environment.broken


@pytest.mark.parametrize("home", ["C:\\Python312", "D:/tools/python"])
def test_made_on_windows(tmp_path: Path, home: str) -> None:
    prefix = tmp_path / ".venv"
    (prefix / "Scripts").mkdir(parents=True)
    (prefix / "Scripts" / "python.exe").touch()
    (prefix / "pyvenv.cfg").write_text(f"home = {home}\nversion = 3.12.1\n")

    environment = found(prefix)

    assert kinds(environment) == [ProblemKind.OTHER_SYSTEM]
    assert "Windows" in environment.problems[0].message


def test_a_configuration_that_cannot_be_read(tmp_path: Path, base: Path) -> None:
    prefix = fake_venv(tmp_path / ".venv", base, "3.12.1")
    (prefix / "pyvenv.cfg").unlink()
    (prefix / "pyvenv.cfg").mkdir()

    assert kinds(found(prefix)) == [ProblemKind.UNREADABLE]


def test_the_packages_of_the_base_are_visible(tmp_path: Path, base: Path) -> None:
    prefix = fake_venv(tmp_path / ".venv", base, "3.12.1", pip=False)
    cfg = (prefix / "pyvenv.cfg").read_text().replace("= false", "= TRUE")
    (prefix / "pyvenv.cfg").write_text(cfg)

    environment = found(prefix)

    assert environment.system_site_packages
    assert environment.site_packages[1] == base.parent.parent / "lib/python3.12/site-packages"
    assert environment.problems == ()


def test_a_base_interpreter(base: Path) -> None:
    environment = found(base.with_name("python"))

    assert environment.is_base
    assert environment.executable == base
    assert environment.prefix == base.parent.parent
    assert environment == found(base.parent.parent)


def test_a_base_that_is_externally_managed(base: Path) -> None:
    (base.parent.parent / "lib/python3.12/EXTERNALLY-MANAGED").touch()

    assert found(base).externally_managed


def test_a_link_elsewhere_leads_to_the_base(tmp_path: Path, base: Path) -> None:
    (tmp_path / "local" / "bin").mkdir(parents=True)
    link = tmp_path / "local" / "bin" / "python3"
    link.symlink_to(base)

    assert found(link).prefix == base.parent.parent
    assert inspect(tmp_path / "local") is None


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        (
            "opt/homebrew/Cellar/python@3.12/3.12.1/Frameworks/Python.framework/Versions/3.12",
            "homebrew",
        ),
        ("Library/Frameworks/Python.framework/Versions/3.12", "framework"),
        (".pyenv/versions/3.12.1", "pyenv"),
        (".local/share/uv/python/cpython-3.12.1-linux-x86_64-gnu", "uv-python"),
        ("usr", "system"),
    ],
)
def test_who_installed_a_base(tmp_path: Path, folder: str, kind: str) -> None:
    assert found(fake_base(tmp_path / folder, "3.12.1")).kind.value == kind


def test_pypy(tmp_path: Path) -> None:
    (tmp_path / "lib" / "pypy3.10").mkdir(parents=True)
    (tmp_path / "lib" / "pypy3.10" / "os.py").touch()
    (tmp_path / "include" / "pypy3.10").mkdir(parents=True)
    header = '#define PY_VERSION\t\t"3.10.14"\n#define PYPY_VERSION "7.3.17"\n'
    (tmp_path / "include" / "pypy3.10" / "patchlevel.h").write_text(header)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "pypy3.10").touch()
    (tmp_path / "bin" / "pypy3").symlink_to("pypy3.10")

    environment = found(tmp_path / "bin" / "pypy3")

    assert (environment.implementation, environment.version) == ("pypy", "3.10.14")
    assert environment.executable == tmp_path / "bin" / "pypy3.10"
    assert found(tmp_path).version == "3.10.14"


def test_debian_without_headers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status = tmp_path / "status"
    status.write_text(
        "Package: python3.98\nVersion: 1\n\n"
        "Package: python3.98-minimal\nStatus: install ok installed\n"
        "Version: 3.98.0~rc2-1+deb13u1\n\nPackage: other\nVersion: 3.98.7\n"
    )
    monkeypatch.setattr(base_installs, "_DPKG_STATUS", str(status))

    assert base_installs._from_dpkg("/usr", "3.98") == "3.98.0rc2"  # noqa: SLF001 - needs no /usr
    assert base_installs._from_dpkg("/usr", "3.97") == ""  # noqa: SLF001 - likewise
    assert base_installs._from_dpkg("/opt", "3.98") == ""  # noqa: SLF001 - likewise


def test_two_bases_share_a_prefix(tmp_path: Path) -> None:
    older = fake_base(tmp_path / "usr", "3.10.2")
    newer = fake_base(tmp_path / "usr", "3.12.1")

    assert found(older).version == "3.10.2"
    assert found(newer).version == "3.12.1"


def test_a_free_threaded_base(tmp_path: Path) -> None:
    environment = found(fake_base(tmp_path, "3.13.2", threads="t"))

    assert environment.free_threaded
    assert environment.version == "3.13.2"


def test_build_details_tell_the_version(tmp_path: Path) -> None:
    executable = fake_base(tmp_path, "3.14.0", header=False)
    (tmp_path / "lib/python3.14/build-details.json").write_text(
        '{"language": {"version": "3.14", "version_info": {"major": 3, "minor": 14, "micro": 0,'
        ' "releaselevel": "candidate", "serial": 2}}}'
    )

    environment = found(executable)

    assert (environment.version, environment.version_source) == ("3.14.0rc2", "build-details.json")


def test_the_folder_tells_the_version(tmp_path: Path) -> None:
    prefix = tmp_path / "cpython-3.12.7-linux-x86_64-gnu"

    environment = found(fake_base(prefix, "3.12.7", header=False))

    assert (environment.version, environment.version_source) == ("3.12.7", "folder name")


def test_only_the_library_tells_the_version(tmp_path: Path) -> None:
    environment = found(fake_base(tmp_path / "opt", "3.12.7", header=False))

    assert (environment.version, environment.version_source) == ("3.12", "library folder")


def test_what_is_none(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    place_file(tmp_path / "bin" / "python", "#!/bin/sh\n")

    assert inspect(tmp_path) is None
    assert inspect(tmp_path / "bin" / "python") is None
    assert inspect(tmp_path / "missing") is None


def conda(prefix: Path, *records: str) -> Path:
    (prefix / "conda-meta").mkdir(parents=True)
    (prefix / "conda-meta" / "history").touch()
    for record in records:
        (prefix / "conda-meta" / record).touch()
    return prefix


def test_conda(tmp_path: Path) -> None:
    prefix = conda(tmp_path / "env", "python-3.11.5-h955ad1f_0.json", "pip-23.0-py_0.json")
    (prefix / "bin").mkdir()
    (prefix / "bin" / "python3").touch()
    (prefix / "lib/python3.11/site-packages/pip").mkdir(parents=True)

    environment = found(prefix)

    assert environment.kind is EnvironmentKind.CONDA
    assert (environment.version, environment.version_source) == ("3.11.5", "conda-meta")
    assert environment.problems == ()
    assert environment.site_packages == (prefix / "lib/python3.11/site-packages",)


def test_conda_without_python(tmp_path: Path) -> None:
    environment = found(conda(tmp_path / "env", "r-base-4.3.1-h29c4799_4.json"))

    assert kinds(environment) == [ProblemKind.INCOMPLETE]
    assert "no Python" in environment.problems[0].message


def test_the_root_of_conda_is_a_base(tmp_path: Path) -> None:
    prefix = conda(tmp_path / "miniforge3", "python-3.12.5-h2ad013b_0_cpython.json")
    (prefix / "condabin").mkdir()
    (prefix / "bin").mkdir()
    (prefix / "bin" / "python3.12").touch()
    (prefix / "bin" / "python3").symlink_to("python3.12")
    (prefix / "lib/python3.12/site-packages/pip").mkdir(parents=True)
    (prefix / "lib/python3.12/os.py").touch()

    by_folder, by_interpreter = found(prefix), found(prefix / "bin" / "python3")

    assert by_folder == by_interpreter
    assert (by_folder.kind, by_folder.is_base) == (EnvironmentKind.CONDA, True)


def test_windows_layouts(tmp_path: Path) -> None:
    home = tmp_path / "Python312"
    (home / "Lib" / "site-packages").mkdir(parents=True)
    (home / "Lib" / "os.py").touch()
    (home / "include").mkdir()
    (home / "include" / "patchlevel.h").write_text('#define PY_VERSION "3.12.1"\n')
    (home / "python3.dll").touch()
    (home / "python312.dll").touch()
    (home / "python.exe").touch()
    prefix = tmp_path / ".venv"
    (prefix / "Scripts").mkdir(parents=True)
    for name in ("python.exe", "pip.exe"):
        (prefix / "Scripts" / name).touch()
    (prefix / "Lib" / "site-packages" / "pip").mkdir(parents=True)
    (prefix / "pyvenv.cfg").write_text(f"home = {home}\nversion = 3.12.0\n")

    base = found(home / "python.exe", windows=True)
    # A path that begins with `/` looks foreign to Windows, unless its own layout is there.
    environment = found(prefix, windows=True)

    assert (base.version, base.is_base) == ("3.12.1", True)
    assert base.site_packages == (home / "Lib" / "site-packages",)
    assert environment.version == "3.12.1"
    assert environment.executable == prefix / "Scripts" / "python.exe"
    assert environment.base_prefix == home
    assert kinds(environment) == []
    (home / "python.exe").unlink()
    assert kinds(found(prefix, windows=True)) == [ProblemKind.BASE_MISSING]


def test_made_elsewhere_and_opened_on_windows(tmp_path: Path) -> None:
    prefix = tmp_path / ".venv"
    (prefix / "bin").mkdir(parents=True)
    (prefix / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.12.0\n")

    assert kinds(found(prefix, windows=True)) == [ProblemKind.OTHER_SYSTEM]


def test_prefixes_by_path_alone() -> None:
    assert prefix_of_executable("/x/bin/python", windows=False) == "/x"
    assert prefix_of_executable("/x/Scripts/python.exe", windows=True) == "/x"
    assert prefix_of_executable("/x/Python312/python.exe", windows=True) == "/x/Python312"
    assert version_in_name("python3.12") == "3.12"
    assert version_in_name("python3.13t") == "3.13"
    assert version_in_name("python3") == ""
    assert version_in_name("python3.12-config") == ""


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("3.12.1", "3.12.1"),
        ("3.12.1.final.0", "3.12.1"),
        ("3.14.0.candidate.1", "3.14.0rc1"),
        ("3.14.0rc1", "3.14.0rc1"),
        ("3.14.0a7+", "3.14.0a7"),
        ("3.11.2+", "3.11.2"),
        ("3.12", "3.12"),
        ("cpython-3.12.7-linux-x86_64-gnu", "3.12.7"),
        ("nothing", ""),
    ],
)
def test_versions_in_one_spelling(text: str, version: str) -> None:
    assert normalised_version(text) == version


def test_versions_in_order() -> None:
    ordered = ["3.9.18", "3.10", "3.10.1", "3.14.0a1", "3.14.0b1", "3.14.0rc2", "3.14.0"]

    assert sorted(sorted(ordered), key=version_key) == ordered
    assert [is_prerelease(version) for version in ordered[3:]] == [True, True, True, False]


def test_keys_are_case_insensitive_and_values_may_hold_equals() -> None:
    cfg = parse_pyvenv_cfg("\ufeffHOME = /a=b/bin\r\nnonsense\nPrompt=x\npython-version = 3.16\n")

    assert cfg.home == "/a=b/bin"
    assert cfg.prompt == "x"
    assert cfg.version == "3.16"


def test_a_relative_path_is_taken_from_the_working_directory(
    tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_venv(tmp_path / ".venv", base, "3.12.1")
    monkeypatch.chdir(tmp_path)

    assert found(Path(".venv")).prefix == Path(os.path.realpath(tmp_path)) / ".venv"


@pytest.mark.parametrize("name", ["pip", "activate", "passwd"])
def test_other_files_beside_an_interpreter_are_none(name: str) -> None:
    base = Path(sys.executable).resolve()
    assert inspect(base) is not None
    assert inspect(base.with_name(name)) is None
