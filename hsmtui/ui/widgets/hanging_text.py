"""Lines that are broken to the width there is: what does not fit on the first hangs under it."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual

LEAST_ROOM = 12
"""Cells that the later pieces of a line have at least, whatever their indent."""

LONGEST_ID = 28
"""Cells of the longest id, or time, for which the indent gives way, so that it can stay whole."""

_SEAMS = re.compile(r"[:,;/&+]")
"""After what a word is broken that is longer than a line: a fingerprint between its bytes."""

_PART = re.compile(r"[^ :,;/&+]*[:,;/&+]?")
"""What stays whole where that can be."""

PEM_CELLS = 66
"""Cells of a line of PEM and the escape that ends it in JSON."""

_PEM_SEAMS = re.compile(r"\\n")


class Line(NamedTuple):
    """A line of a text, however wide: where it is broken the later pieces begin at `indent` cells.

    `item` is the id of what the line is about, where there is a cursor for such things. `is_cut`
    says that the line stands for more that is not drawn.
    """

    text: Content
    indent: int = 2
    item: str = ""
    is_cut: bool = False


def styled(text: str, style: str = "", indent: int = 2) -> Line:
    """A line in one style."""
    return Line(Content.styled(text, style), indent)


def breaks(text: str, width: int, indent: int) -> Iterator[tuple[int, int]]:
    """Start and end of each piece of a line that is to have no more than `width` cells a piece,
    the later ones behind an indent.

    It is broken at blanks, which go with the break. Only a word that is longer than a line is
    broken itself, after a colon or the like where there is one near the end.
    """
    later = width - hanging_indent(text, width, indent)
    at, room = 0, width
    while True:
        end = at + _fitting(text, at, room)
        if end >= len(text):
            yield at, len(text)
            return
        end = _last_break(text, at, end, later)
        yield at, at + len(text[at:end].rstrip())
        at = end + len(text[end:]) - len(text[end:].lstrip(" "))
        room = later
        if at == len(text):
            return


def hanging_indent(text: str, width: int, indent: int) -> int:
    """The indent as far as it leaves room for the ids in the text."""
    most = min(LONGEST_ID, width - 2)
    lengths = (cell_len(part) for part in (*_PART.findall(text), *text.split(" ")))
    needed = max((length for length in lengths if length <= most), default=0)
    return max(0, min(indent, width - max(LEAST_ROOM, needed)))


def _fitting(text: str, at: int, room: int) -> int:
    """How many characters from `at` on fit into so many cells, at least one."""
    part = text[at : at + 4 * room]
    if part.isascii():
        return min(len(part), max(1, room))
    low, high = 1, len(part)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if cell_len(part[:middle]) <= room else (low, middle - 1)
    return low


def _last_break(text: str, at: int, end: int, later: int) -> int:
    """Where to break a line of which what is between `at` and `end` fits."""
    if text[end] == " ":
        return end
    begin = at + len(text[at:end]) - len(text[at:end].lstrip(" "))
    blank = text.rfind(" ", begin, end)
    word = blank + 1 if blank > begin else begin
    whole = text[word : word + 4 * later].split(" ", 1)[0]
    if word > begin and cell_len(whole) <= later:
        return word
    return _break_in(text, word, end, later) or (word if word > begin else end)


def _break_in(text: str, word: int, end: int, later: int) -> int:
    """Where to break a word that no line has room for; 0 where it is to begin a line."""
    if "-----BEGIN " in text:
        lines = [found.end() for found in _PEM_SEAMS.finditer(text, word, end)]
        return lines[-1] if lines and later >= PEM_CELLS else end
    seam = max((found.end() for found in _SEAMS.finditer(text, word, end)), default=word)
    found = _PART.match(text, seam)
    if found is None or cell_len(found.group()) > later:
        return end
    return seam if seam > word else 0


class DrawnRow(NamedTuple):
    """A row as drawn, and which part of which line it is."""

    text: Content
    line: int
    start: int


class HangingText(Visual):
    """Lines as a widget draws them. As a string it is the lines, none of them broken."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.lines: Sequence[Line] = tuple(lines)
        self._rows: dict[int, list[DrawnRow]] = {}

    def __str__(self) -> str:
        return "\n".join(line.text.plain for line in self.lines)

    def rows(self, width: int) -> list[DrawnRow]:
        """The rows in this width; kept for the last one asked for."""
        if width not in self._rows:
            self._rows = {width: list(self._broken(width))}
        return self._rows[width]

    def _broken(self, width: int) -> Iterator[DrawnRow]:
        for number, line in enumerate(self.lines):
            text = line.text
            if text.cell_length <= width:
                yield DrawnRow(text, number, 0)
                continue
            blank = " " * hanging_indent(text.plain, width, line.indent)
            for start, end in breaks(text.plain, width, line.indent):
                piece = text[start:end]
                yield DrawnRow(Content.assemble(blank, piece) if start else piece, number, start)

    def drawn(self, width: int) -> Content:
        """All rows in this width."""
        return Content("\n").join(row.text for row in self.rows(width))

    def row_of(self, line: int, character: int, width: int) -> int:
        """The row in which a character of a line is."""
        starts = [(row.line, row.start) for row in self.rows(width)]
        return max(0, bisect_right(starts, (line, character)) - 1)

    def rows_of(self, item: str, width: int) -> range:
        """The rows of the lines about this item."""
        at = [n for n, row in enumerate(self.rows(width)) if self.lines[row.line].item == item]
        return range(at[0], at[-1] + 1) if at else range(0)

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        return self.drawn(width).render_strips(width, height, style, options)

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return max((line.text.cell_length for line in self.lines), default=0)

    def get_height(self, rules: RulesMap, width: int) -> int:
        return len(self.rows(width))
