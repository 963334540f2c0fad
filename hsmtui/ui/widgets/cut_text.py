"""The part of a text that is too long to be drawn whole, and a line that says so."""

from collections.abc import Iterable, Iterator, Sequence

from textual.content import Content

from hsmtui.ui.commands.keymap import key_of
from hsmtui.ui.widgets.detail_view import DetailView
from hsmtui.ui.widgets.hanging_text import Line

MOST_LINES = 1000
"""Lines of a text without a cursor that are drawn; a copy of the JSON has all of it."""

MOST_CHARACTERS = 20_000
"""Characters of a line that are drawn: a PEM text has a tenth of that."""


def beginning(number: int, lines: Iterable[Line], view: DetailView) -> Iterator[Line]:
    """The first lines of so many, and how many are not drawn."""
    yield from (line for line, _ in zip(lines, range(MOST_LINES), strict=False))
    if (more := number - MOST_LINES) > 0:
        key = key_of("copy.choose", view.remapped)
        yield not_drawn(f"{more:,} more lines; {key} copies the JSON, which has all of them")


def window_around(current: str | None, ids: Sequence[str], size: int) -> range:
    """Which of many things are drawn: so many above and below the one under the cursor. The window
    goes with the cursor, half of it at a time."""
    at = ids.index(current) if current and current in ids else 0
    start = max(0, at - at % (size // 2) - size // 2)
    return range(start, min(start + 2 * size, len(ids)))


def not_drawn(words: str) -> Line:
    """A line that stands for what is not drawn."""
    return Line(Content.styled(f"… {words}", "dim"), 2, is_cut=True)


def cut(line: str) -> str:
    """The line, or as much of it as is drawn."""
    return line if len(line) <= MOST_CHARACTERS else f"{line[:MOST_CHARACTERS]}…"
