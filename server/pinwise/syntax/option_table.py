"""The options that pip knows in a requirements file, once knew, or takes on its command line alone.

The table is `SUPPORTED_OPTIONS` and `SUPPORTED_OPTIONS_REQ` of pip 26.3
(`pip/_internal/req/req_file.py`).
"""

from __future__ import annotations

from pinwise.base.tuples import NamedTuple

HASH_ALGORITHMS = ("sha256", "sha384", "sha512")
"""What `--hash` may name: `STRONG_HASHES` in pip's `utils/hashes.py`."""

FEATURES = {
    "fast-deps": "",
    "inprocess-build-deps": "26.0",
    "venv-isolation": "26.2",
    "truststore": "",
    "no-binary-enable-wheel-cache": "",
    "build-constraint": "25.3",
}
"""What `--use-feature` may name in pip 26.3, and since which version if 24.3 did not know it."""


class OptionSpec(NamedTuple):
    """One option of the table."""

    name: str
    """The name that this package uses for it: the long one that pip's help names first."""
    short: str = ""
    takes_value: bool = True
    since: str = ""
    """The first version of pip that knows it, where 24.3 did not."""


OPTIONS = (
    OptionSpec("--index-url", "-i"),
    OptionSpec("--extra-index-url"),
    OptionSpec("--no-index", takes_value=False),
    OptionSpec("--constraint", "-c"),
    OptionSpec("--requirement", "-r"),
    OptionSpec("--editable", "-e"),
    OptionSpec("--find-links", "-f"),
    OptionSpec("--no-binary"),
    OptionSpec("--only-binary"),
    OptionSpec("--prefer-binary", takes_value=False),
    OptionSpec("--require-hashes", takes_value=False),
    OptionSpec("--no-require-hashes", takes_value=False, since="26.2"),
    OptionSpec("--pre", takes_value=False),
    OptionSpec("--all-releases", since="26.0"),
    OptionSpec("--only-final", since="26.0"),
    OptionSpec("--trusted-host"),
    OptionSpec("--use-feature"),
    OptionSpec("--hash"),
    OptionSpec("--config-settings", "-C"),
)
"""pip 26.3's options of a requirements file."""

REMOVED = {
    "--global-option": "25.3",
    "--install-option": "23.1",
    "--build-option": "25.3",
    "--process-dependency-links": "19.0",
    "--always-unzip": "10.0",
    "--allow-external": "10.0",
    "--allow-unverified": "10.0",
    "--allow-all-external": "10.0",
    "--no-use-wheel": "10.0",
    "--use-wheel": "10.0",
}
"""Options that pip knew in these files once, and the version that no longer does."""

COMMAND_LINE_OPTIONS = {
    **dict.fromkeys(
        (
            *("-U", "--upgrade", "--user", "--no-deps", "--no-dependencies", "--force-reinstall"),
            *("-I", "--ignore-installed", "--ignore-requires-python", "--no-build-isolation"),
            *(
                "--break-system-packages",
                "--dry-run",
                "--no-cache-dir",
                "--no-compile",
                "--isolated",
            ),
            *(
                "-q",
                "--quiet",
                "-v",
                "--verbose",
                "--no-input",
                "--require-virtualenv",
                "--no-clean",
            ),
            *("--use-pep517", "--disable-pip-version-check", "--no-warn-script-location"),
            *(
                "--no-warn-conflicts",
                "--no-color",
                "--debug",
                "--check-build-dependencies",
                "--compile",
            ),
        ),
        False,
    ),
    **dict.fromkeys(
        (
            *("-t", "--target", "--root", "--prefix", "--src", "--platform", "--python-version"),
            *("--implementation", "--abi", "--upgrade-strategy", "--report", "--progress-bar"),
            *(
                "--proxy",
                "--retries",
                "--timeout",
                "--cert",
                "--client-cert",
                "--cache-dir",
                "--log",
            ),
            *("--exists-action", "--keyring-provider", "--resume-retries", "--root-user-action"),
            *("--group", "--build-constraint", "--python", "--uploaded-prior-to"),
        ),
        True,
    ),
}
"""Options of `pip install` that no requirements file may hold, and whether they take a value."""


def invalid_value(name: str, value: str) -> str:
    """Return why pip rejects the value of an option, or "" if it does not."""
    if name == "--hash":
        algorithm, colon, _ = value.partition(":")
        if not colon:
            return "--hash needs an algorithm and a digest: --hash=sha256:abcde..."
        if algorithm not in HASH_ALGORITHMS:
            return f"{algorithm} is not one of {', '.join(HASH_ALGORITHMS)}"
    elif name == "--config-settings" and "=" not in value:
        return "--config-settings needs KEY=VALUE"
    elif name == "--use-feature" and value not in FEATURES:
        return f"{value} is not one of {', '.join(FEATURES)}"
    return ""
