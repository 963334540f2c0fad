"""Asking who asks: STS, once for each connection."""

from functools import partial
from typing import TYPE_CHECKING

from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.place import Place
from hsmtui.aws.threads import offload
from hsmtui.ui.working import start

if TYPE_CHECKING:
    from hsmtui.ui.main.screen import ClusterScreen


class CallerLookup:
    """Asks when the first page has come, or has failed: the table never waits for it."""

    def __init__(self, screen: "ClusterScreen") -> None:
        self._screen = screen
        self._app = screen.hsmtui
        self._asked: Connection | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether the connection that is shown was asked for and is not known yet."""
        connection = self._screen.lister.connection
        if connection is None or connection is not self._asked:
            return False
        return not connection.caller.done()

    def once(self) -> None:
        """Ask, unless it was asked for this connection already."""
        connection = self._screen.lister.connection
        if connection is not None and connection is not self._asked:
            self._asked = connection
            asking = partial(self._ask, connection)
            start(self._screen, asking, group="identity", exclusive=True)

    async def _ask(self, connection: Connection) -> None:
        await offload(connection.ask_caller)
        error = connection.caller.exception()
        if isinstance(error, HsmtuiError):
            self._app.record(error)
        self._screen.connected()
        self._app.remember_place(Place(connection.profile, connection.region))
