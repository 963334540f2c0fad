"""The events of this run as a text, newest first."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from textual.content import Content

from hsmtui.model.advice import Advice, Step
from hsmtui.model.history.events import Event
from hsmtui.model.text import visible
from hsmtui.model.times import stamp
from hsmtui.ui.commands.keymap import spelt
from hsmtui.ui.theme import CONTENT_STYLES

NONE = Advice(
    "No changes were seen. ",
    Step("{} reads again", "list.refresh"),
    Step(", {} watches.", "list.watch"),
)


def events_text(events: Iterable[Event], place: str, remapped: Mapping[str, str]) -> Content:
    """What was seen of one cluster in one reading is one entry; one of another place than that
    which is shown names its own."""
    entries = [
        Content("\n").join(_lines(list(together), place))
        for _, together in groupby(events, lambda event: (event.time, event[1:4]))
    ]
    if not entries:
        return Content(spelt(NONE, remapped))
    return Content("\n\n").join(reversed(entries))


def _lines(events: list[Event], place: str) -> Iterator[Content]:
    event = events[0]
    name, cluster_id = event.name or event.cluster_id, f"  {event.cluster_id}" if event.name else ""
    yield Content.assemble(
        (f"{stamp(event.time)}  ", "dim"), (visible(name), "bold"), (visible(cluster_id), "dim")
    )
    if event.place != place:
        yield Content.styled(f"  {visible(event.place)}", "dim")
    for event in events:
        seen = event.difference.appearance
        words = visible(event.difference.words)
        yield Content.assemble("  ", (seen.glyph, CONTENT_STYLES[seen.tone]), " ", words)
