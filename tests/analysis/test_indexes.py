from __future__ import annotations

import contextlib
import gc
import os
import threading
import weakref
from typing import TYPE_CHECKING

import pytest
from packaging.utils import canonicalize_name

from pinwise.analysis.complete import analyse_completely
from pinwise.analysis.indexes import CLIENTS_KEPT, Indexes
from pinwise.analysis.workspace import Workspace
from pinwise.base.facts import Known, NotChecked, Reason
from pinwise.project.files import Documents
from pinwise.project.graph import read_tree
from tests.fake_index import FakeIndex, Release
from tests.index.support import PATIENCE, Receiver, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pinwise.index.client import IndexClient

FLASK = canonicalize_name("flask")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home, project = tmp_path / "home", tmp_path / "project"
    home.mkdir()
    project.mkdir()
    for name in list(os.environ):
        if name.startswith(("PIP_", "XDG_", "VIRTUAL_ENV", "CONDA_")) or name == "NETRC":
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return project


@pytest.fixture
def indexes(folder: Path) -> Iterator[Indexes]:  # noqa: ARG001 - keeps the user's cache out
    with contextlib.closing(Indexes()) as opened:
        yield opened


def client_of(
    indexes: Indexes,
    folder: Path,
    text: str,
    *,
    prefix: Path | None = None,
    folders: tuple[Path, ...] = (),
) -> IndexClient:
    documents = Documents()
    documents.open(folder / "requirements.txt", text, 1)
    tree = read_tree(folder / "requirements.txt", documents)
    return indexes.client_for(
        tree, prefix=prefix, folder=folder, offline=False, trusted=True, folders=folders
    )


def test_one_client_for_each_set_of_options(indexes: Indexes, folder: Path) -> None:
    first = client_of(indexes, folder, "flask\n")
    assert client_of(indexes, folder, "# other\n") is first
    assert client_of(indexes, folder, "-i https://one.example/\n") is not first


def test_typing_an_address_leaves_no_heap_of_clients(indexes: Indexes, folder: Path) -> None:
    address = "https://packages.example/simple/for/us"
    used = client_of(indexes, folder, "-i https://used.example/\n")
    made = [
        weakref.ref(client_of(indexes, folder, f"-i {address[:end]}\n"))
        for end in range(1, len(address))
    ]
    gc.collect()
    assert sum(client() is not None for client in made) == CLIENTS_KEPT
    # What an analysis holds is the one that the next gets, however long ago it was made.
    assert client_of(indexes, folder, "-i https://used.example/\n") is used


def test_a_client_that_is_let_go_still_hands_on_every_name(indexes: Indexes, folder: Path) -> None:
    projects = {f"p{number}": {"1.0": Release()} for number in range(20)}
    with FakeIndex(projects, {"p3": "slow"}) as index:
        client = client_of(indexes, folder, f"-i {index.url}\n")
        receiver = Receiver(projects)
        client.fetch(map(canonicalize_name, projects), receiver)
        gone = weakref.ref(client)
        del client
        for number in range(CLIENTS_KEPT):
            client_of(indexes, folder, f"-i https://h{number}.example/\n")
        assert index.slow_reached.wait(PATIENCE)
        index.release_slow()
        assert receiver.complete.wait(PATIENCE)
        told = [name for batch in receiver.batches for name in batch]
        assert sorted(told) == sorted(projects)
        # A thread may still be on its way out of the last look-up.
        until(lambda: gc.collect() >= 0 and gone() is None)
        # What was learnt is in the cache for the next one.
        assert isinstance(
            client_of(indexes, folder, f"-i {index.url}\n").listing(FLASK), NotChecked
        )
        again = client_of(indexes, folder, f"-i {index.url}\n").listing(canonicalize_name("p3"))
        assert isinstance(again, Known)


