from __future__ import annotations

import dataclasses
import os
import shutil
import sys
import threading
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pinwise.base.cancellation import CancelledError, CancelToken
from pinwise.environments.creation import CreateRequest, create
from pinwise.environments.inspection import inspect
from pinwise.environments.installation import InstallationError, InstallationFailure, install
from pinwise.environments.installed import installed
from pinwise.environments.pip_output import (
    BlamedLine,
    blamed_line,
    error_lines,
    error_sentence,
    step_of,
    without_secrets,
)
from tests.environments.beds import MARKING_SCRIPT, fake_base, fake_venv
from tests.environments.creating import put_uv_on_path

if TYPE_CHECKING:
    from pinwise.environments.types import Environment

BASE = Path(sys.base_prefix) / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}"


class Steps:
    def __init__(self) -> None:
        self.messages: list[str] = []

    def report(self, message: str, fraction: float | None = None) -> None:
        assert fraction is None or 0 <= fraction <= 1
        self.messages.append(message)


def make_wheel(folder: Path, name: str, version: str, requires: str = "") -> None:
    """Write the smallest wheel that pip installs."""
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    if requires:
        metadata += f"Requires-Dist: {requires}\n"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}.py", f"version = {version!r}\n")
        wheel.writestr(f"{info}/METADATA", metadata)
        tag = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        wheel.writestr(f"{info}/WHEEL", tag)
        wheel.writestr(f"{info}/RECORD", "")


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return create(CreateRequest(tmp_path_factory.mktemp("pattern"), base=BASE))


class Bed:
    """A project with an environment, and an index that is a folder of wheels."""

    def __init__(self, folder: Path, environment: Environment) -> None:
        self.folder = folder
        self.environment = environment
        self.wheels = folder / "wheels"
        self.wheels.mkdir()

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def install(self, *files: Path, steps: Steps | None = None) -> None:
        install(self.environment, files, working_directory=self.folder, progress=steps)

    def failure(self, *files: Path) -> InstallationError:
        with pytest.raises(InstallationError) as caught:
            self.install(*files)
        return caught.value


@pytest.fixture
def bed(tmp_path: Path, pattern: Environment, monkeypatch: pytest.MonkeyPatch) -> Bed:
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    bed = Bed(tmp_path, pattern)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(bed.wheels))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return bed


def test_all_files_are_resolved_together(bed: Bed) -> None:
    make_wheel(bed.wheels, "pinwise_first", "1.0", requires="pinwise_second")
    make_wheel(bed.wheels, "pinwise_second", "1.0")
    make_wheel(bed.wheels, "pinwise_second", "2.0")
    steps = Steps()

    bed.install(
        bed.write("requirements.txt", "pinwise-first\n"),
        bed.write("requirements-dev ünï.txt", "pinwise-second<2\n"),
        steps=steps,
    )

    found = {str(name): version for name, version in installed(bed.environment).items()}
    assert found["pinwise-first"] == "1.0"
    assert found["pinwise-second"] == "1.0"
    assert "Preparing pinwise_first-1.0-py3-none-any.whl" in steps.messages
    assert any(step.startswith("Installing pinwise-") for step in steps.messages)
    assert steps.messages[-1] == "Installed"


def test_nothing_to_install(bed: Bed) -> None:
    bed.install()


def test_a_missing_package_is_blamed_on_its_line(bed: Bed) -> None:
    file = bed.write("requirements.txt", "# first\n\npinwise_absent >= 1.0, <2  # why\n")

    error = bed.failure(file)

    assert error.failure is InstallationFailure.TOOL_FAILED
    assert str(error) == "pip: No matching distribution found for pinwise_absent<2,>=1.0"
    assert error.blamed == BlamedLine(file, 3)


def test_an_invalid_line_is_blamed(bed: Bed) -> None:
    file = bed.write("requirements.txt", "pinwise-first\npinwise_x=1\n")

    error = bed.failure(file)

    assert "Invalid requirement" in str(error)
    assert error.blamed == BlamedLine(file, 2)


def test_a_module_of_the_project_does_not_shadow_pip(bed: Bed) -> None:
    make_wheel(bed.wheels, "pinwise_third", "1.0")
    bed.write("pip.py", "raise SystemExit('shadowed')\n")
    bed.write("json.py", "raise SystemExit('shadowed')\n")

    bed.install(bed.write("requirements.txt", "pinwise-third\n"))

    assert "pinwise-third" in installed(bed.environment)


def test_without_pip_the_bundled_one_serves(bed: Bed, tmp_path: Path) -> None:
    make_wheel(bed.wheels, "pinwise_fourth", "1.0")
    (tmp_path / "work").mkdir()
    environment = create(CreateRequest(tmp_path / "work", base=BASE))
    for path in environment.site_packages[0].glob("pip*"):
        if path.is_dir():
            shutil.rmtree(path)
    without = inspect(environment.prefix)
    assert without is not None

    file = bed.write("requirements.txt", "pinwise-fourth\n")
    install(without, [file], working_directory=bed.folder)

    names = set(installed(without))
    assert "pinwise-fourth" in names
    assert "pip" not in names


