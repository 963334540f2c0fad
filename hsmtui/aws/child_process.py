"""A program that is run without a terminal of ours, for a limited time, until it is given up."""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from threading import Event
from typing import Final, NamedTuple

from hsmtui.aws.prompter import Prompter
from hsmtui.process.ending import ended_by

PROGRAM_SECONDS = 120.0
"""Seconds that a program gets: it may open a browser, and somebody signs in there."""

GRACE = 0.2
"""Seconds between asking a program to end and ending it; leaving hsmtui takes no longer."""

MOST = 1_000_000
"""Bytes that a program may print."""

_POLL_SECONDS = 0.1
"""Seconds between two checks of a program that is waited for."""

_CLOSING = 1.0
"""Seconds that the output of a program that has ended is waited for: what it left behind, such as
an agent, may hold it open."""

_TERMINALS: Final = frozenset({"GPG_TTY", "SSH_TTY"})
"""Variables through which others, such as gpg's agent, would ask on our terminal."""


class Output(NamedTuple):
    """What a program printed, and its exit status as subprocess has it.

    `stopped` says why it did not end by itself; "" where it did.
    """

    stdout: bytes
    stderr: bytes
    status: int
    stopped: str = ""


def run_program(words: Sequence[str], prompter: Prompter) -> Output:
    """Run a program to its end, or until the person gives it up.

    It has a session of its own, in which no terminal can be opened as /dev/tty, and its standard
    input is empty. It is ended when hsmtui is left. Raises OSError, and ValueError for words that
    no program can be given.
    """
    given_up = Event()
    with prompter.can_give_up(given_up.set):
        child = _Child(words, given_up)
        try:
            with ended_by(child.end):
                return child.output()
        except BaseException:
            child.end()
            raise
        finally:
            child.close()


class _Child:
    def __init__(self, words: Sequence[str], given_up: Event) -> None:
        self._given_up = given_up
        self._began = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 - the user's own command
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env={name: value for name, value in os.environ.items() if name not in _TERMINALS},
        )

    def output(self) -> Output:
        """Wait for the end, and for all that is printed."""
        process, ended = self._process, 0.0
        while True:
            try:
                stdout, stderr = process.communicate(timeout=_POLL_SECONDS)
            except subprocess.TimeoutExpired as waiting:
                stdout, stderr = waiting.output or b"", waiting.stderr or b""
            else:
                return Output(stdout, stderr, process.returncode)
            if process.poll() is None:
                if stopped := self._why_stop(len(stdout) + len(stderr)):
                    self.end()
                    return Output(stdout, stderr, process.returncode, stopped)
            elif not ended:
                ended = time.monotonic()
            elif time.monotonic() - ended > _CLOSING:
                return Output(stdout, stderr, process.returncode)

    def _why_stop(self, printed: int) -> str:
        if self._given_up.is_set():
            return "You stopped waiting for it."
        if printed > MOST:
            return f"It printed more than {MOST:,} bytes and was ended."
        if time.monotonic() - self._began > PROGRAM_SECONDS:
            return f"It did not end within {PROGRAM_SECONDS:.0f} s and was ended."
        return ""

    def end(self) -> None:
        """End it and what it has started in its group."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(GRACE)

    def close(self) -> None:
        """Read no more of what it, or what it left behind, prints."""
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
