"""Commands that are measured, and how long and how much they write."""

import time
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from statistics import median

from tests.terminal.server import Server
from tests.terminal.terminal import BIN, HSMTUI, Terminal, aws_environment

KEY_REPEAT = 0.033
"""Seconds between the keys of one that is held down."""

AT_REST = 0.4
"""Seconds without a byte after which a screen is taken to have settled."""


class Order(StrEnum):
    """In which order the list opens: by default the worst stand first."""

    WORST_FIRST = "worst first"
    SERVICE = "in the service's order"


def hsmtui(server: Server | str, home: Path, order: Order = Order.WORST_FIRST) -> Terminal:
    """The tool at 80 by 24, pointed at a server."""
    url = server if isinstance(server, str) else server.url
    config = home / "order.toml"
    config.write_text(f"worst_first = {str(order is Order.WORST_FIRST).lower()}\n", "utf-8")
    return Terminal([HSMTUI, "--endpoint-url", url, "--config", str(config)], aws_environment(home))


def aws(server: Server, home: Path, *arguments: str) -> list[str]:
    """The aws command that lists clusters."""
    command = [str(BIN / "aws"), "--endpoint-url", server.url, "cloudhsmv2", "describe-clusters"]
    return [*command, "--output", "json", *arguments]


def aws_home(home: Path) -> dict[str, str]:
    """The environment of the aws command: the one of the tool, and no pager."""
    return aws_environment(home, AWS_DEFAULT_REGION="us-east-1", AWS_PAGER="")


def settle(terminal: Terminal) -> None:
    """Read until the screen is at rest."""
    while terminal.read(AT_REST):
        pass


def load_all(terminal: Terminal, count: int) -> None:
    """Load every page, and go back to the first row."""
    terminal.wait_for("cluster-")
    terminal.send("M")
    terminal.wait_for(f"clusters ({count})", within=600)
    terminal.send("g")
    settle(terminal)


def pressed(terminal: Terminal, key: str) -> float:
    """Seconds from a key to the last byte of what it repaints at once."""
    start = time.monotonic()
    terminal.send(key)
    while terminal.read(KEY_REPEAT * 2):  # less than the rest after which the details follow
        pass
    return terminal.last_read - start


def held(terminal: Terminal, keys: Sequence[str]) -> list[int]:
    """The bytes that come between one key and the next, of keys that are held down."""
    written = []
    for key in keys:
        before, end = terminal.mark, time.monotonic() + KEY_REPEAT
        terminal.send(key)
        while (left := end - time.monotonic()) > 0:
            terminal.read(left)
        written.append(terminal.mark - before)
    return written


def bytes_at_rest(terminal: Terminal, key: str, times: int) -> float:
    """The median of the bytes for one key, until the screen is at rest again."""
    written = []
    for _ in range(times):
        before = terminal.mark
        terminal.send(key)
        settle(terminal)
        written.append(terminal.mark - before)
    return median(written)


def peak_memory(pid: int) -> float | None:
    """The most memory that a process has had so far, in MB; None once it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return None
    peaks = (int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))
    return next(peaks, None)
