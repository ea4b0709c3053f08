from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from tests.fake_index.faults import FAULTS, page, try_fault

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fake_index.faults import Fault

SAID_ANYWAY = "duplicate-requirement: six == 1.0"
ANSWERED = {"no-matching-version: flask == 9.9", "dependency-conflict: flask == 9.9"}
"""What is found about a version of which an index tells; nobody may claim it without an answer."""

LONGEST = 20.0
"""Seconds: far more than any of them takes, and far less than a fault without a bound."""


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_one_quiet_word_and_passes(
    fault: Fault, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    encrypted = fault.name.startswith("TLS") or "tunnel" in fault.name
    # In CI its absence fails, as in the tests of certificates.
    if encrypted and shutil.which("openssl") is None and not os.environ.get("CI"):
        pytest.skip("openssl is not installed")
    if fault.name == "cache: folder cannot be written" and sys.platform != "linux":
        pytest.skip("what stops even a superuser is Linux's")
    trial = try_fault(fault, tmp_path)
    # What needs no index is said whatever happens.
    assert SAID_ANYWAY in trial.during.findings
    assert trial.during.seconds < LONGEST
    if fault.reason:
        assert not trial.during.findings & ANSWERED
        meant = {"flask", "six"} if fault.everything else {"flask"}
        assert trial.during.unchecked == dict.fromkeys(meant, fault.reason)
        assert trial.during.sentence.count("Not checked") == 1
        assert fault.words in trial.during.sentence
    else:
        # Nothing is lost, and nothing told but to the log.
        assert fault.words in caplog.text
        assert trial.during.findings & ANSWERED
        assert trial.during.unchecked == {}
        assert trial.during.sentence == ""
    for seen in (trial.during, trial.again, trial.after):
        assert not any(each.startswith("unknown-package") for each in seen.findings)
    # Nobody hammers on an index that has just failed, or that has just answered.
    assert trial.again.requests == 0
    assert trial.again.findings == trial.during.findings
    # And when it is over everything is known.
    assert trial.after.findings & ANSWERED
    assert trial.after.unchecked == {}
    assert len([record for record in caplog.records if record.levelname == "WARNING"]) <= 1
    assert "secret" not in trial.during.sentence + caplog.text


def test_the_answer_that_there_is_no_such_project_is_no_fault(tmp_path: Path) -> None:

    trial = try_fault(page("404", "404", "", ""), tmp_path)
    assert "unknown-package: flask == 9.9" in trial.during.findings
    assert trial.during.sentence == ""
