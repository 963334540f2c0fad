"""The line over the table: how much was seen, of what, how old, and what is under way."""

from datetime import datetime

from textual.content import Content
from textual.widgets import Static

from hsmtui.fleet.fleet import Extent, PlaceState
from hsmtui.fleet.listing import View
from hsmtui.model.text import visible
from hsmtui.model.times import age

STALE_AFTER = 60
"""Seconds after which the title says how old the rows are."""


class Title(Static):
    """Such as ``clusters (7 of 25+, filter: ca-root)``, and at the right what is under way."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, markup=False)
        self._parts = ("clusters", "")

    def show(self, view: View | None, extent: Extent, now: datetime, doing: str) -> None:
        """Say what this view is, of how much, and what is under way."""
        parts = (_words(view, extent, now), doing)
        if parts != self._parts:
            self._parts = parts
            self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        left, right = self._parts
        right = visible(right)
        room = max(0, self.size.width - len(right) - 1)
        line = Content.styled(left, "bold").truncate(room, ellipsis=True, pad=True)
        self.update(Content.assemble(line, " ", (right, "italic")), layout=False)


def _words(view: View | None, extent: Extent, now: datetime) -> str:
    if view is None or not view.is_started:
        return "clusters" if extent.places == 1 else f"clusters ({_places(extent)})"
    total = f"{extent.loaded}{'' if extent.is_whole else '+'}"
    if extent.places > 1:
        total += f" in {_places(extent)}"
    if view.query:
        words = f"clusters ({len(view)} of {total}, filter: {visible(view.query.text)})"
    else:
        words = f"clusters ({total})"
    if view.read_at and (now - view.read_at).total_seconds() > STALE_AFTER:
        words += f"  read {age(view.read_at, now)} ago"
    return words


_COUNTED = (
    PlaceState.FAILED,
    PlaceState.SIGNING_IN,
    PlaceState.UNSIGNED,
    PlaceState.STOPPED,
    PlaceState.NOT_ENABLED,
)
"""What the title counts of the places that are not listed."""


def _places(extent: Extent) -> str:
    """Such as ``236 of 240 places, 4 failed``."""
    read, places = extent.read, extent.places
    words = [f"{places} places" if read == places else f"{read} of {places} places"]
    words += [f"{extent.states[s]} {s.value}" for s in _COUNTED if s in extent.states]
    return ", ".join(words)
