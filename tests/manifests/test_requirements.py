from __future__ import annotations

import pytest

from pinwise.manifests.declarations import Role
from pinwise.manifests.requirements import declarations
from pinwise.syntax.requirements import parse


def test_named_lines_are_declarations() -> None:
    text = (
        "-r base.txt\nFlask_Login==1.0 --hash=sha256:ab -C x=y # why\n./unnamed\n"
        "https://host.example/tool-1.0-py3-none-any.whl\n-e git+https://git.example/x#egg=lib\n"
        "bad=1.0\n=1.0\n"
    )
    found = declarations(parse(text), Role.REQUIREMENT)
    assert [(item.name, item.clean) for item in found] == [
        ("flask-login", True),
        ("tool", True),
        ("lib", True),
        ("bad", False),
    ]
    first = found[0]
    assert first.name_span.of(text) == "Flask_Login"
    assert first.span.of(text) == "Flask_Login==1.0 --hash=sha256:ab -C x=y"
    assert first.full_span.of(text) == text.splitlines(keepends=True)[1]
    assert [item.digest for item in first.hashes] == ["ab"]
    assert [option.value for option in first.options] == ["x=y"]
    assert first.comment is not None


@pytest.mark.parametrize(("role", "clean"), [(Role.REQUIREMENT, True), (Role.CONSTRAINT, False)])
def test_an_editable_is_no_constraint(role: Role, clean: bool) -> None:  # noqa: FBT001 - a column of the table
    (found,) = declarations(parse("-e git+https://git.example/x#egg=lib"), role)
    assert found.clean is clean


@pytest.mark.parametrize("line", ["flask@2.0", "git@github.com:me/x.git", "flask=2.0"])
def test_what_pip_fails_on_is_not_clean(line: str) -> None:
    (declaration,) = declarations(parse(line), Role.REQUIREMENT)
    assert not declaration.clean
