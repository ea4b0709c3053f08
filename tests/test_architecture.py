"""The rules of ARCHITECTURE.md, held to the code."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from pinwise.rules import RULES
from pinwise.rules.pages import page_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.rules.registry import Rule

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "server" / "pinwise"
MOST_LINES = 500

BELOW = {
    "base": set[str](),
    "syntax": {"base"},
    "manifests": {"base", "syntax"},
    "project": {"base", "syntax", "manifests"},
    "index": {"base"},
    "environments": {"base"},
    "resolver": {"base"},
    "advice": {"base", "syntax", "manifests", "project", "resolver", "index", "environments"},
}
BELOW["rules"] = BELOW["advice"] | {"advice"}
BELOW["analysis"] = BELOW["rules"] | {"rules"}
BELOW["features"] = (BELOW["analysis"] | {"analysis"}) - {"rules"}
BELOW["cli"] = BELOW["features"] | {"features", "rules"}
BELOW["lsp"] = BELOW["cli"]
"""What each layer may import, besides itself: the table of ARCHITECTURE.md."""

DATA_ONLY = {"advice", "rules", "features"}
"""Layers that know of `index` and `environments` nothing but `types.py`."""

SOCKETS = {"socket", "ssl", "urllib3", "truststore", "http.client", "urllib.request"}
PROCESSES = {"subprocess", "multiprocessing", "pty"}
PROTOCOL = {"pygls", "lsprotocol"}

# Two functions of `urllib.request` turn a `file:` URL into a path, and open nothing.
HARMLESS = {"urllib.request.url2pathname", "urllib.request.pathname2url"}


class Import(NamedTuple):
    """One import statement's module, or one name of it, where it stands."""

    file: Path
    line: int
    module: str

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT).as_posix()}:{self.line} imports {self.module}"


def _layer(file: Path) -> str:
    """Return the layer of one of our modules; "" for `__main__.py` and its like."""
    parts = file.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else ""


@lru_cache(maxsize=1)
def _imports() -> tuple[Import, ...]:
    """Return every import of the package, those of functions and type checking too."""
    return tuple(found for file in sorted(PACKAGE.rglob("*.py")) for found in _imports_of(file))


def _imports_of(file: Path) -> Iterator[Import]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(file, node.lineno, alias.name)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{file} has a relative import"
            for alias in node.names:
                yield Import(file, node.lineno, f"{node.module}.{alias.name}")


def _ours(found: Import) -> tuple[str, ...]:
    """Return the parts of an imported module of ours below the package's name."""
    first, *rest = found.module.split(".")
    return tuple(rest) if first == "pinwise" else ()


def _names_any(found: Import, modules: set[str]) -> bool:
    """Return whether an import is one of the modules or lies within one."""
    return found.module not in HARMLESS and any(
        f"{found.module}.".startswith(f"{module}.") for module in modules
    )


def _told(wrong: list[Import]) -> str:
    return "\n".join(map(str, wrong))


def test_every_layer_is_in_the_table() -> None:
    layers = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    assert layers == set(BELOW)
    architecture = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert [layer for layer in layers if f"| `{layer}/` |" not in architecture] == []


def test_no_layer_imports_upwards() -> None:
    wrong = [
        found
        for found in _imports()
        if (layer := _layer(found.file))
        and (parts := _ours(found))
        and parts[0] in BELOW
        and parts[0] not in BELOW[layer] | {layer}
    ]
    assert not wrong, _told(wrong)


def test_advice_rules_and_features_know_plain_data_alone() -> None:
    wrong = [
        found
        for found in _imports()
        if _layer(found.file) in DATA_ONLY
        and (parts := _ours(found))
        and parts[0] in {"index", "environments"}
        and parts[1:2] != ("types",)
    ]
    assert not wrong, _told(wrong)


