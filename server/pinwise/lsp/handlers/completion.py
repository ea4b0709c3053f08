"""textDocument/completion and completionItem/resolve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from pinwise.lsp.fit import fit_sentence
from pinwise.lsp.uris import path_of
from pinwise.lsp.waiting import with_facts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from packaging.utils import NormalizedName

    from pinwise.advice.context import Context
    from pinwise.features.completion.items import Item
    from pinwise.index.types import Index
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer
    from pinwise.lsp.waiting import Wanted

TRIGGERS = ["=", "<", ">", "~", "!", ",", "[", ";", "-", ":", "/", "'", '"', " "]
"""What is typed before something else than a word begins; a word is asked for in any case."""


def register(server: PinwiseServer) -> None:
    """Register the requests."""
    options = types.CompletionOptions(trigger_characters=TRIGGERS, resolve_provider=True)
    server.feature(types.TEXT_DOCUMENT_COMPLETION, options)(completion)
    server.feature(types.COMPLETION_ITEM_RESOLVE)(resolve)


async def completion(
    ls: PinwiseServer, params: types.CompletionParams
) -> types.CompletionList | None:
    """Offer what may be written at the cursor, of the text as it is now.

    Only where the versions or extras of a package are wanted that nobody has asked for yet, it
    waits for the answer, a moment at most, and without holding anything else up.
    """
    path = path_of(params.text_document.uri)
    if path is None:
        return None
    with ls.session.requests.about(path) as request:
        # One question for both: between two of them the engine would analyse the text first.
        return await with_facts(
            ls, path, lambda: request.ask(lambda backend, _: _answer(backend, path, params))
        )


def _answer(
    backend: Backend, path: Path, params: types.CompletionParams
) -> tuple[types.CompletionList | None, tuple[Wanted, ...]]:
    """Find what may be written at a place, and what to ask for; on the engine thread."""
    # After `initialize`.
    from pinwise.features.completion.complete import Surroundings, complete  # noqa: PLC0415
    from pinwise.lsp.convert import range_of  # noqa: PLC0415
    from pinwise.lsp.texts import text_of  # noqa: PLC0415
    from pinwise.project.files import Document  # noqa: PLC0415

    document = text_of(backend, path)
    if document is None:
        return None, ()
    analysis = backend.analysis_of(path)
    workspace = backend.workspace
    around = Surroundings(
        workspace.documents,
        workspace.folder_of(path),
        tuple(text for text in backend.texts().values() if isinstance(text, Document)),
        analysis.context if analysis is not None else None,
        analysis.index.listing if analysis is not None else None,
        analysis.index.metadata if analysis is not None else None,
        names_in(analysis.index, analysis.context) if analysis is not None else frozenset(),
    )
    source, position, encoding = document.source, params.position, backend.encoding
    offset = source.offset(position.line, position.character, encoding)
    by_space = params.context is not None and params.context.trigger_character == " "
    found = complete(document, offset, around, by_space=by_space)
    if found is None:
        return None, ()
    edit = _edit_maker(backend, range_of(source, found.span, encoding), position)
    uri = params.text_document.uri
    items = [
        _item(backend, item, f"{rank:04d}", edit, uri) for rank, item in enumerate(found.items)
    ]
    wanted = ((found.pending, found.version),) if found.pending is not None else ()
    return types.CompletionList(is_incomplete=found.incomplete, items=items), wanted


def names_in(index: Index, context: Context) -> frozenset[NormalizedName]:
    """Return the names that indexes have, as far as that is known."""
    seen = index.seen_names()
    if context.settings.list_index_names:
        seen |= index.listed_names()
    return seen


def _edit_maker(
    backend: Backend, where: types.Range, position: types.Position
) -> Callable[[str], types.TextEdit | types.InsertReplaceEdit]:
    """Return what makes the edit for a text: one that replaces the whole part at the cursor."""
    if not backend.features.insert_replace:
        return lambda text: types.TextEdit(where, text)
    insert = types.Range(where.start, position)
    return lambda text: types.InsertReplaceEdit(text, insert, where)


def _item(
    backend: Backend,
    item: Item,
    sort_text: str,
    edit: Callable[[str], types.TextEdit | types.InsertReplaceEdit],
    uri: str,
) -> types.CompletionItem:
    """Return one item in LSP's types; empty parts are left out, because lists are long."""
    features = backend.features
    shown = types.CompletionItem(
        item.label,
        kind=_KINDS[item.kind.name],
        sort_text=sort_text,
        text_edit=edit(item.new_text or item.label),
        filter_text=item.filter or None,
        documentation=_documentation(backend, item.documentation),
    )
    if item.detail and features.completion_details:
        shown.label_details = types.CompletionItemLabelDetails(description=item.detail)
    elif item.detail:
        shown.detail = item.detail
    if "\n" in item.new_text:
        # Its lines have their indentation already.
        shown.insert_text_mode = types.InsertTextMode.AsIs
    if item.deprecated and features.completion_tags:
        shown.tags = [types.CompletionItemTag.Deprecated]
    if item.preferred and features.preselect:
        shown.preselect = True
    if item.package is not None:
        version = "" if item.label == item.package else item.label
        made = shown.text_edit
        where = made.insert if isinstance(made, types.InsertReplaceEdit) else made and made.range
        shown.data = {
            "uri": uri,
            "package": item.package,
            "version": version,
            "line": where.start.line if where else None,
        }
    return shown


