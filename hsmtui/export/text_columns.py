"""Text in columns of a terminal, where some characters take two cells and others none."""

import re
import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from unicodedata import category, east_asian_width

from hsmtui.export.terminal_colours import painted

COLUMN_GAP = "  "
"""What is between two columns."""

_WORD = re.compile(r"(\s*)(\S+)")

_WITHOUT_CELLS = {"Mn", "Mc", "Me", "Cf"}
"""Categories of marks, which belong to the character before."""


def cell_count(text: str) -> int:
    """The cells that a terminal draws a text in."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def _cells(character: str) -> int:
    kind = category(character)
    if kind in _WITHOUT_CELLS:
        return 0
    is_assigned = kind != "Cn"  # of others Python knows no width
    return 2 if is_assigned and east_asian_width(character) in "WF" else 1


def cut_inside(text: str, room: int) -> str:
    """The text in so many cells at most; where it takes more, its middle is an ellipsis."""
    if cell_count(text) <= room:
        return text
    return f"{_head(text, room // 2)}…{_head(text[::-1], (room - 1) // 2)[::-1]}"


def _head(text: str, room: int) -> str:
    """As much of its beginning as there is room for."""
    end, left = 0, room
    while end < len(text) and _cells(text[end]) <= left:
        left -= _cells(text[end])
        end += 1
    return text[:end]


def folded(text: str, room: int, indent: str = "", *, on_hyphens: bool = True) -> list[str]:
    """The text in lines of so many cells at most, all but the first of them indented.

    A line has at least one character, however little room there is.
    """
    if text.isascii() or all(_cells(character) == 1 for character in text):
        return textwrap.wrap(text, room, subsequent_indent=indent, break_on_hyphens=on_hyphens)
    lines: list[str] = []
    start = text[: len(text) - len(text.lstrip())][: max(room - 2, 0)]
    widest = max(room - max(len(start), len(indent)), 2)
    for blanks, word in _WORD.findall(text):
        if lines and cell_count(lines[-1] + blanks + word) <= room:
            lines[-1] += blanks + word
            continue
        for piece in _pieces(word, widest):
            lines.append(start + piece)
            start = indent
    return lines


def _pieces(word: str, room: int) -> Iterator[str]:
    while word:
        piece = _head(word, room)
        yield piece
        word = word[len(piece) :]


def padded(text: str, room: int) -> str:
    """The text, and blanks up to so many cells."""
    return text + " " * (room - cell_count(text))


def beside(
    cells: Sequence[str], widths: Sequence[int], colours: Sequence[str], *, on_hyphens: bool = True
) -> Iterator[str]:
    """The lines of cells that are each folded in their own column, and painted there.

    Each column has its width in cells and its colour; "" is none.
    """
    columns = [
        folded(cell, room, on_hyphens=on_hyphens) for cell, room in zip(cells, widths, strict=True)
    ]
    for pieces in zip_longest(*columns, fillvalue=""):
        each = zip(pieces, widths, colours, strict=True)
        yield COLUMN_GAP.join(_painted(*cell) for cell in each).rstrip()


def _painted(piece: str, room: int, colour: str) -> str:
    """The blanks have no colour."""
    return painted(piece, colour) + padded("", room - cell_count(piece))
