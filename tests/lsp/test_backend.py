"""The bookkeeping of open files, without a process: every order of events can be arranged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinwise.base.cancellation import CancelToken
from pinwise.base.text import Span
from pinwise.lsp.backend import MOST_PUT_OFF
from pinwise.lsp.publisher import MOST_PUBLISHED
from tests.lsp.backend_world import FLASK_2, FLASK_3, WRONG

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from pinwise.analysis.workspace import Analysis
    from tests.lsp.backend_world import World


def open_shared_file(world: World) -> None:
    """Open a file with a mistake and the two that include it, and have them analysed."""
    world.write(requirements_a="-r base.txt\n", requirements_b="-r base.txt\n", base=WRONG)
    world.open("requirements_a.txt", "-r base.txt\n")
    world.open("requirements_b.txt", "-r base.txt\n")
    world.open("base.txt", WRONG)
    world.work()


def fail_on(name: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the analysis of one root raise."""
    begin = world.workspace.begin

    def failing(root: Path, before: Analysis | None, token: CancelToken | None) -> Analysis:
        if root.name == name:
            message = "a bug"
            raise RuntimeError(message)
        return begin(root, before, token)

    monkeypatch.setattr(world.workspace, "begin", failing)


def test_an_analysis_gives_way_to_what_comes_in_but_not_for_ever(world: World) -> None:
    cancelled = CancelToken()
    cancelled.cancel()
    world.open("requirements.txt", WRONG)
    for _ in range(MOST_PUT_OFF):
        assert world.backend.work(cancelled)
        assert "requirements.txt" not in world.shown
    world.backend.work(cancelled)
    assert world.shown["requirements.txt"] == ["unsatisfiable-specifier"]
    world.work()
    world.type("requirements.txt", FLASK_2)
    assert world.backend.work(cancelled)
    assert world.shown["requirements.txt"] == ["unsatisfiable-specifier"]
    world.work()
    assert world.shown["requirements.txt"] == []
    assert world.versions["requirements.txt"] == world.version


def test_two_roots_that_share_a_file_never_show_places_of_an_old_text(world: World) -> None:
    open_shared_file(world)
    assert world.ranges["base.txt"] == [(0, 5, 0, 10)]
    world.type("base.txt", "# moved down\n" + WRONG)
    # After the first of the two trees, nothing may have been said about the new text.
    assert world.backend.work()
    assert world.ranges["base.txt"] == [(0, 5, 0, 10)]
    world.work()
    assert world.ranges["base.txt"] == [(1, 5, 1, 10)]
    assert world.versions["base.txt"] == world.version


def test_a_file_that_is_no_longer_included_is_judged_alone(world: World) -> None:
    world.write(base=WRONG)
    world.open("requirements.txt", "-r base.txt\n")
    world.open("base.txt", WRONG)
    world.work()
    world.type("requirements.txt", "# nothing\n")
    world.work()
    assert world.shown["base.txt"] == ["unsatisfiable-specifier"]
    world.type("base.txt", FLASK_2)
    world.work()
    assert world.shown["base.txt"] == []


def test_a_file_that_becomes_included_is_no_root_any_more(world: World) -> None:
    world.write(base=FLASK_2)
    world.open("requirements.txt", FLASK_3)
    world.open("base.txt", FLASK_2)
    world.work()
    assert world.shown == {"requirements.txt": [], "base.txt": []}
    world.type("requirements.txt", "-r base.txt\n" + FLASK_3)
    world.work()
    assert world.shown["base.txt"] == ["conflicting-pins"]
    world.type("base.txt", FLASK_3)
    world.work()
    assert "conflicting-pins" not in world.shown["base.txt"]


def test_what_is_typed_in_a_projects_own_file_counts_for_lines_elsewhere(world: World) -> None:
    table = '[project]\nname = "{}"\nversion = "1.0"\ndependencies = ["{}"]\n'
    for name, needed in (("lib", "core"), ("core", "lib")):
        world.path(name).mkdir()
        (world.path(name) / "pyproject.toml").write_text(table.format(name, needed))
    world.open("requirements.txt", "-e ./lib\n-e ./core\n")
    world.work()
    assert world.shown["requirements.txt"] == []
    world.open("lib/pyproject.toml", table.format("lib", "core>=2"))
    world.work()
    assert world.shown["requirements.txt"] == ["dependency-conflict"]
    world.type("lib/pyproject.toml", table.format("lib", "core>=1"))
    world.work()
    assert world.shown["requirements.txt"] == []


def test_a_root_that_is_deleted_takes_its_findings_along(world: World) -> None:
    world.write(requirements="-r base.txt\n" + FLASK_3, base=FLASK_2)
    world.open("base.txt", FLASK_2)
    world.work()
    assert world.shown["requirements.txt"] == ["conflicting-pins"]
    world.path("requirements.txt").unlink()
    world.workspace.forget_disk()
    world.backend.refresh()
    world.work()
    assert world.shown == {"requirements.txt": [], "base.txt": []}


def test_a_file_closed_before_its_analysis_shows_nothing(world: World) -> None:
    world.open("requirements.txt", WRONG)
    world.backend.close(world.path("requirements.txt"))
    world.work()
    assert world.shown == {}


def test_findings_in_other_files_leave_with_the_last_open_file(world: World) -> None:
    world.write(base=WRONG)
    world.open("requirements.txt", "-r base.txt\n")
    world.work()
    assert world.shown["base.txt"] == ["unsatisfiable-specifier"]
    world.backend.close(world.path("requirements.txt"))
    world.work()
    assert world.shown == {"requirements.txt": [], "base.txt": []}


