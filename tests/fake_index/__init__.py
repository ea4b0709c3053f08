"""A package index on loopback, with real files and every fault that an index can have.

In a test::

    with FakeIndex({"flask": {"2.0.0": Release(requires_python=">=3.7")}}) as index:
        ...  # ask index.url

Beside other programs, from the root of the repository::

    python -m tests.fake_index --port 0 DATA.json

`DATA.json` is `{"projects": {NAME: {VERSION: RELEASE}}, "behaviours": {NAME: BEHAVIOUR}}`, where
RELEASE is an object with the fields of `Release`, all optional, and BEHAVIOUR a text as `FakeIndex`
describes it.
"""

from tests.fake_index.distributions import Release
from tests.fake_index.server import FakeIndex, Seen

__all__ = ["FakeIndex", "Release", "Seen"]
