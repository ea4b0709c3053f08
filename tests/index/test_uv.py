from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pinwise.base.facts import Absent, Known, NotChecked, Reason
from pinwise.base.toml import parse_toml
from pinwise.index.client import IndexClient
from pinwise.index.configuration import FileOption, with_file_options
from pinwise.index.http import HttpClient
from pinwise.index.places import sources_of
from pinwise.index.types import IndexOptions
from pinwise.index.uv import with_uv
from pinwise.index.uv_files import UvTable
from tests.fake_index import FakeIndex, Release
from tests.index.support import fetch, name, versions_of

if TYPE_CHECKING:
    from collections.abc import Mapping

UV = shutil.which("uv", path=Path(sys.executable).parent)
PIPS = IndexOptions(index_url="https://pip.example/simple", extra_index_urls=("https://x.example",))


def tables(text: str, *, workspace: bool = True, folder: str = "/project") -> list[UvTable]:
    return [UvTable(parse_toml(text), Path(folder) / "uv.toml", workspace)]


def read(
    text: str, environ: Mapping[str, str] | None = None, options: IndexOptions = PIPS
) -> IndexOptions:
    variables = {"XDG_CONFIG_HOME": "/missing", "XDG_CONFIG_DIRS": "/missing", **(environ or {})}
    return with_uv(options, tables(text), variables)


class TestWhichConfigurationCounts:
    @pytest.mark.parametrize(
        "text", ["", "compile-bytecode = true", 'index-strategy = "first-index"']
    )
    def test_without_a_place_pips_stays(self, text: str) -> None:
        assert read(text) == PIPS

    @pytest.mark.parametrize(
        "text",
        [
            'index-url = "https://uv.example/simple"',
            'pip.index-url = "https://uv.example/simple"',
            '[[index]]\nurl = "https://uv.example/simple"\ndefault = true',
        ],
    )
    def test_a_place_of_the_project_replaces_all_of_pips(self, text: str) -> None:
        options = read(text)
        assert options.index_url == "https://uv.example/simple"
        assert options.extra_index_urls == ()
        assert options.first_index
        assert options.workspace_urls == {"https://uv.example/simple"}

    def test_a_place_of_the_variables_does_too(self) -> None:
        environ = {
            "UV_DEFAULT_INDEX": "https://uv.example/",
            "UV_INDEX": "own=https://own.example/",
        }
        options = read("", environ)
        assert options.index_url == "https://uv.example/"
        assert options.extra_index_urls == ("https://own.example/",)
        assert options.workspace_urls == frozenset()
        assert options.user_hosts == {"uv.example", "own.example"}

    def test_of_the_users_file(self, tmp_path: Path) -> None:
        (tmp_path / "uv").mkdir()
        file = tmp_path / "uv" / "uv.toml"
        file.write_text('extra-index-url = ["https://mine.example/"]', encoding="utf-8")
        environ = {"XDG_CONFIG_HOME": str(tmp_path), "APPDATA": str(tmp_path)}
        options = read('extra-index-url = ["https://theirs.example/"]', environ)
        assert options.extra_index_urls == ("https://theirs.example/", "https://mine.example/")
        assert options.workspace_urls == {"https://theirs.example/"}
        assert options.user_hosts == {"mine.example"}
        for variables in ({"UV_NO_CONFIG": "1"}, {"UV_CONFIG_FILE": str(tmp_path / "none.toml")}):
            assert read('index-url = "https://a.example"', {**environ, **variables}) == PIPS
        environ = {"UV_CONFIG_FILE": str(file)}
        options = read('index-url = "https://a.example"', environ)
        assert options.extra_index_urls == ("https://mine.example/",)

    def test_the_keyring_only_where_uv_is_told_to(self) -> None:
        options = IndexOptions(keyring="/bin/keyring")
        text = 'index-url = "https://a.example"\n'
        assert read(text, options=options).keyring is None
        told = f'{text}keyring-provider = "subprocess"'
        assert read(told, options=options).keyring == "/bin/keyring"

    def test_damaged_values_are_left_out(self) -> None:
        text = 'index = [3, {url = 4}]\nextra-index-url = [5, "https://a.example"]\npip = 6'
        assert read(text).extra_index_urls == ("https://a.example",)

    def test_paths_start_from_the_file(self) -> None:
        options = read('find-links = ["wheels", "/all", "https://l.example/"]')
        assert options.find_links == (str(Path("/project/wheels")), "/all", "https://l.example/")
        flat = read('[[index]]\nurl = "wheels"\nformat = "flat"')
        assert flat.find_links == (str(Path("/project/wheels")),)


