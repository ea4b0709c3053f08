from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from pinwise.environments.types import SkippedPlace
from pinwise.lsp.handlers.environments import list_environments
from pinwise.lsp.uris import uri_of

if TYPE_CHECKING:
    from pathlib import Path

    from pinwise.lsp.server import PinwiseServer


class Found:
    """What is known of environments, where one place did not answer."""

    def state_of(self, *_arguments: object) -> None:
        return None

    def discover(self, *_arguments: object) -> tuple[()]:
        return ()

    def skipped(self, _folder: Path) -> tuple[SkippedPlace, ...]:
        return (SkippedPlace("conda", "The environments of conda were not all looked at."),)


async def told(folder: Path, **argument: object) -> list[tuple[str, object]]:
    """Return the notifications that listing a folder's environments sends."""
    messages: list[tuple[str, object]] = []

    async def answer(*_arguments: object) -> Any:  # noqa: ANN401 - whatever is asked for
        return Found()

    server = SimpleNamespace(
        session=SimpleNamespace(
            ask=answer,
            environments_changed=answer,
            workers=None,
            folder_of=lambda _uri: folder,
            giving_way=lambda: None,
            looks_later=lambda _folder: False,
        ),
        protocol=SimpleNamespace(notify=lambda *message: messages.append(message)),
    )
    given = {"folder": uri_of(folder), **argument}
    assert await list_environments(cast("PinwiseServer", server), given) == []
    await asyncio.sleep(0)
    return messages


async def test_what_was_not_looked_at_is_told_to_whoever_listens(tmp_path: Path) -> None:
    messages = ["The environments of conda were not all looked at."]

    assert await told(tmp_path, token="t") == [  # noqa: S106 - no secret
        ("pinwise/placesSkipped", {"token": "t", "messages": messages})
    ]
    assert await told(tmp_path) == []
