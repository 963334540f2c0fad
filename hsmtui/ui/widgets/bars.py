"""The bars of an overview: a line widget in which one bar is chosen, and which scrolls."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from hsmtui.model.findings.severity import Severity
from hsmtui.model.overview import Bar, BarLook, OverviewSection
from hsmtui.ui.terminal.segments import segments
from hsmtui.ui.theme import SEVERITY_STYLES, TABLE_STYLES, clip, clip_middle
from hsmtui.ui.widgets.bar_columns import (
    BAR_GAP,
    BLANK,
    BarColumns,
    BarLine,
    arranged,
    most_columns,
)
from hsmtui.ui.widgets.cursor import moved

_HEADING = Style(bold=True)
_NOTE = Style(dim=True)
_CHOSEN = Style(reverse=True)
_BAR = "▇"
_LABEL, _NUMBER, _LEAST_BAR = 20, 6, 15
"""Cells of a label, of a number, and of the longest bar at least before a label is cut."""

_LEFT = 5
"""Cells of a line for the cursor, the glyph and the blanks between the parts."""


class BarSpot(NamedTuple):
    """Where a bar stands: in which column, on which of its lines."""

    column: int
    line: int


class OverviewBars(ScrollView, can_focus=True, inherit_bindings=False):
    """Draws sections of bars in as many columns as there is room for. The cursor is a bar, and
    stays on it whatever its number becomes. It posts what the cursor does."""

    class Highlighted(Message):
        """The cursor is on another bar, or that is another one now."""

    class Chosen(Message):
        """Enter, or a click: the bar under the cursor is meant."""

    def __init__(self) -> None:
        super().__init__()
        self._sections: tuple[OverviewSection, ...] = ()
        self._columns: BarColumns = ()
        self._spots: list[BarSpot] = []
        self._at = 0

    def show(self, sections: Sequence[OverviewSection]) -> None:
        """Show these; where the bar under the cursor has gone, the cursor is on the next one."""
        if tuple(sections) != self._sections:
            self._sections = tuple(sections)
            self._arrange()
            self.refresh()
            self.post_message(self.Highlighted())

    @property
    def chosen(self) -> Bar | None:
        """The bar under the cursor; None where there is none."""
        return self._line(self._spots[self._at]).bar if self._spots else None

    @property
    def chosen_section(self) -> OverviewSection | None:
        """The section of that bar."""
        return self._line(self._spots[self._at]).section if self._spots else None

    # Where things stand

    def on_resize(self) -> None:
        self._arrange()
        self.refresh()

    def _arrange(self) -> None:
        section, bar = self.chosen_section, self.chosen
        starts = {c[0].section.title for c in self._columns if c and c[0].section is not None}
        rows, most = max(1, self.size.height), most_columns(self.size.width)
        self._columns = arranged(self._sections, rows, most, starts)
        self._spots = [
            BarSpot(x, y)
            for x, column in enumerate(self._columns)
            for y, line in enumerate(column)
            if line.bar is not None
        ]
        height = max(map(len, self._columns), default=0)
        self.virtual_size = Size(self.size.width, height)
        if section is not None and bar is not None:
            self._at = self._place_of(section.title, bar.key)
        self._reveal()

    def _place_of(self, title: str, key: str) -> int:
        """Where a bar stands now; where it has gone, the one that stands where it stood."""
        for at, spot in enumerate(self._spots):
            section, bar, _ = self._line(spot)
            if section is not None and bar is not None and (section.title, bar.key) == (title, key):
                return at
        return max(0, min(self._at, len(self._spots) - 1))

    def _line(self, spot: BarSpot) -> BarLine:
        return self._columns[spot.column][spot.line]

    @property
    def _widths(self) -> list[int]:
        """The cells of each column; the last has what is left."""
        number = max(1, len(self._columns))
        room = self.size.width - BAR_GAP * (number - 1)
        return [room // number] * (number - 1) + [room - room // number * (number - 1)]

    # Moving

    def move(self, way: str) -> None:
        """Move the cursor: up, down, page_up, page_down, top, bottom, left or right."""
        if not self._spots:
            return
        if way in {"left", "right"}:
            self._put(self._beside(-1 if way == "left" else 1))
        else:
            page = max(1, self.size.height - 1)
            self._put(moved(self._at, way, len(self._spots) - 1, page))

    def _beside(self, step: int) -> int:
        """The nearest bar of the column to the left or to the right; this one where there is
        none."""
        here = self._spots[self._at]
        beside = [at for at, spot in enumerate(self._spots) if spot.column == here.column + step]
        return min(beside, key=lambda at: abs(self._spots[at].line - here.line), default=self._at)

    def _put(self, at: int) -> None:
        if at != self._at:
            before, self._at = self._at, at
            if not self._reveal():
                self._refresh_line(before)
                self._refresh_line(at)
            self.post_message(self.Highlighted())

    def _refresh_line(self, at: int) -> None:
        y = self._spots[at].line - round(self.scroll_offset.y)
        if 0 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def _reveal(self) -> bool:
        """Scroll the cursor into sight, with the heading where it is on the first bar of it;
        whether that took scrolling."""
        if not self._spots:
            return False
        column, line = self._spots[self._at]
        rows, top = max(1, self.size.height), round(self.scroll_offset.y)
        first = line - 1 if self._is_heading(column, line - 1) else line
        target = max(line - rows + 1, min(top, first))
        if target != top:
            self.scroll_to(y=target, animate=False, force=True)
        return target != top

    def _is_heading(self, column: int, line: int) -> bool:
        return line >= 0 and self._line(BarSpot(column, line)).bar is None

    def on_key(self, event: events.Key) -> None:
        if event.key in {"left", "right"}:
            event.stop()
            self.move(event.key)
        elif event.key == "enter":
            event.stop()
            self._choose()

    def _choose(self) -> None:
        if self._spots:
            self.post_message(self.Chosen())

    def on_click(self, event: events.Click) -> None:
        """A click on a bar chooses it."""
        at = event.get_content_offset(self)
        if at is None:
            return
        x, y = at.x, at.y + round(self.scroll_offset.y)
        for column, width in enumerate(self._widths):
            if 0 <= x < width and BarSpot(column, y) in self._spots:
                self._put(self._spots.index(BarSpot(column, y)))
                self._choose()
            x -= width + BAR_GAP

    # Drawing

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        if round(old_value) != round(new_value):
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """A line on the terminal's own background, or on that of a theme that has one."""
        index, drawn = y + round(self.scroll_offset.y), list[Segment]()
        chosen = self._spots[self._at] if self._spots else None
        for at, (column, width) in enumerate(zip(self._columns, self._widths, strict=False)):
            line = column[index] if index < len(column) else BLANK
            drawn += [Segment(" " * BAR_GAP)] if at else []
            drawn += _drawn(line, width, is_chosen=BarSpot(at, index) == chosen)
        strip = Strip(drawn or [Segment(" " * self.size.width)]).adjust_cell_length(self.size.width)
        return strip if self.app.native_ansi_color else strip.apply_style(self.rich_style)


