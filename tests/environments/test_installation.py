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
from pinwise.environments.installation import (
    InstallationError,
    InstallationFailure,
    checked_requirement,
    install,
)
from pinwise.environments.installed import installed, normalised_name
from pinwise.environments.installers import choose_runner
from pinwise.environments.requirement_lines import BlamedLine
from pinwise.environments.types import EnvironmentKind
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
    assert str(error) == "pip found no version of pinwise_absent that fits <2,>=1.0."
    assert error.blamed == (BlamedLine(file, 3),)


def test_an_invalid_line_is_blamed(bed: Bed) -> None:
    file = bed.write("requirements.txt", "pinwise-first\npinwise_x=1\n")

    error = bed.failure(file)

    assert "Invalid requirement" in str(error)
    assert error.blamed == (BlamedLine(file, 2),)


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
    assert caught.value.blamed == (BlamedLine(file, 2),)


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


def test_requirements_are_held_to_constraints_and_upgraded(bed: Bed) -> None:
    for version in ("1.0", "1.5", "2.0"):
        make_wheel(bed.wheels, "pinwise_sixth", version)

    def install_sixth(*, constraint: str, upgrade: bool = False) -> str:
        install(
            bed.environment,
            [],
            requirements=["pinwise.sixth >= 1"],
            constraints=[constraint],
            upgrade=upgrade,
            working_directory=bed.folder,
        )
        return installed(bed.environment)[normalised_name("pinwise-sixth")]

    assert install_sixth(constraint="pinwise-sixth<1.5") == "1.0"
    assert install_sixth(constraint="pinwise-sixth<2") == "1.0"
    assert install_sixth(constraint="pinwise-sixth<2", upgrade=True) == "1.5"


def test_options_say_where_requirements_come_from(
    bed: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_wheel(bed.wheels, "pinwise_seventh", "1.0")
    monkeypatch.delenv("PIP_FIND_LINKS")

    install(
        bed.environment,
        [],
        requirements=["pinwise-seventh"],
        options=[f"--find-links {bed.wheels}"],
        working_directory=bed.folder,
    )

    assert "pinwise-seventh" in installed(bed.environment)


def test_a_requirement_without_a_file_blames_no_line_but_a_package(bed: Bed) -> None:
    with pytest.raises(InstallationError) as caught:
        install(
            bed.environment,
            [],
            requirements=["pinwise-absent==1"],
            working_directory=bed.folder,
        )

    assert caught.value.blamed == ()
    assert caught.value.names == ("pinwise-absent",)
    assert caught.value.sentence == "pip found no version of pinwise-absent that fits ==1"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (" Flask [async]>=2 ", "Flask[async]>=2"),
        ("x @ https://host.example/x.whl", "x@ https://host.example/x.whl"),
        ("git+https://host.example/x.git@v1", "git+https://host.example/x.git@v1"),
    ],
)
def test_requirements(text: str, line: str) -> None:
    assert checked_requirement(text).replace(" ", "") == line.replace(" ", "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "--index-url https://host.example/",
        "-r other.txt",
        "-e .",
        "flask --pre",
        "flask\n--pre",
        "flask; os_name == 'x'\n-r y",
        "https://host.example/x.whl --hash=x",
        "x @ https://host.example/${TOKEN}",
        "https://host.example/${TOKEN}.whl",
        "$(touch x)",
        "x; rm",
    ],
)
def test_what_is_no_requirement_is_refused_and_nothing_is_started(
    bed: Bed, tmp_path: Path, text: str
) -> None:
    never = dataclasses.replace(bed.environment, executable=tmp_path / "never")

    with pytest.raises(InstallationError, match="no requirement") as caught:
        install(never, [], requirements=[text], working_directory=bed.folder)

    assert caught.value.failure is InstallationFailure.REFUSED


