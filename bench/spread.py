"""How the times of edits are printed."""

from __future__ import annotations

import statistics


def show(title: str, times: list[float]) -> None:
    """Print the spread of some edits: median, what 95 of 100 stay below, and maximum.

    Args:
        title: what they have in common.
        times: in seconds.
    """
    milliseconds = sorted(1000 * each for each in times)
    late = milliseconds[int(0.95 * (len(milliseconds) - 1))]
    print(
        f"  {title:28} {len(times):4} edits: median {statistics.median(milliseconds):.1f} ms,"
        f" 95 of 100 below {late:.1f} ms, maximum {milliseconds[-1]:.1f} ms"
    )
