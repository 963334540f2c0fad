"""Offering deletions, and following those that the service took."""

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from textual.notifications import SeverityLevel

from hsmtui.audit import AuditError
from hsmtui.aws.clusters import read_cluster
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.offload import offload
from hsmtui.model.cluster import Cluster
from hsmtui.model.deletion import judge
from hsmtui.model.gate import Reason
from hsmtui.model.text import visible
from hsmtui.ui.changing import Phase
from hsmtui.ui.deleting import Deletion
from hsmtui.ui.dialogs.delete import DeleteDialog
from hsmtui.ui.listing import Row
from hsmtui.ui.recording import Recording
from hsmtui.ui.working import start

if TYPE_CHECKING:
    from hsmtui.ui.screens.clusters import ClusterScreen


class Deletions:
    """The deletions that are begun from a screen; each is bound to the connection of its row."""

    def __init__(self, screen: "ClusterScreen") -> None:
        self._screen = screen
        self._app = screen.hsmtui
        self._begun: list[Deletion] = []

    def offer(self, row: Row) -> None:
        """Open the dialog for this row."""
        app = self._app
        deletion = self._pending(row) or self._begin(row)
        dialog = DeleteDialog(
            deletion,
            name=row.cluster.name,
            poll_seconds=app.settings.poll_seconds,
            clock=app.clock,
            confirm=lambda typed: self._confirm(deletion, typed),
        )
        app.push_screen(dialog)

    def _pending(self, row: Row) -> Deletion | None:
        """The deletion of this cluster of which the outcome is not known: it is shown again, and
        no second request goes out beside it."""
        for deletion in reversed(self._begun):
            same = deletion.target == row.cluster.cluster_id
            if (
                same
                and deletion.is_pending
                and _place(deletion.connection) == _place(row.connection)
            ):
                return deletion
        return None

    def _begin(self, row: Row) -> Deletion:
        app, screen, connection = self._app, self._screen, row.connection
        cluster_id = row.cluster.cluster_id
        endpoint = "DEMO" if app.demo else connection.endpoint
        return Deletion(
            connection,
            cluster_id,
            clock=app.clock,
            on_read=lambda cluster: screen.renew(connection, cluster),
            on_accepted=lambda cluster: self._follow(connection, cluster),
            on_error=app.record,
            recording=Recording(
                app.audit, "DeleteCluster", cluster_id, endpoint, self._not_recorded
            ),
        )

    def _not_recorded(self, failure: AuditError) -> None:
        """Said at once, and once more when the app is left."""
        words = f"NOT RECORDED: {failure}"
        self._app.last_words.append(words)
        self._app.call_later(partial(self._tell, words, severity="error"))

    def _confirm(self, deletion: Deletion, typed: str) -> None:
        """The request outlives the dialog: closing that does not lose the answer."""

        async def confirm() -> None:
            if deletion not in self._begun:
                self._begun.append(deletion)
            try:
                await deletion.confirm(typed)
            except asyncio.CancelledError:
                if deletion.phase is Phase.SENDING:
                    self._app.last_words.append(_unanswered_words(deletion))
                raise
            if not deletion.is_pending:
                self._begun.remove(deletion)
            if deletion.outcome is not None and not deletion.is_watched:
                self._tell(f"{deletion.target}: {deletion.outcome.headline}")

        start(self._screen, confirm, group="delete")

    def _follow(self, connection: Connection, cluster: Cluster) -> None:
        self._screen.renew(connection, cluster)
        watch = partial(self._watch, connection, cluster.cluster_id)
        start(self._screen, watch, group="follow")

    async def _watch(self, connection: Connection, cluster_id: str) -> None:
        """Read the cluster until it is DELETED or no longer listed, or something else is shown."""
        gone = False
        while not gone:
            await asyncio.sleep(self._app.settings.poll_seconds)
            if not self._screen.shows(connection):
                return
            try:
                listed = await offload(read_cluster, connection, cluster_id)
            except HsmtuiError as error:
                self._app.record(error)
                continue
            found = judge(cluster_id, listed, why_read_only="")
            if found.cluster is not None:
                self._screen.renew(connection, found.cluster)
            gone = found.reason in {Reason.GONE, Reason.DELETED}
            if found.reason is Reason.GONE and self._screen.shows(connection):
                self._screen.forget(cluster_id)
        self._tell(f"{cluster_id} is deleted.")

    def _tell(self, words: str, severity: SeverityLevel = "information") -> None:
        self._app.notify(visible(words), markup=False, timeout=20, severity=severity)


def _unanswered_words(deletion: Deletion) -> str:
    """What is to be said where the app is left while a request is out."""
    account = deletion.connection.account or "unknown"
    return (
        f"DeleteCluster {deletion.target} (account {account}, {deletion.connection.region}) "
        "was sent and not answered before you left: its outcome is unknown"
    )


def _place(connection: Connection) -> tuple[str | None, ...]:
    """Where a connection asks and as whom; after switching away and back it is the same."""
    return connection.profile, connection.credentials, connection.region, connection.endpoint