_KINDS = {
    "PACKAGE": types.CompletionItemKind.Module,
    "VERSION": types.CompletionItemKind.Constant,
    "EXTRA": types.CompletionItemKind.Property,
    "OPERATOR": types.CompletionItemKind.Operator,
    "VARIABLE": types.CompletionItemKind.Variable,
    "VALUE": types.CompletionItemKind.Value,
    "KEYWORD": types.CompletionItemKind.Keyword,
    "OPTION": types.CompletionItemKind.Field,
    "FILE": types.CompletionItemKind.File,
    "FOLDER": types.CompletionItemKind.Folder,
}
"""By the name of an `ItemKind`, whose module is imported after `initialize`."""


def _documentation(backend: Backend, markdown: str) -> types.MarkupContent | str | None:
    """Return Markdown of our own as documentation, in the form that the client shows."""
    if not markdown:
        return None
    if not backend.features.completion_markdown:
        return markdown
    return types.MarkupContent(types.MarkupKind.Markdown, markdown)


async def resolve(ls: PinwiseServer, item: types.CompletionItem) -> types.CompletionItem:
    """Add what is known of the package or version that the user looks at."""
    data = item.data if isinstance(item.data, dict) else {}
    path = path_of(str(data.get("uri", "")))
    package, version = str(data.get("package", "")), str(data.get("version", ""))
    if path is None or not package:
        return item
    line = data.get("line")
    fits = ""
    if version and isinstance(line, int):
        fits = await fit_sentence(ls, path, line, package, version)
    item.documentation = await ls.session.ask(
        lambda backend: _notes(backend, path, package, version, fits)
    )
    return item


def _notes(
    backend: Backend, path: Path, package: str, version: str, fits: str
) -> types.MarkupContent | str | None:
    """Say what is known of a package or a version, whether it fits first; on the engine thread."""
    from pinwise.features.completion.notes import notes_on  # noqa: PLC0415 - after `initialize`
    from pinwise.features.markdown import escaped, one_line  # noqa: PLC0415 - likewise

    analysis = backend.analysis_of(path)
    notes = notes_on(analysis.context, package, version) if analysis is not None else ()
    notes = (fits, *notes) if fits else notes
    if backend.features.completion_markdown:
        return _documentation(backend, "\n\n".join(map(escaped, notes)))
    return "\n".join(map(one_line, notes)) or None
