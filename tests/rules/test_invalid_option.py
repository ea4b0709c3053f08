from __future__ import annotations

from functools import partial

import pytest

from pinwise.rules.invalid_option import invalid_option
from pinwise.rules.invalid_requirement import invalid_requirement
from tests import harness

check = partial(harness.check, rules=[invalid_option])
check_fix = partial(harness.check_fix, rules=[invalid_option])
messages = partial(harness.messages, rules=[invalid_option])


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://packages.example/simple",
        "--extra-index https://packages.example/simple",
        "-i https://packages.example/simple",
        "--pre",
        "-rbase.txt",
        "flask==2 --hash=sha256:aaaa \\\n --hash=sha384:bbbb",
        "flask=2",
    ],
)
def test_what_pip_accepts_or_another_rule_reports(line: str) -> None:
    check(f"{line}\n=== base.txt\n")


def test_words_and_places() -> None:
    check(
        """
--no-such-thing
^^^^^^^^^^^^^^^ invalid-option: pip knows no option `--no-such-thing` in a requirements file.
--req
^^^^^ invalid-option: `--req` is ambiguous: it could be `--require-hashes` or `--requirement`.
--install-option=x
^^^^^^^^^^^^^^^^ invalid-option: pip 23.1 and newer no longer knows `--install-option`.
flask==2.0 \\
    --hash=md5:aaaa
           ^^^^^^^^ invalid-option: pip rejects this option: md5 is not one of sha256, sha384, sha512.
--index-url
           | invalid-option: `--index-url` needs a value.
--find-links "a
             ^^ invalid-option: This quotation is never closed, so that pip cannot split the options.
"""  # noqa: E501 - a message stands on one line
    )


def test_fix() -> None:
    check_fix(
        "--extra-index-utl$0 https://packages.example/simple # ours\n",
        "--extra-index-url https://packages.example/simple # ours\n",
        title="Change to `--extra-index-url`",
    )


@pytest.mark.parametrize(
    ("line", "before", "since"),
    [
        ("--all-releases :all:", "25.3", "26.0"),
        ("flask --only-final x", "25.3", "26.0"),
        ("--no-require-hashes", "26.1", "26.2"),
        ("--no-r", "26.1", "26.2"),
        ("--use-feature build-constraint", "25.2", "25.3"),
        ("--use-feature=inprocess-build-deps", "25.3", "26.0"),
        ("--use-feature venv-isolation", "26.1.2", "26.2"),
    ],
)
def test_what_only_a_newer_pip_knows(line: str, before: str, since: str) -> None:
    (said,) = messages(f"{line}\n", pip=before)
    assert said.startswith(f"pip {before} of this environment does not know ")
    assert said.endswith(f": it needs pip {since}.")
    assert messages(f"{line}\n", pip=since) == []
    assert messages(f"{line}\n") == []


@pytest.mark.parametrize(
    ("line", "last", "since"),
    [
        ("--global-option=x", "25.2", "25.3"),
        ("--glob x", "25.2", "25.3"),
        ("flask --global-option=x", "25.2", "25.3"),
        ("--only x", "25.3", "26.0"),
    ],
)
def test_what_only_an_older_pip_knows(line: str, last: str, since: str) -> None:
    assert messages(f"{line}\n", pip=last) == []
    assert messages(f"{line}\n", pip="22.0") == []
    (said,) = messages(f"{line}\n", pip=since)
    assert f"pip {since}" in said
    assert messages(f"{line}\n") == [said]


@pytest.mark.parametrize(
    ("before", "after", "title"),
    [
        ("flask --up$0grade  # c", "flask  # c", "Remove `--upgrade`"),
        ("-$0U", "", "Remove `-U`"),
        ("flask -$0t dir --pre", "flask --pre", "Remove `-t dir`"),
        ("--uploaded-$0prior-to=2020-01-01", "", "Remove `--uploaded-prior-to=2020-01-01`"),
        ("flask --client-$0cert=x y", "flask y", "Remove `--client-cert=x`"),
        ("--upgr$0ade=1 --pre", "--pre", "Remove `--upgrade=1`"),
        ('--pro$0xy="a b" --pre', "--pre", 'Remove `--proxy="a b"`'),
        ("-requir$0ement a.txt", "--requirement a.txt", "Change to `--requirement`"),
        ("-ex$0tra-index-url=x", "--extra-index-url=x", "Change to `--extra-index-url`"),
    ],
)
def test_more_fixes(before: str, after: str, title: str) -> None:
    after = f"{after}\n" if after else ""
    check_fix(f"{before}\n", after, title=title)


def test_what_belongs_elsewhere_and_what_one_dash_makes_of_an_option() -> None:
    check(
        """
requests --upgrade
         ^^^^^^^^^ invalid-option: `--upgrade` belongs on pip's command line, not in a requirements file.
-requirement a.txt
^^^^^^^^^^^^ invalid-option: pip reads `-requirement` as `-r equirement`. Write `--requirement`.
-requirements.txt
"""  # noqa: E501 - a message stands on one line
    )


