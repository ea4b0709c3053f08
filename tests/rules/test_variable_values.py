"""No value of the environment gets into a message or, by a fix, into a file."""

from __future__ import annotations

from itertools import product

import pytest

from pinwise.advice.context import Context
from pinwise.project.files import Documents
from pinwise.project.graph import read_tree
from pinwise.project.settings import Settings
from pinwise.rules import RULES
from tests.harness.facts import FOLDER, listing_function, target_of

VALUES = ("s3cr3t", "1.9876", ">=1.9876", "a b-9876", "x[9876]", "python_version < '3.9876'")
LINES = (
    *("flask==${V}", "flask${V}", "flask=${V}", "flask=>${V}", "flask ${V}", "flask>=1 <${V}"),
    *("${V}==1", "${V}=1", "${V}", "flask[${V}]", "flask[a ${V}]", "flask, ${V}", "flask^${V}"),
    *("flask; ${V}", "flask; python_version < '${V}'", "flask; os_name == '${V}' or", "- ${V}"),
    *("flask==1; os_name == '${V}'\nflask==2; os_name == '${V}'",),
    *("flask==1; ${V}\nflask==2; ${V}", "flask==${V}\nflask==2", "${V}\nflask==0"),
    *("flask @ https://${V}@host.example/me/x.git", "https://${V}@host.example/me/x.git"),
    *("-e git+https://${V}@host.example/me/x.git", "-e git+https://host.example/${V}"),
    *("-e git+https://${V}@host.example/me/x.git#egg=x[a]", "git+https://host.example/${V}.git"),
    *("git+https://${V}@host.example/me/x.git#egg=x[a]", "git@host.example:me/${V}"),
    *("-e git@host.example:me/${V}", "-e ssh://me@host.example:${V}", "-e ./${V}", "./${V}.zip"),
    *("-e ./x[${V}, b]", "-e x @ https://${V}@host.example", "-e x @ git+https://${V}@h.example/x"),
    *("flask -e ./${V}", "flask -i https://me:${V}@host.example", "flask --hash=sha256:${V}"),
    *("flask --hash=${V}", "--hash=${V}", "--index-url ${V} -i ${V}", "--proxy ${V} x", "-${V}"),
    *("--${V}", "--use-feature ${V}", "--no-binary ${V} --trusted-host ${V}", "-r ${V}", "-c ${V}"),
    *("-r ${V}.txt ; ${V}", "-r a.txt ${V}", "-f ${V}", "-f ./${V}", "--find-links='${V}"),
    *("conda-forge::flask==${V}", "flask=${V}=py_0", 'flask = "${V}"', 'x = {version = "${V}"}'),
    *('"flask": "${V}",', "flask: ${V}", "pip install flask ${V}", "flask==1 // ${V}", '"${V}",'),
    *("flask==${V} \\ ", "flask==1.0#${V}", "# coding: ${V}", "flask==1 # ${V}", "import ${V}"),
)


@pytest.mark.parametrize(("line", "value"), list(product(LINES, VALUES)))
def test_no_value_leaks(line: str, value: str) -> None:
    documents = Documents({"V": value})
    root = FOLDER / "requirements.txt"
    documents.open(root, f"{line}\n-c limits.txt\n", 1)
    documents.open(FOLDER / "limits.txt", f"flask<0.1\n{line}\n", 1)
    listing = listing_function({"flask": ["1.0", "2.0"]})
    context = Context(read_tree(root, documents), Settings(), listing, target_of("3.12"))
    for rule in RULES:
        for finding in rule.check(context):
            said = [finding.message, *(note.message for note in finding.related)]
            for fix in finding.fixes:
                said += [fix.title, *(edit.edit.new_text for edit in fix.edits)]
            told = [text for text in said if "s3cr3t" in text or "9876" in text]
            assert not told, rule.name
