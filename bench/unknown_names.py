"""Wrong "unknown package" reports, which must not be; and how often a misspelling is understood.

    python -m bench.unknown_names [--names 200] [--odd 5000] [--misspelt 1000] [--offline]

1. Distinct names from the files that `bench/real_corpus.py` keeps, looked up once on the index
   that pip is configured for. Whatever is called unknown is asked of `pip index versions`, too.
2. Odd spellings on the fake index of the tests: cases, runs of separators, digits first, long
   names, attached extras and specifiers, letters that only look like others. `packaging`, which is
   pip's own reader, says what each line asks for.
3. Popular names with one slip of the fingers: how often the right one is suggested, and first.

The exit code is 1 where a report is wrong. With `--offline` the first part is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from bench.real_corpus import default_folder, real_files
from pinwise.advice.names import clear_favourite, popular_names, similar_names
from pinwise.manifests.declarations import Role
from pinwise.manifests.requirements import declarations
from pinwise.rules.unknown_package import MOST_SUGGESTIONS
from pinwise.syntax.decode import Decoded, decode_file
from pinwise.syntax.requirements import parse
from tests.fake_index import FakeIndex, Release

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from packaging.utils import NormalizedName

SEED = 4
STAND_IN = "is not the package that it sounds like"
"""Said of names that an index has, and that lead to nothing of use."""

_LOOK_ALIKES = str.maketrans(
    {
        "a": "\N{CYRILLIC SMALL LETTER A}",
        "e": "\N{CYRILLIC SMALL LETTER IE}",
        "i": "\N{LATIN SMALL LETTER DOTLESS I}",
        "k": "\N{KELVIN SIGN}",
        "s": "\N{LATIN SMALL LETTER LONG S}",
    }
)
"""Letters that only look like ours, and some that become ours in `lower()` or `upper()`."""

_ODD_NAMES = [
    "3to2",
    "2captcha",
    "4suite-xml",
    "a",
    "z",
    "7",
    "0-0-0",
    "x-1",
    "dataclasses",
    "typing",
    "enum34",
    "futures",
    "con",
    "nul",
]
_ODD_NAMES.append("package-" + "very-long-" * 20 + "name")


class Line(NamedTuple):
    """A line, and what it asks for.

    Attributes:
        name: normalized, or None where pip rejects the line.
    """

    text: str
    name: NormalizedName | None


def odd_projects() -> list[NormalizedName]:
    """Return the projects that the fake index has."""
    return list(dict.fromkeys((*map(canonicalize_name, _ODD_NAMES), *popular_names()[:800])))


def odd_lines(count: int, projects: Sequence[str]) -> list[Line]:
    """Return lines of odd spellings of projects, every fourth of one that does not exist."""
    chance = random.Random(SEED)  # noqa: S311 - repeatable, not secret
    lines: list[Line] = []
    while len(lines) < count:
        name = chance.choice(projects)
        if len(lines) % 4 == 3:  # noqa: PLR2004 - every fourth
            name = f"{name}{chance.choice(('-', '_', '.', ''))}qx{chance.randrange(1000)}zz"
        text = _dressed(_spelt(name, chance), chance)
        try:
            asked = canonicalize_name(Requirement(text.partition(" #")[0]).name)
        except InvalidRequirement:
            asked = None
        lines.append(Line(text, asked))
    return lines


def _spelt(name: str, chance: random.Random) -> str:
    """Return another spelling; most mean the same to PEP 503."""
    kind = chance.randrange(20)
    if kind == 0:
        return name.translate(_LOOK_ALIKES)
    if kind == 1:
        return chance.choice("_. ") + name  # A hyphen would make it an option.
    if kind == 2:  # noqa: PLR2004 - one kind of many
        return name + chance.choice("-_.")
    pieces = []
    for character in name:
        if character == "-":
            pieces.append("".join(chance.choices("-_.", k=chance.choice((1, 1, 2, 5)))))
        else:
            pieces.append(character.upper() if chance.random() < kind / 20 else character)
    return "".join(pieces)


def _dressed(name: str, chance: random.Random) -> str:
    """Return a line that names a project, with what may follow a name."""
    ending = chance.choice(
        (
            "",
            "==1.0",
            ">=1.0",
            "[extra]",
            "[extra,Other_One]>=1",
            " [extra] >= 1.0",
            " (>=1.0)",
            "~=1.0,!=1.0.5",
            "===1.0",
            '; python_version >= "3"',
            ' ;python_version<"2"',
            "  # a comment",
            "\t",
            "[]",
        )
    )
    return f"{name}{ending}"


def wrong_reports(
    lines: Sequence[Line], reported: Mapping[int, str], projects: Sequence[str]
) -> list[str]:
    """Return sentences about the reports that are wrong, and those that are missing.

    Args:
        lines: what was checked.
        reported: the messages by line, counted from 0.
        projects: what the index has.
    """
    known = frozenset(projects)
    found = []
    for number, line in enumerate(lines):
        message = reported.get(number)
        if message is not None and (line.name is None or line.name in known):
            found.append(f"{line.text!r} is called unknown: {message}")
        elif message is None and line.name is not None and line.name not in known:
            found.append(f"{line.text!r} is unknown, and nothing says so")
    return found


def slips(name: str, chance: random.Random) -> str:
    """Return a name with one letter too many, too few, replaced or swapped with its neighbour."""
    at = chance.randrange(len(name))
    letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
    return chance.choice(
        (
            name[:at] + letter + name[at:],
            name[:at] + name[at + 1 :],
            name[:at] + letter + name[at + 1 :],
            name[:at] + name[at : at + 2][::-1] + name[at + 2 :],
        )
    )


def misspellings(count: int) -> Iterator[tuple[NormalizedName, NormalizedName]]:
    """Yield popular names, and a misspelling of each that is no popular name itself."""
    chance = random.Random(SEED)  # noqa: S311 - as above
    popular = frozenset(popular_names())
    left = count
    while left:
        name = chance.choice(popular_names()[:2000])
        misspelt = canonicalize_name(slips(name, chance).strip("-"))
        if misspelt and misspelt not in popular:
            left -= 1
            yield name, misspelt


def check(lines: Sequence[str], environ: Mapping[str, str]) -> tuple[dict[int, str], list[str]]:
    """Run `pinwise check` for unknown packages on an empty cache.

    Returns:
        The messages by line, counted from 0, and what was not checked.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "requirements.txt"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        command = [sys.executable, "-m", "pinwise", "check", "--format", "json"]
        command += ["--select", "unknown-package", str(file)]
        cache = {"XDG_CACHE_HOME": folder, "LOCALAPPDATA": folder}
        run = subprocess.run(
            command, env={**environ, **cache}, capture_output=True, text=True, check=False
        )
    if run.stderr:
        raise RuntimeError(run.stderr[-2000:])
    answer = json.loads(run.stdout)
    found = {each["line"] - 1: each["message"] for each in answer["diagnostics"]}
    missing = [f"{each['what']}: {each['detail']}" for each in answer["not_checked"]]
    return found, missing


