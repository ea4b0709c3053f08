"""The model of hash-checking mode, held to pip 26.3 over files that cover its cases, and others."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from pinwise.advice.context import Context
from pinwise.advice.hash_mode import Lack, hash_mode
from pinwise.project.files import Documents
from pinwise.project.graph import read_tree
from pinwise.project.settings import Settings
from tests.advice.pip_hashes import ask, wheel
from tests.harness.facts import target_of

if TYPE_CHECKING:
    from pathlib import Path

CASES = {
    "one without": ["aa==1.0 {aa}\nbb==1.0\n"],
    "unpinned without": ["aa==1.0 {aa}\nbb\n"],
    "unpinned with": ["bb {bb}\n"],
    "the first line decides": ["aa==1.0 {aa}\naa\n"],
    "a later line does not": ["aa\naa==1.0 {aa}\n"],
    "nor where both are pinned": ["aa==1.0\naa==1.0 {aa}\n"],
    "an extra first": ["aa[x]==1.0\naa==1.0 {aa}\n"],
    "an extra second": ["aa==1.0 {aa}\naa[x]\n"],
    "a constraint's hash": ["aa\n-c c.txt\n", "aa==1.0 {aa}\n"],
    "a constraint switches it on": ["aa\nbb==1.0\n-c c.txt\n", "aa==1.0 {aa}\n"],
    "a constraint needs none": ["aa==1.0 {aa}\n-c c.txt\n", "aa==1.0\nbb==1.0\n"],
    "one of two constraints": ["aa==1.0\n-c c.txt\n", "aa==1.0\naa==1.0 {aa}\n"],
    "a URL's fragment": ["aa @ {url}#sha256={digest}\nbb==1.0 {bb}\n"],
    "behind another part": ["aa @ {url}#egg=aa&sha256={digest}\nbb==1.0 {bb}\n"],
    "an empty fragment": ["aa @ {url}#sha256=\nbb==1.0 {bb}\n"],
    "a URL without": ["aa @ {url}\nbb==1.0 {bb}\n"],
    "a URL, then the name": ["aa @ {url} {aa}\naa==1.0\nbb==1.0 {bb}\n"],
    "the name, then a URL": ["aa==1.0\naa @ {url} {aa}\nbb==1.0 {bb}\n"],
    "the name with, a URL without": ["aa==1.0 {aa}\naa @ {url}\n"],
    "a URL twice": ["aa @ {url} {aa}\naa @ {url}\n"],
    "a URL twice, the second with": ["aa @ {url}\naa @ {url} {aa}\n"],
    "a URL and a constraint": ["aa @ {url}\n-c c.txt\n", "aa==1.0 {aa}\n"],
    "a constraint by URL": ["aa==1.0\nbb==1.0 {bb}\n-c c.txt\n", "aa @ {url}\n"],
    "with a hash": ["aa==1.0\nbb==1.0 {bb}\n-c c.txt\n", "aa @ {url} {aa}\n"],
    "with a fragment": ["aa==1.0\nbb==1.0 {bb}\n-c c.txt\n", "aa @ {url}#sha256={digest}\n"],
    "a path": ["../wheels/aa-1.0-py3-none-any.whl\nbb==1.0 {bb}\n"],
    "a path with": ["../wheels/aa-1.0-py3-none-any.whl {aa}\nbb==1.0 {bb}\n"],
    "a folder": ["../proj\nbb==1.0 {bb}\n"],
    "a folder with": ["../proj {bb}\n"],
    "a folder by URL": ["proj @ {project}\nbb==1.0 {bb}\n"],
    "an editable": ["-e ../proj\nbb==1.0 {bb}\n"],
    "an editable's hash is dropped": ["-e ../proj {bb}\nbb==1.0\n"],
    "a repository": ["proj @ git+{project}\nbb==1.0 {bb}\n"],
    "a marker that is false counts": ["aa==1.0; sys_platform == 'x' {aa}\nbb==1.0\n"],
    "two markers": ["aa==1.0; os_name == 'x'\naa==1.0; os_name != 'x' {aa}\n"],
    "required": ["--require-hashes\nbb==1.0\n"],
    "required by a constraints file": ["-c c.txt\nbb==1.0\n", "--require-hashes\n"],
    "required beside a name": ["bb==1.0 --require-hashes\n"],
    "required beside an include": ["-r c.txt --require-hashes\n", "bb==1.0\n"],
    "not required": ["--no-require-hashes\naa==1.0 {aa}\nbb==1.0\n"],
    "not required by a later file": ["aa==1.0 {aa}\nbb==1.0\n-c c.txt\n", "--no-require-hashes\n"],
    "without a package": ["{aa}\naa==1.0\n"],
    "an include before": ["-r c.txt\naa==1.0 {aa}\n", "aa\n"],
    "an include after": ["aa==1.0 {aa}\n-r c.txt\n", "aa\n"],
    "requirements of a constraints file": ["aa==1.0 {aa}\n-c c.txt\n", "-r d.txt\n", "bb==1.0\n"],
}
"""`requirements.txt`, then `c.txt` and `d.txt`."""

NOT_HERE = {"two markers"}
"""A line for another platform is reported too, where this pip does not look at it."""


def _made_up(count: int) -> list[list[str]]:
    """Return files of lines in random order, the same ones every time."""
    choose = random.Random(26)  # noqa: S311 - nothing secret
    lines = ["aa==1.0", "aa==1.0 {aa}", "aa", "aa[x]==1.0 {aa}", "bb==1.0", "bb {bb}", "cc {cc}"]
    lines += ["cc==1.0; os_name != 'x'", "aa @ {url}", "aa @ {url} {aa}", "bb==1.* {bb}"]
    bounds = ["aa==1.0 {aa}", "bb==1.0", "bb==1.0 {bb}", "cc==1.0", "cc<2 {cc}"]
    made = []
    for _ in range(count):
        root = choose.sample(lines, choose.randint(1, 4))
        root.insert(choose.randint(0, len(root)), choose.choice(["-c c.txt", "-r d.txt"]))
        inner = choose.sample(bounds, choose.randint(0, 2))
        made.append(["\n".join(root), "\n".join(inner), "\n".join(choose.sample(lines, 1))])
    return made


@pytest.fixture(scope="module")
def judged(
    tmp_path_factory: pytest.TempPathFactory,
) -> list[tuple[str, Path, dict[str, list[str]]]]:
    """Every case with its folder and what pip rejects of it."""
    top = tmp_path_factory.mktemp("hashes")
    wheels, project = top / "wheels", top / "proj"
    wheels.mkdir()
    project.mkdir()
    (project / "pyproject.toml").write_text('[project]\nname = "proj"\nversion = "1"\n')
    digests = {name: wheel(wheels, name, "1.0") for name in ("aa", "bb", "cc")}
    facts = {name: f"--hash={digest}" for name, digest in digests.items()}
    facts["digest"] = digests["aa"].partition(":")[2]
    facts["url"] = (wheels / "aa-1.0-py3-none-any.whl").as_uri()
    facts["project"] = project.as_uri()
    named = [*CASES.items(), *((f"made up {n}", texts) for n, texts in enumerate(_made_up(60)))]
    folders = []
    for number, (_, texts) in enumerate(named):
        folder = top / str(number)
        folder.mkdir()
        for name, text in zip(("requirements.txt", "c.txt", "d.txt"), texts, strict=False):
            (folder / name).write_text(text.format(**facts))
        folders.append(folder)
    answers = ask(folders, wheels)
    names = [name for name, _ in named]
    return list(zip(names, folders, answers, strict=True))


def test_pip_rejects_the_same_lines(
    judged: list[tuple[str, Path, dict[str, list[str]]]],
) -> None:
    kinds = {Lack.HASH: "hash", Lack.EDITABLE: "editable", Lack.FOLDER: "folder"}
    kinds[Lack.REPOSITORY] = "repository"
    checked = 0
    for name, folder, answer in judged:
        tree = read_tree(folder / "requirements.txt", Documents(environment={}))
        assert not tree.problems
        mode = hash_mode(Context(tree, Settings(), target=target_of("3.12")))
        ours = {kinds[found.lack] for found in mode.rejected} if mode is not None else set()
        theirs = {"hash" if kind in ("missing", "unpinned") else kind for kind in answer}
        if name in NOT_HERE:
            assert ours > theirs
            continue
        assert ours == theirs, f"{name}: {(folder / 'requirements.txt').read_text()}"
        if ours == {"hash"} and mode is not None:
            lacking = {
                found.line.requirement.name for found in mode.rejected if found.line.requirement
            }
            named = {name for names in answer.values() for name in names}
            # pip stops at the first package that it cannot take.
            assert named <= lacking, f"{name}: {(folder / 'requirements.txt').read_text()}"
        checked += bool(ours)
    assert checked > 30
