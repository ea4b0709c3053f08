"""A conflict in at most two plain sentences, and in full as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.resolver.derivation import derivation_steps
from pinwise.resolver.incompatibility import Excluded
from pinwise.resolver.problem import Requirement
from pinwise.resolver.proof import Follows, grouped_needs, straight_proof
from pinwise.resolver.wording import common_bounds, every, joined, specifier_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from packaging.utils import NormalizedName

    from pinwise.resolver.outcome import Conflict
    from pinwise.resolver.proof import Need, Proof, Reason
    from pinwise.resolver.universe import Universe

MOST_LINKS = 3
"""A longer chain of needs is told by its ends and the names between."""

MOST_FACTS = 20
"""How many needs of one package a derivation lists."""


def line_of(line: Requirement) -> str:
    """Return how a line is called if nobody says otherwise: "line 3" for the origin 3."""
    return f"line {line.origin}"


class Explainer:
    """Explains one conflict.

    Args:
        conflict: of a smallest set of lines, or the sentences name more than they have to.
        place: what a line is called within a sentence: "line 3", "line 3 of base.txt".
        here: the line on which the sentences stand, which is "this line" in them; None for none.
    """

    def __init__(
        self,
        conflict: Conflict,
        place: Callable[[Requirement], str] = line_of,
        here: Requirement | None = None,
    ) -> None:
        self.conflict = conflict
        self.proof = straight_proof(conflict)
        self._place = place
        self._here = here
        self._told: set[int] = set()
        self._universes: Mapping[NormalizedName, Universe] = conflict.universes

    def sentences(self) -> str:
        """Return at most two sentences that say which lines cannot hold together, and why."""
        if self.proof is None:
            return self._by_cases()
        proof = self.proof
        self._told.clear()
        # What follows from another line is said first: then "but this line pins ..." is clear.
        ordered = sorted(proof.reasons, key=lambda reason: _rank(reason, self._here, proof))
        parts = [self._part(reason, proof, at) for at, reason in enumerate(ordered)]
        if len(parts) == 1:
            return f"{_upper(parts[0])}{self._nothing_fits(ordered[0], proof)}."
        if len(parts) == 2:  # noqa: PLR2004 - the two sides of a conflict
            return f"{_upper(parts[0])}, but {parts[1]}."
        count = "all of these" if len(parts) > 3 else "all three"  # noqa: PLR2004
        return f"{_upper(joined(parts))}. No version of `{proof.name}` fits {count}."

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

    def _part(self, reason: Reason, proof: Proof, at: int) -> str:
        cause = reason.cause
        if isinstance(cause, Requirement):
            return self._line(cause) if at else self._line(cause, first=True)
        if isinstance(cause, Excluded):
            return self._excluded(cause, proof, told=True)
        return self._chain(cause)

    def _line(self, line: Requirement, *, first: bool = False) -> str:
        """Return what a line says: "line 3 pins `a==1`", "this line asks for `a>=1`"."""
        place = "this line" if line is self._here else self._place(line)
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

    def _chain(self, link: Follows) -> str:
        """Return what leads from a line to a need."""
        links = [link]
        while (before := _only_link(links[0])) is not None and id(before) not in self._told:
            links.insert(0, before)
        head = links[0]
        subject = self._subject(head)
        self._told |= set(map(id, links))
        if len(links) > MOST_LINKS:
            through = joined(f"`{each.package.name}`" for each in links[1:])
            return f"{subject} needs {self._needed(link)} through {through}"
        text = f"{subject} needs {self._needed(head)}"
        for place, each in enumerate(links[1:], 1):
            needed = self._needed(each)
            known = each.versions & self._universes[each.package.name].versions.all
            if known & (known - 1):
                text += f", and every such `{each.package}` needs {needed}"
            elif links[place - 1].text == f"{each.package}=={self._version(each)}":
                text += f", which needs {needed}"
            else:
                text += f", and `{each.package}=={self._version(each)}` needs {needed}"
        return text

    def _version(self, link: Follows) -> str:
        universe = self._universes[link.package.name]
        return str(universe.version(link.versions & universe.versions.all))

    def _subject(self, link: Follows) -> str:
        """Return the beginning of a chain: "`a==1` (line 3)", "every `b` that line 1 allows"."""
        lines = [each.cause for each in link.because if isinstance(each.cause, Requirement)]
        others = [each for each in link.because if isinstance(each.cause, Follows)]
        usable = "usable " if len(lines) + len(others) < len(link.because) else ""
        universe = self._universes[link.package.name]
        extra = _with_extra(link)
        if len(lines) == 1 and not others:
            line = lines[0]
            where = self._where(line)
            if line.opaque is not None:
                # The package may turn the extra on, or the line itself, which says so then.
                opaque_extra = "" if link.package.extra in line.extras else extra
                return f"`{line.opaque.shown or line.name}`{opaque_extra}{where}"
            # The line may turn the extra on itself, and says so then.
            extra = "" if link.package.extra in line.extras else extra
            pinned = line.pin is not None
            return f"{'' if pinned else f'every {usable}'}`{line.shown}`{extra}{where}"
        if lines and not others:
            places = joined(dict.fromkeys(self._named(line) for line in lines))
            return f"every {usable}`{universe.name}`{extra} that {places} {_allow(lines)}"
        told = every(universe, link.versions)
        if all(id(each.cause) in self._told for each in others) and not lines:
            # How it came to these versions was said before.
            known = link.versions & universe.versions.all
            several = f"every such `{universe.name}`" if known & (known - 1) else told
            return f"{several}{extra}"
        bounds = list(dict.fromkeys(self._named(line) for line in _head_lines(link)))
        if bounds and any(_is_of_python(each.cause) for each in link.because):
            bounds.append("this Python")
        left_by = f", the only ones left by {joined(bounds)}," if bounds else ""
        return f"{told}{extra}{left_by}"

    def _where(self, line: Requirement) -> str:
        return "" if line is self._here else f" ({self._place(line)})"

    def _named(self, line: Requirement) -> str:
        return "this line" if line is self._here else self._place(line)

    def _needed(self, link: Follows) -> str:
        """Return what a link needs, in the words of the metadata where all versions share them."""
        if link.text:
            return f"`{link.text}`"
        universe = self._universes[link.name]
        allowed = 0
        for need in link.needs:
            allowed |= need.allowed
        if not universe.other:
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

    def _nothing_fits(self, reason: Reason, proof: Proof) -> str:
        """Return the end of a sentence about a need or a line that nothing satisfies."""
        universe = self._universes[proof.name]
        if not universe.versions.all and not universe.other:
            return f", but no index has `{proof.name}`"
        if isinstance(reason.cause, Follows):
            return f", but there is no such version of `{proof.name}`"
        return ", but there is no such version"

    def _by_cases(self) -> str:
        """Return sentences for a conflict that takes case distinctions."""
        lines = self.conflict.lines()
        named = {line.name for line in lines if line.pin is not None}
        # What matters is which version is taken of what has needs.
        packages = dict.fromkeys(
            need.package.name
            for need in grouped_needs(self.conflict)
            if need.package.name not in named and self._has_several(need.package.name)
        )
        named_first = sorted(lines, key=lambda line: line is not self._here)
        places = joined(dict.fromkeys(self._named(line) for line in named_first))
        together = "cannot hold" if len(lines) == 1 else "cannot hold together"
        if not 0 < len(packages) <= MOST_LINKS:
            return f"{_upper(places)} {together}: every combination of versions ends in a conflict."
        told = joined((f"`{name}`" for name in packages), "or")
        each = self._each_needs(*packages) if len(packages) == 1 else ""
        return f"{_upper(places)} {together}, whichever version of {told} is taken{each}."

    def _each_needs(self, name: NormalizedName) -> str:
        """Return what the versions of the one package need that is chosen, if that is short."""
        universe = self._universes[name]
        left = universe.versions.all
        for line in self.conflict.lines():
            if line.name == name:
                left &= universe.mask_of_line(line)
        for mask in universe.versions.obstacles.values():
            left &= ~mask
        needs: dict[NormalizedName, list[Need]] = {}
        for need in grouped_needs(self.conflict):
            if need.package.name == name:
                left &= ~need.versions
                needs.setdefault(need.name, []).append(need)
        if left or not 0 < len(needs) <= MOST_LINKS:
            return ""
        links = [Follows(group[0].package, 0, tuple(group), ()) for group in needs.values()]
        return f": each needs {joined(map(self._needed, links), 'or')}"

    def _has_several(self, name: NormalizedName) -> bool:
        known = self._universes[name].versions.all
        return bool(known & (known - 1))


def _rank(reason: Reason, here: Requirement | None, proof: Proof) -> tuple[int, int, int]:
    """Order reasons: what follows from elsewhere, other lines, what the index says."""
    cause = reason.cause
    if isinstance(cause, Follows):
        starts_here = any(each.cause is here for each in cause.because)
        # What others follow from comes before them.
        return (0, 0 if starts_here else 1, proof.links().index(cause))
    return (1, 0, 0) if isinstance(cause, Requirement) else (2, 0, 0)


def _only_link(link: Follows) -> Follows | None:
    """Return the need that a link follows from, if that is the only reason."""
    if len(link.because) == 1 and isinstance(link.because[0].cause, Follows):
        return link.because[0].cause
    return None


def _head_lines(link: Follows) -> list[Requirement]:
    found: list[Requirement] = []
    for reason in link.because:
        if isinstance(reason.cause, Requirement):
            found.append(reason.cause)
        elif isinstance(reason.cause, Follows):
            found += _head_lines(reason.cause)
    return found


def _is_of_python(cause: Requirement | Follows | Excluded) -> bool:
    """Return whether versions are left out because they are for other Pythons."""
    return isinstance(cause, Excluded) and cause.reason.startswith("needs Python")


def _with_extra(link: Follows) -> str:
    return f" with the extra `{link.package.extra}`" if link.package.extra else ""


def _allow(lines: list[Requirement]) -> str:
    return "allows" if len(lines) == 1 else "allow"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
