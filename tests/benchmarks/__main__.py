"""``python -m tests.benchmarks``: every budget, measured in one run, as a Markdown table."""

import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.fleet import clusters_of
from tests.benchmarks.judging import judging
from tests.benchmarks.loading import appending, memory
from tests.benchmarks.moving import bytes_written, latency
from tests.benchmarks.places import many_places, quitting_many
from tests.benchmarks.reading import COUNT, reading_all
from tests.benchmarks.result import Result, table
from tests.benchmarks.run import Order
from tests.benchmarks.starting import first_rows, quitting, requests_before_scrolling
from tests.terminal.server import Server


@contextmanager
def serving(log: Path, *arguments: str) -> Iterator[Server]:
    server = Server(log, *arguments)
    try:
        yield server
    finally:
        server.stop()


def measure(home: Path) -> Iterator[Result]:
    """Servers with 100 ms of latency, except where a whole fleet is loaded first."""
    with serving(home / "slow.jsonl", "--clusters", "400", "--latency", "100") as server:
        yield first_rows(server, home)
        yield from bytes_written(server, home)
    yield quitting(home)
    with serving(home / "places.jsonl", "--latency", "100") as server:
        yield from many_places(server, home)
    yield quitting_many(home)
    with serving(home / "all.jsonl", "--clusters", str(COUNT)) as server:
        yield from reading_all(server, home)
    with (
        serving(home / "many.jsonl", "--clusters", "10000") as many,
        serving(home / "few.jsonl", "--clusters", "100") as few,
    ):
        yield requests_before_scrolling(many, home)
        clusters = clusters_of(many.url)
        for order in Order:
            yield latency(many, few, home, order)
            yield appending(clusters, order)
        yield from judging(many.url)
        yield memory(many, home)


def main() -> None:
    results = []
    with TemporaryDirectory() as folder:
        home = Path(folder, "home")
        home.mkdir()
        for result in measure(home):
            sys.stderr.write(f"{result.what}: {result.ratio:.2f}, {result.verdict}\n")
            results.append(result)
    sys.stdout.write(f"{table(results)}\n\nPython {platform.python_version()}, medians.\n")


if __name__ == "__main__":
    main()
