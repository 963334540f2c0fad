"""Standard input, output and error as the command was given them: some may be closed or full.

What goes to standard output must arrive, else the command fails. What cannot be said on standard
error is lost; the exit status still tells it.
"""

import errno
import io
import os
import signal
import sys
from collections.abc import Iterable, Mapping
from typing import Final

READER_GONE = 128 + signal.SIGPIPE
"""The exit status that shells show of a tool that ended because nobody reads its pipe any more."""

COLOR_CHOICES: Final = ("auto", "always", "never")

PLAIN_TERMINALS: Final = {"", "dumb"}
"""What TERM says of a terminal that takes text and nothing else."""


class OutputError(Exception):
    """The output cannot be written; the message says which and why."""


class ReaderGoneError(Exception):
    """Whoever read standard output, such as head, has gone: there is nothing to tell, nor whom."""


def make_usable() -> None:
    """Put something in the place of streams that are closed, and let no word on errors raise.

    Else the next files that are opened get their numbers. A standard output that was closed
    refuses what is written to it.
    """
    is_given = sys.stderr is sys.__stderr__
    if sys.stdin is None:
        sys.stdin = os.fdopen(os.open(os.devnull, os.O_RDONLY), encoding="utf-8")
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
    elif is_given:
        raw = io.BufferedWriter(_Forgiving(sys.stderr.fileno(), "wb", closefd=False))
        encoding = sys.stderr.encoding
        sys.stderr = io.TextIOWrapper(raw, encoding, "backslashreplace", line_buffering=True)


def shows_colour(choice: str, environ: Mapping[str, str]) -> bool:
    """Whether what goes to standard output has colours.

    The choice of the command line comes first, then NO_COLOR, then FORCE_COLOR and CLICOLOR_FORCE,
    of which 0 is as not set; else it has where it is a terminal that shows colours.
    """
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if any(environ.get(name, "0") not in {"", "0"} for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return sys.stdout.isatty() and environ.get("TERM", "") not in PLAIN_TERMINALS


def write_out(parts: Iterable[str]) -> None:
    """Write text to standard output part by part, in UTF-8 whatever the locale is.

    Raises OutputError, or ReaderGoneError where it is a pipe that nobody reads any more.
    """
    for part in parts:
        _write(part.encode("utf-8", "backslashreplace"))
    _write(None)


def _write(data: bytes | None) -> None:
    """Write bytes, or with None all that is still to be written."""
    output = sys.stdout.buffer
    try:
        if data is None:
            output.flush()
        else:
            output.write(data)
    except BrokenPipeError as error:
        _let_go()
        raise ReaderGoneError from error
    except OSError as error:
        _let_go()
        closed = error.errno == errno.EBADF
        reason = "it is closed" if closed else error.strerror or str(error)
        raise OutputError(f"standard output cannot be written: {reason}") from error


def _let_go() -> None:
    """What is still to be written would be tried, and fail, once more when Python ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


class _Forgiving(io.FileIO):
    """A stream that takes whatever is written, also where there is no room or nobody reads."""

    def write(self, data: "io.ReadableBuffer", /) -> int:  # type: ignore[name-defined]
        try:
            return super().write(data)
        except OSError:
            return len(data)
