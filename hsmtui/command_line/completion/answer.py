"""The answer to a shell that asks what a word may become.

Its first line is `files` where it is the name of a file, which the shell knows better, and for zsh
and fish the second what stands before that name in the word; `part` where no blank comes after the
word; else `words`. Then comes a candidate a line, for zsh and fish a tab and a note after it.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from hsmtui.command_line.arguments import command_parser
from hsmtui.command_line.completion.offer import Offer, offer
from hsmtui.command_line.completion.shell_line import replacement, split_line
from hsmtui.config.environment import drop_empty

LONGEST = 3
"""Seconds after which nobody waits any more, as where a file system does not answer."""


def answer(request: Sequence[str]) -> int:
    """Print what the shell asks for; where it cannot be told, nothing.

    `request` is the name of the shell, then for bash the line up to the cursor and the part of it
    that is replaced; for others the words after the program's name, the last of them at the cursor.
    """
    signal.alarm(LONGEST)
    drop_empty(os.environ)
    try:
        shell, *rest = request
        lines = [*_ANSWERS[shell](rest)]
    except Exception:  # noqa: BLE001 - a word on it would stand in the line that is typed
        return 1
    text = "".join(f"{line}\n" for line in lines)
    sys.stdout.buffer.write(text.encode(sys.getfilesystemencoding(), "replace"))
    return 0


def _bash(request: Sequence[str]) -> Iterator[str]:
    line, replaced = request
    _, *words = split_line(line)
    *before, last = words
    if last.is_redirected:
        return iter(("files",))
    kept = split_line(last.raw.removesuffix(replaced))[-1]
    found = offer(command_parser(), [w.text for w in before if not w.is_redirected], last.text)
    rest = (each.text.removeprefix(kept.text) for each in found.candidates)
    return _told(found._replace(lead=""), (replacement(text, kept.quote) for text in rest))


def _zsh(request: Sequence[str]) -> Iterator[str]:
    *before, last = request
    found = offer(command_parser(), before, last)
    return _told(found, (f"{each.text}\t{each.note}" for each in found.candidates))


def _fish(request: Sequence[str]) -> Iterator[str]:
    """The last word comes with its quotes, of which one may be open."""
    *before, last = request
    return _zsh((*before, split_line(last)[-1].text))


def _told(found: Offer, candidates: Iterator[str]) -> Iterator[str]:
    if found.is_file:
        yield from filter(None, ("files", found.lead))
    else:
        yield "part" if found.is_part else "words"
        yield from candidates


_ANSWERS: Mapping[str, Callable[[Sequence[str]], Iterator[str]]] = {
    "bash": _bash,
    "zsh": _zsh,
    "fish": _fish,
}
