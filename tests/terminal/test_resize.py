"""The window changes its size while pages load."""

import pytest

from tests.terminal.conftest import Launch, Serve
from tests.terminal.rows import ids

SIZES = (
    (60, 16),
    (200, 50),
    (20, 5),
    (1, 1),
    (2, 1),
    (1, 2),
    (3, 3),
    (120, 24),
    (119, 30),
    (80, 2),
    (10, 40),
    (200, 3),
)


def test_it_survives_every_size_while_pages_load(serve: Serve, on_server: Launch) -> None:
    server = serve("--clusters", "400", "--latency", "30")
    terminal = on_server(server)
    terminal.wait_for("clusters (25+)")
    terminal.send("M")
    for size in SIZES:
        before = terminal.mark
        terminal.resize(*size)
        terminal.wait_for(lambda before=before: terminal.mark > before)
        terminal.send("j")
    terminal.resize(80, 24)
    terminal.wait_for("clusters (400)")
    terminal.wait_for("CLUSTER")
    assert terminal.process.poll() is None
    assert len(server.requests("DescribeClusters")) == 16


@pytest.mark.parametrize("key", ["?", "P", "R", ":", "!", "C", "ctrl+d", "/"])
def test_dialogs_survive_the_smallest_size(launch: Launch, key: str) -> None:
    terminal = launch("--demo")
    terminal.wait_for("cluster-")
    before = terminal.text
    terminal.send(key)
    terminal.wait_for(lambda: terminal.text != before)
    for size in ((1, 1), (200, 50), (12, 4), (80, 24)):
        mark = terminal.mark
        terminal.resize(*size)
        terminal.wait_for(lambda mark=mark: terminal.mark > mark)
    terminal.send("ctrl+q")
    assert terminal.wait_exit() == 0


def test_it_starts_in_the_smallest_terminal(launch: Launch) -> None:
    terminal = launch("--demo", size=(1, 1))
    terminal.wait_for(lambda: b"\x1b[?1049h" in terminal.raw)
    terminal.resize(80, 24)
    terminal.wait_for("cluster-")


@pytest.mark.parametrize("size", [(80, 24), (60, 16), (200, 50)])
def test_the_list_and_its_title_are_seen_at(launch: Launch, size: tuple[int, int]) -> None:
    terminal = launch("--demo", size=size)
    terminal.wait_for("clusters (")
    terminal.wait_for(lambda: len(ids(terminal)) >= 8)
    assert "STATE" in terminal.text
