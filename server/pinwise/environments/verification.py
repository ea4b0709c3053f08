"""Starting an interpreter once, to see that it is what its files say.

Everything else reads files. This is for the moment in which the user grants trust: `-I -S` keeps
it from running anything of the environment's packages (a `.pth` file runs under `-I` alone), and
it works in a folder that no workspace owns.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Final

from pinwise.environments.processes import run
from pinwise.environments.types import EnvironmentProblem, ProblemKind

if TYPE_CHECKING:
    from pinwise.environments.types import Environment

TIMEOUT: Final = 5.0
"""Seconds after which an interpreter that does not answer is killed."""
_SCRIPT: Final = "import json, sys; print(json.dumps([list(sys.version_info[:2]), sys.prefix]))"


def verify(environment: Environment, timeout: float = TIMEOUT) -> EnvironmentProblem | None:
    """Start an environment's interpreter, and return what is wrong with it; None if nothing.

    Args:
        environment: one whose files show no breakage.
        timeout: seconds.

    The prefix is compared for virtual environments alone: without `site`, which `-S` leaves
    out, Pythons before 3.14 know the prefix of their base only.
    """
    program = environment.executable
    try:
        done = run([program, "-I", "-S", "-c", _SCRIPT], timeout=timeout)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return _problem(f"{program} cannot be started: {reason}.")
    if done.timed_out:
        return _problem(f"{program} did not answer within {timeout:g} seconds.")
    told = _told(done.lines)
    if done.code or told is None:
        return _problem(f"{program} starts, but is no working Python.")
    version, prefix = told
    if environment.version and not f"{environment.version}.".startswith(f"{version}."):
        return _problem(f"{program} is Python {version}, but its files say {environment.version}.")
    roots = {environment.prefix, environment.base_prefix or environment.prefix}
    if os.path.realpath(prefix) not in {os.path.realpath(root) for root in roots}:
        return _problem(f"{program} belongs to {prefix}, not to this environment.")
    return None


def _told(lines: tuple[str, ...]) -> tuple[str, str] | None:
    """Return the version "X.Y" and the prefix that an interpreter printed."""
    try:
        answer: Any = json.loads(lines[-1]) if lines else None
        (major, minor), prefix = answer
    except (ValueError, TypeError):
        return None
    if not isinstance(prefix, str):
        return None
    return f"{major}.{minor}", prefix


def _problem(message: str) -> EnvironmentProblem:
    return EnvironmentProblem(ProblemKind.DOES_NOT_START, message)
