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


def activation(prefix: Path | None, shell: str | None, *, deactivate: bool = False) -> Activation:
    """Return how to activate an environment, or with `deactivate` how to leave it again.

    It is looked at anew, in some 100 microseconds: it may have been moved since it was found, and
    its own scripts would then leave another Python active without a word.

    Args:
        prefix: of an environment; None where the folder has none.
        shell: its name or the path of its program; None for the variables alone.
        deactivate: whether the line is to take the activation back. A broken environment can be
            left, and needs to be.
    """
    environment = inspect(prefix) if prefix else None
    if environment is None:
        message = (
            f"{prefix} is no environment any more."
            if prefix
            else "There is no environment to activate. Create one first."
        )
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
