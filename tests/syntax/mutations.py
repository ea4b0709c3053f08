"""Small damage to real lines, repeatable by its seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

ALPHABET = (
    "abgilnoprtv019._-+!*=<>~,;:@/\\'\"()[]{}$#&|% \t\n\r\x0b\x0c\x1c\x1f\x85\xa0\u2028"
    "\xe9\u201c\u2013\u0661\u017f\0"
)
FRAGMENTS = (
    " --hash=sha256:abc",
    " -e ",
    "-r ",
    " ; python_version > '3'",
    "; ",
    " and ",
    "[a,b]",
    " @ https://host.example/x",
    "#egg=x",
    " #",
    " \\\n",
    "==",
    "===",
    "~=",
    ".*",
    ">=1.0",
    ",<2",
    "1!",
    "+local",
    "rc1",
    ".post1",
    "-1",
    "git+",
    "file:",
    "./local",
    ".zip",
    ".whl",
    "${VERSION}",
    "--no-binary ",
    "'",
    '"',
)


def mutate(generator: random.Random, lines: Sequence[str]) -> str:
    """Return one line of `lines`, or two joined, with one to three pieces of damage."""
    text = generator.choice(lines)
    if generator.random() < 0.15:
        text += generator.choice((" ", "\\\n", " \\\n", "\n", "")) + generator.choice(lines)
    for _ in range(generator.randint(1, 3)):
        text = _damage(generator, text)
    return text


def _damage(generator: random.Random, text: str) -> str:
    at = generator.randint(0, len(text))
    match generator.randrange(6):
        case 0:
            return text[:at] + text[at + 1 :]
        case 1:
            return text[:at] + generator.choice(ALPHABET) + text[at:]
        case 2:
            return text[:at] + generator.choice(ALPHABET) + text[at + 1 :]
        case 3:
            return text[:at] + generator.choice(FRAGMENTS) + text[at:]
        case 4:
            end = generator.randint(at, min(len(text), at + 8))
            return text[:at] + text[at:end] * 2 + text[end:]
        case _:
            end = generator.randint(at, min(len(text), at + 8))
            return text[:at] + text[end:]
