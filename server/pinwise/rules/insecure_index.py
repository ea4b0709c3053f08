"""`PW404` insecure-index: packages from a place that anyone can stand in for, or a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.advice.findings import Applicability, FileEdit, Finding, Fix, Severity
from pinwise.advice.problems import shown
from pinwise.advice.written_addresses import (
    is_this_machine,
    unencrypted,
    without_port,
    written_secrets,
)
from pinwise.base.text import TextEdit
from pinwise.rules.registry import rule
from pinwise.syntax.nodes import Kind
from pinwise.syntax.option_addresses import bad_address

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pinwise.advice.context import Context
    from pinwise.base.text import Span
    from pinwise.project.files import Document
    from pinwise.syntax.nodes import Line, Option

_PLACES = frozenset({"--index-url", "--extra-index-url", "--find-links"})
_TRUST = "--trusted-host"
_INSTEAD = {False: "${INDEX_PASSWORD}", True: "${INDEX_TOKEN}"}


@rule("PW404", "insecure-index", severity=Severity.WARNING)
def insecure_index(ctx: Context) -> Iterator[Finding]:
    """An index that is asked without encryption or certificate, or a password in the file."""
    trusted = frozenset(_trusted_hosts(ctx))
    for document in ctx.documents:
        if document.prose:
            continue
        for line in document.file.lines:
            if line.kind is Kind.OPTION:
                for option in line.options:
                    yield from _of_option(document, option, trusted)
            yield from _secrets(document, line)


def _of_option(document: Document, option: Option, trusted: Collection[str]) -> Iterator[Finding]:
    """Look at one option that says where packages come from."""
    if option.value_span is None:
        return
    if bad_address(option.name, option.written, option.value or "") is not None:
        # What is said here would be untrue: `invalid-option` tells of it.
        return
    if option.name == _TRUST:
        host = _written(document, option.value_span)
        if host and "${" not in host and not is_this_machine(host):
            message = (
                f"pip checks no certificate of {shown(host)}, and asks it without encryption too. "
                "Anyone on the way there can change what is installed."
            )
            yield Finding(document.path, option.value_span, message)
    elif option.name in _PLACES:
        address = unencrypted(document.text, option.value_span)
        if address is None:
            return
        host = shown(address.host)
        if {address.host.lower(), without_port(address.host)} & set(trusted):
            message = (
                f"{host} is asked without encryption. "
                "Anyone on the way there can change what is installed."
            )
        else:
            message = (
                f"{host} would be asked without encryption. "
                "pip ignores such an index, unless its host is a trusted one."
            )
        edit = FileEdit(document.path, TextEdit(address.scheme, "https"))
        fix = Fix("Change to `https`", Applicability.SUGGESTED, (edit,), preferred=True)
        yield Finding(document.path, option.value_span, message, fixes=(fix,))


def _secrets(document: Document, line: Line) -> Iterator[Finding]:
    """Find passwords, which no message repeats."""
    for secret in written_secrets(document.text, line.span):
        variable = _INSTEAD[secret.token]
        what = "What looks like a token" if secret.token else "A password"
        message = (
            f"{what} stands here for everyone who can read the file. "
            f"pip takes it from the environment where a variable such as `{variable}` stands."
        )
        edit = FileEdit(document.path, TextEdit(secret.span, variable))
        fix = Fix(f"Change to `{variable}`", Applicability.SUGGESTED, (edit,))
        yield Finding(document.path, secret.span, message, fixes=(fix,))


def _trusted_hosts(ctx: Context) -> Iterator[str]:
    """Yield the hosts that the tree's files trust, in lower case."""
    for option in ctx.tree.index_options.trusted_hosts:
        span = option.option.value_span
        if span is not None:
            yield _written(option.document, span).lower()


def _written(document: Document, place: Span) -> str:
    """Return a value as it stands in the file, without quotes."""
    return place.of(document.text).strip().strip("'\"")