def names_in_corpus(count: int) -> list[str]:
    """Return distinct names of the real files as these spell them, the same at each call."""
    spelt: dict[NormalizedName, str] = {}
    for data in real_files(default_folder()).values():
        decoded = decode_file(data)
        if not isinstance(decoded, Decoded):
            continue
        for each in declarations(parse(decoded.text, environment={}), Role.REQUIREMENT):
            here = each.requirement
            if each.clean and here.url is None and here.path is None:
                spelt.setdefault(each.name, here.name)
    names = sorted(spelt.values(), key=str.lower)
    chance = random.Random(SEED)  # noqa: S311 - as above
    return sorted(chance.sample(names, min(count, len(names))), key=str.lower)


def pip_finds(name: str) -> bool:
    """Return whether pip finds a version of a project, pre-releases included."""
    command = [sys.executable, "-m", "pip", "index", "versions", "--pre", name]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    return run.returncode == 0


def real_part(count: int) -> int:
    """Look real names up; print what is called unknown, and what pip says of it."""
    names = names_in_corpus(count)
    if not names:
        print("no real files are kept: python -m bench.real_corpus")
        return 0
    began = time.perf_counter()
    reported, missing = check(names, os.environ)
    seconds = time.perf_counter() - began
    print(f"{len(names)} names of real files: {seconds:.1f} s, {len(missing)} not checked")
    wrong = 0
    for number, message in sorted(reported.items()):
        finds = pip_finds(names[number])
        is_wrong = finds and STAND_IN not in message
        wrong += is_wrong
        verdict = "WRONG" if is_wrong else "right"
        print(f"  {verdict}: {message} pip {'finds it' if finds else 'finds none either'}.")
    print(f"  {len(reported)} reported, {wrong} of them wrongly")
    return wrong


def odd_part(count: int) -> int:
    """Check odd spellings on the fake index."""
    projects = odd_projects()
    lines = odd_lines(count, projects)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PIP_")}
    with FakeIndex({name: {"1.0": Release()} for name in projects}) as index:
        environ = {**kept, "PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": index.url}
        reported, missing = check([line.text for line in lines], environ)
        requests = len(index.requests)
    wrong = wrong_reports(lines, reported, projects)
    rejected = sum(line.name is None for line in lines)
    print(f"{len(lines)} odd spellings, {rejected} of which pip rejects: {requests} requests,")
    print(f"  {len(reported)} reported, {len(wrong)} wrong or missing, {len(missing)} not checked")
    for sentence in missing[:3]:
        print(f"  not checked: {sentence}")
    for sentence in wrong[:20]:
        print(f"  WRONG: {sentence}")
    return len(wrong)


def misspelt_part(count: int) -> None:
    """Count how often the name that was meant is suggested."""
    suggested = first = evident = mistaken = 0
    began = time.perf_counter()
    for name, misspelt in misspellings(count):
        candidates = similar_names(misspelt)[:MOST_SUGGESTIONS]
        names = [candidate.name for candidate in candidates]
        favourite = clear_favourite(candidates)
        suggested += name in names
        first += names[:1] == [name]
        if favourite is not None:
            evident += favourite.name == name
            mistaken += favourite.name != name
    each = 1000 * (time.perf_counter() - began) / count
    print(f"{count} popular names with one slip, {each:.1f} ms each:")
    print(f"  suggested {suggested / count:.1%}, first {first / count:.1%},")
    print(f"  preferred {evident / count:.1%}, another one preferred {mistaken / count:.1%}")


def main() -> None:
    """Print the three parts."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--names", type=int, default=200)
    parser.add_argument("--odd", type=int, default=5000)
    parser.add_argument("--misspelt", type=int, default=1000)
    parser.add_argument("--offline", action="store_true", help="ask no real index")
    given = parser.parse_args()
    wrong = 0 if given.offline else real_part(given.names)
    wrong += odd_part(given.odd)
    misspelt_part(given.misspelt)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
