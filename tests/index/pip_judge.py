"""Asks pip itself what its configuration means; run as a script, by the tests of ours.

Standard input is JSON: a list of cases `{"environ": {}, "prefix": "...", "file": "..." or null}`;
standard output a list of what pip makes of each.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any


def judge(case: dict[str, Any]) -> dict[str, Any]:
    os.environ.clear()
    os.environ.update(case["environ"])
    sys.prefix = case["prefix"]

    from pip._internal.cli.cmdoptions import check_release_control_exclusive  # noqa: PLC0415
    from pip._internal.commands import create_command  # noqa: PLC0415 - see above
    from pip._internal.configuration import Configuration  # noqa: PLC0415
    from pip._internal.index.collector import LinkCollector  # noqa: PLC0415
    from pip._internal.index.package_finder import PackageFinder  # noqa: PLC0415
    from pip._internal.models.selection_prefs import SelectionPreferences  # noqa: PLC0415
    from pip._internal.network.session import PipSession  # noqa: PLC0415
    from pip._internal.req.req_file import parse_requirements  # noqa: PLC0415
    from pip._vendor.packaging.utils import canonicalize_name  # noqa: PLC0415

    command = create_command("install")
    builtin = command.parser.defaults["index_url"]
    options = command.parser.get_default_values()
    check_release_control_exclusive(options)
    configuration = Configuration(isolated=False)
    configuration.load()
    files = [f for _, names in configuration.iter_config_files() for f in names]
    session = PipSession(trusted_hosts=options.trusted_hosts)
    finder = PackageFinder.create(
        link_collector=LinkCollector.create(session, options),
        selection_prefs=SelectionPreferences(
            allow_yanked=True,
            format_control=options.format_control,
            prefer_binary=options.prefer_binary,
            release_control=options.release_control,
        ),
    )
    if case["file"] is not None:
        list(parse_requirements(case["file"], session, finder=finder, options=options))
    scope = finder.search_scope
    control, releases = finder.format_control, finder.release_control
    assert releases is not None
    return {
        "files": files,
        "index_urls": [None if url == builtin else url for url in scope.index_urls],
        "no_index": bool(scope.no_index),
        "find_links": list(scope.find_links),
        "trusted_hosts": [
            host if port is None else f"{host}:{port}" for host, port in session.pip_trusted_origins
        ],
        "cert": options.cert,
        "client_cert": options.client_cert,
        "proxy": options.proxy or None,
        "timeout": float(options.timeout),
        "retries": int(options.retries),
        "prefer_binary": bool(finder.prefer_binary),
        "only_binary": sorted(control.only_binary),
        "no_binary": sorted(control.no_binary),
        "pre": [
            releases.allows_prereleases(name)
            for name in map(canonicalize_name, ("flask", "six", "other"))
        ],
    }


if __name__ == "__main__":
    json.dump([judge(case) for case in json.load(sys.stdin)], sys.stdout)
