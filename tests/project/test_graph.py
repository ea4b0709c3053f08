from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinwise.manifests.declarations import Role
from pinwise.project.files import MAX_SIZE, Documents, Obstacle
from pinwise.project.graph import Tree, read_tree, workspace_files
from pinwise.project.include_graph import IncludeGraph

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def tree_of(folder: Path, files: Mapping[str, str], root: str = "requirements.txt") -> Tree:
    write(folder, files)
    return read_tree(folder / root, Documents({}))


def members(tree: Tree) -> list[tuple[str, str]]:
    folder = tree.root.parent
    return [
        (member.document.path.relative_to(folder).as_posix(), member.role.value)
        for member in tree.members
    ]


def problems(tree: Tree) -> list[tuple[str, str, str]]:
    """Return kind, including file and marked text of each problem."""
    return [
        (problem.kind.value, problem.document.path.name, problem.span.of(problem.document.text))
        for problem in tree.problems
        if problem.document is not None and problem.span is not None
    ]


def test_files_stand_in_pips_order(tmp_path: Path) -> None:
    tree = tree_of(
        tmp_path,
        {
            "requirements.txt": "-r a/one.txt\nflask\n-c constraints.txt\n-r two.txt\n",
            "a/one.txt": "-r deep.txt\n",
            "a/deep.txt": "numpy\n",
            "constraints.txt": "numpy<2\n-r a/deep.txt\n",
            "two.txt": "pandas\n",
        },
    )
    assert members(tree) == [
        ("requirements.txt", "requirement"),
        ("a/one.txt", "requirement"),
        ("a/deep.txt", "requirement"),
        ("constraints.txt", "constraint"),
        ("two.txt", "requirement"),
    ]
    assert not tree.problems
    via = tree.members[2].via
    assert [include.document.path.name for include in via] == ["requirements.txt", "one.txt"]
    assert [include.span.of(include.document.text) for include in via] == ["a/one.txt", "deep.txt"]


def test_a_file_in_two_roles_is_two_members(tmp_path: Path) -> None:
    tree = tree_of(tmp_path, {"requirements.txt": "-r a.txt\n-c a.txt\n-c a.txt\n", "a.txt": "b\n"})
    assert members(tree)[1:] == [("a.txt", "requirement"), ("a.txt", "constraint")]


@pytest.mark.parametrize(
    ("name", "role"),
    [("constraints.txt", Role.CONSTRAINT), ("requirements.txt", Role.REQUIREMENT)],
)
def test_the_roots_role_is_its_names(tmp_path: Path, name: str, role: Role) -> None:
    assert tree_of(tmp_path, {name: "flask\n"}, name).members[0].role is role


def test_a_diamond_is_read_once(tmp_path: Path) -> None:
    tree = tree_of(
        tmp_path,
        {
            "requirements.txt": "-r a.txt\n-r b.txt\n",
            "a.txt": "-r c.txt\n",
            "b.txt": "-r ./x/../c.txt\n",
            "c.txt": "flask\n",
        },
    )
    assert [name for name, _ in members(tree)] == ["requirements.txt", "a.txt", "c.txt", "b.txt"]
    assert not tree.problems


def test_cycles_are_reported_where_they_close(tmp_path: Path) -> None:
    tree = tree_of(
        tmp_path,
        {"requirements.txt": "-r a.txt\n", "a.txt": "-c requirements.txt\n-r a.txt\nflask\n"},
    )
    assert problems(tree) == [("cycle", "a.txt", "requirements.txt"), ("cycle", "a.txt", "a.txt")]
    assert [include.document.path.name for include in tree.problems[0].via] == [
        "requirements.txt",
        "a.txt",
    ]
    assert len(tree.members) == 2


def test_what_cannot_be_read_is_reported_at_its_include(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"# coding: nonsense\n")
    (tmp_path / "folder").mkdir()
    tree = tree_of(tmp_path, {"requirements.txt": "-r missing.txt\n-c bad.txt\n-r folder\n-r\n"})
    assert problems(tree) == [
        ("missing", "requirements.txt", "missing.txt"),
        ("undecodable", "requirements.txt", "bad.txt"),
        ("unreadable", "requirements.txt", "folder"),
    ]


