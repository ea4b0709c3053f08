"""The one object that each command of ours takes, and what stands in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcInvalidParams

from pinwise.lsp.uris import path_of, uri_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

    from pinwise.lsp.server import PinwiseServer


_MOST_KEYS = 5
_LONGEST_KEY = 60
"""What an error tells of a client's mistake at most."""


def command(
    handler: Callable[[PinwiseServer, Mapping[str, Any]], Awaitable[Any]], keys: str
) -> Callable[..., Awaitable[Any]]:
    """Wrap the handler of a command so that it is given its object, an empty one if none came.

    What pygls sees has no annotations: it would evaluate them to convert the arguments, and with
    them import the engine.

    Args:
        handler: the command.
        keys: what its object may have, with blanks between. Others are refused: one that is
            misspelt would have the command do something else than what was meant.
    """
    known = tuple(keys.split())

    async def run(ls: Any, *arguments: Any) -> Any:  # noqa: ANN401 - JSON in, JSON out
        match arguments:
            case () | (None,):
                return await handler(ls, {})
            case (dict() as given,):
                _refuse_others(given, known)
                return await handler(ls, given)
            case _:
                message = "The command takes one object."
                raise JsonRpcInvalidParams(message)

    return run


def _refuse_others(given: Mapping[str, Any], known: tuple[str, ...]) -> None:
    others = [key[:_LONGEST_KEY] for key in given if key not in known]
    if not others:
        return
    kinds = f"only {', '.join(known)}" if known else "nothing"
    message = f"The command takes no `{'`, `'.join(others[:_MOST_KEYS])}`: it takes {kinds}."
    raise JsonRpcInvalidParams(message)


def text_in(given: Mapping[str, Any], key: str) -> str | None:
    """Return a string of the argument, or None where it is missing.

    Raises:
        JsonRpcInvalidParams: it is something else than a string.
    """
    value = given.get(key)
    if value is None or isinstance(value, str):
        return value
    message = f"`{key}` must be a string."
    raise JsonRpcInvalidParams(message)


def flag_in(given: Mapping[str, Any], key: str) -> bool:
    """Return a boolean of the argument; False where it is missing.

    Raises:
        JsonRpcInvalidParams: it is something else than a boolean.
    """
    value = given.get(key, False)
    if isinstance(value, bool):
        return value
    message = f"`{key}` must be true or false."
    raise JsonRpcInvalidParams(message)


def file_in(given: Mapping[str, Any]) -> Path | None:
    """Return the file that the argument names by URI, or None.

    Raises:
        JsonRpcInvalidParams: it is something else than a string.
    """
    uri = text_in(given, "file")
    return path_of(uri) if uri else None


def texts_in(given: Mapping[str, Any], key: str) -> list[str]:
    """Return a list of strings of the argument.

    Raises:
        JsonRpcInvalidParams: it is missing, or something else.
    """
    values = given.get(key)
    if isinstance(values, list) and all(isinstance(value, str) for value in values):
        return values
    message = f"`{key}` must be a list of strings."
    raise JsonRpcInvalidParams(message)


def files_in(given: Mapping[str, Any]) -> list[Path]:
    """Return the files that the argument names by URI; none where it names none.

    Raises:
        JsonRpcInvalidParams: it names something else than files.
    """
    uris = given.get("files")
    if uris is None:
        return []
    listed = uris if isinstance(uris, list) else []
    paths = [path for uri in listed if isinstance(uri, str) and (path := path_of(uri))]
    if not paths or len(paths) != len(listed):
        message = "`files` must be a list of file URIs."
        raise JsonRpcInvalidParams(message)
    return paths


def folder_in(ls: PinwiseServer, given: Mapping[str, Any]) -> Path:
    """Return the folder that a command means: the one named, that of the file named, or the first.

    A file that lies in no workspace folder has one of its own, from when it was opened.

    Raises:
        JsonRpcInvalidParams: no folder is open, or what is named is or lies in none of them.
    """
    uri = text_in(given, "folder")
    file = file_in(given) or next(iter(files_in(given)), None)
    if uri is None and file is not None:
        holding = (ls.session.folder_of(uri_of(parent)) for parent in file.parents)
        folder = next(filter(None, holding), None)
    else:
        folder = ls.session.folder_of(uri)
    if folder is not None:
        return folder
    if uri is None:
        message = "No folder is open." if file is None else f"{file} lies in no open folder."
    else:
        message = f"{uri} is not an open folder."
    raise JsonRpcInvalidParams(message)
