from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from pinwise.advice.findings import Severity
from pinwise.index.types import IndexOptions, Metadata
from pinwise.project.settings import Settings
from pinwise.rules.no_matching_version import no_matching_version
from tests import harness
from tests.harness import Aged, Needs, Partly, Sdist, Stale, World, Yanked

if TYPE_CHECKING:
    from tests.harness.facts import ExtraFacts, IndexFacts

check = partial(harness.check, rules=[no_matching_version])
check_fix = partial(harness.check_fix, rules=[no_matching_version])

REQUESTS = {"requests": ["2.30.0", "2.31.0", "2.32.3"]}


@pytest.mark.parametrize(
    "line",
    [
        "requests",
        "requests==2.31",
        "requests==2.31.*",
        "requests~=2.31",
        "requests>=2,!=2.32.3",
        "requests===2.31.0",
        "requests==2.31.0 ; python_version < '3.12'",
        "requests @ https://files.example/requests-9.9.9.tar.gz",
        "requests @ https://files.example/requests.zip\nrequests>=9",
        "unheard-of==1.0",
    ],
)
def test_satisfied_or_not_known(line: str) -> None:
    check(f"{line}\n", index=REQUESTS)


@pytest.mark.parametrize(
    "marker",
    [
        "python_version < '3'",
        "python_version < '3' and python_version > '3'",
        "sys_platform == 'windows'",
        "extra == 'socks'",
    ],
)
def test_a_line_that_pip_skips_everywhere_is_another_rules(marker: str) -> None:
    check(f"requests==2.31.9 ; {marker}\nrequests==2.31.0\n", index=REQUESTS)


def test_a_line_that_pip_skips_here_fails_where_it_does_not() -> None:
    check(
        """
requests==2.31.9 ; sys_platform == "win32"
        ^^^^^^^^ no-matching-version
requests==2.31.8 ; sys_platform != "win32"
        ^^^^^^^^ no-matching-version
requests==2.31.7 ; python_version >= "3.99"
        ^^^^^^^^ no-matching-version
""",
        index=REQUESTS,
    )


def test_what_no_project_of_these_settings_reads_is_another_rules() -> None:
    check(
        """
requests==2.31.9 ; sys_platform == "win32"
        ^^^^^^^^ no-matching-version
requests==2.31.8 ; sys_platform == "darwin"
""",
        index=REQUESTS,
        settings=Settings(platforms=("linux", "win32")),
    )


def _severities(text: str, extras: ExtraFacts) -> list[tuple[str, Severity]]:
    world = World(index={**REQUESTS, "flask": ["3.0"]}, extras=extras)
    return [(item.rule.name, item.severity) for item in world.diagnostics(world.read(text).files)]


def test_a_constraint_is_a_hint_until_something_needs_its_package() -> None:
    text = "flask\n-c limits.txt\n=== limits.txt\nrequests==2.31.9\n"
    nothing = {"flask 3.0": Metadata(), "requests 2.32.3": Metadata()}
    requests = {**nothing, "flask 3.0": Metadata(("requests>=2",))}
    assert _severities(text, nothing) == [("no-matching-version", Severity.HINT)]
    assert _severities(text, requests) == [
        ("dependency-conflict", Severity.ERROR),
        ("no-matching-version", Severity.HINT),
    ]
    # A line that asks for it on another platform is enough.
    text = f"requests ; sys_platform == 'win32'\n{text}"
    assert _severities(text, nothing) == [("no-matching-version", Severity.ERROR)]


def test_the_nearest_are_named() -> None:
    check(
        """
requests==2.31.9
        ^^^^^^^^ no-matching-version: No version of `requests` satisfies `==2.31.9`. The nearest are `2.31.0` and `2.32.3`.
requests >= 3 , < 4
         ^^^^^^^^^^ no-matching-version: No version of `requests` satisfies `>=3,<4`. The newest is `2.32.3`.
requests[socks]<2 ; python_version > "3"  # old
               ^^ no-matching-version: No version of `requests` satisfies `<2`. The oldest is `2.30.0`.
""",  # noqa: E501 - a message stands on one line
        index=REQUESTS,
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("requests==$02.31.9", "requests==2.31.0"),
        ("requests == $02.33  # web", "requests == 2.32.3  # web"),
        ("requests===$03.0", "requests===2.32.3"),
        ("requests>=$03", "requests>=2.32.3"),
        ("requests~=$09.9", "requests~=2.32"),
        ("requests~=$02.31.5", "requests~=2.31.0"),
        ("requests==$09.*", "requests==2.*"),
        ("requests==$02.31.9 ; python_version>'3'", "requests==2.31.0 ; python_version>'3'"),
        ("requests<$02.30", "requests<2.31.0"),
        ("requests (==$02.33)", "requests (==2.32.3)"),
        ("requests==$02.31.\\\n9", "requests==2.31.0"),
    ],
)
def test_fix(before: str, after: str) -> None:
    check_fix(f"{before}\n", f"{after}\n", index=REQUESTS)


