from __future__ import annotations

from functools import partial

from pinwise.advice.findings import Severity
from pinwise.base.facts import NotChecked, Reason
from pinwise.rules.unknown_package import unknown_package
from tests import harness

check = partial(harness.check, rules=[unknown_package])
check_fix = partial(harness.check_fix, rules=[unknown_package])


def test_what_is_not_known_is_not_reported() -> None:
    check(
        """
pending
offline
known==1.0
""",
        index={"offline": NotChecked(Reason.OFFLINE), "known": ["1.0"]},
    )


def test_only_the_name_is_marked() -> None:
    check(
        """
Some_Private.Name[extra]>=1.0 ; python_version >= "3.9"  # internal
^^^^^^^^^^^^^^^^^ unknown-package: No package index in use has `Some_Private.Name`.
""",
        index={"some-private-name": None},
    )


def test_every_line_of_every_file() -> None:
    check(
        """
-r base.txt
-c limits.txt
nowhere-to-be-found
^^^^^^^^^^^^^^^^^^^ unknown-package
=== base.txt
nowhere-to-be-found>=2
^^^^^^^^^^^^^^^^^^^ unknown-package
=== limits.txt
nowhere-to-be-found<3
^^^^^^^^^^^^^^^^^^^ unknown-package
""",
        index={"nowhere-to-be-found": None},
    )


def test_urls_and_paths_are_not_looked_up() -> None:
    check(
        """
nowhere @ https://files.example/nowhere-1.0-py3-none-any.whl
-e git+https://git.example/nowhere#egg=nowhere
./nowhere-1.0-py3-none-any.whl
""",
        index={"nowhere": None},
    )


def test_a_name_that_a_url_gives_is_not_looked_up() -> None:
    check(
        """
-e git+https://git.example/ours#egg=ours
ours>=1
-c limits.txt
=== limits.txt
ours<9
""",
        index={"ours": None},
    )
    check(
        """
ours @ https://files.example/ours.zip ; sys_platform == "win32"
ours ; sys_platform != "win32"
^^^^ unknown-package
""",
        index={"ours": None},
    )


def test_a_line_for_another_platform_is_looked_up_too() -> None:
    check(
        """
nowhere; sys_platform == "win32"
^^^^^^^ unknown-package
""",
        index={"nowhere": None},
    )


def test_an_invalid_line_is_no_unknown_package() -> None:
    check("nowhere==\n", index={"nowhere": None})


def test_a_continued_name() -> None:
    check(
        """
now\\
^^^^> unknown-package
here==1.0
^^^^<
""",
        index={"nowhere": None},
    )


def test_misspelt() -> None:
    index = {"reqeusts": None, "requests": ["2.32.3"], "grequests": None}
    check(
        """
reqeusts==2.32.3
^^^^^^^^ unknown-package: No package index in use has `reqeusts`. Did you mean `requests`?
""",
        index=index,
    )
    check_fix(
        'Req$0eusts [socks] ==2.32.3 ; python_version > "3" # web\n',
        'requests [socks] ==2.32.3 ; python_version > "3" # web\n',
        index=index,
    )


def test_what_the_index_lacks_is_not_suggested() -> None:
    check(
        """
reqeusts
^^^^^^^^ unknown-package: No package index in use has `reqeusts`.
""",
        index={"reqeusts": None, "requests": None, "grequests": None},
    )


def test_several_candidates_and_none_is_preferred() -> None:
    fixes = harness.fixes_at("$0fask\n", rules=[unknown_package], index={"fask": None})
    assert [(fix.title, fix.preferred) for fix in fixes] == [
        ("Change to `flask`", False),
        ("Change to `dask`", False),
    ]


def test_import_names() -> None:
    index = {"cv2": None, "dateutil": None, "pil": None}
    check(
        """
cv2
^^^ unknown-package: `cv2` is an import name, not a package: it comes from `opencv-python` or `opencv-python-headless`.
dateutil==2.9.0
^^^^^^^^ unknown-package: `dateutil` is an import name, not a package: it comes from `python-dateutil`.
PIL
^^^ unknown-package: `PIL` is an import name, not a package: it comes from `pillow`.
""",  # noqa: E501 - a message stands on one line
        index=index,
    )
    check_fix("$0PIL # images\n", "pillow # images\n", index=index)
    fixes = harness.fixes_at("$0cv2\n", rules=[unknown_package], index=index)
    assert [fix.preferred for fix in fixes] == [False, False]


def test_an_import_name_that_is_a_package_is_left_alone() -> None:
    check("websocket\nbs4\n", index={"websocket": ["0.0"], "bs4": ["0.0.2"]})


def test_standard_library() -> None:
    index = dict.fromkeys(["json", "os-path", "concurrent-futures"])
    check(
        """
json
^^^^ unknown-package: `json` is part of Python: there is nothing to install.
os.path
^^^^^^^ unknown-package: `os.path` is part of Python: there is nothing to install.
concurrent.futures>=3
^^^^^^^^^^^^^^^^^^ unknown-package: `concurrent.futures` is part of Python: there is nothing to install.
""",  # noqa: E501 - a message stands on one line
        index=index,
    )
    check_fix(
        "flask\nj$0son \\\n  >=1 # why not\n# kept\nrequests\n",
        "flask\n# kept\nrequests\n",
        index=index,
    )


def test_a_package_of_the_name_of_a_module() -> None:
    check("asyncio\nargparse\n", index={"asyncio": ["3.4.3"], "argparse": ["1.4.0"]})


def test_modules_that_python_dropped() -> None:
    index = {"telnetlib": None, "binhex": None}
    text = """
telnetlib
^^^^^^^^^ unknown-package: `telnetlib` was part of Python before 3.13, and is no package. `standard-telnetlib` takes its place.
"""  # noqa: E501 - a message stands on one line
    check(text, python="3.13", index=index)
    check_fix("$0telnetlib\n", "standard-telnetlib\n", python="3.13", index=index)
    check(
        """
telnetlib
^^^^^^^^^ unknown-package: `telnetlib` is part of Python: there is nothing to install.
binhex
^^^^^^ unknown-package: `binhex` was part of Python before 3.11, and is no package.
""",
        python="3.12",
        index=index,
    )
    check(
        """
telnetlib
^^^^^^^^^ unknown-package: `telnetlib` is part of Python: there is nothing to install.
""",
        python=None,
        index=index,
    )


def test_crlf() -> None:
    check("flask\njson\n^^^^ unknown-package\n", index={"json": None}, newline="\r\n")
    check_fix("a\nj$0son\nb\n", "a\nb\n", index={"json": None}, newline="\r\n")
    check_fix("a\nj$0son", "a\n", index={"json": None}, newline="\r\n")


def test_a_constraint_alone_is_a_hint() -> None:
    world = harness.World(rules=[unknown_package], index={"nowhere": None, "flask": ["3.0"]})

    def severity(text: str) -> Severity:
        (item,) = world.diagnostics(world.read(text).files)[:1]
        return item.severity

    text = "flask\n-c limits.txt\n=== limits.txt\nnowhere==1\n"
    assert severity(text) is Severity.HINT
    assert severity(f"nowhere\n{text}") is Severity.ERROR
