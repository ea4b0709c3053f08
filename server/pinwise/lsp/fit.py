"""Asks whether a version fits, and lets an index be asked for what is missing meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pinwise.lsp.waiting import with_facts

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.base.cancellation import CancelToken
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer
    from pinwise.lsp.waiting import Wanted


async def fit_sentence(ls: PinwiseServer, path: Path, line: int, package: str, version: str) -> str:
    """Return whether a version fits with the rest of the file; "" where that is not known.

    Raises:
        JsonRpcContentModified: the text was changed meanwhile.
    """
    with ls.session.requests.about(path) as request:
        return await with_facts(
            ls,
            path,
            lambda: request.ask(
                lambda backend, token: _fit(backend, path, line, (package, version), token)
            ),
        )


def _fit(
    backend: Backend, path: Path, line: int, pin: tuple[str, str], token: CancelToken
) -> tuple[str, tuple[Wanted, ...]]:
    """Return the sentence on a package and version, else what to ask for; on the engine thread.

    Raises:
        CancelledError: the token was cancelled meanwhile.
    """
    from pinwise.features.completion.fit import fit_of  # noqa: PLC0415 - after `initialize`

    analysis = backend.analysis_of(path)
    if analysis is None:
        return "", ()
    fit = fit_of(replace(analysis.context, token=token), path, line, *pin)
    if fit.sentence:
        return fit.sentence, ()
    return "", tuple(dict.fromkeys((gap.name, gap.version) for gap in fit.missing))
