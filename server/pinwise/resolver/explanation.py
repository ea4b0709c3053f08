"""A conflict in at most two plain sentences, and in full as lines of text."""

from __future__ import annotations

from functools import reduce
from itertools import pairwise
from operator import and_
from string import ascii_letters, digits
from typing import TYPE_CHECKING

from pinwise.resolver.cases import alternatives, choices, example
from pinwise.resolver.derivation import derivation_steps
from pinwise.resolver.incompatibility import Excluded
from pinwise.resolver.overlap import ranges_overlap
from pinwise.resolver.problem import Requirement
from pinwise.resolver.proof import Assumed, Follows, straight_proof
from pinwise.resolver.wording import common_bounds, every, joined, specifier_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from packaging.utils import NormalizedName

    from pinwise.resolver.outcome import Conflict
    from pinwise.resolver.proof import Need, Proof, Reason
    from pinwise.resolver.universe import Universe

MOST_LINKS = 3
"""A longer chain of needs is told by its ends and the names between."""

MOST_FACTS = 20
"""How many needs of one package a derivation lists."""

_OF_NAMES = f"{ascii_letters}{digits}._-"


def line_of(line: Requirement) -> str:
    """Return how a line is called if nobody says otherwise: "line 3" for the origin 3."""
    return f"line {line.origin}"