class TestCredentialsOfVariables:
    TEXT = '[[index]]\nname = "our-own"\nurl = "https://own.example/simple"'
    ENVIRON = {"UV_INDEX_OUR_OWN_USERNAME": "me", "UV_INDEX_OUR_OWN_PASSWORD": "p@ss"}  # noqa: RUF012

    def test_go_to_a_host_that_the_user_names(self) -> None:
        environ = {"UV_INDEX": "our_own=https://own.example/simple", **self.ENVIRON}
        options = read("", environ)
        assert options.extra_index_urls == ("https://me:p%40ss@own.example/simple",)
        assert options.variable_urls == frozenset()

    def test_are_withheld_from_a_host_that_a_file_brings_up(self) -> None:
        options = read(self.TEXT, self.ENVIRON)
        assert "p%40ss" not in repr(options)
        with contextlib.closing(IndexClient(options)) as client:
            fetch(client, "flask")
            fact = client.listing(name("flask"))
        assert isinstance(fact, NotChecked)
        assert fact.reason is Reason.WITHHELD
        assert "the address in uv.toml" in fact.detail


class TestTheFirstIndex:
    def test_that_has_a_project_is_the_only_one(self) -> None:
        with (
            FakeIndex({"flask": {"1.0": Release()}, "six": {}}) as first,
            FakeIndex({"flask": {"2.0": Release()}, "six": {"1.0": Release()}}) as last,
        ):
            options = IndexOptions(
                index_url=last.url, extra_index_urls=(first.url,), first_index=True, retries=0
            )
            with contextlib.closing(IndexClient(options, window=0.0)) as client:
                fetch(client, "flask", "click", "six")
                assert versions_of(client.listing(name("flask"))) == ["1.0"]
                assert client.listing(name("click")) == Absent()
            assert set(last.pages_asked()) == {"click"}

    def test_that_cannot_be_asked_leaves_it_open(self) -> None:
        with (
            FakeIndex({}, {"flask": "500"}) as first,
            FakeIndex({"flask": {"2.0": Release()}}) as last,
        ):
            options = IndexOptions(
                index_url=last.url, extra_index_urls=(first.url,), first_index=True, retries=0
            )
            with contextlib.closing(IndexClient(options, window=0.0)) as client:
                fetch(client, "flask", "six")
                assert isinstance(client.listing(name("flask")), NotChecked)
                assert client.listing(name("six")) == Absent()
            assert "flask" not in last.pages_asked()


@dataclass(frozen=True)
class Case:
    """A configuration of uv; `{a}` to `{d}` are indexes, of which only `d` has the project."""

    toml: str = ""
    environ: dict[str, str] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    pyproject: str = ""
    user: str = ""
    system: str = ""


