"""What all changes that are begun from a screen share: confirmations that outlive their dialogs."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from textual.notifications import SeverityLevel

from hsmtui.aws.connection import Connection
from hsmtui.changes.audit import AuditError
from hsmtui.changes.change import Change, Phase
from hsmtui.changes.recording import Recording
from hsmtui.model.text import visible
from hsmtui.ui.host import start

if TYPE_CHECKING:
    from hsmtui.ui.main.screen import ClusterScreen

Kind = TypeVar("Kind", bound=Change[Any, Any])


class Changes:
    """The changes that are begun from a screen; each is bound to the connection of its row."""

    def __init__(self, screen: "ClusterScreen") -> None:
        self._screen = screen
        self._app = screen.hsmtui
        self.begun: list[Change[Any, Any]] = []
        """Those that were confirmed and of which it is not known yet what came of them."""

    def pending(
        self,
        kind: type[Kind],
        connection: Connection,
        target: str,
        only: Callable[[Kind], bool] = lambda _: True,
    ) -> Kind | None:
        """The change of this target, of those that `only` lets through, of which the outcome is not
        known: it is shown again, and no second request goes out beside it."""
        place = _place(connection)
        for change in reversed(self.begun):
            if isinstance(change, kind) and change.is_pending:
                found: Kind = change
                if found.target == target and _place(found.connection) == place and only(found):
                    return found
        return None

    def recording(
        self, connection: Connection, operation: str, target: str, change: str | None = None
    ) -> Recording:
        """Puts what becomes of a change into the audit file; `target` is what stands there."""
        endpoint = "DEMO" if self._app.demo else connection.endpoint
        return Recording(self._app.audit, operation, target, endpoint, self._not_recorded, change)

    def _not_recorded(self, failure: AuditError) -> None:
        """Said at once, and once more when the app is left."""
        words = f"NOT RECORDED: {failure}"
        self._app.last_words.append(words)
        self._app.call_later(partial(self.tell, words, severity="error"))

    def confirm(self, change: Change[Any, Any], typed: str) -> None:
        """The request outlives the dialog: closing that does not lose the answer."""

        async def confirm() -> None:
            if not change.may_be_confirmed:  # pressed twice: the first one counts
                return
            if change not in self.begun:
                self.begun.append(change)
            try:
                await change.confirm(typed)
            except asyncio.CancelledError:
                if change.phase is Phase.SENDING:
                    self._app.last_words.append(_unanswered_words(change))
                raise
            if not change.is_pending and change in self.begun:
                self.begun.remove(change)
            if change.outcome is not None and not change.is_watched:
                self.tell(f"{change.target}: {change.outcome.headline}")

        start(self._screen, confirm, group="change")

    def tell(self, words: str, severity: SeverityLevel = "information") -> None:
        """Say what became of a change where no dialog says it."""
        self._app.notify(visible(words), markup=False, timeout=20, severity=severity)


def _unanswered_words(change: Change[Any, Any]) -> str:
    """What is to be said where the app is left while a request is out."""
    account = change.connection.account or "unknown"
    return (
        f"{change.operation} {change.target} (account {account}, {change.connection.region}) "
        "was sent and not answered before you left: its outcome is unknown"
    )


def _place(connection: Connection) -> tuple[str | None, ...]:
    """Where a connection asks and as whom; after switching away and back it is the same."""
    return connection.profile, connection.credentials, connection.region, connection.endpoint
