from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pinwise.cli.main import main
from pinwise.cli.output import complain, emit

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fake_index import FakeIndex

HOSTILE = "a\x1b[31m\r\x9b\N{RIGHT-TO-LEFT OVERRIDE}"
NO_NOTES = ["--ignore", "missing-environment"]


def harmless(text: str) -> bool:
    return not set("\x1b\r\x9b\N{RIGHT-TO-LEFT OVERRIDE}") & set(text)


def test_what_is_printed_steers_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    emit(HOSTILE, "\n\tlines stay")
    complain(f"{HOSTILE}\nforged")
    out, err = capsys.readouterr()
    assert harmless(out + err)
    assert out.endswith("\n\tlines stay\n")
    assert err.count("\n") == 1


def test_what_is_logged_goes_the_same_way(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def log(*_: object) -> int:
        logging.getLogger("pinwise.test").warning("%s at https://user:pw@host", HOSTILE)
        return 0

    (project / "requirements.txt").write_text("flask\n", "utf-8")
    monkeypatch.setattr("pinwise.cli.check._print", log)
    assert main(["check"]) == 0
    err = capsys.readouterr().err
    assert "https://*******@host" in err
    assert harmless(err)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
@pytest.mark.parametrize(
    "arguments",
    [
        ["check", *NO_NOTES],
        ["check", HOSTILE],
        ["check", "--select", HOSTILE],
        ["check", "--python", HOSTILE],
        ["check", f"nowhere{HOSTILE}"],
        ["check", "empty"],
        ["parse", f"{HOSTILE}/requirements.txt"],
        ["parse", f"nowhere{HOSTILE}"],
        ["envs"],
        ["envs", f"nowhere{HOSTILE}"],
        ["rules", HOSTILE],
    ],
)
def test_names_of_files_do_not_reach_the_terminal(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    folder = project / HOSTILE
    environment = folder / ".venv"
    environment.mkdir(parents=True)
    (environment / "pyvenv.cfg").write_text(f"home = /{HOSTILE}\nversion = 3.11.1\n", "utf-8")
    text = f"-r {HOSTILE}.txt\nclick>2,<1\nclick>2,<1 # {HOSTILE}\n"
    (folder / "requirements.txt").write_text(text, "utf-8")
    (folder / "pinwise.toml").write_text('"a\\u001b[31m" = 1\n', "utf-8")
    main(arguments)
    out, err = capsys.readouterr()
    assert out + err
    assert harmless(out + err)


def test_a_call_that_argparse_refuses_is_told_harmlessly(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["check", f"--{HOSTILE}=https://user:pw@host"])
    err = capsys.readouterr().err
    assert harmless(err)
    assert "user:pw" not in err


def test_secrets_are_not_printed(
    project: Path, index: FakeIndex, capsys: pytest.CaptureFixture[str]
) -> None:
    address = index.url.replace("://", "://user:secret@")
    text = (
        "-r https://user:secret@files.example/base.txt\n"
        f"--index-url https://user:\\\nsecret@files.example/x --wrong\n"
        f"--extra-index-url {address} --wrong\n"
        "flask @ https://user:secret@files.example/f=ask.zip ; wrong\n"
    )
    (project / "requirements.txt").write_text(text, "utf-8")
    for form in ("text", "json"):
        main(["check", "--offline", "--format", form])
        out, err = capsys.readouterr()
        assert "secret" not in out + err
        assert "files.example" in out + err
    main(["parse", "requirements.txt"])
    assert "secret" not in capsys.readouterr().out


def test_carets_stay_below_what_they_mean(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = "flask @ https://us\N{CJK UNIFIED IDEOGRAPH-5BC6}er:pw@h.example/f.zip ; wrong"
    (project / "requirements.txt").write_text(f"{line}\n", "utf-8")
    main(["check", "--select", "invalid-requirement", "--offline"])
    excerpt, carets = capsys.readouterr().out.splitlines()[1:3]
    assert "https://********@h.example" in excerpt
    assert excerpt[carets.index("^") :].startswith("wrong")


def test_json_escapes_what_it_holds(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "requirements.txt").write_text("fl\x9b\x7f\N{SNOWMAN}==1\n", "utf-8")
    main(["parse", "requirements.txt", "--format", "json"])
    out = capsys.readouterr().out
    assert out.isascii()
    assert json.loads(out)


@pytest.fixture
def long_file(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file whose findings fill a pipe."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    path = project / "requirements.txt"
    text = "".join(f"caf\N{LATIN SMALL LETTER E WITH ACUTE}{n}==\n" for n in range(2000))
    path.write_text(text, "utf-8")
    return path


@pytest.mark.skipif(os.name == "nt", reason="Windows reports a closed pipe in other ways")
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_reader_who_goes_away_gets_no_traceback(long_file: Path, form: str) -> None:
    command = [sys.executable, "-m", "pinwise", "check", str(long_file), "--offline"]
    with subprocess.Popen(
        [*command, "--format", form], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 141


@pytest.mark.skipif(os.name == "nt", reason="a shell of POSIX closes the streams")
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    ("arguments", "code"),
    [("--help", 0), ("check --offline", 1), ("check nowhere.txt", 2), ("format -", 0)],
)
def test_closed_streams_do_not_change_the_exit_code(
    long_file: Path, closed: str, arguments: str, code: int
) -> None:
    call = f'"$0" -m pinwise {arguments} {closed}'
    done = subprocess.run(
        ["/bin/sh", "-c", call, sys.executable],
        cwd=long_file.parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert done.returncode == code
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["check", "--offline"], ["parse", "requirements.txt"]])
def test_an_encoding_that_lacks_a_character_stops_nothing(
    long_file: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    command = [sys.executable, "-m", "pinwise", *arguments]
    done = subprocess.run(command, cwd=long_file.parent, capture_output=True, check=False)
    assert done.returncode in (0, 1)
    assert b"caf?0" in done.stdout
    assert b"Traceback" not in done.stderr


SECRETIVE = [
    '"https://u:s3cret@x.example/a.whl",',
    "https://averylongusername:s3cretaverylongpassword@x.example/a.whl,",
    "pip install --index-url https://u:s3cret@x.example/simple flask",
    "flask --index-url https://u:s3cret@x.example/simple",
    "flask==1.0 -i https://u:s3cret@x.example/simple",
    "flask @ https://u:s3cret@x.example/f.zip;wrong",
    "flask https://u:s3cret@x.example/f.zip",
    "https://x.example/simple/?api_key=s3cret",
    "--find-links https://x.example/?token=s3cret --wrong",
    "x.example/a?token=s3cret",
    "-r http//u:s3cret@x.example/base.txt",
    "-r x.example/a?token=s3cret",
    "u:s3cret@x.example/foo",
    "--password s3cret",
    "--index-url https://x.example/simple --password s3cret",
    "git+https://u:s3cret@x.example/foo.git",
    "git+ssh://u:s3cret@x.example:me/foo.git",
    "git+https://u:s3cret@x.example/foo.git@",
    "flask = {url = 'https://u:s3cret@x.example/f.zip'}",
    "['flask', 'https://u:s3cret@x.example/f.zip']",
    "--index-url = https://u:s3cret@x.example/simple",
    "-i=https://u:s3cret@x.example/simple",
    "--proxy u:s3cret@x.example:80",
    "--trusted-host u:s3cret@x.example",
    "--extra-index-url https://u:s3cret@x.example/simple flask",
    "\N{LEFT DOUBLE QUOTATION MARK}https://u:s3cret@x.example/a.whl\N{RIGHT DOUBLE QUOTATION MARK}",
    "flask==1.0 # x https://u:s3cret@x.example",
    "-f\N{NO-BREAK SPACE}https://u:s3cret@x.example/a",
    "-e https://u:s3cret@x.example/foo.git",
    "https://u:s3cret@[x/a.whl",
]


@pytest.mark.parametrize("line", SECRETIVE)
def test_no_message_title_or_edit_tells_a_secret(
    project: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    (project / "requirements.txt").write_text(f"django==4.2\n{line}\n{line}\n", "utf-8")
    for output in ("text", "json"):
        main(["check", "--offline", "--format", output])
        out, err = capsys.readouterr()
        assert "s3cret" not in out + err
        assert "requirements.txt" in out + err


def test_a_fix_that_moves_a_secret_is_not_among_those_for_programs(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.txt").write_text(
        "flask --index-url https://u:s3cret@x.example/simple\n"
        "django --index-url https://x.example/simple\n",
        "utf-8",
    )
    main(["check", "--offline", "--format", "json", "--select", "ignored-text,invalid-option"])
    hiding, open_one = json.loads(capsys.readouterr().out)["diagnostics"]
    assert len(hiding["fixes"]) == len(open_one["fixes"]) - 1
