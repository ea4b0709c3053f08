"""What holds for every rule, on whatever text."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from pinwise.base.text import apply_edits
from pinwise.rules import RULES
from tests.harness import FOLDER, World, Yanked, base, environments

INDEX = {
    "flask": ["1.0", "2.0", "2.1rc1", "3.0"],
    "numpy": {"1.0": None, "1.1": Yanked("bad"), "1!1.0": None},
    "reqeusts": None,
    "cv2": None,
    "json": None,
}
WORLD = World(
    index=INDEX,
    environment=environments(selected=base()),
    installed={"flask": "2.0", "numpy": "junk"},
    failed={"flask": "no such thing"},
)

_names = st.sampled_from(["flask", "Flask", "numpy", "reqeusts", "cv2", "json", "unasked"])
_operators = st.sampled_from(["==", "===", ">=", "<=", "<", ">", "~=", "!=", "=", "=>", ""])
_versions = st.sampled_from(["1.0", "1.1", "2.*", "9.9", "2.1rc1", "1!1.0", "1.0+x", "junk", ""])
_clauses = st.lists(st.builds("{}{}".format, _operators, _versions), max_size=3).map(",".join)
_tails = st.sampled_from(
    [
        "",
        "  # why",
        " ; python_version > '3'",
        "; sys_platform == 'win32'",
        "; sys_platform \\\n == 'Windows'",
        "; python_version < '3' or os_name == 'linux'",
        " --hash=sha256:aaaa",
        " \\\n    --hash=sha256:aaaa",
        " \\",
        "[async]",
        "; nonsense",
    ]
)
_lines = st.one_of(
    st.builds("{}{}{}".format, _names, _clauses, _tails),
    st.sampled_from(
        [
            "-r base.txt",
            "-c limits.txt",
            "--pre",
            "--require-hashes",
            "--nonsense",
            "-e .",
            "# a",
            "",
        ]
    ),
    st.text(max_size=12),
)
_texts = st.builds(str.join, st.sampled_from(["\n", "\r\n"]), st.lists(_lines, max_size=8))


@settings(max_examples=150, deadline=None)
@given(_texts, _texts, _texts)
def test_findings_are_places_and_fixes_can_be_applied(root: str, base: str, limits: str) -> None:
    files = {"requirements.txt": root, "base.txt": base, "limits.txt": limits}
    # Not through `analyse`, which would catch what a rule raises.
    context = WORLD.context(files)
    for rule in RULES:
        for finding in rule.check(context):
            text = files[finding.path.relative_to(FOLDER).as_posix()]
            assert finding.span.end <= len(text)
            assert finding.message[-1] in ".?"
            assert len(re.findall(r"[.?](?: |$)", re.sub(r"`[^`]*`", "", finding.message))) <= 2
            for note in finding.related:
                assert note.span.end <= len(files[note.path.relative_to(FOLDER).as_posix()])
            for fix in finding.fixes:
                assert fix.edits or fix.action
                assert fix.title[0].isupper()
                for name, content in files.items():
                    edits = [e.edit for e in fix.edits if e.path == FOLDER / name]
                    assert apply_edits(content, edits) != content or not edits
            assert sum(fix.preferred for fix in finding.fixes) <= 1


@settings(max_examples=60, deadline=None)
@given(_texts)
def test_without_facts_nothing_is_said_of_packages(root: str) -> None:
    context = World(python=None).context({"requirements.txt": root})
    said = {rule.name for rule in RULES for _ in rule.check(context)}
    assert said <= {
        "invalid-requirement",
        "invalid-option",
        "ignored-text",
        "missing-file",
        "include-cycle",
        "undecodable-file",
        "undefined-variable",
        "duplicate-requirement",
        "conflicting-pins",
        "unsatisfiable-specifier",
        "marker-never-true",
        "missing-hash",
        "hash-mismatch",
        "insecure-index",
    }
