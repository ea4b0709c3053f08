from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pinwise.environments.checkouts import Checkout, checkout_of
from pinwise.environments.creation import CreateRequest, create
from pinwise.environments.freezing import freeze
from pinwise.environments.inspection import inspect
from pinwise.environments.installation import install
from tests.environments.creating import BASE
from tests.environments.test_installation import make_wheel

if TYPE_CHECKING:
    from pinwise.environments.types import Environment

BACKEND = """
import zipfile
NAME = {name!r}
def build_wheel(folder, *args, **kwargs):
    info = NAME + "-1.0.dist-info"
    with zipfile.ZipFile(folder + "/" + NAME + "-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(info + "/METADATA", "Metadata-Version: 2.1\\nName: " + NAME.replace("_", "-")
                       + "\\nVersion: 1.0\\n")
        wheel.writestr(info + "/WHEEL", "Wheel-Version: 1.0\\nGenerator: x\\n"
                       "Root-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "/RECORD", "")
    return NAME + "-1.0-py3-none-any.whl"
build_editable = build_wheel
"""

GIT = shutil.which("git")
needs_git = pytest.mark.skipif(GIT is None, reason="there is no git")


def project(folder: Path, name: str) -> Path:
    """Make a project that builds without any build tool."""
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").write_text(
        "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n"
        f"[project]\nname = '{name}'\nversion = '1.0'\n"
    )
    (folder / "backend.py").write_text(BACKEND.format(name=name))
    return folder


def git(folder: Path, *arguments: str) -> str:
    assert GIT is not None
    settings = [
        "-c",
        "user.name=x",
        "-c",
        "user.email=x@host.example",
        "-c",
        "init.defaultBranch=m",
    ]
    done = subprocess.run(
        [GIT, *settings, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def repository(folder: Path) -> str:
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "x")
    return git(folder, "rev-parse", "HEAD")


def pip_freeze(environment: Environment) -> str:
    command = [str(environment.executable), "-I", "-m", "pip", "freeze"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout


@needs_git
def test_it_is_what_pip_prints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    environment = create(CreateRequest(tmp_path, base=BASE))
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    for name in ("Pinwise_Plain", "pinwise_wheel"):
        make_wheel(wheels, name, "1.0")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    cloned = project(tmp_path / "cloned", "cloned_one")
    repository(cloned)
    git(cloned, "remote", "add", "other", "https://host.example/other.git")
    git(cloned, "remote", "add", "origin", "git@host.example:me/cloned.git")
    lonely = project(tmp_path / "lonely", "lonely_one")
    repository(lonely)
    top = tmp_path / "top"
    nested = project(top / "packages" / "nested", "nested_one")
    (top / "README").touch()
    repository(top)
    git(top, "remote", "add", "origin", "https://host.example/top.git")
    plain = project(tmp_path / "plain", "plain_one")
    copied = project(tmp_path / "copied", "copied_one")
    bare = project(tmp_path / "bare", "from_git")
    repository(bare)
    file = tmp_path / "requirements.txt"
    file.write_text(
        f"Pinwise.Plain\npinwise_wheel @ {(wheels / 'pinwise_wheel-1.0-py3-none-any.whl').as_uri()}"
        f"\n-e {cloned}\n-e {lonely}\n-e {nested}\n-e {plain}\n{copied}\n"
        f"from_git @ git+{bare.as_uri()}\n"
    )
    install(environment, [file], working_directory=tmp_path, runner="pip")

    found = freeze(environment)

    assert found == pip_freeze(environment)
    assert found.count("\n") == 10
    assert "-e git+ssh://git@host.example/me/cloned.git@" in found


def test_the_environment_of_these_tests() -> None:
    found = inspect(Path(sys.executable))
    assert found is not None
    if not (found.site_packages[0] / "pip").is_dir():
        pytest.skip("it has no pip to compare with")

    # The project itself is editable here, and lies in a repository of its own state.
    lines = [line for line in freeze(found).splitlines() if not line.startswith(("#", "-e"))]
    assert lines == [
        line for line in pip_freeze(found).splitlines() if not line.startswith(("#", "-e"))
    ]


@needs_git
def test_packed_references_and_worktrees(tmp_path: Path) -> None:
    folder = project(tmp_path / "main", "main_one")
    commit = repository(folder)
    git(folder, "remote", "add", "upstream", "https://host.example/main.git")
    git(folder, "pack-refs", "--all")
    git(folder, "worktree", "add", "-q", str(tmp_path / "tree"), "-b", "side")
    expected = Checkout("https://host.example/main.git", commit, "")

    assert checkout_of(str(folder)) == expected
    assert checkout_of(str(tmp_path / "tree")) == expected
    git(folder, "checkout", "-q", "--detach")
    assert checkout_of(str(folder)) == expected


@pytest.mark.parametrize(
    "head",
    ["", "ref: refs/heads/none", "ref: ../../../secret", "ref: refs/heads/loop", "x" * 100_000],
)
def test_a_repository_without_a_commit_is_none(tmp_path: Path, head: str) -> None:
    git_folder = tmp_path / ".git"
    (git_folder / "refs/heads").mkdir(parents=True)
    (git_folder / "HEAD").write_text(head)
    (git_folder / "config").touch()
    (git_folder / "packed-refs").touch()
    (git_folder / "refs/heads/loop").write_text("ref: refs/heads/loop\n")

    assert checkout_of(str(tmp_path)) is None


def test_a_file_that_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: /nowhere\n")

    assert checkout_of(str(tmp_path)) is None


@pytest.mark.parametrize(
    ("remote", "written"),
    [
        ("https://me:hidden@host.example/a.git", "https://host.example/a.git"),
        ("https://hidden@host.example/a.git", "https://host.example/a.git"),
        (
            "https://${USER}:${TOKEN}@host.example/a.git",
            "https://${USER}:${TOKEN}@host.example/a.git",
        ),
        ("https://me:hid@den@host.example/a.git", "https://host.example/a.git"),
        ("ssh://me:hidden@host.example/a.git", "ssh://me@host.example/a.git"),
        ("ssh://git@host.example/a.git", "ssh://git@host.example/a.git"),
        ("https://host.example/a@b.git", "https://host.example/a@b.git"),
    ],
)
def test_a_login_of_the_remote_is_not_written_down(
    tmp_path: Path, remote: str, written: str
) -> None:
    own = tmp_path / ".git"
    own.mkdir()
    (own / "HEAD").write_text("a" * 40)
    (own / "config").write_text(f'[remote "origin"]\n\turl = {remote}\n')

    assert checkout_of(str(tmp_path)) == Checkout(written, "a" * 40, "")
