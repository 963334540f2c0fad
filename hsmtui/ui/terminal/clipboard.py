"""The clipboard of the terminal, reached through the multiplexers that may stand before it."""

import shutil
import subprocess
from base64 import b64encode
from collections.abc import Mapping

LONGEST_COPY = 74_994
"""Bytes of a text that terminals take: hterm takes sequences of 100,000 bytes, of which the text in
base64 may be 99,992; xterm and iTerm2 take more. What is longer is cut or ignored in silence."""

_PIECE = 500
"""Bytes of a sequence in one of GNU screen's strings: it takes 768 at most, and
writes what is too long on the screen as text."""

TMUX_SECONDS = 2.0
"""Seconds that tmux gets to take a text."""


def encoded(text: str) -> bytes:
    """A text as terminals take it; what is no character, such as half a surrogate, is a ?."""
    return text.encode("utf-8", "replace")


def sequence(text: str, environ: Mapping[str, str]) -> str:
    """What to write to have the terminal take a text as its clipboard, with OSC 52.

    Through ssh there is no TMUX and no STY, but there is a TERM: that of tmux tells, that of screen
    may be either's.
    """
    bare = f"\x1b]52;c;{b64encode(encoded(text)).decode()}\a"
    term = environ.get("TERM", "")
    if term.startswith("tmux") or ("TMUX" in environ and "STY" not in environ):
        # tmux listens to the one where set-clipboard is on, and hands the other on as it is where
        # allow-passthrough is on or it is older than 3.3. With neither it ignores both.
        return bare + _through_tmux(bare)
    if term.startswith("screen") or "STY" in environ:
        return _through_screen(bare) + (bare if len(bare) <= _PIECE else "")
    return bare


def _through_tmux(bare: str) -> str:
    doubled = bare.replace("\x1b", "\x1b\x1b")
    return f"\x1bPtmux;{doubled}\x1b\\"


def _through_screen(bare: str) -> str:
    pieces = (bare[at : at + _PIECE] for at in range(0, len(bare), _PIECE))
    return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)


def give_to_tmux(text: str) -> None:
    """Have the tmux that we run in take a text, and hand it on to its terminal.

    As tmux 3.3 and later come, they ignore the sequences of what runs in them, but do this. Nothing
    is said of a tmux that cannot be asked or that is too old: it gets the sequences.
    """
    tmux = shutil.which("tmux")
    if tmux is None:
        return
    try:
        subprocess.run(  # noqa: S603 - the user's own tmux, the text on its standard input
            [tmux, "load-buffer", "-w", "-"],
            input=encoded(text),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=TMUX_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return
