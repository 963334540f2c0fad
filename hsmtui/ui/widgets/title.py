"""The line over the table: how much was seen, of what, how old, and what is under way."""

from datetime import datetime
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from hsmtui.fleet.fleet import Extent, PlaceState
from hsmtui.fleet.listing import View
from hsmtui.model.text import visible
from hsmtui.model.times import age
from hsmtui.ui.theme import clip

STALE_AFTER = 60
"""Seconds after which the title says how old the rows are."""


class SortedWords(NamedTuple):
    """What is said of the sort: by what, where its column is not in sight, and of how much, where
    there is more, which is left out first where the line is short."""

    by: str = ""
    of: str = ""


class TitleWords(NamedTuple):
    """What is said beside the count: at the right what is under way, and what of it is said where
    the line is short; how to see more, of the sort, and how many rows are marked."""

    doing: str = ""
    least: str = ""
    more: str = ""
    order: SortedWords = SortedWords()
    marked: str = ""


class _Parts(NamedTuple):
    said: str
    words: TitleWords


class Title(Static):
    """Such as ``clusters (7 of 25+, filter: ca-root)``, how many rows are marked, and at the right
    what is under way."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, markup=False)
        self._parts = _Parts("clusters", TitleWords())

    def show(self, view: View | None, extent: Extent, now: datetime, words: TitleWords) -> None:
        """Say what this view is, of how much, and what is under way; `more` says how to see more.

        Where the line is short, `least` is said instead of what is under way: the count gives way
        to it, to `more`, and to `marked`, which says what several commands are for.
        """
        said = _words(view, extent, now)
        if view is None or len(view) < 2:
            words = words._replace(order=SortedWords())
        elif words.order.by:
            said += f"  {words.order.by}"
        parts = _Parts(said, words)
        if parts != self._parts:
            self._parts = parts
            self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        left, (right, least, more, order, marked) = self._parts
        more, marked = more and f"  {more}", f" {marked} " if marked else ""
        right, width = visible(right), self.size.width
        behind = cell_len(marked) + 2 * bool(marked)
        spare = width - cell_len(left) - behind - 1
        if least and cell_len(right) > spare:
            right = visible(least)
        elif cell_len(right) > spare:
            right = clip(right, max(1, spare))
        room = max(0, width - cell_len(right) - 1)
        kept = more + marked
        if cell_len(left + kept) > room - 2 * bool(marked):
            left = clip(left, max(0, room - cell_len(kept) - 2 * bool(marked)))
        line = Content.styled(left + more, "bold")
        if marked:
            line = Content.assemble(line, "  ", (marked, "bold reverse"))
        if order.of and not more and line.cell_length + cell_len(order.of) + 3 <= room:
            line = Content.assemble(line, f"  {order.of}")
        line = line.truncate(room, ellipsis=True, pad=True)
        self.update(Content.assemble(line, " ", (right, "italic")), layout=False)


def marked_words(number: int, out_of_view: int) -> str:
    """Such as ``3 marked, 1 not in view``; "" where none is."""
    if not number:
        return ""
    return f"{number} marked" + (f", {out_of_view} not in view" if out_of_view else "")


def _words(view: View | None, extent: Extent, now: datetime) -> str:
    if view is None or not view.is_started:
        return "clusters" if extent.places == 1 else f"clusters ({places_read(extent)})"
    places = f" in {places_read(extent)}" if extent.places > 1 else ""
    words = [f"{extent.loaded}{'' if extent.is_whole else '+'}{places}"]
    if view.query:
        words = [f"{len(view)} of {words[0]}", f"filter: {visible(view.query.text)}"]
    if extent.left_out:
        words.append(f"{extent.left_out} place{'s' * (extent.left_out > 1)} left out")
    said = f"clusters ({', '.join(words)})"
    stale = stale_words(view.read_at, now)
    return f"{said}  {stale}" if stale else said


def stale_words(read_at: datetime | None, now: datetime) -> str:
    """How long ago rows were read, "" where that was just now."""
    if read_at is None or (now - read_at).total_seconds() <= STALE_AFTER:
        return ""
    return f"read {age(read_at, now)} ago"


_COUNTED = (
    PlaceState.SIGNING_IN,
    PlaceState.UNSIGNED,
    PlaceState.STOPPED,
    PlaceState.NOT_ENABLED,
)
"""What the title counts beside the places that have failed."""


def places_read(extent: Extent) -> str:
    """How many places were read, such as ``236 of 240 places, 4 failed``."""
    read, places = extent.read, extent.places
    words = [f"{places} places" if read == places else f"{read} of {places} places"]
    failed = sum(extent.states.get(s, 0) for s in (PlaceState.FAILED, PlaceState.STALE))
    words += [f"{failed} failed"] if failed else []
    words += [f"{extent.states[s]} {s.value}" for s in _COUNTED if s in extent.states]
    return ", ".join(words)
