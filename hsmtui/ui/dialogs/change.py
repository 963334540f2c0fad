"""The dialog of a change: it shows the gate, and offers the button only while the gate is open."""

import asyncio
from abc import abstractmethod
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Static
from textual.widgets.button import ButtonVariant

from hsmtui.model.gate import Gate, Reason
from hsmtui.model.text import visible
from hsmtui.model.times import age
from hsmtui.ui.changing import Change, Phase
from hsmtui.ui.dialogs.dialog import Dialog
from hsmtui.ui.look import account_number
from hsmtui.ui.working import start

AnyChange = TypeVar("AnyChange", bound=Change[Any, Any])


class _Button(Button):
    """Pressed with enter or space, as people expect of a button."""

    BINDINGS: ClassVar = [Binding("enter,space", "press", show=False)]

    def on_mount(self) -> None:
        self.active_effect_duration = 0  # while it lasts a press is lost


class ChangeDialog(Dialog[None], Generic[AnyChange]):
    """Bound to one change. It looks again every `poll_seconds`, open or shut.

    `confirm` is called with the typed text; the dialog never asks the service for more than looks.
    A kind of dialog says in its own words what is changed, what the gate says, and what is typed.
    """

    PREFIX: ClassVar = "change"
    """What the ids of the widgets begin with."""

    VERB: ClassVar = "Send"
    """What the button says."""

    ASK: ClassVar = ""
    """What to do with the field. Without it there is no field: the button confirms, and Cancel
    has the focus."""

    PLACEHOLDER: ClassVar = ""

    STAYS: ClassVar = True
    """Whether it stays to show the answer; else what is below shows what came of the request."""

    def __init__(
        self,
        heading: str,
        change: AnyChange,
        *,
        poll_seconds: float,
        clock: Callable[[], datetime],
        confirm: Callable[[str], None],
    ) -> None:
        super().__init__(heading)
        self._change = change
        self._poll_seconds = poll_seconds
        self._clock = clock
        self._confirm = confirm

    @abstractmethod
    def what(self) -> Content:
        """The line that says what is changed."""

    @abstractmethod
    def gate_open(self) -> list[Content]:
        """What the open gate says, in lines: what will happen, and what not."""

    def gate_shut(self) -> list[Content]:
        """Why the gate is shut, in lines."""
        gate: Gate = self._change.gate
        lines = [blocked(gate.headline)]
        return [*lines, Content(f"  {visible(gate.detail)}")] if gate.detail else lines

    def consents(self) -> ComposeResult:
        """Widgets between the reasons and the field, such as lines to tick."""
        yield from ()

    def opens_when(self) -> str:
        """When a shut gate opens by itself, in the words of a clause; "" where it does not."""
        return ""

    def hint(self) -> str:
        """What else may be done here, in a line of its own that is always in sight."""
        return ""

    def ask(self) -> str:
        """What stands above the field."""
        return self.ASK

    def focus_first(self) -> None:
        """Put the focus where the confirmation begins."""
        self.query_one(".change-field" if self.ASK else ".change-cancel").focus()

    @property
    def target(self) -> str:
        """The id of what this is about."""
        target: str = self._change.target
        return target

    @property
    def has_looked(self) -> bool:
        """Whether a look at the target has come to an end."""
        return self._change.gate.reason is not Reason.UNREAD

    @property
    def is_offered(self) -> bool:
        """Whether the change may be confirmed now, once what is asked for has been given."""
        return self._change.gate.is_open and self._change.phase is Phase.WATCHING

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield self._line("who")
            yield self._line("what")
            with VerticalScroll(id=f"{self.PREFIX}-why", classes="change-why", can_focus=False):
                yield self._line("gate")
            yield self._line("age")
            yield from self.consents()
            yield self._line("ask")
            yield Input(
                id=f"{self.PREFIX}-field",
                classes="change-field",
                placeholder=self.PLACEHOLDER,
                compact=True,
            )
            with Horizontal(id=f"{self.PREFIX}-buttons", classes="change-buttons"):
                yield self._button("confirm", self.VERB, "error")
                yield self._button("cancel", "Cancel", "default")

    def _line(self, part: str, text: str = "") -> Static:
        return Static(text, id=f"{self.PREFIX}-{part}", classes=f"change-{part}", markup=False)

    def _button(self, part: str, label: str, variant: ButtonVariant) -> _Button:
        name, kind = f"{self.PREFIX}-{part}", f"change-{part}"
        return _Button(label, id=name, classes=kind, variant=variant, compact=True)

    def begin(self) -> None:
        self._show_offer(offered=False)
        self._change.on_change = self.redraw
        self.redraw()
        start(self, self._await_caller, group="caller")
        self._look()
        self.set_interval(1, self._show_age)

    def on_screen_suspend(self) -> None:
        """Step aside for the dialog that comes on top."""
        for box in self.query("#box"):
            box.display = False

    def on_screen_resume(self) -> None:
        for box in self.query("#box"):
            if not box.display:
                box.display = True
                self.call_after_refresh(self._come_back)

    def _come_back(self) -> None:
        """What steps aside loses the focus; and much may have changed meanwhile."""
        if not self.is_active:  # another dialog has come on top already
            return
        self.redraw()
        self._fit()
        if self._change.phase is Phase.WATCHING:
            start(self, self._change.look, group="look")
        if self.is_offered:
            self.focus_first()
        else:
            self.query_one(".change-cancel").focus()

    def on_unmount(self) -> None:
        self._look_away()

    def _look_away(self) -> None:
        """Watch no longer; another dialog may watch the same change by now."""
        if self._change.on_change == self.redraw:
            self._change.on_change = None

    def action_close(self) -> None:
        """Close, and cancel what has not been sent: at once, not when the dialog is gone."""
        self._look_away()
        super().action_close()

    async def _await_caller(self) -> None:
        caller = asyncio.wrap_future(self._change.connection.caller)
        await asyncio.gather(caller, return_exceptions=True)
        self.redraw()

    def on_key(self, event: events.Key) -> None:
        """Only buttons and the field take the focus; keys that move scroll what is long."""
        why = self.query_one(".change-why", VerticalScroll)
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
        self.set_class(self.size.height < 20, "cramped")
        self._fit()

    def _fit(self) -> None:
        """The reasons get what the rest leaves; the buttons are always in sight."""
        if not self._is_shown:
            return
        box = self.query_one("#box")
        why = self.query_one(".change-why")
        rest = [child for child in box.children if child.display and child is not why]
        taken = sum(child.outer_size.height + child.styles.margin.height for child in rest)
        room = self.size.height - taken - box.styles.gutter.height - 1
        why.styles.max_height = max(1, room)

    def _look(self) -> None:
        start(self, self._look_and_wait, group="look")

    async def _look_and_wait(self) -> None:
        if self._change.phase is Phase.WATCHING:
            await self._change.look()
        if self._change.phase is not Phase.ACCEPTED:
            self.set_timer(self._poll_seconds, self._look)

    @property
    def _is_shown(self) -> bool:
        """Whether there is something to draw on: what closes loses its widgets first."""
        return self.app.is_running and self.is_attached and self in self.app.screen_stack

    def redraw(self) -> None:
        """Draw what is known now."""
        if not self._is_shown:
            return
        self.query_one(".change-who", Static).update(_who(self._change))
        self.query_one(".change-what", Static).update(self.what())
        self.query_one(".change-gate", Static).update(self._gate_text())
        self._show_age()
        self.call_after_refresh(self._fit)
        self._show_offer(offered=self.is_offered)
        if self._change.phase is Phase.ACCEPTED and not self.STAYS:
            self.dismiss()

    def _gate_text(self) -> Content:
        change, lines = self._change, []
        if change.outcome is not None:
            outcome = change.outcome
            lines.append(Content.styled(outcome.headline, "bold"))
            lines += [Content(visible(t)) for t in (outcome.detail, outcome.remedy) if t]
        if change.phase is not Phase.ACCEPTED:
            lines += self._judgement()
        return Content("\n").join(lines)

    def _judgement(self) -> list[Content]:
        change = self._change
        if change.phase is Phase.CHECKING:
            return [Content("Looking once more before anything is sent …")]
        if change.phase is Phase.SENDING:
            return [Content(f"{change.operation} was sent, waiting for the answer …")]
        if change.gate.is_open:
            return self.gate_open()
        if not self.has_looked:
            return [Content(f"Reading the {change.gate.READS} …")]
        return self.gate_shut()

    def _show_age(self) -> None:
        if not self._is_shown:
            return
        words = ""
        if self._change.phase is Phase.WATCHING:
            read_at = self._change.read_at
            every = f"looks again every {self._poll_seconds:g} s{self.opens_when()}"
            when = f"Read {age(read_at, self._clock())} ago; " if read_at else ""
            words = f"{when}{every}."
            words = "\n".join(filter(None, (words[0].upper() + words[1:], self.hint())))
        self.query_one(".change-age", Static).update(words)

    def _show_offer(self, *, offered: bool) -> None:
        """Shut, only Cancel is there to be focused; open, the focus goes to an empty field."""
        field = self.query_one(".change-field", Input)
        confirm = self.query_one(".change-confirm", Button)
        cancel = self.query_one(".change-cancel", Button)
        sent = self._change.phase in {Phase.SENDING, Phase.ACCEPTED}
        cancel.label = "Close" if sent else "Cancel"
        opening, shutting = offered and not confirm.display, not offered and confirm.display
        confirm.display = offered
        field.display = offered and bool(self.ASK)
        ask = self.query_one(".change-ask", Static)
        ask.display = field.display
        ask.update(self.ask())
        field.disabled = not field.display
        if opening:
            field.value = ""
            self.focus_first()
        elif shutting or self.focused is None:
            cancel.focus()
        self.show_permission()

    @property
    def _typed(self) -> str:
        return self.query_one(".change-field", Input).value if self.ASK else self.target

    @on(Input.Changed, ".change-field")
    def show_permission(self) -> None:
        """The button can be pressed while what was typed is what is asked for."""
        permitted = self.is_offered and self._change.allows(self._typed)
        self.query_one(".change-confirm", Button).disabled = not permitted

    @on(Button.Pressed, ".change-confirm")
    def _pressed(self) -> None:
        self._confirm(self._typed)

    @on(Button.Pressed, ".change-cancel")
    def _cancelled(self) -> None:
        self.action_close()


def blocked(words: str) -> Content:
    """The line that says that a gate is shut, and why."""
    return Content.assemble(("■ BLOCKED", "bold ansi_red"), f"  {visible(words)}")


def _who(change: Change[Any, Any]) -> Content:
    connection, caller = change.connection, change.caller
    if caller is not None:
        account, role = account_number(caller.account), visible(caller.short)
    elif change.has_asked_caller:
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
    if change.endpoint:
        lines.append(f"endpoint {visible(change.endpoint)}")
    return Content("\n".join(lines))
