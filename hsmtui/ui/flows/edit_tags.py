"""Editing the tags of one cluster from a screen, and following what the service took."""

from collections.abc import Callable, Coroutine
from functools import partial
from weakref import ref

from hsmtui.aws.clusters import read_cluster
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.threads import offload
from hsmtui.changes.context import ChangeContext
from hsmtui.changes.edit_tag import EditTag
from hsmtui.changes.follow import FollowEnd
from hsmtui.fleet.listing import Row
from hsmtui.model.advice import Advice
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.edit_tag import EditTagGate, TagEdit, judge_tags, values_of
from hsmtui.model.gates.gate import Reason
from hsmtui.ui.commands.keymap import key_of
from hsmtui.ui.dialogs.edit_tag import EditTagDialog
from hsmtui.ui.dialogs.tag_value import TagValueDialog
from hsmtui.ui.dialogs.tags import TagsDialog
from hsmtui.ui.flows.changes import MOST_READS, ChangeFlow, Changes
from hsmtui.ui.host import start


class EditTagsFlow(ChangeFlow):
    """Bound to the connection of a row. The list begins with what the row holds and is read again
    at once; nothing of that is trusted when a change is sent, which looks for itself."""

    def __init__(self, changes: Changes, row: Row) -> None:
        super().__init__(changes)
        self._connection = row.connection
        self._cluster_id = row.cluster.cluster_id
        self._gate = self._judge(row.cluster)
        self._listed = row.cluster
        self._dialog: Callable[[], TagsDialog | None] = lambda: None

    def begin(self) -> None:
        """Open the list. A change that is still followed does not keep it when it is closed."""
        dialog = TagsDialog(
            self._gate,
            self._listed.name,
            change=self._change,
            remove=self._remove,
            clock=self._app.clock,
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
            self._failed(error)
        else:
            self._show(self._judge(*listed))

    def _failed(self, error: HsmtuiError) -> None:
        self._app.record(error)
        why = Advice(f"{error.in_full} ", error.remedy)
        self._show(self._gate.shut(Reason.UNCHECKED, why))

    def _show(self, gate: EditTagGate) -> None:
        self._gate = gate
        if gate.cluster is not None:
            self._host.renew(self._connection, gate.cluster)
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
        change = self._under_way(edit) or self._begin(edit)
        self._app.hold_keys()
        cluster = self._gate.cluster or self._listed
        self._app.push_screen(EditTagDialog(change, self._changes.confirm, cluster))

    def new_change(self, edit: TagEdit) -> EditTag | None:
        """A change for a dialog that is not this one's; None where one of this tag is under way."""
        return None if self._under_way(edit) else self._begin(edit)

    def _under_way(self, edit: TagEdit) -> EditTag | None:
        """What was sent for this tag and is not answered yet: no second request goes out."""

        def is_out(change: EditTag) -> bool:
            return change.edit.key == edit.key

        return self._changes.pending.find(EditTag, self._connection, self._cluster_id, is_out)

    def _begin(self, edit: TagEdit) -> EditTag:
        context: ChangeContext[Cluster] = self._changes.context(
            self._connection,
            on_read=lambda cluster: self._show(self._judge(cluster)),
            on_accepted=lambda: self._start(partial(self._follow, edit)),
        )
        return EditTag(context, self._cluster_id, edit)

    def _start(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        """One reading of a cluster at a time: an older answer never comes after a newer one."""
        start(self._host, work, group=f"tags {self._cluster_id}", exclusive=True)

    async def _follow(self, edit: TagEdit) -> None:
        """Read until the change shows: the service may list the old value for a moment."""

        def take(listed: tuple[Cluster, ...]) -> bool:
            self._show(self._judge(*listed))
            return self._gate.is_open and edit.is_done(self._gate.tags)

        if dialog := self._dialog():
            dialog.begin_again(edit.key)
        end = await self._changes.follow(
            self._connection, self._cluster_id, take, on_error=self._failed, at_most=MOST_READS
        )
        if end is FollowEnd.UNSEEN:
            self._changes.tell(
                f"{self._cluster_id}: the service took {edit.operation} for {edit.key}, but does "
                f"not list it yet. {key_of('tags.edit', self._app.remapped)} reads again."
            )
