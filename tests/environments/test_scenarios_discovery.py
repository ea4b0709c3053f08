"""The numbered situations that finding environments has to bear (`scenarios.py`)."""

from __future__ import annotations

import shutil
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from pinwise.environments import discovery
from pinwise.environments.discovery import complete_list, discover
from pinwise.environments.locating import Locator
from pinwise.environments.locators import project
from pinwise.environments.locators.digests import path_digest
from pinwise.environments.selection import Wishes, select
from pinwise.environments.types import Environment, EnvironmentKind, ProblemKind
from tests.environments.beds import (
    MARKING_SCRIPT,
    Bed,
    fake_base,
    fake_venv,
    place_file,
    place_program,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pinwise.environments.locators.places import Candidate, Places


def problems(environment: Environment) -> list[ProblemKind]:
    return [problem.kind for problem in environment.problems]


def only(found: list[Environment]) -> Environment:
    (environment,) = found
    return environment


@pytest.mark.scenario(1)
def test_01_the_environment_in_the_root_comes_first(bed: Bed) -> None:
    bed.venv(bed.home / ".virtualenvs" / "other")
    fake_base(bed.home / ".pyenv/versions/3.13.0", "3.13.0")
    prefix = bed.venv(bed.workspace / ".venv")

    # It is told before anything else is looked for.
    found = discover([bed.workspace], environ={}, home=bed.home, root=str(bed.system))
    first = next(found)
    found.close()  # type: ignore[attr-defined]  # a generator, which its type does not tell

    assert (first.prefix, first.problems) == (prefix, ())


@pytest.mark.scenario(2)
def test_02_every_service_of_a_monorepo(bed: Bed) -> None:
    first = bed.venv(bed.workspace / "svc-a" / ".venv")
    second = bed.venv(bed.workspace / "svc-b" / ".venv")

    assert {one.prefix: one.project for one in bed.find()} == {
        first: bed.workspace / "svc-a",
        second: bed.workspace / "svc-b",
    }


@pytest.mark.scenario(3)
@pytest.mark.parametrize("name", ["my env (py 3.13) ünï", "it's mine", 'say "hi"', "a  b"])
def test_03_unusual_names(bed: Bed, name: str) -> None:
    prefix = bed.venv(bed.workspace / name)

    assert [(one.prefix, one.problems) for one in bed.find()] == [(prefix, ())]


@pytest.mark.scenario(4)
def test_04_the_base_is_gone(bed: Bed) -> None:
    cellar = bed.system / "opt/homebrew/Cellar/python@3.12"
    base = fake_base(cellar / "3.12.1", "3.12.1")
    (bed.system / "opt/homebrew/opt").mkdir()
    link = bed.system / "opt/homebrew/opt/python@3.12"
    link.symlink_to(cellar / "3.12.1")
    fake_venv(bed.workspace / ".venv", link / "bin" / base.name, "3.12.1")
    # As `brew upgrade` does it.
    (cellar / "3.12.1").rename(cellar / "3.12.2")

    environment = only(bed.find())

    assert problems(environment) == [ProblemKind.BASE_MISSING]
    assert str(link / "bin" / base.name) in environment.problems[0].message


@pytest.mark.scenario(5)
def test_05_the_folder_was_renamed(bed: Bed) -> None:
    bed.venv(bed.workspace / "before" / ".venv")
    (bed.workspace / "before").rename(bed.workspace / "after")

    environment = only(bed.find())

    assert problems(environment) == [ProblemKind.MOVED]
    assert str(bed.workspace / "before" / ".venv") in environment.problems[0].message


@pytest.mark.scenario(5)
def test_05_the_folder_was_copied(bed: Bed) -> None:
    original = bed.venv(bed.workspace / "a" / ".venv")
    shutil.copytree(original, bed.workspace / "b" / ".venv", symlinks=True)

    found = {one.prefix.parent.name: problems(one) for one in bed.find()}

    assert found == {"a": [], "b": [ProblemKind.MOVED]}


@pytest.mark.scenario(6)
def test_06_the_feature_version_changed_under_it(bed: Bed) -> None:
    base = fake_base(bed.system / "usr", "3.11.2")
    fake_venv(bed.workspace / ".venv", base.with_name("python3"), "3.11.2")
    shutil.rmtree(bed.system / "usr")
    fake_base(bed.system / "usr", "3.12.0")

    environment = bed.find()[0]

    assert problems(environment) == [ProblemKind.VERSION_CHANGED]
    assert environment.broken


@pytest.mark.scenario(7)
def test_07_shims_first_on_path(bed: Bed, tmp_path: Path) -> None:
    marker = tmp_path / "started"
    shims = bed.home / ".pyenv" / "shims"
    shims.mkdir(parents=True)
    for name in ("python", "python3", "python3.12"):
        place_program(shims / name, MARKING_SCRIPT.format(marker=marker))
    fake_base(bed.home / ".pyenv/versions/3.11.7", "3.11.7")
    fake_base(bed.home / ".pyenv/versions/3.12.1", "3.12.1")
    bed.environ["PATH"] = f"{shims}:{bed.base.parent}"

    found = bed.find()

    assert sorted(one.version for one in found) == ["3.11.7", "3.12.1", "3.12.1"]
    assert not any("shims" in one.executable.parts for one in found)
    assert not marker.exists()


@pytest.mark.scenario(8)
def test_08_mise_and_asdf_not_on_path(bed: Bed, tmp_path: Path) -> None:
    fake_base(bed.home / ".asdf/installs/python/3.10.2", "3.10.2")
    fake_base(bed.home / ".local/share/mise/installs/python/3.9.1", "3.9.1")
    bed.environ["MISE_DATA_DIR"] = str(tmp_path / "m")
    fake_base(tmp_path / "m/installs/python/3.13.1", "3.13.1")

    found = [(one.kind.value, one.version) for one in bed.find()]

    assert found == [("asdf", "3.10.2"), ("mise", "3.13.1")]


@pytest.mark.scenario(9)
def test_09_virtualenvwrapper(bed: Bed, tmp_path: Path) -> None:
    bed.environ["WORKON_HOME"] = str(tmp_path / "homes")
    for root in (tmp_path / "homes", bed.home / ".virtualenvs"):
        prefix = bed.venv(root / root.name)
        (prefix / ".project").write_text(f"{bed.workspace}\n")

    assert {(one.kind, one.project) for one in bed.find()} == {
        (EnvironmentKind.VIRTUALENVWRAPPER, bed.workspace)
    }


@pytest.mark.scenario(10)
def test_10_poetry(bed: Bed, tmp_path: Path) -> None:
    (bed.home / ".config" / "pypoetry").mkdir(parents=True)
    (bed.home / ".config/pypoetry/config.toml").write_text(
        f'cache-dir = "{tmp_path}/cache"\n[virtualenvs]\npath = "{{cache-dir}}/v"\n'
    )
    outside = bed.venv(tmp_path / "cache/v" / f"work-{path_digest(str(bed.workspace))}-py3.12")
    inside = bed.venv(bed.workspace / ".venv")

    assert {one.prefix: one.project for one in bed.find()} == {
        outside: bed.workspace,
        inside: bed.workspace,
    }


@pytest.mark.scenario(11)
def test_11_a_conda_environment_without_python(bed: Bed) -> None:
    (bed.home / "miniforge3" / "envs" / "tools" / "conda-meta").mkdir(parents=True)

    environment = only(bed.find())

    assert environment.kind is EnvironmentKind.CONDA
    assert problems(environment) == [ProblemKind.INCOMPLETE]
    assert "no Python" in environment.problems[0].message


@pytest.mark.scenario(12)
@pytest.mark.scenario(20)
def test_12_and_20_a_source_that_never_answers(bed: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    prefix = bed.venv(bed.workspace / ".venv")
    conda = bed.home / "miniforge3" / "envs" / "a"
    (conda / "conda-meta").mkdir(parents=True)
    before = complete_list(bed.find())
    assert [one.prefix for one in before] == [prefix, conda]

    gate = threading.Event()

    def hanging(_places: Places) -> Iterator[Candidate]:
        gate.wait(30)
        yield from ()

    locators = [
        Locator("conda", "environments of conda", hanging, 0.1) if one.name == "conda" else one
        for one in discovery._ALL  # noqa: SLF001 - to replace one
    ]
    monkeypatch.setattr(discovery, "_ALL", locators)

    found = bed.find()

    assert [one.prefix for one in found] == [prefix]
    assert [place.locator for place in bed.skipped] == ["conda"]
    assert complete_list(found, before, bed.skipped) == before
    gate.set()


@pytest.mark.scenario(13)
def test_13_a_link_is_listed_under_its_own_path_and_once(bed: Bed, tmp_path: Path) -> None:
    real = bed.venv(tmp_path / "elsewhere" / "x")
    (bed.home / "envs").mkdir()
    (bed.home / "envs" / "link").symlink_to(real)
    (bed.home / ".virtualenvs").mkdir()

    assert bed.prefixes() == [bed.home / "envs" / "link"]


@pytest.mark.scenario(14)
def test_14_cycles_and_huge_folders(bed: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project, "BUDGET", 200)
    (bed.workspace / "a").mkdir()
    (bed.workspace / "a" / "up").symlink_to(bed.workspace)
    (bed.workspace / "self").symlink_to("self")
    for number in range(300):
        (bed.workspace / "node_modules" / f"m{number}").mkdir(parents=True)
    prefix = bed.venv(bed.workspace / "a" / ".venv")
    assert bed.prefixes() == [prefix]
    assert bed.skipped == []

    for number in range(300):
        (bed.workspace / "z" / f"p{number}").mkdir(parents=True)
    assert bed.prefixes() == [prefix]
    assert [place.locator for place in bed.skipped] == ["project"]
    assert "first 200 folders" in bed.skipped[0].message


@pytest.mark.scenario(15)
def test_15_nothing_planted_is_started(
    bed: Bed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = tmp_path / "started"
    script = MARKING_SCRIPT.format(marker=marker)
    for name in (".venv", "without-cfg", ".conda", ".pixi/envs/default", ".tox/py312"):
        prefix = bed.workspace / name
        (prefix / "bin").mkdir(parents=True)
        for program in ("python", "python3", "pip", "activate"):
            place_program(prefix / "bin" / program, script)
    for name in (".venv", ".tox/py312"):
        (bed.workspace / name / "pyvenv.cfg").write_text(f"home = {bed.workspace}\n")
    for name in (".conda", ".pixi/envs/default"):
        (bed.workspace / name / "conda-meta").mkdir()
    site_packages = bed.workspace / ".venv" / "lib" / "python3.12" / "site-packages"
    site_packages.mkdir(parents=True)
    (site_packages / "planted.pth").write_text(f"import os; os.mknod({str(marker)!r})\n")
    for name in ("json.py", "os.py", "sitecustomize.py"):
        (bed.workspace / name).write_text(f"open({str(marker)!r}, 'w').close()\n")
    for name in ("uv", "conda", "poetry", "git", "py"):
        place_program(bed.workspace / name, script)
    bed.environ["PATH"] = f"{bed.workspace}:{bed.workspace / '.venv/bin'}"
    monkeypatch.setenv("PATH", bed.environ["PATH"])
    monkeypatch.chdir(bed.workspace)

    def audit(event: str, _arguments: tuple[object, ...]) -> None:
        # A hook stays for as long as the process does.
        if watching and event in {
            "subprocess.Popen",
            "os.exec",
            "os.fork",
            "os.posix_spawn",
            "os.system",
        }:
            started.append(event)

    started: list[str] = []
    watching = [True]
    sys.addaudithook(audit)
    found = bed.find()
    watching.clear()

    assert {one.prefix.name for one in found} >= {".venv", ".conda", "default", "py312"}
    assert started == []
    assert not marker.exists()


@pytest.mark.scenario(30)
def test_30_python_envs_in_all_its_forms(bed: Bed, tmp_path: Path) -> None:
    outside = bed.venv(tmp_path / "outside")
    beside = bed.venv(bed.workspace / ".venv")
    other = bed.venv(bed.workspace / "deep" / "a" / "b" / "c" / "d" / "env")
    (bed.workspace / ".python-envs").write_bytes(
        b"\xef\xbb\xbf# none of ours\r\n\r\n"
        + f"deep/a/b/c/d/env\r\n{outside}\r\n{outside}\r\nmissing\r\n".encode()
    )

    found = {one.prefix: one.project for one in bed.find()}

    assert found == dict.fromkeys([outside, beside, other], bed.workspace)


@pytest.mark.scenario(32)
def test_32_made_on_windows(bed: Bed) -> None:
    prefix = bed.workspace / ".venv"
    (prefix / "Scripts").mkdir(parents=True)
    (prefix / "Lib" / "site-packages").mkdir(parents=True)
    (prefix / "Scripts" / "python.exe").write_bytes(b"MZ")
    place_file(prefix / "Scripts" / "activate", "VIRTUAL_ENV='C:\\work\\.venv'\n")
    (prefix / "pyvenv.cfg").write_text("home = C:\\Python312\nversion = 3.12.1\n")

    environment = only(bed.find())

    assert problems(environment) == [ProblemKind.OTHER_SYSTEM]
    assert "Windows" in environment.problems[0].message


@pytest.mark.scenario(33)
def test_33_several_workspace_folders(bed: Bed) -> None:
    second = bed.home / "second"
    expected = {
        bed.venv(bed.workspace / ".venv"): bed.workspace,
        bed.venv(second / ".venv"): second,
    }

    assert {one.prefix: one.project for one in bed.find(bed.workspace, second)} == expected


@pytest.mark.scenario(2)
def test_02_one_service_of_a_monorepo_uses_the_environment_of_the_whole(bed: Bed) -> None:
    repository = bed.workspace / "repository"
    (repository / ".git").mkdir(parents=True)
    (repository / "uv.lock").touch()
    member = repository / "packages" / "member"
    member.mkdir(parents=True)
    bed.venv(repository / "packages" / "other" / ".venv")
    shared = bed.venv(repository / ".venv")
    wishes = Wishes(choice=lambda _folder: None, environ={}, home=bed.home)

    selection = select(member, bed.find(member), wishes)

    assert selection.environment is not None
    assert selection.environment.prefix == shared
    assert selection.reason == ".venv in repository, the folder above"

    own = bed.venv(member / "env")
    selection = select(member, bed.find(member), wishes)
    assert selection.environment is not None
    assert selection.environment.prefix == own
