"""Why pip would not take a release, or Pinwise does not suggest it, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.installable import Obstacle
from pinwise.advice.policy import PREFER_BINARY
from pinwise.advice.told import told
from pinwise.advice.updates import Hold

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from packaging.utils import NormalizedName

    from pinwise.advice.context import Context
    from pinwise.advice.policy import ReleasePolicy
    from pinwise.advice.updates import HeldBack
    from pinwise.index.types import Release

_KINDS = {
    Obstacle.SOURCE: "source archives",
    Obstacle.WHEEL: "wheels",
    Obstacle.PRERELEASE: "pre-releases",
}


def forbidden(
    policy: ReleasePolicy, name: NormalizedName, obstacles: Collection[Obstacle], seen_from: Path
) -> str:
    """Return what pip's options forbid of all that there is, as two clauses without a subject.

    "only source archives exist, and `--only-binary :all:` in line 1 forbids them". "" where
    none of the obstacles comes from an option.

    Args:
        policy: the options.
        name: the project.
        obstacles: what stands against its files.
        seen_from: the file of the reader.
    """
    kinds = [kind for kind in Obstacle if policy.forbidding(name, kind) is not None]
    kinds = [kind for kind in kinds if kind in obstacles]
    options = [option for kind in kinds if (option := policy.forbidding(name, kind)) is not None]
    by = " and ".join(dict.fromkeys(option.told(seen_from) for option in options))
    if not kinds:
        return ""
    late = policy.late(name)
    if kinds == [Obstacle.LATE] and late is not None:
        return f"all of it was uploaded after {late:%Y-%m-%d}, and {by} forbids that"
    if len(kinds) == 1 and kinds[0] in _KINDS:
        return f"only {_KINDS[kinds[0]]} exist, and {by} forbids them"
    verb = "forbids" if len(set(options)) == 1 else "forbid"
    return f"{by} {verb} all that exists"


def hold_sentence(ctx: Context, name: NormalizedName, held: HeldBack, seen_from: Path) -> str:
    """Return why a newer release is not suggested, as a sentence about it."""
    version = f"`{held.release.version}`"
    if held.hold is Hold.PYTHON:
        return f"{version} needs Python {told(held.needs)}."
    if held.hold is Hold.PLATFORM:
        return f"{version} has no file for this platform."
    if held.hold is Hold.OPTION and held.obstacle is not None:
        return _forbids(ctx.policy, name, held.release, held.obstacle, seen_from)
    if held.hold is Hold.NO_WHEEL:
        option = ctx.policy.prefer_binary
        by = option.told(seen_from) if option is not None else f"`{PREFER_BINARY}`"
        return f"{version} has no wheel, and {by} prefers older wheels."
    if held.hold is Hold.COOLDOWN and ctx.cooldown is not None:
        return f"{version} is in cooldown: {ctx.cooldown.age(held.release)}."
    return f"{version} is a pre-release."


def _forbids(
    policy: ReleasePolicy,
    name: NormalizedName,
    release: Release,
    obstacle: Obstacle,
    seen_from: Path,
) -> str:
    """Return which option stands against a release, as a sentence."""
    option = policy.forbidding(name, obstacle)
    by = option.told(seen_from) if option is not None else "an option of pip"
    version = f"`{release.version}`"
    if obstacle is Obstacle.LATE:
        return f"{version} was uploaded too late for {by}."
    if obstacle is Obstacle.PRERELEASE:
        return f"{version} is a pre-release, and {by} forbids them."
    return f"{version} has only {_KINDS[obstacle]}, and {by} forbids them."
