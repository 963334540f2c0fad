"""What the tab of the trail says: who changed what, as CloudTrail knows it.

Not imported before the tab is opened: the first screen does without.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import accumulate, groupby
from typing import Final, NamedTuple

from rich.cells import cell_len
from textual.content import Content

from hsmtui.aws.trail import KEPT_DAYS
from hsmtui.fleet.trail import Trail
from hsmtui.model.columns import ABSENT
from hsmtui.model.text import shortened, visible
from hsmtui.model.times import stamp
from hsmtui.model.trail import Actor, TrailEvent
from hsmtui.ui.commands.keymap import key_of
from hsmtui.ui.theme import clip, flowed
from hsmtui.ui.widgets.asked_tab import failure, progress
from hsmtui.ui.widgets.cut_text import MOST_CHARACTERS, MOST_LINES, not_drawn
from hsmtui.ui.widgets.detail_view import DetailView
from hsmtui.ui.widgets.hanging_text import Line, styled

WIDE: Final = 110
"""Cells from which on a line has the year, whole names, and the parameters of the request."""

LEAST_WHO: Final = 16
"""Cells of a name that it has in any case, if it needs them."""

BEHIND: Final = 16
"""Cells behind the columns that a longer name leaves: for most errors."""

MOST_IN_FULL: Final = 20
"""Of so many who changed something it is told who they are in full."""

LEAST_VALUES: Final = 8
"""Cells behind the columns of a line from which on the parameters stand there."""

_NOTE: Final = (
    "CloudTrail knows of a change some 5 to 15 minutes later, and for 90 days. Logins and the use "
    "of keys are not in it: they are in CloudWatch Logs, /aws/cloudhsm/{}"
)


class Told(NamedTuple):
    """An event that is told once: the newest of those that are equal and follow one another, how
    many they are, and the oldest of them."""

    event: TrailEvent
    times: int
    first: TrailEvent


class _Column(NamedTuple):
    header: str
    width: int
    cells: Sequence[str]


class _Cell(NamedTuple):
    text: str
    width: int


def trail(view: DetailView) -> list[Line]:
    """The changes, as far as they were read, as a table under a line that sums them up."""
    if view.related.recorded is not None:
        return [styled("The file has no trail, and AWS is not asked.")]
    if not view.cluster.has_id:
        return [styled("This entry has no id, so its trail cannot be asked for.")]
    known = view.related.trail
    if known is None:  # it is asked for once it is in sight
        return [styled("Reading the trail …")]
    return [*_summary(known, view), *_table(known, view), *_end(known, view)]


def fold_equal(events: Sequence[TrailEvent]) -> list[Told]:
    """The events, those that are equal and follow one another as one."""
    groups = (list(group) for _, group in groupby(events, lambda event: event.sameness))
    return [Told(group[0], len(group), group[-1]) for group in groups]


def _summary(known: Trail, view: DetailView) -> Iterator[Line]:
    if known.read_at is None:
        if known.problem is None:
            yield styled(f"Reading the trail{_slowly(known)} …")
        return
    parts = [Content.styled(f"trail ({len(known.changes)}{'+' * known.has_more})", "bold")]
    parts.append(Content(_extent(known)))
    parts += progress(known.problem, f"reading{_slowly(known)}" if known.is_reading else "")
    yield Line(Content(" · ").join(parts), 2)


def _slowly(known: Trail) -> str:
    return ", slowly: AWS throttles it" if known.is_throttled else ""


def _extent(known: Trail) -> str:
    """How far back all changes are known."""
    if known.is_whole:
        return f"all of the last {KEPT_DAYS} days"
    if known.back_to is None:
        read = sum(stream.back_to is not None for stream in known.streams)
        return f"{read} of {len(known.streams)} resources read"
    return f"read back to {stamp(known.back_to)}"


def _table(known: Trail, view: DetailView) -> Iterator[Line]:
    """A line for each change; what is out of the ordinary, or was cut, goes below."""
    told = fold_equal(known.changes)
    if not told:
        if known.is_whole and known.read_at is not None:
            since = stamp(known.read_at - timedelta(days=KEPT_DAYS))
            yield styled(f"No change is known since {since}.")
        return
    drawn = told[:MOST_LINES]
    columns = _columns([each.event for each in drawn], view.width)
    across = _fitting(columns, view.width)
    head = " ".join(clip(column.header, column.width) for column in columns[:across])
    yield styled(head.rstrip(), "bold")
    for at, each in enumerate(drawn):
        cells = [_Cell(column.cells[at], column.width) for column in columns]
        yield from _block(each, cells[:across], cells[across:], view)
    if (more := len(told) - len(drawn)) > 0:
        yield not_drawn(f"{more:,} older changes are not drawn")
    yield from _named([each.event.who for each in drawn])


def _named(actors: Sequence[Actor]) -> Iterator[Line]:
    """Who they are in full, each of them once."""
    known = list(dict.fromkeys(actor for actor in actors if actor.arn))
    for actor in known[:MOST_IN_FULL]:
        yield styled(f"{visible(actor.name)}: {visible(actor.arn)}", "dim")
    if (more := len(known) - MOST_IN_FULL) > 0:
        yield not_drawn(f"and {more:,} others")


def _columns(events: Sequence[TrailEvent], width: int) -> list[_Column]:
    """The columns; a name gets the room that the others leave."""
    is_wide = width >= WIDE
    when = _column("WHEN (UTC)", [_when(event, is_wide=is_wide) for event in events], 19)
    what = _column("WHAT", [event.name or ABSENT for event in events], 22)
    where = _column("FROM", [event.address or ABSENT for event in events], 39 if is_wide else 15)
    room = width - when.width - what.width - where.width - 3 - BEHIND
    names = [event.who.words if is_wide else event.who.name for event in events]
    return [when, _column("WHO", names, max(LEAST_WHO, min(room, 40))), what, where]


def _column(header: str, texts: Sequence[str], most: int) -> _Column:
    """A column as wide as its texts, and no wider than it may be."""
    cells = [visible(text) for text in texts]
    return _Column(header, min(most, max(map(cell_len, (header, *cells)))), cells)


def _when(event: TrailEvent, *, is_wide: bool) -> str:
    """The time of an event; the year goes without saying of what is kept for 90 days."""
    if event.time is None:
        return ABSENT
    return f"{event.time:%Y-%m-%d %H:%M:%S}" if is_wide else f"{event.time:%m-%d %H:%M}"


def _fitting(columns: Sequence[_Column], width: int) -> int:
    """How many columns have room across."""
    ends = accumulate(column.width + 1 for column in columns)
    return sum(end - 1 <= width for end in ends)


def _block(
    told: Told, across: Sequence[_Cell], rest: Sequence[_Cell], view: DetailView
) -> Iterator[Line]:
    """The line of an event, with what has room behind its columns; below it what has none, and
    what is out of the ordinary."""
    event = told.event
    line, left = Content(" ".join(clip(text, width) for text, width in across)), list[Content]()
    for mark in _marks(event, view):
        if line.cell_length + 1 + mark.cell_length <= view.width:
            line = Content.assemble(line, " ", mark)
        else:
            left.append(mark)
    values = _values(event, view)
    room = view.width - line.cell_length - 1
    if view.width >= WIDE and cell_len(values) > room:
        left.append(Content.styled(values, "dim"))
    elif values and room >= LEAST_VALUES:
        line = Content.assemble(line, " ", (clip(values, room).rstrip(), "dim"))
    yield Line(line.rstrip(), 2)
    if event.message:
        left.append(Content(visible(event.message)))
    if left:
        yield Line(Content.assemble("  ", Content(" · ").join(left)), 4)
    for part in flowed(_below(told, across, rest), view.width - 2):
        yield styled(f"  {part}", "dim", 4)
    if event.odd:
        yield styled(f"  ? {visible('; '.join(event.odd))}", "ansi_magenta", 4)


def _marks(event: TrailEvent, view: DetailView) -> list[Content]:
    """What of an event is in no column: its error, and what asked where that is hsmtui itself or
    there is room for it."""
    marks = []
    if event.error:
        marks.append(Content.styled(f"▲ {visible(event.short_error)}", "bold ansi_red"))
    if event.tool and (event.is_own or view.width >= WIDE):
        marks.append(Content.styled(visible(event.tool), "bold" if event.is_own else ""))
    return marks


def _values(event: TrailEvent, view: DetailView) -> str:
    """The parameters of the request but for the cluster; their whole names where there is room,
    else the last part of those that are inside others."""
    told = [(name, value) for name, value in event.parameters if value != view.cluster.cluster_id]
    if view.width >= WIDE:
        return visible(" · ".join(f"{name} {value}".strip() for name, value in told))
    inner = ((name.rpartition(".")[2] if "." in name else "", value) for name, value in told)
    return visible(" ".join(f"{name} {value}".strip() for name, value in inner))


def _below(told: Told, across: Sequence[_Cell], rest: Sequence[_Cell]) -> list[str]:
    """What was cut in a column or has none, how often it came, and what is not known."""
    who = told.event.who
    whole = {visible(name) for name in (who.name, who.words) if who.arn}  # it stands at the end
    cut = (cell.text for cell in across if cell_len(cell.text) > cell.width)
    words = [text for text in cut if text not in whole]
    words += [cell.text for cell in rest]
    if told.times > 1:
        since = f" since {stamp(told.first.time)}" if told.first.time is not None else ""
        words.append(f"{told.times} times{since}")
    if told.event.reads is None:
        words.append("it is not known whether it only reads")
    return words


def _end(known: Trail, view: DetailView) -> Iterator[Line]:
    """What is not told, how to read on, and what is never in it."""
    yield from failure(known.problem, view.remapped)
    if known.problem is None and known.has_more and not known.is_reading:
        key = key_of("list.next_page", view.remapped)
        yield Line(Content.styled(f"{key} reads further back", "dim"), is_cut=True)
    if readings := Counter(event.name or ABSENT for event in known.readings):
        names = ", ".join(f"{visible(name)} {times}" for name, times in readings.most_common())
        words = f"Left out, for they only read: {names}."
        yield styled(shortened(words, MOST_CHARACTERS), "dim")
    if known.hsms_left_out:
        yield styled(f"Not asked for: the events of {known.hsms_left_out:,} HSMs.", "ansi_yellow")
    if view.cluster.hsms is None:
        yield styled("Not asked for: the events of its HSMs, which are not known.", "ansi_yellow")
    yield styled(_NOTE.format(visible(view.cluster.cluster_id)), "dim")
