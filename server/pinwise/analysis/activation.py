"""What an editor or a shell needs to activate an environment, or why it gets nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from pinwise.environments.activation import (
    ActivationError,
    activation_line,
    activation_variables,
    deactivation_line,
)
from pinwise.environments.inspection import inspect

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.advice.context import EnvironmentState


class Variables(TypedDict):
    """Environment variables, by what is to become of them."""

    set: dict[str, str]
    prepend: dict[str, str]


class Activation(TypedDict):
    """The answer of `pinwise.activationCommand`; ARCHITECTURE.md, "Between client and server".

    Attributes:
        command: the line to type, quoted for the shell; None where none was asked for or there is
            none.
        environment: what to set in a process that is still to be started, and what to put before
            the value that it has, a separator between.
        refused: a sentence that says why there is nothing, or "".
    """

    command: str | None
    environment: Variables
    refused: str


def why_none(state: EnvironmentState | None, purpose: str) -> str:
    """Return why a project has no environment to do something with, for a person.

    Args:
        state: what is known of its environments.
        purpose: completes "There is no environment to ...".
    """
    message = f"There is no environment to {purpose}."
    if state is not None and state.selection.unusable:
        # There may be others, of which none is taken silently.
        reason = state.selection.reason
        return f"{message} {reason[:1].upper()}{reason[1:]}."
    return f"{message} Create one first."


def activation(
    prefix: Path | None,
    shell: str | None,
    *,
    deactivate: bool = False,
    state: EnvironmentState | None = None,
) -> Activation:
    """Return how to activate an environment, or with `deactivate` how to leave it again.

    It is looked at anew, in some 100 microseconds: it may have been moved since it was found, and
    its own scripts would then leave another Python active without a word.

    Args:
        prefix: of an environment; None where the folder has none.
        shell: its name or the path of its program; None for the variables alone.
        deactivate: whether the line is to take the activation back. A broken environment can be
            left, and needs to be.
        state: what is known of the project's environments where `prefix` is None.
    """
    environment = inspect(prefix) if prefix else None
    if environment is None:
        message = f"{prefix} is no environment any more." if prefix else why_none(state, "activate")
        return _refused(message)
    try:
        if deactivate:
            line = deactivation_line(environment, shell) if shell else None
            return {"command": line, "environment": {"set": {}, "prepend": {}}, "refused": ""}
        variables = activation_variables(environment)
        line = activation_line(environment, shell) if shell else None
    except ActivationError as error:
        return _refused(str(error))
    path = variables.pop("PATH")[:-1]
    return {
        "command": line,
        "environment": {"set": variables, "prepend": {"PATH": path}},
        "refused": "",
    }


def _refused(message: str) -> Activation:
    return {"command": None, "environment": {"set": {}, "prepend": {}}, "refused": message}