CASES = {
    "default of the file": Case('index-url = "{d}"'),
    "extra before the main one": Case('index-url = "{d}"\nextra-index-url = ["{a}", "{b}"]'),
    "named indexes in their order": Case(
        '[[index]]\nname = "one"\nurl = "{a}"\n[[index]]\nname = "two"\nurl = "{d}"\n'
        'default = true\n[[index]]\nname = "three"\nurl = "{b}"'
    ),
    "explicit ones are for others": Case(
        '[[index]]\nname = "one"\nurl = "{a}"\nexplicit = true\n'
        '[[index]]\nname = "two"\nurl = "{d}"\ndefault = true'
    ),
    "variables before files": Case(
        '[[index]]\nname = "one"\nurl = "{a}"\n[[index]]\nurl = "{b}"\ndefault = true',
        {"UV_DEFAULT_INDEX": "{d}", "UV_INDEX": "{c}"},
    ),
    "the older variables": Case("", {"UV_INDEX_URL": "{d}", "UV_EXTRA_INDEX_URL": "{a} {b}"}),
    "a variable of the name of an entry": Case(
        '[[index]]\nname = "one"\nurl = "{a}"\n[[index]]\nurl = "{d}"\ndefault = true',
        {"UV_INDEX": "one={c}"},
    ),
    "the file's table for uv pip": Case('index-url = "{a}"\n[pip]\nindex-url = "{d}"'),
    "uv.toml before pyproject.toml": Case(
        'index-url = "{d}"', pyproject='[tool.uv]\nindex-url = "{a}"'
    ),
    "lines of the file after the configuration": Case(
        'index-url = "{d}"\nextra-index-url = ["{a}"]',
        lines=("--extra-index-url {b}", "--index-url {c}"),
    ),
    "the file's own main index": Case('extra-index-url = ["{a}"]', lines=("--index-url {d}",)),
    "the user's file": Case(user='index-url = "{d}"'),
    "the system's file": Case(system='index-url = "{d}"'),
    "the project's main index over the user's and the system's": Case(
        'index-url = "{d}"', user='index-url = "{a}"', system='index-url = "{b}"'
    ),
    "the user's main index over the system's": Case(
        user='index-url = "{d}"', system='index-url = "{b}"'
    ),
    "the user's table for uv pip over the project's other settings": Case(
        'index-url = "{a}"', user='[pip]\nindex-url = "{d}"'
    ),
    "strategy of the user's table for uv pip": Case(
        'index-url = "{d}"\nextra-index-url = ["{a}"]\nindex-strategy = "first-index"',
        user='[pip]\nindex-strategy = "unsafe-best-match"\nextra-index-url = ["{b}"]',
    ),
    "extra indexes of all levels": Case(
        'extra-index-url = ["{a}"]', user='extra-index-url = ["{b}"]\nindex-url = "{d}"'
    ),
    "named indexes of all levels, the nearer first": Case(
        '[[index]]\nurl = "{a}"', user='[[index]]\nurl = "{d}"', system='[[index]]\nurl = "{b}"'
    ),
    "no configuration but the variables": Case(
        'index-url = "{a}"',
        {"UV_NO_CONFIG": "1", "UV_INDEX_URL": "{d}"},
        user='extra-index-url = ["{b}"]',
    ),
    "one file instead of all others": Case(
        'index-url = "{a}"',
        {"UV_CONFIG_FILE": "{user}"},
        user='index-url = "{d}"',
        system='extra-index-url = ["{b}"]',
    ),
    "all counted": Case(
        'index-url = "{d}"\nextra-index-url = ["{a}"]\nindex-strategy = "unsafe-best-match"'
    ),
}


@pytest.mark.parametrize("case_name", CASES)
def test_asks_whom_uv_asks(case_name: str, tmp_path: Path) -> None:
    case = CASES[case_name]
    projects = {"flask": {"1.0": Release()}}
    with contextlib.ExitStack() as stack:
        indexes = {key: stack.enter_context(FakeIndex()) for key in "abc"}
        indexes["d"] = stack.enter_context(FakeIndex(projects))
        urls = {key: index.url for key, index in indexes.items()}

        def filled(text: str) -> str:
            for key, url in {**urls, "user": str(tmp_path / "user" / "uv" / "uv.toml")}.items():
                text = text.replace(f"{{{key}}}", url)
            return text

        environ = {key: filled(value) for key, value in case.environ.items()}
        for level in ("user", "system"):
            variable = "XDG_CONFIG_HOME" if level == "user" else "XDG_CONFIG_DIRS"
            environ[variable] = str(tmp_path / level)
            if text := getattr(case, level):
                (tmp_path / level / "uv").mkdir(parents=True)
                (tmp_path / level / "uv" / "uv.toml").write_text(filled(text), encoding="utf-8")
        (tmp_path / "uv.toml").write_text(filled(case.toml), encoding="utf-8")
        if case.pyproject:
            (tmp_path / "pyproject.toml").write_text(filled(case.pyproject), encoding="utf-8")
        lines = [filled(line) for line in case.lines]
        (tmp_path / "in.txt").write_text("\n".join([*lines, "flask"]), encoding="utf-8")
        assert UV is not None
        run = subprocess.run(
            [UV, "pip", "compile", "--no-cache", "-q", "--python", sys.executable, "in.txt"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **environ},
        )
        assert "flask==1.0" in run.stdout, run.stderr
        asked = {key for key, index in indexes.items() if index.pages_asked()["flask"]}
        for index in indexes.values():
            index.requests.clear()
        options = with_uv(PIPS, tables(filled(case.toml), folder=str(tmp_path)), environ)
        words = [line.split() for line in lines]
        options = with_file_options(options, [[FileOption(word[0], word[1])] for word in words])
        with contextlib.closing(IndexClient(options, window=0.0)) as client:
            fetch(client, "flask")
            assert isinstance(client.listing(name("flask")), Known)
        assert {key for key, index in indexes.items() if index.pages_asked()} == asked


