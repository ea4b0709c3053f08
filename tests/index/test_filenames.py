from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from pinwise.index.filenames import projects_of, split_filename, split_filenames


@pytest.mark.parametrize(
    ("filename", "project", "version", "tags"),
    [
        ("flask-2.0.0-py3-none-any.whl", "flask", "2.0.0", "py3-none-any"),
        ("Flask-2.0.0-py2.py3-none-any.whl", "flask", "2.0.0", "py2.py3-none-any"),
        ("zope.interface-5.0-cp39-cp39-win32.whl", "zope-interface", "5.0", "cp39-cp39-win32"),
        ("x-1.0-2build-py3-none-any.whl", "x", "1.0", "py3-none-any"),
        (
            "torch-2.0+cpu-cp311-cp311-linux_x86_64.whl",
            "torch",
            "2.0+cpu",
            "cp311-cp311-linux_x86_64",
        ),
        ("Flask-0.1.tar.gz", "flask", "0.1", ""),
        ("flask-1.0.zip", "flask", "1.0", ""),
        ("flask-1.0.tar.bz2", "flask", "1.0", ""),
        ("zope.interface-5.0.tar.gz", "zope-interface", "5.0", ""),
        ("python_dateutil-2.8.tar.gz", "python-dateutil", "2.8", ""),
        ("a-b-1.0.tar.gz", "a-b", "1.0", ""),
        ("a--b-1.0.tar.gz", "a-b", "1.0", ""),
        ("foo-1.0-1.tar.gz", "foo", "1.0-1", ""),
        ("foo-1.0-beta.tar.gz", "foo", "1.0-beta", ""),
    ],
)
def test_reads(filename: str, project: str, version: str, tags: str) -> None:
    parts = split_filename(filename, canonicalize_name(project))
    assert parts is not None
    assert (parts.version, parts.tags) == (version, tags)
    assert parts.before + parts.version + parts.after == filename
    assert project in projects_of(filename)


@pytest.mark.parametrize(
    ("filename", "project"),
    [
        ("flask-2.0.0-py3-none-any.whl", "flask-login"),
        ("flask_login-2.0.0.tar.gz", "flask"),
        ("flask-2.0.0.exe", "flask"),
        ("flask-2.0.0-py2.7.egg", "flask"),
        ("flask-2.0.0.tar.gz.asc", "flask"),
        ("flask.tar.gz", "flask"),
        ("flask-.tar.gz", "flask"),
        ("flask-1.0-py2.7.tar.gz", "flask"),
        ("flask-1.0.macosx10.zip", "flask"),
        ("flask-1.0-py3-none.whl", "flask"),
        ("flask--py3-none-any.whl", "flask"),
        ("flask-1.0-build-py3-none-any.whl", "flask"),
        ("fl__ask-1.0-py3-none-any.whl", "fl-ask"),
        ("fl ask-1.0-py3-none-any.whl", "fl ask"),
        ("", "flask"),
        (".whl", "flask"),
        ("-1.0.tar.gz", "flask"),
    ],
)
def test_skips(filename: str, project: str) -> None:
    assert split_filename(filename, canonicalize_name(project)) is None


@pytest.mark.parametrize(
    "filename",
    [
        "a_b-1.0-py3-none-any.whl",
        "a.b-1.0rc1-1-cp310-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "a-1!2.0.post1-py3-none-any.whl",
        "a-1.0_post1-py3-none-any.whl",
        "a-nonsense-py3-none-any.whl",
        "a-1.0-x-py3-none-any.whl",
        "a-1.0-py3-none-any-more-more.whl",
        "a__b-1.0-py3-none-any.whl",
        "A-1.0.tar.gz",
        "a-b-c-1.0.zip",
        "a-1.0",
    ],
)
def test_agrees_with_packaging(filename: str) -> None:
    try:
        if filename.endswith(".whl"):
            project, version, *_ = parse_wheel_filename(filename)
        else:
            project, version = parse_sdist_filename(filename)
    except (InvalidWheelFilename, InvalidSdistFilename):
        for candidate in projects_of(filename):
            parts = split_filename(filename, candidate)
            if parts is not None:
                with pytest.raises(InvalidVersion):
                    Version(parts.version)
    else:
        parts = split_filename(filename, project)
        assert parts is not None
        assert Version(parts.version) == version


_PARTS = st.sampled_from(
    ["foo-", "Foo-", "foo_bar-", "1.0", "1", "-", "-1-", "py3-none-any", "py3", "none-any", "bar-"]
)
_NAMES = st.builds(
    str.__add__,
    st.lists(_PARTS, max_size=6).map("".join),
    st.sampled_from([".whl", ".whl", ".whl", ".tar.gz", ".zip", "", "whl"]),
)


@given(st.lists(_NAMES, max_size=8))
def test_many_at_once_are_cut_up_like_one_by_one(filenames: list[str]) -> None:
    for project in map(canonicalize_name, ("foo", "foo-bar")):
        singly = [split_filename(filename, project) for filename in filenames]
        assert list(split_filenames(filenames, project)) == singly
