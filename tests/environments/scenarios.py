"""The situations that environments get into, by number: `@pytest.mark.scenario(n)` covers one.

`test_scenarios.py` fails when a test names a number that is not here, and lists those that no
test covers yet.
"""

from __future__ import annotations

SCENARIOS = {
    1: "`.venv` in the root, first open: selected at once, without a question",
    2: "a monorepo opened at its root: every service's environment, chosen by the active file",
    3: "an environment with spaces, parentheses, an apostrophe and non-ASCII in its name",
    4: "the base interpreter is gone after an upgrade",
    5: "the folder was renamed or moved",
    6: "the base's feature version changed under the environment",
    7: "pyenv's shims come first on PATH and no version is set",
    8: "Pythons of mise and asdf that are not on PATH",
    9: "virtualenvwrapper: WORKON_HOME and `~/.virtualenvs`",
    10: "poetry: cache folder, `{cache-dir}`, in-project",
    11: "a conda environment without Python",
    12: "a slow or hanging source of environments",
    13: "a link to an environment",
    14: "cycles of links, huge folders, very many folders",
    15: "an untrusted workspace with planted interpreters, modules and `.pth` files",
    16: "trust is granted later",
    17: "the interpreter path of another extension's settings, in all its spellings",
    18: "another extension selects, then we do: they converge",
    19: "the other extension is disabled, throws, or is never ready",
    20: "a source fails or times out: the last good list is kept",
    21: "the Windows Store's alias of zero bytes comes first on PATH",
    22: "the Windows registry: stale keys, 32 and 64 bit, free-threaded builds",
    23: "Debian without `python3-venv`",
    24: "an externally managed Python is selected, and something is to be installed",
    25: "somebody types while a terminal opens",
    26: "start-up files of shells that change PATH",
    27: "`deactivate` after an automatic activation",
    28: "shells for which the environment has no activation script",
    29: "PowerShell's execution policy forbids scripts",
    30: "`.python-envs` in all its forms (PEP 832)",
    31: "a package is installed or removed in a terminal",
    32: "an environment made on Windows, opened in WSL or a container",
    33: "several workspace folders, each with its environment",
}
