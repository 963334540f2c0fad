"""One line: who is asking where, what is wrong there, and what may be done."""

from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from hsmtui.aws.connection import Connection
from hsmtui.model.text import visible
from hsmtui.ui.theme import account_number
from hsmtui.ui.widgets.severity_counts import SeverityCounts

SHORTEST_NAME = 4
"""Cells from which on a part of the caller's name says something."""


class HeaderState(NamedTuple):
    """What the header says of a place; the parts that are not known yet are None."""

    profile: str
    region: str | None
    connection: Connection | None
    read_only: bool
    demo: bool
    color: str | None


class Header(Static):
    """Profile, region, account, caller, endpoint or DEMO, what was found, and RO or RW."""

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

    def _draw(self) -> None:
        if self._state:
            self.update(self._line(self._state))

    def _line(self, state: HeaderState) -> Content:
        """Where the line is short the caller's name gives way first, then what was found.

        What may be done never does, nor place and account as long as they fit.
        """
        right = self._badge(state)
        connection, place = state.connection, self._place(state)
        account, name = _caller(connection) if connection else ("", "")
        fixed = Content.assemble(("hsmtui", "bold"), "  ", (place, _colored(state.color)), account)
        room = max(0, self.size.width - right.cell_length - 1)
        counts = self._counts.fitting(room - fixed.cell_length - 2, cell_len(name))
        if counts:
            right = Content.assemble(counts, "  ", right)
            room = max(0, self.size.width - right.cell_length - 1)
        if room - fixed.cell_length < SHORTEST_NAME:
            name = ""  # its ellipsis would take the end of the account
        left = Content.assemble(fixed, name).truncate(room, ellipsis=True, pad=True)
        return Content.assemble(left, " ", right)

    @staticmethod
    def _place(state: HeaderState) -> str:
        connection = state.connection
        profile = visible(state.profile)
        if connection and connection.credentials and connection.credentials != state.profile:
            profile += f" ({connection.credentials})"
        return f"{profile} · {visible(state.region or 'no region')}"

    @staticmethod
    def _badge(state: HeaderState) -> Content:
        mode = "RO" if state.read_only else "RW"
        if state.demo:
            return Content.assemble(("DEMO", "bold"), " ", (mode, "reverse"))
        endpoint = state.connection.endpoint if state.connection else None
        if endpoint:
            return Content.assemble(visible(endpoint), " ", (mode, "reverse"))
        return Content.styled(mode, "reverse")


def _caller(connection: Connection) -> tuple[str, str]:
    """The account and, as far as it is known, who asks there."""
    if not connection.caller.done():
        return " · …", ""
    caller = connection.known_caller
    if caller is None:
        return " · ?", ""
    return f" · {account_number(caller.account)}", f" {visible(caller.short)}"


def _colored(color: str | None) -> str:
    return f"bold reverse ansi_{color}" if color else "bold"
