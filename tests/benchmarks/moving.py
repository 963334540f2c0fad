"""What a key costs: time with many rows loaded, and bytes beside VisiData's."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from tests.benchmarks.fleet import clusters_of, tab_separated
from tests.benchmarks.result import Result
from tests.benchmarks.run import Order, bytes_at_rest, held, hsmtui, load_all, pressed, settle
from tests.terminal.rows import ids
from tests.terminal.server import Server
from tests.terminal.terminal import BIN, Terminal, environment

ROWS = 400
PAGE_DOWNS = 20


def latency(many: Server, few: Server, home: Path, order: Order) -> Result:
    """Cursor moves that scroll and that do not, one at a time, in the middle of the rows."""
    medians = []
    for server, count in ((many, 10_000), (few, 100)):
        with hsmtui(server, home, order) as terminal:
            load_all(terminal, count)
            for _ in range(4):
                terminal.send("page_down")
                settle(terminal)
            keys = [*["j"] * 20, *["k"] * 20, *["page_down", "page_up"] * 5]
            medians.append(median(pressed(terminal, key) for key in keys) * 1000)
    what = f"key → last byte of the repaint, 10,000 rows, {order}"
    return Result(what, *medians, "ms", 1.2, "with 100 rows")


def bytes_written(server: Server, home: Path) -> Iterator[Result]:
    """Cursor moves held and at rest, and page downs, in each order."""
    with _visidata(server, home) as terminal:
        rest, pages = bytes_at_rest(terminal, "j", 9), _page_downs(terminal)
    for order in Order:
        yield from _bytes_in(order, server, home, rest, pages)


def _bytes_in(
    order: Order, server: Server, home: Path, their_rest: float, their_pages: float
) -> list[Result]:
    with hsmtui(server, home, order) as terminal:
        load_all(terminal, ROWS)
        visible = len(set(ids(terminal)))  # the details name one of them again
        across = ["j"] * (visible - 1)
        not_scrolling = held(terminal, [*across, *["k"] * (visible - 1)] * 3)
        terminal.send(*across)
        settle(terminal)
        scrolling = held(terminal, ["j"] * 60)
        settle(terminal)
        rest = bytes_at_rest(terminal, "k", 9)
        pages = _page_downs(terminal)
    return [
        Result(
            f"cursor move, key held, {order}",
            median(not_scrolling),
            250,
            "bytes",
            1.0,
            "the budget",
        ),
        Result(
            f"cursor move that scrolls, key held, {order}",
            median(scrolling),
            visible * 80,
            "bytes",
            1.25,
            f"{visible} visible rows × 80",
        ),
        Result(f"one cursor move at rest, {order}", rest, their_rest, "bytes", 1.5, "VisiData"),
        Result(
            f"each of 20 page downs, {order}",
            pages,
            their_pages,
            "bytes",
            1.5,
            "VisiData",
            aim=1.0,
        ),
    ]


def _page_downs(terminal: Terminal) -> float:
    """Bytes for each of the page downs, until the screen is at rest; the median of three goes."""
    goes = []
    for _ in range(3):
        terminal.send("g", "g")
        settle(terminal)
        before = terminal.mark
        held(terminal, ["page_down"] * PAGE_DOWNS)
        settle(terminal)
        goes.append((terminal.mark - before) / PAGE_DOWNS)
    return median(goes)


@contextmanager
def _visidata(server: Server, home: Path) -> Iterator[Terminal]:
    """VisiData on the same cell texts."""
    sheet = home / "clusters.tsv"
    sheet.write_text(tab_separated(clusters_of(server.url)), encoding="utf-8")
    command = [str(BIN / "vd"), "--visidata-dir", str(home / "visidata"), str(sheet)]
    with Terminal(command, environment(home)) as terminal:
        terminal.wait_for("cluster-")
        settle(terminal)
        yield terminal
