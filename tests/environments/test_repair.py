from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pinwise.base.cancellation import CancelledError, CancelToken
from pinwise.environments.aside import kept_beside, set_aside
from pinwise.environments.creation import (
    CreateRequest,
    CreationError,
    CreationFailure,
    EnvironmentExistsError,
    create,
)
from pinwise.environments.inspection import inspect
from pinwise.environments.installation import InstallationError
from pinwise.environments.installed import installed
from pinwise.environments.kept_packages import packages_to_keep
from pinwise.environments.removal import RemovalError
from pinwise.environments.repair import Repair, plan_repair, repair
from pinwise.environments.types import EnvironmentKind, ProblemKind
from pinwise.environments.version_numbers import feature_version
from tests.environments.beds import fake_base, fake_distribution, fake_venv, place_file
from tests.environments.creating import BASE, Steps, offer_wheels, put_uv_on_path

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.environments.types import Environment

VERSION = ".".join(map(str, sys.version_info[:3]))


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project, and two distributions to install."""
    offer_wheels(tmp_path / "wheels", monkeypatch, first="1.0", second="2.0")
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


def broken(work: Path, *packages: str, base: Path = BASE) -> Path:
    """Make an environment as it is after its folder was renamed, with packages in it."""
    prefix = fake_venv(work / ".venv", base, VERSION, recorded=work.parent / "before" / ".venv")
    for package in packages:
        name, _, version = package.partition("==")
        fake_distribution(site_packages(prefix), name, version)
    (prefix / "old-file").touch()
    return prefix


def site_packages(prefix: Path) -> Path:
    (found,) = prefix.glob("lib/python*/site-packages")
    return found


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def anew(work: Path, **others: object) -> Environment:
    planned = plan_repair(work / ".venv", workspace=[work])
    return repair(planned, creator="virtualenv", workspace=[work], **others)  # type: ignore[arg-type]


def own(environment: Environment) -> dict[str, str]:
    return {k: v for k, v in installed(environment).items() if k in {"first", "second"}}


def assert_untouched(work: Path) -> None:
    assert names(work) == [".venv"]
    assert (work / ".venv" / "old-file").exists()


@pytest.mark.scenario(5)
def test_what_was_installed_is_installed_again(work: Path) -> None:
    broken(work, "first==1.0", "second==2.0", "pip==1.0")
    before = inspect(work / ".venv")
    assert before is not None
    assert [problem.kind for problem in before.problems] == [ProblemKind.MOVED]
    planned = plan_repair(work / ".venv", workspace=[work])
    assert planned.packages == ("first==1.0", "second==2.0")
    assert planned.same_python

    environment = repair(planned, creator="virtualenv", workspace=[work])

    assert environment.problems == ()
    assert environment.version == VERSION
    assert own(environment) == {"first": "1.0", "second": "2.0"}
    assert names(work) == [".venv"]
    assert not (environment.prefix / "old-file").exists()


def test_requirements_files_go_before_what_was_installed(work: Path) -> None:
    broken(work, "first==1.0")
    (work.parent / "r.txt").write_text("second\n")

    environment = anew(work, files=[work.parent / "r.txt"])

    assert own(environment) == {"second": "2.0"}


def test_without_an_installation(work: Path) -> None:
    broken(work, "first==1.0")

    assert own(anew(work, reinstall=False)) == {}


def test_what_cannot_be_installed_brings_the_old_one_back(work: Path) -> None:
    broken(work, "first==1.0", "missing==3.0")

    with pytest.raises(InstallationError, match="missing"):
        anew(work)

    assert_untouched(work)


@pytest.mark.parametrize("step", ["Choosing", "Adding pip", "Reading the requirements"])
def test_a_cancelled_one_brings_the_old_one_back(work: Path, step: str) -> None:
    broken(work, "first==1.0")
    cancel = CancelToken()

    with pytest.raises(CancelledError):
        anew(work, progress=Steps(cancel, at=step), cancel=cancel)

    assert_untouched(work)


@pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")
@pytest.mark.parametrize("stage", ["before", "empty", "half", "whole"])
def test_one_that_is_killed_is_taken_up_again(work: Path, stage: str) -> None:
    broken(work, "first==1.0")
    # The tool itself is not running then: what it would still write is no matter of ours.
    code = f"""
