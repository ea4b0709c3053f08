from __future__ import annotations

from functools import partial

import pytest

from pinwise.advice.findings import Tag
from pinwise.base.text import apply_edits
from pinwise.rules.ignored_text import ignored_text
from tests import harness
from tests.harness import World

check = partial(harness.check, rules=[ignored_text])
check_fix = partial(harness.check_fix, rules=[ignored_text])
messages = partial(harness.messages, rules=[ignored_text])

SEPARATOR = "\N{LINE SEPARATOR}"


@pytest.mark.parametrize(
    "line",
    [
        "flask==2.0 --hash=sha256:aa -C a=b",
        "-e ./here -C a=b",
        "./here --config-settings a=b",
        "-r other.txt  # c",
        "-r other.txt # a \\\n# b",
        "-r other.txt # a \\\n",
        "flask # a \\\n\ndjango",
        "--index-url https://a.example --extra-index-url https://b.example",
        "--no-binary= --only-binary=:all:",
        "# a line \\\n# and another",
        "# wheels lie in C:\\wheels\\\nflask",
        f"# a{SEPARATOR}# b",
        "flask=2.0 --pre",
        "flask \\ \n    --hash=sha256:aa",
        "# Not for the faint of heart. It goes on and on.",
    ],
)
def test_what_pip_heeds_or_another_rule_reports(line: str) -> None:
    assert messages(f"{line}\n=== other.txt\n") == []


def test_words_and_places() -> None:
    check(
        """
flask --pre
      ^^^^^ ignored-text: pip ignores `--pre` behind a requirement. It counts on a line of its own.
-r other.txt -r more.txt
             ^^^^^^^^^^^ ignored-text: pip reads only the first `-r` of a line.
-c other.txt --pre
             ^^^^^ ignored-text: pip ignores `--pre` beside `-c`. It counts on a line of its own.
-r other.txt; python_version < "3"
            ^^^^^^^^^^^^^^^^^^^^^^ ignored-text: `-r` takes no marker: pip makes the `;` a part of the file's name.
-i https://a.example -i https://b.example
^^^^^^^^^^^^^^^^^^^^ ignored-text: pip reads only the last `-i` of a line.
-f a -f b
     ^^^^ ignored-text: pip reads only the first `-f` of a line.
--config-settings a=b
^^^^^^^^^^^^^^^^^^^^^ ignored-text: pip ignores `--config-settings` without a requirement.
--extra-index-url=
^^^^^^^^^^^^^^^^^^ ignored-text: `--extra-index-url` has no value, and pip ignores it.
--pre flask
      ^^^^^ ignored-text: pip ignores `flask` behind an option.
-e ./here --hash=sha256:aa
          ^^^^^^^^^^^^^^^^ ignored-text: pip ignores `--hash` behind an editable.
-e ./here ; os_name == "nt"
          ^^^^^^^^^^^^^^^^^ ignored-text: pip ignores this marker, which stands outside the value of `-e`.
-e . [dev]
     ^^^^^ ignored-text: pip ignores `[dev]`: a space ends the path of `-e`.
--hash=sha256:aa --hash=sha256:bb
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ignored-text: pip ignores this hash: it belongs to no requirement.
"""  # noqa: E501 - a message stands on one line
    )


def test_a_comment_that_swallows_the_next_line() -> None:
    check(
        """
flask==2.0  # pinned \\
django==5.1
^^^^^^^^^^^ ignored-text: pip does not read this: the comment above ends in `\\`, and goes on here.
click  # one \\
rich \\
^^^^^^> ignored-text
  >=13
^^^^^^<
six
"""
    )


def test_a_comment_that_does_not() -> None:
    check(
        f"""
# flask==2.0 \\
             ^ ignored-text: pip continues no comment line, and reads the next line.
django==5.1
# a note{SEPARATOR}click
         ^^^^^ ignored-text: pip reads this: an invisible line end closes the comment before it.
"""
    )


def test_a_comment_within_the_hashes() -> None:
    check(
        """
flask==2.0 \\
    # via us
    --hash=sha256:aa
    ^^^^^^^^^^^^^^^^ ignored-text: pip ignores this hash: the comment above ends the requirement that it is for.
"""  # noqa: E501 - a message stands on one line
    )


