from __future__ import annotations

import pytest

from pinwise.features.sizes import size_text


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 bytes"), (1023, "1023 bytes"), (1536, "1.5 KiB"), (5 << 40, "5120.0 GiB")],
)
def test_sizes(size: int, text: str) -> None:
    assert size_text(size) == text
