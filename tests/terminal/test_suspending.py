"""Stopped and continued as a job of a shell, and where there is no shell."""

import os
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parts import part_of
from tests.terminal.conftest import Launch, Serve
from tests.terminal.rows import cursor_id, press_and_follow
from tests.terminal.terminal import HSMTUI, Terminal, aws_environment, environment, has_ended

SIZE = (100, 30)
RESTED = "PreCoPassword"
JOB = re.compile(r"job=(\d+)\.")


@pytest.fixture
def shell(home: Path) -> Iterator[Terminal]:
    """A shell with job control, at its prompt, with ``hsmtui`` in its PATH."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash, whose job control this tests")
    environ = aws_environment(home, PS1="ready> ", PATH=f"{Path(HSMTUI).parent}:{os.defpath}")
    with Terminal([bash, "--norc", "--noediting", "-i"], environ, *SIZE) as terminal:
        terminal.wait_for("ready>")
        yield terminal


def run(shell: Terminal, command: str, wanted: str) -> None:
    """Have the shell run something on a clear screen; `wanted` is what it says then."""
    shell.wipe()
    shell.send(command, "enter")
    shell.wait_for(wanted)


def begin(shell: Terminal, command: str = "hsmtui --demo") -> None:
    run(shell, command, "role/Triage")
    shell.wait_for(RESTED)
    shell.wait_for("q quit")


def stop(shell: Terminal) -> int:
    """Press ctrl+z; the process id of the job."""
    shell.send("ctrl+z")
    shell.wait_for("Stopped")
    assert shell.is_restored
    shell.send("echo job=$(jobs -p).", "enter")
    shell.wait_for(lambda: JOB.search(shell.text) is not None)
    return int(JOB.findall(shell.text)[-1])


def leave(shell: Terminal) -> None:
    shell.send("q")
    shell.wait_for(lambda: shell.is_restored)
    run(shell, "echo status=$?.", "status=0.")


def test_ctrl_z_gives_the_shell_back_and_fg_draws_all(shell: Terminal) -> None:
    begin(shell)
    stop(shell)
    shell.wipe()
    shell.send("fg", "enter")
    for text in ("role/Triage", "clusters (25+)", "CLUSTER", "hsm-retiring", RESTED, "q quit"):
        shell.wait_for(text)
    press_and_follow(shell, "j")
    stop(shell)
    run(shell, "fg", "q quit")
    press_and_follow(shell, "j")
    leave(shell)


def test_what_wraps_it_is_stopped_with_it(shell: Terminal) -> None:
    """A shell waits for the process that it started, which may have started this one."""
    begin(shell, "sh -c 'hsmtui --demo; echo left'")
    stop(shell)
    run(shell, "fg", "q quit")
    shell.send("q")
    shell.wait_for("left")


def test_a_dialog_stays_and_takes_the_new_size(shell: Terminal) -> None:
    begin(shell)
    shell.send("ctrl+d")
    shell.wait_for("BLOCKED")
    stop(shell)
    shell.resize(80, 24)
    run(shell, "fg", "BLOCKED")
    shell.wait_for("Cancel")
    shell.send("escape")
    shell.wait_for(lambda: "BLOCKED" not in shell.text and cursor_id(shell) != "")


def test_an_answer_that_comes_meanwhile_is_there_afterwards(serve: Serve, shell: Terminal) -> None:
    server = serve(clusters=400, latency=1.5)
    run(shell, f"hsmtui --endpoint-url {server.url}", "loading")
    stop(shell)
    shell.wait_for(lambda: bool(server.requests("DescribeClusters")))  # as it is answered
    run(shell, "fg", "clusters (25+)")
    assert len(server.requests("DescribeClusters")) == 1


@pytest.mark.in_parts
@pytest.mark.parametrize("number", part_of([signal.SIGTSTP, signal.SIGSTOP]))
def test_a_stop_from_outside(shell: Terminal, number: signal.Signals) -> None:
    begin(shell)
    job = stop(shell)
    run(shell, "fg", RESTED)
    os.kill(job, number)
    shell.wait_for("Stopped")
    run(shell, "set -b; bg", "Stopped")  # a screen needs the terminal: without it, it stops again
    run(shell, "fg", RESTED)
    press_and_follow(shell, "j")
    leave(shell)


def test_being_continued_without_a_stop_changes_nothing(launch: Launch) -> None:
    terminal = launch("--demo", size=SIZE)
    terminal.wait_for(RESTED)
    terminal.wipe()
    terminal.process.send_signal(signal.SIGCONT)
    terminal.wait_for(RESTED)
    terminal.send("q")
    assert terminal.wait_exit() == 0
    assert terminal.is_restored


@pytest.mark.in_parts
@pytest.mark.parametrize("command", part_of(["kill %1", "kill -HUP %1; kill -CONT %1"]))
def test_a_stopped_job_can_be_killed(shell: Terminal, command: str) -> None:
    begin(shell)
    job = stop(shell)
    run(shell, f"{command}; wait %1; echo status=$?.", "status=1")
    assert has_ended(job, 5)


def test_a_stopped_job_ends_with_its_shell(shell: Terminal) -> None:
    begin(shell)
    job = stop(shell)
    shell.hang_up()
    shell.process.wait(timeout=10)
    assert has_ended(job, 5)


def test_without_a_shell_it_says_so_and_goes_on(launch: Launch) -> None:
    terminal = launch("--demo", size=SIZE)
    terminal.wait_for(RESTED)
    terminal.send("ctrl+z")
    terminal.wait_for("There is no shell")
    terminal.wipe()
    terminal.process.send_signal(signal.SIGTSTP)
    terminal.wait_for(RESTED)
    press_and_follow(terminal, "j")


def test_where_stopping_is_forbidden_it_goes_on(home: Path) -> None:
    """As a menu does it that is all a user of a bastion host gets."""
    command = ["/bin/sh", "-c", 'trap "" TSTP; "$0" --demo', HSMTUI]
    with Terminal(command, environment(home), *SIZE) as terminal:
        terminal.wait_for(RESTED)
        terminal.send("ctrl+z")
        os.killpg(terminal.process.pid, signal.SIGTSTP)
        press_and_follow(terminal, "j")
        assert terminal.raw.count(b"\x1b[?1049h") == 1
