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


class Standing(NamedTuple):
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
        self._standing: Standing | None = None
        self._tally = SeverityCounts()

    def show(self, standing: Standing) -> None:
        """Draw this standing."""
        self._standing = standing
        self._draw()

    def show_tally(self, tally: SeverityCounts) -> None:
        """Draw what was found so far."""
        if tally != self._tally:
            self._tally = tally
            self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        if self._standing:
            self.update(self._line(self._standing))

    def _line(self, standing: Standing) -> Content:
        """Where the line is short the caller's name gives way first, then what was found.

        What may be done never does, nor place and account as long as they fit.
        """
        right = self._badge(standing)
        connection, place = standing.connection, self._place(standing)
        account, name = _caller(connection) if connection else ("", "")
        fixed = Content.assemble(
            ("hsmtui", "bold"), "  ", (place, _colored(standing.color)), account
        )
        room = max(0, self.size.width - right.cell_length - 1)
        found = self._tally.fitting(room - fixed.cell_length - 2, cell_len(name))
        if found:
            right = Content.assemble(found, "  ", right)
            room = max(0, self.size.width - right.cell_length - 1)
        if room - fixed.cell_length < SHORTEST_NAME:
            name = ""  # its ellipsis would take the end of the account
        left = Content.assemble(fixed, name).truncate(room, ellipsis=True, pad=True)
        return Content.assemble(left, " ", right)

    @staticmethod
    def _place(standing: Standing) -> str:
        connection = standing.connection
        profile = visible(standing.profile)
        if connection and connection.credentials and connection.credentials != standing.profile:
            profile += f" ({connection.credentials})"
        return f"{profile} · {visible(standing.region or 'no region')}"

    @staticmethod
    def _badge(standing: Standing) -> Content:
        mode = "RO" if standing.read_only else "RW"
        if standing.demo:
            return Content.assemble(("DEMO", "bold"), " ", (mode, "reverse"))
        endpoint = standing.connection.endpoint if standing.connection else None
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
