"""Activation and deactivation in the shells themselves: which `python` do they run?"""

from __future__ import annotations

import ast
import dataclasses
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from pinwise.environments.activation import (
    ActivationError,
    activation_line,
    activation_variables,
    deactivation_line,
)
from pinwise.environments.creation import CreateRequest, create
from pinwise.environments.inspection import inspect
from tests.environments.beds import place_program
from tests.environments.creating import BASE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pinwise.environments.types import Environment

SHELLS = {
    # Without the files of whoever runs the tests, and reading lines as if they were typed.
    "bash": ["bash", "--norc", "--noprofile"],
    "dash": ["dash"],
    "ksh": ["ksh"],
    "zsh": ["zsh", "-f"],
    "fish": ["fish", "--no-config"],
    "tcsh": ["tcsh", "-f"],
    "xonsh": ["xonsh", "--no-rc"],
    "nu": ["nu", "--no-config-file", "--stdin"],
    "pwsh": ["pwsh", "-NoProfile", "-NonInteractive", "-Command", "-"],
}
EXPECTED = frozenset({"bash", "dash", "zsh", "fish", "tcsh"})
"""The shells that are to be tested everywhere, and have to be in continuous integration."""
NAMES = (
    ".venv",
    "my env (py 3.13) ünï",
    "it's",
    "a$HOME",
    "b`id`",
    "c!d",
    'e"f',
    "g\\h",
    "star*[x]{y}",
    "🐍 &;|<>#~",
)
PROBE = """
import os, sys
variables = {name: os.environ.get(name) for name in ("PATH", "VIRTUAL_ENV", "PYTHONHOME")}
print({"prefix": sys.prefix, **variables})
"""
ASK = "python probe.py"