def test_a_root_that_is_missing(tmp_path: Path) -> None:
    tree = tree_of(tmp_path, {})
    assert not tree.members
    assert [(problem.kind.value, problem.include) for problem in tree.problems] == [
        ("missing", None)
    ]


def test_urls_are_not_fetched_but_files_are_read(tmp_path: Path) -> None:
    write(tmp_path, {"other.txt": "flask\n"})
    uri = (tmp_path / "other.txt").as_uri()
    text = f"-r https://host.example/r.txt\n-r {uri}\n-r http://[bad\n"
    tree = tree_of(tmp_path, {"requirements.txt": text})
    assert [include.line.target for include in tree.remote] == ["https://host.example/r.txt"]
    assert [name for name, _ in members(tree)] == ["requirements.txt", "other.txt"]
    assert [kind for kind, _, _ in problems(tree)] == ["missing"]


def test_a_thousand_nested_files(tmp_path: Path) -> None:
    files = {f"{number}.txt": f"-r {number + 1}.txt\n" for number in range(1000)}
    tree = tree_of(tmp_path, files | {"1000.txt": "flask\n"}, "0.txt")
    assert len(tree.members) == 1001
    assert len(tree.members[-1].via) == 1000


def test_diamonds_on_diamonds_do_not_multiply(tmp_path: Path) -> None:
    files = {f"{n}.txt": f"-r {n + 1}.txt\n-r {n + 1}.txt\n" for n in range(60)}
    assert len(tree_of(tmp_path, files | {"60.txt": ""}, "0.txt").members) == 61


def test_open_texts_are_part_of_the_tree(tmp_path: Path) -> None:
    write(tmp_path, {"requirements.txt": "-r a.txt\n"})
    documents = Documents({})
    documents.open(tmp_path / "a.txt", "-r b.txt\n", 3)
    tree = read_tree(tmp_path / "requirements.txt", documents)
    assert members(tree)[1:] == [("a.txt", "requirement")]
    assert problems(tree) == [("missing", "a.txt", "b.txt")]


def test_prose_includes_nothing(tmp_path: Path) -> None:
    text = "This is a text for people to read.\nIt says how to do it.\n-r missing.txt\n" * 4
    prose = text.replace("-r missing.txt", "We like it very much indeed.", 3)
    assert not tree_of(tmp_path, {"requirements.txt": prose}).problems


def test_roots(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "requirements.txt": "-r requirements/base.txt\n",
            "requirements/base.txt": "flask\n",
            "requirements/dev.txt": "-r base.txt\n-c ../constraints.txt\n",
            "constraints.txt": "flask<3\n",
            "alone-requirements.txt": "numpy\n",
        },
    )
    files = workspace_files(tmp_path)
    graph = IncludeGraph(files, Documents({}))

    def roots(name: str) -> list[str]:
        found = graph.roots_of(tmp_path / name)
        return [path.relative_to(tmp_path).as_posix() for path in found]

    assert roots("requirements/base.txt") == ["requirements.txt", "requirements/dev.txt"]
    assert roots("constraints.txt") == ["requirements/dev.txt"]
    assert roots("alone-requirements.txt") == ["alone-requirements.txt"]
    assert roots("unknown.txt") == ["unknown.txt"]


def test_every_file_of_a_cycle_is_a_root_of_what_it_includes(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a-requirements.txt": "-r b-requirements.txt\n",
            "b-requirements.txt": "-r a-requirements.txt\n-r c-requirements.txt\n",
            "c-requirements.txt": "flask\n",
        },
    )
    graph = IncludeGraph(workspace_files(tmp_path), Documents({}))
    found = graph.roots_of(tmp_path / "c-requirements.txt")
    assert [path.name for path in found] == ["a-requirements.txt", "b-requirements.txt"]


