"""What is installed, as the lines of a requirements file that installs it again: `freeze`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pinwise.environments.checkouts import checkout_of
from pinwise.environments.packages import packages
from pinwise.environments.version_numbers import version_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinwise.environments.packages import Package
    from pinwise.environments.types import Environment, Origin

_TOOLS: Final = frozenset({"pip", "setuptools", "distribute", "wheel"})
_ALONE: Final = frozenset({"pip"})
_WITHOUT_SETUPTOOLS: Final = (3, 12)


def freeze(environment: Environment) -> str:
    """Return what `pip freeze` prints: a pin for each package, sorted by name.

    What came from a URL is written with it, a version control system with the commit (PEP 610);
    what is editable with the repository that it lies in, or its folder where it lies in none. pip
    itself is left out, and for Pythons before 3.12 setuptools and wheel. As `freeze` in pip's
    `pip/_internal/operations/freeze.py`.

    Reads files alone, those of a Git repository too; takes what `packages` takes.
    """
    old = version_key(environment.version)[:2] < _WITHOUT_SETUPTOOLS
    left_out = _TOOLS if old else _ALONE
    lines: list[str] = []
    for package in sorted(packages(environment), key=lambda item: item.name.lower()):
        if package.key not in left_out:
            lines += _lines(package)
    return "".join(f"{line}\n" for line in lines)


def _lines(package: Package) -> Iterator[str]:
    origin = package.origin
    if origin is not None and origin.editable:
        yield from _editable(package)
    elif origin is not None:
        yield f"{package.name} @ {_reference(origin)}"
    else:
        yield f"{package.name}=={package.version}"


def _editable(package: Package) -> Iterator[str]:
    """Yield the line of an editable package, below a comment where it cannot be fetched again."""
    found = checkout_of(package.location)
    pin = f"({package.name}=={package.version})"
    if found is None:
        yield f"# Editable install with no version control {pin}"
        yield f"-e {package.location}"
        return
    if not found.remote:
        yield f"# Editable Git install with no remote {pin}"
        yield f"-e {package.location}"
        return
    egg = package.name.replace("-", "_")
    fragment = f"egg={egg}"
    if found.subdirectory:
        fragment += f"&subdirectory={found.subdirectory}"
    yield f"-e git+{found.remote}@{found.commit}#{fragment}"


def _reference(origin: Origin) -> str:
    """Write an origin as `direct_url_as_pep440_direct_reference` of pip does."""
    fragments = []
    if origin.vcs:
        address = f"{origin.vcs}+{origin.url}@{origin.commit}"
    else:
        address = origin.url
        if origin.digest:
            fragments.append(origin.digest)
    if origin.subdirectory:
        fragments.append(f"subdirectory={origin.subdirectory}")
    return f"{address}#{'&'.join(fragments)}" if fragments else address
