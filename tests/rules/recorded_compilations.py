"""What the real pip-compile made of some sources, as `bench.record_pip_tools` wrote it down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

RECORDED = Path(__file__).with_name("data") / "pip_tools.json"


class Compilations(NamedTuple):
    """The sources by name, and the compiled file by the words of the call."""

    sources: dict[str, str]
    texts: dict[str, str]


def recorded() -> Compilations:
    """Read what was recorded."""
    found = json.loads(RECORDED.read_text("utf-8"))
    return Compilations(found["sources"], found["texts"])