def test_index_options_in_pips_precedence(tmp_path: Path) -> None:
    tree = tree_of(
        tmp_path,
        {
            "requirements.txt": (
                "--extra-index-url https://early.example\n-i https://first.example\n"
                "--extra-index-url https://a.example\n-r a.txt\n"
                "--find-links one --find-links two\n--pre\n"
            ),
            "a.txt": "--extra-index-url https://b.example\n--trusted-host b.example\n-f three\n",
        },
    )
    options = tree.index_options
    assert options.index_url is not None
    assert options.index_url.value == "https://first.example"
    assert [item.value for item in options.extra_index_urls] == [
        "https://a.example",
        "https://b.example",
    ]
    assert [item.document.path.name for item in options.trusted_hosts] == ["a.txt"]
    assert [item.value for item in options.find_links] == ["three", "one"]
    assert [item.option.name for item in options.choices] == ["--pre"]
    assert options.no_index is None


def test_the_last_index_wins_and_drops_the_extras_before_it(tmp_path: Path) -> None:
    text = (
        "-i https://a.example\n--extra-index-url https://b.example\n-i https://c.example\n"
        "flask -i https://ignored.example\n"
    )
    options = tree_of(tmp_path, {"requirements.txt": text}).index_options
    assert options.index_url is not None
    assert options.index_url.value == "https://c.example"
    assert not options.extra_index_urls


def test_no_index_ends_them_all(tmp_path: Path) -> None:
    text = "-i https://a.example\n--no-index\n-i https://b.example --extra-index-url https://c.example\n"
    options = tree_of(tmp_path, {"requirements.txt": text}).index_options
    assert options.no_index is not None
    assert options.index_url is None
    assert not options.extra_index_urls


def test_workspace_files(tmp_path: Path) -> None:
    wanted = [
        "constraints.txt",
        "requirements.txt",
        "a/b/c/d/requirements.txt",
        "requirements/base.in",
        "service/requirements-dev.txt",
    ]
    skipped = [
        "notes.txt",
        "a/b/c/d/e/requirements.txt",
        "node_modules/x/requirements.txt",
        ".git/requirements.txt",
        ".venv/requirements.txt",
        "myenv/requirements.txt",
        "conda/requirements.txt",
        "build/requirements.txt",
        "dist/requirements.txt",
        "tool.egg-info/requirements.txt",
        "__pycache__/requirements.txt",
    ]
    write(tmp_path, dict.fromkeys([*wanted, *skipped], "flask\n"))
    write(tmp_path, {"myenv/pyvenv.cfg": "", "conda/conda-meta/history": ""})
    found = [path.relative_to(tmp_path).as_posix() for path in workspace_files(tmp_path)]
    assert sorted(found) == sorted(wanted)
    assert found[:2] == ["constraints.txt", "requirements.txt"]


def test_the_search_has_a_budget(tmp_path: Path) -> None:
    write(tmp_path, {f"{number}/requirements.txt": "" for number in range(20)})
    assert len(workspace_files(tmp_path, max_entries=25)) == 5
    assert workspace_files(tmp_path / "missing") == ()


def test_no_message_tells_a_value_of_the_environment(tmp_path: Path) -> None:
    text = "-r ${TOKEN}.txt\n-r ${TOKEN}\\\n/x.txt\n-r ${SELF}.txt\n"
    write(tmp_path, {"requirements.txt": text})
    values = {"TOKEN": "secret", "SELF": "requirements"}
    tree = read_tree(tmp_path / "requirements.txt", Documents(values))
    assert [problem.detail for problem in tree.problems] == [
        "${TOKEN}.txt does not exist",
        "${TOKEN}\\\n/x.txt does not exist",
        "${SELF}.txt includes itself",
    ]


def test_options_that_take_a_value_of_the_environment(tmp_path: Path) -> None:
    text = "# x\n-i https://h.example/${TOKEN}/\n-f https://h.example/${MISSING}/\n"
    write(tmp_path, {"requirements.txt": text})
    tree = read_tree(tmp_path / "requirements.txt", Documents({"TOKEN": "secret"}))
    index, links = tree.index_options.index_url, tree.index_options.find_links[0]
    assert index is not None
    assert (index.takes_variable, index.place) == (True, "requirements.txt line 2")
    assert not links.takes_variable