@pytest.fixture(params=[name for name in SHELLS if name in EXPECTED or shutil.which(name)])
def shell(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    if shutil.which(name) is None:
        if os.environ.get("CI"):
            pytest.fail(f"{name} is not installed: apt-get install {name}")
        pytest.skip(f"{name} is not installed")
    return name


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the shells are to run, and a `python` that is in no environment."""
    found = tmp_path_factory.mktemp("shells")
    (found / "probe.py").write_text(PROBE, encoding="utf-8")
    for name in ("base", "home"):
        (found / name).mkdir()
    (found / "base" / "python").symlink_to(BASE)
    return found


@pytest.fixture(scope="module")
def by_virtualenv(folder: Path) -> dict[str, Environment]:
    made = {}
    for name in NAMES:
        project = folder / "virtualenv" / name
        project.mkdir(parents=True)
        made[name] = create(CreateRequest(project))
    return made


@pytest.fixture(scope="module")
def by_venv(folder: Path) -> dict[str, Environment]:
    made = {}
    for name in NAMES:
        prefix = folder / "venv" / name
        command = [str(BASE), "-I", "-m", "venv", "--without-pip", str(prefix)]
        subprocess.run(command, check=True)
        environment = inspect(prefix)
        assert environment is not None
        made[name] = environment
    return made


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["by_virtualenv", "by_venv"])
def environment(request: pytest.FixtureRequest, name: str) -> Environment:
    made: dict[str, Environment] = request.getfixturevalue(request.param)
    return made[name]


def run_in(
    shell: str,
    folder: Path,
    lines: Sequence[str],
    variables: Mapping[str, str] | None = None,
    options: Sequence[str] | None = None,
) -> list[Any]:
    """Type lines into a shell; return what each `PROBE` of them told of the `python` it ran."""
    program = shutil.which(shell)
    assert program is not None
    before = ["set prompt = '% '"] if shell == "tcsh" else []
    done = subprocess.run(
        [program, *(SHELLS[shell][1:] if options is None else options)],
        input="\n".join([*before, *lines, ""]),
        env={**variables_of(folder), **(variables or {})},
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    told = [ast.literal_eval(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert len(told) == lines.count(ASK), done.stderr
    assert "rror" not in done.stderr, done.stderr
    assert "not found" not in done.stderr, done.stderr
    return told


def variables_of(folder: Path) -> dict[str, str]:
    path = os.pathsep.join([str(folder / "base"), "/usr/local/bin", "/usr/bin", "/bin"])
    home = str(folder / "home")
    return {"PATH": path, "HOME": home, "ZDOTDIR": home, "LANG": "C.UTF-8", "TERM": "dumb"}


@pytest.mark.scenario(3)
@pytest.mark.scenario(27)
def test_a_line_activates_and_another_takes_it_back(
    shell: str, environment: Environment, folder: Path
) -> None:
    lines = [
        ASK,
        activation_line(environment, shell),
        ASK,
        deactivation_line(environment, shell),
        ASK,
    ]

    before, active, after = run_in(shell, folder, lines)

    assert active["prefix"] == active["VIRTUAL_ENV"] == str(environment.prefix)
    assert after == before
    assert after["prefix"] == sys.base_prefix


@pytest.mark.scenario(27)
@pytest.mark.scenario(28)
def test_a_terminal_that_was_opened_with_the_variables_is_taken_back(
    shell: str, by_venv: dict[str, Environment], name: str, folder: Path
) -> None:
    environment = by_venv[name]
    plain = variables_of(folder)
    variables = activation_variables(environment)
    variables["PATH"] += plain["PATH"]
    leave = deactivation_line(environment, shell)

    active, left, again = run_in(shell, folder, [ASK, leave, ASK, leave, ASK], variables)

    assert active["prefix"] == active["VIRTUAL_ENV"] == str(environment.prefix)
    assert left == {
        "prefix": sys.base_prefix,
        "PATH": plain["PATH"],
        "VIRTUAL_ENV": None,
        "PYTHONHOME": None,
    }
    # To leave what was left already is no error.
    assert again == left


def test_only_the_environment_s_own_folder_goes_wherever_it_stands(
    shell: str, by_venv: dict[str, Environment], folder: Path
) -> None:
    environment = by_venv[".venv"]
    own = str(environment.prefix / "bin")
    others = [str(folder / "base"), f"{own}/inside", f"/elsewhere{own}", "/usr/bin", "/bin"]
    path = [own, own, *others[:2], own, *others[2:], own]
    leave = deactivation_line(environment, shell)

    (left,) = run_in(shell, folder, [leave, ASK], {"PATH": os.pathsep.join(path)})

    assert left["PATH"].split(os.pathsep) == others


@pytest.mark.scenario(27)
def test_a_terminal_that_was_activated_in_both_ways_is_taken_back(
    shell: str, by_virtualenv: dict[str, Environment], folder: Path
) -> None:
    environment = by_virtualenv["it's"]
    plain = variables_of(folder)
    variables = activation_variables(environment)
    variables["PATH"] += plain["PATH"]
    lines = [activation_line(environment, shell), deactivation_line(environment, shell), ASK]

    (left,) = run_in(shell, folder, lines, variables)

    assert (left["PATH"], left["VIRTUAL_ENV"]) == (plain["PATH"], None)


@pytest.mark.scenario(28)
def test_a_shell_without_a_script_is_activated_by_variables(
    shell: str, by_venv: dict[str, Environment], name: str, folder: Path, tmp_path: Path
) -> None:
    # A link to the environment that has its interpreter, and none of its scripts.
    whole = by_venv[name]
    prefix = tmp_path / name
    (prefix / "bin").mkdir(parents=True)
    (prefix / "bin" / "python").symlink_to(BASE)
    for part in ("pyvenv.cfg", "lib"):
        (prefix / part).symlink_to(whole.prefix / part)
    environment = dataclasses.replace(whole, prefix=prefix)
    line = activation_line(environment, shell)
    assert "bin/activate" not in line

    active, after = run_in(
        shell,
        folder,
        [line, ASK, deactivation_line(environment, shell), ASK],
        # With it, the environment's Python would look for its library there.
        {"PYTHONHOME": sys.base_prefix},
    )

    assert active["prefix"] == active["VIRTUAL_ENV"] == str(prefix)
    assert active["PYTHONHOME"] is None
    assert after["prefix"] == sys.base_prefix
    assert after["PATH"] == variables_of(folder)["PATH"]


RC_FILES = {
    "bash": (".bashrc", ["-i"]),
    "bash, login": (".bash_profile", ["--login", "-i"]),
    "zsh": (".zshrc", ["-i"]),
    "zsh, login": (".zprofile", ["--login", "-i"]),
}


@pytest.mark.scenario(26)
@pytest.mark.parametrize("kind", RC_FILES)
def test_files_of_the_shell_that_change_path_come_before_the_line(
    kind: str, by_virtualenv: dict[str, Environment], folder: Path, tmp_path: Path
) -> None:
    shell = kind.partition(",")[0]
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    environment = by_virtualenv["it's"]
    name, options = RC_FILES[kind]
    (tmp_path / "shims").mkdir()
    place_program(
        tmp_path / "shims" / "python", "#!/bin/sh\necho 'a shim was run: not found' >&2\n"
    )
    rc = f'export PATH="{tmp_path}/shims:/usr/bin:/bin"\nPS1="$ "\n'
    (tmp_path / name).write_text(rc, encoding="utf-8")
    variables = activation_variables(environment)
    variables["PATH"] += variables_of(folder)["PATH"]

    (active,) = run_in(
        shell,
        folder,
        [activation_line(environment, shell), ASK],
        # Variables alone are undone by these files, which is why there is a line as well.
        {**variables, "HOME": str(tmp_path), "ZDOTDIR": str(tmp_path)},
        options,
    )

    assert active["prefix"] == str(environment.prefix)


@pytest.mark.scenario(5)
def test_a_moved_environment_would_leave_another_python_active(
    folder: Path, tmp_path: Path
) -> None:
    made, moved = tmp_path / ".venv", tmp_path / "elsewhere"
    command = [str(BASE), "-I", "-m", "venv", "--without-pip", str(made)]
    subprocess.run(command, check=True)
    made.rename(moved)
    found = inspect(moved)
    assert found is not None

    (believed,) = run_in("bash", folder, [f". {moved}/bin/activate", ASK])

    # Its own script says nothing of it: that is why Pinwise refuses.
    assert believed["prefix"] == sys.base_prefix
    assert believed["VIRTUAL_ENV"] == str(made)
    with pytest.raises(ActivationError, match="moved or copied"):
        activation_line(found, "bash")
