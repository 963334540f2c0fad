"""Many places at once: 5 profiles × 20 regions, against one place and a loop of aws commands."""

import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median, quantiles

from tests.benchmarks.result import Result
from tests.benchmarks.run import KEY_REPEAT, aws, settle
from tests.terminal.server import Server
from tests.terminal.terminal import HSMTUI, Terminal, environment

REGIONS = (
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"),
    *("eu-central-1", "eu-west-1", "eu-west-2", "eu-west-3", "eu-north-1", "eu-south-1"),
    *("ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1"),
    *("ap-southeast-2", "me-south-1", "af-south-1"),
)
PROFILES = tuple(f"account-{number}" for number in range(1, 6))
PLACES = len(PROFILES) * len(REGIONS)
ONE = ("-p", PROFILES[0], "-r", REGIONS[0])
ALL = ("-p", ",".join(PROFILES), "-r", ",".join(REGIONS))

ALL_READ = f" in {PLACES} places)"
"""What the title says when the first pages of all have come, with as few clusters as these have."""

RUNS = 9
LOOPED = 10
"""Commands of the loop that are run; the others would take as long."""


def many_places(server: Server, home: Path) -> Iterator[Result]:
    """With 100 ms of latency. The first run has the server make the clusters."""
    _write_profiles(home)
    _all_shown(server, home)
    one, first, shown, looped = [], [], [], []
    for _ in range(RUNS):
        one.append(_first_rows(server, home))
        seconds = _all_shown(server, home)
        first.append(seconds[0])
        shown.append(seconds[1])
    looped = [_one_of_the_loop(server, home, region) for region in REGIONS[:LOOPED]]
    yield Result(f"first rows, {PLACES} places", _ms(first), _ms(one), "ms", 1.3, "with one place")
    yield Result(
        f"all first pages shown, {PLACES} places",
        median(shown),
        sum(looped) / LOOPED * PLACES,
        "s",
        1 / 35,
        f"{PLACES} aws commands, of which {LOOPED} were run",
        aim=1 / 50,
    )
    yield from _requests(server, home)
    yield _keys(server, home)


def _ms(seconds: Sequence[float]) -> float:
    return median(seconds) * 1000


def _write_profiles(home: Path) -> None:
    (home / ".aws").mkdir(exist_ok=True)
    (home / ".aws" / "config").write_text(
        "".join(
            f"[profile {name}]\naws_access_key_id = AKIADEMO{200_000_000_000 + number}\n"
            "aws_secret_access_key = demo\n"
            for number, name in enumerate(PROFILES)
        ),
        encoding="utf-8",
    )


def _terminal(url: str, home: Path, places: Sequence[str]) -> Terminal:
    return Terminal([HSMTUI, "--endpoint-url", url, *places], environment(home))


def _title(terminal: Terminal) -> str:
    return terminal.lines[1]


def _wait_for_rows(terminal: Terminal) -> float:
    terminal.wait_for(lambda: b"cluster-" in terminal.raw)
    return terminal.last_read - terminal.started


def _wait_for_all(terminal: Terminal) -> float:
    terminal.wait_for(lambda: ALL_READ in _title(terminal))
    return terminal.last_read - terminal.started


def _first_rows(server: Server, home: Path) -> float:
    with _terminal(server.url, home, ONE) as terminal:
        return _wait_for_rows(terminal)


def _all_shown(server: Server, home: Path) -> tuple[float, float]:
    """Seconds until the first rows and until the rows of all places."""
    with _terminal(server.url, home, ALL) as terminal:
        return _wait_for_rows(terminal), _wait_for_all(terminal)


def _one_of_the_loop(server: Server, home: Path, region: str) -> float:
    command = aws(server, home, "--profile", PROFILES[0], "--region", region)
    environ, start = environment(home, AWS_PAGER=""), time.monotonic()
    subprocess.run(command, env=environ, stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - start


def _requests(server: Server, home: Path) -> Iterator[Result]:
    for operation, number, of in (
        ("DescribeClusters", PLACES, "a place"),
        ("GetCallerIdentity", len(PROFILES), "a profile"),
    ):
        before = len(server.requests(operation))
        with _terminal(server.url, home, ALL) as terminal:
            _wait_for_all(terminal)
            settle(terminal)
        asked = len(server.requests(operation)) - before
        what = f"{operation}, {PLACES} places of {len(PROFILES)} profiles"
        yield Result(what, asked, number, "requests", 1.0, f"one {of}")


def _keys(server: Server, home: Path) -> Result:
    """From a key to the cursor on another row; what else comes meanwhile does not count."""
    loading: list[float] = []
    for _ in range(RUNS):
        with _terminal(server.url, home, ALL) as terminal:
            _wait_for_rows(terminal)
            terminal.wait_for(lambda: bool(_under_cursor(terminal)))
            _there_and_back(terminal)  # rows that come change the one under the cursor until then
            while ALL_READ not in _title(terminal):
                loading += _there_and_back(terminal)
    with _terminal(server.url, home, ONE) as terminal:
        _wait_for_rows(terminal)
        settle(terminal)
        rest = [took for _ in loading[::2] for took in _there_and_back(terminal)]
    return Result(
        f"key → cursor moved while {PLACES} places load, 95th of 100",
        quantiles(loading, n=20)[-1] * 1000,
        quantiles(rest, n=20)[-1] * 1000,
        "ms",
        2.0,
        "one place at rest",
    )


def _there_and_back(terminal: Terminal) -> list[float]:
    return [_moved(terminal, key) for key in "jk"]


def _moved(terminal: Terminal, key: str) -> float:
    """What comes is drawn after the time of a key: that takes longer than the tool does."""
    before, start = _under_cursor(terminal), time.monotonic()
    terminal.send(key)
    took = None
    while took is None:
        for data, at in _received(terminal):
            terminal.draw(data)
            if took is None and _under_cursor(terminal) not in {before, ""}:
                took = at - start
    return took


def _received(terminal: Terminal) -> list[tuple[bytes, float]]:
    """What comes in twice the time between two keys that are held, and when."""
    received, end = [], time.monotonic() + 2 * KEY_REPEAT
    while (left := end - time.monotonic()) > 0:
        if data := terminal.receive(left):
            received.append((data, terminal.last_read))
    return received


def _under_cursor(terminal: Terminal) -> str:
    """As much of the cluster's id as the narrowest column shows."""
    return terminal.cursor_line.partition("cluster-")[2][:6]


def quitting_many(home: Path) -> Result:
    """From the key to the end of the process, while no place answers."""
    _write_profiles(home)
    took = []
    with socket.create_server(("127.0.0.1", 0), backlog=PLACES) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        for _ in range(5):
            with _terminal(url, home, ALL) as terminal:
                terminal.wait_for(f"0 of {PLACES} places")
                settle(terminal)
                start = time.monotonic()
                terminal.send("q")
                terminal.wait_exit()
                took.append(time.monotonic() - start)
    return Result(f"quit while {PLACES} places hang", median(took), 0.5, "s", 1.0, "the budget")
