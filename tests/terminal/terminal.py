"""A command in a real pseudo-terminal, and its screen as a terminal would show it."""

import os
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

from tests.drawn import shows
from tests.late import LATE
from tests.terminal.fork_server import Fork, ForkServer

BIN = Path(sys.executable).parent
HSMTUI = str(BIN / "hsmtui")

PATIENCE = 60.0 * (1 + 20 * LATE)
"""Seconds after which what a test waits for is taken not to come, on a machine that is busy."""

KEYS = {
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "page_up": "\x1b[5~",
    "page_down": "\x1b[6~",
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "backspace": "\x7f",
    "ctrl+c": "\x03",
    "ctrl+d": "\x04",
    "ctrl+l": "\x0c",
    "ctrl+p": "\x10",
    "ctrl+q": "\x11",
    "ctrl+z": "\x1a",
}

SWITCHES = {
    "alternate screen": (b"\x1b[?1049h", b"\x1b[?1049l"),
    "hidden cursor": (b"\x1b[?25l", b"\x1b[?25h"),
    "lines that do not wrap": (b"\x1b[?7l", b"\x1b[?7h"),
    "mouse clicks": (b"\x1b[?1000h", b"\x1b[?1000l"),
    "mouse movements": (b"\x1b[?1003h", b"\x1b[?1003l"),
    "mouse beyond column 223": (b"\x1b[?1006h", b"\x1b[?1006l"),
    "focus": (b"\x1b[?1004h", b"\x1b[?1004l"),
    "pastes in brackets": (b"\x1b[?2004h", b"\x1b[?2004l"),
    "kitty's keys": (b"\x1b[>", b"\x1b[<u"),
}
"""What an app switches on in a terminal, and how it is switched off again."""

_OPEN_AND_RUN = 'exec "$@" <>"$0" >&0 2>&0'
"""A session leader that opens a terminal gets it as its controlling one."""


def environment(home: Path, **more: str) -> dict[str, str]:
    """A UTF-8 terminal, an own home and temporary folder; nothing else of who runs the tests."""
    temporary = home.with_name(f"{home.name}-tmp")
    temporary.mkdir(exist_ok=True)
    return {
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "PATH": os.defpath,
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        **more,
    }


def aws_environment(home: Path, account: str = "111111111111", **more: str) -> dict[str, str]:
    """The environment with keys of an account of the demo's control plane, in us-east-1."""
    return environment(
        home,
        AWS_ACCESS_KEY_ID=f"AKIADEMO{account}",
        AWS_SECRET_ACCESS_KEY="demo",
        AWS_REGION="us-east-1",
        AWS_EC2_METADATA_DISABLED="true",
        **more,
    )


