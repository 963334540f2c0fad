"""The change of one tag of several clusters: each a change of its own, one after the other."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from hsmtui.changes.change import Phase
from hsmtui.changes.edit_tag import EditTag
from hsmtui.model.gates.gate import Reason

LOOKS_AT_ONCE = 4
"""Targets that are read at the same time."""


class EditTags:
    """Has each change look, and confirms those of which the gate is open.

    One that was sent is never confirmed again, whatever came of it. What is not known stops the
    others, until somebody confirms them anew. `confirm` confirms one change; `on_end` is called
    when there is no next one.
    """

    def __init__(
        self, changes: Sequence[EditTag], confirm: Callable[[EditTag], Awaitable[None]]
    ) -> None:
        self.changes = tuple(changes)
        self.is_running = False
        self.on_end: Callable[[], object] | None = None
        self._looking = 0
        self._confirm = confirm

    @property
    def has_looked(self) -> bool:
        """Whether each target has been read, or could not be, and none is being read."""
        is_read = all(change.gate.reason is not Reason.UNREAD for change in self.left)
        return is_read and not self._looking

    @property
    def left(self) -> list[EditTag]:
        """Those that were not sent."""
        return [change for change in self.changes if not change.was_sent]

    @property
    def possible(self) -> list[EditTag]:
        """Those of them that may be made now."""
        return [change for change in self.left if change.allows(change.target)]

    @property
    def unknown(self) -> list[EditTag]:
        """Those that were sent, and of which it is not known what came of them."""
        return [e for e in self.changes if e.outcome is not None and not e.outcome.certain]

    async def look(self) -> None:
        """Read each target for which nothing was sent; never while some are being changed: what is
        read then is not what was confirmed."""
        if self.is_running:
            return
        room = asyncio.Semaphore(LOOKS_AT_ONCE)

        async def look(change: EditTag) -> None:
            async with room:
                await change.look()

        self._looking += 1
        try:
            await asyncio.gather(*map(look, self.left))
        finally:
            self._looking -= 1

    async def run(self) -> None:
        """Confirm those that may be made as they are shown now, until one does not end well known.

        One that is refused keeps nobody from the next. Where nobody watches any more, or it cannot
        be seen, the next is not begun; nor where there is something to be read first, such as a
        caller whom STS has named only now.
        """
        if self.is_running or not self.has_looked:
            return
        self.is_running = True
        try:
            for change in self.possible:
                if not (change.is_watched and change.may_be_confirmed):
                    break
                await self._confirm(change)
                for each in self.left:  # the dialog names one caller for all of a connection
                    each.take_caller(change)
                stays_possible = change.gate.is_open and not change.was_sent
                if stays_possible or change.phase is Phase.SENDING or change in self.unknown:
                    break
        finally:
            self.is_running = False
            if self.on_end is not None:
                self.on_end()
