"""A line of cells as few segments."""

from collections.abc import Iterable

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from hsmtui.ui.theme import clip


def segments(
    cells: Iterable[tuple[str, Style | None]], base: Style | None, width: int
) -> list[Segment]:
    """One segment for each run of equal style, in exactly `width` terminal cells.

    Blanks around the text of a cell are in the base style.
    """
    runs: list[tuple[str, Style | None]] = []
    plain = ""
    for text, style in cells:
        bare = "" if style is base or style == base else text.strip()
        if not bare:
            plain += text
            continue
        before, _, after = text.partition(bare)
        if plain or before:
            runs.append((plain + before, base))
        elif runs and runs[-1][1] == style:
            bare = runs.pop()[0] + bare
        runs.append((bare, style))
        plain = after
    if plain:
        runs.append((plain, base))
    return _fitted(runs, base, width)


def _fitted(runs: list[tuple[str, Style | None]], base: Style | None, width: int) -> list[Segment]:
    fitted: list[Segment] = []
    room = width
    for number, (text, style) in enumerate(runs, 1):
        length = len(text) if text.isascii() else cell_len(text)
        is_last = number == len(runs)
        if length >= room or (is_last and style == base):
            return [*fitted, Segment(clip(text, room), style)]
        fitted.append(Segment(text, style))
        room -= length
    return [*fitted, Segment(" " * room, base)]
