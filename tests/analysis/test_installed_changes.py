from __future__ import annotations

import pytest
from packaging.utils import NormalizedName

from pinwise.analysis.installed_changes import untouched


@pytest.mark.parametrize(
    ("requirements", "changed", "there"),
    [
        (["Flask>=2", "requests"], ["requests"], ["Flask>=2"]),
        (["flask"], ["flask", "click"], []),
        # Its extra may be what came.
        (["flask[async]", "click"], ["asgiref"], ["click"]),
        (["flask[async]"], [], ["flask[async]"]),
        (["https://files.example.org/x.whl"], [], []),
    ],
)
def test_what_was_there_already(
    requirements: list[str], changed: list[str], there: list[str]
) -> None:
    assert untouched(requirements, frozenset(map(NormalizedName, changed))) == there
