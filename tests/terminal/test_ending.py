"""A signal at any moment ends every command, and nothing temporary stays behind."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.parts import part_of
from tests.terminal.conftest import Launch
from tests.terminal.terminal import HSMTUI, PATIENCE, Terminal, environment

STARTS = True
"""The installed command is run each time."""

SIGNALS = [signal.SIGTERM, signal.SIGHUP]
COMMANDS = {
    "check": ["check", "--demo", "--format", "json"],
    "audit": ["audit"],
    "demo-server": ["demo-server", "--clusters", "500"],
}
MOMENTS = [0.01 * 1.5**step for step in range(11)]
"""Seconds after the start: while Python starts, while modules are imported, while it works."""


@pytest.fixture
def temporary(home: Path) -> Path:
    """The temporary folder of what is started."""
    return Path(environment(home)["TMPDIR"])


@pytest.fixture
def begin(home: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts ``hsmtui`` without a terminal."""
    with ExitStack() as processes:

        def start(*arguments: str) -> subprocess.Popen[bytes]:
            process = subprocess.Popen(
                [HSMTUI, *arguments],
                env=environment(home),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            processes.callback(process.wait)
            processes.callback(process.kill)
            return process

        yield start


def wait_for_folder(folder: Path, process: subprocess.Popen[bytes]) -> list[str]:
    """Look until there is something in the folder, very often."""
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        if found := os.listdir(folder):  # noqa: PTH208 - the fastest
            return found
        time.sleep(0.0005)  # else it takes the processor from what it looks at
    raise AssertionError("nothing was made")


@pytest.mark.in_parts
@pytest.mark.parametrize("number", part_of(SIGNALS))
@pytest.mark.parametrize("command", COMMANDS)
def test_a_signal_at_any_moment_leaves_nothing(
    begin: Callable[..., subprocess.Popen[bytes]],
    temporary: Path,
    command: str,
    number: signal.Signals,
) -> None:
    for moment in MOMENTS:
        process = begin(*COMMANDS[command])
        try:
            process.wait(moment)
        except subprocess.TimeoutExpired:
            process.send_signal(number)
        status = process.wait(PATIENCE)
        # before the first line of ours runs, the system ends it, which a shell tells alike
        assert status in {0, 128 + number, -number}, moment
        assert list(temporary.iterdir()) == [], moment


@pytest.mark.in_parts
@pytest.mark.parametrize("number", part_of([*SIGNALS, signal.SIGINT]))
def test_a_signal_to_a_check_of_the_demo_leaves_no_folder(
    begin: Callable[..., subprocess.Popen[bytes]], temporary: Path, number: signal.Signals
) -> None:
    for _ in range(3):
        process = begin("check", "--demo")
        wait_for_folder(temporary, process)
        process.send_signal(number)
        assert process.wait(PATIENCE) == 128 + number
        assert list(temporary.iterdir()) == []


@pytest.mark.in_parts
@pytest.mark.parametrize("number", part_of(SIGNALS))
def test_a_signal_while_the_screen_comes_leaves_no_folder(
    launch: Launch, temporary: Path, number: signal.Signals
) -> None:
    for moment in MOMENTS:
        terminal = launch("--demo")
        terminal.pass_over(moment)
        terminal.process.send_signal(number)
        # before it is Python there is a shell, which the signal ends
        assert terminal.wait_exit() in {128 + number, -number}
        assert terminal.is_restored
        assert list(temporary.iterdir()) == [], moment


def test_one_signal_after_the_other_leaves_nothing(launch: Launch, temporary: Path) -> None:
    terminal = launch("--demo")
    terminal.wait_for("cluster-")
    while terminal.process.poll() is None:
        terminal.process.send_signal(signal.SIGHUP)
        terminal.read(0.001)
    # once all is cleared away the signal is the system's again, which a shell tells alike
    assert terminal.wait_exit() in {128 + signal.SIGHUP, -signal.SIGHUP}
    assert list(temporary.iterdir()) == []


def test_a_check_that_is_not_to_hear_of_a_hang_up_does_not(home: Path, temporary: Path) -> None:
    """As with nohup."""
    command = 'trap "" HUP; exec "$0" check --demo --format json'
    with subprocess.Popen(
        ["/bin/sh", "-c", command, HSMTUI], env=environment(home), stdout=subprocess.PIPE
    ) as process:
        wait_for_folder(temporary, process)
        process.send_signal(signal.SIGHUP)
        output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert b'"schema"' in output or b'"clusters"' in output


def test_what_was_killed_is_cleared_away_by_the_next_run(
    launch: Launch, begin: Callable[..., subprocess.Popen[bytes]], temporary: Path
) -> None:
    killed = begin("check", "--demo")
    (left,) = wait_for_folder(temporary, killed)
    killed.kill()
    killed.wait()
    kept = temporary / "hsmtui-demo-kept"  # no name that we give
    kept.mkdir()
    linked = temporary / f"hsmtui-demo-{'0' * 16}"
    linked.symlink_to(kept, target_is_directory=True)
    running = launch("--demo")
    running.wait_for("cluster-")
    (own,) = {path.name for path in temporary.iterdir()} - {kept.name, linked.name}
    assert own != left
    assert begin("check", "--demo").wait(PATIENCE) == 0
    assert {path.name for path in temporary.iterdir()} == {kept.name, linked.name, own}
    running.send("q")
    assert running.wait_exit() == 0
    assert {path.name for path in temporary.iterdir()} == {kept.name, linked.name}


def test_runs_that_start_together_take_nothing_from_each_other(
    begin: Callable[..., subprocess.Popen[bytes]], temporary: Path
) -> None:
    runs = [begin("check", "--demo") for _ in range(4)]
    assert [run.wait(3 * PATIENCE) for run in runs] == [0] * 4
    assert list(temporary.iterdir()) == []


def test_a_lost_terminal_leaves_no_folder(home: Path, temporary: Path) -> None:
    with Terminal([HSMTUI, "--demo"], environment(home)) as terminal:
        terminal.wait_for(lambda: any(temporary.iterdir()))
        terminal.hang_up()
        assert terminal.process.wait(PATIENCE) in {128 + signal.SIGHUP, -signal.SIGHUP}
    assert list(temporary.iterdir()) == []
