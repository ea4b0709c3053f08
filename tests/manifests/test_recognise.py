from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from pinwise.manifests.declarations import Role
from pinwise.manifests.recognise import is_requirements_file, looks_like_prose, role_of
from tests.harness.counting import assert_linear
from tests.syntax.corpus import corpus


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("requirements.txt", Role.REQUIREMENT),
        ("requirements.in", Role.REQUIREMENT),
        ("dev-requirements.txt", Role.REQUIREMENT),
        ("requirements_test.txt", Role.REQUIREMENT),
        ("Requirements-Dev.TXT", Role.REQUIREMENT),
        ("requirements/base.txt", Role.REQUIREMENT),
        ("a/requirements/base.in", Role.REQUIREMENT),
        ("constraints.txt", Role.CONSTRAINT),
        ("constraints-3.11.txt", Role.CONSTRAINT),
        ("requirements/constraints.txt", Role.CONSTRAINT),
        ("MANIFEST.in", None),
        ("requirements.md", None),
        ("requirements.txt.bak", None),
        ("notes.txt", None),
        ("my-constraints.txt", None),
        ("requirements/README", None),
        ("requirements/deep/base.txt", None),
    ],
)
def test_names(path: str, role: Role | None) -> None:
    assert role_of(PurePosixPath(path)) is role
    assert is_requirements_file(PurePosixPath(path)) is (role is not None)


PROSE = {
    "product requirements": """\
Product requirements

1. The user must be able to log in with an email address.
2. Passwords are stored hashed; see the security page.
3. Python >= 3.8 is needed on the server.

- The page loads in less than two seconds.
- A user can delete the account (see below).
""",
    "one sentence": "Please install the packages listed in the handbook.\n",
    "letter": "Dear all,\nbelow is what we need for the course.\nBring a laptop.\nThanks!\n",
    "markdown": "# Requirements\n\nThis project needs a database.\n\n## Setup\n\nRun it first.\n",
    "german": "Die Anwendung muss auf jedem Ger\xe4t laufen.\nDas Passwort ist lang.\n",
    "about options": "--help shows all of the options\n",
    "list of features": "* must run on Windows and Linux\n* must not need the network\n* fast\n",
}


@pytest.mark.parametrize("name", PROSE)
def test_prose(name: str) -> None:
    assert looks_like_prose(PROSE[name])


REQUIREMENTS = {
    "empty": "",
    "comments only": "# This file is for people.\n# It holds nothing but long sentences of text.\n",
    "names": "flask\ndjango\nrequests\n",
    "names with a forgotten hash sign": "flask\ndjango\nrequests\nthese are needed by the worker\n",
    "long comments": "# We need this because of the thing that happened last year.\nflask # web\n",
    "mistakes": "flask=2.0\ndjango=>3\nrequests 2.0\nnumpy==latest\npandas>=1.0 <2.0\n",
    "many mistakes": "flask = 2\ninstall django\npip install requests\nnumpy latest\nscipy==\n",
    "conda": "_libgcc_mutex=0.1=main\nca-certificates=2023.7.22=hbcca054_0\n",
    "freeze of a conda user": "cffi @ file:///croot/cffi_1670423208954/work\nflask==1.0\n",
    "typing": "fla",
    "typing a second word": "flask dj",
    "options": "--index-url https://index.example/simple\n--no-index --pre\n-e .\n",
    "several options with values on one line": "--only-binary :all: --no-binary p\n",
    "short options": "-i https://index.example/simple -f wheels --pre\n",
    "one with a sentence": "flask==1.0\nThe next one is for the tests only.\npytest==7\nmock==5\n",
}


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_not_prose(name: str) -> None:
    assert not looks_like_prose(REQUIREMENTS[name])


@pytest.mark.parametrize("name", corpus())
def test_the_corpus_is_not_prose(name: str) -> None:
    assert not looks_like_prose(corpus()[name])


def cases(name: str) -> dict[str, str]:
    """Return the texts of a file of cases: each begins with `%%` and its name."""
    text = (Path(__file__).parent / "data" / name).read_text("utf-8")
    parts = text.split("%% ")[1:]
    return {part.partition("\n")[0]: part.partition("\n")[2] for part in parts}


@pytest.mark.parametrize("name", cases("prose.txt"))
def test_what_people_write_for_people_is_prose(name: str) -> None:
    assert looks_like_prose(cases("prose.txt")[name])


@pytest.mark.parametrize("name", cases("meant.txt"))
def test_what_was_meant_for_pip_is_not_prose(name: str) -> None:
    assert not looks_like_prose(cases("meant.txt")[name])


@pytest.mark.parametrize(
    "piece", ["a ", "a-", "a.", "the ", "- ", "|", "| ", "<a", "$ ", "[", "a[", "x" * 50]
)
def test_the_decision_is_linear(piece: str) -> None:
    assert_linear(lambda count: looks_like_prose(piece * count), 1_500)
