"""One line: who is asking where, and what may be done there."""

from typing import NamedTuple

from textual.content import Content
from textual.widgets import Static

from hsmtui.aws.connection import Connection
from hsmtui.model.text import visible
from hsmtui.ui.look import account_number


class Standing(NamedTuple):
    """What the header says of a place; the parts that are not known yet are None."""

    profile: str
    region: str | None
    connection: Connection | None
    read_only: bool
    demo: bool
    color: str | None


class Header(Static):
    """Profile, region, account, caller, endpoint or DEMO, and RO or RW."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, markup=False)
        self._standing: Standing | None = None

    def show(self, standing: Standing) -> None:
        """Draw this standing."""
        self._standing = standing
        self.update(self._line(standing))

    def on_resize(self) -> None:
        if self._standing:
            self.update(self._line(self._standing))

    def _line(self, standing: Standing) -> Content:
        """The left part gives way where the line is short; what may be done never does."""
        right = self._badge(standing)
        room = max(0, self.size.width - right.cell_length - 1)
        left = Content.assemble(
            ("hsmtui", "bold"),
            "  ",
            (self._place(standing), _colored(standing.color)),
            *([" ", _caller(standing.connection)] if standing.connection else []),
        ).truncate(room, ellipsis=True, pad=True)
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


def _caller(connection: Connection) -> str:
    if not connection.caller.done():
        return "· …"
    caller = connection.known_caller
    if caller is None:
        return "· ?"
    return f"· {account_number(caller.account)} {visible(caller.short)}"


def _colored(color: str | None) -> str:
    return f"bold reverse ansi_{color}" if color else "bold"
