"""What an index has for the compilers that the tests of drift call."""

from __future__ import annotations

from tests.fake_index import Release

WINDOWS = 'colorama; sys_platform == "win32"'
PROJECTS = {
    "flask": {
        "2.0": Release(requires_dist=("click>=7", WINDOWS)),
        "3.0": Release(requires_dist=("click>=8", WINDOWS, 'dotenv; extra == "dotenv"')),
    },
    "click": {"7.0": Release(), "8.1": Release(requires_dist=(WINDOWS,))},
    "colorama": {"0.4": Release()},
    "dotenv": {"1.0": Release()},
    "setuptools": {"70.0": Release()},
}
