"""What goes over the wire: only the cells that have changed, and no colours that say nothing."""

import re
from collections.abc import Iterator
from functools import lru_cache

from rich.cells import cell_len, set_cell_size

_NEAR = 8
"""Fewer cells that have not changed, between two that have, are written again: moving the cursor
over them costs as much."""

_MANY_BLANKS = 10
"""So many blanks in a row are erased rather than written."""

Cell = tuple[str, str]
"""A character and the parameters that select its looks."""

_TOKEN = re.compile(
    r"\x1b\[(?P<row>\d+);(?P<column>\d+)H"
    r"|\x1b\[(?P<style>[\d;]*)m"
    r"|(?P<text>[^\x00-\x1f\x7f]+)"
    r"|(?P<newline>\r?\n)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_BLANKS = re.compile(f"( {{{_MANY_BLANKS},}})")
_COLORS = re.compile(r"[34]8;(?:5;\d+|2;\d+;\d+;\d+)|\d+")


class FrameDiff:
    """Knows what stands on the screen, and takes from a frame what stands there already.

    A frame is what Textual writes at once: the cursor is put somewhere, text in one style at a
    time follows, and each style is reset where it ends.
    """

    def __init__(self) -> None:
        self._lines: dict[int, list[Cell | None]] = {}
        self._at: tuple[int, int] | None = None
        self._size: tuple[int, int] | None = None

    def fit(self, size: tuple[int, int] | None) -> None:
        """Write to a terminal of so many columns and lines from now on, None for any number.

        A terminal of another size may have moved its lines.
        """
        if size != self._size:
            self.forget()
            self._size = size

    def forget(self) -> None:
        """Take nothing for granted: what comes next is written whole."""
        self._lines.clear()
        self._at = None

    def reduced(self, data: str) -> str:
        """What of the data has to be written; what is no frame passes as it is."""
        start = _TOKEN.match(data)
        if start is None or start["row"] is None:
            if "\x1b[?1049" in data:  # another screen
                self.forget()
            return data
        return "".join(self._reduced(data))

    def _reduced(self, frame: str) -> Iterator[str]:
        row = column = 0
        style = ""
        for token in _TOKEN.finditer(frame):
            if token["text"] is not None:
                yield from self._write(row, column, token["text"], style)
                column += cell_len(token["text"])
            elif token["style"] is not None:
                style = _telling(token["style"])
            elif token["row"] is not None:
                row, column = int(token["row"]) - 1, int(token["column"]) - 1
            elif token["newline"] is not None:
                row, column = row + 1, 0
            else:
                self.forget()
                yield token[0]
        yield self._move(row, column)

    def _write(self, row: int, column: int, text: str, style: str) -> Iterator[str]:
        if self._size is not None:
            # A frame made for a larger terminal would be written over its last column and line.
            text = _cut(text, self._size[0] - column) if row < self._size[1] else ""
            if not text:
                return
        if not _is_one_cell_each(text):
            # Terminals differ about the width of such text: its line is not compared with.
            self._lines.pop(row, None)
            yield self._move(row, column) + _styled(text, style)
            self._at = None
            return
        line = self._lines.setdefault(row, [])
        end = column + len(text)
        line += [None] * (end - len(line))
        cells: list[Cell | None] = [(character, style) for character in text]
        before, line[column:end] = line[column:end], cells
        for first, last in _changed(before, cells):
            yield from self._put(row, column + first, text[first:last], style)

    def _put(self, row: int, column: int, text: str, style: str) -> Iterator[str]:
        for part in _BLANKS.split(text) if not style else [text]:
            if not part:
                continue
            yield self._move(row, column)
            column += len(part)
            if not style and len(part) >= _MANY_BLANKS and part.isspace():
                yield f"\x1b[{len(part)}X"  # this leaves the cursor where it is
            else:
                yield _styled(part, style)
                self._at = (row, column)

    def _move(self, row: int, column: int) -> str:
        before, self._at = self._at, (row, column)
        if before == (row, column):
            return ""
        if before is None or before[0] != row:
            return f"\x1b[{row + 1};{column + 1}H"
        return f"\x1b[{column + 1}G"


def _cut(text: str, columns: int) -> str:
    return text if cell_len(text) <= columns else set_cell_size(text, max(0, columns))


def _changed(before: list[Cell | None], after: list[Cell | None]) -> list[tuple[int, int]]:
    """From where to where cells differ, those that are near each other taken together."""
    if before == after:
        return []
    spans: list[tuple[int, int]] = []
    for at, (old, new) in enumerate(zip(before, after, strict=True)):
        if old == new:
            continue
        if spans and at - spans[-1][1] < _NEAR:
            spans[-1] = (spans[-1][0], at + 1)
        else:
            spans.append((at, at + 1))
    return spans


def _styled(text: str, style: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if style else text


@lru_cache(1024)
def _telling(style: str) -> str:
    """The parameters without those for the terminal's own colours, which hold after a reset."""
    return ";".join(p for p in _COLORS.findall(style) if p not in {"0", "39", "49"})


@lru_cache(4096)
def _is_one_cell_each(text: str) -> bool:
    return text.isascii() or all(cell_len(character) == 1 for character in text)
