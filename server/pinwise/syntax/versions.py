r"""The patterns of PEP 440 as packaging 26.3 applies them when it reads a requirement.

They are `Specifier._specifier_regex_str` of `packaging/specifiers.py`, with the operator and the
version as groups. A test compares them with packaging's own, so that they cannot drift apart.
"""

from __future__ import annotations

import re

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
