"""What kind of machine a program was built for, by its first bytes."""

from __future__ import annotations

import functools
import os
import struct
from typing import Final

from pinwise.base.tuples import NamedTuple

_ELF_MACHINES: Final = {
    3: "i686",
    20: "ppc",
    21: "ppc64",
    22: "s390x",
    40: "armv7l",
    62: "x86_64",
    183: "aarch64",
    243: "riscv64",
    258: "loongarch64",
}
_MACH_MACHINES: Final = {7: "i686", 0x0100_0007: "x86_64", 12: "armv7l", 0x0100_000C: "aarch64"}
_PE_MACHINES: Final = {0x014C: "i686", 0x8664: "x86_64", 0xAA64: "aarch64", 0x01C4: "armv7l"}
_FAT: Final = (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf")
_MOST_SLICES: Final = 16
_HEADER: Final = 1024
_ALSO_RUNS: Final = {"x86_64": {"i686"}, "aarch64": {"armv7l"}}
_SPELLINGS: Final = {
    "amd64": "x86_64",
    "arm64": "aarch64",
    "i386": "i686",
    "i586": "i686",
    "x86": "i686",
}
_EMULATORS: Final = "/proc/sys/fs/binfmt_misc"


class Program(NamedTuple):
    """What a program is built for.

    Attributes:
        system: "linux" (ELF, which the BSDs share), "macos" or "windows".
        machines: in the spelling of `platform.machine()` on Linux; macOS has programs for several.
    """

    system: str
    machines: tuple[str, ...]


def program(path: str) -> Program | None:
    """Return what a program is built for; None where it is none, or for a machine not known.

    About 20 microseconds; a regular file only is opened.
    """
    try:
        # A pipe of that name would never answer.
        if not os.path.isfile(path):  # noqa: PTH113 - a string, for speed
            return None
        with open(path, "rb") as file:  # noqa: PTH123 - likewise
            header = file.read(_HEADER)
    except OSError:
        return None
    try:
        return _elf(header) or _mach(header) or _windows(header)
    except struct.error:
        return None


def _elf(header: bytes) -> Program | None:
    if not header.startswith(b"\x7fELF"):
        return None
    order = ">" if header[5:6] == b"\x02" else "<"
    (code,) = struct.unpack_from(f"{order}H", header, 18)
    machine = _ELF_MACHINES.get(code)
    if machine == "ppc64" and order == "<":
        machine = "ppc64le"
    return Program("linux", (machine,)) if machine else None


def _mach(header: bytes) -> Program | None:
    if header[:4] in {b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe"}:
        codes = struct.unpack_from("<I", header, 4)
    elif header[:4] in _FAT:
        (count,) = struct.unpack_from(">I", header, 4)
        size = 20 if header[:4] == _FAT[0] else 32
        # Java's class files begin alike, with a version where the number of slices is here.
        if count > _MOST_SLICES:
            return None
        codes = tuple(struct.unpack_from(">I", header, 8 + size * at)[0] for at in range(count))
    else:
        return None
    machines = tuple(_MACH_MACHINES[code] for code in codes if code in _MACH_MACHINES)
    return Program("macos", machines) if machines else None


def _windows(header: bytes) -> Program | None:
    if not header.startswith(b"MZ"):
        return None
    (at,) = struct.unpack_from("<I", header, 0x3C)
    if header[at : at + 4] != b"PE\0\0":
        return None
    (code,) = struct.unpack_from("<H", header, at + 4)
    machine = _PE_MACHINES.get(code)
    return Program("windows", (machine,)) if machine else None


def machine_name(text: str) -> str:
    """Return the machine in Linux's spelling: "AMD64" is "x86_64", "arm64" is "aarch64"."""
    lowered = text.lower()
    return _SPELLINGS.get(lowered, lowered)


@functools.lru_cache(maxsize=1)
def this_machine() -> str:
    """Return the machine that this process runs on; "" where it is not told."""
    if hasattr(os, "uname"):
        return machine_name(os.uname().machine)
    # A 32-bit process is told the true machine by the second variable.
    told = os.environ.get("PROCESSOR_ARCHITEW6432") or os.environ.get("PROCESSOR_ARCHITECTURE", "")
    return machine_name(told)


def runs_here(built: Program, machine: str, system: str) -> bool:
    """Whether a machine runs a program; in doubt it does, so that nothing whole is called broken.

    Args:
        built: what the program is built for.
        machine: the machine, as `this_machine` spells it.
        system: "linux", "macos" or "windows".
    """
    if not machine or built.system != system:
        # Other systems' programs are another problem, which other files tell better.
        return True
    if machine in built.machines or not _ALSO_RUNS.get(machine, set()).isdisjoint(built.machines):
        return True
    if machine not in {"x86_64", "aarch64"}:
        # A 32-bit process, or a machine that nobody told us about, says less than the truth.
        return True
    if system != "linux":
        # macOS on ARM and Windows on ARM translate programs of the older machines.
        return machine == "aarch64"
    return any(
        os.path.exists(f"{_EMULATORS}/qemu-{emulated}")  # noqa: PTH110 - a string
        for built_for in built.machines
        for emulated in {built_for, built_for.replace("armv7l", "arm").replace("i686", "i386")}
    )
