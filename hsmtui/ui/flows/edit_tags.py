"""Editing the tags of one cluster from a screen, and following what the service took."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING
from weakref import ref

from hsmtui.aws.clusters import read_cluster
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.threads import offload
from hsmtui.changes.edit_tag import EditTag
from hsmtui.fleet.listing import Row
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.edit_tag import EditTagGate, TagEdit, judge_tags, values_of
from hsmtui.model.gates.gate import Reason
from hsmtui.ui.commands.keymap import COMMANDS, keys_of, spoken
from hsmtui.ui.dialogs.edit_tag import EditTagDialog
from hsmtui.ui.dialogs.tag_value import TagValueDialog
from hsmtui.ui.dialogs.tags import TagsDialog
from hsmtui.ui.flows.changes import Changes
from hsmtui.ui.working import start

if TYPE_CHECKING:
    from hsmtui.ui.main.screen import ClusterScreen

LOOKS = 6
"""How often a change that the service took is looked for, before it is said that it is not seen."""


class EditTagsFlow:
    """Bound to the connection of a row. The list begins with what the row holds and is read again
    at once; nothing of that is trusted when a change is sent, which looks for itself."""

    def __init__(self, screen: "ClusterScreen", changes: Changes, row: Row) -> None:
        self._screen = screen
        self._app = screen.hsmtui
        self._changes = changes
        self._connection = row.connection
        self._cluster_id = row.cluster.cluster_id
        self._gate = self._judge(row.cluster)
        self._name = row.cluster.name
        self._dialog: Callable[[], TagsDialog | None] = lambda: None

    def begin(self) -> None:
        """Open the list. A change that is still followed does not keep it when it is closed."""
        (remove,) = (command for command in COMMANDS if command.id == "tags.remove")
        dialog = TagsDialog(
            self._gate,
            self._name,
            change=self._change,
            remove=self._remove,
            clock=self._app.clock,
            remover=spoken(keys_of(remove, self._app.remapped)[:1]),
        )
        self._dialog = ref(dialog)
        self._app.push_screen(dialog)
        self._start(self._read)

    def _judge(self, *listed: Cluster) -> EditTagGate:
        why_read_only = self._connection.why_read_only
        return judge_tags(self._cluster_id, listed, why_read_only=why_read_only)

    async def _read(self) -> None:
        try:
            listed = await offload(read_cluster, self._connection, self._cluster_id)
        except HsmtuiError as error:
            self._app.record(error)
            words = f"{error.in_full} {error.remedy}"
            self._show(self._gate.shut(Reason.UNCHECKED, words))
        else:
            self._show(self._judge(*listed))

    def _show(self, gate: EditTagGate) -> None:
        self._gate = gate
        if gate.cluster is not None:
            self._screen.renew(self._connection, gate.cluster)
        if dialog := self._dialog():
            dialog.show(gate)

    def _before(self, key: str) -> str | None:
        return next(iter(values_of(key, self._gate.tags)), None)

    def _change(self, key: str) -> None:
        before = self._before(key)
        self._app.hold_keys()
        dialog = TagValueDialog(key, before)

        def propose(after: str | None) -> None:
            if after is not None:
                self._propose(TagEdit(key, before, after))

        self._app.push_screen(dialog, propose)

    def _remove(self, key: str) -> None:
        self._propose(TagEdit(key, self._before(key), None))

    def _propose(self, edit: TagEdit) -> None:
        app, change = self._app, self._under_way(edit) or self._begin(edit)
        app.hold_keys()
        dialog = EditTagDialog(
            change,
            name=self._gate.cluster.name if self._gate.cluster else None,
            poll_seconds=app.settings.poll_seconds,
            clock=app.clock,
            confirm=partial(self._changes.confirm, change),
        )
        app.push_screen(dialog)

    def _under_way(self, edit: TagEdit) -> EditTag | None:
        """What was sent for this tag and is not answered yet: no second request goes out."""

        def is_out(change: EditTag) -> bool:
            return change.edit.key == edit.key

        return self._changes.pending(EditTag, self._connection, self._cluster_id, is_out)

    def _begin(self, edit: TagEdit) -> EditTag:
        app, connection, cluster_id = self._app, self._connection, self._cluster_id
        return EditTag(
            connection,
            cluster_id,
            edit,
            clock=app.clock,
            on_read=lambda cluster: self._show(self._judge(cluster)),
            on_accepted=lambda: self._start(partial(self._follow, edit)),
            on_error=app.record,
            recording=self._changes.recording(connection, edit.operation, cluster_id, edit.words),
        )

    def _start(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        """One reading of a cluster at a time: an older answer never comes after a newer one."""
        start(self._screen, work, group=f"tags {self._cluster_id}", exclusive=True)

    async def _follow(self, edit: TagEdit) -> None:
        """Read until the change shows: the service may list the old value for a moment."""
        if dialog := self._dialog():
            dialog.begin_again(edit.key)
        for look in range(LOOKS):
            if look:
                await asyncio.sleep(self._app.settings.poll_seconds)
            if not self._screen.shows(self._connection):
                return
            await self._read()
            if self._gate.is_open and edit.is_done(self._gate.tags):
                return
        self._changes.tell(
            f"{self._cluster_id}: the service took {edit.operation} for {edit.key}, but does not "
            "list it yet. t reads again."
        )
