"""A program for credentials gets no key, no terminal, and no say in when hsmtui is left."""

import signal
import stat
import time
from collections.abc import Callable
from pathlib import Path
from shlex import quote

import pytest

from tests.parts import part_of
from tests.terminal.conftest import Launch, Serve, Served
from tests.terminal.terminal import Terminal, environment, has_ended

STARTS = True
"""The installed command is run each time."""

CASES = Path(__file__).parent.parent / "cases"
LEFT_WITHIN = 5.0
"""Seconds; loose, for a busy machine."""

Start = Callable[..., Terminal]


@pytest.fixture
def start(launch: Launch, home: Path, serve: Serve) -> Start:
    """Starts ``hsmtui`` with a profile whose keys come from a command."""
    server: Served = serve(clusters=3)

    def start(command: str, *arguments: str) -> Terminal:
        aws = home / ".aws"
        aws.mkdir()
        (aws / "config").write_text(
            f"[profile cp]\nregion = eu-west-1\ncredential_process = {command}\n"
        )
        environ = environment(home, AWS_EC2_METADATA_DISABLED="true")
        return launch("-p", "cp", "--endpoint-url", server.url, *arguments, environ=environ)

    return start


@pytest.fixture
def hanging(home: Path) -> Path:
    """A program that does not end, also when it is asked to; it writes its number to a file."""
    script = home / "hang.sh"
    script.write_text(f"#!/bin/sh\ntrap '' TERM HUP INT\necho $$ >\"{home}/number\"\nsleep 600\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


def number_of(home: Path) -> int:
    return int((home / "number").read_text())


@pytest.mark.in_parts
@pytest.mark.parametrize("how", part_of(["stdin", "tty"]))
def test_one_that_asks_gets_no_key_and_is_told(start: Start, how: str) -> None:
    command = CASES / f"credential-process-asks-on-{how}.sh"
    terminal = start(quote(str(command)))
    terminal.wait_for("credential_process asks a question")
    terminal.wait_for("Sign in elsewhere first")
    terminal.wait_for(lambda: "cp · eu-west-1" in terminal.lines[0])
    terminal.send("?")
    terminal.wait_for("─ Help ")
    terminal.send("ctrl+q")
    assert terminal.wait_exit(LEFT_WITHIN) == 0


@pytest.mark.in_parts
@pytest.mark.parametrize("command", part_of(["", "/opt/none/get-keys"]))
def test_one_that_is_none_is_told_at_once(start: Start, command: str) -> None:
    terminal = start(command)
    terminal.wait_for("The credentials could not be fetched")
    terminal.wait_for("credential_process of profile cp")
    assert "connecting" not in terminal.text


def test_one_that_hangs_is_given_up_with_escape(start: Start, home: Path, hanging: Path) -> None:
    terminal = start(quote(str(hanging)))
    terminal.wait_for("waiting for credential_process")
    terminal.wait_for((home / "number").exists)
    terminal.send("escape")
    terminal.wait_for("r reads the list")
    assert has_ended(number_of(home), LEFT_WITHIN)
    (home / "number").unlink()
    terminal.send("r")
    terminal.wait_for((home / "number").exists)
    terminal.send("q")
    assert terminal.wait_exit(LEFT_WITHIN) == 0
    assert has_ended(number_of(home), 0)


def test_one_that_hangs_does_not_hold_up_leaving(start: Start, home: Path, hanging: Path) -> None:
    terminal = start(quote(str(hanging)))
    terminal.wait_for((home / "number").exists)
    terminal.wait_for("waiting for credential_process")
    pressed = time.monotonic()
    terminal.send("ctrl+q")
    assert terminal.wait_exit() == 0
    assert time.monotonic() - pressed < LEFT_WITHIN
    assert has_ended(number_of(home), 0)


def test_one_that_hangs_ends_with_a_check_that_is_interrupted(
    start: Start, home: Path, hanging: Path
) -> None:
    terminal = start(quote(str(hanging)), "check")
    terminal.wait_for((home / "number").exists)
    terminal.send("ctrl+c")
    assert terminal.wait_exit(LEFT_WITHIN) == 130
    assert has_ended(number_of(home), 0)


@pytest.mark.in_parts
@pytest.mark.parametrize("arguments", part_of([(), ("check",)]))
def test_one_that_hangs_ends_with_what_is_told_to_end(
    start: Start, home: Path, hanging: Path, arguments: tuple[str, ...]
) -> None:
    terminal = start(quote(str(hanging)), *arguments)
    terminal.wait_for((home / "number").exists)
    terminal.wait_for("credential_process" if not arguments else "connecting")
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.wait_exit(LEFT_WITHIN) == 128 + signal.SIGTERM
    assert has_ended(number_of(home), LEFT_WITHIN)


def test_pickers_work_with_a_broken_file(launch: Launch, home: Path) -> None:
    broken = CASES / "aws-config-duplicate-section.ini"
    environ = environment(home, AWS_CONFIG_FILE=str(broken), AWS_EC2_METADATA_DISABLED="true")
    terminal = launch("-p", "a", "-r", "us-gov-west-1", environ=environ)
    terminal.wait_for("An AWS config file is malformed")
    terminal.wait_for("line 5")
    terminal.wait_for(lambda: "a · us-gov-west-1" in terminal.lines[0])
    terminal.send("R")
    terminal.wait_for("us-gov-east-1")
    terminal.send("escape")
    terminal.wait_for(lambda: "─ Region" not in terminal.text)
    terminal.send("P")
    terminal.wait_for("default chain")
    terminal.send("ctrl+q")
    assert terminal.wait_exit() == 0
