"""The window changes its size while pages load."""

import os
import secrets
import termios
from pathlib import Path
from random import Random

import pytest

from hsmtui.model.columns import COMING
from tests.parts import part_of
from tests.terminal.conftest import Launch, Serve
from tests.terminal.rows import cursor_id, ids
from tests.terminal.terminal import HSMTUI, Terminal, environment

CASES = Path(__file__).parents[1] / "cases"

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
    server = serve(clusters=400, latency=0.03)
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


def test_it_survives_two_hundred_sizes_while_pages_load(
    serve: Serve, on_server: Launch, home: Path
) -> None:
    seed = int(os.environ.get("RESIZE_SEED") or secrets.randbits(32))
    print(f"RESIZE_SEED={seed} makes these sizes again")
    random = Random(seed)  # noqa: S311 - sizes, not secrets
    config = home / "config.toml"
    config.write_text("[findings]\nread_backups = false\n", encoding="utf-8")
    server = serve(clusters=400, latency=0.2)
    terminal = on_server(server, "--config", str(config))
    terminal.wait_for("clusters (25+)")
    terminal.send("M")
    for _ in range(200):
        terminal.resize(random.randint(1, 300), random.randint(1, 100))
        terminal.pass_over(random.choice((0, 0, 0.01, 0.05)))
    assert terminal.process.poll() is None
    terminal.resize(100, 30)
    terminal.wait_for("clusters (400)")
    before = terminal.cursor_line
    terminal.send("j")
    terminal.wait_for(lambda: terminal.cursor_line not in {"", before})
    terminal.wait_for(lambda: cursor_id(terminal) in terminal.text.partition("1 Overview")[2])
    terminal.wait_for(lambda: COMING not in terminal.lines[0])  # until then findings still change
    for _ in range(2):  # what was drawn before may have been older by a line than what is known
        drawn = terminal.text
        terminal.wipe()
        terminal.send("ctrl+l")
        terminal.wait_for(lambda: "q quit" in terminal.text)
    terminal.wait_for(lambda drawn=drawn: terminal.text == drawn)
    terminal.send("q")
    assert terminal.wait_exit() == 0
    assert len(server.requests("DescribeClusters")) == 16


@pytest.mark.in_parts
@pytest.mark.parametrize("key", part_of(["?", "P", "R", ":", "!", "C", "ctrl+d", "/"]))
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


@pytest.mark.in_parts
@pytest.mark.parametrize("size", part_of([(80, 24), (60, 16), (200, 50)]))
def test_the_list_and_its_title_are_seen_at(launch: Launch, size: tuple[int, int]) -> None:
    terminal = launch("--demo", size=size)
    terminal.wait_for("clusters (")
    terminal.wait_for(lambda: len(ids(terminal)) >= 8)
    assert "STATE" in terminal.text


EXPORTED = (CASES / "env-columns-lines-exported.env").read_text(encoding="utf-8").split()


@pytest.mark.in_parts
@pytest.mark.parametrize("exported", part_of([EXPORTED, ["COLUMNS=0", "LINES=x"], ["COLUMNS=500"]]))
def test_the_size_is_the_terminals_whatever_a_shell_exported(
    launch: Launch, home: Path, exported: list[str]
) -> None:
    variables = dict(line.split("=") for line in exported)
    terminal = launch("--demo", size=(132, 40), environ=environment(home, **variables))
    terminal.wait_for(lambda: fills(terminal, 40))
    assert b"\x1b[?2048" not in terminal.raw  # no report in band is asked for
    terminal.resize(100, 30)
    terminal.wait_for(lambda: fills(terminal, 30))
    terminal.resize(132, 45)
    terminal.wait_for(lambda: fills(terminal, 45))
    terminal.send("q")
    assert terminal.wait_exit() == 0


def fills(terminal: Terminal, rows: int) -> bool:
    """Whether the footer is in the last line, and the header reaches the last column."""
    header, *_, footer = terminal.lines
    return (
        len(terminal.lines) == rows
        and "q quit" in footer
        and header.endswith("RW")
        and len(header) >= terminal.columns - 1
    )


@pytest.mark.in_parts
@pytest.mark.parametrize(
    ("variables", "size"), part_of([({}, (80, 24)), ({"COLUMNS": "70", "LINES": "20"}, (70, 20))])
)
def test_a_terminal_that_does_not_know_its_size(
    home: Path, variables: dict[str, str], size: tuple[int, int]
) -> None:
    """As on a serial line: the variables are how it is told there."""
    with Terminal([HSMTUI, "--demo"], environment(home, **variables), *size) as terminal:
        termios.tcsetwinsize(terminal._slave, (0, 0))
        terminal.wait_for(lambda: fills(terminal, size[1]))
