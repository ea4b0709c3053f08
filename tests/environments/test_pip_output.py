from __future__ import annotations

from pathlib import Path

import pytest

from pinwise.environments.pip_output import (
    blamed_line,
    blamed_names,
    build_error,
    error_lines,
    error_sentence,
    step_of,
    without_secrets,
)
from pinwise.environments.requirement_lines import BlamedLine
from tests.harness.counting import assert_linear


def test_what_uv_says(tmp_path: Path) -> None:
    # Recorded from uv 0.13.8.
    unsolved = [
        "error: No solution found when resolving dependencies",
        "  cause: Because there is no version of packaging==99.1 and you require packaging==99.1,",
    ]
    unparsed = [
        "error: Couldn't parse requirement in `bad.txt` at position 10",
        '  cause: no such comparison operator "=", must be one of ~= == != <= >= < > ===',
    ]
    (tmp_path / "r.txt").write_text("iniconfig\npackaging == 99.1\n")
    (tmp_path / "bad.txt").write_text("iniconfig\nflask=1\n")

    blamed = blamed_line(unsolved, [tmp_path / "r.txt"], tmp_path)
    assert blamed == BlamedLine(tmp_path / "r.txt", 2)
    assert blamed_line(unparsed, [], tmp_path) == BlamedLine(tmp_path / "bad.txt", 2)
    assert error_sentence(error_lines(unparsed)).startswith(
        "Couldn't parse requirement in `bad.txt` at position 10: no such comparison operator"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("at https://me:pass@host.invalid/simple/", "at https://****@host.invalid/simple/"),
        ("git+https://tok3n@host.invalid/x.git", "git+https://****@host.invalid/x.git"),
        ("https://host.invalid/x?token=abc&y=1", "https://host.invalid/x?token=****&y=1"),
        ("x @ https://host.invalid/x.whl", "x @ https://host.invalid/x.whl"),
        ("me@host.invalid", "me@host.invalid"),
        ("(1https://me:pass@host.invalid)", "(1https://****@host.invalid)"),
    ],
)
def test_secrets_are_not_shown(text: str, expected: str) -> None:
    assert without_secrets(text) == expected


@pytest.mark.parametrize(
    ("line", "step"),
    [
        ("Collecting flask==3.0 (from -r a.txt (line 1))", "Collecting flask==3.0"),
        (
            "  Downloading flask-3.0-py3-none-any.whl.metadata (3.6 kB)",
            "Downloading flask-3.0-py3-none-any.whl",
        ),
        ("Building wheels for collected packages: a, b", "Building collected packages: a, b"),
        ("Installing collected packages: a, b, c, d, e", "Installing a, b, c and 2 more"),
        ("Obtaining file:///x/project/", "Preparing project"),
        ("Looking in links: /x", None),
        ("", None),
    ],
)
def test_steps(line: str, step: str | None) -> None:
    assert step_of(line) == step


def test_the_failure_of_a_build_is_told_by_pip_and_not_by_the_build() -> None:
    output = """\
Processing ./s (from -r r.txt (line 4))
  Installing build dependencies: finished with status 'error'
  error: subprocess-exited-with-error

  \N{MULTIPLICATION SIGN} installing build dependencies did not run successfully.
  ╰─> [9 lines of output]
      ERROR: 1
      ERROR: 2
      ERROR: 3
      ERROR: 4
      ERROR: 5
      ERROR: 6
      ERROR: 7
      [end of output]
  note: This error originates from a subprocess, and is likely not a problem with pip.
ERROR: Failed to build 's' when installing build dependencies
""".splitlines()

    lines = error_lines(output)

    assert error_sentence(lines) == "Failed to build 's' when installing build dependencies"
    assert len(lines) == 8
    assert blamed_line(output, [], Path("/x")) == BlamedLine(Path("/x/r.txt"), 4)


def test_a_dependency_that_fails_is_blamed_on_what_asked_for_it() -> None:
    output = [
        "Collecting b (from a->-r /x/r.txt (line 2))",
        "ERROR: HTTP error 404 while getting https://u:p@host.invalid/b.whl",
    ]

    assert blamed_line(output, [], Path("/x")) == BlamedLine(Path("/x/r.txt"), 2)
    assert "u:p" not in error_lines(output)[0]


def test_an_error_without_a_line_blames_none(tmp_path: Path) -> None:
    output = ["ERROR: Could not install packages due to an OSError"]

    assert blamed_line(output, [tmp_path / "missing.txt"], tmp_path) is None


def test_output_without_a_mark_is_shown_from_its_end() -> None:
    assert error_lines(["a", "", "b"]) == ("a", "b")
    assert error_sentence(["a", "b"]) == "a"
    assert error_sentence([]) == ""


@pytest.mark.parametrize(
    ("line", "names"),
    [
        (
            "Cannot install a==1, b-c[x]==2 and d because these package versions have conflicting",
            ("a", "b-c", "d"),
        ),
        (
            "Failed to build installable wheels for some pyproject.toml based projects (a, b.c)",
            ("a", "b.c"),
        ),
        ("ERROR: Failed to build 's' when getting requirements to build wheel", ("s",)),
        ("  ERROR: Failed building wheel for a_b", ("a_b",)),
        ("╰─> some-package", ("some-package",)),
        ("  \N{MULTIPLICATION SIGN} Failed to build `numpy==1.0`", ("numpy",)),
        ("  \N{MULTIPLICATION SIGN} Failed to download and build `numpy==1.0`", ("numpy",)),
        ("  \N{MULTIPLICATION SIGN} Hash mismatch for `x==1`", ("x",)),
        ("  ╰─▶ Because absent was not found in the package registry and", ("absent",)),
        ("Successfully installed a", ()),
    ],
)
def test_the_packages_that_an_error_names(line: str, names: tuple[str, ...]) -> None:
    assert blamed_names(["Collecting zzz", line]) == names


def test_what_uv_says_of_a_build() -> None:
    # Recorded from uv 0.13.8.
    output = """\
   Building brittle @ file:///x/brittle
error: Failed to build `brittle @ file:///x/brittle`
  cause: The build backend returned an error
  cause: Call to `backend.build_wheel` failed (exit status: 1)

         [stderr]
         Traceback (most recent call last):
           File "<string>", line 11, in <module>
         RuntimeError: no compiler

hint: Build failures usually indicate a problem with the package
""".splitlines()

    assert build_error(output) == "RuntimeError: no compiler"
    assert blamed_names(output) == ("brittle",)


def test_a_package_that_cannot_be_built_is_blamed_on_what_asked_for_it(tmp_path: Path) -> None:
    (tmp_path / "r.txt").write_text("top\nlow==1  # here\n-e ./libs/in_place\n")
    output = ["Collecting deep (from top->-r r.txt (line 1))", "Collecting other"]
    error = "ERROR: Failed to build '{}' when getting requirements to build wheel"

    def blamed(name: str) -> int | None:
        found = blamed_line([*output, error.format(name)], [tmp_path / "r.txt"], tmp_path)
        return found.line if found else None

    assert [blamed(name) for name in ("deep", "LOW", "in-place", "unheard")] == [1, 2, 3, None]


@pytest.mark.parametrize(
    ("before", "piece", "after"),
    [
        ("", "a", "@"),
        ("", "a://", "@"),
        ("://", "a", ""),
        ("?", "token", ""),
        ("", "?token=", ""),
        ("", "0a", "://x:y@"),
    ],
)
def test_secrets_are_looked_for_in_linear_time(before: str, piece: str, after: str) -> None:
    assert_linear(lambda count: without_secrets(before + piece * count + after), 300)
