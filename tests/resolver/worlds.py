"""Synthetic sets of packages of any size, for the worst cases and the benchmark."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.resolver.fake import line

if TYPE_CHECKING:
    from pinwise.resolver.problem import Requirement
    from tests.resolver.brute import Packages

World = tuple["Packages", tuple["Requirement", ...]]


def _lines(texts: list[str]) -> tuple[Requirement, ...]:
    return tuple(line(text, number) for number, text in enumerate(texts, 1))


def pinned_closure(count: int, *, clash: bool = False) -> World:
    """Return a file that pins all of a set, but for one package in the middle.

    With `clash` one pin is moved to what that package does not allow.
    """
    chance = random.Random(1)  # noqa: S311
    packages: Packages = {}
    for number in range(count):
        versions: dict[str, list[str]] = {}
        for major in range(1, 6):
            for minor in range(12):
                needs = [
                    f"package-{other}>={major}.0,<{major + 1}"
                    for other in sorted(chance.sample(range(number), min(number, 4)))
                ]
                versions[f"{major}.{minor}"] = needs
        packages[f"package-{number}"] = versions
    packages["middle"] = {f"1.{minor}": ["package-3>=4.5,<5"] for minor in range(14)}
    packages[f"package-{count - 1}"]["4.7"].append("middle>=1.0,<2")
    texts = [f"package-{number}==4.7" for number in range(count)]
    if clash:
        texts[3] = "package-3==4.2"
    return packages, _lines(texts)


def layered(loose: int, below: int) -> World:
    """Return a file of lower bounds whose packages need others in layers; it holds."""
    chance = random.Random(2)  # noqa: S311
    packages: Packages = {}
    total = loose + below
    for number in range(total):
        versions: dict[str, list[str]] = {}
        own = range(max(number + 1, loose), min(number + 40, total))
        others = sorted(chance.sample(own, min(len(own), 4)))
        for major in range(1, 5):
            for minor in range(20):
                versions[f"{major}.{minor}"] = [
                    f"package-{other}>={max(major - 1, 1)}.{minor // 2}" for other in others
                ]
        packages[f"package-{number}"] = versions
    # Whatever no layer happened to need is asked for by the first.
    packages["package-0"] = {
        "4.20": [f"package-{number}" for number in range(loose, total)],
    }
    return packages, _lines([f"package-{number}>=1" for number in range(loose)])


def unpinned(count: int) -> World:
    """Return a file of bare names, each with 100 versions, that need each other in circles."""
    packages: Packages = {}
    for number in range(count):
        packages[f"package-{number}"] = {
            f"{major}.{minor}": [
                f"package-{(number + step) % count}>={major}.0" for step in (1, 7, 31)
            ]
            for major in range(1, 11)
            for minor in range(10)
        }
    return packages, _lines([f"package-{number}" for number in range(count)])


def lockstep(count: int, *, clash: bool = False) -> World:
    """Return the family of boto3, botocore and s3transfer, with botocore held back by a pin.

    With `clash` a line asks for a boto3 that is newer than that.
    """
    packages: Packages = {
        "boto3": {
            f"1.{number // 50}.{number % 50}": [
                f"botocore<1.{number // 50 + 1}.0,>=1.{number // 50}.{number % 50}",
                f"s3transfer<0.{number // 100 + 2}.0,>=0.{number // 100 + 1}.0",
            ]
            for number in range(count)
        },
        "botocore": {
            f"1.{number // 50}.{number % 50}": ["urllib3>=1.25.4,<2.1", "jmespath>=0.7.1,<2.0.0"]
            for number in range(count)
        },
        "s3transfer": {
            f"0.{number}.0": [f"botocore<2.0a0,>=1.{number * 2 - 2}.0"]
            for number in range(1, count // 100 + 2)
        },
        "urllib3": {f"{major}.{minor}.0": [] for major in (1, 2) for minor in range(27)},
        "jmespath": {"0.10.0": [], "1.0.1": []},
    }
    texts = [f"boto3>=1.{count // 100}.0" if clash else "boto3", f"botocore==1.{count // 200}.0"]
    return packages, _lines(texts)


def pigeons(count: int) -> World:
    """Return pigeons with one hole too few, which takes every such solver exponential time."""
    packages: Packages = {
        f"hole-{hole}": {str(pigeon): [] for pigeon in range(count)} for hole in range(1, count)
    }
    for pigeon in range(count):
        packages[f"pigeon-{pigeon}"] = {
            str(hole): [f"hole-{hole}=={pigeon}"] for hole in range(1, count)
        }
    return packages, _lines([f"pigeon-{pigeon}" for pigeon in range(count)])


def deep_backtracking(count: int, *, clash: bool = False) -> World:
    """Return chains whose ends only meet at the oldest version, or with `clash` nowhere.

    Every version looks possible until the package after the next is looked at.
    """
    oldest = 1 if clash else 0
    packages: Packages = {
        "left": {f"1.{each}": [f"middle==1.{each}", "right"] for each in range(oldest, count)},
        "middle": {f"1.{each}": [f"tail==1.{each}"] for each in range(count)},
        "tail": {f"1.{each}": [] for each in range(count)},
        "right": {f"1.{each}": ["end", "left"] for each in range(count)},
        "end": {f"1.{each}": ["last"] for each in range(count)},
        "last": {f"1.{each}": ["tail==1.0"] for each in range(count)},
    }
    return packages, _lines(["left"])
