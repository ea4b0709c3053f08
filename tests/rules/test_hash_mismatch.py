from __future__ import annotations

import hashlib
from functools import partial

import pytest

from pinwise.rules.hash_mismatch import hash_mismatch
from tests import harness

check = partial(harness.check, rules=[hash_mismatch])
messages = partial(harness.messages, rules=[hash_mismatch])


def _digest(algorithm: str) -> str:
    return hashlib.new(algorithm, b"a file").hexdigest()


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
def test_the_length_of_each_algorithm(algorithm: str) -> None:
    digest = _digest(algorithm)
    check(f"p==1 --hash={algorithm}:{digest} --hash {algorithm}:{digest.upper()}\n")
    for wrong in (digest[:-1], f"{digest}0"):
        (message,) = messages(f"p==1 --hash={algorithm}:{wrong}\n")
        assert f"has {len(digest)} digits, and this one has {len(wrong)}." in message


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"])
@pytest.mark.parametrize("line", ["p @ {}", "{}"])
def test_urls(algorithm: str, line: str) -> None:
    url = f"https://files.example/p-1.0.zip#{algorithm}="
    digest = _digest(algorithm)
    good, short = (line.format(url + text) for text in (digest, digest[1:]))
    check(f"{good}\n{good}&egg=p\n")
    (message,) = messages(f"{short}\n")
    assert f"has {len(digest)} digits" in message


def test_places() -> None:
    digest = _digest("sha256")
    good = f"{'':18}"
    check(
        f"""
p==1 \\
    --hash=sha256:{digest} \\
    --hash=sha256:{"f" * 9}  # short
           {"^" * 16} hash-mismatch
q @ https://files.example/q.zip#egg=q&sha256=00
{good}{"":20}^^^^^^^^^ hash-mismatch
""",
    )


def test_what_is_no_digit() -> None:
    digest = _digest("sha256")
    said = "`g` is no hexadecimal digit, so no file has this `sha256` hash."
    assert messages(f"p==1 --hash=sha256:{digest[:-1]}g\n") == [said]
    assert messages(f"p==1 --hash=sha256:{digest[:9]}g\n") == [said]


def test_a_digest_over_a_continuation() -> None:
    digest = _digest("sha256")
    check(f"p==1 --hash=sha256:{digest[:20]}\\\n{digest[20:]}\n")
    check(f"p @ https://files.example/p.zip#sha256={digest[:20]}\\\n{digest[20:]}\n")


def test_other_files_and_constraints() -> None:
    check(
        """
-r base.txt
-c limits.txt
=== base.txt
p==1 --hash=sha256:00
            ^^^^^^^^^ hash-mismatch
=== limits.txt
p==1 --hash=sha512:00
            ^^^^^^^^^ hash-mismatch
"""
    )


def test_what_is_not_to_be_judged() -> None:
    # An unknown algorithm is a mistake of another rule's; a fragment may hold anything.
    check("p==1 --hash=sha1:00\np @ https://files.example/p.zip#egg=p&x=00\n./p.zip#sha256=00\n")
