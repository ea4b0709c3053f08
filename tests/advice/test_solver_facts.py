"""What the solver is told of a listing is the same whether its releases were built or not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from pinwise.advice.solver_facts import IndexProvider
from pinwise.base.facts import Known, NotChecked, Reason
from pinwise.index.links import Link, Page
from pinwise.index.records import record_of
from pinwise.index.releases import releases_of
from pinwise.index.types import Listing, Metadata
from pinwise.project.settings import Settings
from pinwise.resolver.listed_versions import ListedVersions
from tests.harness.facts import NOW
from tests.resolver.recording import context_of

NAME = canonicalize_name("thing")
FILES = (
    Link("thing-3.0-py3-none-any.whl", "3.0", "", ">=3.13"),
    Link("thing-2.1.dev1.tar.gz", "2.1.dev1"),
    Link("thing-2.0-cp312-cp312-win_amd64.whl", "2.0"),
    Link("thing-2.0rc1+local-py3-none-any.whl", "2.0rc1"),
    Link("thing-1.5-py3-none-any.whl", "1.5", "", ">=3.8", "broken"),
    Link("thing-1.5-cp312-cp312-win_amd64.whl", "1.5w"),
    Link("thing-1.1.post1.tar.gz", "1.1.post1", "", ">=3.8"),
    Link("thing-1.0.tar.gz", "1.0", "", ">=3.8"),
    Link("thing-1.0-py3-none-any.whl", "1.0w", "", ">=3.8", "by mistake", NOW.isoformat()),
    Link("thing-0.9-py3-none-any.whl", "0.9", "", "", None, NOW.isoformat()),
)


def _provider(
    *, lazy: bool, needs: tuple[str, ...] = (), options: str = "", cooldown: int = 0
) -> IndexProvider:
    record = record_of(Page("https://index.example/simple/thing/", list(FILES)), NAME, 1.0)
    releases = releases_of([record])
    listing = Known(Listing(NAME, releases if lazy else tuple(releases)))
    context = context_of(
        {"requirements.txt": f"{options}\nthing\n"},
        listing=lambda name: NotChecked(Reason.PENDING) if name == "unknown" else listing,
        metadata=lambda _name, _version: Known(Metadata(needs)),
        settings=Settings(cooldown=cooldown),
    )
    return IndexProvider(replace(context, now=NOW))


@pytest.mark.parametrize("cooldown", [0, 1])
@pytest.mark.parametrize(
    "options",
    [
        "",
        "--prefer-binary",
        "--pre",
        "--all-releases thing",
        "--only-final :all:",
        "--only-final thing",
        "--only-binary thing",
        "--only-binary other",
        "--no-binary thing",
        "--no-binary :all:",
    ],
)
def test_a_listing_is_judged_alike(options: str, cooldown: int) -> None:
    other = canonicalize_name("other")
    one = _provider(lazy=True, options=options, cooldown=cooldown)
    # What was found for another project must not count for this one.
    one.versions(other)
    lazy = one.versions(NAME)
    built = _provider(lazy=False, options=options, cooldown=cooldown).versions(NAME)
    assert isinstance(lazy, Known)
    assert isinstance(built, Known)
    simple = not cooldown and "--only-final" not in options
    assert isinstance(lazy.value, ListedVersions) is simple
    assert tuple(lazy.value.offered()) == tuple(built.value.offered())
    for what in ("all", "yanked", "prereleases", "last", "obstacles"):
        assert getattr(lazy.value, what) == getattr(built.value, what), what
    for specifier in ("", "<2", ">=1.0,!=1.5", "==1.*", "~=1.0", "no specifier", "===2.0"):
        assert lazy.value.mask(specifier) == built.value.mask(specifier)
    for version in (*built.value.versions, Version("1.2"), Version("0.1"), Version("9")):
        assert version is not None
        assert lazy.value.bit(version) == built.value.bit(version)


@pytest.mark.parametrize(
    ("text", "plain", "with_x"),
    [
        ("a", True, False),
        ("a; extra == 'x'", False, True),
        ('a; extra=="X"', False, True),
        ("a; python_version >= '3.8' and extra == 'x'", False, True),
        ("a; (python_version < '3.8') and extra == 'x'", False, False),
        ("a; extra == 'x' and python_version >= '3.8'", False, True),
        ("a; python_version >= '3.8' or extra == 'x'", True, False),
        ("a; python_version < '3.8' or extra == 'x'", False, True),
        ("a; (python_version < '3.8' or os_name == 'posix') and extra == 'y'", False, False),
        ("a; extra == 'y' or extra == 'x'", False, True),
        ("a; extra != 'x'", True, False),
        ("a; extra == 'y'", False, False),
    ],
)
def test_what_belongs_to_an_extra(text: str, plain: bool, with_x: bool) -> None:  # noqa: FBT001
    provider = _provider(lazy=True, needs=(text,))
    for extra, counts in (("", plain), ("x", with_x)):
        found = provider.dependencies(NAME, Version("1.0"), extra)
        assert isinstance(found, Known)
        assert bool(found.value) is counts