@pytest.mark.parametrize("line", ["-e", "--editable", "-r", "--hash"])
def test_a_value_that_lacks_is_said_once(line: str) -> None:
    both = partial(harness.messages, rules=[invalid_option, invalid_requirement])
    assert both(f"{line}\n") == [f"`{line}` needs a value."]


@pytest.mark.parametrize(
    ("value", "says", "fixed"),
    [
        ("htps://i.example/s", "no index and no page by `htps://`", "https://i.example/s"),
        ("HTTPSS://i.example/s", "by `HTTPSS://`", "https://i.example/s"),
        ("htp://i.example/s", "by `htp://`", "http://i.example/s"),
        ("ftp://i.example/s", "by `ftp://`", None),
        ("git+https://i.example/s", "by `git+https://`", None),
        ("https:/i.example/s", "finds no host", "https://i.example/s"),
        ("https:///i.example/s", "finds no host", "https://i.example/s"),
        ("https:i.example/s", "finds no host", "https://i.example/s"),
        ("https//i.example/s", "finds no host", "https://i.example/s"),
        ("http:/localhost/s", "finds no host", "http://localhost/s"),
        (r"https:\\i.example\s", "finds no host", None),
        ("localhost:8080/s", "`http://` is missing", "http://localhost:8080/s"),
        ("127.0.0.1:8080", "`http://` is missing", "http://127.0.0.1:8080"),
        ("mirror:8080/s", "`https://` is missing", "https://mirror:8080/s"),
        ("i.example:8080/s", "`https://` is missing", "https://i.example:8080/s"),
        ("https://i.example:port/s", "port is no number", None),
        ("https://", "has no host", None),
        ("= https://i.example/s", "without spaces", "https://i.example/s"),
    ],
)
@pytest.mark.parametrize("option", ["--index-url", "--extra-index-url"])
def test_misspelt_addresses(option: str, value: str, says: str, fixed: str | None) -> None:
    (message,) = messages(f"{option} {value}\n")
    assert says in message
    if fixed is None:
        assert harness.fixes_at(f"{option} $0{value}\n", rules=[invalid_option]) == []
    else:
        check_fix(f"{option} $0{value}\n", f"{option} {fixed}\n")


@pytest.mark.parametrize(
    "value", ["'https://i.example/s'", '"https://i.example/s"', "C:/simple", "file:///s", "http"]
)
def test_addresses_that_only_look_misspelt(value: str) -> None:
    check(f"--index-url {value}\n")


def test_hosts_and_addresses_that_serve_nothing() -> None:
    check(
        """
--trusted-host a:b:c
               ^^^^^ invalid-option: This is no host, and pip fails on it.
--trusted-host index.example:abc
               ^^^^^^^^^^^^^^^^^ invalid-option: This is no host, and pip fails on it.
--trusted-host https://index.example/simple
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ invalid-option: `--trusted-host` takes a host without `https://`.
--extra-index-url=https://[::1/
                  ^^^^^^^^^^^^^ invalid-option: pip fails on this address: its host is invalid.
--index-url index.example/simple
            ^^^^^^^^^^^^^^^^^^^^ invalid-option: This is no address: `https://` is missing.
-i=https://index.example
  ^ invalid-option: `-i` takes no `=`: pip makes it a part of the address.
"""
    )


@pytest.mark.parametrize(
    "line",
    [
        "--trusted-host index.example",
        "--trusted-host index.example:8080",
        "--trusted-host ::1",
        "--trusted-host [::1]:80",
        "--trusted-host *.index.example",
        "--trusted-host ${HOST}://x",
        "--index-url https://[::1]:80/simple",
        "--index-url https://me:pass@index.example/simple",
        "-i ./simple",
        "-i /srv/simple",
        "-i simple",
        "-i ${HOST}.example/simple",
        "-ihttps://index.example",
        "--index-url=https://index.example",
    ],
)
def test_hosts_and_addresses_that_serve(line: str) -> None:
    check(f"{line}\n")


@pytest.mark.parametrize(
    ("before", "after", "title"),
    [
        (
            "--trusted-host h$0ttps://index.example:80/simple",
            "--trusted-host index.example:80",
            "Change to `index.example:80`",
        ),
        (
            "--index-url in$0dex.example/simple",
            "--index-url https://index.example/simple",
            "Change to `https://index.example/simple`",
        ),
        ("-i=$0https://index.example", "-i https://index.example", "Remove `=`"),
    ],
)
def test_fixes_of_hosts_and_addresses(before: str, after: str, title: str) -> None:
    check_fix(f"{before}\n", f"{after}\n", title=title)
