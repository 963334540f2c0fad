"""One line: who is asking where, what is wrong there, and what may be done."""

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

SHORTEST_NAME = 4
"""Cells from which on a part of the name of a caller or a file says something."""

FILE_CELLS = 24
"""Cells that the name of a file has at most."""


class HeaderState(NamedTuple):
    """What the header says of a place, or of several; the parts that are not known are None.

    `connection` is that of a place, or of one of several with one profile. `endpoint` is where all
    ask that have an endpoint of their own, or how many endpoints those are. `mode` is RO, RW or
    RO/RW. `file` is the one that was opened, if one was.
    """

    place: str
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
    return HeaderState(
        place=_place(locations[0]) if fleet.is_one else _places(fleet, sorted(profiles)),
        connection=next(iter(connections), None) if len(profiles) == 1 else None,
        endpoint=f"{len(endpoints)} endpoints" if len(endpoints) > 1 else "".join(endpoints),
        mode="/".join(sorted(modes)),
        demo=app.demo,
        color=colors.pop() if len(colors) == 1 else None,
        file=fleet.name.rpartition("/")[2] if fleet.is_recorded else "",
    )


def _place(location: Location) -> str:
    connection, profile = location.connection, visible(location.profile_name)
    if connection and connection.credentials and connection.credentials != location.profile_name:
        profile += f" ({connection.credentials})"
    return f"{profile} · {visible(location.region or 'no region')}"


def _places(fleet: Fleet, profiles: list[str]) -> str:
    """Such as ``prod · 12 profiles · 240 places``."""
    many = f"{len(profiles)} profiles" if len(profiles) > 1 else visible(profiles[0])
    name = "" if fleet.is_recorded else visible(fleet.name)
    parts = (name, many, f"{len(fleet.loaders)} places")
    return " · ".join(filter(None, parts))


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
            self.update(self._line(self._state), layout=False)

    def _line(self, state: HeaderState) -> Content:
        """Where the line is short the caller's name gives way first, then what was found.

        What may be done never does, nor place and account as long as they fit.
        """
        right = self._badge(state)
        account, name = _caller(state.connection) if state.connection else ("", "")
        place = (state.place, _colored(state.color))
        room = max(0, self.size.width - right.cell_length - 1)
        spare = room - cell_len(state.place) - cell_len(account)
        fixed = Content.assemble(*_beginning(state.file, spare), place, account)
        counts = self._counts.fitting(room - fixed.cell_length - 2, cell_len(name))
        if counts:
            right = Content.assemble(counts, "  ", right)
            room = max(0, self.size.width - right.cell_length - 1)
        if room - fixed.cell_length < SHORTEST_NAME:
            name = ""  # its ellipsis would take the end of the account
        left = Content.assemble(fixed, name).truncate(room, ellipsis=True, pad=True)
        return Content.assemble(left, " ", right)

    @staticmethod
    def _badge(state: HeaderState) -> Content:
        mode = (state.mode, "reverse")
        if state.demo:
            return Content.assemble(("DEMO", "bold"), " ", mode)
        return Content.assemble(f"{visible(state.endpoint)} " if state.endpoint else "", mode)


def _caller(connection: Connection) -> tuple[str, str]:
    """The account and, as far as it is known, who asks there."""
    if not connection.caller.done():
        return " · …", ""
    caller = connection.known_caller
    if caller is None:
        return " · ?", ""
    return f" · {account_number(caller.account)}", f" {visible(caller.short)}"


def _beginning(file: str, room: int) -> list[tuple[str, str]]:
    """What stands before the place: of a file its name, for which the word hsmtui goes first."""
    word = ("hsmtui  ", "bold")
    if not file:
        return [word]
    named = f"{clip_middle(file, FILE_CELLS)} · "
    if cell_len(named) + cell_len(word[0]) <= room:
        return [word, (named, "")]
    shortest = clip_middle(file, max(0, room - 3))
    return [(f"{shortest} · ", "")] if room - 3 >= SHORTEST_NAME else []


def _colored(color: str | None) -> str:
    return f"bold reverse ansi_{color}" if color else "bold"
