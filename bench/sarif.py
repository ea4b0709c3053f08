"""What the schema of SARIF 2.1.0 says of our logs: `python bench/sarif.py SCHEMA`.

SCHEMA is `sarif-schema-2.1.0.json` as OASIS publishes it. Its terms do not say that it may be
passed on, so that it lies in no repository of ours. Needs the extra `bench`. Exit code 0: valid.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import tempfile
from pathlib import Path

from jsonschema.validators import validator_for

from pinwise.cli.main import main

FILES = {
    "clean/requirements.txt": "",
    "requirements.txt": (
        "--index-url http://user:secret@index.example.org/simple\nflask=2.0\nrequests\nrequests\n"
        "click>2,<1\n-r requirements/base.txt\n-r gone.txt\nd\U0001f600\u00e4 @ nope nope\n"
        'colorama; os_name == "\U0001f600" and python_version > "1"\n'
        "django==9  # pinwise: ignor[]\n"
    ),
    "requirements/base.txt": "click==8.0\r\nclick==8.1\r\n-r ../requirements.txt\r\n",
    "requirements/dev a:b%.txt": "flask=>2\n",
    "requirements/bytes.txt": "# coding: nope\nflask\n",
    "pinwise.toml": "ofline = true\n",
}


def main_of_bench() -> int:
    """Check a project with findings of many kinds, and others with none, against the schema."""
    schema = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    kind = validator_for(schema)
    kind.check_schema(schema)
    validator = kind(schema, format_checker=kind.FORMAT_CHECKER)
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, text in FILES.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        os.chdir(folder)
        for arguments in ([], ["clean"], ["requirements.txt", "gone.txt"]):
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
                main(["check", "--offline", "--format", "sarif", *arguments])
            log = json.loads(printed.getvalue())
            errors = list(validator.iter_errors(log))
            results = log["runs"][0]["results"]
            rules = {result["ruleId"] for result in results}
            told = f"{len(results)} results of {len(rules)} rules, {len(printed.getvalue())} bytes"
            print(f"{' '.join(arguments) or '.'}: {told}: {len(errors)} errors ({kind.__name__})")
            for error in errors:
                print(f"  {error.json_path}: {error.message[:200]}")
            failures += len(errors)
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main_of_bench())