class Explainer:
    """Explains one conflict.

    Args:
        conflict: of a smallest set of lines, or the sentences name more than they have to.
        place: what a line is called within a sentence: "line 3", "line 3 of base.txt".
        here: the line on which the sentences stand, which is "this line" in them; None for none.
        python: what the Python is called that the versions have to be for: "Python 3.12".
    """

    def __init__(
        self,
        conflict: Conflict,
        place: Callable[[Requirement], str] = line_of,
        here: Requirement | None = None,
        python: str = "this Python",
    ) -> None:
        self.conflict = conflict
        self.proof = straight_proof(conflict)
        self._place = place
        self._here = here
        self._python = python
        self._told: set[int] = set()
        self._mentioned: set[Requirement] = set()
        self._universes: Mapping[NormalizedName, Universe] = conflict.universes

    def sentences(self) -> str:
        """Return at most two sentences that say which lines cannot hold together, and why."""
        if self.proof is None:
            return self._by_cases()
        parts = self._parts(self.proof)
        if len(parts) == 1:
            return f"{_upper(parts[0])}{self._nothing_fits(self.proof)}."
        if len(parts) == 2:  # noqa: PLR2004 - the two sides of a conflict
            told = f"{_upper(parts[0])}, but {parts[1]}."
            # Else the two do not look as if they excluded each other.
            both = f" No version of `{self.proof.name}` fits both."
            return told + both if ranges_overlap(self.proof, self._universes) else told
        return f"{_upper(joined(parts))}. {self._fits_none(self.proof, parts)}."

    def derivation(self) -> list[str]:
        """Return the full proof, a line of text for each fact and each step, the end last."""
        if self.proof is None:
            return derivation_steps(self.conflict, self._place)
        proof = self.proof
        steps = [_upper(self._line(line)) for line in proof.lines()]
        for link in proof.links():
            steps += [self._need(need, link) for need in link.needs[:MOST_FACTS]]
            if len(link.needs) > MOST_FACTS:
                steps.append(f"... and {len(link.needs) - MOST_FACTS} more needs like these")
                steps.append(f"together: {self._link_alone(link)}")
        steps += [
            _upper(self._excluded(reason.cause, proof))
            for reason in proof.reasons
            if isinstance(reason.cause, Excluded)
        ]
        steps.append(f"So no version of `{proof.name}` is left")
        return steps

    def _need(self, need: Need, link: Follows) -> str:
        told = every(self._universes[need.package.name], need.versions & link.versions)
        return f"{_upper(told)}{_with_extra(link)} needs `{need.dependencies[0].shown}`"

    # The parts of a sentence.

    def _parts(self, proof: Proof) -> list[str]:
        """Return the parts of a sentence, one for each reason of a proof."""
        self._told.clear()
        # What follows from another line is said first: then "but this line pins ..." is clear.
        ordered = sorted(proof.reasons, key=lambda reason: _rank(reason, self._here, proof))
        told = [reason for reason in ordered if not isinstance(reason.cause, Assumed)]
        return [self._part(reason, proof, at) for at, reason in enumerate(told)]

    def _fits_none(self, proof: Proof, parts: Sequence[str]) -> str:
        count = "all of these" if len(parts) > 3 else "all three"  # noqa: PLR2004
        return f"No version of `{proof.name}` fits {count}"

    def _part(self, reason: Reason, proof: Proof, at: int) -> str:
        cause = reason.cause
        if isinstance(cause, Requirement):
            return self._line(cause) if at else self._line(cause, first=True)
        if isinstance(cause, Follows):
            return self._chain(cause, _left_by_others(proof, reason))
        assert isinstance(cause, Excluded)  # noqa: S101 - what is assumed has no part
        return self._excluded(cause, proof, told=True)

    def _line(self, line: Requirement, *, first: bool = False) -> str:
        """Return what a line says: "line 3 pins `a==1`", "this line asks for `a>=1`"."""
        place = self._named(line)
        if line.opaque is not None:
            version = line.opaque.version
            if line.opaque.shown:
                told = f"`{line.name}{f' {version}' if version else ''}`"
                return f"`{line.opaque.shown}`{self._where(line)} is {told}"
            return f"{place} installs `{line.name}{f' {version}' if version else ''}` directly"
        if line.constraint:
            return f"{place} allows only `{line.shown}`"
        if line.pin is not None:
            return f"{place} pins `{line.shown}`"
        # With no bounds it is the need of the package that counts.
        verb = "asks for" if line.specifier or first else "asks for any"
        return f"{place} {verb} `{line.shown}`"

    def _chain(self, link: Follows, others: int) -> str:
        """Return what leads from a line to a need.

        Args:
            link: the last of the needs.
            others: the states that everything else leaves of what it needs.
        """
        links = [link]
        while (before := _only_link(links[0])) is not None and id(before) not in self._told:
            links.insert(0, before)
        head = links[0]
        subject = self._subject(head)
        self._told |= set(map(id, links))
        last = self._needed(link, others)
        if len(links) > MOST_LINKS:
            through = joined(
                f"`{each.package.name}`{self._extra_asked_beside(each)}" for each in links[1:]
            )
            return f"{subject} needs {last} through {through}"
        needed = [
            *(self._needed(each, after=after) for each, after in pairwise(links)),
            last,
        ]
        text = f"{subject} needs {needed[0]}"
        for (before, each), what in zip(pairwise(links), needed[1:], strict=True):
            text += f"{self._and_that(before, each)} needs {what}"
        return text

    def _and_that(self, before: Follows, link: Follows) -> str:
        """Return how a chain goes on about the versions that its last need allows."""
        limits, extra = self._limits(link), self._extra_asked_beside(link)
        package = link.package.name if extra else link.package
        known = link.versions & self._universes[link.package.name].versions.all
        if _several(known):
            return f", and every such `{package}`{limits}{extra}"
        one = f"{package}=={self._version(link)}"
        if before.text == one:
            return f", which{extra}"
        return f", and the only such version{limits}, `{one}`{extra},"

    def _version(self, link: Follows) -> str:
        universe = self._universes[link.package.name]
        return str(universe.version(link.versions & universe.versions.all))

    def _subject(self, link: Follows) -> str:
        """Return the beginning of a chain: "`a==1` (line 3)", "every `b` that line 1 allows"."""
        lines = [each.cause for each in link.because if isinstance(each.cause, Requirement)]
        others = [each.cause for each in link.because if isinstance(each.cause, Follows)]
        universe = self._universes[link.package.name]
        # A line may turn the extra on itself, and says so then.
        says_extra = [line for line in lines if link.package.extra in line.extras]
        extra = "" if says_extra and len(lines) == 1 and not others else self._extra(link, lines)
        limits = self._limits(link)
        told = every(universe, link.versions)
        one = not _several(link.versions & universe.versions.all)
        if len(lines) == 1 and not others:
            line = lines[0]
            shown = line.shown if line.opaque is None else line.opaque.shown or line.name
            if line.pin is not None or line.opaque is not None:
                return f"`{shown}`{self._where(line)}{extra}"
            return f"every `{shown}`{limits}{self._where(line)}{extra}"
        if not lines and all(id(each) in self._told for each in others):
            # How it came to these versions was said before.
            return told + extra if one else f"every such `{universe.name}`{limits}{extra}"
        bounds = list(dict.fromkeys(self._named(line) for line in _head_lines(link)))
        allow = (
            f"that {joined(bounds)} {'allows' if len(bounds) == 1 else 'allow'}" if bounds else ""
        )
        if one and bounds:
            return f"{told}{extra}, the only version{limits} {allow},"
        return f"every `{universe.name}`{limits}{extra} {allow}" if bounds else f"{told}{extra}"

    def _limits(self, link: Follows) -> str:
        """Return which versions count, where what the index says leaves some out."""
        reasons = [each.cause.reason for each in link.because if isinstance(each.cause, Excluded)]
        if not reasons:
            return ""
        if all(reason.startswith("needs ") for reason in reasons):
            return f" for {self._python}"
        return " that can be installed"

    def _extra(self, link: Follows, lines: Sequence[Requirement]) -> str:
        """Return which extra adds a need, and which line asks for it, if no other part says so."""
        if not link.package.extra:
            return ""
        told = f" with the extra `{link.package.extra}`"
        if isinstance(link.asked_extra, Follows):
            named = [*_head_lines(link), *lines]
            heads = [head for head in _asking_lines(link.asked_extra) if head not in named]
            if id(link.asked_extra) in self._told or not heads:
                return told
            return f"{told} (because of {joined(dict.fromkeys(map(self._named, heads)))})"
        if link.asked_extra is None or link.asked_extra in lines:
            return told
        return f"{told} ({self._named(link.asked_extra)} asks for it)"

    def _extra_asked_beside(self, link: Follows) -> str:
        """Return the extra of a need within a chain and who asks for it; "" if the chain does."""
        told = self._extra(link, ())
        return told if told.endswith(")") else ""

    def _where(self, line: Requirement) -> str:
        place = self._named(line)
        return "" if line is self._here else f" ({place})"

    def _named(self, line: Requirement) -> str:
        self._mentioned.add(line)
        return "this line" if line is self._here else self._place(line)

    def _needed(
        self, link: Follows, others: int | None = None, after: Follows | None = None
    ) -> str:
        """Return what a link needs, in the words of the metadata where all versions share them.

        Args:
            link: whose needs they are.
            others: the states that everything else leaves of what it needs: where none of them
                lies between those that it allows, their bounds say enough. None if that counts.
            after: the need that follows, which may be one of an extra that is turned on beside.
        """
        if link.text:
            return f"`{_with_brackets(link, after)}`"
        universe = self._universes[link.name]
        allowed = 0
        for need in link.needs:
            allowed |= need.allowed
        if not universe.other:
            between = _between(allowed & universe.versions.all)
            if others is not None and not between & universe.versions.all & others:
                allowed |= between & universe.versions.all
            return f"`{universe.name}{specifier_for(universe, allowed)}`"
        # Of a pinned package nobody has looked at the other versions.
        texts = [dependency for need in link.needs for dependency in need.dependencies]
        if bounds := common_bounds(universe, [text.specifier for text in texts], allowed):
            return f"`{universe.name}{bounds}`"
        shown = list(dict.fromkeys(f"`{text.shown}`" for text in texts))
        if len(shown) <= MOST_LINKS:
            return joined(shown, "or")
        return f"{shown[0]} or the like"

    def _link_alone(self, link: Follows) -> str:
        told = every(self._universes[link.package.name], link.versions)
        return f"{told}{_with_extra(link)} needs {self._needed(link)}"

    def _excluded(self, cause: Excluded, proof: Proof, *, told: bool = False) -> str:
        """Return what the index says against the versions that the other reasons leave.

        Args:
            cause: what it says.
            proof: which ends with it.
            told: whether the only other reason was said right before.
        """
        universe = self._universes[cause.package.name]
        left = universe.versions.all
        mine = universe.full
        for reason in proof.reasons:
            if reason.cause is cause:
                mine = universe.full & ~reason.states
            elif not isinstance(reason.cause, Excluded):
                left &= reason.states
        concerned = left & mine or mine
        if not concerned & (concerned - 1):
            return f"{every(universe, concerned)} {cause.reason}"
        such = told and len(proof.reasons) == 2 and left & mine  # noqa: PLR2004 - this and that
        what = f"such `{universe.name}`" if such else every(universe, concerned)[len("every ") :]
        if cause.reason.startswith("has no "):
            # "Every ... has no file" is no English.
            return f"no {what} has a {cause.reason.removeprefix('has no ')}"
        return f"every {what} {cause.reason}"

    def _nothing_fits(self, proof: Proof) -> str:
        """Return the end of a sentence about a need or a line that nothing satisfies."""
        universe = self._universes[proof.name]
        if any(isinstance(reason.cause, Assumed) for reason in proof.reasons):
            # It needs another version of itself.
            return ""
        if not universe.versions.all and not universe.other:
            return f", but no index has `{proof.name}`"
        if isinstance(proof.reasons[0].cause, Follows):
            return f", but there is no such version of `{proof.name}`"
        return ", but there is no such version"

    def _by_cases(self) -> str:
        """Return sentences for a conflict that takes case distinctions."""
        return self._alternatives() or f"{self._not_together()}.{self._example()}"

    def _alternatives(self) -> str:
        """Return what every version of a package needs, and why it cannot; "" if too long."""
        found = alternatives(self.conflict)
        if found is None:
            return ""
        self._told.clear()
        self._mentioned.clear()
        subject = self._subject(found.every)
        needed: list[str] = []
        parts: dict[str, list[str]] = {}
        for proof in found.proofs:
            *against, last = proof.reasons
            assert isinstance(last.cause, Follows)  # noqa: S101 - so they are made
            needed.append(self._needed(last.cause, _left_by_others(proof, last)))
            for reason in sorted(against, key=lambda each: _rank(each, self._here, proof)):
                link = reason.cause
                if isinstance(link, Follows) and _only_link(link) is None:
                    # What one line needs is said at once.
                    rest = self._needed(link, _left_by_others(proof, reason))
                    parts.setdefault(self._subject(link), []).append(rest)
                else:
                    parts.setdefault(self._part(reason, proof, 0), [])
        # Who asks for one of several extras has no place in it.
        if len(parts) > MOST_LINKS or not self._mentioned.issuperset(self.conflict.lines()):
            return ""
        told = [
            f"{begin} needs {joined(dict.fromkeys(rest))}" if rest else begin
            for begin, rest in parts.items()
        ]
        missing = [f"`{proof.name}`" for proof in found.proofs if len(proof.reasons) == 1]
        if missing:
            told.append(f"there is no such version of {joined(dict.fromkeys(missing), 'or')}")
        what = joined(dict.fromkeys(needed), "or")
        text = f"{_upper(subject)} needs {what}, but {joined(told)}."
        overlap = dict.fromkeys(
            f"`{proof.name}`" for proof in found.proofs if ranges_overlap(proof, self._universes)
        )
        if overlap:
            text += f" No version of {joined(overlap, 'or')} fits what is asked of it."
        return text

    def _not_together(self) -> str:
        """Return that the lines of a conflict cannot all be met, and what the choice was."""
        lines = self.conflict.lines()
        named = {line.name for line in lines if line.pin is not None}
        # What matters is which version is taken of what has needs.
        packages = [
            name for name in choices(self.conflict) if name not in named and self._has_several(name)
        ]
        named_first = sorted(lines, key=lambda line: line is not self._here)
        places = joined(dict.fromkeys(self._named(line) for line in named_first))
        met = {1: "cannot be met", 2: "cannot both be met"}.get(len(lines), "cannot all be met")
        choice = "versions are"
        if 0 < len(packages) <= MOST_LINKS:
            choice = f"version of {joined((f'`{name}`' for name in packages), 'or')} is"
        return f"{_upper(places)} {met}, whichever {choice} taken"

    def _example(self) -> str:
        """Return a sentence about the newest versions, "" if it would be too long."""
        proof = example(self.conflict)
        if proof is None:
            return ""
        parts = self._parts(proof)
        if len(parts) == 1:
            return f" For example, {parts[0]}{self._nothing_fits(proof)}."
        if len(parts) == 2:  # noqa: PLR2004 - the two sides of a conflict
            overlap = ranges_overlap(proof, self._universes)
            both = f"; no version of `{proof.name}` fits both" if overlap else ""
            return f" For example, {parts[0]}, but {parts[1]}{both}."
        return f" For example, {joined(parts)}; {_lower(self._fits_none(proof, parts))}."

    def _has_several(self, name: NormalizedName) -> bool:
        return _several(self._universes[name].versions.all)


