from __future__ import annotations

from functools import partial

from pinwise.rules.failed_installation import failed_installation
from tests import harness

check = partial(harness.check, rules=[failed_installation])

FAILED = {"flask==99": "No matching distribution found for flask==99"}


def test_on_its_line_as_long_as_it_reads_so() -> None:
    check(
        """
requests
flask==99  # why
^^^^^^^^^ failed-installation: This could not be installed: `No matching distribution found for flask==99`.
""",  # noqa: E501 - the message
        failed=FAILED,
        installed={},
    )
    check("requests\nflask==9\n", failed=FAILED, installed={})


def test_a_path_and_an_option_have_their_places() -> None:
    check(
        """
./lib
^^^^^ failed-installation
--index-url nowhere
^^^^^^^^^^^^^^^^^^^ failed-installation
""",
        failed={"./lib": "No such folder", "--index-url nowhere": "Not an address"},
        installed={},
    )


def test_nothing_failed() -> None:
    check("flask==99\n", installed={})


def test_what_an_installer_says_steers_nothing_and_tells_no_secret() -> None:
    (message,) = harness.messages(
        "flask\n",
        rules=[failed_installation],
        failed={"flask": "404 of\x1b[31m https://me:hunter2@host.example `x`\n more"},
    )
    assert "hunter2" not in message
    assert "\x1b" not in message
    assert message.count("`") == 2


def test_the_fix_tries_again() -> None:
    (fix,) = harness.fixes_at(
        "$0flask==99\n", rules=[failed_installation], failed=FAILED, installed={}
    )
    assert fix.title == "Install requirements"


def test_a_sentence_of_ours_is_no_quotation() -> None:
    check(
        """
flask==99
^^^^^^^^^ failed-installation: This could not be installed: pip found no version of flask that fits ==99.
""",  # noqa: E501 - the message
        said={"flask==99": "pip found no version of flask that fits ==99"},
        installed={},
    )


def test_neither_does_it_steer_anything() -> None:
    (message,) = harness.messages(
        "flask\n",
        rules=[failed_installation],
        said={"flask": "git could not get flask: \x1b[31m `x`\n https://me:hunter2@host.example"},
    )
    assert "hunter2" not in message
    assert "`" not in message
    assert message.isprintable()