def test_of_a_range_one_bound_is_changed() -> None:
    check_fix(
        "requests>=2.33$0,<4\n",
        "requests>=2.32.3,<4\n",
        title="Change to `>=2.32.3`",
        index=REQUESTS,
    )
    fixes = harness.fixes_at(
        "requests>2.30.0$0,<2.31.0\n", rules=[no_matching_version], index=REQUESTS
    )
    assert [fix.title for fix in fixes] == ["Change to `<2.32.3`"]


def test_pre_releases_count() -> None:
    index = {"black": ["18.9b0", "19.3b0"]}
    check("black==19.3b0\nblack>=18\n", index=index)
    check_fix("black==20$0\n", "black==19.3b0\n", index=index)


def test_a_final_version_is_offered_before_a_pre_release() -> None:
    check_fix("flask==3.1$0\n", "flask==3.0\n", index={"flask": ["3.0", "3.1rc1", "4.0a1"]})


def test_epochs_and_local_versions() -> None:
    index = {"calver": ["2024.1", "1!1.0"], "torch": ["2.1.0", "2.1.0+cu118"]}
    check("calver==1!1.0\ntorch==2.1.0+cu118\ntorch==2.1.0\n", index=index)
    check(
        """
calver==1!2.0
      ^^^^^^^ no-matching-version: No version of `calver` satisfies `==1!2.0`. The newest is `1!1.0`.
torch==2.1.0+cu121
     ^^^^^^^^^^^^^ no-matching-version
""",  # noqa: E501 - a message stands on one line
        index=index,
    )


def test_yanked() -> None:
    index: IndexFacts = {
        "flask": {"1.0": None, "2.0": Yanked("broken")},
        "gone": {"1.0": Yanked()},
    }
    # A pin takes a yanked release, as in pip.
    check("flask==2.0\ngone==1.0\n", index=index)
    check(
        """
flask>=2
     ^^^ no-matching-version: Every version of `flask` that satisfies `>=2` was yanked. The newest is `1.0`.
gone
^^^^ no-matching-version: Every version of `gone` was yanked.
""",  # noqa: E501 - a message stands on one line
        index=index,
    )


def test_nothing_is_published() -> None:
    check(
        """
empty
^^^^^ no-matching-version: No version of `empty` is published.
empty==1.0
     ^^^^^ no-matching-version: No version of `empty` is published.
""",
        index={"empty": []},
    )


def test_where_an_index_did_not_answer_nothing_is_claimed() -> None:
    check("requests==9.9\n", index={"requests": Partly(["2.31.0"])})


@pytest.mark.parametrize("line", ["flask==3.1.0", "flask>=3.1", "gone"])
def test_what_an_old_answer_lacks_may_have_been_published_since(line: str) -> None:
    check(f"{line}\n", index={"flask": Stale(["3.0.0"]), "gone": Stale([])})


def test_what_another_python_needs_is_published_all_the_same() -> None:
    check("flask==3.0\n", index={"flask": {"3.0": Needs(">=3.14")}})


def test_a_contradiction_is_another_rules() -> None:
    check("requests>3,<2\n", index=REQUESTS)


def test_hashes_are_for_one_version() -> None:
    text = "requests==2.31.9$0 --hash=sha256:aaaa\n"
    assert harness.fixes_at(text, rules=[no_matching_version], index=REQUESTS) == []


def test_in_an_included_file_with_crlf() -> None:
    check(
        """
-r base.txt
=== base.txt
# first
requests \\
    ==9.9 \\
    ^^^^^ no-matching-version
    # last
""",
        index=REQUESTS,
        newline="\r\n",
    )


@pytest.mark.parametrize(
    ("line", "configured", "why"),
    [
        (
            "source>=1",
            IndexOptions(only_binary=frozenset({":all:"})),
            (
                "only source archives exist, and `--only-binary :all:` in pip's configuration "
                "forbids them"
            ),
        ),
        (
            "wheel==1.0",
            IndexOptions(no_binary=frozenset({"wheel"})),
            "only wheels exist, and `--no-binary wheel` in pip's configuration forbids them",
        ),
        (
            "unstable==2.0rc1",
            IndexOptions(only_final=frozenset({":all:"})),
            "only pre-releases exist, and `--only-final :all:` in pip's configuration forbids them",
        ),
        (
            "young>=2",
            IndexOptions(uploaded_prior_to="2026-01-01T00:00:00Z"),
            (
                "all of it was uploaded after 2026-01-01, and `--uploaded-prior-to` in pip's "
                "configuration forbids that"
            ),
        ),
    ],
)
def test_an_option_forbids_what_there_is(line: str, configured: IndexOptions, why: str) -> None:
    index: IndexFacts = {
        "source": {"1.0": Sdist()},
        "wheel": ["1.0"],
        "unstable": ["1.0", "2.0rc1"],
        "young": {"1.0": Aged(400), "2.0": Aged(2)},
    }
    check(f"{line}\n", index=index)
    (said,) = harness.messages(
        f"{line}\n", index=index, configured=configured, rules=[no_matching_version]
    )
    name = line.rstrip("0123456789.rc=>")
    specifier = line.removeprefix(name)
    what = f"No version of `{name}` that satisfies `{specifier}` can be installed"
    assert said == f"{what}: {why}."