def _rank(reason: Reason, here: Requirement | None, proof: Proof) -> tuple[int, int, int]:
    """Order reasons: what follows from elsewhere, other lines, what the index says."""
    cause = reason.cause
    if isinstance(cause, Follows):
        starts_here = any(each.cause is here for each in cause.because)
        # What others follow from comes before them.
        return (0, 0 if starts_here else 1, proof.links().index(cause))
    return (1, 0, 0) if isinstance(cause, Requirement) else (2, 0, 0)


def _only_link(link: Follows) -> Follows | None:
    """Return the need that a link follows from, if only the index says something beside it."""
    causes = [each.cause for each in link.because if not isinstance(each.cause, Excluded)]
    (cause,) = causes if len(causes) == 1 else (None,)
    return cause if isinstance(cause, Follows) else None


def _left_by_others(proof: Proof, reason: Reason) -> int:
    """Return the states that the other reasons of a proof leave."""
    others = (other.states for other in proof.reasons if other is not reason)
    return reduce(and_, others, -1)


def _between(states: int) -> int:
    """Return the bits from the lowest of the given ones to the highest."""
    return (1 << states.bit_length()) - (states & -states) if states else 0


def _several(states: int) -> bool:
    return bool(states & (states - 1))


def _with_brackets(link: Follows, after: Follows | None) -> str:
    """Return the words of a need, with the extra that the same package turns on beside."""
    asked = after.asked_extra if after is not None else None
    if after is None or not isinstance(asked, Follows) or asked.package.name != link.package.name:
        return link.text
    name = link.text[: len(link.text) - len(link.text.lstrip(_OF_NAMES))]
    rest = link.text[len(name) :]
    return link.text if rest.startswith("[") else f"{name}[{after.package.extra}]{rest}"


def _head_lines(link: Follows) -> list[Requirement]:
    """Return the lines that leave a package the versions whose need it is."""
    found: list[Requirement] = []
    for reason in link.because:
        if isinstance(reason.cause, Requirement):
            found.append(reason.cause)
        elif isinstance(reason.cause, Follows):
            found += _asking_lines(reason.cause)
    return found


def _asking_lines(link: Follows) -> list[Requirement]:
    """Return the lines that a need follows from, those for its extra among them."""
    asked = link.asked_extra
    more = _asking_lines(asked) if isinstance(asked, Follows) else [asked] if asked else []
    return [*_head_lines(link), *more]


def _with_extra(link: Follows) -> str:
    return f" with the extra `{link.package.extra}`" if link.package.extra else ""


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
