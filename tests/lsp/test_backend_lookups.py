"""When an index is asked about what is typed, without a process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinwise.lsp.lookups import ADDRESS_PAUSE, TYPING_PAUSE
from tests.lsp.backend_world import FLASK_2, FLASK_3

if TYPE_CHECKING:
    from tests.lsp.backend_world import World


class Fetches:
    """Stands in for the index of an analysis, and counts what it is asked."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names: list[set[str]] = []
        monkeypatch.delenv("PIP_NO_INDEX")
        monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple/")
        monkeypatch.setattr(
            "pinwise.index.client.IndexClient.fetch",
            lambda _client, names, _on_batch, **_how: self.names.append(set(names)),
        )
        monkeypatch.setattr(
            "pinwise.index.client.IndexClient.fetch_metadata", lambda *_arguments, **_how: None
        )
        world.backend.settings_arrived()


def test_nothing_is_fetched_before_the_settings_are_known(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings_arrived = world.backend.settings_arrived
    monkeypatch.setattr(world.backend, "settings_arrived", lambda: None)
    fetches = Fetches(world, monkeypatch)
    world.open("requirements.txt", FLASK_2)
    world.work()
    assert fetches.names == []
    settings_arrived()
    assert fetches.names == [{"flask"}]


def test_a_name_is_looked_up_once_nobody_types_any_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetches = Fetches(world, monkeypatch)
    world.open("requirements.txt", "\n")
    world.work()
    for text in ("f\n", "fl\n", "flask\n"):
        world.now += TYPING_PAUSE / 2
        world.type("requirements.txt", text)
        world.work()
    assert fetches.names == []
    # One timer, however many keys were pressed; early, it is set anew.
    ((seconds, job),) = world.timers
    world.timers.clear()
    assert seconds == pytest.approx(TYPING_PAUSE)
    job(world.backend)
    ((_, job),) = world.timers
    world.now += TYPING_PAUSE
    job(world.backend)
    assert fetches.names == [{"flask"}]


def test_a_half_typed_address_is_not_asked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    fetches = Fetches(world, monkeypatch)
    world.open("requirements.txt", FLASK_2)
    world.work()
    assert len(fetches.names) == 1
    for address in ("http://a", "http://ab", "http://abc.example/simple"):
        world.type("requirements.txt", f"--index-url {address}\n{FLASK_2}")
        world.work()
        world.now += TYPING_PAUSE * 2
    ((_, job),) = world.timers
    job(world.backend)
    assert len(fetches.names) == 1
    world.now += ADDRESS_PAUSE
    world.timers[-1][1](world.backend)
    assert len(fetches.names) == 2


def test_what_was_forbidden_meanwhile_is_not_asked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings_arrived = world.backend.settings_arrived
    monkeypatch.setattr(world.backend, "settings_arrived", lambda: None)
    fetches = Fetches(world, monkeypatch)
    world.open("requirements.txt", FLASK_2)
    world.work()
    world.workspace.set_editor_settings(None, {"offline": True})
    world.backend.refresh()
    settings_arrived()
    world.work()
    assert fetches.names == []


def test_saving_asks_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    fetches = Fetches(world, monkeypatch)
    world.open("requirements.txt", FLASK_2)
    world.work()
    world.type("requirements.txt", f"--index-url http://abc.example/simple\n{FLASK_2}")
    world.work()
    assert len(fetches.names) == 1
    world.backend.save(world.path("requirements.txt"))
    world.work()
    assert len(fetches.names) == 2


def test_saving_keeps_the_pauses_that_hosts_asked_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten: list[bool] = []
    monkeypatch.setattr(
        world.workspace, "forget_failures", lambda *, patiently=False: forgotten.append(patiently)
    )
    world.open("requirements.txt", FLASK_2)
    world.backend.save(world.path("requirements.txt"))
    assert forgotten == [True]


def test_what_is_missing_without_trust_waits_for_no_address(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetches = Fetches(world, monkeypatch)
    world.open("requirements.txt", FLASK_2)
    world.work()
    world.type("requirements.txt", FLASK_3)
    world.workspace.set_trust(trusted=False)
    world.backend.refresh()
    world.work()
    world.now += TYPING_PAUSE
    world.timers[-1][1](world.backend)
    assert len(fetches.names) == 2
