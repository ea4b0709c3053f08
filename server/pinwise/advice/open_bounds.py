"""What `<` and `>` leave out beside what their signs say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.resolver.clash import unsatisfiable

if TYPE_CHECKING:
    from collections.abc import Iterable

_WIDER = {"<": ("<=", "pre-releases"), ">": (">=", "post-releases")}


def exclusion_note(specifiers: Iterable[str]) -> str:
    """Return a sentence on why specifiers contradict each other that seem not to; else "".

    PEP 440 lets `<1.0` leave out the pre-releases of 1.0, and `>1.0` its post-releases.

    Args:
        specifiers: what no version satisfies together.
    """
    clauses = [clause.strip() for specifier in specifiers for clause in specifier.split(",")]
    for clause in clauses:
        sign, version = clause[:1], clause[1:].strip()
        if sign not in _WIDER or version.startswith("="):
            continue
        wider, what = _WIDER[sign]
        others = [other for other in clauses if other != clause]
        # Without the version itself, but with what stands around it.
        if not unsatisfiable(",".join([*others, f"{wider}{version}", f"!={version}"])):
            return f" `{clause}` leaves out the {what} of {version} too."
    return ""
