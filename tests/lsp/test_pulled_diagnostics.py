"""Diagnostics for a client that asks for them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest_asyncio
from lsprotocol import types
from pytest_lsp import client_capabilities

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lsp.editor import Editor


def capabilities(*, related: bool = False, refresh: bool = True) -> types.ClientCapabilities:
    found = client_capabilities("visual-studio-code")
    assert found.text_document is not None
    assert found.workspace is not None
    found.text_document.diagnostic = types.DiagnosticClientCapabilities(
        dynamic_registration=True, related_document_support=related
    )
    found.workspace.diagnostics = types.DiagnosticWorkspaceClientCapabilities(refresh)
    return found


@pytest_asyncio.fixture(loop_scope="module")
async def puller(idle: Editor, home: Path) -> Editor:
    """An editor that asks for the diagnostics of the files that it shows."""
    await idle.start(home, capabilities=capabilities())
    return idle


def codes(items: object) -> list[str]:
    assert isinstance(items, list | tuple)
    return [str(item.code) for item in items]


async def full(editor: Editor, name: str) -> types.RelatedFullDocumentDiagnosticReport:
    report = await editor.pull(name)
    assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
    return report


async def told_again(editor: Editor, seen: int) -> None:
    """Wait until the server has said more often than `seen` times that it is to be asked."""
    await editor.wait(lambda: editor.refreshed > seen)


async def until(editor: Editor, name: str, code: str) -> types.RelatedFullDocumentDiagnosticReport:
    """Ask, and again whenever the server says so, until a rule speaks."""
    while True:
        seen = editor.refreshed
        report = await full(editor, name)
        if code in codes(report.items):
            return report
        await told_again(editor, seen)


async def test_pull_is_announced_to_those_who_can(idle: Editor, home: Path) -> None:
    result = await idle.start(home, capabilities=capabilities())
    provider = result.capabilities.diagnostic_provider
    assert isinstance(provider, types.DiagnosticOptions)
    assert provider.inter_file_dependencies
    assert provider.workspace_diagnostics
    assert provider.identifier == "pinwise"


async def test_who_cannot_be_told_to_ask_again_is_sent_them(idle: Editor, home: Path) -> None:
    result = await idle.start(home, capabilities=capabilities(refresh=False))
    assert result.capabilities.diagnostic_provider is None
    idle.open("requirements.txt", "flask==9.9\n")
    await idle.wait(lambda: "no-matching-version" in idle.codes("requirements.txt"))


async def test_an_answer_is_about_the_text_as_it_is_now(puller: Editor) -> None:
    puller.open("requirements.txt", "click>2,<1\n")
    assert "unsatisfiable-specifier" in codes((await full(puller, "requirements.txt")).items)
    for _ in range(5):
        puller.type("requirements.txt", "click>2\n")
        assert "unsatisfiable-specifier" not in codes(
            (await full(puller, "requirements.txt")).items
        )
        puller.type("requirements.txt", "click>2,<1\n")
        assert "unsatisfiable-specifier" in codes((await full(puller, "requirements.txt")).items)
    assert puller.published == []


async def test_facts_that_arrive_are_told_of(puller: Editor) -> None:
    puller.open("requirements.txt", "flask==9.9\nreqeusts==2.31.0\n")
    await until(puller, "requirements.txt", "no-matching-version")
    await until(puller, "requirements.txt", "unknown-package")
    assert puller.published == []


async def test_what_only_the_solver_finds_is_told_of(puller: Editor) -> None:
    puller.open("requirements.txt", "flask==2.0.0\nflask==3.0.0\n")
    report = await until(puller, "requirements.txt", "conflicting-pins")
    assert report.items[0].related_information is not None


async def test_what_is_as_it_was_is_not_sent_again(puller: Editor) -> None:
    puller.open("requirements.txt", "flask==9.9\n")
    first = await until(puller, "requirements.txt", "no-matching-version")
    again = await puller.pull("requirements.txt", first.result_id)
    assert isinstance(again, types.RelatedUnchangedDocumentDiagnosticReport)
    puller.type("requirements.txt", "flask==9.9.1\n")
    other = await puller.pull("requirements.txt", again.result_id)
    assert isinstance(other, types.RelatedFullDocumentDiagnosticReport)
    assert other.result_id != first.result_id
    # An id of a server that ended before is none of ours.
    stranger = await puller.pull("requirements.txt", "0a1b2c3d-1-1")
    assert isinstance(stranger, types.RelatedFullDocumentDiagnosticReport)


async def test_settings_that_change_are_told_of(puller: Editor) -> None:
    puller.open("requirements.txt", "click>2,<1\n")
    report = await full(puller, "requirements.txt")
    assert "unsatisfiable-specifier" in codes(report.items)
    seen = puller.refreshed
    off = {"rules": {"unsatisfiable-specifier": "off"}}
    puller.client.set_configuration(off, section="pinwise")
    puller.client.workspace_did_change_configuration(
        types.DidChangeConfigurationParams(settings=None)
    )
    while "unsatisfiable-specifier" in codes(report.items):
        # Other facts may be told of before.
        await told_again(puller, seen)
        seen = puller.refreshed
        report = await full(puller, "requirements.txt")


async def test_findings_in_files_that_are_not_open_stand_beside(idle: Editor, home: Path) -> None:
    await idle.start(home, capabilities=capabilities(related=True))
    (idle.folder / "base.txt").write_text("click>2,<1\n", encoding="utf-8")
    idle.open("requirements.txt", "-r base.txt\n")
    report = await full(idle, "requirements.txt")
    assert report.related_documents is not None
    beside = report.related_documents[idle.uri("base.txt")]
    assert isinstance(beside, types.FullDocumentDiagnosticReport)
    assert "unsatisfiable-specifier" in codes(beside.items)
    again = await idle.pull("requirements.txt", report.result_id)
    assert again.related_documents is None
    # It is mended on disk: nobody asks about it, so that the client is told.
    seen = idle.refreshed
    (idle.folder / "base.txt").write_text("click>2\n", encoding="utf-8")
    idle.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([]))
    await idle.wait(lambda: idle.refreshed > seen)
    mended = await idle.pull("requirements.txt", report.result_id)
    assert mended.related_documents is not None
    beside = mended.related_documents[idle.uri("base.txt")]
    assert isinstance(beside, types.FullDocumentDiagnosticReport)
    assert "unsatisfiable-specifier" not in codes(beside.items)
    # Once it is open, the client asks about it itself.
    idle.open("base.txt")
    await full(idle, "base.txt")
    assert (await idle.pull("requirements.txt")).related_documents is None
    assert idle.published == []


async def test_findings_in_any_file_are_told_who_asks_for_all(puller: Editor) -> None:
    (puller.folder / "base.txt").write_text("click>2,<1\n", encoding="utf-8")
    puller.open("requirements.txt", "-r base.txt\n")
    assert (await full(puller, "requirements.txt")).related_documents is None
    report = await puller.pull_all()
    by_uri = {item.uri: item for item in report.items}
    found = by_uri[puller.uri("base.txt")]
    assert isinstance(found, types.WorkspaceFullDocumentDiagnosticReport)
    assert found.version is None
    assert "unsatisfiable-specifier" in codes(found.items)
    # Who has it all waits for something new.
    known = {item.uri: str(item.result_id) for item in report.items}
    waiting = asyncio.ensure_future(puller.pull_all(known))
    (puller.folder / "base.txt").write_text("click>2\n", encoding="utf-8")
    while True:
        puller.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([]))
        news = {item.uri: item for item in (await waiting).items}
        if puller.uri("base.txt") in news:
            break
        known |= {uri: str(item.result_id) for uri, item in news.items()}
        waiting = asyncio.ensure_future(puller.pull_all(known))
    changed = news[puller.uri("base.txt")]
    assert isinstance(changed, types.WorkspaceFullDocumentDiagnosticReport)
    assert "unsatisfiable-specifier" not in codes(changed.items)


async def test_a_stream_goes_on_until_it_is_cancelled(puller: Editor) -> None:
    async with puller.stream() as ended:
        (puller.folder / "base.txt").write_text("click>2,<1\n", encoding="utf-8")
        puller.open("requirements.txt", "-r base.txt\nflask>2,<1\n")
        await full(puller, "requirements.txt")
        base, own = puller.uri("base.txt"), puller.uri("requirements.txt")
        await puller.wait(lambda: puller.streamed.get(base))
        assert "unsatisfiable-specifier" in codes(puller.streamed[base])
        # What the client asks about itself is not told twice.
        assert not puller.streamed.get(own)
        # What it asks about no more is told again: first nothing, then what others make of it.
        puller.open("base.txt")
        puller.type("base.txt", "click\n")
        await full(puller, "base.txt")
        puller.close("base.txt")
        puller.close("requirements.txt")
        await puller.wait(lambda: puller.streamed.get(base) == [])
        assert not ended.done()
    assert puller.published == []