import os, signal
from pathlib import Path
from pinwise.environments import creation, repair

stage = {stage!r}
prefix = Path({str(work / ".venv")!r})

def kill(*_arguments):
    if stage == "half":
        (prefix / "pyvenv.cfg").write_text("home = /nowhere")
        (prefix / "lib").mkdir()
    os.kill(os.getpid(), signal.SIGKILL)

class Kill:
    def report(self, message, fraction=None):
        starts = {{"before": "Making .venv", "whole": "Reading"}}
        if stage in starts and message.startswith(starts[stage]):
            kill()

if stage in ("empty", "half"):
    creation._run = kill
repair.repair(repair.plan_repair(prefix), creator="virtualenv", progress=Kill())
"""
    ended = subprocess.run([sys.executable, "-c", code], check=False)
    assert ended.returncode == -9
    kept = kept_beside(work / ".venv")
    assert len(kept) == (stage != "before")
    assert all((path / "old-file").exists() for path in kept)

    environment = anew(work)

    assert environment.problems == ()
    assert own(environment) == {"first": "1.0"}
    assert names(work) == [".venv"]


def test_an_empty_folder_is_no_obstacle_to_what_was_set_aside(work: Path) -> None:
    set_aside(broken(work, "first==1.0"))
    (work / ".venv").mkdir()

    assert own(anew(work)) == {"first": "1.0"}
    assert names(work) == [".venv"]


def test_what_was_set_aside_can_be_named_itself(work: Path) -> None:
    kept = set_aside(broken(work, "first==1.0"))
    found = inspect(kept)
    assert found is not None
    assert found.kept_for == ".venv"

    planned = plan_repair(kept, workspace=[work])
    environment = repair(planned, creator="virtualenv", workspace=[work])

    assert environment.prefix == work / ".venv"
    assert own(environment) == {"first": "1.0"}
    assert names(work) == [".venv"]


def test_a_failure_does_not_lose_what_was_set_aside(work: Path) -> None:
    kept = set_aside(broken(work, "missing==1.0"))

    with pytest.raises(InstallationError):
        anew(work)

    assert not kept.exists()
    assert_untouched(work)


@pytest.mark.scenario(4)
def test_a_base_that_is_gone(work: Path) -> None:
    gone = work.parent / "Cellar" / "python" / "bin" / "python3"
    prefix = broken(work, "first==1.0", base=gone)
    (prefix / "pyvenv.cfg").write_text(f"home = {gone.parent}\nversion = 3.2.5\n")
    (work / ".git").mkdir()
    found = inspect(prefix)
    assert found is not None
    assert found.problems[0].kind is ProblemKind.BASE_MISSING
    assert str(gone) in found.problems[0].message

    planned = plan_repair(prefix, workspace=[work])

    # No 3.2 is left anywhere: the newest Python takes its place, and that can be told before.
    assert not planned.same_python
    assert planned.python.exists()


@pytest.mark.scenario(6)
def test_a_base_that_is_another_version_now(tmp_path: Path) -> None:
    base = fake_base(tmp_path / "opt", "3.12.1")
    prefix = fake_venv(tmp_path / "work" / ".venv", base, "3.11.4")
    found = inspect(prefix)
    assert found is not None
    assert found.problems[0].kind is ProblemKind.VERSION_CHANGED

    planned = plan_repair(prefix, workspace=[tmp_path])

    same = feature_version(planned.version) == "3.11"
    assert planned.same_python == same
    assert planned.python != base or not same


@pytest.mark.scenario(32)
def test_one_that_windows_made(work: Path) -> None:
    prefix = work / ".venv"
    (prefix / "Scripts").mkdir(parents=True)
    (prefix / "Scripts" / "python.exe").touch()
    (prefix / "Lib" / "site-packages").mkdir(parents=True)
    (prefix / "pyvenv.cfg").write_text(f"home = C:\\Python\nversion = {VERSION}\n")
    found = inspect(prefix)
    assert found is not None
    assert [problem.kind for problem in found.problems] == [ProblemKind.OTHER_SYSTEM]
    assert "made on Windows" in found.problems[0].message

    environment = anew(work)

    assert environment.problems == ()
    assert not (prefix / "Scripts").exists()


def test_the_base_that_it_has_is_taken(work: Path) -> None:
    broken(work)

    planned = plan_repair(work / ".venv", workspace=[work])

    assert os.path.realpath(planned.python) == os.path.realpath(BASE)


def test_what_it_was_told_is_kept(work: Path) -> None:
    prefix = broken(work)
    with (prefix / "pyvenv.cfg").open("a", encoding="utf-8") as file:
        file.write("prompt = 'mine'\n")
    text = (prefix / "pyvenv.cfg").read_text().replace("packages = false", "packages = true")
    (prefix / "pyvenv.cfg").write_text(text)

    environment = anew(work)

    assert environment.system_site_packages
    assert "mine" in (environment.prefix / "bin" / "activate").read_text()


def test_what_uv_made_uv_makes_again(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prefix = broken(work)
    with (prefix / "pyvenv.cfg").open("a", encoding="utf-8") as file:
        file.write("uv = 0.5\n")
    put_uv_on_path(monkeypatch)

    assert anew(work).kind is EnvironmentKind.UV


def test_uv_is_not_needed(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prefix = broken(work)
    with (prefix / "pyvenv.cfg").open("a", encoding="utf-8") as file:
        file.write("uv = 0.5\n")
    monkeypatch.setenv("PATH", "")

    assert anew(work).kind is EnvironmentKind.VIRTUALENV


def test_a_link_out_of_the_project_stays_and_its_target_too(work: Path) -> None:
    target = fake_venv(work.parent / "elsewhere", BASE, VERSION)
    (work / ".venv").symlink_to(target)

    with pytest.raises(RemovalError, match="is a link to"):
        anew(work)

    assert (work / ".venv").is_symlink()
    assert (target / "pyvenv.cfg").exists()


def test_a_link_within_the_project_stays_one(work: Path) -> None:
    target = broken(work).rename(work / "real")
    (work / ".venv").symlink_to("real")

    environment = anew(work)

    assert environment.prefix == target
    assert (work / ".venv").readlink().name == "real"
    assert not (target / "old-file").exists()
    assert not environment.broken
    assert names(work) == [".venv", "real"]


def test_what_cannot_be_installed_again_is_told(work: Path) -> None:
    prefix = broken(work, "first==1.0", "own==1.0")
    place = site_packages(prefix) / "own-1.0.dist-info" / "direct_url.json"
    origin = {"url": (work / "gone").as_uri(), "dir_info": {"editable": True}}
    place.write_text(json.dumps(origin), encoding="utf-8")

    planned = plan_repair(prefix, workspace=[work])

    assert planned.lost == ("own",)
    assert planned.packages == ("first==1.0",)


def test_one_that_was_made_half(work: Path) -> None:
    broken(work)
    for name in ("pyvenv.cfg", "old-file", "bin/activate"):
        (work / ".venv" / name).unlink()
    with pytest.raises(EnvironmentExistsError, match="is a broken environment"):
        create(CreateRequest(work, base=BASE))

    environment = anew(work)

    assert not environment.broken
    assert names(work) == [".venv"]


@pytest.mark.parametrize("name", ["data", "missing", "link"])
def test_what_is_no_environment_is_not_replaced(work: Path, name: str) -> None:
    (work / "data").mkdir()
    (work / "data" / "precious").touch()
    (work / "link").symlink_to("nowhere")

    with pytest.raises(RemovalError):
        plan_repair(work / name)

    assert (work / "data" / "precious").exists()


def test_no_python_at_all(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prefix = broken(work, base=work.parent / "gone" / "python3")
    monkeypatch.setattr("pinwise.environments.repair.base_interpreters", lambda *_a, **_k: ())

    with pytest.raises(CreationError) as caught:
        plan_repair(prefix)

    assert caught.value.failure is CreationFailure.NO_PYTHON
    assert_untouched(work)


def test_an_address_and_a_folder_are_kept(work: Path) -> None:
    prefix = broken(work, "first==1.0", "second==2.0", "third==3.0", "fourth==4.0")
    source = work.parent / "it's mine"
    source.mkdir()
    origins = {
        "first-1.0": {"url": source.as_uri(), "dir_info": {"editable": True}},
        "second-2.0": {
            "url": "https://git.example.org/second",
            "vcs_info": {"vcs": "git", "requested_revision": "main", "commit_id": "abc"},
            "subdirectory": "py",
        },
        "third-3.0": {"url": (work / "gone.whl").as_uri(), "archive_info": {}},
        "fourth-4.0": {"url": (work / "gone").as_uri(), "dir_info": {"editable": True}},
    }
    for name, origin in origins.items():
        place = site_packages(prefix) / f"{name}.dist-info" / "direct_url.json"
        place.write_text(json.dumps(origin), encoding="utf-8")
    found = inspect(prefix)
    assert found is not None

    assert packages_to_keep(found) == (
        f"-e '{work.parent}/it'\"'\"'s mine'",
        "second @ git+https://git.example.org/second@abc#subdirectory=py",
        "third==3.0",
    )


def test_names_that_would_be_options_make_no_line(work: Path) -> None:
    prefix = broken(work, "first==1.0")
    fake_distribution(site_packages(prefix), "-r evil", "1")
    fake_distribution(site_packages(prefix), "two\n--index-url=x", "1")
    found = inspect(prefix)
    assert found is not None

    assert packages_to_keep(found) == ("first==1.0",)


def test_an_environment_that_works_is_made_anew_too(work: Path) -> None:
    old = create(CreateRequest(work, base=BASE))
    (old.prefix / "old-file").touch()
    shutil.rmtree(old.prefix / "bin")

    environment = anew(work)

    assert environment.problems == ()
    assert not (environment.prefix / "old-file").exists()


def test_a_second_one_at_a_time_is_refused(work: Path) -> None:
    broken(work)
    planned: Repair = plan_repair(work / ".venv")
    refusals: list[str] = []

    def second() -> None:
        try:
            repair(planned, creator="virtualenv")
        except CreationError as error:
            refusals.append(str(error))

    repair(planned, creator="virtualenv", progress=Steps(at="Adding pip", do=second))

    assert refusals == ["`.venv` is being made, changed or deleted already."]
    assert names(work) == [".venv"]


def test_what_one_has_set_aside_is_not_put_back_by_another(work: Path) -> None:
    broken(work)
    cancel = CancelToken()
    refusals: list[str] = []

    def second() -> None:
        # The folder of the new one is empty still, as an interrupted repair leaves it.
        assert list((work / ".venv").iterdir()) == []
        try:
            anew(work)
        except CreationError as error:
            refusals.append(str(error))
        cancel.cancel()

    with pytest.raises(CancelledError):
        anew(work, progress=Steps(at="Asking", do=second), cancel=cancel)

    assert refusals == ["`.venv` is being made, changed or deleted already."]
    assert_untouched(work)


def test_no_variable_is_put_into_an_address(work: Path) -> None:
    prefix = broken(work, "first==1.0", "evil==1.0")
    place = site_packages(prefix) / "evil-1.0.dist-info" / "direct_url.json"
    origin = {"url": "https://files.example.org/${TOKEN}/evil.whl", "archive_info": {}}
    place.write_text(json.dumps(origin), encoding="utf-8")
    found = inspect(prefix)
    assert found is not None

    assert packages_to_keep(found) == ("first==1.0",)


def test_what_came_into_it_since_the_plan_is_not_deleted_with_it(work: Path) -> None:
    prefix = broken(work)
    planned = plan_repair(prefix, workspace=[work])
    place_file(prefix / "pyproject.toml", "")

    with pytest.raises(RemovalError, match="holds a project too"):
        repair(planned, creator="virtualenv", workspace=[work])

    assert_untouched(work)
    assert (prefix / "pyproject.toml").exists()
