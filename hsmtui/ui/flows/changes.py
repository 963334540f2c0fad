"""What all changes that are begun from a screen share."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, TypeVar, cast

from textual.notifications import SeverityLevel

from hsmtui.aws.clusters import read_cluster
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.threads import offload
from hsmtui.changes.audit import AuditError
from hsmtui.changes.change import Change
from hsmtui.changes.context import ChangeContext, Read
from hsmtui.changes.follow import FollowEnd, follow
from hsmtui.changes.pending import PendingChanges
from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.gate import Gate
from hsmtui.model.gates.listed import why_no_cluster
from hsmtui.model.text import visible
from hsmtui.ui.host import ListHost, start

MOST_READS = 6
"""How often a change that shows at once is looked for, before it is said that it is not seen."""

_Flow = TypeVar("_Flow", bound="ChangeFlow")


class Changes:
    """The changes that are begun from a screen; each is bound to the connection of its row.

    `renew_backup` is called with each backup that was read for one.
    """

    def __init__(
        self, host: ListHost, renew_backup: Callable[[Connection, Backup], object]
    ) -> None:
        self.host = host
        self.renew_backup = renew_backup
        self._app = host.hsmtui
        self.pending = PendingChanges(self.tell, self._app.last_words.append)
        self._flows: dict[type[ChangeFlow], ChangeFlow] = {}

    def flow(self, kind: type[_Flow]) -> _Flow:
        """The flow of a kind of change: one for the whole run, which may know what was begun."""
        if kind not in self._flows:
            self._flows[kind] = kind(self)
        return cast("_Flow", self._flows[kind])

    def context(
        self,
        connection: Connection,
        on_read: Callable[[Read], object],
        on_accepted: Callable[[], object] = lambda: None,
    ) -> ChangeContext[Read]:
        """What a change is given that is begun now."""
        app = self._app
        return ChangeContext(
            connection,
            endpoint="DEMO" if app.demo else connection.endpoint,
            clock=app.clock,
            poll_seconds=app.settings.poll_seconds,
            audit=app.audit,
            on_unrecorded=self._not_recorded,
            on_error=app.record,
            on_read=on_read,
            on_accepted=on_accepted,
            backup_hours=app.settings.rules.backup_hours,
        )

    def _not_recorded(self, failure: AuditError) -> None:
        """Said at once, and once more when the app is left."""
        words = f"NOT RECORDED: {failure}"
        self._app.last_words.append(words)
        self._app.call_later(partial(self.tell, words, severity="error"))

    def confirm(self, change: Change[Any, Any, Any], typed: str) -> None:
        """The request outlives the dialog: closing that does not lose the answer."""
        start(self.host, partial(self.pending.confirm, change, typed), group="change")

    async def read_now(self, connection: Connection, gate: Gate, cannot: str) -> Cluster | None:
        """The cluster of a gate as it is now, before a dialog is shown; None where nothing is to be
        shown. Where the cluster cannot be changed, that is said: `cannot` begins the sentence, and
        why is in the words of the gate."""
        try:
            listed = await offload(read_cluster, connection, gate.target)
        except HsmtuiError as error:
            self._app.drop_keys()
            self._app.record(error, tell=True)
            return None
        why = why_no_cluster(gate.target, listed)
        if why is not None or not self.host.shows(connection):
            self._app.drop_keys()
            if why is not None:
                self.tell(f"{cannot}: {gate.shut(*why).why_shut}.", severity="warning")
            return None
        self.host.renew(connection, listed[0])
        return listed[0]

    async def follow(
        self,
        connection: Connection,
        cluster_id: str,
        take: Callable[[tuple[Cluster, ...]], bool],
        *,
        on_error: Callable[[Any], object] | None = None,
        at_most: int | None = None,
    ) -> FollowEnd:
        """Read a cluster until `take` sees what it waits for, while the place is shown."""
        return await follow(
            connection,
            cluster_id,
            take,
            is_shown=partial(self.host.shows, connection),
            pause=self.pause,
            on_error=on_error or self._app.record,
            at_most=at_most,
        )

    async def pause(self) -> None:
        """The time from one look to the next."""
        await asyncio.sleep(self._app.settings.poll_seconds)

    def tell_unlisted(self, target: str) -> None:
        """Say that what was followed to its end is not there for it."""
        self.tell(f"{target} is not listed any more.", severity="warning")

    def tell(self, words: str, severity: SeverityLevel = "information") -> None:
        """Say what became of a change where no dialog says it."""
        self._app.notify(visible(words), markup=False, timeout=20, severity=severity)


class ChangeFlow:
    """The changes of one kind that are begun from a screen."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._host = changes.host
        self._app = changes.host.hsmtui

    def _ask(self, work: Callable[[], Coroutine[Any, Any, None]], group: str) -> None:
        """Ask what is to be known, and open a dialog; what is typed meanwhile is for that."""
        self._app.hold_keys()
        start(self._host, work, group=group, exclusive=True)

    def _of_cluster(
        self, connection: Connection, on_accepted: Callable[[], object] = lambda: None
    ) -> ChangeContext[Cluster]:
        """What a change of a cluster is given."""
        return self._changes.context(connection, partial(self._host.renew, connection), on_accepted)

    def _of_backup(
        self, connection: Connection, on_accepted: Callable[[], object] = lambda: None
    ) -> ChangeContext[Backup]:
        """What a change of a backup is given."""
        renew = partial(self._changes.renew_backup, connection)
        return self._changes.context(connection, renew, on_accepted)
