"""Where packages come from, as the option lines of an include tree say it, in pip's order.

The precedence is that of `handle_option_line` in pip's `pip/_internal/req/req_file.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.base.tuples import NamedTuple

if TYPE_CHECKING:
    from pinwise.project.files import Document
    from pinwise.syntax.nodes import Line, Option

NAMING = frozenset({"--only-binary", "--no-binary", "--all-releases", "--only-final"})
"""Options that name projects, or mean `:all:` of them."""

CHOICES = NAMING | {"--pre", "--prefer-binary"}
"""Options that say which files of an index are candidates, and which come first."""


class IndexOption(NamedTuple):
    """One option and the file that it stands in."""

    document: Document
    option: Option

    @property
    def value(self) -> str:
        """The option's value; "" for a flag."""
        return self.option.value or ""

    @property
    def takes_variable(self) -> bool:
        """Whether a value of the user's environment is part of it."""
        return self.document.file.takes_variable(self.option.span)

    @property
    def place(self) -> str:
        """Where it stands, for a message: "requirements.txt line 3"."""
        line = self.document.source.position(self.option.span.start).line + 1
        return f"{self.document.path.name} line {line}"


class IndexOptions(NamedTuple):
    """The options of a tree that count, each with its place.

    Attributes:
        index_url: the last `--index-url`. Where there is one, it replaces the configured index
            and every extra index before it, the configured ones too.
        extra_index_urls: the `--extra-index-url`s that count, in order.
        no_index: the first `--no-index`, which ends the use of all indexes.
        find_links: the first `--find-links` of each line, in order.
        trusted_hosts: the `--trusted-host`s, in order.
        choices: the options that say which files are candidates (`CHOICES`), in the order in
            which they count: of one line, `--pre` and `--prefer-binary` come last.
    """

    index_url: IndexOption | None = None
    extra_index_urls: tuple[IndexOption, ...] = ()
    no_index: IndexOption | None = None
    find_links: tuple[IndexOption, ...] = ()
    trusted_hosts: tuple[IndexOption, ...] = ()
    choices: tuple[IndexOption, ...] = ()


class IndexOptionsBuilder:
    """Takes option lines in the order that pip reads them."""

    def __init__(self) -> None:
        self._index_url: IndexOption | None = None
        self._extra: list[IndexOption] = []
        self._no_index: IndexOption | None = None
        self._find_links: list[IndexOption] = []
        self._trusted: list[IndexOption] = []
        self._choices: list[IndexOption] = []

    def add(self, document: Document, line: Line) -> None:
        """Take one line of options."""
        by_name: dict[str, list[IndexOption]] = {}
        for option in line.options:
            by_name.setdefault(option.name, []).append(IndexOption(document, option))
            if option.name in NAMING:
                self._choices.append(IndexOption(document, option))
        if self._no_index is None and (found := by_name.get("--no-index")):
            self._no_index = found[0]
            self._index_url = None
            self._extra.clear()
        if self._no_index is None:
            if found := by_name.get("--index-url"):
                self._index_url = found[-1]
                self._extra.clear()
            self._extra += by_name.get("--extra-index-url", ())
        self._find_links += by_name.get("--find-links", ())[:1]
        self._trusted += by_name.get("--trusted-host", ())
        for name in ("--pre", "--prefer-binary"):
            self._choices += by_name.get(name, ())[:1]

    def build(self) -> IndexOptions:
        """Return what counts of the lines so far."""
        return IndexOptions(
            self._index_url,
            tuple(self._extra),
            self._no_index,
            tuple(self._find_links),
            tuple(self._trusted),
            tuple(self._choices),
        )
