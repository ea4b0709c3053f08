"""`pinwise rules`: the catalogue, or one rule's page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pinwise.analysis.engine import RULE_NAMES
from pinwise.cli.output import emit
from pinwise.rules import RULES
from pinwise.rules.pages import page_of

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

    from pinwise.rules.registry import Rule


def add(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "rules",
        help="list the rules, or explain one",
        description="List the rules with their codes and severities, or print the page of one.",
    )
    parser.add_argument("rule", nargs="?", metavar="NAME", help="a rule's name or code")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=run)


def run(given: Namespace) -> int:
    """Print the catalogue or the page."""
    if given.rule:
        emit(_page(given.rule))
    elif given.format == "json":
        print(json.dumps([_record(rule) for rule in RULES], indent=2))
    else:
        width = max(len(rule.name) for rule in RULES)
        for rule in RULES:
            emit(f"{rule.code}  {rule.name:{width}}  {rule.severity.word:11}  {rule.summary}")
    return 0


def _page(wanted: str) -> str:
    """Return the page of the rule with that name or code.

    Raises:
        ValueError: there is no such rule, or its page was not installed.
    """
    name = RULE_NAMES.find(wanted)
    rule = next((rule for rule in RULES if rule.name == name), None)
    if rule is not None:
        page = page_of(rule.name)
        return page.read_text(encoding="utf-8").rstrip() if page else rule.summary
    meant = RULE_NAMES.nearest(wanted)
    hint = f"; did you mean {meant}?" if meant else ""
    message = f"there is no rule {wanted!r}{hint}"
    raise ValueError(message)


def _record(rule: Rule) -> dict[str, object]:
    """Return a rule as JSON."""
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.word,
        "summary": rule.summary,
    }
