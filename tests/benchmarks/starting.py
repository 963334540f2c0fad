"""Start-up, what is asked before anybody scrolls, and the way out."""

import socket
import time
from pathlib import Path
from statistics import median

from tests.benchmarks.result import Result
from tests.benchmarks.run import aws, aws_home, hsmtui, settle
from tests.terminal.server import Server
from tests.terminal.terminal import Terminal

RUNS = 15


def first_rows(server: Server, home: Path) -> Result:
    """Both commands in turn, so that what else the machine does falls on both."""
    ours, theirs = [], []
    for _ in range(RUNS + 1):
        with hsmtui(server, home) as terminal:
            ours.append(_until_rows(terminal))
        command = aws(server, home, "--max-items", "25")
        with Terminal(command, aws_home(home)) as terminal:
            theirs.append(_until_rows(terminal))
    return Result(
        "command typed → first rows on screen",
        median(ours[1:]) * 1000,  # the first run of each warms the files
        median(theirs[1:]) * 1000,
        "ms",
        1.0,
        "`aws … --max-items 25` printing them",
        aim=0.85,
    )


def _until_rows(terminal: Terminal) -> float:
    terminal.wait_for(lambda: b"cluster-" in terminal.raw)
    return terminal.last_read - terminal.started


def requests_before_scrolling(server: Server, home: Path) -> Result:
    """With 10,000 clusters to be had."""
    before = len(server.requests("DescribeClusters"))
    with hsmtui(server, home) as terminal:
        terminal.wait_for("cluster-")
        terminal.wait_for("1111-1111-1111")
        settle(terminal)
    asked = len(server.requests("DescribeClusters")) - before
    return Result(
        "DescribeClusters before the user scrolls", asked, 1, "requests", 1.0, "the budget"
    )


def quitting(home: Path) -> Result:
    """From the key to the end of the process, while a request is not answered."""
    took = []
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        for _ in range(5):
            with hsmtui(url, home) as terminal:
                terminal.wait_for("loading")
                settle(terminal)
                start = time.monotonic()
                terminal.send("q")
                while terminal.process.poll() is None:
                    terminal.read(0.002)
                took.append(time.monotonic() - start)
    return Result("quit while a request hangs", median(took), 0.5, "s", 1.0, "the budget")
