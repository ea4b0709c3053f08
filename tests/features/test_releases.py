from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name
from packaging.version import Version

from pinwise.base.facts import Known
from pinwise.features.releases import release_detail, release_notes
from pinwise.index.types import DistributionFile, IndexOptions, Release
from pinwise.project.settings import Settings
from tests.harness import Aged, Sdist, World

if TYPE_CHECKING:
    from tests.harness.facts import IndexFacts

P = canonicalize_name("p")
INDEX: IndexFacts = {"p": {"1.0": Sdist(), "2.0": Aged(30), "3.0": Aged(2)}}


def _said(settings: Settings, configured: IndexOptions) -> list[tuple[str, str]]:
    """Return what is said of each release, newest first: behind it in a list, and at the end."""
    world = World(index=INDEX, settings=settings, configured=configured)
    context = world.context({"requirements.txt": "p\n"})
    fact = context.listing(P)
    assert isinstance(fact, Known)
    return [
        (
            release_detail(context, P, release),
            release_notes(context, P, release, context.tree.root)[-1],
        )
        for release in fact.value.releases
    ]


def test_what_is_in_cooldown() -> None:
    young, ripe, _ = _said(Settings(cooldown=7), IndexOptions())
    assert young == (
        "released 2 days ago, in cooldown",
        "In cooldown: released 2 days ago, and not suggested yet.",
    )
    assert ripe == ("2026-01-30", "Released on 2026-01-30.")


def test_of_several_options_the_one_is_told_that_pip_comes_to_first() -> None:
    configured = IndexOptions(
        only_binary=frozenset({"p"}), uploaded_prior_to="2020-01-01T00:00:00Z"
    )
    world = World(index=INDEX, configured=configured)
    context = world.context({"requirements.txt": "p\n"})
    young = datetime(2026, 1, 1, tzinfo=timezone.utc)
    files = (
        DistributionFile("p-1.0.tar.gz"),
        DistributionFile("p-1.0-py3-none-any.whl", "py3-none-any", uploaded=young),
    )
    release = Release(Version("1.0"), files)
    assert release_detail(context, P, release) == "2026-01-01, excluded by --uploaded-prior-to"


def test_what_pip_is_told_to_leave_out() -> None:
    *_, source = _said(Settings(), IndexOptions(only_binary=frozenset({"p"})))
    assert source == (
        "excluded by --only-binary",
        (
            "pip does not take it: only source archives exist, and `--only-binary p` in pip's "
            "configuration forbids them."
        ),
    )


def test_what_uv_is_told_to_leave_out() -> None:
    uvs = IndexOptions(uploaded_prior_to_of=(("p", "P7D"),), chosen_by="uv")
    late, early, _ = _said(Settings(), uvs)
    assert late[0] == "2026-02-27, excluded by exclude-newer"
    assert late[1].startswith("uv does not take it: all of it was uploaded after ")
    assert late[1].endswith(", and `exclude-newer` in uv's configuration forbids that.")
    assert early == ("2026-01-30", "Released on 2026-01-30.")
