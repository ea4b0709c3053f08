"""The index that is asked where nothing is configured."""

from __future__ import annotations

from functools import cache


@cache
def default_index_url() -> str:
    """Return the address of the default index, without a slash at its end.

    It is the constant of `distlib`, so that no host is named here. The first call imports that
    library, about 70 ms: it is made by the first look-up, not by the start of the server.
    """
    from distlib.locators import default_locator  # type: ignore[import-untyped]  # noqa: PLC0415 - see above

    return str(default_locator.locators[0].base_url).rstrip("/")
