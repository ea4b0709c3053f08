"""Whose word a setting is: the user's own, or that of the workspace."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pinwise.index.configuration import FileOption, read_configuration, with_file_options
from pinwise.index.types import IndexOptions

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the layout of files below is POSIX's")


@pytest.fixture
def _no_other_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setattr("pinwise.index.pip_files._global_folders", list)


@pytest.mark.usefixtures("_no_other_configuration")
class TestTrust:
    def workspace(self, tmp_path: Path, conf: str) -> Path:
        prefix = tmp_path / "project" / ".venv"
        prefix.mkdir(parents=True)
        (prefix / "pip.conf").write_text(conf, encoding="utf-8")
        return prefix

    def test_the_conf_of_the_workspaces_environment_is_the_workspaces(self, tmp_path: Path) -> None:
        prefix = self.workspace(
            tmp_path,
            "[global]\nindex-url = https://ws.example/\n"
            "extra-index-url = https://shared.example/\nfind-links = //server/share\n",
        )
        environ = {"PIP_EXTRA_INDEX_URL": "https://shared.example/ https://own.example/"}
        options = read_configuration(
            prefix, workspace_folders=[tmp_path / "project"], environ=environ
        ).options
        assert options.workspace_urls == {"https://ws.example/", "//server/share"}

    def test_an_untrusted_workspace_cannot_lead_requests_astray(self, tmp_path: Path) -> None:
        prefix = self.workspace(
            tmp_path,
            "[global]\nproxy = http://evil.example\ncert = /evil.pem\n"
            "client-cert = /evil.key\ntrusted-host = own.example\n",
        )
        folders = [tmp_path / "project"]
        options = read_configuration(
            prefix, workspace_folders=folders, trusted=False, environ={}
        ).options
        assert (options.proxy, options.cert, options.client_cert) == (None, None, None)
        assert options.trusted_hosts == ()
        options = with_file_options(options, [[FileOption("--trusted-host", "own.example")]])
        assert options.trusted_hosts == ()

    def test_addresses_of_files_are_the_workspaces_unless_the_user_names_them(self) -> None:
        options = IndexOptions(extra_index_urls=("https://own.example/",), trusted=False)
        lines = [
            [FileOption("--index-url", "https://ws.example/")],
            [FileOption("--extra-index-url", "https://own.example/")],
            [FileOption("-f", "https://links.example/")],
        ]
        found = with_file_options(options, lines).workspace_urls
        assert found == {"https://ws.example/", "https://links.example/"}

    def test_the_default_index_is_nobodys_secret(self, monkeypatch: pytest.MonkeyPatch) -> None:
        default = "https://default.example/simple"
        monkeypatch.setattr("pinwise.index.configuration.default_index_url", lambda: default)
        lines = [[FileOption("--index-url", f"{default}/")]]
        untrusted = IndexOptions(trusted=False)
        assert with_file_options(untrusted, lines).workspace_urls == set()
        private = IndexOptions(index_url="https://private.example/", trusted=False)
        assert with_file_options(private, lines).workspace_urls == {f"{default}/"}


@pytest.mark.usefixtures("_no_other_configuration")
class TestVariables:
    def test_the_users_hosts_are_those_that_the_user_names(self, tmp_path: Path) -> None:
        prefix = tmp_path / "project" / ".venv"
        prefix.mkdir(parents=True)
        conf = "[global]\nindex-url = https://ws.example/\ntrusted-host = evil.example\n"
        (prefix / "pip.conf").write_text(conf, encoding="utf-8")
        environ = {
            "PIP_INDEX_URL": "https://me:secret@One.example:8443/simple",
            "PIP_EXTRA_INDEX_URL": "https://two.example/ https://three.example/a",
            "PIP_FIND_LINKS": "/wheels https://four.example/",
            "PIP_TRUSTED_HOST": "five.example six.example:8080",
        }
        options = read_configuration(
            prefix, workspace_folders=[tmp_path / "project"], environ=environ
        ).options
        numbers = ("one", "two", "three", "four", "five", "six")
        assert options.user_hosts == {f"{number}.example" for number in numbers}

    def test_addresses_with_values_of_the_environment_are_noted(self, tmp_path: Path) -> None:
        (tmp_path / "wheels").mkdir()
        lines = [
            [FileOption("--index-url", "https://h.example/secret", None, "a.txt line 1")],
            [FileOption("--extra-index-url", "https://h.example/plain")],
            [FileOption("-f", "wheels", tmp_path, "a.txt line 3")],
        ]
        assert with_file_options(IndexOptions(), lines).variable_urls == {
            ("https://h.example/secret", "a.txt line 1"),
            (str(tmp_path / "wheels"), "a.txt line 3"),
        }
