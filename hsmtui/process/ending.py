"""The end that a signal asks for: what is temporary goes first, whatever is under way.

A signal may come at any moment, between the making of a file and the first line that would take
it away. So what is temporary is noted before it is made, and an end is no exception, which an
import or a destructor may swallow. Programs that were started end, too.
"""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

END_SIGNALS = (signal.SIGTERM, signal.SIGHUP)
"""Signals that ask for an end."""

_temporary: set[Path] = set()
_started: set[Callable[[], object]] = set()


@contextmanager
def temporary(path: Path) -> Iterator[Path]:
    """Remove the file or the folder at the end of this, or where a signal ends the process.

    It does not have to be there at any time.
    """
    _temporary.add(path)
    try:
        yield path
    finally:
        _remove(path)
        _temporary.discard(path)


@contextmanager
def ended_by(end: Callable[[], object]) -> Iterator[None]:
    """Call `end`, which ends a program, where the process ends within the context."""
    _started.add(end)
    try:
        yield
    finally:
        _started.discard(end)


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Within the context a signal ends the process with 128 plus its number; main thread only.

    A signal that whoever started us has chosen to ignore stays ignored. An interrupt stays an
    exception; what it left is removed at the end of this.
    """
    before = {number: signal.getsignal(number) for number in END_SIGNALS}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, _end)
    try:
        yield
    finally:
        _leave_nothing()
        for number, handler in before.items():
            signal.signal(number, handler)


def leave_first(leave: Callable[[int], bool]) -> None:
    """Have signals call `leave` with their number; the process ends at once where that is False.

    Signals that were ignored count from now on, too.
    """

    def end(number: int, frame: FrameType | None) -> None:
        if not leave(number):
            _end(number, frame)

    for number in END_SIGNALS:
        signal.signal(number, end)


def _end(number: int, _: FrameType | None) -> None:
    _leave_nothing()
    os._exit(128 + number)


def _leave_nothing() -> None:
    for end in tuple(_started):
        end()
    for path in tuple(_temporary):
        _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
        return
    with suppress(OSError):
        path.unlink()
