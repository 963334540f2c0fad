"""The dialog that confirms the change of one tag of several clusters, and tells of each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from textual.content import Content

from hsmtui.changes.change import Phase
from hsmtui.changes.edit_tag import EditTag
from hsmtui.changes.edit_tags import EditTags
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.gate import Reason
from hsmtui.model.text import visible
from hsmtui.ui.commands.keymap import key_of, spelt
from hsmtui.ui.dialogs.change_box import BoxDialog, ChangeBox
from hsmtui.ui.dialogs.change_words import who_lines
from hsmtui.ui.dialogs.dialog import NARROWEST_BOX
from hsmtui.ui.dialogs.edit_tag import EFFECT
from hsmtui.ui.dialogs.room import in_sight
from hsmtui.ui.host import start
from hsmtui.ui.theme import clip, cluster_line, place_words, tag_value

_FRAME = 5
"""Cells that the frame and a scroll bar take of a line of the box."""


class LeftOut(NamedTuple):
    """A cluster for which nothing is to be sent, and why."""

    cluster: Cluster
    why: str


class EditTagsDialog(BoxDialog):
    """Lists all targets with what becomes of each. `run` is called when they are confirmed.

    `clusters` are the targets as they were listed.
    Where the terminal does not show all of them at once, nothing can be confirmed.
    """

    def __init__(
        self,
        edits: EditTags,
        clusters: Mapping[EditTag, Cluster],
        left_out: Sequence[LeftOut],
        run: Callable[[], None],
    ) -> None:
        edit = edits.changes[0].edit
        self._removes = edit.after is None
        super().__init__(f"{'Remove' if self._removes else 'Set'} a tag of several clusters")
        self._edits = edits
        self._clusters = clusters
        self._left_out = left_out
        self._run = run
        self._box = ChangeBox("tags-of-several", "Set", "", asks=False, checkboxes=())
        self._has_room = False

    def begin(self) -> None:
        box = self._box
        box.confirm.display = box.ask.display = box.field.display = False
        box.field.disabled = True
        self._edits.on_end = self.redraw
        super().begin()
        self.come_back()

    @property
    def changes(self) -> Sequence[EditTag]:
        return self._edits.changes

    async def _look(self) -> None:
        await self._edits.look()
        self.redraw()

    def come_back(self) -> None:
        self.fall_back()
        self.redraw()
        start(self, self._look, group="look")

    def look_away(self) -> None:
        self._edits.on_end = None
        super().look_away()

    def is_whole(self) -> bool:
        """Whether all targets, and what becomes of each, are on the screen now."""
        parts = (self._box.who, self._box.what, self._box.gate)
        return self.is_active and self._has_room and all(map(in_sight, parts))

    # What it says

    def redraw(self) -> None:
        if not self.is_shown:
            return
        box, edits = self._box, self._edits
        box.who.update(Content("\n").join(self._who_lines()))
        box.what.update(self._what())
        box.gate.update(Content("\n").join(self._target_lines()))
        box.age.update(self._word())
        offers = edits.has_looked and not edits.is_running and bool(edits.possible)
        number = len(edits.possible)
        box.confirm.label = f"{'Remove' if self._removes else 'Set'} {number} of {self._number}"
        if self._has_sent:
            box.confirm.label = f"Go on with the other {number}"
            box.cancel.label = "Close"
        too_small = box.fit("", (), "change them", gate_lets=offers or edits.is_running)
        self._has_room = not too_small
        shown = offers and not too_small
        if shown and not box.confirm.display:
            box.cancel.is_chosen = not self._has_sent
        elif not shown:
            self.fall_back()
        box.confirm.display = shown

    @property
    def _has_sent(self) -> bool:
        return len(self._edits.left) < len(self._edits.changes)

    @property
    def _number(self) -> int:
        return len(self._edits.changes) + len(self._left_out)

    def _who_lines(self) -> Iterator[Content]:
        """As whom and where, each place once; of what was not sent yet, where there is such."""
        edits = self._edits
        changes = {each.connection: each for each in (*edits.changes, *reversed(edits.left))}
        yield from map(who_lines, changes.values())

    def _what(self) -> Content:
        edit = self._edits.changes[0].edit
        key = Content.assemble(("tag   ", "dim"), (visible(edit.key), "bold"))
        if edit.after is None:
            return Content.assemble(key, "  is removed")
        return Content.assemble(key, "\n", ("to    ", "dim"), tag_value(edit.after))

    def _target_lines(self) -> Iterator[Content]:
        for change in self._edits.changes:
            cluster = change.gate.cluster or self._clusters[change]
            yield cluster_line(change.target, cluster, None)
            if len({each.connection for each in self._edits.changes}) > 1:
                place = place_words(change.connection, account=True)
                yield Content.styled(f"  {visible(place)}", "dim")
            yield Content("  ") + self._told(change)
        for cluster, why in self._left_out:
            yield cluster_line(cluster.cluster_id, cluster, None)
            yield Content.styled(f"  {why}", "dim")
        yield Content.styled(EFFECT, "dim")

    def _told(self, change: EditTag) -> Content:
        """What becomes of one, or came of it."""
        if change.was_sent or change.phase is not Phase.WATCHING:
            return self._came(change)
        if change.gate.reason is Reason.UNREAD:
            return Content.styled("reading it …", "dim")
        if not change.gate.is_open:
            why = f"{change.gate.headline}: {spelt(change.gate.detail, self.remapped)}"
            return self._problem("■ refused", why)
        before = change.edit.before
        now = Content("no such tag") if before is None else tag_value(before)
        cautions = " ".join(change.edit.cautions(change.gate.tags))
        caution = Content.styled(f"  ▲ {visible(cautions)}", "bold") if cautions else Content("")
        outcome = change.outcome
        unsent = f"  {outcome.headline} {outcome.detail}".rstrip() if outcome else ""
        return Content.assemble(("now   ", "dim"), now, caution, (visible(unsent), "bold"))

    def _came(self, change: EditTag) -> Content:
        outcome = change.outcome
        if change.phase is Phase.ACCEPTED:
            return Content.styled("● done: the service took the request", "ansi_green")
        if outcome is None:
            return Content.styled("◐ under way …", "ansi_yellow")
        head = "▲ UNKNOWN" if not outcome.certain else "■ not changed"
        return self._problem(head, f"{outcome.headline} {outcome.detail}".strip())

    def _problem(self, head: str, words: str) -> Content:
        """In one line, so that nothing goes out of sight, while the others are changed."""
        words = visible(words)
        if self._edits.is_running:
            room = min(NARROWEST_BOX, self.size.width) - _FRAME - len(head) - 4
            words = clip(words, max(1, room)).rstrip()
        return Content.assemble((head, "bold ansi_red"), f"  {words}")

    def _word(self) -> str:
        edits = self._edits
        errors = key_of("app.errors", self.remapped)
        if edits.is_running:
            return "One request after the other. Closing stops before the next."
        if edits.unknown and edits.possible:
            return f"Stopped: one outcome is not known; {errors} shows it. Nothing is sent again."
        if all(change.phase is Phase.ACCEPTED for change in edits.changes):
            return "All done."
        if self._has_sent:
            return f"Nothing is sent again by itself; {errors} shows all errors."
        if edits.has_looked:
            return "Each is read once more before its request. One request for each cluster."
        return ""

    def send(self) -> bool:
        is_possible = bool(self._edits.possible)
        if is_possible:
            self._run()
        return is_possible
