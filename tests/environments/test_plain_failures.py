from __future__ import annotations

import pytest

from pinwise.environments.pip_output import build_error
from pinwise.environments.plain_failures import plain_failure

# Recorded from pip 26.1, but for folders and names.
SAID = {
    "yanked": (
        """\
ERROR: Ignored the following yanked versions: 2.4.0
ERROR: Could not find a version that satisfies the requirement numpy==99.1 (from versions: 1.0)
ERROR: No matching distribution found for numpy==99.1
""",
        "pip found no version of numpy that fits ==99.1",
    ),
    "no answer": (
        """\
WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by 'NewConnectionError'
ERROR: Could not find a version that satisfies the requirement six (from versions: none)
ERROR: No matching distribution found for six
""",
        "pip could not ask the index for six",
    ),
    "needed": (
        "ERROR: No matching distribution found for b>3 (from c->a)\n",
        "pip found no version of b that fits >3, which c needs",
    ),
    "hash": (
        """\
ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated
    six==1.16.0 from https://index.example/six.whl (from -r r.txt (line 1)):
        Expected sha256 0000
             Got        6b89
""",
        "The index's file of six==1.16.0 has another hash than this line",
    ),
    "hash of an address": (
        """\
ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated
    https://host.example/six.whl (from -r r.txt (line 1)):
""",
        "The file has another hash than this line",
    ),
    "conflict": (
        """\
ERROR: Cannot install a==1.0 and a==2.0 because these package versions have conflicting dependencies.

The conflict is caused by:
    The user requested a==1.0
    The user requested (constraint) a==2.0
""",  # noqa: E501 - as pip prints it
        "a line asks for a==1.0 and a constraint asks for a==2.0, which cannot hold together",
    ),
    "build": (
        """\
  error: subprocess-exited-with-error
  ╰─> [3 lines of output]
      Traceback (most recent call last):
        File "setup.py", line 1, in <module>
      RuntimeError: boom
      [end of output]
ERROR: Failed to build 'file:///home/me/my%20bad' when getting requirements to build wheel
""",
        "/home/me/my bad could not be built: RuntimeError: boom",
    ),
    "git": (
        """\
  fatal: '/gone' does not appear to be a git repository
  fatal: Could not read from remote repository.
  error: subprocess-exited-with-error
ERROR: Failed to build 'x' when git clone --filter=blob:none file:///gone /tmp/pip-install-a/x_7
""",
        "git could not get x: '/gone' does not appear to be a git repository",
    ),
    "not allowed": (
        """\
ERROR: Exception:
Traceback (most recent call last):
  File "/x/pip/_internal/cli/base_command.py", line 107, in _run_wrapper
    status = _inner_run()
PermissionError: [Errno 13] Permission denied: '/x/site-packages/six.py'
""",
        "pip is not allowed to change /x/site-packages/six.py",
    ),
    "read-only": (
        "ERROR: Could not install packages due to an OSError: [Errno 30] Read-only: '/x/six.py'\n",
        "pip cannot change /x/six.py, because its disk is read-only",
    ),
    "full": (
        "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n",
        "there is no space left on the disk",
    ),
    "traceback": (
        """\
ERROR: Exception:
Traceback (most recent call last):
  File "/x/pip/_internal/cli/base_command.py", line 107, in _run_wrapper
    ValueError: quoted
KeyError: 'six'
""",
        "pip stopped with an error of its own: KeyError: 'six'",
    ),
    "no start": (
        """\
Fatal Python error: init_import_site: Failed to import the site module
Python runtime state: initialized
Traceback (most recent call last):
  File "<frozen importlib._bootstrap>", line 1176, in _find_and_load
UnicodeDecodeError: 'utf-8' codec can't decode
""",
        "the environment's Python does not start: UnicodeDecodeError: 'utf-8' codec can't decode",
    ),
    "else": ("ERROR: You must give at least one requirement to install\n", ""),
}


@pytest.mark.parametrize("case", SAID)
def test_what_pip_says_in_plain_words(case: str) -> None:
    output, sentence = SAID[case]
    lines = output.splitlines()

    assert plain_failure("pip", lines, build_error(lines)) == sentence
