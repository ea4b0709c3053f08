from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING

import pytest

from pinwise.rules.hash_mismatch import hash_mismatch
from tests import harness
from tests.harness import Partly, Stale

if TYPE_CHECKING:
    from tests.harness.facts import DigestFacts, IndexFacts

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


def _option(text: str, algorithm: str = "sha256") -> str:
    return f"--hash={algorithm}:{hashlib.new(algorithm, text.encode()).hexdigest()}"


def _hashes(*texts: str, algorithm: str = "sha256") -> list[dict[str, str]]:
    return [{algorithm: hashlib.new(algorithm, text.encode()).hexdigest()} for text in texts]


INDEX: IndexFacts = {
    "p": ["1.0", "2.0", "3.0", "4.0"],
    "torch": ["2.0", "2.0+cpu", "2.0+cuda", "2.1", "2.1+cpu"],
    "partly": Partly(["1.0"]),
    "stale": Stale(["1.0"]),
}
DIGESTS: DigestFacts = {
    "p 1.0": _hashes("wheel", "source"),
    "p 3.0": [*_hashes("a"), {}],
    "partly 1.0": _hashes("a"),
    "stale 1.0": _hashes("a"),
    "torch 2.0": _hashes("a"),
    "torch 2.0+cpu": _hashes("b"),
    "torch 2.0+cuda": _hashes("c"),
    "torch 2.1": _hashes("a"),
}


@pytest.mark.parametrize(
    "line",
    [
        f"p==1.0 {_option('wheel')}",
        f"p==1.0.0 {_option('wheel').upper().replace('--HASH=SHA256', '--hash=sha256')}",
        f"p==1.0 {_option('other')} {_option('source')}",
        f"p==1.0 {_option('other')} {_option('other', 'sha512')}",
        f"p==2.0 {_option('other')}",
        f"p==3.0 {_option('other')}",
        f"p>=1.0 {_option('other')}",
        f"p==9.0 {_option('other')}",
        f"partly==1.0 {_option('other')}",
        f"stale==1.0 {_option('other')}",
        f"unasked==1.0 {_option('other')}",
        f"torch==2.0 {_option('b')}",
        f"torch==2.1 {_option('b')}",
        f"p @ https://files.example/p-1.0.zip {_option('other')}",
    ],
)
def test_a_file_has_the_hash_or_it_is_not_known(line: str) -> None:
    check(f"{line}\n", index=INDEX, digests=DIGESTS)


def test_hashes_of_other_files() -> None:
    def said(text: str) -> list[str]:
        return messages(f"{text}\n", index=INDEX, digests=DIGESTS)

    one = "No file of `p==1.0` has this hash. pip refuses to install it."
    assert said(f"p==1.0 {_option('other')}") == [one]
    many = "No file of `p==1.0` has any of these hashes. pip refuses to install it."
    assert said(f"p==1.0 {_option('other')} {_option('more')}") == [many]
    assert said("-c c.txt\n=== c.txt\np==1.0 " + _option("other")) == [one]
    assert len(said(f"torch==2.0 {_option('d')}")) == 1
    assert len(said(f"torch==2.0+cpu {_option('c')}")) == 1


def test_one_mistake_is_told_once() -> None:
    text = f"p==1.0 {_option('other')} --hash=sha256:00\n"
    (message,) = messages(text, index=INDEX, digests=DIGESTS)
    assert "has 64 digits" in message


def test_what_is_not_to_be_judged() -> None:
    # An unknown algorithm is a mistake of another rule's; a fragment may hold anything.
    check("p==1 --hash=sha1:00\np @ https://files.example/p.zip#egg=p&x=00\n./p.zip#sha256=00\n")
