from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from packaging.utils import canonicalize_name

from pinwise.advice.policy import ONLY_FINAL, policy_of
from pinwise.index.configuration import FileOption, read_configuration, with_file_options
from pinwise.index.pip_files import config_files
from pinwise.index.types import IndexOptions

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the layout of files below is POSIX's")

JUDGE = Path(__file__).with_name("pip_judge.py")


@dataclass(frozen=True)
class Case:
    """One configuration: the files by where they lie, the variables, the requirements file."""

    files: dict[str, str] = field(default_factory=dict)
    environ: dict[str, str] = field(default_factory=dict)
    lines: tuple[str, ...] = ()


GLOBAL = "[global]\nindex-url = https://global.example/simple\ntimeout = 3\n"
CASES = {
    "nothing": Case(),
    "global": Case({"etc/pip/pip.conf": GLOBAL}),
    "user over global": Case(
        {
            "etc/pip/pip.conf": GLOBAL,
            "home/.config/pip/pip.conf": "[global]\nindex_url = https://user.example/simple\n",
        }
    ),
    "user's new place over the legacy one": Case(
        {
            "home/.pip/pip.conf": "[global]\nindex-url = https://old.example/\nretries = 1\n",
            "home/.config/pip/pip.conf": "[global]\nindex-url = https://new.example/\n",
        }
    ),
    "site over user": Case(
        {
            "home/.config/pip/pip.conf": "[global]\nextra-index-url = https://a.example/\n",
            "venv/pip.conf": "[global]\nextra-index-url = https://b.example/\n  https://c.example/",
        }
    ),
    "the section of the command over the global one": Case(
        {
            "venv/pip.conf": "[global]\nindex-url = https://strong.example/\n",
            "etc/pip/pip.conf": "[install]\nindex-url = https://install.example/\n",
        }
    ),
    "other sections": Case({"venv/pip.conf": "[download]\nindex-url = https://a.example/\n"}),
    "variables over files": Case(
        {"venv/pip.conf": "[install]\nfind-links = /a /b\nindex-url = https://a.example/\n"},
        {"PIP_FIND_LINKS": "/c", "PIP_INDEX_URL": "https://env.example/"},
    ),
    "empty settings": Case(
        {"venv/pip.conf": "[global]\nindex-url =\n", "etc/pip/pip.conf": GLOBAL},
        {"PIP_EXTRA_INDEX_URL": ""},
    ),
    "PIP_CONFIG_FILE over the rest, without the user's": Case(
        {
            "etc/pip/pip.conf": GLOBAL,
            "home/.config/pip/pip.conf": "[global]\nproxy = http://proxy.example:1\n",
            "named.conf": "[global]\nretries = 7\n",
        },
        {"PIP_CONFIG_FILE": "{root}/named.conf"},
    ),
    "PIP_CONFIG_FILE that is missing": Case(
        {"home/.config/pip/pip.conf": "[global]\nretries = 9\n"},
        {"PIP_CONFIG_FILE": "{root}/missing.conf"},
    ),
    "PIP_CONFIG_FILE is the null device": Case(
        {"etc/pip/pip.conf": GLOBAL},
        {"PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "4"},
    ),
    "scalars": Case(
        {
            "venv/pip.conf": "[global]\ncert = ~/ca.pem\nclient-cert = ~/me.pem\n"
            "proxy = http://user:secret@proxy.example:3128\ndefault-timeout = 60\n"
            "trusted-host = a.example\n  b.example:8080\nprefer-binary = yes\nno-index = off\n"
        }
    ),
    "aliases": Case({}, {"PIP_PYPI_URL": "https://alias.example/", "PIP_DEFAULT_TIMEOUT": "8"}),
    "no index": Case({}, {"PIP_NO_INDEX": "1", "PIP_EXTRA_INDEX_URL": "https://a.example/"}),
    "formats": Case(
        {"etc/pip/pip.conf": "[global]\nno-binary = :all:\nonly-binary = Flask,b\n"},
        {"PIP_NO_BINARY": "b,:none:,C_c"},
    ),
    "pre": Case({"etc/pip/pip.conf": "[global]\npre = true\n"}),
    "pre of a variable": Case({"etc/pip/pip.conf": "[global]\npre = true\n"}, {"PIP_PRE": "0"}),
    "releases": Case({}, {"PIP_ALL_RELEASES": "Flask,six", "PIP_ONLY_FINAL": ":all:"}),
    "several names in one option": Case({}, {"PIP_NO_BINARY": "a,b,:none:,c"}),
    "all, then some": Case(
        {"etc/pip/pip.conf": "[global]\nonly-binary = :all:,b\n"},
        {"PIP_NO_BINARY": ":all:,:none:,c"},
    ),
    "a level that unsets": Case(
        {
            "etc/pip/pip.conf": "[global]\nextra-index-url = https://a.example/\n",
            "venv/pip.conf": "[global]\nextra-index-url =\n",
        },
    ),
    "four levels": Case(
        {
            "etc/pip/pip.conf": "[global]\nindex-url = https://g.example/\ntimeout = 1\n"
            "retries = 1\nproxy = http://g.example\n",
            "home/.config/pip/pip.conf": "[global]\nindex-url = https://u.example/\ntimeout = 2\n"
            "retries = 2\n",
            "venv/pip.conf": "[global]\nindex-url = https://s.example/\ntimeout = 3\n",
        },
        {"PIP_INDEX_URL": "https://e.example/"},
    ),
    "names in another spelling": Case(
        {"venv/pip.conf": "[global]\n--INDEX_URL = https://spelt.example/\n"}
    ),
    "the user's folder of XDG_CONFIG_HOME": Case(
        {
            "xdg/pip/pip.conf": "[global]\nindex-url = https://xdg.example/\n",
            "home/.config/pip/pip.conf": "[global]\nindex-url = https://home.example/\n",
        },
        {"XDG_CONFIG_HOME": "{root}/xdg"},
    ),
    "the section of the command in a weak file over the global one in PIP_CONFIG_FILE": Case(
        {
            "home/.pip/pip.conf": "[install]\ntimeout = 8\n",
            "etc/pip/pip.conf": "[install]\nindex-url = https://install.example/\n",
            "named.conf": "[global]\nindex-url = https://global.example/\n"
            "[download]\nindex-url = https://download.example/\n",
        },
        {"PIP_CONFIG_FILE": "{root}/named.conf"},
    ),
    "no index, and links": Case(
        {
            "venv/pip.conf": "[global]\nno-index = true\nfind-links =\n    /wheels\n"
            "    https://links.example/\n    file:///more\n"
        }
    ),
    "no index of a file, and none of it by a variable": Case(
        {"venv/pip.conf": "[global]\nno-index = true\n"}, {"PIP_NO_INDEX": "false"}
    ),
    "lists in variables": Case(
        {},
        {
            "PIP_EXTRA_INDEX_URL": "https://a.example/  https://b.example/",
            "PIP_TRUSTED_HOST": "a.example b.example:81",
            "PIP_FIND_LINKS": "/a\nhttps://l.example/",
        },
    ),
    "lists over several lines, with comments": Case(
        {
            "venv/pip.conf": "# of us\n[global]\nextra-index-url =\n    https://a.example/\n"
            "    # https://gone.example/\n    https://b.example/#frag\n;old\ntimeout: 9\n"
        }
    ),
    "quotes are part of a value": Case(
        {"venv/pip.conf": '[global]\nindex-url = "https://quoted.example/"\n'}
    ),
    "percent signs and variables are no interpolation": Case(
        {"venv/pip.conf": "[global]\nindex-url = https://u:p%%40${X}@a.example/%(here)s\n"},
        {"X": "value"},
    ),
    "capital letters": Case({"venv/pip.conf": "[Global]\nretries = 8\n[global]\nRETRIES = 7\n"}),
    "an empty value of the command over the global one": Case(
        {"venv/pip.conf": "[global]\nproxy = http://p.example:1\n[install]\nproxy =\n"}
    ),
    "each scalar by its variable": Case(
        {
            "venv/pip.conf": "[global]\nproxy = http://file.example:1\ncert = /file.pem\n"
            "client-cert = /file-me.pem\ntimeout = 1\nretries = 1\ntrusted-host = file.example\n"
        },
        {
            "PIP_PROXY": "http://variable.example:2",
            "PIP_CERT": "~/variable.pem",
            "PIP_CLIENT_CERT": "~/me.pem",
            "PIP_TIMEOUT": "2.5",
            "PIP_RETRIES": "6",
            "PIP_TRUSTED_HOST": "variable.example",
        },
    ),
    "each scalar by the section of the command": Case(
        {
            "etc/pip/pip.conf": "[install]\nproxy = http://strong.example:1\ncert = /s.pem\n"
            "client-cert = /me.pem\ntimeout = 4\nretries = 4\ntrusted-host = strong.example\n",
            "venv/pip.conf": "[global]\nproxy = http://weak.example:1\ncert = /w.pem\n"
            "client-cert = /w.pem\ntimeout = 5\nretries = 5\ntrusted-host = weak.example\n",
        }
    ),
    "variables in lower case are none of pip's": Case(
        {}, {"pip_index_url": "https://lower.example/", "PIP_Retries": "3"}
    ),
    "file: index replaces the extras before it": Case(
        {"venv/pip.conf": "[global]\nextra-index-url = https://conf.example/\n"},
        lines=(
            "--extra-index-url https://before.example/",
            "-i https://file.example/",
            "--extra-index-url https://after.example/",
        ),
    ),
    "file: extras join the default": Case(lines=("--extra-index-url https://extra.example/",)),
    "file: one line with both": Case(
        lines=("--extra-index-url https://extra.example/ --index-url https://file.example/",)
    ),
    "file: no index, and no way back": Case(
        lines=("--no-index", "--index-url https://late.example/", "-f https://links.example/")
    ),
    "file: links beside it, and elsewhere": Case(
        {"wheels/readme": ""}, lines=("-f wheels", "--find-links ./missing", "-f /absolute")
    ),
    "file: hosts": Case(
        {"venv/pip.conf": "[global]\ntrusted-host = a.example\n"},
        lines=("--trusted-host b.example:81",),
    ),
}


@dataclass(frozen=True)
class Arranged:
    environ: dict[str, str]
    prefix: Path
    file: Path


def arrange(case: Case, root: Path) -> Arranged:
    for name, text in case.files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    file = root / "requirements.txt"
    file.write_text("\n".join(case.lines), encoding="utf-8")
    environ = {"HOME": str(root / "home"), "XDG_CONFIG_DIRS": str(root / "etc")}
    environ.update({k: v.replace("{root}", str(root)) for k, v in case.environ.items()})
    return Arranged(environ, root / "venv", file)


def file_options(case: Case, folder: Path) -> list[list[FileOption]]:
    lines = []
    for line in case.lines:
        options: list[FileOption] = []
        for word in line.split():
            if word.startswith("-"):
                options.append(FileOption(word, "", folder))
            else:
                options[-1] = options[-1]._replace(value=word)
        lines.append(options)
    return lines


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Arranged, Any]]:
    """What pip says of every case, asked for in one process."""
    arranged = {name: arrange(case, tmp_path_factory.mktemp("pip")) for name, case in CASES.items()}
    asked = [
        {
            "environ": each.environ,
            "prefix": str(each.prefix),
            "file": str(each.file) if CASES[name].lines else None,
        }
        for name, each in arranged.items()
    ]
    run = subprocess.run(
        [sys.executable, "-P", str(JUDGE)]
        if sys.version_info >= (3, 11)
        else [sys.executable, str(JUDGE)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"]},
    )
    return dict(
        zip(arranged, zip(arranged.values(), json.loads(run.stdout), strict=True), strict=True)
    )


@pytest.mark.parametrize("name", CASES)
def test_agrees_with_pip(
    name: str,
    verdicts: dict[str, tuple[Arranged, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    arranged, expected = verdicts[name]
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    for variable, value in arranged.environ.items():
        monkeypatch.setenv(variable, value)
    configuration = read_configuration(arranged.prefix, environ=arranged.environ)
    assert configuration.problems == ()
    options = with_file_options(
        configuration.options, file_options(CASES[name], arranged.file.parent)
    )
    policy = policy_of(options, (), datetime.now(timezone.utc))
    indexes = [] if options.no_index else [options.index_url, *options.extra_index_urls]
    if arranged.environ.get("PIP_CONFIG_FILE") != os.devnull:
        assert [str(file) for file in configuration.files] == expected["files"]
    found = {
        "files": expected["files"],
        "index_urls": indexes,
        "no_index": options.no_index,
        "find_links": list(options.find_links),
        "trusted_hosts": list(options.trusted_hosts),
        "cert": options.cert,
        "client_cert": options.client_cert,
        "proxy": options.proxy,
        "timeout": options.timeout,
        "retries": options.retries,
        "prefer_binary": options.prefer_binary,
        "only_binary": sorted(options.only_binary),
        "no_binary": sorted(options.no_binary),
        "pre": [
            None if stated is None else stated.name != ONLY_FINAL
            for stated in map(policy.releases, map(canonicalize_name, ("flask", "six", "other")))
        ],
    }
    # This one we choose ourselves where nothing is configured: an editor does not wait as long.
    configured = {
        key.lower().removeprefix("pip_").replace("_", "-") for key in arranged.environ
    } | set(" ".join(CASES[name].files.values()).replace("=", " ").split())
    if "retries" not in configured:
        expected["retries"] = found["retries"]
    assert found == expected


def test_what_files_say_of_candidates_is_left_to_the_policy() -> None:
    """Which knows where it stands: "in line 1", not "in pip's configuration"."""
    words = ("--pre", "--prefer-binary", "--only-binary=:all:", "--only-final=flask")
    lines = [
        [FileOption(name, value) for name, _, value in (word.partition("=") for word in words)]
    ]
    assert with_file_options(IndexOptions(), lines) == IndexOptions()


def test_the_files_are_those_of_pip_config_debug(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arranged = arrange(CASES["four levels"], tmp_path)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    for variable in ("HOME", "XDG_CONFIG_DIRS"):
        monkeypatch.setenv(variable, arranged.environ[variable])
    named = tmp_path / "named.conf"
    for environ in (arranged.environ, {**arranged.environ, "PIP_CONFIG_FILE": str(named)}):
        run = subprocess.run(
            [sys.executable, "-m", "pip", "config", "debug"],
            capture_output=True,
            text=True,
            check=True,
            env=environ,
        )
        told = re.findall(r"^  (.+), exists: (True|False)$", run.stdout, re.MULTILINE)
        expected = [(file, exists == "True") for file, exists in told]
        found = [(str(file), file.exists()) for file in config_files(Path(sys.prefix), environ)]
        # pip shows its variables first and the levels in another order than it reads them.
        assert sorted(set(found)) == sorted(set(expected))
        assert any(exists for _, exists in found)


@pytest.fixture
def _no_other_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setattr("pinwise.index.pip_files._global_folders", list)


@pytest.mark.usefixtures("_no_other_configuration")
class TestProblems:
    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            (b"index-url = https://user:secret@a.example/\n", "not a configuration file of pip"),
            (b"[global]\nindex-url = https://\xff\xfe\xfa/\n", "not in the encoding"),
        ],
    )
    def test_an_unreadable_file_is_named_and_not_quoted(
        self, tmp_path: Path, content: bytes, problem: str
    ) -> None:
        (tmp_path / "pip.conf").write_bytes(content)
        configuration = read_configuration(tmp_path, environ={})
        (found,) = configuration.problems
        assert found.place == str(tmp_path / "pip.conf")
        assert found.why.startswith(problem)
        assert "secret" not in found.why
        assert configuration.options == IndexOptions(problems=(found,))

    @pytest.mark.parametrize(
        ("variable", "value"),
        [("PIP_TIMEOUT", "soon"), ("PIP_RETRIES", "-3"), ("PIP_NO_INDEX", "perhaps")],
    )
    def test_a_value_of_the_wrong_kind(self, variable: str, value: str) -> None:
        configuration = read_configuration(environ={variable: value})
        (found,) = configuration.problems
        assert found.place == variable
        assert configuration.options == IndexOptions(problems=(found,))

    def test_a_folder_in_the_place_of_a_file_says_nothing(self, tmp_path: Path) -> None:
        configuration = read_configuration(environ={"PIP_CONFIG_FILE": str(tmp_path)})
        (found,) = configuration.problems
        assert found == (str(tmp_path), "Is a directory")
        assert configuration.options == IndexOptions(problems=(found,))

    def test_a_bad_number_is_told_with_its_file(self, tmp_path: Path) -> None:
        file = tmp_path / "pip.conf"
        file.write_text("[global]\ntimeout = soon\n", encoding="utf-8")
        (found,) = read_configuration(tmp_path, environ={}).problems
        assert found == (str(file), "pip's setting timeout is not a sensible number")

    def test_certificates_of_the_http_library(self) -> None:
        environ = {"REQUESTS_CA_BUNDLE": "/ca.pem", "CURL_CA_BUNDLE": "/other.pem"}
        assert read_configuration(environ=environ).options.cert == "/ca.pem"
        # With a proxy of its own, pip lets its library look at no variables.
        proxied = {**environ, "PIP_PROXY": "http://proxy.example"}
        assert read_configuration(environ=proxied).options.cert is None
        environ["PIP_CERT"] = "/own.pem"
        assert read_configuration(environ=environ).options.cert == "/own.pem"