def with_sources(text: str, sources: str, environ: Mapping[str, str]) -> IndexOptions:
    variables = {"XDG_CONFIG_HOME": "/missing", "XDG_CONFIG_DIRS": "/missing", **environ}
    (table,) = tables(text)
    return with_uv(PIPS, [table._replace(sources=parse_toml(sources))], variables)


class TestIndexesOfSomeProjects:
    TEXT = '[[index]]\nname = "gpu"\nurl = "{url}"\nexplicit = true\n'
    OTHER = '[[index]]\nname = "cpu"\nurl = "https://cpu.example/"\nexplicit = true\n'

    def test_leave_pips_places_to_all_others(self) -> None:
        text = self.TEXT.format(url="https://gpu.example/")
        options = with_sources(text, 'Torch_Vision = {index = "gpu"}', {})
        assert options == replace(
            PIPS,
            assigned=(("torch-vision", "https://gpu.example/"),),
            workspace_urls=frozenset({"https://gpu.example/"}),
        )

    def test_each_of_several_platforms_counts(self) -> None:
        text = self.TEXT.format(url="https://gpu.example/") + self.OTHER
        sources = 'torch = [{index = "gpu", marker = "x"}, {index = "cpu"}, {index = "gpu"}, 3]'
        options = with_sources(text, sources, {})
        assert options.assigned == (
            ("torch", "https://gpu.example/"),
            ("torch", "https://cpu.example/"),
        )

    @pytest.mark.parametrize(
        "sources",
        ['torch = {index = "none"}', 'torch = {git = "https://x.example"}', "torch = 3", ""],
    )
    def test_what_names_no_index(self, sources: str) -> None:
        assert with_sources(self.OTHER, sources, {}) == PIPS

    def test_credentials_of_variables_are_withheld_from_the_workspaces_host(self) -> None:
        environ = {"UV_INDEX_GPU_USERNAME": "me", "UV_INDEX_GPU_PASSWORD": "p@ss"}
        text = self.TEXT.format(url="https://gpu.example/")
        options = with_sources(text, 'torch = {index = "gpu"}', environ)
        assert "p%40ss" not in repr(options)
        with contextlib.closing(HttpClient(options)) as http:
            gpu, *_ = sources_of(options, http)
        assert gpu.label == "the address in uv.toml"
        assert gpu.blocked is not None
        assert gpu.blocked.reason is Reason.WITHHELD

    def test_are_asked_for_those_alone_and_beside_the_others(self) -> None:
        with (
            FakeIndex({"torch": {"2.0": Release()}, "flask": {"9.0": Release()}}) as gpu,
            FakeIndex({"torch": {"1.0": Release()}, "flask": {"1.0": Release()}}) as main,
        ):
            for first_index in (False, True):
                options = IndexOptions(
                    index_url=main.url,
                    assigned=(("torch", gpu.url), ("click", gpu.url)),
                    first_index=first_index,
                    retries=0,
                )
                with contextlib.closing(IndexClient(options, window=0.0)) as client:
                    fetch(client, "torch", "flask", "click")
                    assert versions_of(client.listing(name("torch"))) == ["2.0", "1.0"]
                    assert versions_of(client.listing(name("flask"))) == ["1.0"]
                    assert client.listing(name("click")) == Absent()
                    fact = client.listing(name("torch"))
                    assert isinstance(fact, Known)
                    assert len(fact.value.places) == 1
            assert set(gpu.pages_asked()) == {"torch", "click"}

    def test_that_cannot_be_asked_leave_it_open(self) -> None:
        with FakeIndex({}, {"torch": "500"}) as gpu, FakeIndex({}) as main:
            options = IndexOptions(index_url=main.url, assigned=(("torch", gpu.url),), retries=0)
            with contextlib.closing(IndexClient(options, window=0.0)) as client:
                fetch(client, "torch", "flask")
                assert isinstance(client.listing(name("torch")), NotChecked)
                assert client.listing(name("flask")) == Absent()

    def test_may_be_asked_for_all_as_well(self) -> None:
        with FakeIndex({"torch": {"2.0": Release()}, "flask": {"9.0": Release()}}) as gpu:
            options = IndexOptions(index_url=gpu.url, assigned=(("torch", gpu.url),), retries=0)
            with contextlib.closing(IndexClient(options, window=0.0)) as client:
                fetch(client, "torch", "flask")
                assert versions_of(client.listing(name("flask"))) == ["9.0"]
                assert versions_of(client.listing(name("torch"))) == ["2.0"]
