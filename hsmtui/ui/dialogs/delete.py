"""The delete dialog: it shows the gate, and offers the button only while the gate is open."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Static

from hsmtui.model.deletion import DeletionGate
from hsmtui.model.gate import Reason
from hsmtui.model.text import visible
from hsmtui.model.times import age
from hsmtui.ui.changing import Phase
from hsmtui.ui.deleting import Deletion
from hsmtui.ui.dialogs.dialog import Dialog
from hsmtui.ui.look import account_number, state_content
from hsmtui.ui.working import start


class _Button(Button):
    """Pressed with enter or space, as people expect of a button."""

    BINDINGS: ClassVar = [Binding("enter,space", "press", show=False)]

    def on_mount(self) -> None:
        self.active_effect_duration = 0  # while it lasts a press is lost


class DeleteDialog(Dialog[None]):
    """Bound to one deletion. It looks again every `poll_seconds`, open or shut.

    `confirm` is called with the typed text; the
    dialog never asks the service for more than looks.
    """

    def __init__(
        self,
        deletion: Deletion,
        *,
        name: str | None,
        poll_seconds: float,
        clock: Callable[[], datetime],
        confirm: Callable[[str], None],
    ) -> None:
        super().__init__("Delete cluster")
        self._deletion = deletion
        self._name = name
        self._poll_seconds = poll_seconds
        self._clock = clock
        self._confirm = confirm

    @property
    def has_looked(self) -> bool:
        """Whether a look at the cluster has come to an end."""
        return self._deletion.gate.reason is not Reason.UNREAD

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Static(id="delete-who", markup=False)
            yield Static(id="delete-what", markup=False)
            with VerticalScroll(id="delete-why", can_focus=False):
                yield Static(id="delete-gate", markup=False)
            yield Static(id="delete-age", markup=False)
            yield Static(
                "Type the cluster id, then tab and enter to delete it:",
                id="delete-ask",
                markup=False,
            )
            yield Input(id="delete-field", placeholder="the cluster id", compact=True)
            with Horizontal(id="delete-buttons"):
                yield _Button("Delete", id="delete-confirm", variant="error", compact=True)
                yield _Button("Cancel", id="delete-cancel", compact=True)

    def begin(self) -> None:
        self._show_offer(offered=False)
        self._deletion.on_change = self._redraw
        self._redraw()
        start(self, self._await_caller, group="caller")
        self._look()
        self.set_interval(1, self._show_age)

    def on_unmount(self) -> None:
        self._look_away()

    def _look_away(self) -> None:
        """Watch no longer; another dialog may watch the same deletion by now."""
        if self._deletion.on_change == self._redraw:
            self._deletion.on_change = None

    def action_close(self) -> None:
        """Close, and cancel what has not been sent: at once, not when the dialog is gone."""
        self._look_away()
        super().action_close()

    async def _await_caller(self) -> None:
        caller = asyncio.wrap_future(self._deletion.connection.caller)
        await asyncio.gather(caller, return_exceptions=True)
        self._redraw()

    def on_key(self, event: events.Key) -> None:
        """Only buttons and the field take the focus; keys that move scroll what is long."""
        why = self.query_one("#delete-why", VerticalScroll)
        moves = {
            "up": why.scroll_up,
            "down": why.scroll_down,
            "pageup": why.scroll_page_up,
            "pagedown": why.scroll_page_down,
        }
        if event.key in moves:
            event.stop()
            moves[event.key](animate=False)

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        """The reasons get what the rest leaves; the buttons are always in sight."""
        if not self._is_shown:
            return
        box = self.query_one("#box")
        rest = [child for child in box.children if child.display and child.id != "delete-why"]
        taken = sum(child.outer_size.height + child.styles.margin.height for child in rest)
        room = self.size.height - taken - box.styles.gutter.height - 1
        self.query_one("#delete-why").styles.max_height = max(1, room)

    def _look(self) -> None:
        start(self, self._look_and_wait, group="look")

    async def _look_and_wait(self) -> None:
        if self._deletion.phase is Phase.WATCHING:
            await self._deletion.look()
        if self._deletion.phase is not Phase.ACCEPTED:
            self.set_timer(self._poll_seconds, self._look)

    @property
    def _is_shown(self) -> bool:
        """Whether there is something to draw on: what closes loses its widgets first."""
        return self.app.is_running and self.is_attached and self in self.app.screen_stack

    def _redraw(self) -> None:
        if not self._is_shown:
            return
        gate = self._deletion.gate
        self.query_one("#delete-who", Static).update(_who(self._deletion))
        what = _what(self._deletion.target, self._name, gate)
        self.query_one("#delete-what", Static).update(what)
        self.query_one("#delete-gate", Static).update(self._gate_text())
        self._show_age()
        self.call_after_refresh(self._fit)
        self._show_offer(offered=gate.is_open and self._deletion.phase is Phase.WATCHING)

    def _gate_text(self) -> Content:
        deletion, lines = self._deletion, []
        if deletion.outcome is not None:
            outcome = deletion.outcome
            lines.append(Content.styled(outcome.headline, "bold"))
            lines += [Content(visible(t)) for t in (outcome.detail, outcome.remedy) if t]
        if deletion.phase is not Phase.ACCEPTED:
            lines += _judgement(deletion.gate, deletion.phase)
        return Content("\n").join(lines)

    def _show_age(self) -> None:
        if not self._is_shown:
            return
        read_at, gate = self._deletion.read_at, self._deletion.gate
        words = ""
        if self._deletion.phase is Phase.WATCHING:
            every = f"looks again every {self._poll_seconds:g} s"
            if gate.reason is Reason.HSMS:
                every += " and opens when the list is empty"
            when = f"Read {age(read_at, self._clock())} ago; " if read_at else ""
            words = f"{when}{every}."
            words = words[0].upper() + words[1:]
        self.query_one("#delete-age", Static).update(words)

    def _show_offer(self, *, offered: bool) -> None:
        """Shut, only Cancel is there to be focused; open, the focus goes to an empty field."""
        field = self.query_one("#delete-field", Input)
        confirm = self.query_one("#delete-confirm", Button)
        cancel = self.query_one("#delete-cancel", Button)
        sent = self._deletion.phase in {Phase.SENDING, Phase.ACCEPTED}
        cancel.label = "Close" if sent else "Cancel"
        opening, shutting = offered and not field.display, not offered and field.display
        field.display = confirm.display = offered
        self.query_one("#delete-ask").display = offered
        field.disabled = not offered
        if opening:
            field.value = ""
            field.focus()
        elif shutting or self.focused is None:
            cancel.focus()
        confirm.disabled = not (offered and self._deletion.gate.allows(field.value))

    @on(Input.Changed, "#delete-field")
    def _typed(self) -> None:
        typed = self.query_one("#delete-field", Input).value
        self.query_one("#delete-confirm", Button).disabled = not self._deletion.gate.allows(typed)

    @on(Button.Pressed, "#delete-confirm")
    def _pressed(self) -> None:
        self._confirm(self.query_one("#delete-field", Input).value)

    @on(Button.Pressed, "#delete-cancel")
    def _cancelled(self) -> None:
        self.action_close()


def _who(deletion: Deletion) -> Content:
    connection, caller = deletion.connection, deletion.caller
    if caller is not None:
        account, role = account_number(caller.account), visible(caller.short)
    elif deletion.has_asked_caller:
        account, role = "unknown (STS could not be asked)", "caller unknown"
    else:
        account, role = "not known yet (STS is being asked)", "caller not known yet"
    parts = [
        f"account {account}",
        visible(connection.region),
        f"profile {visible(connection.profile_name)}",
        role,
    ]
    lines = [" · ".join(parts)]
    if deletion.endpoint:
        lines.append(f"endpoint {visible(deletion.endpoint)}")
    return Content("\n".join(lines))


def _what(cluster_id: str, name: str | None, gate: DeletionGate) -> Content:
    cluster = gate.cluster
    current = cluster.name if cluster else name
    state = state_content(cluster.state) if cluster else Content("")
    return Content.assemble(
        (visible(cluster_id), "bold"), "   ", visible(current or "no Name"), "   ", state
    )


def _judgement(gate: DeletionGate, phase: Phase) -> list[Content]:
    if phase is Phase.CHECKING:
        return [Content("Looking once more before anything is sent …")]
    if phase is Phase.SENDING:
        return [Content("DeleteCluster was sent, waiting for the answer …")]
    if gate.is_open:
        return [
            Content.assemble(("✓ No HSMs.", "ansi_green"), " This cannot be undone; backups stay.")
        ]
    if gate.reason is Reason.UNREAD:
        return [Content("Reading the cluster …")]
    return _blocked(gate)


def _blocked(gate: DeletionGate) -> list[Content]:
    count = len(gate.hsms)
    if gate.reason is Reason.HSMS:
        noun = "HSM" if count == 1 else "HSMs"
        words = f"{count} {noun} must be deleted before this cluster can be"
    else:
        words = gate.reason.value if gate.reason else ""
    lines = [Content.assemble(("■ BLOCKED", "bold ansi_red"), f"  {words}")]
    if gate.detail:
        lines.append(Content(f"  {visible(gate.detail)}"))
    for hsm in gate.hsms:
        place = visible(hsm.availability_zone or "-")
        state = state_content(hsm.state)
        lines.append(Content.assemble(f"  {visible(hsm.hsm_id)}  {place}  ", state))
    return lines
