"""Requirements files as people and tools write them: what the parser and pip are compared on.

The first line of each is a comment with its origin. Names are real, hosts are not.
"""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).parent / "data"


def corpus() -> dict[str, str]:
    """Return the files by name, with their line ends kept."""
    files = {path.name: path.read_bytes().decode() for path in sorted(DATA.glob("*.txt"))}
    return files | EXOTIC


# Line ends and characters that a checkout or an editor would change in a file of its own.
EXOTIC = {
    "crlf": "flask==2.0\r\n# note\r\ndjango>=4 \\\r\n    --hash=sha256:abc\r\n\r\nrequests\r\n",
    "cr": "flask==2.0\rdjango\rrequests # x\r",
    "form-feed": "flask==2.0\n\x0c\ndjango==3.0\x0crequests==2.0\x0bnumpy\n",
    "information-separators": "flask\x1cdjango\x1drequests\x1enumpy\x1f\n\x1fattrs\n",
    "next-line": "flask\x85django # c\x85requests\n",
    "line-separator": "# see\u2028flask==2.0\nfoo\u2029bar\n",
    "no-break-space": (
        "\xa0flask==2.0\nflask\xa0==2.0\nflask==\xa02.0\nflask==2.0\xa0\nflask\xa0# x\n"
    ),
    "no-final-newline": "flask==2.0\ndjango \\",
    "only-backslashes": "\\\n\\\\\n\\\nflask\n\\",
    "backslash-blank": "flask \\\n\ndjango\n",
    "backslash-comment": "flask \\\n# comment \\\ndjango\n",
    "inline-comment-continues": "flask # note \\\ndjango\nrequests\n",
    "comment-does-not-continue": "# note \\\ndjango\n",
    "backslash-space": "flask \\ \ndjango\n",
    "double-backslash": "flask \\\\\n  ==2.0\n\\\\numpy\n",
    "mid-token": "fla\\\nsk==\\\n2.\\\n0\n",
    "leading-backslash-in-piece": "flask \\\n\\--hash=sha256:abc \\\n\\ \\\nx\n",
    "indented": "   flask==2.0\n\tdjango\n  -r other.txt\n",
    "tab-before-option": "flask\t--hash=sha256:abc\nflask \t--hash=sha256:abc\n",
    "empty": "",
    "blank": "\n \n\t\n",
    "nul": "flask\0==2.0\n\0\ndjango; os_name == 'a\0b'\n",
    "surrogates": "./\udfff.zip\nfile:../\udfff\nflask\ud800\ndjango; os_name == '\udfff'\n",
    "typographic": (
        "flask\u2013core==1.0\n\u201cflask\u201d\nflask; os_name == \u201cnt\u201d\n\u2014hash\n"
    ),
    "wide": "fl\xe4sk\n\U0001f40d==1\nflask==1.0\xe9\nflask[\xe9]\n\u0661==1\nflask==\u0661\n",
    "folding": "a~=1.0po\u017ft1\na==1.0po\u017ft1\na>=1.0\u212a\n./local[\u212a]\n",
}
