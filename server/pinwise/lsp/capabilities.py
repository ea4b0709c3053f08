"""What the client can do, reduced once to the few things that we ask about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from lsprotocol.types import CompletionItemTag, ResourceOperationKind

from pinwise.base.records import record

if TYPE_CHECKING:
    from lsprotocol.types import InitializeParams


@record(frozen=True, slots=True)
class ClientFeatures:
    """The client's abilities and wishes.

    Attributes:
        trusted: whether the workspace is trusted; a client that says nothing trusts it.
        settings: the settings sent with initialize, section `pinwise`.
        environment_status: whether it wants `pinwise/environmentStatus` notifications.
        network_dialogs: whether it shows itself what the commands of `handlers/network.py` answer.
        show_documents: whether it can be asked to open a file.
        configuration: whether `workspace/configuration` may be asked.
        progress: whether the server may start work-done progress.
        document_changes: whether edits may name the version they were made for.
        code_description: whether a diagnostic may link to its rule's page.
        related_information: whether a diagnostic may point at other places.
        tags: whether a diagnostic may say "unnecessary".
        watch_files: whether the client can be asked to watch files.
        watch_outside: whether it watches single files, in no workspace folder too.
        code_action_literals: whether it takes code actions rather than bare commands.
        preferred_actions: whether an action may be marked as the preferred one.
        lazy_edits: whether it asks for the edit of an action when the user has chosen it.
        create_files: whether an edit may make a file.
        confirm_edits: whether parts of an edit may be shown to the user before they are applied.
        more_documents: whether it can be asked for the texts, and the actions, of more files.
        markdown: whether a hover may be Markdown.
        nested_symbols: whether an outline may have symbols within symbols.
        line_folding: whether it folds whole lines only.
        fold_limit: how many folds it can take; None where it does not say.
        link_tooltips: whether a link may say where it leads.
        definition_links: whether a definition may say which part of the text it is of.
        insert_replace: whether the user may choose if a completion replaces what is behind the
            cursor.
        completion_markdown: whether the documentation of a completion may be Markdown.
        completion_details: whether a completion may have words beside its label.
        completion_tags: whether a completion may be marked as deprecated.
        preselect: whether one completion may be chosen beforehand.
        refresh_lenses: whether it can be told that code lenses are out of date.
        refresh_hints: likewise of inlay hints.
        apply_edits: whether it applies edits that a command makes.
        pull: whether it asks for diagnostics, and again when it is told to. One that cannot be
            told would show for ever what was known when a file was opened: it is sent them.
        related_documents: whether what it asks for may come with the diagnostics of other files.
    """

    trusted: bool = True
    settings: dict[str, Any] | None = None
    environment_status: bool = False
    network_dialogs: bool = False
    modal_questions: bool = False
    show_documents: bool = False
    configuration: bool = False
    progress: bool = False
    document_changes: bool = False
    code_description: bool = False
    related_information: bool = False
    tags: bool = False
    watch_files: bool = False
    watch_outside: bool = False
    code_action_literals: bool = False
    preferred_actions: bool = False
    lazy_edits: bool = False
    create_files: bool = False
    confirm_edits: bool = False
    more_documents: bool = False
    markdown: bool = False
    nested_symbols: bool = False
    line_folding: bool = False
    fold_limit: int | None = None
    link_tooltips: bool = False
    definition_links: bool = False
    insert_replace: bool = False
    completion_markdown: bool = False
    completion_details: bool = False
    completion_tags: bool = False
    preselect: bool = False
    refresh_lenses: bool = False
    refresh_hints: bool = False
    apply_edits: bool = False
    pull: bool = False
    related_documents: bool = False


def reduce_capabilities(params: InitializeParams) -> ClientFeatures:
    """Read what `initialize` says; whatever is missing counts as "no"."""
    options = _mapping(params.initialization_options)
    settings = options.get("settings")
    capabilities = params.capabilities
    workspace = capabilities.workspace
    text = capabilities.text_document
    published = text.publish_diagnostics if text else None
    pulled = text.diagnostic if text else None
    refreshed = workspace.diagnostics if workspace else None
    # What it says of the diagnostics that it is sent holds for those that it asks for.
    shown = [each for each in (published, pulled) if each]
    edit = workspace.workspace_edit if workspace else None
    watched = workspace.did_change_watched_files if workspace else None
    actions = text.code_action if text else None
    hover = text.hover if text else None
    symbols = text.document_symbol if text else None
    folding = text.folding_range if text else None
    links = text.document_link if text else None
    definition = text.definition if text else None
    item = text.completion.completion_item if text and text.completion else None
    return ClientFeatures(
        trusted=options.get("trusted") is not False,
        settings=_mapping(settings) if settings is not None else None,
        environment_status=options.get("environmentStatus") is True,
        network_dialogs=options.get("networkDialogs") is True,
        modal_questions=options.get("modalQuestions") is True,
        show_documents=bool(
            capabilities.window
            and capabilities.window.show_document
            and capabilities.window.show_document.support
        ),
        configuration=bool(workspace and workspace.configuration),
        progress=bool(capabilities.window and capabilities.window.work_done_progress),
        document_changes=bool(edit and edit.document_changes),
        code_description=any(each.code_description_support for each in shown),
        related_information=any(each.related_information for each in shown),
        tags=any(each.tag_support for each in shown),
        watch_files=bool(watched and watched.dynamic_registration),
        watch_outside=bool(watched and watched.relative_pattern_support),
        code_action_literals=bool(actions and actions.code_action_literal_support),
        preferred_actions=bool(actions and actions.is_preferred_support),
        lazy_edits=bool(
            actions
            and actions.data_support
            and actions.resolve_support
            and "edit" in actions.resolve_support.properties
        ),
        more_documents=bool(
            actions
            and actions.dynamic_registration
            and text
            and text.synchronization
            and text.synchronization.dynamic_registration
        ),
        create_files=bool(
            edit
            and edit.document_changes
            and ResourceOperationKind.Create in (edit.resource_operations or ())
        ),
        confirm_edits=bool(edit and edit.document_changes and edit.change_annotation_support),
        markdown=bool(hover and "markdown" in (hover.content_format or ())),
        nested_symbols=bool(symbols and symbols.hierarchical_document_symbol_support),
        line_folding=bool(folding and folding.line_folding_only),
        fold_limit=folding.range_limit if folding else None,
        link_tooltips=bool(links and links.tooltip_support),
        definition_links=bool(definition and definition.link_support),
        insert_replace=bool(item and item.insert_replace_support),
        completion_markdown=bool(item and "markdown" in (item.documentation_format or ())),
        completion_details=bool(item and item.label_details_support),
        completion_tags=bool(
            item and item.tag_support and CompletionItemTag.Deprecated in item.tag_support.value_set
        ),
        preselect=bool(item and item.preselect_support),
        refresh_lenses=bool(
            workspace and workspace.code_lens and workspace.code_lens.refresh_support
        ),
        refresh_hints=bool(
            workspace and workspace.inlay_hint and workspace.inlay_hint.refresh_support
        ),
        apply_edits=bool(workspace and workspace.apply_edit),
        pull=bool(pulled and refreshed and refreshed.refresh_support),
        related_documents=bool(pulled and pulled.related_document_support),
    )


def _mapping(value: object) -> dict[str, Any]:
    """Return a JSON object, and an empty one for anything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
