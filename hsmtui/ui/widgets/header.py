"""One line: who is asking where, what is wrong there, and what may be done."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from hsmtui.aws.connection import Connection
from hsmtui.fleet.fleet import Fleet
from hsmtui.fleet.location import Location
from hsmtui.model.findings.severity import Severity
from hsmtui.model.text import account_number, visible
from hsmtui.ui.host import AppHost
from hsmtui.ui.theme import clip_middle
from hsmtui.ui.widgets.severity_counts import SEVERITY, SeverityCounts

SHORTEST_NAME = 8
"""Cells of a profile or a file that are shown before less important parts are."""

SHORTEST_ENDPOINT = 16
"""Cells of an endpoint that are."""

SHORTEST_CALLER = 4
"""Cells from which on a part of the name of a caller says something."""

FILE_CELLS = 24
"""Cells that the name of a file has at most."""

ACCOUNT_CELLS = 24
"""Cells of an account at most: that of AWS has fewer, and another keeps nothing else away."""


class HeaderState(NamedTuple):
    """What the header says of a place, or of several; what is not known is "" or None.

    `name` is the profile or the scope, `source` where the credentials come from if that is not the
    profile, and `where` the region, or how many profiles and places. `connection` is that of a
    place, or of one of several with one profile. `endpoint` is where all ask that have an endpoint
    of their own, or how many endpoints those are. `mode` is RO, RW or RO/RW. `file` is the one that
    was opened, if one was.
    """

    name: str
    source: str
    where: str
    connection: Connection | None
    endpoint: str
    mode: str
    demo: bool
    color: str | None
    file: str = ""


def header_state(fleet: Fleet, app: AppHost) -> HeaderState:
    """What there is to say of what is listed."""
    locations = [loader.location for loader in fleet.loaders]
    modes = {"RO" if location.is_read_only else "RW" for location in locations}
    colors = {
        app.settings.color(each.profile, each.connection.account if each.connection else None)
        for each in locations
    }
    profiles = {location.profile_name for location in locations}
    connections = [each.connection for each in locations if each.connection is not None]
    endpoints = {each.endpoint for each in connections if each.endpoint}
    name, source, where = _place(locations[0]) if fleet.is_one else _places(fleet, sorted(profiles))
    return HeaderState(
        name=visible(name),
        source=visible(source),
        where=visible(where),
        connection=next(iter(connections), None) if len(profiles) == 1 else None,
        endpoint=f"{len(endpoints)} endpoints" if len(endpoints) > 1 else "".join(endpoints),
        mode="/".join(sorted(modes)),
        demo=app.demo,
        color=colors.pop() if len(colors) == 1 else None,
        file=visible(fleet.name.rpartition("/")[2]) if fleet.is_recorded else "",
    )


def _place(location: Location) -> tuple[str, str, str]:
    connection = location.connection
    source = (connection.credentials or "") if connection else ""
    if source == location.profile_name:
        source = ""
    return location.profile_name, source, location.region or "no region"


def _places(fleet: Fleet, profiles: list[str]) -> tuple[str, str, str]:
    """Such as ``prod``, ``12 profiles · 240 places``."""
    places = f"{len(fleet.loaders)} places"
    scope = "" if fleet.is_recorded else fleet.name
    if len(profiles) > 1:
        return scope, "", f"{len(profiles)} profiles · {places}"
    return " · ".join(filter(None, (scope, profiles[0]))), "", places


class Header(Static):
    """Profile, region, account, caller, endpoint or DEMO, what was found, and RO or RW."""

    class CountClicked(Message):
        """Somebody wants to see the clusters that have findings as severe as those counted there,
        or worse; or all again."""

        def __init__(self, severity: Severity) -> None:
            super().__init__()
            self.severity = severity

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, markup=False)
        self._state: HeaderState | None = None
        self._counts = SeverityCounts()

    def show(self, state: HeaderState) -> None:
        self._state = state
        self._draw()

    def show_counts(self, counts: SeverityCounts) -> None:
        if counts != self._counts:
            self._counts = counts
            self._draw()

    def on_resize(self) -> None:
        self._draw()

    def on_click(self, event: events.Click) -> None:
        word = event.style.meta.get(SEVERITY)
        if word is not None:
            self.post_message(self.CountClicked(Severity.named(word)))

    def _draw(self) -> None:
        if self._state:
            line = header_line(self._state, self._counts, self.size.width)
            self.update(line, layout=False)


class _Group(NamedTuple):
    """Parts by their names, or groups of such; what is empty has nothing before or behind it."""

    between: str
    members: tuple["str | _Group", ...]


_PLACE = _Group(" · ", (_Group(" ", ("name", "source")), "where"))
_DOTTED = _Group(" · ", ("file", _PLACE, "account"))
_LEFT = _Group(" ", (_Group("  ", ("word", _DOTTED)), "caller"))
_RIGHT = _Group("  ", ("counts", _Group(" ", ("endpoint", "demo", "mode"))))


class _Line:
    """The line: its parts by name, those at the left and those at the right. `color` is that of
    the place."""

    def __init__(self, color: str, parts: Mapping[str, Content]) -> None:
        self._color = color
        self._parts = dict(parts)
        self._cells = {part: content.cell_length for part, content in parts.items()}

    def put(self, part: str, value: Content) -> None:
        self._parts[part], self._cells[part] = value, value.cell_length

    def cells_with(self, part: str, value: Content) -> int:
        """The cells that the line needs with this part, one of them between left and right."""
        cells = {**self._cells, part: value.cell_length}
        return _cells_of(_LEFT, cells) + 1 + _cells_of(_RIGHT, cells)

    def cells_of(self, part: str) -> int:
        return self._cells.get(part, 0)

    def _joined(self, member: str | _Group) -> Content:
        if isinstance(member, str):
            return self._parts.get(member, _NOTHING)
        contents = map(self._joined, member.members)
        joined = Content(member.between).join(
            [content for content in contents if content.cell_length]
        )
        return joined.stylize(self._color) if member is _PLACE else joined

    @property
    def left(self) -> Content:
        return self._joined(_LEFT)

    @property
    def right(self) -> Content:
        return self._joined(_RIGHT)


_NOTHING = Content("")


def _cells_of(member: str | _Group, cells: Mapping[str, int]) -> int:
    """The cells of a part or of a group, where its parts have so many."""
    if isinstance(member, str):
        return cells.get(member, 0)
    widths = [width for each in member.members if (width := _cells_of(each, cells))]
    return sum(widths) + len(member.between) * max(0, len(widths) - 1)


class _Step(NamedTuple):
    """A part that comes into the line whole or not at all; one that is `cut` as far as it has
    room."""

    part: str
    value: str | Content
    cut: bool = False


def header_line(state: HeaderState, counts: SeverityCounts, width: int) -> Content:
    """The line in so many cells.

    The parts come into it in the order of their importance, until one has no room: a wider line
    says all that a shorter one says. Mode and account come first, whole.
    """
    line = _Line(_colored(state.color), {"mode": Content.styled(state.mode, "reverse")})
    for part, value, cut in _steps(state, counts):
        if not value:
            continue
        content = value if isinstance(value, Content) else Content(value)
        lacking = line.cells_with(part, content) - width
        if lacking <= 0:
            line.put(part, content)
            continue
        shown = clip_middle(str(value), cell_len(str(value)) - lacking) if cut else ""
        if cell_len(shown) > line.cells_of(part):
            line.put(part, Content(shown))
        break
    right = line.right
    left = line.left.truncate(max(0, width - right.cell_length - 1), ellipsis=True, pad=True)
    return Content.assemble(left, " ", right)


def _steps(state: HeaderState, counts: SeverityCounts) -> Iterator[_Step]:
    """What comes into the line, the most important first."""
    account, caller = _caller(state.connection) if state.connection else ("", "")
    file = clip_middle(state.file, FILE_CELLS)
    endpoint = "" if state.demo else visible(state.endpoint)
    yield _Step("account", clip_middle(account, ACCOUNT_CELLS))
    yield _Step("demo", Content.styled("DEMO" if state.demo else "", "bold"))
    yield _Step("where", state.where)
    yield _Step("name", clip_middle(state.name, SHORTEST_NAME))
    yield _Step("source", f"({state.source})" if state.source else "")
    yield _Step("file", clip_middle(file, SHORTEST_NAME))
    yield _Step("endpoint", clip_middle(endpoint, SHORTEST_ENDPOINT))
    yield _Step("endpoint", endpoint, cut=True)
    yield _Step("file", file, cut=True)
    yield _Step("name", state.name, cut=True)
    yield from (_Step("counts", form) for form in counts.short)
    yield _Step("caller", clip_middle(caller, SHORTEST_CALLER))
    yield _Step("caller", caller, cut=True)
    yield _Step("word", Content.styled("hsmtui", "bold"))
    yield from (_Step("counts", form) for form in counts.long)


def _caller(connection: Connection) -> tuple[str, str]:
    """The account and, as far as it is known, who asks there."""
    if not connection.caller.done():
        return "…", ""
    caller = connection.known_caller
    if caller is None:
        return "?", ""
    return account_number(caller.account), visible(caller.short)


_DARK = {"black", "bright_black", "blue", "red", "magenta"}
"""Colours on which white can be read; on the others black can."""


def _colored(color: str | None) -> str:
    """The style of the place: reversed, so that without colours it stands out, too."""
    if not color:
        return "bold"
    return f"bold reverse ansi_{color} on ansi_{'bright_white' if color in _DARK else 'black'}"
