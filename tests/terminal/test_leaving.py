"""Leaving, whatever is under way, and the terminal as it was before."""

import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.network import Road, drip
from tests.parts import part_of
from tests.terminal.conftest import Launch, Serve
from tests.terminal.server import Server
from tests.terminal.terminal import HSMTUI, Terminal, aws_environment, environment

BACK_WITHIN = 5.0
"""Seconds; loose, for a busy machine. The benchmarks have the budget."""


ENDS_WITHIN = 5.0
"""Seconds; a second, and more for a busy machine: what holds it up lasts longer."""


@pytest.fixture
def silent() -> Iterator[str]:
    """The URL of something that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
def test_it_quits_while_a_request_hangs(launch: Launch, home: Path, silent: str, key: str) -> None:
    terminal = launch("--endpoint-url", silent, environ=aws_environment(home))
    terminal.wait_for("loading")
    pressed = time.monotonic()
    terminal.send(key)
    assert terminal.wait_exit() == 0
    assert time.monotonic() - pressed < BACK_WITHIN


@pytest.mark.parametrize("key", ["escape", "ctrl+c"])
def test_an_answer_that_drips_is_given_up_and_left(
    launch: Launch, home: Path, serve: Serve, key: str
) -> None:
    """No time-out ends an answer of which a byte comes from time to time."""
    with Road(serve().url) as road:
        road.way = drip
        terminal = launch("--endpoint-url", road.url, environ=aws_environment(home))
        terminal.wait_for("loading")
        terminal.send(key)
        terminal.wait_for("r reads the list")
        terminal.send("r")
        terminal.wait_for("loading")
        pressed = time.monotonic()
        terminal.send("q")
        assert terminal.wait_exit() == 0
        assert time.monotonic() - pressed < BACK_WITHIN


def test_waiting_lasts_as_long_as_is_set_and_says_what_is_tried(
    launch: Launch, home: Path, silent: str
) -> None:
    config = home / "own.toml"
    config.write_text("[network]\nread_timeout = 0.3\n")
    arguments = ("--endpoint-url", silent, "--config", str(config))
    terminal = launch(*arguments, environ=aws_environment(home))
    terminal.wait_for("ReadTimeoutError, attempt 2")
    terminal.wait_for("No answer from 127.0.0.1 in time")


def test_ctrl_c_gives_up_and_says_how_to_quit(launch: Launch, home: Path, silent: str) -> None:
    terminal = launch("--endpoint-url", silent, environ=aws_environment(home))
    terminal.wait_for("loading")
    terminal.send("ctrl+c")
    terminal.wait_for("quits")
    terminal.wait_for(lambda: "loading" not in terminal.text)
    assert terminal.process.poll() is None
    terminal.send("q")
    assert terminal.wait_exit() == 0


@pytest.mark.in_parts
@pytest.mark.parametrize("opener", part_of(["?", "P", ":", "ctrl+d", "/"]))
def test_ctrl_q_leaves_from_dialogs_too(launch: Launch, opener: str) -> None:
    terminal = launch("--demo")
    terminal.wait_for("cluster-")
    before = terminal.text
    terminal.send(opener)
    terminal.wait_for(lambda: terminal.text != before)
    terminal.send("ctrl+q")
    assert terminal.wait_exit() == 0


@pytest.mark.in_parts
@pytest.mark.parametrize("opener", part_of(["?", "P", "R", ":", "ctrl+d", "/"]))
def test_it_leaves_while_a_dialog_opens(launch: Launch, opener: str) -> None:
    terminal = launch("--demo")
    terminal.wait_for("cluster-")
    terminal.send(opener, "ctrl+q")
    assert terminal.wait_exit() == 0


def test_it_leaves_while_it_starts(launch: Launch) -> None:
    terminal = launch("--demo")
    terminal.wait_for(lambda: b"\x1b[?1049h" in terminal.raw)
    terminal.send("ctrl+q")
    assert terminal.wait_exit() == 0


def test_the_terminal_is_restored(launch: Launch) -> None:
    terminal = launch("--demo")
    terminal.wait_for("cluster-")
    terminal.send("q")
    assert terminal.wait_exit() == 0
    assert terminal.is_restored


@pytest.mark.in_parts
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("opener", part_of(["", "P", "ctrl+d", "/", ":"]))
def test_a_signal_restores_the_terminal(
    launch: Launch, number: signal.Signals, opener: str
) -> None:
    terminal = launch("--demo")
    terminal.wait_for("cluster-")
    if opener:
        before = terminal.text
        terminal.send(opener)
        terminal.wait_for(lambda: terminal.text != before)
    ends_soon(terminal, number)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_is_heard_while_a_request_hangs(
    launch: Launch, home: Path, silent: str, number: signal.Signals
) -> None:
    terminal = launch("--endpoint-url", silent, environ=aws_environment(home))
    terminal.wait_for("loading")
    ends_soon(terminal, number)


def test_a_signal_is_heard_as_soon_as_the_terminal_is_taken(launch: Launch) -> None:
    terminal = launch("--demo")
    terminal.wait_for(lambda: b"\x1b[?1049h" in terminal.raw)
    ends_soon(terminal, signal.SIGTERM)


def ends_soon(terminal: Terminal, number: signal.Signals) -> None:
    terminal.process.send_signal(number)
    assert terminal.wait_exit(within=ENDS_WITHIN) == 128 + number
    assert terminal.is_restored
    assert terminal.is_left


def test_a_terminal_that_takes_nothing_holds_up_no_end(launch: Launch) -> None:
    """As in the copy mode of screen, or on a line that is dead and does not know it."""
    terminal = launch("--demo", size=(300, 100))
    terminal.wait_for("cluster-")
    terminal.stall("ctrl+l")
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.process.wait(timeout=ENDS_WITHIN) == 128 + signal.SIGTERM
    assert terminal.is_sane
    assert terminal.is_left


def test_what_waited_for_the_terminal_is_drawn_when_it_takes_it(launch: Launch) -> None:
    terminal = launch("--demo", size=(100, 30))
    terminal.wait_for("1 Overview")
    terminal.stall("ctrl+l")
    terminal.send("?")
    terminal.wait_for("Help")
    terminal.send("ctrl+q")
    assert terminal.wait_exit() == 0
    assert terminal.is_restored


def test_it_ends_with_its_terminal(launch: Launch) -> None:
    terminal = launch("--demo")
    terminal.wait_for("cluster-")
    terminal.hang_up()
    assert terminal.process.wait(timeout=ENDS_WITHIN) == 128 + signal.SIGHUP
    assert terminal.is_left


def test_it_ends_with_its_terminal_where_no_signal_says_so(home: Path) -> None:
    """Only the session that a terminal belongs to is told that it is gone."""
    in_a_session_of_its_own = 'trap "" HUP; setsid -w "$0" --demo'
    command = ["/bin/sh", "-c", in_a_session_of_its_own, HSMTUI]
    with Terminal(command, environment(home)) as terminal:
        terminal.wait_for("cluster-")
        terminal.hang_up()
        assert terminal.process.wait(timeout=ENDS_WITHIN) == 128 + signal.SIGHUP


def test_the_mouse_is_left_alone_where_the_config_says_so(launch: Launch, home: Path) -> None:
    config = home / "config.toml"
    config.write_text("mouse = false\n", encoding="utf-8")
    terminal = launch("--demo", "--config", str(config))
    terminal.wait_for("cluster-")
    assert b"\x1b[?1000h" not in terminal.raw
    assert b"\x1b[?1003h" not in terminal.raw


def test_an_interrupted_demo_server_ends_normally(tmp_path: Path) -> None:
    assert Server(tmp_path / "requests.jsonl", "--clusters", "1").stop() == 0