@pytest.mark.parametrize(
    ("before", "after", "title"),
    [
        ("flask -r$0 a.txt", "flask\n-r a.txt", "Put `-r a.txt` on a line of its own"),
        ("flask --p$0re  # c", "flask  # c\n--pre", "Put `--pre` on a line of its own"),
        ("flask --p$0re", "flask", "Remove `--pre`"),
        ("-r a.txt b$0.txt", "-r a.txt\n-r b.txt", "Put `b.txt` on a line of its own"),
        (
            "--pre -r a.txt b$0.txt",
            "--pre -r a.txt\n-r b.txt",
            "Put `b.txt` on a line of its own",
        ),
        (
            "-c a.txt b$0.txt c.txt",
            "-c a.txt\n-c b.txt\n-c c.txt",
            "Put each file on a line of its own",
        ),
        ("-r a.txt -r$0 b.txt", "-r a.txt\n-r b.txt", "Put `-r b.txt` on a line of its own"),
        ("-r a.txt flask==$02", "-r a.txt\nflask==2", "Put `flask==2` on a line of its own"),
        ("-r a.txt$0; os_name=='nt'", "-r a.txt", "Remove the marker"),
        ("-r a.txt $0; os_name=='nt'  # c", "-r a.txt  # c", "Remove the marker"),
        ("--pre fl$0ask", "--pre\nflask", "Put `flask` on a line of its own"),
        ("-i$0 https://a.example -i https://b.example", "-i https://b.example", "Remove `-i`"),
        ("-f a -f$0 b", "-f a\n-f b", "Put `-f` on a line of its own"),
        ("flask==2 - we$0b, and more", "flask==2  # web, and more", "Make it a comment"),
        ("flask==2 -$0", "flask==2", "Remove `-`"),
        ("flask==2 -- we$0b", "flask==2  # web", "Make it a comment"),
        ("-e . [$0dev]", "-e .[dev]", "Remove the space"),
        (
            "flask==2\n    --ha$0sh=sha256:aa",
            "flask==2 \\\n    --hash=sha256:aa",
            "Continue the line above with `\\`",
        ),
        (
            "flask==2 \\\n  # via us\n  --ha$0sh=sha256:aa",
            "flask==2 \\\n  --hash=sha256:aa  # via us",
            "Move the comment to the end",
        ),
        ("flask # a \\\ndja$0ngo", "flask # a\ndjango", "Remove the backslash"),
        (
            "flask==2 # a \\\n  --ha$0sh=sha256:aa",
            "flask==2 \\\n  --hash=sha256:aa  # a",
            "Move the comment to the end",
        ),
        ("# a \\$0\nflask", "# a\nflask", "Remove the backslash"),
        ("# a \\$0\nflask", "# a \\\n# flask", "Make the next line a comment"),
        (f"# a{SEPARATOR}fl$0ask", "# a flask", "Replace the invisible line end by a space"),
        ("- nump$0y=1.2", "numpy==1.2", "Change to `numpy==1.2`"),
        ("- nump$0y=1.2=py3_0", "numpy==1.2", "Change to `numpy==1.2`"),
        ("- pyth$0on=3.11\nflask", "flask", "Remove this line"),
        ("- pi$0p:\nflask", "flask", "Remove this line"),
        ("- conda-fo$0rge\nflask", "flask", "Remove this line"),
        ("- r$0 a.txt", "-r a.txt", "Change to `-r a.txt`"),
    ],
)
def test_fix(before: str, after: str, title: str) -> None:
    check_fix(f"{before}\n", f"{after}\n", title=title)
    crlf = partial(check_fix, newline="\r\n")
    crlf(f"{before}\n", f"{after}\n", title=title)


def test_at_the_end_of_a_file_without_a_line_end() -> None:
    check_fix("flask -r$0 a.txt", "flask\n-r a.txt", title="Put `-r a.txt` on a line of its own")


def test_an_editable_behind_a_requirement_by_the_version_of_pip() -> None:
    old = "pip 24.3.1 of this environment ignores `-e` behind a requirement."
    new = "pip ignores this: what stands before `-e` is the editable."
    assert messages("./here -e ./there\n", pip="24.3.1") == [old]
    assert messages("./here -e ./there\n", pip="25.0") == [new]
    assert messages("./here -e ./there\n") == [new]
    assert messages("flask -e ./there\n", pip="24.3.1") == [old]
    assert messages("flask -e ./there\n", pip="25.0") == []


def test_no_password_of_an_index_is_told() -> None:
    text = "flask -i https://me:secret@host.example/\n"
    (said,) = messages(text)
    found = harness.fixes_at(text.replace("-i", "-$0i"), rules=[ignored_text])
    assert "secret" not in said + "".join(fix.title for fix in found)


def test_what_has_no_effect_is_drawn_so() -> None:
    context = World().context({"requirements.txt": "flask --pre\n"})
    (finding,) = ignored_text.check(context)
    assert finding.tags == (Tag.UNNECESSARY,)


def test_prose_is_left_alone() -> None:
    check("The product must be fast - really - and easy to use.\nIt must be cheap, of course.\n")


def test_a_lone_equals_sign_is_a_word_too() -> None:
    check(
        """
-r other.txt =
             ^ ignored-text: pip ignores `=`: `-r` takes one file.
=== other.txt
"""
    )


def test_a_list_item_is_one_mistake_however_many_words_it_has() -> None:
    check(
        """
- numpy -- scipy
^^^^^^^^^^^^^^^^ ignored-text: pip ignores this: a dash begins an item in YAML, but no requirement.
- -r other.txt
^ ignored-text: pip ignores this dash.
=== other.txt
"""
    )


def test_a_comment_is_not_moved_that_shares_its_line_with_the_hash() -> None:
    world = World(rules=[ignored_text])
    text = f"flask \\\n#{SEPARATOR}--hash=sha256:aa\n"
    for diagnostic in world.diagnostics({"requirements.txt": text}):
        for fix in diagnostic.finding.fixes:
            assert apply_edits(text, [item.edit for item in fix.edits]) != text


def test_words_behind_a_dash_are_no_option() -> None:
    check(
        """
rich==2
flask - web framework
      ^^^^^^^^^^^^^^^ ignored-text: pip ignores `- web framework` here.
"""
    )
    check("flask  # web framework\n")
