"""The line over the table: how much was seen, of what, how old, and what is under way."""

from datetime import datetime

from textual.content import Content
from textual.widgets import Static

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

    def show(self, view: View | None, now: datetime, doing: str) -> None:
        parts = (_words(view, now), doing)
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
        self.update(Content.assemble(line, " ", (right, "italic")))


def _words(view: View | None, now: datetime) -> str:
    if view is None or not view.listing.started:
        return "clusters"
    listing = view.listing
    total = f"{len(listing.rows)}{'' if listing.whole else '+'}"
    if view.query:
        words = f"clusters ({len(view)} of {total}, filter: {visible(view.query.text)})"
    else:
        words = f"clusters ({total})"
    if listing.read_at and (now - listing.read_at).total_seconds() > STALE_AFTER:
        words += f"  read {age(listing.read_at, now)} ago"
    return words
