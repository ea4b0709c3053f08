"""How the client begins and ends: it holds up neither the start nor the end of a process."""

from __future__ import annotations

import subprocess
import sys
import time

from pinwise.index.client import IndexClient
from pinwise.index.types import IndexOptions
from tests.fake_index import FakeIndex, Release
from tests.index.support import PATIENCE, Receiver, name

PROJECTS = {"Flask": {"1.0": Release()}}


def test_start_up_imports_no_http_library() -> None:
    script = (
        "import sys\n"
        "from pinwise.index.cache import Cache\n"
        "from pinwise.index.client import IndexClient\n"
        "from pinwise.index.configuration import read_configuration\n"
        "from pinwise.index.types import IndexOptions\n"
        "client = IndexClient(IndexOptions())\n"
        "client.listing('flask')\n"
        "late = {'urllib3', 'truststore', 'distlib', 'ssl', 'platformdirs'}\n"
        "sys.exit(' '.join(late & sys.modules.keys()) or 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


class TestEnd:
    def test_close_is_prompt_while_an_answer_is_awaited(self) -> None:
        with FakeIndex(PROJECTS, {"flask": "slow"}) as index:
            client = IndexClient(IndexOptions(index_url=index.url))
            receiver = Receiver(["flask"])
            client.fetch([name("flask")], receiver)
            assert index.slow_reached.wait(PATIENCE)
            begun = time.monotonic()
            client.close()
            assert time.monotonic() - begun < PATIENCE / 3
            client.fetch([name("six")], receiver)
            assert receiver.batches == []

    def test_the_process_ends_while_an_answer_is_awaited(self) -> None:
        script = (
            "import sys, threading\n"
            "from pinwise.index.client import IndexClient\n"
            "from pinwise.index.types import IndexOptions\n"
            "client = IndexClient(IndexOptions(index_url=sys.argv[1]))\n"
            "client.fetch(['flask'], print)\n"
            "sys.stdin.readline()\n"
        )
        with FakeIndex(PROJECTS, {"flask": "slow"}) as index:
            process = subprocess.Popen(
                [sys.executable, "-c", script, index.url],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={"PYTHONPATH": ":".join(sys.path)},
            )
            with process:
                assert index.slow_reached.wait(PATIENCE)
                out, _ = process.communicate(b"\n", timeout=PATIENCE)
            assert (process.returncode, out) == (0, b"")