@pytest.mark.parametrize(
    ("modules", "layer"),
    [(SOCKETS, "index"), (PROCESSES, "environments"), (PROTOCOL, "lsp")],
    ids=["sockets", "processes", "protocol"],
)
def test_only_one_layer_may(modules: set[str], layer: str) -> None:
    wrong = [
        found
        for found in _imports()
        if _names_any(found, modules)
        and _layer(found.file) != layer
        # pip's `keyring` command is asked where the credentials are needed.
        and not (layer == "environments" and found.file == PACKAGE / "index" / "keyring.py")
    ]
    assert not wrong, _told(wrong)


def test_the_start_does_not_pay_for_what_it_does_not_use() -> None:
    """`__main__` imports the command line or the server, not both."""
    script = "import sys, pinwise.__main__; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        check=True,
        cwd=ROOT / "server",
        text=True,
    )
    loaded = set(done.stdout.split())
    assert not loaded & {"pygls", "lsprotocol", "urllib3", "pinwise.lsp", "pinwise.rules"}


def test_plain_data_is_cheap_to_define() -> None:
    """The standard ones cost every start 20 milliseconds (`base/records.py`, `base/tuples.py`)."""
    standard = {"dataclasses.dataclass", "typing.NamedTuple", "collections.namedtuple"}
    own = {PACKAGE / "base" / "records.py", PACKAGE / "base" / "tuples.py"}
    wrong = [found for found in _imports() if found.module in standard and found.file not in own]
    assert not wrong, _told(wrong)


def test_codes_and_names_are_unique_and_well_formed() -> None:
    codes = [rule.code for rule in RULES]
    names = [rule.name for rule in RULES]
    assert len(set(codes)) == len(codes)
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"PW\d{3}", code) for code in codes)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)+", name) for name in names)
    assert all(rule.summary.endswith(".") for rule in RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_has_its_module_its_page_and_its_test(rule: Rule) -> None:
    module = rule.name.replace("-", "_")
    source = PACKAGE / "rules" / f"{module}.py"
    assert source.is_file()
    assert rule.code in source.read_text(encoding="utf-8")
    assert page_of(rule.name) is not None
    assert (ROOT / "tests" / "rules" / f"test_{module}.py").is_file()


def test_the_list_of_rules_is_up_to_date() -> None:
    script = ROOT / "scripts" / "generate_rules.py"
    done = subprocess.run([sys.executable, str(script), "--check"], check=False)
    assert done.returncode == 0, "run `python scripts/generate_rules.py`"


def _tracked() -> list[Path]:
    """Return the files that git knows; skip where this is no checkout."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    done = subprocess.run([git, "ls-files", "-z"], capture_output=True, check=True, cwd=ROOT)
    names = done.stdout.decode().split("\0")
    return [path for name in names if name and (path := ROOT / name).is_file()]


def _text(path: Path) -> str:
    """Return a file's text; "" for a picture or an archive."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_no_module_is_too_long() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): count
        for path in _tracked()
        if path.suffix in {".py", ".ts", ".mjs"} and (count := _text(path).count("\n")) > MOST_LINES
    }
    assert not long


def test_no_file_names_a_registry_or_a_place_of_one_machine() -> None:
    # Written in pieces, so that this file does not contain what it looks for.
    hosts = [
        ".".join(parts)
        for parts in (
            ("pypi", "org"),
            ("pypi", "python", "org"),
            ("files", "pythonhosted", "org"),
            ("registry", "npmjs", "org"),
            ("registry", "yarnpkg", "com"),
        )
    ]
    # The checkout itself, and the home folder unless it is one that every container has.
    machine = [str(ROOT), *(home for home in [str(Path.home())] if home.count("/") > 1)]
    unwanted = re.compile("|".join(map(re.escape, [*hosts, *machine])))
    found = {
        path.relative_to(ROOT).as_posix(): match[0]
        for path in _tracked()
        if (match := unwanted.search(_text(path)))
    }
    assert not found


def test_every_package_of_the_engine_is_mirrored_by_tests() -> None:
    missing = [layer for layer in BELOW if not (ROOT / "tests" / layer / "__init__.py").is_file()]
    assert not missing
