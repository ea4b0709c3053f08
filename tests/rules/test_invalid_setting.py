from __future__ import annotations

from functools import partial

import pytest

from pinwise.advice.findings import Severity
from pinwise.analysis.engine import severity_of
from pinwise.rules.invalid_setting import invalid_setting
from tests import harness

check = partial(harness.check, rules=[invalid_setting])
check_fix = partial(harness.check_fix, rules=[invalid_setting])


def test_what_is_wrong_stands_on_the_key_or_the_value() -> None:
    check(
        """
flask
=== pyproject.toml
[project]
ofline = true
[tool.pinwise]
ofline = true
^^^^^^ invalid-setting: There is no setting `ofline`. Did you mean `offline`?
"offline" = "yes"
             ^^^ invalid-setting: `offline` must be true or false.
platforms = [
  "linux",
  'beos',
   ^^^^ invalid-setting: There is no platform `beos`.
]
[tool.pinwise.rules]
PW204 = "loud"
         ^^^^ invalid-setting: `PW204` must be one of off, hint, information, warning, error.
[tool.pinwise.per-package-ignores]
flask = ["outdatd-version"]
          ^^^^^^^^^^^^^^^ invalid-setting: There is no rule `outdatd-version`. Did you mean `outdated-version`?
"""  # noqa: E501 - a message is one line
    )


@pytest.mark.parametrize(
    "text",
    [
        """
flask
=== pinwise.toml
offline true
        ^ invalid-setting: This is not valid TOML: expected '=' after a key in a key/value pair.
""",
        """
flask
=== pyproject.toml
[tool.pinwise
            ^ invalid-setting: This is not valid TOML: expected ']' at the end of a table declaration.
""",  # noqa: E501 - likewise
        """
flask
=== pyproject.toml
[tool]
pinwise = 1
^^^^^^^ invalid-setting: `tool.pinwise` must be a table.
""",
    ],
)
def test_a_file_that_cannot_be_read(text: str) -> None:
    check(text)


def test_other_tools_are_not_our_business() -> None:
    check("flask\n=== pyproject.toml\n[tool.ruff]\nofline = \n")
    check('flask\n=== pyproject.toml\n[project]\nname = "pinwise"\nofline = \n')


def test_the_nearest_name_is_put_in_place() -> None:
    check_fix(
        "flask\n=== pinwise.toml\n'ofl$0ine' = true # why\n",
        "flask\n=== pinwise.toml\n'offline' = true # why\n",
    )
    check_fix(
        'flask\n=== pinwise.toml\nignore = ["PW204", "$0outdatd-version"]\n',
        'flask\n=== pinwise.toml\nignore = ["PW204", "outdated-version"]\n',
    )


def test_the_file_may_set_its_own_severity() -> None:
    check("flask\n=== pinwise.toml\nofline = true\nignore = ['PW002']\n")
    check("flask\n=== pinwise.toml\nofline = true\nper-file-ignores = {'*.toml' = ['all']}\n")
    world = harness.World()
    settings = world.context(
        {"requirements.txt": "", "pinwise.toml": "rules.PW002 = 'error'\n"}
    ).settings
    assert severity_of(invalid_setting, settings) is Severity.ERROR


def test_the_table_of_pyproject_in_our_own_file() -> None:
    check(
        """
flask
=== pinwise.toml
[tool.pinwise]
 ^^^^ invalid-setting: All of `pinwise.toml` is Pinwise's: leave `tool.pinwise` out of its headers.
offline = true
"""
    )
