"""The command line of a compiler of requirements: `uv pip compile` or `pip-compile`.

Both write the call that made a file into its head, so that it can be repeated. What stands there
is somebody's text: it is only ever split into words, and only words that are known to mean nothing
else than how to compile are passed on to the tool (`uv pip compile --help`, `pip-compile --help`).
"""

from __future__ import annotations

import shlex
from enum import Enum
from typing import TYPE_CHECKING, Final

from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST: Final = 4_000
"""Characters of a command line that is looked at; a longer one is none that a tool wrote."""


class Compiler(Enum):
    """A tool that makes a list of pins from a list of wishes; the values are their commands."""

    UV = "uv pip compile"
    PIP_TOOLS = "pip-compile"


_CALLS: Final = (
    (("uv", "pip", "compile"), Compiler.UV),
    (("pip-compile",), Compiler.PIP_TOOLS),
    (("python", "-m", "piptools", "compile"), Compiler.PIP_TOOLS),
)

_OUTPUT: Final = frozenset({"--output-file", "-o"})
_CONSTRAINTS: Final = frozenset({"--constraint", "--constraints", "-c"})

_BOTH: Final = frozenset(
    """
    --upgrade -U --generate-hashes --all-extras --no-annotate --no-header --quiet -q --verbose -v
    --strip-extras --no-strip-extras --emit-index-url --emit-find-links --no-index --annotate
    --header --no-emit-index-url --no-emit-find-links
    """.split()  # noqa: SIM905 - a table that a person reads
)
_BOTH_VALUES: Final = frozenset(
    """
    --extra --annotation-style --upgrade-package -P --output-file -o --constraint -c
    """.split()  # noqa: SIM905 - as above
)
_FLAGS: Final = {
    Compiler.UV: _BOTH
    | frozenset(
        """
        --universal --no-universal --no-deps --only-deps --no-strip-markers --strip-markers
        --no-build --no-sources --system --require-build-hashes --emit-build-options
        --emit-index-annotation --emit-marker-expression --no-cache -n --refresh --offline
        --no-progress --managed-python --no-managed-python --no-python-downloads --pre
        --native-tls --system-certs --no-config
        """.split()  # noqa: SIM905 - as above
    ),
    Compiler.PIP_TOOLS: _BOTH
    | frozenset(
        """
        --allow-unsafe --no-allow-unsafe --rebuild -r --reuse-hashes --no-reuse-hashes
        --emit-options --no-emit-options --emit-trusted-host --no-emit-trusted-host
        --build-isolation --no-build-isolation --no-config --all-build-deps --only-build-deps
        --pre -p --no-strip-markers --no-pre --no-upgrade
        """.split()  # noqa: SIM905 - as above
    ),
}
"""Options without a value that say nothing but how to compile."""

_VALUES: Final = {
    Compiler.UV: _BOTH_VALUES
    | frozenset(
        """
        --constraints --override --overrides --exclude --excludes --build-constraint
        --build-constraints -b --group --no-emit-package --unsafe-package --python-platform
        --python-version --resolution --prerelease --prerelease-package --fork-strategy
        --exclude-newer --exclude-newer-package --no-binary --only-binary --index-strategy
        --upgrade-group --no-sources-package --refresh-package --torch-backend --format --color
        --link-mode --keyring-provider
        """.split()  # noqa: SIM905 - as above
    ),
    Compiler.PIP_TOOLS: _BOTH_VALUES
    | frozenset(
        """
        --resolver --max-rounds --newline --unsafe-package --build-deps-for
        """.split()  # noqa: SIM905 - as above
    ),
}
"""Options with one. Those that name an index, a program or a folder of settings are not among them:
where packages come from is what the user's own configuration says, and never a comment."""

_NOT_REPEATED: Final = {
    Compiler.UV: frozenset(
        """
        --python -p --index-url -i --extra-index-url --default-index --index --find-links -f
        --allow-insecure-host --trusted-host --cache-dir
        """.split()  # noqa: SIM905 - as above
    ),
    Compiler.PIP_TOOLS: frozenset(
        """
        --index-url -i --extra-index-url --find-links -f --trusted-host --cert --client-cert
        --cache-dir
        """.split()  # noqa: SIM905 - as above
    ),
}
"""Options with a value that do not change what is compiled, and with which no call is repeated: the
value is no input."""

_LONG: Final = 2
"""Characters of `-P`, behind which the value may stand at once."""


class CompileCommand(NamedTuple):
    """What a command line says, in the order of its words.

    Attributes:
        compiler: the tool.
        inputs: the files to compile, as written.
        constraints: the files that bound the versions (`-c`), as written.
        output: the file that is written, as written; None where the tool chooses.
        options: the other words, each of them known, in order.
        unknown: words that are not known to be harmless; with any, the call is not repeated.
        text: the whole of it.
    """

    compiler: Compiler
    inputs: tuple[str, ...]
    constraints: tuple[str, ...] = ()
    output: str | None = None
    options: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    text: str = ""

    def values(self, name: str) -> tuple[str, ...]:
        """Return the values of an option with one, in order."""
        found: list[str] = []
        for at, word in enumerate(self.options):
            if word == name:
                found += self.options[at + 1 : at + 2]
            elif word.startswith(f"{name}="):
                found.append(word.partition("=")[2])
        return tuple(found)

    def has(self, *names: str) -> bool:
        """Return whether any of the options is given."""
        return any(word.partition("=")[0] in names for word in (*self.options, *self.unknown))


def read_command(text: str) -> CompileCommand | None:
    """Return what a command line says; None where it is no call of a compiler.

    Never raises. Linear in the text, of which at most 4,000 characters are looked at.
    """
    text = text.strip()
    if len(text) > LONGEST:
        return None
    try:
        words = shlex.split(text)
    except ValueError:
        return None
    for call, compiler in _CALLS:
        if tuple(words[: len(call)]) == call:
            return _read(compiler, words[len(call) :], text)
    return None


def _read(compiler: Compiler, words: Sequence[str], text: str) -> CompileCommand:
    inputs: list[str] = []
    constraints: list[str] = []
    options: list[str] = []
    unknown: list[str] = []
    output = None
    for name, value, written in _options(compiler, words):
        if not name:
            inputs.append(value or "")
        elif name in _OUTPUT and value is not None:
            output = value
        elif name in _CONSTRAINTS and value is not None:
            constraints.append(value)
            options += written
        elif name in _FLAGS[compiler] or (name in _VALUES[compiler] and value is not None):
            options += written
        else:
            unknown += written
    return CompileCommand(
        compiler,
        tuple(inputs),
        tuple(constraints),
        output,
        tuple(options),
        tuple(unknown),
        text,
    )


def _options(
    compiler: Compiler, words: Sequence[str]
) -> Iterator[tuple[str, str | None, tuple[str, ...]]]:
    """Yield each option with its value, and how both are written; a file has no name."""
    with_value = _VALUES[compiler] | _NOT_REPEATED[compiler]
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if not word.startswith("-") or word == "-":
            yield "", word, (word,)
            continue
        name, equals, value = word.partition("=")
        short = not word.startswith("--") and len(word) > _LONG and word[:_LONG]
        if short and short in with_value:
            yield short, word[_LONG:].removeprefix("="), (word,)
        elif equals:
            yield name, value, (word,)
        elif name in with_value and at < len(words):
            yield name, words[at], (word, words[at])
            at += 1
        else:
            yield name, None, (word,)