def _drawn(line: BarLine, width: int, *, is_chosen: bool) -> list[Segment]:
    if line.section is None:
        return [Segment(" " * width)]
    if line.bar is None:
        return _heading(line, width)
    return _bar(line.section, line.bar, width, is_chosen=is_chosen)


def _heading(line: BarLine, width: int) -> list[Segment]:
    section = line.section
    assert section is not None  # noqa: S101 - a blank has no heading
    note = " (continued)" if line.goes_on else f"  {section.note}" if section.note else ""
    return segments([(section.title, _HEADING), (note, _NOTE)], None, width)


def _bar(section: OverviewSection, bar: Bar, width: int, *, is_chosen: bool) -> list[Segment]:
    """The cursor, glyph, label and number, the bar, and what is told beside it."""
    label = max(6, min(_LABEL, width - _LEFT - _NUMBER - _LEAST_BAR))
    room = max(0, width - _LEFT - label - _NUMBER)
    base = _CHOSEN if is_chosen else None
    look = base if is_chosen else _style(bar.look)
    length, longest = _length(bar, section, room), _longest(section, room)
    cells = [
        ("▌ " if is_chosen else "  ", base),
        (bar.glyph, look),
        (f" {clip(clip_middle(bar.label, label), label)}{bar.number:>{_NUMBER}} ", base),
        (_BAR * length, look),
        (" " * (longest - length), base),
        *(
            (text, base if is_chosen else style)
            for text, style in _beside(bar, section, room - longest)
        ),
    ]
    return segments(cells, base, width)


def _beside(bar: Bar, section: OverviewSection, room: int) -> Iterator[tuple[str, Style | None]]:
    """The parts beside a bar, as many as fit whole; the first ones stand under each other."""
    first = max((len(each.parts[0].short) for each in section.bars if each.parts), default=0)
    for at, part in enumerate(bar.parts):
        text = f" {part.short if at else part.short.rjust(first)}"
        room -= cell_len(text)
        if room < (2 if at < len(bar.parts) - 1 else 0):
            yield " …", None
            return
        yield text, _style(part.look)


def _longest(section: OverviewSection, room: int) -> int:
    """How long the longest bar is: where something is told beside one, that has most of the
    room."""
    tells = any(bar.parts for bar in section.bars)
    return min(room, max(4, room // 4)) if tells else room


def _length(bar: Bar, section: OverviewSection, room: int) -> int:
    """In cells: the largest of a section has all the room, and what there is has one at least."""
    most = max(each.number for each in section.bars)
    return max(1, round(bar.number * _longest(section, room) / most)) if bar.number else 0


def _style(look: BarLook) -> Style | None:
    if isinstance(look, Severity):
        return SEVERITY_STYLES[look]
    return TABLE_STYLES[look] if look is not None else None
