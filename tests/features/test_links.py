from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinwise.features.addresses import browsable
from pinwise.features.links import links
from tests.harness.features import check_links, open_files

if TYPE_CHECKING:
    from pathlib import Path


def test_includes() -> None:
    check_links(
        """
-r base.txt  # the usual
   ^^^^^^^^ link: base.txt
--constraint=sub/limits.txt
             ^^^^^^^^^^^^^^ link: sub/limits.txt
-r sub/../base.txt --pre
   ^^^^^^^^^^^^^^^ link: base.txt
-r missing.txt
-c
-r requirements.txt
   ^^^^^^^^^^^^^^^^ link: requirements.txt
-r https://ann:secret@host.example/base.txt
   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ link: https://host.example/base.txt
-r file:///project/base.txt
   ^^^^^^^^^^^^^^^^^^^^^^^^ link: base.txt
=== base.txt
flask
=== sub/limits.txt
flask<3
"""
    )


def test_a_target_that_a_continuation_breaks() -> None:
    check_links(
        """
-r ba\\
   ^^^> link: base.txt
se.txt
^^^^^^<
=== base.txt
flask
"""
    )


def test_addresses() -> None:
    check_links(
        """
--index-url https://ann:secret@index.example.org/simple
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ link: https://index.example.org/simple
tool @ https://host.example/tool.zip
       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ link: https://host.example/tool.zip
-e git+ssh://git@github.com/team/tool.git@v1.0#egg=tool
   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ link: https://github.com/team/tool/tree/v1.0
git+ssh://git@git.example/team/tool.git
ftp://host.example/tool.zip
--trusted-host host.example
flask
"""
    )


def test_variables_are_never_told() -> None:
    check_links(
        """
-r ${FOLDER}/base.txt
   ^^^^^^^^^^^^^^^^^^ link: ${FOLDER}/base.txt
-i https://${TOKEN}@index.example.org/simple
   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ link: https://index.example.org/simple
--extra-index-url https://index.example.org/${TOKEN}/simple
tool @ https://${HOST}/tool.zip
-r ${URL}
-r ${UNSET}/base.txt
=== sub/base.txt
flask
""",
        variables={
            "FOLDER": "sub",
            "TOKEN": "s3cr3t",
            "HOST": "host.example",
            "URL": "https://s3cr3t.example/base.txt",
        },
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with two packages, a folder of archives and a file that nobody can decode."""
    for name in ("lib/pyproject.toml", "old/setup.py", "wheels/tool.zip", "req/lib/README"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    (tmp_path / "broken.txt").write_bytes(b"flask\xff\xfe\n# coding: nothing\n\x00\xff")
    return tmp_path


def test_paths(project: Path) -> None:
    check_links(
        """
-e .
   ^ link: pyproject.toml
-e ./lib[dev]
   ^^^^^ link: lib/pyproject.toml
-e missing
./old
^^^^^ link: old/setup.py
tool @ file:./old
       ^^^^^^^^^^ link: old/setup.py
wheels/tool.zip
^^^^^^^^^^^^^^^ link: wheels/tool.zip
wheels/other.zip
--find-links wheels
             ^^^^^^ link: wheels
--find-links https://host.example/wheels
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^ link: https://host.example/wheels
-f nowhere
-r wheels
-r broken.txt
   ^^^^^^^^^^ link: broken.txt
""",
        folder=project,
    )


def test_a_path_is_taken_from_the_file_or_from_the_workspace(project: Path) -> None:
    # Beside the file lies a `lib` too, but it is no project.
    check_links(
        """
=== req/dev.txt
-e ./lib
   ^^^^^ link: lib/pyproject.toml
-e .
   ^ link: pyproject.toml
-f ./lib
   ^^^^^ link: req/lib
""",
        folder=project,
    )


def test_odd_targets_do_no_harm() -> None:
    check_links('-r "a\\0b"\n-r ""\n-e ""\n-f http://[\n./a\0b.zip\nx @ https://[::1/x\n-r \0\n')


def test_prose_has_no_links() -> None:
    prose = "These are the things that we need to do.\n"
    files = open_files(f"{prose * 5}-r base.txt\n=== base.txt\nflask\n")
    assert files.document.prose
    assert links(files.document, files.documents, files.folder) == []


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://host.example/a?b=c#d", "https://host.example/a?b=c#d"),
        ("http://host.example:8080/", "http://host.example:8080/"),
        ("HTTPS://ann:p%40ss@Host.Example/a", "https://Host.Example/a"),
        ("https://ann:p@ss@host.example/a", "https://host.example/a"),
        ("git+https://github.com/team/tool", "https://github.com/team/tool"),
        ("git+https://ann:secret@github.com/team/tool.git@main#egg=t&subdirectory=s",
         "https://github.com/team/tool/tree/main"),
        ("git+https://github.com/team/tool.git@refs/pull/1/head", "https://github.com/team/tool"),
        ("git+ssh://git@gitlab.com/group/sub/tool.git@v1",
         "https://gitlab.com/group/sub/tool/-/tree/v1"),
        ("git+git://bitbucket.org/team/tool@v1", "https://bitbucket.org/team/tool/src/v1"),
        ("git+https://codeberg.org/team/tool@v1", "https://codeberg.org/team/tool"),
        ("git+https://git.example/team/tool.git@v1#egg=t", "https://git.example/team/tool.git"),
        ("git+http://ann@git.example:81/t.git@v1", "http://git.example:81/t.git"),
        ("hg+https://hg.example/repo@tip#egg=r", "https://hg.example/repo"),
        ("svn+http://svn.example/svn/trunk@12", "http://svn.example/svn/trunk"),
        # Whether these have a page, and where, is not certain.
        ("git+ssh://git@git.example/team/tool.git", None),
        ("git+ssh://git@github.com:team/tool.git", None),
        ("git+https://github.com:444/team/tool", None),
        ("git+https://github.com/tool", None),
        ("git+file:///srv/tool.git", None),
        ("bzr+lp:tool", None),
        ("ftp://host.example/a.zip", None),
        ("file:///srv/a.zip", None),
        ("javascript:alert(1)", None),
        ("https://", None),
        ("https://host.example/a b", None),
        ("https://[::1/a", None),
        ("https://host.example:port/", None),
    ],
)  # fmt: skip
def test_addresses_of_a_browser(url: str, address: str | None) -> None:
    assert browsable(url) == address