def test_links_are_files_of_their_own_as_for_pip(tmp_path: Path) -> None:
    write(tmp_path, {"requirements.txt": "-r link.txt\nflask\n"})
    (tmp_path / "link.txt").symlink_to("requirements.txt")
    tree = read_tree(tmp_path / "requirements.txt", Documents({}))
    assert [name for name, _ in members(tree)] == ["requirements.txt", "link.txt"]
    assert problems(tree) == [("cycle", "link.txt", "link.txt")]


def test_a_folder_that_links_to_itself_comes_to_an_end(tmp_path: Path) -> None:
    write(tmp_path, {"requirements.txt": "-r deeper/requirements.txt\n"})
    (tmp_path / "deeper").symlink_to(".", target_is_directory=True)
    tree = read_tree(tmp_path / "requirements.txt", Documents({}))
    (problem,) = tree.problems
    assert problem.kind.value == "unreadable"
    assert len(tree.members) < 1000


def test_spellings_that_differ_in_case_come_to_an_end(tmp_path: Path) -> None:
    # On a disk that does not tell them apart, pip goes round once more, and so do we.
    write(tmp_path, {"requirements.txt": "-r Requirements.txt\n"})
    if not (tmp_path / "Requirements.txt").exists():
        write(tmp_path, {"Requirements.txt": "-r Requirements.txt\n"})
    tree = read_tree(tmp_path / "requirements.txt", Documents({}))
    assert problems(tree) == [("cycle", "Requirements.txt", "Requirements.txt")]


def test_a_circle_behind_a_thousand_files(tmp_path: Path) -> None:
    files = {f"{number}.txt": f"-r {(number + 1) % 1000}.txt\n" for number in range(1000)}
    (problem,) = tree_of(tmp_path, files, "0.txt").problems
    assert problem.kind.value == "cycle"
    assert len(problem.via) == 1000


def test_what_is_too_large_or_no_file_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "large.txt").open("wb") as file:
        file.truncate(MAX_SIZE + 1)
    tree = tree_of(tmp_path, {"requirements.txt": "-r large.txt\n-r /dev/zero\n-r .\n"})
    assert [problem.obstacle for problem in tree.problems] == [
        Obstacle.TOO_LARGE,
        Obstacle.NOT_A_FILE,
        Obstacle.FOLDER,
    ]


def test_a_file_that_cannot_be_decoded_is_a_member_without_lines(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"-r none.txt\nflask==\n# \xff\n")
    tree = tree_of(tmp_path, {"requirements.txt": "-r bad.txt\n-c bad.txt\n"})
    assert members(tree)[1:] == [("bad.txt", "requirement"), ("bad.txt", "constraint")]
    assert problems(tree) == [("undecodable", "requirements.txt", "bad.txt")]
    assert not tree.members[1].document.file.lines


def test_a_root_that_cannot_be_decoded(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_bytes(b"# coding: nonsense\n")
    tree = read_tree(tmp_path / "requirements.txt", Documents({}))
    assert len(tree.members) == 1
    (problem,) = tree.problems
    assert (problem.kind.value, problem.include) == ("undecodable", None)


def test_relative_paths_of_nested_files(tmp_path: Path) -> None:
    tree = tree_of(
        tmp_path,
        {
            "requirements.txt": "-r a/b/one.txt\n",
            "a/b/one.txt": "-r ../two.txt\n-c c/three.txt\n",
            "a/two.txt": "-r b/c/../c/three.txt\n",
            "a/b/c/three.txt": "flask\n",
        },
    )
    assert [name for name, _ in members(tree)] == [
        "requirements.txt",
        "a/b/one.txt",
        "a/two.txt",
        "a/b/c/three.txt",
        "a/b/c/three.txt",
    ]
    assert not tree.problems
