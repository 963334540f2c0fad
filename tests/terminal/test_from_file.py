"""``--from`` in a real terminal and a real process: nobody is asked, and no file is left."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.terminal.conftest import Launch
from tests.terminal.terminal import BIN, environment

WATCHED = """
import os, sys
def watch(event, arguments):
    asks = event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname"}
    path = arguments[0] if event == "open" else ""
    if asks or (isinstance(path, (str, bytes)) and ".aws" in os.fsdecode(path)):
        os.write(2, f"{event} {arguments}".encode())
        os._exit(99)
sys.addaudithook(watch)
from hsmtui.cli import main
sys.exit(main(sys.argv[1:]))
"""
"""A program that ends with 99 as soon as anybody is asked, or a file of AWS is opened."""


@pytest.fixture
def saved(home: Path) -> Path:
    """A listing in a home in which who opens a file of AWS waits for ever."""
    (home / ".aws").mkdir()
    for name in ("config", "credentials"):
        os.mkfifo(home / ".aws" / name)
    path = home / "clusters.json"
    clusters = [{"ClusterId": f"cluster-{each}", "State": "ACTIVE"} for each in "abc"]
    path.write_text(json.dumps({"Clusters": clusters}))
    return path


def test_the_screen_opens_no_file_of_aws_and_leaves_none(
    saved: Path, home: Path, launch: Launch
) -> None:
    before = sorted(home.rglob("*"))
    terminal = launch("--from", str(saved))
    terminal.wait_for("cluster-c")
    terminal.wait_for("FINDINGS↑")
    terminal.send("s", "a")
    terminal.wait_for("AGE↑")
    terminal.send("r")
    terminal.wait_for("AWS is not")
    terminal.send("\x11")  # of a command that is refused what is typed on is dropped, not ctrl+q
    assert terminal.wait_exit() == 0
    assert sorted(home.rglob("*")) == before


@pytest.mark.parametrize("form", ["table", "json"])
def test_a_check_asks_nobody_and_opens_no_file_of_aws(saved: Path, home: Path, form: str) -> None:
    before = sorted(home.rglob("*"))
    command = [BIN / "python", "-c", WATCHED, "check", "--from", saved, "--format", form]
    done = subprocess.run(
        command, env=environment(home), capture_output=True, timeout=60, check=False, text=True
    )
    assert (done.returncode, "cluster-a" in done.stdout) == (0, True), done.stderr
    assert sorted(home.rglob("*")) == before
