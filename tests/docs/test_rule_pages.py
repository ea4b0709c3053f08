"""The pages of the rules: their shape, and their examples, which run as tests.

A page's fenced blocks: `requirements` is a fixture (tests/harness/README.md), `index` says what
the index has for all blocks after it, `environment` what is known of environments, `installed`
the versions in the selected one, and `failed` what could not be installed into it, and why, in
words of ours. A version in `index` has an empty object, or one with `yanked` (the reason) or
`requires-python`, or with `source` and the tags of a `wheel`. A project with a `status` has its
`reason` and its `versions` beside it, and so has one with its `places`, of which the first is the
default index. `extras` has those of each version: `{"flask 3.1.0": ["async"]}`, and `metadata` what
each needs: `{"flask 3.1.0": ["werkzeug>=3.1"]}`.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pinwise.index.types import Metadata, Place
from pinwise.rules import RULES
from pinwise.rules.pages import page_of
from tests.harness import (
    Listed,
    Needs,
    Sdist,
    Status,
    Wheel,
    Yanked,
    base,
    check,
    environments,
    virtual,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pinwise.advice.context import EnvironmentState
    from pinwise.base.facts import NotChecked
    from pinwise.environments.types import Environment
    from pinwise.rules.registry import Rule
    from tests.harness.facts import Content, Package

HEADINGS = ["What it does", "Why is this bad?", "Example", "Use instead", "Fix safety"]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


def _page(rule: Rule) -> str:
    page = page_of(rule.name)
    assert page is not None, f"{rule.name} has no page"
    return page.read_text(encoding="utf-8")


def _sections(page: str) -> Iterator[tuple[str, str]]:
    """Yield each heading with the text under it."""
    pieces = _HEADING.split(page)
    yield from zip(pieces[1::2], pieces[2::2], strict=True)


each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


@each_rule
def test_shape(rule: Rule) -> None:
    page = _page(rule)
    headings = [heading for heading, _ in _sections(page)]
    assert page.startswith(f"# {rule.name} ({rule.code})\n")
    assert headings[: len(HEADINGS)] == HEADINGS
    assert set(headings[len(HEADINGS) :]) <= {"References"}


@each_rule
def test_examples(rule: Rule) -> None:
    index: dict[str, Package] = {}
    extras: dict[str, Sequence[str] | Metadata | NotChecked] = {}
    state: EnvironmentState | None = None
    installed: dict[str, str] | None = None
    failed: dict[str, str] | None = None
    marked = {"Example": 0, "Use instead": 0}
    for heading, text in _sections(_page(rule)):
        for language, body in _BLOCK.findall(text):
            if language == "index":
                index |= _index(json.loads(body))
            elif language == "extras":
                extras |= json.loads(body)
            elif language == "metadata":
                extras |= {
                    version: Metadata(tuple(needs)) for version, needs in json.loads(body).items()
                }
            elif language == "environment":
                state = _environments(json.loads(body))
            elif language == "installed":
                installed = json.loads(body)
            elif language == "failed":
                failed = json.loads(body)
            else:
                assert language == "requirements", f"an unknown kind of block: {language}"
                check(
                    body,
                    rules=[rule],
                    index=index,
                    extras=extras,
                    environment=state,
                    installed=installed,
                    said=failed,
                )
                marked[heading] += rule.name in body
    assert marked["Example"], "the example shows no finding"
    assert not marked["Use instead"], "what to use instead has findings too"


def _index(facts: dict[str, Any]) -> dict[str, Package]:
    """Read an `index` block."""
    return {name: _package(content) for name, content in facts.items()}


def _package(content: Any) -> Package:  # noqa: ANN401 - whatever JSON holds
    if not isinstance(content, dict):
        return content  # type: ignore[no-any-return] # a list of versions, or null
    if "places" in content:
        places = [Place(label, default=place == 0) for place, label in enumerate(content["places"])]
        return Listed(content["versions"], places)
    if "status" in content:
        return Status(content["versions"], content["status"], content.get("reason", ""))
    return {version: _release(facts) for version, facts in content.items()}


def _release(facts: dict[str, Any]) -> Content:
    if "source" in facts:
        return [Sdist(), *([Wheel(facts["wheel"])] if "wheel" in facts else ())]
    if "yanked" in facts:
        return Yanked(facts["yanked"])
    return Needs(facts["requires-python"]) if facts else None


def _environments(facts: dict[str, Any]) -> EnvironmentState:
    """Read an `environment` block: names, why some are broken, and the version of a base Python."""
    why = facts.get("broken", {})
    own = [virtual(name, broken=why.get(name, False)) for name in facts.get("own", [])]
    chosen: Environment | None = next(
        (environment for environment in own if environment.name == facts.get("selected")), None
    )
    if chosen is None and "selected" in facts:
        chosen = base(facts["selected"])
    return environments(own, chosen, explicit=facts.get("explicit", False))


def test_no_page_without_a_rule() -> None:
    folder = Path(__file__).parent.parent.parent / "docs" / "rules"
    pages = {page.stem for page in folder.glob("*.md")} - {"README"}
    assert pages == {rule.name for rule in RULES}
