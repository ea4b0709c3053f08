"""Chooses the packages that the extension carries along, and checks that choice.

One bundle has to run on every Python from 3.10 and on every platform. pip cannot choose for all
of them at once: it evaluates markers such as ``python_version < "3.11"`` for the interpreter that
runs it, so a bundle made by Python 3.11 would lack ``exceptiongroup`` and fail on 3.10. This
script therefore asks pip again and again, each time naming outright what some supported Python or
platform still misses, until nothing is missing.

Only wheels that any Python on any platform can load are admitted, and the result carries digests.

    python scripts/lock_bundle.py             writes scripts/bundled-requirements.txt
    python scripts/lock_bundle.py --check     fails if pyproject.toml asks for something else
"""

# ruff: noqa: T201 -- a program for the terminal

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "scripts" / "bundled-requirements.txt"

PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14", "3.15")
PLATFORMS = (
    {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
)
ENVIRONMENTS = [
    {
        **platform,
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "extra": "",
    }
    for python, platform in product(PYTHONS, PLATFORMS)
]

# The options that make pip choose for the oldest Python and take pure-Python wheels only.
PIP_OPTIONS = (
    "--only-binary=:all:",
    f"--python-version={PYTHONS[0]}",
    "--implementation=py",
    "--abi=none",
    "--platform=any",
)

HEADER = """\
# What the extension carries along in bundled/libs: the dependencies of pyproject.toml and theirs,
# for every Python from 3.10 on every platform, which is why no line has a marker.
# Made by `npm run package -- --update-lock`; do not edit.
"""


def direct_dependencies() -> list[Requirement]:
    """The dependencies that pyproject.toml declares."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return [Requirement(text) for text in project["dependencies"]]


def without_marker(requirement: Requirement) -> str:
    """The requirement as it reads for everyone."""
    everywhere = Requirement(str(requirement))
    everywhere.marker = None
    return str(everywhere)


def applies_somewhere(requirement: Requirement) -> bool:
    """Whether any supported Python on any platform needs this."""
    marker = requirement.marker
    return marker is None or any(marker.evaluate(environment) for environment in ENVIRONMENTS)


def resolve(requirements: list[str]) -> dict[str, dict[str, Any]]:
    """Ask pip which distributions these requirements come to, by canonical name."""
    answer = subprocess.run(  # noqa: S603 -- our own interpreter, no shell.
        [
            *(sys.executable, "-m", "pip", "install"),
            *("--quiet", "--dry-run", "--ignore-installed", "--report=-", "--no-input"),
            *("--disable-pip-version-check", "--target=unused"),
            *PIP_OPTIONS,
            *requirements,
        ],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return {
        canonicalize_name(item["metadata"]["name"]): item
        for item in json.loads(answer.stdout)["install"]
    }


def complete(requirements: list[Requirement]) -> dict[str, dict[str, Any]]:
    """Resolve, and name what is missing somewhere, until nothing is."""
    asked = [without_marker(requirement) for requirement in requirements]
    while True:
        found = resolve(asked)
        missing = {
            without_marker(requirement)
            for item in found.values()
            for requirement in map(Requirement, item["metadata"].get("requires_dist", []))
            if canonicalize_name(requirement.name) not in found and applies_somewhere(requirement)
        }
        if not missing:
            return found
        asked.extend(sorted(missing))


def write() -> None:
    """Write the lock file."""
    lines = []
    for name, item in sorted(complete(direct_dependencies()).items()):
        digest = item["download_info"]["archive_info"]["hashes"]["sha256"]
        version = item["metadata"]["version"]
        lines.append(f"{name}=={version} --hash=sha256:{digest}\n")
    LOCK.write_text(HEADER + "".join(lines), encoding="utf-8")
    print(f"{len(lines)} packages")


def check() -> int:
    """Say which dependency the lock file does not satisfy."""
    locked = {}
    for line in LOCK.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, version = line.split(" ", 1)[0].partition("==")
            locked[name] = version
    wrong = [
        str(requirement)
        for requirement in direct_dependencies()
        if not requirement.specifier.contains(
            locked.get(canonicalize_name(requirement.name), "0"), prereleases=True
        )
        or canonicalize_name(requirement.name) not in locked
    ]
    if wrong:
        print(f"{LOCK.relative_to(ROOT)} does not satisfy: {', '.join(wrong)}.")
        print("Run: npm run package -- --update-lock")
    return 1 if wrong else 0


def main() -> int:
    """Write or check the lock file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--check", action="store_true", help="check the file that is there")
    if parser.parse_args().check:
        return check()
    write()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