def test_versions_that_cannot_hold_together_name_their_packages(bed: Bed) -> None:
    make_wheel(bed.wheels, "pinwise_top", "1.0", requires="pinwise_low<2")
    make_wheel(bed.wheels, "pinwise_low", "2.0")
    make_wheel(bed.wheels, "pinwise_low", "1.0")

    file = bed.write("requirements.txt", "pinwise-top==1.0\n-r low.txt\n")
    low = bed.write("low.txt", "pinwise-low==2.0\n")

    error = bed.failure(file)

    assert error.blamed == (BlamedLine(file, 1), BlamedLine(low, 1))
    assert error.names == ("pinwise-low",)
    assert error.sentence == (
        "a line asks for pinwise-low==2.0 and pinwise-top 1.0 needs pinwise_low<2,"
        " which cannot hold together"
    )


def test_a_build_that_fails_is_blamed_on_its_line(bed: Bed) -> None:
    project = bed.folder / "brittle"
    project.mkdir()
    (project / "pyproject.toml").write_text(
        "[project]\nname = 'brittle'\nversion = '1'\n"
        "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n"
    )
    (project / "backend.py").write_text(
        "def build_wheel(*args, **kwargs): raise RuntimeError('no compiler')\n"
    )
    file = bed.write("requirements.txt", "# one\n./brittle\n")

    error = bed.failure(file)

    assert error.blamed == (BlamedLine(file, 2),)
    assert error.sentence == "brittle could not be built: RuntimeError: no compiler"
    assert not error.printed


def test_what_pip_says_of_the_rarer_failures_is_told_word_for_word(bed: Bed) -> None:
    error = bed.failure(bed.write("requirements.txt", "--no-such-option\n"))

    assert error.sentence in "\n".join(error.lines)
    assert error.printed


def test_a_missing_package_is_blamed_on_its_line_in_an_included_file(bed: Bed) -> None:
    (bed.folder / "more").mkdir()
    file = bed.write("requirements.txt", "--requirement=more/sub.txt # why\n")
    sub = bed.write("more/sub.txt", "# first\n\npinwise_absent==1\n")

    assert bed.failure(file).blamed == (BlamedLine(sub, 3),)


def test_a_missing_dependency_is_blamed_on_what_needs_it(bed: Bed) -> None:
    make_wheel(bed.wheels, "pinwise_lonely", "1.0", requires="pinwise_absent>3")
    file = bed.write("requirements.txt", "-r sub.txt\n")
    sub = bed.write("sub.txt", "# first\npinwise_lonely\n")

    error = bed.failure(file)

    assert error.blamed == (BlamedLine(sub, 2),)
    assert error.sentence == (
        "pip found no version of pinwise_absent that fits >3, which pinwise-lonely needs"
    )


def test_a_missing_file_is_blamed_on_what_includes_it(bed: Bed) -> None:
    file = bed.write("requirements.txt", "-r sub.txt\n")
    sub = bed.write("sub.txt", "# first\n-r gone.txt\n")

    error = bed.failure(file)

    assert error.blamed == (BlamedLine(sub, 2),)
    assert str(error) == "gone.txt does not exist."


def test_a_wrong_hash_is_blamed_on_its_line(bed: Bed) -> None:
    make_wheel(bed.wheels, "pinwise_hashed", "1.0")
    wrong = "0" * 64
    file = bed.write("requirements.txt", f"\npinwise-hashed==1.0 --hash=sha256:{wrong}\n")

    error = bed.failure(file)

    assert error.blamed == (BlamedLine(file, 2),)
    assert "The index's file of pinwise-hashed==1.0 has another hash" in error.sentence


def test_the_installer_suits_the_environment(bed: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    made_by_uv = dataclasses.replace(bed.environment, kind=EnvironmentKind.UV)
    without_pip = dataclasses.replace(bed.environment, site_packages=(bed.folder,))
    monkeypatch.setenv("PATH", str(bed.folder))
    assert choose_runner(made_by_uv, "auto", ()) == "pip"
    put_uv_on_path(monkeypatch)
    assert choose_runner(made_by_uv, "auto", ()) == "uv"
    assert choose_runner(without_pip, "auto", ()) == "uv"
    assert choose_runner(bed.environment, "auto", ()) == "pip"
    assert choose_runner(made_by_uv, "pip", ()) == "pip"
    # What the workspace planted is no uv.
    assert choose_runner(made_by_uv, "auto", [Path(sys.prefix)]) == "pip"
