"""Asks pip itself which credentials it would send; run as a script, by the tests of ours.

Standard input is JSON: a list of cases `{"indexes": [...], "url": "...", "netrc": path}`; standard
output, for each, the pair of the first request and the one after a 401, null for none.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any


def judge(case: dict[str, Any]) -> list[list[str] | None]:
    from pip._internal.network.auth import MultiDomainBasicAuth  # noqa: PLC0415

    os.environ["NETRC"] = case["netrc"]
    auth = MultiDomainBasicAuth(
        prompting=False, index_urls=case["indexes"], keyring_provider="subprocess"
    )
    # pip has no public way to ask without sending something.
    _, user, password = auth._get_url_and_credentials(case["url"])  # noqa: SLF001
    first = None if user is None else [user, password or ""]
    user, password = auth._get_new_credentials(  # noqa: SLF001 - likewise
        case["url"], allow_netrc=False, allow_keyring=auth.use_keyring
    )
    return [first, [user or "", password or ""] if user or password else None]


if __name__ == "__main__":
    json.dump([judge(case) for case in json.load(sys.stdin)], sys.stdout)
