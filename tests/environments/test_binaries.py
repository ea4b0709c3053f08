from __future__ import annotations

import os
import struct
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinwise.environments import binaries, problems
from pinwise.environments.base_installs import base_install
from pinwise.environments.binaries import Program, machine_name, program, runs_here, this_machine
from pinwise.environments.inspection import inspect
from pinwise.environments.types import ProblemKind
from tests.environments.beds import fake_base, fake_venv

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def no_emulators(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Hide the emulators of this machine; a file in the folder returned stands for one."""
    monkeypatch.setattr(binaries, "_EMULATORS", str(tmp_path))
    return tmp_path


def elf(machine: int, *, big: bool = False) -> bytes:
    order = ">" if big else "<"
    return (
        b"\x7fELF\x02"
        + (b"\x02" if big else b"\x01")
        + bytes(12)
        + struct.pack(f"{order}H", machine)
    )


def mach(machine: int) -> bytes:
    return b"\xcf\xfa\xed\xfe" + struct.pack("<I", machine)


def fat(*machines: int) -> bytes:
    slices = b"".join(struct.pack(">I", machine) + bytes(16) for machine in machines)
    return b"\xca\xfe\xba\xbe" + struct.pack(">I", len(machines)) + slices


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (elf(62), Program("linux", ("x86_64",))),
        (elf(183), Program("linux", ("aarch64",))),
        (elf(21), Program("linux", ("ppc64le",))),
        (elf(22, big=True), Program("linux", ("s390x",))),
        (mach(0x0100000C), Program("macos", ("aarch64",))),
        (fat(0x01000007, 0x0100000C), Program("macos", ("x86_64", "aarch64"))),
        (b"\xca\xfe\xba\xbe" + struct.pack(">I", 65), None),
        (elf(9999), None),
        (b"\x7fELF", None),
        (b"#!/bin/sh\n", None),
        (b"MZ", None),
        (b"", None),
    ],
)
def test_headers(tmp_path: Path, header: bytes, expected: Program | None) -> None:
    (tmp_path / "python").write_bytes(header)

    assert program(str(tmp_path / "python")) == expected


@given(
    st.sampled_from([b"\x7fELF\x02\x01", b"MZ", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe"]),
    st.binary(),
)
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, beginning: bytes, rest: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any-program"
    path.write_bytes(beginning + rest)

    built = program(str(path))

    assert built is None or built.machines


def test_this_interpreter_runs_here() -> None:
    built = program(os.path.realpath(sys.executable))

    assert built is not None
    assert runs_here(built, this_machine(), built.system)


def test_no_pipe_is_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "python")

    assert program(str(tmp_path / "python")) is None
    assert program(str(tmp_path / "missing")) is None


@pytest.mark.parametrize(
    ("system", "machines", "machine", "runs"),
    [
        ("linux", ("x86_64",), "x86_64", True),
        ("linux", ("i686",), "x86_64", True),
        ("linux", ("armv7l",), "aarch64", True),
        ("linux", ("aarch64",), "x86_64", False),
        ("linux", ("x86_64",), "aarch64", False),
        # A 32-bit process on a 64-bit system is told half the truth.
        ("linux", ("x86_64",), "i686", True),
        ("linux", ("x86_64",), "", True),
        ("macos", ("x86_64",), "aarch64", True),
        ("macos", ("aarch64",), "x86_64", False),
        ("macos", ("x86_64", "aarch64"), "x86_64", True),
        ("windows", ("i686",), "x86_64", True),
        ("windows", ("x86_64",), "aarch64", True),
        ("windows", ("aarch64",), "x86_64", False),
    ],
)
def test_what_runs_where(
    system: str,
    machines: tuple[str, ...],
    machine: str,
    runs: bool,  # noqa: FBT001 - the expected value
) -> None:
    assert runs_here(Program(system, machines), machine, system) is runs


def test_an_emulator_runs_what_the_machine_does_not(no_emulators: Path) -> None:
    (no_emulators / "qemu-aarch64").touch()

    assert runs_here(Program("linux", ("aarch64",)), "x86_64", "linux")
    assert not runs_here(Program("linux", ("riscv64",)), "x86_64", "linux")


def test_names_of_machines() -> None:
    assert [machine_name(text) for text in ("AMD64", "arm64", "x86", "riscv64")] == [
        "x86_64",
        "aarch64",
        "i686",
        "riscv64",
    ]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the header is Linux's")
def test_an_environment_of_another_processor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = fake_base(tmp_path / "opt", "3.12.4")
    base.write_bytes(elf(183))
    prefix = fake_venv(tmp_path / ".venv", base, "3.12.4")
    monkeypatch.setattr(problems, "this_machine", lambda: "x86_64")

    for path in (prefix, base):
        environment = inspect(path)
        assert environment is not None
        assert environment.architecture == "aarch64"
        assert [one.kind for one in environment.problems] == [ProblemKind.OTHER_ARCHITECTURE]

    monkeypatch.setattr(problems, "this_machine", lambda: "aarch64")
    environment = inspect(prefix)
    assert environment is not None
    assert environment.problems == ()


def test_the_architecture_of_this_machines_python() -> None:
    install = base_install(os.path.realpath(sys.executable))

    assert install is not None
    assert install.architecture
