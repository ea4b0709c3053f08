r"""The patterns of PEP 440 as packaging 26.3 applies them when it reads a requirement.

They are `Specifier._specifier_regex_str` of `packaging/specifiers.py`, with the operator and the
version as groups. A test compares them with packaging's own, so that they cannot drift apart.
"""

from __future__ import annotations

import re

from pinwise.base.patterns import late

_PRE = r"(?:[-_.]?(?:alpha|beta|preview|pre|a|b|c|rc)[-_.]?[0-9]*)?"
_POST = r"(?:-[0-9]+|[-_.]?(?:post|rev|r)[-_.]?[0-9]*)?"
_DEV = r"(?:[-_.]?dev[-_.]?[0-9]*)?"
_LOCAL = r"(?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?"
_RELEASE = r"v?(?:[0-9]+!)?[0-9]+(?:\.[0-9]+)*"

# packaging restricts letters to ASCII (`(?a:`) everywhere but in `~=`, where the long s and the
# Kelvin sign pass for their plain siblings.
CLAUSE = re.compile(
    rf"(?P<arbitrary>===)\s*(?P<any>[^\s;)]*)"
    rf"|(?P<equal>==|!=)\s*(?P<exact>{_RELEASE}(?:\.\*|(?a:{_PRE}{_POST}{_DEV}{_LOCAL})))"
    rf"|(?P<compatible>~=)\s*(?P<similar>v?(?:[0-9]+!)?[0-9]+(?:\.[0-9]+)+{_PRE}{_POST}{_DEV})"
    rf"|(?P<ordered><=|>=|<|>)\s*(?P<bound>{_RELEASE}(?a:{_PRE}{_POST}{_DEV}))",
    re.IGNORECASE,
)
"""One comparison of a specifier. Of its groups, exactly two take part: operator and version."""

VERSION = re.compile(rf"{_RELEASE}(?:\.\*|(?a:{_PRE}{_POST}{_DEV}{_LOCAL}))", re.IGNORECASE)
"""A version, or the beginning of one with a wildcard."""

_WILDCARD_X = late(r"([0-9]+(?:\.[0-9]+)*)\.[xX](?:\.[xX])*")


def misplaced(operator: str, version: str) -> tuple[str, str | None] | None:
    """Return why packaging rejects a version behind this operator, and what to write if evident.

    None for what is no version behind any operator.
    """
    if version.endswith(".*") or ".*." in version or _WILDCARD_X.fullmatch(version):
        return _describe_wildcard(operator, version)
    if operator == "~=" and CLAUSE.fullmatch("==" + version) and "+" not in version:
        return "~= needs at least two numbers", f"{version}.0" if version.isdigit() else None
    if "+" in version and CLAUSE.fullmatch("==" + version):
        return "a local version goes with == and != only", None
    return None


def _describe_wildcard(operator: str, version: str) -> tuple[str, str | None]:
    """Return why a wildcard may not stand where it does, and what to write if evident."""
    if (written := _WILDCARD_X.fullmatch(version)) is not None:
        meant = f"{written[1]}.*" if operator in ("==", "!=") else written[1]
        evident = operator in ("==", "!=", ">=", "<", "~=") and CLAUSE.fullmatch(operator + meant)
        return "a wildcard is written .*", meant if evident else None
    if not version.endswith(".*"):
        return "a wildcard stands at the end only", None
    bare = version[:-2]
    if operator in ("==", "!="):
        return ".* stands behind a plain release only, without suffix or local part", None
    # Every 1.0.x is at least 1.0, and what is less than all of them is less than 1.0.
    evident = operator in (">=", "<") and CLAUSE.fullmatch(operator + bare)
    return ".* goes with == and != only", bare if evident else None
