from __future__ import annotations

from functools import partial

import pytest

from pinwise.project.settings import Settings
from pinwise.rules.missing_hash import MOST_LINES, missing_hash
from tests import harness

check = partial(harness.check, rules=[missing_hash])
messages = partial(harness.messages, rules=[missing_hash])


def test_lines_without_lead_to_the_first_that_has_one() -> None:
    check(
        """
# made by hand
flask==3.0 \\
    --hash=sha256:aaaa \\
    ------------------ 1: The first hash is here
    ------------------ 2: The first hash is here
    ------------------ 3: The first hash is here
    --hash=sha256:bbbb
click==8.0 ; os_name == 'posix'  # why
^^^^^ 1 missing-hash: `click` has no hash. pip demands one for every line, because line 3 has one.
-r more/base.txt
=== more/base.txt
Jinja2
^^^^^^ 2 missing-hash: `Jinja2` has no hash. pip demands one for every line, because ../requirements.txt line 3 has one.
https://files.example/a-1.0-py3-none-any.whl
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 3 missing-hash
"""  # noqa: E501 - a message stands on one line
    )


def test_what_can_have_none() -> None:
    check(
        """
--require-hashes
---------------- 1: Hashes are demanded here
---------------- 2: Hashes are demanded here
---------------- 3: Hashes are demanded here
---------------- 4: Hashes are demanded here
-e .
   ^ 1 missing-hash: pip can check no hash of an editable requirement. It demands one for every line, because of `--require-hashes` in line 1.
flask @ git+https://git.example/flask
^^^^^ 2 missing-hash: pip can check no hash of a repository. It demands one for every line, because of `--require-hashes` in line 1.
./libs/ours --hash=sha256:aaaa
^^^^^^^^^^^ 3 missing-hash: pip can check no hash of a folder. It demands one for every line, because of `--require-hashes` in line 1.
git+https://git.example/click#egg=click
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 4 missing-hash
"""  # noqa: E501 - a message stands on one line
    )


@pytest.mark.parametrize(
    "lines",
    [
        "flask\nclick==8\n-e .\n",
        "flask --hash=sha256:a\nclick==8 --hash=sha256:b\n",
        "flask --hash=sha256:a\nclick @ https://files.example/c.zip#sha256=b\n",
        "flask==\nclick --hash=sha256:a\n",
        "flask --hash=sha256:a\nclick; python_version < '3'\n",
        "--hash=sha256:a\nflask\n",
        "--no-require-hashes\nflask --hash=sha256:a\nclick\n",
        "-c c.txt\nflask\n=== c.txt\nflask==1 --hash=sha256:a\nclick==8\n",
        "flask; os_name=='nt' --hash=sha256:a\nflask; sys_platform=='win32'\n",
        "flask --hash=sha256:a\n-r missing.txt\nclick\n",
        "flask --hash=sha256:a\n-c https://example.org/c.txt\nclick\n",
        "flask --hash=sha256:a\nflask[async]\n",
        "All of the packages that we use have a hash\nflask --hash=sha256:a for instance\n",
    ],
)
def test_what_is_no_finding(lines: str) -> None:
    check(lines)


def test_the_first_line_that_counts_decides() -> None:
    assert messages("flask; os_name=='nt' --hash=sha256:a\nflask\n")
    check("flask; os_name=='nt' --hash=sha256:a\nflask\n", platform="win32")
    assert messages("flask; os_name=='nt' --hash=sha256:a\nflask; os_name=='posix'\n", python=None)
    check("flask; os_name=='nt' --hash=sha256:a\nflask\n", python=None)


def test_older_pips() -> None:
    unpinned = "flask --hash=sha256:a\nclick>=8,<9 --hash=sha256:b\ncolorama==1.* --hash=sha256:c\n"
    check(unpinned)
    check(unpinned, pip="26.1")
    assert (
        messages(unpinned, pip="26.0.1")
        == ["pip 26.0.1 takes a hash only beside a version pinned with `==`."] * 2
    )
    constrained = "-c c.txt\nflask==1\n=== c.txt\nflask==1 --hash=sha256:a\n"
    check(constrained, pip="26.1")
    assert messages(constrained, pip="26.0") == [
        "`flask` has no hash. pip demands one for every line, because c.txt line 1 has one."
    ]
    off = "--no-require-hashes\nflask --hash=sha256:a\nclick\n"
    check(off, pip="26.2")
    assert len(messages(off, pip="26.1")) == 1
    assert len(messages("--require-hashes\n" + off, pip="26.3")) == 1


def test_supported_environments() -> None:
    lines = "flask --hash=sha256:a\npywin32; sys_platform == 'win32'\n"
    assert len(messages(lines)) == 1
    check(lines, settings=Settings(platforms=("linux",)))


def test_where_most_lines_lack_one_it_is_said_once() -> None:
    without = "".join(f"package{number}\n" for number in range(30))
    related = "".join(
        f"package{number:02}\n--------- 1: This line has none\n" for number in range(20)
    )
    check(
        f"""
flask --hash=sha256:aaaa
      ^^^^^^^^^^^^^^^^^^ 1 missing-hash: This hash makes pip demand one for every line, and 21 lines have none.
click --hash=sha256:bbbb
{related}package20
"""  # noqa: E501 - a message stands on one line
    )
    once, editable = messages(f"--require-hashes\n{without}-e .\n")
    assert once == "This option makes pip demand a hash for every line, and 30 lines have none."
    assert editable.startswith("pip can check no hash of an editable requirement.")
    with_one = "".join(f"other{number} --hash=sha256:a\n" for number in range(30))
    assert len(messages(with_one + without)) == 30
    few = "".join(f"package{number}\n" for number in range(MOST_LINES))
    assert len(messages("flask --hash=sha256:a\n" + few)) == MOST_LINES
    assert len(messages("flask --hash=sha256:a\ndjango\n" + few)) == 1


def test_many_lines_about_one_package() -> None:
    lines = "".join(f"flask; python_version != '3.{number}'\n" for number in range(3000))
    assert len(messages("--require-hashes\n" + lines)) == 1


def test_crlf() -> None:
    check(
        """
flask --hash=sha256:aaaa
      ------------------ 1: The first hash is here
click
^^^^^ 1 missing-hash
""",
        newline="\r\n",
    )
