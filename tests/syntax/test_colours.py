"""The parser's tokens of some files, as the test of the editor's grammar reads them.

The grammar colours a file before the server is up, and must not change the colours then.
`client-vscode/tests/grammar.unit.test.ts` compares it with `data/tokens.json`. After a change of
the parser, `python -m tests.syntax.test_colours` writes that file anew.
"""

from __future__ import annotations

import json

from pinwise.syntax.nodes import TokenKind
from pinwise.syntax.requirements import parse, tokens
from tests.syntax.corpus import DATA

FILE = DATA / "tokens.json"

FILES = (
    "hand-written.txt",
    "pip-compile-hashes.txt",
    "pip-freeze.txt",
    "uv-export.txt",
)
"""Files as people and tools write them. At the edges of the format, which the others show, the
grammar may guess: it sees one line at a time.
"""

COLOURED = (
    TokenKind.NAME,
    TokenKind.EXTRA,
    TokenKind.OPERATOR,
    TokenKind.VERSION,
    TokenKind.URL,
    TokenKind.PATH,
    TokenKind.MARKER,
    TokenKind.OPTION,
    TokenKind.HASH,
    TokenKind.COMMENT,
    TokenKind.CONTINUATION,
)


def colours() -> str:
    """Return line, start, end and kind of each token, lines and columns from 0, as JSON."""
    files = []
    for name in FILES:
        file = parse((DATA / name).read_bytes().decode())
        rows = []
        for token in tokens(file):
            start = file.source.position(token.span.start)
            if token.kind in COLOURED:
                end = start.column + len(token.span.of(file.source.text).rstrip("\n"))
                rows.append(json.dumps([start.line, start.column, end, token.kind.value]))
        files.append(f"{json.dumps(name)}: [\n" + ",\n".join(rows) + "\n]")
    return "{\n" + ",\n".join(files) + "\n}\n"


def test_the_tokens_that_the_grammar_is_compared_with_are_the_parsers() -> None:
    assert FILE.read_text(encoding="utf-8") == colours()


if __name__ == "__main__":
    FILE.write_text(colours(), encoding="utf-8", newline="\n")
