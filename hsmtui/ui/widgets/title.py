"""The line over the table: how much was seen, of what, how old, and what is under way."""

from datetime import datetime

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


class Title(Static):
    """Such as ``clusters (7 of 25+, filter: ca-root)``, how many rows are marked, and at the right
    what is under way."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, markup=False)
        self._parts = ("clusters", "", "", "")

    def show(
        self,
        view: View | None,
        extent: Extent,
        now: datetime,
        doing: str,
        least: str = "",
        marked: str = "",
    ) -> None:
        """Say what this view is, of how much, and what is under way.

        Where the line is short, `least` is said instead of that: the count gives way to it, and to
        `marked`, which says what several commands are for.
        """
        parts = (_words(view, extent, now), doing, least, marked)
        if parts != self._parts:
            self._parts = parts
            self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        left, right, least, marked = self._parts
        marked = f" {marked} " if marked else ""
        right, width = visible(right), self.size.width
        behind = cell_len(marked) + 2 * bool(marked)
        spare = width - cell_len(left) - behind - 1
        if least and cell_len(right) > spare:
            right = visible(least)
        elif cell_len(right) > spare:
            right = clip(right, max(1, spare))
        room = max(0, width - cell_len(right) - 1)
        if marked:
            words = Content.styled(left, "bold").truncate(max(0, room - behind), ellipsis=True)
            words = Content.assemble(words, "  ", (marked, "bold reverse"))
        else:
            words = Content.styled(left, "bold")
        line = words.truncate(room, ellipsis=True, pad=True)
        self.update(Content.assemble(line, " ", (right, "italic")), layout=False)


def marked_words(number: int, out_of_view: int) -> str:
    """Such as ``3 marked, 1 not in view``; "" where none is."""
    if not number:
        return ""
    return f"{number} marked" + (f", {out_of_view} not in view" if out_of_view else "")


def _words(view: View | None, extent: Extent, now: datetime) -> str:
    if view is None or not view.is_started:
        return "clusters" if extent.places == 1 else f"clusters ({_places(extent)})"
    places = f" in {_places(extent)}" if extent.places > 1 else ""
    words = [f"{extent.loaded}{'' if extent.is_whole else '+'}{places}"]
    if view.query:
        words = [f"{len(view)} of {words[0]}", f"filter: {visible(view.query.text)}"]
    if extent.left_out:
        words.append(f"{extent.left_out} place{'s' * (extent.left_out > 1)} left out")
    said = f"clusters ({', '.join(words)})"
    if view.read_at and (now - view.read_at).total_seconds() > STALE_AFTER:
        said += f"  read {age(view.read_at, now)} ago"
    return said


_COUNTED = (
    PlaceState.SIGNING_IN,
    PlaceState.UNSIGNED,
    PlaceState.STOPPED,
    PlaceState.NOT_ENABLED,
)
"""What the title counts beside the places that have failed."""


def _places(extent: Extent) -> str:
    """Such as ``236 of 240 places, 4 failed``."""
    read, places = extent.read, extent.places
    words = [f"{places} places" if read == places else f"{read} of {places} places"]
    failed = sum(extent.states.get(s, 0) for s in (PlaceState.FAILED, PlaceState.STALE))
    words += [f"{failed} failed"] if failed else []
    words += [f"{extent.states[s]} {s.value}" for s in _COUNTED if s in extent.states]
    return ", ".join(words)
