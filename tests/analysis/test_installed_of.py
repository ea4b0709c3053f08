"""Which environment's packages hover and inlay hints show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import platformdirs
import pytest

from pinwise.analysis.environments import Environments
from tests.environments.beds import fake_base

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("managed", [False, True])
def test_a_base_python_counts_only_where_packages_may_be_installed_into_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, managed: bool
) -> None:
    monkeypatch.setattr(platformdirs, "user_state_path", lambda *_, **__: tmp_path / "state")
    base = fake_base(tmp_path / "opt", "3.12.1")
    library = tmp_path / "opt" / "lib" / "python3.12"
    (library / "site-packages" / "flask-3.0.dist-info").mkdir()
    (library / "site-packages" / "flask-3.0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: flask\nVersion: 3.0\n", encoding="utf-8"
    )
    if managed:
        (library / "EXTERNALLY-MANAGED").write_text("[externally-managed]\n", encoding="utf-8")
    folder = tmp_path / "work"
    folder.mkdir()
    environments = Environments(base)
    environments.discover(folder)
    expected = None if managed else {"flask": "3.0"}
    assert environments.installed_of(folder) == expected
