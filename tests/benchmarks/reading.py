"""Reading everything: ``M`` and ``check`` beside the aws commands that print the same."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.benchmarks.result import Result
from tests.benchmarks.run import aws, aws_home, hsmtui
from tests.terminal.server import Server
from tests.terminal.terminal import HSMTUI, aws_environment

COUNT = 5_000
RUNS = 5

_TICKS = os.sysconf("SC_CLK_TCK")


class Spent(NamedTuple):
    """Seconds from the start of a process, and those that it had of processors by then."""

    wall: float
    cpu: float

    def __add__(self, other: object) -> "Spent":
        """One after the other."""
        assert isinstance(other, Spent)
        return Spent(self.wall + other.wall, self.cpu + other.cpu)


def reading_all(server: Server, home: Path) -> Iterator[Result]:
    """Each in turn, so that what else the machine does falls on all of them; start-up included.

    A check reads backups, too: it is measured against both commands, one after the other.
    """
    environ = aws_home(home)
    clusters = aws(server, home)
    backups = [*clusters[:-3], "describe-backups", "--output", "json"]
    check = [HSMTUI, "check", "--endpoint-url", server.url]
    works: dict[str, Callable[[], Spent]] = {
        "M": lambda: _all_listed(server, home),
        "aws": lambda: _run(clusters, environ),
        "check": lambda: _run(check, aws_environment(home)),
        "backups": lambda: _run(backups, environ),
    }
    runs = [{name: work() for name, work in works.items()} for _ in range(RUNS)]
    yield from _results("`M`", [(run["M"], run["aws"]) for run in runs], "the aws command")
    both = [(run["check"], run["aws"] + run["backups"]) for run in runs]
    yield from _results("`check`", both, "both aws commands")


def _results(what: str, runs: Sequence[tuple[Spent, Spent]], yardstick: str) -> Iterator[Result]:
    for measure, words in enumerate(("until all is there", "processor time")):
        ours, theirs = (median(run[side][measure] for run in runs) for side in (0, 1))
        yield Result(
            f"{what} on {COUNT:,} clusters, {words}", ours, theirs, "s", 1.3, yardstick, aim=1.0
        )


def _run(command: Sequence[str], environ: dict[str, str]) -> Spent:
    start = time.monotonic()
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return Spent(time.monotonic() - start, usage.ru_utime + usage.ru_stime)


def _all_listed(server: Server, home: Path) -> Spent:
    with hsmtui(server, home) as terminal:
        terminal.wait_for("cluster-")
        terminal.send("M")
        terminal.wait_for(f"clusters ({COUNT})", within=600)
        fields = Path(f"/proc/{terminal.process.pid}/stat").read_text("utf-8").rpartition(")")[2]
        cpu = sum(map(int, fields.split()[11:15])) / _TICKS
        return Spent(terminal.last_read - terminal.started, cpu)