def test_an_analysis_that_fails_does_not_stop_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fail_on("requirements-a.txt", world, monkeypatch)
    world.open("requirements-a.txt", WRONG)
    world.open("requirements-b.txt", WRONG)
    world.work()
    assert world.shown == {"requirements-b.txt": ["unsatisfiable-specifier"]}
    assert "requirements-a.txt failed" in caplog.text


def test_environments_are_looked_for_where_no_folder_is_open(world: World) -> None:
    outside = world.folder.parent / "elsewhere"
    outside.mkdir()
    world.backend.open(outside / "requirements.txt", FLASK_2, 1)
    assert world.looked == [outside]
    world.open("requirements.txt", FLASK_2)
    assert world.looked == [outside]


def test_a_failing_analysis_does_not_hold_back_a_shared_file(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_shared_file(world)
    fail_on("requirements_b.txt", world, monkeypatch)
    world.type("base.txt", FLASK_2)
    world.work()
    assert world.shown["base.txt"] == []


def test_a_missing_file_that_appears_and_goes(world: World) -> None:
    world.open("requirements.txt", "-r other.txt\n")
    world.work()
    assert world.shown["requirements.txt"] == ["missing-file"]
    for there in (True, False):
        if there:
            world.write(other="flask\n")
        else:
            world.path("other.txt").unlink()
        world.workspace.forget_disk()
        world.backend.refresh()
        world.work()
        assert world.shown["requirements.txt"] == ([] if there else ["missing-file"])


def test_a_file_that_cannot_be_decoded_says_so_once(world: World) -> None:
    world.path("base.txt").write_bytes(b"flask==\n# caf\xe9\n")
    world.open("requirements.txt", "-r base.txt\n")
    world.work()
    assert world.shown["base.txt"] == ["undecodable-file"]
    assert world.ranges["base.txt"] == [(1, 5, 1, 6)]
    assert world.shown["requirements.txt"] == []
    world.open("base.txt", "flask\n# caf\N{REPLACEMENT CHARACTER}\n")
    world.work()
    assert world.shown["base.txt"] == ["undecodable-file"]
    world.type("base.txt", "flask==\n# cafe\n")
    world.work()
    assert world.shown["base.txt"] == ["invalid-requirement"]


def test_every_file_of_a_circle_has_one_finding(world: World) -> None:
    world.write(requirements_a="-r requirements_b.txt\n", requirements_b="-r requirements_a.txt\n")
    world.open("requirements_a.txt", "-r requirements_b.txt\n")
    world.work()
    assert world.shown["requirements_a.txt"] == ["include-cycle"]
    assert world.shown["requirements_b.txt"] == ["include-cycle"]


def test_of_very_many_findings_the_worst_are_sent(world: World) -> None:
    """And an item that says how many others there are, so that nobody takes them for all."""
    wrong = "flask=1\n" * 3
    world.open("requirements.txt", "flask==1.0\n" * (MOST_PUBLISHED + 10) + wrong)
    world.work()
    shown = world.shown["requirements.txt"]
    assert shown.count("duplicate-requirement") == MOST_PUBLISHED - 3
    assert shown.count("invalid-requirement") == 3
    assert shown[-1] == "not-shown"
    # The first line is no duplicate, so that the first that is left out stands one line below.
    assert world.ranges["requirements.txt"][-1][0] == MOST_PUBLISHED - 3 + 1
    world.type("requirements.txt", "flask==1.0\n" * (MOST_PUBLISHED + 1))
    world.work()
    assert world.shown["requirements.txt"] == ["duplicate-requirement"] * MOST_PUBLISHED


def test_the_roots_are_derived_once_for_all_files_that_are_opened(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Path] = []
    roots_of = world.workspace.roots_of

    def counted(path: Path) -> tuple[Path, ...]:
        looked.append(path)
        return roots_of(path)

    monkeypatch.setattr(world.workspace, "roots_of", counted)
    for letter in "abcd":
        world.open(f"requirements_{letter}.txt", f"{FLASK_2}-c c.txt\n")
    world.work()
    assert len(looked) == len("abcd")
    world.write(c="flask\n")
    world.workspace.forget_disk()
    world.backend.refresh()
    world.work()
    assert len(looked) == 2 * len("abcd")
    # What is typed is looked at where it changes which files there are.
    world.type("requirements_a.txt", FLASK_2)
    world.work()
    assert len(looked) == 3 * len("abcd")


def test_settings_are_typed_at_the_cost_of_their_own_folder(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("a", "b"):
        world.path(folder).mkdir()
        world.open(f"{folder}/requirements.txt", WRONG)
    world.work()
    analysed: list[str] = []
    begin = world.workspace.begin

    def counted(root: Path, before: Analysis | None, token: CancelToken | None) -> Analysis:
        analysed.append(root.parent.name)
        return begin(root, before, token)

    monkeypatch.setattr(world.workspace, "begin", counted)
    ignored = 'ignore = ["unsatisfiable-specifier"]\n'
    world.open("a/pinwise.toml", "")
    world.type("a/pinwise.toml", ignored)
    world.work()
    assert analysed == ["a"]
    assert not world.backend.diagnostics_at(world.path("a/requirements.txt"), Span(0, 10))
    world.backend.close(world.path("a/pinwise.toml"))
    world.open("pinwise.toml", ignored)
    world.work()
    assert sorted(analysed[1:]) == ["a", "b"]
