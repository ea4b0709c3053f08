"""The editor and the command line say the same of one project."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from lsprotocol import types

from tests.lsp.editor import LAUNCH, isolated_environment

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lsp.editor import Editor

PROJECT = {
    "pyproject.toml": """\
[tool.pinwise]
prerelease = "allow"
ofline = true
ignore = ["PW501"]
[tool.pinwise.rules]
PW301 = "hint"
[tool.pinwise.per-package-ignores]
"flask*" = ["all"]
[tool.pinwise.per-file-ignores]
"legacy/" = ["PW303"]
""",
    "requirements.txt": """\
-r base.txt
flask>2,<1
click>2,<1
click>2,<1
django>2,<1  # pinwise: ignore[unsatisfiable-specifier, PW302]
numpy>2,<1  # pinwise: ignore[unsatisfable-specifier]
""",
    "base.txt": "requests==1,==2\n# pinwise: ignore-file[PW303, PW301]\n",
    "dev-requirements.txt": "-r base.txt\nrequests==1  # pinwise: ignore[PW302]\n",
    "legacy/requirements.txt": "numpy>2,<1\nnumpy==3\n",
    "legacy/pinwise.toml": 'ignore = ["PW501"]\nplatforms = ["windows"]\nrules.PW302 = "warning"\n',
}


def printed(folder: Path, home: Path, index_url: str | None) -> list[tuple[str, int, str, str]]:
    """Return the file, line, rule and message of what `pinwise check` finds."""
    done = subprocess.run(
        [sys.executable, "-I", "-X", "utf8", str(LAUNCH), "check", "--format", "json"],
        cwd=folder,
        env=isolated_environment(home, index_url),
        capture_output=True,
        check=False,
    )
    return sorted(
        (item["file"], item["line"], item["rule"], f"{item['severity']}: {item['message']}")
        for item in json.loads(done.stdout)["diagnostics"]
    )


def shown(editor: Editor) -> list[tuple[str, int, str, str]]:
    """Return the same of what the editor shows."""
    return sorted(
        (
            name,
            item.range.start.line + 1,
            str(item.code),
            f"{types.DiagnosticSeverity(item.severity or 1).name.lower()}: {item.message}",
        )
        for name in PROJECT
        for item in editor.client.diagnostics.get(editor.uri(name), ())
        if item.code != "not-checked"
    )


async def test_settings_at_each_level_count_alike(editor: Editor, home: Path) -> None:
    assert editor.index is not None
    for name, text in PROJECT.items():
        path = editor.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    expected = printed(editor.folder, home, editor.index.url)
    rules = {(name, rule) for name, _, rule, _ in expected}
    assert rules >= {
        ("pyproject.toml", "invalid-setting"),
        ("legacy/pinwise.toml", "invalid-setting"),
        ("legacy/requirements.txt", "unsatisfiable-specifier"),
        ("requirements.txt", "unused-ignore"),
        ("requirements.txt", "duplicate-requirement"),
        ("base.txt", "unused-ignore"),
    }
    for name in PROJECT:
        if name.endswith(".txt"):
            editor.open(name)
    await editor.wait(lambda: shown(editor) == expected)
