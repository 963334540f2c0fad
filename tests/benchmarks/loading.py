"""Many clusters: the cost of one more page, and the memory for all of them."""

import asyncio
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from textual.app import App, ComposeResult

from hsmtui.aws.pages import Page, Position
from hsmtui.fleet.assess import Assessor
from hsmtui.fleet.listing import Listing, Sort, View
from hsmtui.model.cluster import Cluster
from hsmtui.model.columns import COLUMNS, FINDINGS
from hsmtui.model.filter.query import parse
from hsmtui.model.findings.limits import Rules
from hsmtui.ui.widgets.cluster_table import ClusterTable
from tests.benchmarks.result import Result
from tests.benchmarks.run import Order, aws, aws_home, hsmtui, load_all, peak_memory
from tests.terminal.server import Server

COUNT = 10_000
PAGE_SIZE = 25
GOES = 7


class _TableApp(App[None]):
    """Nothing but the table."""

    def compose(self) -> ComposeResult:
        yield ClusterTable(COLUMNS, id="table")


def appending(clusters: list[Cluster], order: Order) -> Result:
    """In process: a page is judged and taken into the listing, the view and the table, and its
    rows drawn."""
    sort = Sort(FINDINGS) if order is Order.WORST_FIRST else Sort()
    goes = [asyncio.run(_append_all(clusters, sort)) for _ in range(GOES)]
    first = median(took[0] for took in goes) * 1000
    last = median(took[-1] for took in goes) * 1000
    what = f"appending page {len(goes[0])}, {order}"
    return Result(what, last, first, "ms", 1.5, "appending page 1")


async def _append_all(clusters: list[Cluster], sort: Sort) -> list[float]:
    now, took = datetime.now(UTC), []
    assessor = Assessor(Rules(), lambda *_: None, lambda *_: None)
    app = _TableApp()
    async with app.run_test(size=(80, 24)):
        table = app.query_one(ClusterTable)
        listing = Listing(
            None,  # type: ignore[arg-type] # nothing is asked of the connection
            {},
            assessor.at_once,
        )
        view = View([listing], parse(""), sort)
        table.show_view(view, now=now)
        for at in range(0, len(clusters), PAGE_SIZE):
            page = Page(tuple(clusters[at : at + PAGE_SIZE]), Position({}, str(at)))
            start = time.perf_counter()
            table.add_rows(listing, listing.extend(page, now), now=now, follows=True)
            for line in range(24):
                table.render_line(line)
            took.append(time.perf_counter() - start)
    return took


def memory(server: Server, home: Path) -> Result:
    """The peak of each process, once it has had all clusters."""
    with hsmtui(server, home) as terminal:
        load_all(terminal, COUNT)
        ours = peak_memory(terminal.process.pid)
    assert ours is not None
    return Result(
        f"peak memory with {COUNT:,} clusters",
        ours,
        _memory_of_aws(server, home),
        "MB",
        1.25,
        "the aws command printing them",
        aim=1.0,
    )


def _memory_of_aws(server: Server, home: Path) -> float:
    command = aws(server, home, "--page-size", str(PAGE_SIZE))
    peak = 0.0
    with subprocess.Popen(command, env=aws_home(home), stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peak = peak_memory(process.pid) or peak
            time.sleep(0.01)
    assert process.returncode == 0
    return peak
