from __future__ import annotations

from functools import partial

import pytest

from pinwise.rules.insecure_index import insecure_index
from tests import harness
from tests.harness.counting import assert_linear

check = partial(harness.check, rules=[insecure_index])
check_fix = partial(harness.check_fix, rules=[insecure_index])
messages = partial(harness.messages, rules=[insecure_index])


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://packages.example/simple",
        "--index-url http://localhost:8000/simple",
        "--index-url http://LOCALHOST/simple",
        "--extra-index-url http://127.0.0.1/simple",
        "--find-links http://[::1]:8080/wheels",
        "--find-links ./wheels",
        "--find-links file:///wheels",
        "--index-url http://${HOST}/simple",
        "--trusted-host localhost",
        "--trusted-host ${HOST}",
        # No host of anything: another rule reports it.
        "--trusted-host https://packages.example",
        "--trusted-host a:b:c",
        "--index-url https://build:${TOKEN}@packages.example/simple",
        "--index-url https://${USER}:${TOKEN}@packages.example/simple",
        "--index-url https://build:$TOKEN@packages.example/simple",
        "--index-url https://build:%TOKEN%@packages.example/simple",
        "--index-url https://build:****@packages.example/simple",
        "--index-url https://build:<password>@packages.example/simple",
        "--index-url https://build@packages.example/simple",
        "--index-url https://oauth2accesstoken@packages.example/simple",
        "--index-url https://build:@packages.example/simple",
        "p @ git+ssh://git@code.example/team/project.git@v1.0",
        "p @ git+https://code.example/team/project.git@0123456789abcdef0123456789abcdef01234567",
        "p @ git+ssh://0123456789abcdef0123456789@code.example/p.git",
        "# --index-url https://build:secret@packages.example/simple",
        "p @ https://files.example/p.zip?mail=a:b@c",
    ],
)
def test_nothing_to_say(line: str) -> None:
    check(f"{line}\n")


@pytest.mark.parametrize(
    ("line", "host"),
    [
        ("--index-url http://packages.example/simple", "packages.example"),
        ("-i http://packages.example", "packages.example"),
        ("--index-url=HTTP://packages.example:8080/simple", "packages.example:8080"),
        ("-f 'http://packages.example/wheels'", "packages.example"),
        ("--extra-index-url http://${USER}:${TOKEN}@packages.example/", "packages.example"),
        ("--extra-index-url http://localhost.example/", "localhost.example"),
        ("--extra-index-url http://pack\\\nages.example/", "packages.example"),
    ],
)
def test_without_encryption(line: str, host: str) -> None:
    (message,) = messages(f"{line}\n")
    assert message.startswith(f"`{host}` would be asked without encryption.")


def test_a_host_that_the_files_trust() -> None:
    check(
        """
--index-url http://packages.example:81/simple
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ insecure-index
-r base.txt
=== base.txt
--trusted-host packages.example
               ^^^^^^^^^^^^^^^^ insecure-index
"""
    )


def test_trust_is_told_apart() -> None:
    text = "--trusted-host packages.example\n--index-url http://packages.example:81/\n"
    assert messages(text)[1].startswith("`packages.example:81` is asked without encryption.")


def test_another_port_is_not_trusted() -> None:
    text = "--trusted-host packages.example:80\n--index-url http://packages.example:81/\n"
    assert "would be asked" in messages(text)[1]


def test_encryption_is_suggested() -> None:
    check_fix(
        "--index-url $0http://packages.example/simple\n",
        "--index-url https://packages.example/simple\n",
    )


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://build:hunter2@packages.example/simple",
        "--index-url https://:hunter2@packages.example/simple",
        "--find-links https://build:hunter2@packages.example/wheels",
        "--index-url https://build:hunter2@${HOST}/simple",
        "--index-url https://${USER}:hunter2@packages.example/simple",
        "p @ https://build:hunter2@files.example/p.zip",
        "-e git+https://build:hunter2@code.example/p.git#egg=p",
        "https://build:hunter2@files.example/p-1.0.zip",
        "-r https://build:hunter2@files.example/base.txt",
        "--index-url https://build:hun\\\nter2@packages.example/simple",
        "--index-url https://build:hunter2'x@packages.example/simple",
        "--index-url https://build:hunter2@x@packages.example/simple",
    ],
)
def test_a_password_is_found_and_never_repeated(line: str) -> None:
    (message,) = messages(f"{line}\n")
    assert message.startswith("A password stands here")
    assert "hunter2" not in message
    assert "ter2" not in message


def test_a_token_in_the_place_of_a_user() -> None:
    check(
        """
p @ git+https://abcd0123456789abcdef0123@code.example/p.git
                ^^^^^^^^^^^^^^^^^^^^^^^^ insecure-index
"""
    )


def test_a_variable_is_suggested() -> None:
    check_fix(
        "--index-url https://build:hun$0ter2@packages.example/simple\n",
        "--index-url https://build:${INDEX_PASSWORD}@packages.example/simple\n",
        title="Change to `${INDEX_PASSWORD}`",
    )


def test_linear_in_the_file() -> None:
    def look(size: int) -> None:
        messages(f"p @ https://{'a:' * size}\nq @ https://{'x@' * size}\n{'://' * size}\n")

    assert_linear(look, 1_500)