def test_without_pip_and_too_old_for_the_bundled_one(bed: Bed, tmp_path: Path) -> None:
    base = fake_base(tmp_path / "opt", "3.5.1")
    old = inspect(fake_venv(tmp_path / "old", base, "3.5.1", pip=False))
    assert old is not None

    with pytest.raises(InstallationError) as caught:
        install(old, [bed.write("r.txt", "")], working_directory=bed.folder)

    assert caught.value.failure is InstallationFailure.NO_RUNNER


def test_an_externally_managed_python_is_refused_with_its_own_text(
    bed: Bed, tmp_path: Path
) -> None:
    marker = tmp_path / "started"
    script = MARKING_SCRIPT.format(marker=marker)
    executable = fake_base(tmp_path / "opt", "3.12.1", script=script)
    text = "[externally-managed]\nError=Use apt.\n Or make an environment: 100%.\n"
    (tmp_path / "opt/lib/python3.12/EXTERNALLY-MANAGED").write_text(text)
    managed = inspect(executable)
    assert managed is not None

    with pytest.raises(InstallationError) as caught:
        install(managed, [bed.write("r.txt", "x\n")], working_directory=bed.folder)

    assert caught.value.failure is InstallationFailure.EXTERNALLY_MANAGED
    assert str(caught.value) == "Use apt.\nOr make an environment: 100%."
    assert not marker.exists()


@pytest.mark.parametrize("text", ["", "[other]\n", "not a section", "[externally-managed]\n"])
def test_a_marker_that_says_nothing(bed: Bed, tmp_path: Path, text: str) -> None:
    executable = fake_base(tmp_path / "opt", "3.12.1")
    (tmp_path / "opt/lib/python3.12/EXTERNALLY-MANAGED").write_text(text)
    managed = inspect(executable)
    assert managed is not None

    with pytest.raises(InstallationError, match="managed by the system"):
        install(managed, [bed.write("r.txt", "x\n")], working_directory=bed.folder)


def test_a_broken_environment_is_refused(bed: Bed, tmp_path: Path) -> None:
    base = fake_base(tmp_path / "opt", "3.12.1")
    prefix = fake_venv(tmp_path / ".venv", base, "3.12.1", recorded=Path("/elsewhere"))
    broken = inspect(prefix)
    assert broken is not None

    with pytest.raises(InstallationError, match="moved or copied") as caught:
        install(broken, [bed.write("r.txt", "x\n")], working_directory=bed.folder)

    assert caught.value.failure is InstallationFailure.BROKEN


def test_an_interpreter_that_cannot_be_started(bed: Bed, tmp_path: Path) -> None:
    gone = dataclasses.replace(bed.environment, executable=tmp_path / "gone")

    with pytest.raises(InstallationError, match="cannot be started"):
        install(gone, [bed.write("r.txt", "x\n")], working_directory=bed.folder)


def test_uv_is_asked_for_and_missing(bed: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(bed.folder))

    with pytest.raises(InstallationError) as caught:
        install(
            bed.environment,
            [bed.write("r.txt", "x\n")],
            working_directory=bed.folder,
            runner="uv",
        )

    assert caught.value.failure is InstallationFailure.NO_RUNNER


def test_uv_installs(bed: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    put_uv_on_path(monkeypatch)
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(bed.wheels))
    make_wheel(bed.wheels, "pinwise_fifth", "1.0")
    file = bed.write("requirements.txt", "pinwise-fifth\n")

    install(bed.environment, [file], working_directory=bed.folder, runner="uv")

    assert "pinwise-fifth" in set(installed(bed.environment))
    file.write_text("# none\npinwise-absent==1\n")
    with pytest.raises(InstallationError) as caught:
        install(bed.environment, [file], working_directory=bed.folder, runner="uv")
    assert caught.value.blamed == BlamedLine(file, 2)


def test_what_uv_says(tmp_path: Path) -> None:
    # Recorded from uv 0.13.8.
    unsolved = [
        "error: No solution found when resolving dependencies",
        "  cause: Because there is no version of packaging==99.1 and you require packaging==99.1,",
    ]
    unparsed = [
        "error: Couldn't parse requirement in `bad.txt` at position 10",
        '  cause: no such comparison operator "=", must be one of ~= == != <= >= < > ===',
    ]
    (tmp_path / "r.txt").write_text("iniconfig\npackaging == 99.1\n")
    (tmp_path / "bad.txt").write_text("iniconfig\nflask=1\n")

    blamed = blamed_line(unsolved, [tmp_path / "r.txt"], tmp_path)
    assert blamed == BlamedLine(tmp_path / "r.txt", 2)
    assert blamed_line(unparsed, [], tmp_path) == BlamedLine(tmp_path / "bad.txt", 2)
    assert error_sentence(error_lines(unparsed)).startswith(
        "Couldn't parse requirement in `bad.txt` at position 10: no such comparison operator"
    )


