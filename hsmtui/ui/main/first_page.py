"""What is asked when the first page has come, or has failed: who the caller is, and which rules of
the settings name no profile. The table waits for neither."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from weakref import WeakSet

from hsmtui.aws.caller import Caller
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.place import Place
from hsmtui.aws.profiles import profile_names
from hsmtui.aws.threads import offload
from hsmtui.model.text import visible
from hsmtui.ui.host import AppHost, WorkHost, start

_SHOWN_SECONDS = 15
"""Seconds that a rule without a profile is shown."""


class CallerLookup:
    """Asks STS who the caller is, once for each connection, or hears what others have asked.

    `on_answer` is called when STS has answered, or has not.
    """

    def __init__(
        self, node: WorkHost, app: AppHost, on_answer: Callable[[Connection], object]
    ) -> None:
        self._node = node
        self._app = app
        self._on_answer = on_answer
        self._asked: Connection | None = None
        self._heard: WeakSet[Future[Caller]] = WeakSet()

    def is_under_way(self, connection: Connection | None) -> bool:
        """Whether this connection was asked for and is not known yet."""
        if connection is None or connection is not self._asked:
            return False
        return not connection.caller.done()

    def once(self, connection: Connection | None) -> None:
        """Ask, unless it was asked for this connection already."""
        if connection is not None and connection is not self._asked and not connection.is_recorded:
            self._asked = connection
            asking = partial(self._ask, connection)
            start(self._node, asking, group="identity", exclusive=True)

    def hear_of(self, connection: Connection | None) -> None:
        """Wait for the answer, which all places of a profile share."""
        if connection is not None and connection.is_recorded:
            return  # it is known already what there is to be known
        if connection is not None and (caller := connection.caller) not in self._heard:
            self._heard.add(caller)
            start(self._node, partial(self._hear, connection, caller), group="callers")

    async def _hear(self, connection: Connection, caller: Future[Caller]) -> None:
        with suppress(HsmtuiError):
            await asyncio.wrap_future(caller)
        self._take(connection, caller)

    async def _ask(self, connection: Connection) -> None:
        await offload(connection.ask_caller)
        self._take(connection, connection.caller)
        self._app.remembered.take_place(Place(connection.profile, connection.region))

    def _take(self, connection: Connection, caller: Future[Caller]) -> None:
        error = caller.exception()
        if isinstance(error, HsmtuiError):
            self._app.record(error)
        self._on_answer(connection)


async def tell_unmatched_rules(app: AppHost) -> None:
    """Say which rules of the settings make no profile read-only: a typo leaves writable what was
    meant."""
    try:
        names = await offload(profile_names)
    except HsmtuiError as error:
        app.record(error)
        return
    for words in app.settings.unmatched_rules(names):
        app.notify(visible(words), severity="warning", markup=False, timeout=_SHOWN_SECONDS)
