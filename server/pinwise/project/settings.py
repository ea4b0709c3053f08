"""The settings: defaults, then the editor, then the project's file, then the command line.

The project's file is `pyproject.toml` with a table `[tool.pinwise]`, else `pinwise.toml`, in the
nearest folder upward. What is wrong with a setting is reported as a value; the rest still holds.
"""

from __future__ import annotations

from dataclasses import field, replace
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pinwise.base.records import record
from pinwise.base.tuples import NamedTuple
from pinwise.project.globs import matches
from pinwise.project.rule_names import ALL
from pinwise.project.settings_file import find_project_file
from pinwise.project.settings_values import Reading, SettingProblem, read_values

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from packaging.utils import NormalizedName

    from pinwise.project.rule_names import RuleNames
    from pinwise.project.settings_file import OpenText, SettingsFile
    from pinwise.project.settings_values import FileIgnore


@record(frozen=True, slots=True)
class Settings:
    """What the user may set.

    Attributes:
        rules: a severity for each rule that is not left at its default, by rule name.
        ignore: rules that report nothing, by name.
        per_package_ignores: rules that report nothing on lines of a package, by its normalised
            name or a pattern of names; `all` is every rule.
        per_file_ignores: rules that report nothing in files.
        offline: whether the network is left alone.
        creator: what makes environments.
        installer: what installs into them, of `INSTALLERS`.
        prerelease: when pre-releases are candidates.
        cooldown: days for which a new release is not suggested.
        missing_environment_notice: whether to offer an environment where there is none.
        python_versions: the Pythons that the project supports besides the selected one: `3.9`.
        platforms: the platforms that it supports besides this one, of `PLATFORMS`.
        code_lens: whether "Update all" stands above a file's first line.
        inlay_hints: what is shown behind pinned versions, of `INLAY_HINTS`.
        list_index_names: whether completion asks the user's own indexes for all their names.
    """

    rules: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    ignore: tuple[str, ...] = ()
    per_package_ignores: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    per_file_ignores: tuple[FileIgnore, ...] = ()
    offline: bool = False
    creator: str = "virtualenv"
    installer: str = "auto"
    prerelease: str = "if-necessary"
    cooldown: int = 0
    missing_environment_notice: bool = True
    python_versions: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    code_lens: bool = True
    inlay_hints: str = "off"
    list_index_names: bool = False

    def ignores_in_file(self, rule: str, path: Path) -> bool:
        """Return whether findings of a rule are not wanted in a file."""
        return any(
            (rule in item.rules or ALL in item.rules) and matches(item.pattern, item.folder, path)
            for item in self.per_file_ignores
        )

    def ignores_for_package(self, rule: str, package: NormalizedName) -> bool:
        """Return whether findings of a rule are not wanted on lines of a package."""
        return any(
            (rule in rules or ALL in rules) and fnmatchcase(package, pattern)
            for pattern, rules in self.per_package_ignores.items()
        )

    def with_rules_on(self, rules: Collection[str]) -> Settings:
        """Return settings that turn none of `rules` off; severities stay as they are set."""
        return replace(
            self,
            rules={
                name: word
                for name, word in self.rules.items()
                if word != "off" or name not in rules
            },
            ignore=tuple(name for name in self.ignore if name not in rules),
        )


class LoadedSettings(NamedTuple):
    """The settings of a folder, and what is wrong with where they came from.

    Attributes:
        path: the project's file, where there is one.
        files: the files that the problems stand in, and the project's own.
    """

    settings: Settings
    problems: tuple[SettingProblem, ...] = ()
    path: Path | None = None
    files: tuple[SettingsFile, ...] = ()


def load_settings(  # noqa: PLR0913 - one for each thing that settings depend on
    folder: Path,
    editor: Mapping[str, Any] | None = None,
    overrides: Mapping[str, Any] | None = None,
    *,
    rules: RuleNames | None = None,
    trusted: bool = True,
    editor_folder: Path | None = None,
    open_texts: Mapping[Path, OpenText] = MappingProxyType({}),
) -> LoadedSettings:
    """Return the settings that hold in a folder. Never raises.

    Tables are merged entry by entry, and rules that any source ignores are ignored; every other
    key of a stronger source replaces the weaker's. A rule that a stronger source gives a severity
    is taken off the weaker one's `ignore`. The project's file may turn `offline` on and never
    off: a cloned repository takes nobody online.

    Args:
        folder: absolute; the project's file is looked for from here upward.
        editor: the editor's settings, as its section `pinwise` has them.
        overrides: the command line's.
        rules: the rules that there are; without them, every name is taken for one.
        trusted: whether the user trusts the workspace; if not, its file does not choose the
            programs that are run (`creator`, `installer`).
        editor_folder: what the editor's patterns of files are relative to; `folder` by default.
        open_texts: the texts that count over the disk.
    """
    problems: list[SettingProblem] = []
    place = Reading(editor_folder or folder, rules, problems)
    users = _merge(Settings(), read_values(editor or {}, place))
    found = find_project_file(folder, open_texts)
    problems += found.problems
    settings = users
    if found.file is not None:
        place = Reading(found.file.path.parent, rules, problems, found.file)
        settings = _merge(users, read_values(found.file.table, place))
    settings = replace(settings, offline=settings.offline or users.offline)
    if not trusted:
        settings = replace(settings, creator=users.creator, installer=users.installer)
    settings = _merge(settings, read_values(overrides or {}, Reading(folder, rules, problems)))
    path = found.file.path if found.file is not None else None
    return LoadedSettings(settings, tuple(problems), path, found.files)


def _merge(settings: Settings, values: Mapping[str, Any]) -> Settings:
    """Return `settings` with sound values of a stronger source, by field, in their place."""
    changes = dict(values)
    severities: Mapping[str, str] = changes.get("rules", {})
    weaker = [name for name in settings.ignore if name not in severities]
    changes["ignore"] = tuple(dict.fromkeys([*weaker, *changes.get("ignore", ())]))
    changes["rules"] = MappingProxyType({**settings.rules, **severities})
    changes["per_package_ignores"] = MappingProxyType(
        {**settings.per_package_ignores, **changes.get("per_package_ignores", {})}
    )
    changes["per_file_ignores"] = (
        *settings.per_file_ignores,
        *changes.get("per_file_ignores", ()),
    )
    return replace(settings, **changes)
