"""Texts that nobody writes by hand, at any size: generators gone wrong, binaries, attacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SHAPES: dict[str, Callable[[int], str]] = {
    # One very long line; the number is its length in characters.
    "one word": lambda n: "a" * n,
    "names": lambda n: "flask " * (n // 6),
    "spaces": lambda n: "a" + " " * n + "b",
    "tabs and a hash sign": lambda n: "a" + "\t" * n + "#x",
    "spaces alone": lambda n: " " * n,
    "NUL": lambda n: "\0" * n,
    "lone surrogates": lambda n: "\ud800" * n,
    "backslashes": lambda n: "\\" * n,
    "comparisons": lambda n: "a" + ">=1," * (n // 4),
    "exclusions": lambda n: "a" + ",".join(f"!={k}" for k in range(n // 7)),
    "digits": lambda n: "a==" + "1" * n,
    "releases": lambda n: "a==" + "1." * (n // 2) + "0",
    "extras": lambda n: "a[" + ",".join(f"e{k}" for k in range(n // 6)) + "]",
    "nested brackets": lambda n: "a" + "[" * (n // 2) + "x" + "]" * (n // 2),
    "nested parentheses": lambda n: "a " + "(" * (n // 2) + ">=1" + ")" * (n // 2),
    "marker parentheses": lambda n: "a; " + "(" * (n // 2) + "os_name=='x'" + ")" * (n // 2),
    "marker comparisons": lambda n: "a; " + " or ".join(["os_name == 'x'"] * (n // 18)),
    "quotes": lambda n: "a --hash=" + "'" * n,
    "hashes": lambda n: "a==1 " + "--hash=sha256:ab " * (n // 17),
    "weak hashes": lambda n: "a==1 " + "--hash=md5:ab " * (n // 14),
    "options": lambda n: "a==1 " + "--pre " * (n // 6),
    "address": lambda n: "a @ https://host.example/" + "x" * n,
    "user part": lambda n: "https://" + "x" * n + "@host.example",
    "at signs": lambda n: "https://" + "a@" * (n // 2),
    "path": lambda n: "./" + "x/" * (n // 2),
    "wheel": lambda n: "./a-1-" + "-".join(["x." * (n // 6) + "x"] * 3) + ".whl",
    "include": lambda n: "-r " + "x" * n,
    "semicolons": lambda n: "a" + ";" * n,
    "variables": lambda n: "${A}" * (n // 4),
    "dashes": lambda n: "\N{EM DASH}" * n,
    # Many lines; the number is that of their characters, again.
    "continued lines": lambda n: "a \\\n" * (n // 4),
    "continued hashes": lambda n: "a==1 " + "\\\n  --hash=sha256:ab " * (n // 21),
    "lines of backslashes": lambda n: "\\\n" * (n // 2),
    "pins": lambda n: "".join(f"p{k}=={k % 7}.0\n" for k in range(n // 10)),
    "the same line": lambda n: "flask==1.0\n" * (n // 11),
    "pins in turn": lambda n: "flask==1\nflask==2\n" * (n // 18),
    "addresses of one": lambda n: "".join(f"a @ https://h.example/{k}\n" for k in range(n // 26)),
    "clashing lines": lambda n: "".join(f"flask=={k}\n" for k in range(n // 11)),
    "wrong lines": lambda n: "flask=1.0\n" * (n // 10),
    "unknown options": lambda n: "--bogus x\n" * (n // 10),
    "ignored options": lambda n: "flask --pre\n" * (n // 12),
    "markers": lambda n: "".join(f"a{k}; python_version < '3.{k}'\n" for k in range(n // 30)),
    "ignore comments": lambda n: "flask==1 # pinwise: ignore[duplicate-requirement]\n" * (n // 50),
    "expanded lines": lambda n: "flask==${A}\n" * (n // 12),
    "mixed hashes": lambda n: "a==1 --hash=sha256:ab\nb==1\n" * (n // 27),
    "empty ranges": lambda n: "flask>2,<1\n" * (n // 11),
    "addresses": lambda n: "".join(f"a{k} @ https://u:p@h.example/{k}\n" for k in range(n // 30)),
    "indexes": lambda n: "--extra-index-url https://u:p@h.example/\n" * (n // 41),
    "missing files": lambda n: "-r other.txt\n" * (n // 13),
    "itself": lambda n: "-r requirements.txt\n" * (n // 20),
    "comments": lambda n: "# note\n" * (n // 7),
    "lonely hashes": lambda n: "a==1 \\\n# x\n--hash=sha256:ab\n" * (n // 27),
}
"""By name, from about how many characters to a text."""
