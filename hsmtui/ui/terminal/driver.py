"""The terminal as a shell lends it: written to thriftily, given back when the job stops or ends."""

import os
import select
import shutil
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, cast

from textual.app import App
from textual.events import MouseEvent, Resize
from textual.geometry import Size
from textual.message import Message

from hsmtui.ui.terminal.input import TerminalInput
from hsmtui.ui.terminal.private import BaseApp, BaseDriver

MOST_QUEUED = 30
"""Writes that may wait for the terminal. Who writes more waits, so that frames are skipped where
the line is slow."""

STALLED = 0.4
"""Seconds after which a terminal that takes nothing is no longer waited for when one writes or is
told to end: the app must stay able to hear that it is to end."""

SLOW = 10.0
"""Seconds that a slow terminal gets to take the next of the last writes, left as the user asked."""

KEY_POLL_SECONDS = 0.1
"""Seconds after which who waits for keys looks whether there are more to come."""

HEARD = 0.1
"""Seconds after which a signal to end is heard that came with the one to go on: shells send both
to a stopped job that is killed."""


class ThriftyDriver(BaseDriver):
    """Textual's driver for terminals, which writes no more than has changed.

    It stops and goes on as a job of a shell does, and ends with its terminal.
    """

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        self._may_stop = signal.getsignal(signal.SIGTSTP) is not signal.SIG_IGN
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self.take_first_size()
        self._driven = cast("BaseApp", app)
        self._frame_diff = self._driven.frame_diff
        self._has_terminal = False
        self._line = _Line(sys.stderr.fileno())
        self._take_signals()
        threading.Thread(target=self._hear_of_hang_up, name="hang-up", daemon=True).start()

    # Writing

    def write(self, data: str) -> None:
        if self._has_terminal:
            self._frame_diff.fit(_size_of(self.fileno))
            self._line.write(self._frame_diff.reduced(data))

    def close(self) -> None:
        """Wait until all is written; who is told to end does not wait for a stalled terminal."""
        self._line.drain(STALLED if self.app.return_code else SLOW)
        super().close()

    # The terminal is there to be used only between these two

    def start_application_mode(self) -> None:
        """Take the terminal. Nothing is to be seen of that before it passes every key on."""
        self._has_terminal = True
        with self._line.held():
            super().start_application_mode()  # type: ignore[no-untyped-call]
        self.loop.add_signal_handler(signal.SIGWINCH, self._resized)

    def _resized(self) -> None:
        """Tell of the terminal's size. Textual does so in a handler that a second signal interrupts
        when it has read the size: the older one would be told last, and stay."""
        if not self.hears_sizes:
            size = Size(*self.terminal_size())
            self.app.post_message(Resize(size, size))

    def terminal_size(self) -> tuple[int, int]:
        """The terminal's own size, whatever COLUMNS and LINES say, which stay as they were when a
        shell exported them; only where it does not know its size they are asked."""
        return _size_of(self.fileno) or shutil.get_terminal_size()

    def disable_input(self) -> None:
        """Read no more keys, where the terminal is not the shell's again already."""
        if self._has_terminal:
            super().disable_input()

    def stop_application_mode(self) -> None:
        """Give the terminal back as it was, if that has not been done."""
        if self._has_terminal:
            super().stop_application_mode()
            self._has_terminal = False

    def read_input(self) -> None:
        """An error here ends the app as one anywhere else does; Textual's own leaves with 0."""
        try:
            self.run_input_thread()
        except Exception as error:  # noqa: BLE001 - whatever it is, the app tells of it
            self.loop.call_soon_threadsafe(self._driven.fail, error)

    def run_input_thread(self) -> None:
        """Take what the terminal sends until it is given back or gone."""
        sent = TerminalInput()
        while not self.exit_event.is_set():
            if not select.select([self.fileno], [], [], _patience(sent.deadline))[0]:
                self._process(sent.expire(monotonic()))
                continue
            try:
                data = os.read(self.fileno, 4096)
            except BlockingIOError:  # somebody else has read it
                continue
            except OSError:
                return
            if not data:
                return
            self._process(sent.feed(data, monotonic()))

    def _process(self, messages: Iterable[Message]) -> None:
        for message in messages:
            if not (isinstance(message, MouseEvent) and self._is_outside(message)):
                self.process_message(message)

    def _is_outside(self, event: MouseEvent) -> bool:
        """Whether the terminal has no such cell; a click there would take the focus away."""
        columns, lines = self.terminal_size()
        return event.screen_x >= columns or event.screen_y >= lines

    # Stopping and going on

    def _take_signals(self) -> None:
        """Handle them in the loop: Textual's handlers interrupt whatever is being written."""
        if self._may_stop:
            self.loop.add_signal_handler(signal.SIGTSTP, self._stop)
        else:  # whoever started us wants nobody to get at a shell
            signal.signal(signal.SIGTSTP, signal.SIG_IGN)
        self.loop.add_signal_handler(signal.SIGCONT, self._go_on)

    def _stop(self) -> None:
        """Stop the whole process group, as ctrl+z at a terminal does: a shell waits for its leader.

        The kernel stops no group that has no shell to continue it; then all goes on at once.
        """
        self.suspend_application_mode()
        self.loop.remove_signal_handler(signal.SIGTSTP)
        self.loop.remove_signal_handler(signal.SIGCONT)
        os.kill(0, signal.SIGTSTP)  # returns when the group is continued
        self._take_signals()
        self._go_on()

    def _go_on(self) -> None:
        """Take the terminal again and draw everything; in the background, wait for it."""
        if _is_in_background(self.fileno):
            self.loop.call_later(HEARD, self._stop_in_background)
            return
        self.suspend_application_mode()  # a stop that cannot be handled left it as it was
        self.resume_application_mode()
        self.app.post_message(self.SignalResume())

    def _stop_in_background(self) -> None:
        """Stop again until there is a terminal, but not for ever where the job was killed."""
        if self.app.return_code is None and _is_in_background(self.fileno):
            os.kill(0, signal.SIGTTOU)

    def _hear_of_hang_up(self) -> None:
        """End as on SIGHUP: the system sends it to the group in the foreground alone."""
        poll = select.poll()
        poll.register(self.fileno, 0)
        for _, event in poll.poll():
            if event & (select.POLLHUP | select.POLLERR):
                os.kill(os.getpid(), signal.SIGHUP)


