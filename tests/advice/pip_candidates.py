"""pip 26.3's own choice among the files of one project: the judge of `pinwise.advice.policy`.

Only tests import pip. It runs in this process, without a network: its finder is given links, and
its resolver's factory is asked which of them it would try, best first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pip._internal.index.collector import LinkCollector
from pip._internal.index.package_finder import CandidatePreferences, PackageFinder
from pip._internal.models.format_control import FormatControl
from pip._internal.models.link import Link
from pip._internal.models.release_control import ReleaseControl
from pip._internal.models.search_scope import SearchScope
from pip._internal.models.target_python import TargetPython
from pip._internal.req.constructors import install_req_from_line
from pip._internal.req.req_file import parse_requirements
from pip._internal.resolution.resolvelib.factory import Factory
from pip._internal.utils.hashes import Hashes
from pip._vendor.packaging.specifiers import SpecifierSet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from pinwise.index.types import DistributionFile, IndexOptions

TARGET = TargetPython(
    platforms=["manylinux_2_17_x86_64"],
    py_version_info=(3, 12, 0),
    abis=["cp312"],
    implementation="cp",
)
"""The same interpreter as that of the fixtures."""


def candidates(  # noqa: PLR0913, PLR0917 - what pip's choice depends on
    project: str,
    files: Sequence[DistributionFile],
    requirement: str,
    options: Path,
    configured: IndexOptions,
    uploaded_prior_to: datetime | None,
) -> list[str]:
    """Return the names of the files that pip would try for a requirement, best first.

    Args:
        project: its name.
        files: all that an index lists of it.
        requirement: the line.
        options: a requirements file with nothing but options.
        configured: what pip's configuration says of formats and pre-releases.
        uploaded_prior_to: what it says of upload times.
    """
    everything = {":all:"} if configured.pre else set()
    none: Any = None
    finder = PackageFinder(
        link_collector=LinkCollector(
            session=none, search_scope=SearchScope(find_links=[], index_urls=[], no_index=False)
        ),
        target_python=TARGET,
        allow_yanked=True,
        format_control=FormatControl(set(configured.no_binary), set(configured.only_binary)),
        candidate_prefs=CandidatePreferences(
            prefer_binary=configured.prefer_binary,
            release_control=ReleaseControl(
                set(configured.all_releases) | everything, set(configured.only_final)
            ),
        ),
        uploaded_prior_to=uploaded_prior_to,
    )
    list(parse_requirements(str(options), none, finder=finder))
    links = [
        Link(
            f"https://files.example/{file.filename}",
            comes_from="https://index.example/",
            requires_python=file.requires_python or None,
            yanked_reason=file.yanked,
            upload_time=file.uploaded,
        )
        for file in files
    ]
    remembered: dict[str, object] = vars(finder)["_all_candidates"]
    remembered[project] = finder.evaluate_links(finder.make_link_evaluator(project), links)
    factory = object.__new__(Factory)
    factory._finder = finder
    factory._force_reinstall = False
    factory._installed_dists = {}
    vars(factory)["_make_candidate_from_link"] = lambda *, link, **_: link
    found = factory._iter_found_candidates(
        [install_req_from_line(requirement)],
        SpecifierSet(),
        Hashes(),
        prefers_installed=False,
        incompatible_ids=set(),
    )
    return [link.filename for link in found]  # type: ignore[attr-defined] # see above
