"""Takes out of the packages that the extension carries along what it has no use for.

    python scripts/trim_bundle.py FOLDER

What goes, and why that is safe:

- the wheels of pip that only Pythons need which Pinwise supports no more, and those of setuptools:
  environments get pip alone (`server/pinwise/environments/seeds.py`), and a Python that is too old
  is made one of by its own `venv`;
- the starters of windowed programs for Windows: pip has none;
- stubs and marks for type checkers, and what pip notes about an installation. The lock file names
  each package with its digest.

Licences and notices stay, and so do the metadata, which the packages read at run time.
There is no bytecode in the bundle: each Python would need its own, megabytes each, and the client
already gives Python a folder where it keeps what it compiles at the first start.
"""

from __future__ import annotations

import ast
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# `pip install --target` leaves the console scripts here: they bear the path of the interpreter
# that installed them, and are of no use elsewhere.
SCRIPTS = ("bin", "Scripts")
KEPT_METADATA = frozenset({"METADATA", "entry_points.txt"})
# A folder of that name since PEP 639; before, files beside the others.
LICENCES = re.compile(r"licen[cs]e|notice|copying|authors", re.IGNORECASE)
FOR_TYPE_CHECKERS = ("*.pyi", "py.typed")
WINDOWED_STARTERS = "distlib/w*.exe"
SEEDS = Path("virtualenv", "seed", "wheels", "embed")


def oldest_python() -> tuple[int, ...]:
    """Return the X, Y of `requires-python` in pyproject.toml."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    match = re.search(r'^requires-python = ">=(\d+)\.(\d+)"$', text, re.MULTILINE)
    if match is None:
        message = "pyproject.toml does not say which Python is the oldest."
        raise SystemExit(message)
    return tuple(map(int, match.groups()))


def needed_seeds(embed: Path, oldest: tuple[int, ...]) -> set[str]:
    """Return the names of the wheels of pip that Pythons from `oldest` on are given.

    Args:
        embed: the folder of virtualenv's wheels, whose `__init__.py` maps Pythons to them.
        oldest: the X, Y of a Python.
    """
    tree = ast.parse((embed / "__init__.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.AnnAssign | ast.Assign) and node.value is not None:
            targets = [node.target] if isinstance(node, ast.AnnAssign) else node.targets
            if any(isinstance(at, ast.Name) and at.id == "BUNDLE_SUPPORT" for at in targets):
                support = ast.literal_eval(node.value)
                return {
                    wheels["pip"]
                    for python, wheels in support.items()
                    if tuple(map(int, python.split("."))) >= oldest
                }
    message = "virtualenv does not say any more which Python gets which pip."
    raise SystemExit(message)


def trim_metadata(folder: Path) -> None:
    """Leave of a `.dist-info` folder what is read at run time, and the licences.

    Raises:
        SystemExit: the package would be shipped without its licence.
    """
    licences = [path for path in folder.iterdir() if LICENCES.match(path.name)]
    if not licences:
        message = f"{folder.name} names no licence."
        raise SystemExit(message)
    for path in folder.iterdir():
        if path.name in KEPT_METADATA or path in licences:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def trim(folder: Path, oldest: tuple[int, ...]) -> None:
    """Remove what the docstring of this file names from what pip installed into `folder`."""
    for name in SCRIPTS:
        shutil.rmtree(folder / name, ignore_errors=True)
    for metadata in folder.glob("*.dist-info"):
        trim_metadata(metadata)
    for pattern in FOR_TYPE_CHECKERS:
        for path in folder.rglob(pattern):
            path.unlink()
    for path in folder.glob(WINDOWED_STARTERS):
        path.unlink()
    needed = needed_seeds(folder / SEEDS, oldest)
    for wheel in (folder / SEEDS).glob("*.whl"):
        if wheel.name not in needed:
            wheel.unlink()


if __name__ == "__main__":
    trim(Path(sys.argv[1]), oldest_python())