class _Line:
    """Writes to the terminal from a thread of its own, which outlives the terminal."""

    def __init__(self, fileno: int) -> None:
        self._fileno = fileno
        self._queue: deque[bytes] = deque()
        self._changed = threading.Condition()
        threading.Thread(target=self._run, name="terminal-output", daemon=True).start()

    def write(self, data: str) -> None:
        """Have this written; waits a while where too much is queued."""
        with self._changed:
            if len(self._queue) == MOST_QUEUED:  # with more, it has been waited for already
                self._changed.wait_for(lambda: len(self._queue) < MOST_QUEUED, STALLED)
            self._queue.append(data.encode("utf-8", "backslashreplace"))
            self._changed.notify_all()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Write nothing until the end of this."""
        with self._changed:
            yield

    def drain(self, patience: float) -> None:
        """Wait until all is written, or until nothing has been for `patience` seconds."""
        with self._changed:
            while self._queue and self._changed.wait(patience):
                pass

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._queue)
                data = self._queue[0]
            _write_all(self._fileno, data)
            with self._changed:
                self._queue.popleft()
                self._changed.notify_all()


def _write_all(fileno: int, data: bytes) -> None:
    """Write straight to the file: a buffered one would be locked, and waited for at exit."""
    try:
        while data:
            data = data[os.write(fileno, data) :]
    except OSError:  # the terminal is gone, and takes everything
        return


def _is_in_background(fileno: int) -> bool:
    try:
        return os.tcgetpgrp(fileno) != os.getpgrp()
    except OSError:  # the terminal is gone, or not ours
        return False


def _size_of(fileno: int) -> tuple[int, int] | None:
    """Columns and lines of a terminal; None where it is gone, or does not know them."""
    try:
        columns, lines = os.get_terminal_size(fileno)
    except OSError:
        return None
    return (columns, lines) if columns and lines else None


def _patience(deadline: float | None) -> float:
    """Seconds to wait for keys, until there is something else to do."""
    left = KEY_POLL_SECONDS if deadline is None else deadline - monotonic()
    return min(KEY_POLL_SECONDS, max(0.0, left))