def test_close_closes_all_that_are_in_use(folder: Path) -> None:
    indexes = Indexes()
    with FakeIndex({"flask": {"1.0": Release()}}) as index:
        held = client_of(indexes, folder, f"-i {index.url}\n")
        for number in range(CLIENTS_KEPT):
            client_of(indexes, folder, f"-i https://h{number}.example/\n")
        indexes.close()
        called = threading.Event()
        held.fetch([FLASK], lambda _: called.set())
        assert not called.is_set()
        assert index.requests == []


def test_the_conf_of_an_environment_in_another_folder_is_the_workspaces(
    indexes: Indexes, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_CONFIG_FILE")
    monkeypatch.setattr("pinwise.index.pip_files._global_folders", list)
    other = folder.parent / "other"
    prefix = other / ".venv"
    prefix.mkdir(parents=True)
    conf = "[global]\nindex-url = https://other.example/\n"
    (prefix / ("pip.ini" if os.name == "nt" else "pip.conf")).write_text(conf, encoding="utf-8")
    alone = client_of(indexes, folder, "flask\n", prefix=prefix).options
    assert alone.workspace_urls == frozenset()
    assert alone.user_hosts == {"other.example"}
    known = client_of(indexes, folder, "flask\n", prefix=prefix, folders=(folder, other)).options
    assert known.workspace_urls == {"https://other.example/"}
    assert known.user_hosts == frozenset()


class TestProjectsOfUv:
    @pytest.fixture(autouse=True)
    def _nothing_of_the_users(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in list(os.environ):
            if name.startswith("UV_"):
                monkeypatch.delenv(name)
        monkeypatch.setenv("XDG_CONFIG_HOME", str(folder.parent))
        monkeypatch.setenv("XDG_CONFIG_DIRS", str(folder.parent))
        monkeypatch.setenv("APPDATA", str(folder.parent))

    @pytest.mark.parametrize(
        ("files", "index"),
        [
            ({}, "https://pip.example/"),
            ({"pyproject.toml": "[tool.other]\n"}, "https://pip.example/"),
            ({"uv.lock": ""}, "https://pip.example/"),
            ({"uv.toml": 'index-url = "https://uv.example/"'}, "https://uv.example/"),
            (
                {"pyproject.toml": '[tool.uv]\nindex-url = "https://uv.example/"'},
                "https://uv.example/",
            ),
            (
                {
                    "uv.toml": 'index-url = "https://uv.example/"',
                    "pyproject.toml": '[tool.uv]\nindex-url = "https://no.example/"',
                },
                "https://uv.example/",
            ),
            ({"uv.toml": "no toml ["}, "https://pip.example/"),
        ],
    )
    def test_where_uv_names_places_they_count(
        self,
        files: dict[str, str],
        index: str,
        indexes: Indexes,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("PIP_INDEX_URL", "https://pip.example/")
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        assert client_of(indexes, folder, "flask\n").options.index_url == index

    def test_a_variable_of_uv_counts_only_there(
        self, indexes: Indexes, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("UV_DEFAULT_INDEX", "https://uv.example/")
        assert client_of(indexes, folder, "flask\n").options.index_url is None
        (folder / "uv.lock").touch()
        indexes.forget_configuration()
        assert client_of(indexes, folder, "flask\n").options.index_url == "https://uv.example/"

    def test_what_only_the_projects_file_names_is_the_workspaces(
        self, indexes: Indexes, folder: Path
    ) -> None:
        text = 'index-url = "https://theirs.example/"'
        (folder / "uv.toml").write_text(text, encoding="utf-8")
        options = client_of(indexes, folder, "flask\n").options
        assert options.workspace_urls == {"https://theirs.example/"}


class TestValuesOfTheEnvironment:
    """What merely opening a cloned repository sends."""

    @pytest.fixture(autouse=True)
    def _secrets(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MY_TOKEN", "s3cret")
        monkeypatch.setenv("PIP_RETRIES", "0")

    @pytest.mark.parametrize(
        "option",
        [
            "--index-url {}${{MY_TOKEN}}/",
            "-i {}${{MY_\\\nTOKEN}}/",
            "--extra-index-url={}?${{MY_TOKEN}}",
            "--find-links '{}${{MY_TOKEN}}/'",
            "${{MY_OPTION}}",
        ],
    )
    def test_are_not_sent_to_a_host_that_the_file_names(
        self, option: str, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with FakeIndex({"flask": {"1.0": Release()}}) as users, FakeIndex() as theirs:
            monkeypatch.setenv("PIP_INDEX_URL", users.url.replace("127.0.0.1", "localhost"))
            monkeypatch.setenv("MY_OPTION", f"--index-url {theirs.url}s3cret/")
            root = folder / "requirements.txt"
            root.write_text(f"# ours\n{option.format(theirs.url)}\nflask\n", encoding="utf-8")
            with contextlib.closing(Workspace((folder,))) as workspace:
                (analysis,) = analyse_completely(workspace, [root])
            assert theirs.requests == []
            (unchecked,) = analysis.report.unchecked
            assert unchecked.reason.reason is Reason.WITHHELD
            assert "requirements.txt line 2 takes a value" in unchecked.reason.detail
            assert "s3cret" not in str(analysis.report)

    def test_are_sent_to_a_host_that_the_user_names(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with FakeIndex({"flask": {"1.0": Release()}}, credentials=("me", "s3cret")) as index:
            monkeypatch.setenv("PIP_INDEX_URL", index.url)
            address = index.url.replace("://", "://me:${MY_TOKEN}@")
            root = folder / "requirements.txt"
            root.write_text(f"-i {address}\nflask==2.0\n", encoding="utf-8")
            with contextlib.closing(Workspace((folder,))) as workspace:
                (analysis,) = analyse_completely(workspace, [root])
            assert analysis.report.unchecked == ()
            names = [item.rule.name for item in analysis.report.diagnostics[root]]
            assert "no-matching-version" in names

    def test_are_not_sent_as_a_name(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with FakeIndex() as index:
            monkeypatch.setenv("PIP_INDEX_URL", index.url)
            root = folder / "requirements.txt"
            text = "${MY_TOKEN}\nx-${MY_TOKEN}==1\nx-${MY_TOKEN}==2\n"
            root.write_text(text, encoding="utf-8")
            with contextlib.closing(Workspace((folder,))) as workspace:
                (analysis,) = analyse_completely(workspace, [root])
            assert index.requests == []
            assert "s3cret" not in str(analysis.report)


@pytest.mark.parametrize("beside", [False, True], ids=["pyproject.toml", "uv.toml"])
def test_an_index_that_the_project_assigns_counts_for_that_project(
    indexes: Indexes, folder: Path, *, beside: bool
) -> None:
    index = '[[{}index]]\nname = "gpu"\nurl = "https://gpu.example/simple"\nexplicit = true\n'
    sources = '[tool.uv.sources]\ntorch = {index = "gpu"}\n'
    if beside:
        (folder / "uv.toml").write_text(index.format(""), encoding="utf-8")
    else:
        sources = index.format("tool.uv.") + sources
    (folder / "pyproject.toml").write_text(sources, encoding="utf-8")
    options = client_of(indexes, folder, "torch\n").options
    assert options.assigned == (("torch", "https://gpu.example/simple"),)
    assert options.workspace_urls == {"https://gpu.example/simple"}


def test_the_users_own_file_of_uv_is_watched_where_the_project_uses_uv(
    indexes: Indexes, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
    monkeypatch.setenv("APPDATA", str(folder / "config"))
    users = folder / "config" / "uv" / "uv.toml"
    client_of(indexes, folder, "flask\n")
    assert users not in indexes.configuration_files()
    (folder / "uv.lock").write_text("", encoding="utf-8")
    indexes.forget_configuration()
    client_of(indexes, folder, "flask\n")
    assert users in indexes.configuration_files()
    users.parent.mkdir(parents=True)
    users.write_text('index-url = "https://users.example/simple"', encoding="utf-8")
    indexes.forget_configuration()
    assert client_of(indexes, folder, "flask\n").options.index_url == (
        "https://users.example/simple"
    )