def test_cancel_ends_the_build_that_pip_started(bed: Bed) -> None:
    project = bed.folder / "slow"
    project.mkdir()
    marker = bed.folder / "building"
    (project / "pyproject.toml").write_text(
        "[project]\nname = 'slow'\nversion = '1'\n"
        "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n"
    )
    (project / "backend.py").write_text(
        "import os, time\n"
        "def build_wheel(*args, **kwargs): raise SystemExit\n"
        "def prepare_metadata_for_build_wheel(*args, **kwargs):\n"
        f"    open({str(marker)!r} + '.part', 'w').write(str(os.getpid()))\n"
        f"    os.rename({str(marker)!r} + '.part', {str(marker)!r})\n"
        "    time.sleep(120)\n"
    )
    cancel = CancelToken()
    finished = threading.Event()

    def cancel_when_building() -> None:
        while not marker.exists() and not finished.is_set():
            time.sleep(0.02)
        cancel.cancel()

    watcher = threading.Thread(target=cancel_when_building)
    watcher.start()
    start = time.monotonic()
    try:
        with pytest.raises(CancelledError):
            install(
                bed.environment,
                [bed.write("r.txt", "./slow\n")],
                working_directory=bed.folder,
                cancel=cancel,
            )
    finally:
        finished.set()
        watcher.join()

    assert time.monotonic() - start < 60
    builder = Path(f"/proc/{marker.read_text()}/stat")
    deadline = time.monotonic() + 10
    while builder.exists() and ") Z" not in builder.read_text() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not builder.exists() or ") Z" in builder.read_text()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("at https://me:pass@host.invalid/simple/", "at https://****@host.invalid/simple/"),
        ("git+https://tok3n@host.invalid/x.git", "git+https://****@host.invalid/x.git"),
        ("https://host.invalid/x?token=abc&y=1", "https://host.invalid/x?token=****&y=1"),
        ("x @ https://host.invalid/x.whl", "x @ https://host.invalid/x.whl"),
        ("me@host.invalid", "me@host.invalid"),
    ],
)
def test_secrets_are_not_shown(text: str, expected: str) -> None:
    assert without_secrets(text) == expected


@pytest.mark.parametrize(
    ("line", "step"),
    [
        ("Collecting flask==3.0 (from -r a.txt (line 1))", "Collecting flask==3.0"),
        (
            "  Downloading flask-3.0-py3-none-any.whl.metadata (3.6 kB)",
            "Downloading flask-3.0-py3-none-any.whl",
        ),
        ("Building wheels for collected packages: a, b", "Building collected packages: a, b"),
        ("Installing collected packages: a, b, c, d, e", "Installing a, b, c and 2 more"),
        ("Obtaining file:///x/project/", "Preparing project"),
        ("Looking in links: /x", None),
        ("", None),
    ],
)
def test_steps(line: str, step: str | None) -> None:
    assert step_of(line) == step


def test_the_failure_of_a_build_is_told_by_pip_and_not_by_the_build() -> None:
    output = """\
Processing ./s (from -r r.txt (line 4))
  Installing build dependencies: finished with status 'error'
  error: subprocess-exited-with-error

  \N{MULTIPLICATION SIGN} installing build dependencies did not run successfully.
  ╰─> [9 lines of output]
      ERROR: 1
      ERROR: 2
      ERROR: 3
      ERROR: 4
      ERROR: 5
      ERROR: 6
      ERROR: 7
      [end of output]
  note: This error originates from a subprocess, and is likely not a problem with pip.
ERROR: Failed to build 's' when installing build dependencies
""".splitlines()

    lines = error_lines(output)

    assert error_sentence(lines) == "Failed to build 's' when installing build dependencies"
    assert len(lines) == 8
    assert blamed_line(output, [], Path("/x")) == BlamedLine(Path("/x/r.txt"), 4)


def test_a_dependency_that_fails_is_blamed_on_what_asked_for_it() -> None:
    output = [
        "Collecting b (from a->-r /x/r.txt (line 2))",
        "ERROR: HTTP error 404 while getting https://u:p@host.invalid/b.whl",
    ]

    assert blamed_line(output, [], Path("/x")) == BlamedLine(Path("/x/r.txt"), 2)
    assert "u:p" not in error_lines(output)[0]


def test_an_error_without_a_line_blames_none(tmp_path: Path) -> None:
    output = ["ERROR: Could not install packages due to an OSError"]

    assert blamed_line(output, [tmp_path / "missing.txt"], tmp_path) is None


def test_output_without_a_mark_is_shown_from_its_end() -> None:
    assert error_lines(["a", "", "b"]) == ("a", "b")
    assert error_sentence(["a", "b"]) == "a"
    assert error_sentence([]) == ""
