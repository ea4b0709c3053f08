"""textDocument/codeAction and codeAction/resolve: the fixes at a place, and for the whole file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from pinwise.lsp.handlers.network import not_checked_actions
from pinwise.lsp.source_actions import (
    FIX_ALL_KIND,
    SORT_KIND,
    fix_all_action,
    sort_action,
    wants,
)
from pinwise.lsp.uris import path_of, uri_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pinwise.advice.findings import Action, Fix
    from pinwise.analysis.report import Diagnostic
    from pinwise.base.cancellation import CancelToken
    from pinwise.lsp.backend import Backend
    from pinwise.lsp.server import PinwiseServer
    from pinwise.project.files import Document
    from pinwise.project.settings_file import SettingsFile

COMMANDS = {
    "create-environment": "pinwise.createEnvironment",
    "recreate-environment": "pinwise.recreateEnvironment",
    "choose-environment": "pinwise.chooseEnvironment",
    "select-environment": "pinwise.selectEnvironment",
    "install-requirements": "pinwise.installRequirements",
    "install-packages": "pinwise.installPackages",
    "sync-environment": "pinwise.syncEnvironment",
    "compile": "pinwise.compile",
}
"""The command of the server that carries out each named action."""

_WITHOUT_TRUST = frozenset({"choose-environment", "select-environment"})
"""The named actions that are not refused in a workspace that the user does not trust."""


def register(server: PinwiseServer) -> None:
    """Register the requests."""
    options = types.CodeActionOptions(
        code_action_kinds=[types.CodeActionKind.QuickFix, FIX_ALL_KIND, SORT_KIND],
        resolve_provider=True,
    )
    server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)(code_action)
    server.feature(types.CODE_ACTION_RESOLVE)(resolve)


async def code_action(
    ls: PinwiseServer, params: types.CodeActionParams
) -> list[types.CodeAction | types.Command]:
    """Offer the fixes for what was found at the range, about the text as it is now.

    What is about the whole file comes where its kind is asked for. An editor that saves waits for
    that: it needs no solve, and is not kept until one is done.
    """
    only = params.context.only
    path = path_of(params.text_document.uri)
    fixes = not only or any(_covers(kind) for kind in only)
    fixing_all, sorting = wants(FIX_ALL_KIND, only), wants(SORT_KIND, only)
    if path is None or not (fixes or fixing_all or sorting):
        return []

    if fixes:
        # Asked at every move of the cursor: what is on screen need not wait for the rest.
        line = params.range.start.line
        ls.session.post(lambda backend: backend.look_near(path, line), urgent=False)
    trusted = ls.session.trusted

    def offered(backend: Backend, token: CancelToken) -> Iterator[types.CodeAction | types.Command]:
        if fixes:
            found = list(_actions(backend, path, params.range, token, trusted=trusted))
            yield from found
            yield from not_checked_actions(backend, path, params.range)
            titles = {action.title for action in found}
            yield from _of_environment(backend, path, params.range, titles, trusted=trusted)
            # Who looks for help finds what helps first.
            yield from _ignores(backend, path, params.range)
        if fixing_all and (action := fix_all_action(backend, path, token)):
            yield action
        if sorting and (action := sort_action(backend, path)):
            yield action

    with ls.session.requests.about(path) as request:
        return await request.ask(
            lambda backend, token: list(offered(backend, token)), settled=fixes
        )


async def resolve(ls: PinwiseServer, action: types.CodeAction) -> types.CodeAction:
    """Add the edit that was left out of an action, now that the user has chosen it."""
    data = action.data if isinstance(action.data, dict) else {}
    path, rule = path_of(str(data.get("uri", ""))), data.get("rule")
    if path is None or not isinstance(rule, str):
        return action
    action.edit = await ls.session.ask(
        lambda backend: _project_edit(backend, path, rule), settled=True
    )
    return action


def _of_environment(
    backend: Backend, path: Path, where: types.Range, offered: set[str], *, trusted: bool
) -> Iterator[types.CodeAction | types.Command]:
    """Yield what can be done about the environment, but for what a finding there offers."""
    # After `initialize`.
    from pinwise.features.environment_actions import environment_actions  # noqa: PLC0415
    from pinwise.lsp.convert import span_of  # noqa: PLC0415

    source, analysis = backend.source_of(path), backend.analysis_of(path)
    if source is None or analysis is None:
        return
    span = span_of(source, where, backend.encoding)
    for fix in environment_actions(analysis.context, path, span):
        if fix.action is None or fix.title in offered or _refused(fix, trusted=trusted):
            continue
        command = _command(fix.title, fix.action)
        if backend.features.code_action_literals:
            yield types.CodeAction(fix.title, types.CodeActionKind.QuickFix, command=command)
        else:
            yield command


def _covers(kind: str) -> bool:
    """Return whether a kind that the client asks for includes quick fixes."""
    return kind in {"", types.CodeActionKind.QuickFix}


def _refused(fix: Fix, *, trusted: bool) -> bool:
    """Return whether the command of a fix would only be refused: it is not offered then."""
    return fix.action is not None and not trusted and fix.action.name not in _WITHOUT_TRUST


def _actions(
    backend: Backend, path: Path, where: types.Range, token: CancelToken, *, trusted: bool
) -> Iterator[types.CodeAction | types.Command]:
    """Yield an action for each fix of each diagnostic at the place; on the engine thread.

    Raises:
        CancelledError: nobody wants the fixes any more that are being tried out.
    """
    from pinwise.lsp.convert import span_of  # noqa: PLC0415 - after `initialize`

    source = backend.source_of(path)
    if source is None:
        return
    span = span_of(source, where, backend.encoding)
    diagnostics = backend.diagnostics_at(path, span)
    yield from _joined(_fixing(backend, path, diagnostics, token, trusted=trusted))


def _fixing(
    backend: Backend,
    path: Path,
    diagnostics: Iterable[Diagnostic],
    token: CancelToken,
    *,
    trusted: bool,
) -> Iterator[types.CodeAction | types.Command]:
    """Yield an action for each fix of some diagnostics, of the worst one first.

    Of those that are as bad, one with a fix that is preferred comes first: the others' fixes may
    help only once that was applied, as a second try does after an installation that failed.
    """
    # After `initialize`.
    from pinwise.advice.findings import LazyFixes  # noqa: PLC0415
    from pinwise.advice.update_fixes import UpdateFixes  # noqa: PLC0415

    offered: list[tuple[Diagnostic, Sequence[Fix]]] = []
    for diagnostic in diagnostics:
        fixes = diagnostic.finding.fixes
        if isinstance(fixes, LazyFixes | UpdateFixes):
            fixes = fixes.work_out(token)
        offered.append((diagnostic, fixes))
    offered.sort(key=lambda item: (-item[0].severity, not any(fix.preferred for fix in item[1])))
    for diagnostic, fixes in offered:
        for fix in fixes:
            if _refused(fix, trusted=trusted):
                continue
            if any(edit.create for edit in fix.edits) and not backend.features.create_files:
                continue
            # A client without code actions takes commands; it has no way to take an edit.
            if fix.action or backend.features.code_action_literals:
                yield _action(backend, path, diagnostic, fix)


def _joined(
    actions: Iterable[types.CodeAction | types.Command],
) -> list[types.CodeAction | types.Command]:
    """Return actions without those that do what another one at the place does.

    That one mends what they do, too.
    """
    found: list[types.CodeAction | types.Command] = []
    known: dict[tuple[str, int], list[types.CodeAction]] = {}
    for action in actions:
        if isinstance(action, types.CodeAction):
            line = next((each.range.start.line for each in action.diagnostics or ()), -1)
            alike = known.setdefault((action.title, line), [])
            same = next((each for each in alike if each.edit == action.edit), None)
            if same is not None and same.command == action.command:
                same.diagnostics = [*(same.diagnostics or ()), *(action.diagnostics or ())]
                same.is_preferred = same.is_preferred or action.is_preferred
                continue
            alike.append(action)
        found.append(action)
    return found


def _ignores(backend: Backend, path: Path, where: types.Range) -> Iterator[types.CodeAction]:
    """Yield the ways to ignore the rules of what was found at a place."""
    from pinwise.lsp.convert import span_of  # noqa: PLC0415 - after `initialize`

    source = backend.source_of(path)
    if source is None or not backend.features.code_action_literals:
        return
    diagnostics = backend.diagnostics_at(path, span_of(source, where, backend.encoding))
    # The text of the project's file is looked at once, and a rule that speaks twice is ignored
    # once.
    file = backend.settings_file_to_edit(path) if diagnostics else None
    for diagnostic in {item.rule.name: item for item in reversed(diagnostics)}.values():
        yield from _ignoring(backend, path, diagnostic, file)


def _ignoring(
    backend: Backend, path: Path, diagnostic: Diagnostic, file: SettingsFile | None
) -> Iterator[types.CodeAction]:
    """Yield the ways to ignore the rule of a finding: on its line, and in the project."""
    # After `initialize`.
    from pinwise.features.ignore_fixes import (  # noqa: PLC0415
        ignore_here,
        ignore_in_project_title,
    )

    document = backend.document(path)
    fix = ignore_here(diagnostic, document) if document is not None else None
    if fix is not None:
        yield _edit_action(backend, path, diagnostic, fix.title, _edit(backend, fix))
    rule = diagnostic.rule.name
    if file is None or (file.new and not backend.features.create_files):
        return
    title = ignore_in_project_title(rule)
    if backend.features.lazy_edits:
        # The edit costs a reading of the settings file by a slow library, and this request comes
        # with every move of the cursor.
        action = _edit_action(backend, path, diagnostic, title, None)
        action.data = {"uri": uri_of(path), "rule": rule}
        yield action
    elif edit := _project_edit(backend, path, rule):
        yield _edit_action(backend, path, diagnostic, title, edit)


def _project_edit(backend: Backend, path: Path, rule: str) -> types.WorkspaceEdit | None:
    """Return the edit that ignores a rule in the project of a file, from its settings as of now."""
    from pinwise.features.ignore_fixes import ignore_in_project  # noqa: PLC0415 - as above

    file = backend.settings_file_to_edit(path)
    fix = ignore_in_project(rule, file) if file is not None else None
    return _edit(backend, fix, file) if fix is not None else None


def _edit(backend: Backend, fix: Fix, file: SettingsFile | None = None) -> types.WorkspaceEdit:
    """Return the edits of a fix; `file` is one that is no text of an analysis."""
    from pinwise.lsp.convert import workspace_edit  # noqa: PLC0415 - after `initialize`

    texts: dict[Path, Document | SettingsFile] = {file.path: file} if file is not None else {}
    for path in {edit.path for edit in fix.edits} - texts.keys():
        if (text := backend.text(path)) is not None:
            texts[path] = text
    return workspace_edit(fix.edits, texts, backend.features, backend.encoding)


def _action(
    backend: Backend, path: Path, diagnostic: Diagnostic, fix: Fix
) -> types.CodeAction | types.Command:
    """Return one fix as LSP's code action, or as a bare command for clients without them."""
    command = _command(fix.title, fix.action) if fix.action else None
    if command and not backend.features.code_action_literals:
        return command
    edit = _edit(backend, fix) if fix.edits else None
    action = _edit_action(backend, path, diagnostic, fix.title, edit)
    action.command = command
    if fix.preferred and backend.features.preferred_actions:
        action.is_preferred = True
    return action


def _edit_action(
    backend: Backend,
    path: Path,
    diagnostic: Diagnostic,
    title: str,
    edit: types.WorkspaceEdit | None,
) -> types.CodeAction:
    """Return a quick fix for a diagnostic."""
    converted = backend.convert(path, diagnostic)
    return types.CodeAction(
        title=title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[converted] if converted else None,
        edit=edit,
    )


def _command(title: str, action: Action) -> types.Command:
    """Return the server's command for a named action; folders and files travel as URIs.

    What a command takes several of is given as a list of one.
    """
    arguments: dict[str, str | list[str] | bool] = dict(action.arguments)
    if folder := action.arguments.get("folder"):
        arguments["folder"] = uri_of(Path(folder))
    if requirement := arguments.pop("requirement", None):
        arguments["requirements"] = [str(requirement)]
    if arguments.pop("file", None):
        uri = uri_of(Path(action.arguments["file"]))
        if action.name == "install-requirements":
            arguments["files"] = [uri]
        else:
            arguments["file" if action.name.endswith("-environment") else "uri"] = uri
    if action.name == "sync-environment":
        arguments["uninstall"] = True
    return types.Command(title, COMMANDS[action.name], arguments=[arguments])