class Terminal:
    """Runs a command in a pseudo-terminal; reads only while it waits for something."""

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        columns: int = 80,
        rows: int = 24,
        cwd: Path | None = None,
        server: ForkServer | None = None,
    ) -> None:
        """With a `server` a command of ours is forked from it, where the environment lets it."""
        self.raw = b""
        self.last_read = 0.0
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._master, slave = os.openpty()
        termios.tcsetwinsize(slave, (rows, columns))
        self.started = time.monotonic()
        self.process: Fork | subprocess.Popen[bytes]
        if server is not None and server.serves(environ):
            self.process = server.start(command, environ, os.ttyname(slave))
        else:
            self.process = subprocess.Popen(
                ["/bin/sh", "-c", _OPEN_AND_RUN, os.ttyname(slave), *command],
                env=dict(environ),
                cwd=cwd,
                start_new_session=True,
            )
        self._slave = slave  # held open, so that what was written last can still be read
        self._ends = [self._master, slave]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the command, whatever it does."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.hang_up()

    def hang_up(self) -> None:
        """Take the terminal away, as a lost connection does."""
        while self._ends:
            os.close(self._ends.pop())

    @property
    def lines(self) -> list[str]:
        """What stands on the screen, blanks at the ends of lines left out."""
        rows, columns = range(self._screen.lines), range(self._screen.columns)
        buffer = self._screen.buffer  # `display` fails on half of a wide character
        return ["".join(buffer[row][column].data for column in columns).rstrip() for row in rows]

    @property
    def columns(self) -> int:
        return self._screen.columns

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def shows(self, text: str) -> bool:
        """Whether a text stands on the screen, also where it is broken over lines, in a box too."""
        return shows(self.lines, text)

    @property
    def mark(self) -> int:
        """How many bytes have come; `raw[mark:]` is what came since."""
        return len(self.raw)

    @property
    def is_sane(self) -> bool:
        """Whether the terminal edits lines, echoes and sends signals, as a shell needs it."""
        wanted = termios.ICANON | termios.ECHO | termios.ISIG
        return termios.tcgetattr(self._slave)[3] & wanted == wanted

    @property
    def switched_on(self) -> list[str]:
        """What the command has switched on in the terminal and not off again."""
        return [
            name for name, (on, off) in SWITCHES.items() if self.raw.rfind(on) > self.raw.rfind(off)
        ]

    @property
    def is_restored(self) -> bool:
        """Whether the terminal is as it was before the command."""
        return self.is_sane and not self.switched_on

    @property
    def is_left(self) -> bool:
        """Whether no process is left of the command and what it started in its group."""
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return True
        return False

    @property
    def cursor_line(self) -> str:
        """The row of the list that the cursor is on: the one that is reversed from its start."""
        rows = (self.lines[row] for row, cells in self._screen.buffer.items() if cells[0].reverse)
        return next((line for line in rows if "cluster-" in line), "")

    def send(self, *keys: str) -> None:
        """Press keys: names of KEYS, or characters as they are."""
        os.write(self._master, "".join(KEYS.get(key, key) for key in keys).encode())

    def send_bytes(self, data: bytes) -> None:
        """Send what is no text in UTF-8."""
        os.write(self._master, data)

    def paste(self, text: str) -> None:
        """Paste a text as terminals do that were asked for brackets, reading meanwhile."""
        data = f"\x1b[200~{text}\x1b[201~".encode()
        for at in range(0, len(data), 1024):  # the line takes 4095 bytes at once
            os.write(self._master, data[at : at + 1024])
            self.read(0.01)

    def stall(self, key: str) -> None:
        """Press a key that has much drawn, often, and read nothing of it."""
        for _ in range(100):
            self.send(key)
            time.sleep(0.01)

    def wipe(self) -> None:
        """Lose what stands on the screen, as when another process writes over it."""
        self._screen.erase_in_display(2)

    def resize(self, columns: int, rows: int) -> None:
        """Make the terminal another size; the command gets the signal for it."""
        self._screen.resize(rows, columns)
        termios.tcsetwinsize(self._master, (rows, columns))

    def wait_for(self, wanted: str | Callable[[], bool], within: float = PATIENCE) -> None:
        """Read until the text stands on the screen, or until the condition holds."""
        condition = wanted if callable(wanted) else lambda: self.shows(wanted)
        end = time.monotonic() + within
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"after {within} s there is no {wanted!r} on\n{self.text}")
            self.read(0.05)

    def hold(self, key: str, wanted: str | Callable[[], bool], within: float = PATIENCE) -> None:
        """Hold a key down until the text stands on the screen, or until the condition holds."""
        condition = wanted if callable(wanted) else lambda: self.shows(wanted)

        def pressed_enough() -> bool:
            if condition():
                return True
            self.send(key)
            return False

        self.wait_for(pressed_enough, within)

    def wait_exit(self, within: float = PATIENCE) -> int:
        """Read until the command has ended; its exit status."""
        self.wait_for(lambda: self.process.poll() is not None, within)
        while self.read(0):
            pass
        return self.process.returncode

    def pass_over(self, within: float) -> None:
        """Read what comes in this time without drawing it: drawing takes longer than the app."""
        end = time.monotonic() + within
        while select.select([self._master], [], [], max(0, end - time.monotonic()))[0]:
            self.raw += os.read(self._master, 65536)

    def read(self, within: float) -> bytes:
        """What comes next, waited for at most this long."""
        data = more = self.receive(within)
        end = time.monotonic() + 5 * LATE
        while more and LATE and time.monotonic() < end:
            more = self.receive(LATE)
            data += more
        self.draw(data)
        return data

    def receive(self, within: float) -> bytes:
        """The same without drawing it, which takes longer than the app does."""
        ready, _, _ = select.select([self._master], [], [], within)
        if not ready:
            return b""
        data = os.read(self._master, 65536)
        self.last_read = time.monotonic()
        self.raw += data
        return data

    def draw(self, data: bytes) -> None:
        """Draw what was received."""
        self._stream.feed(data)


def has_ended(process: int, within: float) -> bool:
    """Whether a process that may not be a child of ours ends in so many seconds."""
    try:
        watched = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    with os.fdopen(watched):
        return bool(select.select([watched], [], [], within)[0])
