"""The changes of a run that were confirmed and of which it is not known yet what came of them."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from hsmtui.aws.connection import Connection
from hsmtui.changes.change import Change, Phase

_Kind = TypeVar("_Kind", bound=Change[Any, Any, Any])


class PendingChanges:
    """Confirmations outlive the dialogs in which they were given.

    `tell` is called with what came of a change at which nobody looks, `last_words` with what is to
    be said where hsmtui is left before an answer has come.
    """

    def __init__(self, tell: Callable[[str], object], last_words: Callable[[str], object]) -> None:
        self.begun: list[Change[Any, Any, Any]] = []
        self._tell = tell
        self._last_words = last_words

    def find(
        self,
        kind: type[_Kind],
        connection: Connection,
        target: str,
        only: Callable[[_Kind], bool] = lambda _: True,
    ) -> _Kind | None:
        """The change of this target, of those that `only` lets through, of which the outcome is not
        known: it is shown again, and no second request goes out beside it."""
        for change in reversed(self.begun):
            if isinstance(change, kind) and change.is_pending:
                pending: _Kind = change
                is_same = _are_same_place(pending.connection, connection)
                if pending.target == target and is_same and only(pending):
                    return pending
        return None

    async def confirm(self, change: Change[Any, Any, Any], typed: str) -> None:
        """Confirm a change with what was typed; a second time while that is under way does
        nothing."""
        if not change.may_be_confirmed:
            return
        if change not in self.begun:
            self.begun.append(change)
        try:
            await change.confirm(typed)
        except asyncio.CancelledError:
            if change.phase is Phase.SENDING:
                self._last_words(_unanswered_words(change))
            raise
        if not change.is_pending and change.phase is not Phase.CHECKING and change in self.begun:
            self.begun.remove(change)
        if change.outcome is not None and not change.is_watched:
            self._tell(f"{change.target}: {change.outcome.headline}")


def _unanswered_words(change: Change[Any, Any, Any]) -> str:
    account = change.connection.account or "unknown"
    return (
        f"{change.operation} {change.target} (account {account}, {change.connection.region}) "
        "was sent and not answered before you quit: its outcome is unknown"
    )


def _are_same_place(one: Connection, other: Connection) -> bool:
    """Whether both are of one account, region and endpoint: after switching away and back, or by
    another profile. Where an account is not known the profile stands for it."""
    if (one.region, one.endpoint) != (other.region, other.endpoint):
        return False
    if one.account is not None and other.account is not None:
        return one.account == other.account
    return (one.profile, one.credentials) == (other.profile, other.credentials)
