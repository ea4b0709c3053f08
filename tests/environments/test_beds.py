from __future__ import annotations

from typing import TYPE_CHECKING

from tests.environments.beds import fake_base, place_program, write_activate

if TYPE_CHECKING:
    from pathlib import Path


def test_a_link_to_a_real_interpreter_is_never_written_through(tmp_path: Path) -> None:
    # A stand-in: no test may try this with a real one.
    real = tmp_path / "real"
    real.write_text("precious")
    real.chmod(0o640)
    scripts = tmp_path / "opt" / "bin"
    scripts.mkdir(parents=True)
    for name in ("python", "python3.12", "activate"):
        (scripts / name).symlink_to(real)

    write_activate(tmp_path / "opt", tmp_path)
    fake_base(tmp_path / "opt", "3.12.1", script="#!/bin/sh\n")
    place_program(scripts / "python", "#!/bin/sh\n")

    assert real.read_text() == "precious"
    assert real.stat().st_mode & 0o777 == 0o640
    assert (scripts / "python").read_text() == "#!/bin/sh\n"
    assert (scripts / "python").stat().st_mode & 0o777 == 0o755
