"""What becomes of a change that was seen: an event, a mark in the table and a notification."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from textual.notifications import SeverityLevel

from hsmtui.aws.connection import Connection
from hsmtui.fleet.listing import RowKey
from hsmtui.model.history.diff import columns_of, urgency
from hsmtui.model.history.events import ChangeMarks, Event
from hsmtui.model.history.history import ClusterDiff
from hsmtui.model.state import Tone
from hsmtui.model.text import visible
from hsmtui.ui.commands.keymap import key_of
from hsmtui.ui.host import AppHost
from hsmtui.ui.theme import place_words

_MOST_EVENTS = 3
"""How many changes a notification tells; the list of events has all."""

LINE = 120
"""Characters of one of them."""

_NOTICE_SECONDS = 10
"""Seconds that a notification stays."""

MARKED = 2
"""For so many readings of a watch a cell stays marked."""

_SEVERITIES: dict[Tone, SeverityLevel] = {
    Tone.BAD: "error",
    Tone.GONE: "warning",
    Tone.UNKNOWN: "warning",
}


class ChangeNotifications:
    """The changes of the clusters that are listed; `marks` are those of the table."""

    def __init__(self, app: AppHost, marks: ChangeMarks[RowKey]) -> None:
        self._app = app
        self._marks = marks
        self._marked = timedelta(seconds=MARKED * app.settings.refresh_seconds)
        self._unreported: list[Event] = []
        self._is_quiet = False

    def take(self, connection: Connection, seen: ClusterDiff) -> None:
        """Keep it as events, mark its cells, and tell of it when the reading has ended."""
        events = self._app.events.add(place_words(connection), seen)
        key = RowKey(connection, seen.cluster.cluster_id)
        self._marks.add(key, columns_of(seen.differences), seen.time + self._marked)
        if not self._is_quiet:
            self._unreported += [event for event in events if event.difference.is_of_state]

    @contextmanager
    def quietly(self) -> Iterator[None]:
        """For what is told elsewhere: a dialog shows what it reads, and who follows a deletion says
        what came of it."""
        self._is_quiet = True
        try:
            yield
        finally:
            self._is_quiet = False

    def tell(self) -> None:
        """One notification for all that has changed since the last; it never covers a dialog."""
        if not self._unreported or self._app.has_dialog:
            return
        events = sorted(self._unreported, key=lambda event: urgency(event.difference))
        self._unreported = []
        worst = events[0].difference.appearance.tone
        self._app.notify(
            notification_text(events, key_of("list.events", self._app.remapped)),
            title=f"{len(events)} changes" if len(events) > 1 else "",
            severity=_SEVERITIES.get(worst, "information"),
            timeout=_NOTICE_SECONDS,
            markup=False,
        )

    def forget(self) -> None:
        """Something else is listed now: what was not told yet is in the list of events."""
        self._unreported = []


def notification_text(events: Sequence[Event], key: str) -> str:
    """The first of them a line each, and how many more there are, which this key lists."""
    lines = []
    for event in events[:_MOST_EVENTS]:
        line = visible(f"{event.name or event.cluster_id}: {event.difference.words}")
        lines.append(f"{event.difference.appearance.glyph} {line[:LINE]}")
    if len(events) > _MOST_EVENTS:
        lines.append(f"and {len(events) - _MOST_EVENTS} more: {key} lists them")
    return "\n".join(lines)
