from __future__ import annotations

import pytest

from pinwise.base.sizes import size_text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1536, "2 kB"),
        (1_440_000, "1.4 MB"),
        (5 << 40, "5498 GB"),
    ],
)
def test_sizes(size: int, text: str) -> None:
    assert size_text(size) == text
