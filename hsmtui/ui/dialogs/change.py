"""The dialog of a change: it shows the gate, and offers the button only while the gate is open."""

import asyncio
from abc import abstractmethod
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Size, Spacing
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Button, Input, Static
from textual.widgets.button import ButtonVariant

from hsmtui.changes.change import Change, Phase
from hsmtui.model.gates.gate import Gate, Reason
from hsmtui.model.text import visible
from hsmtui.model.times import age
from hsmtui.ui.dialogs.dialog import Dialog
from hsmtui.ui.dialogs.room import Lack, columns, in_sight, rows
from hsmtui.ui.theme import account_number
from hsmtui.ui.working import start

AnyChange = TypeVar("AnyChange", bound=Change[Any, Any])


WIDEST = 76
"""Columns of a dialog where the terminal has them."""

BLANKS = 3
"""Blank rows between the parts of a dialog where there is room for them."""

READABLE = 3
"""Rows of the reasons that are in sight before anything else has a place."""


class _Button(Button):
    """Pressed with enter or space, as people expect of a button, unless the focus has come to it by
    itself: then these keys were meant for something else."""

    BINDINGS: ClassVar = [Binding("enter,space", "press", show=False)]

    is_chosen: reactive[bool] = reactive(True)
    """Whether the person has moved the focus here."""

    class NotMeant(Message):
        """Enter or space came to a button that nobody has chosen."""

    def on_mount(self) -> None:
        self.active_effect_duration = 0  # while it lasts a press is lost

    def watch_is_chosen(self, is_chosen: bool) -> None:
        self.set_class(not is_chosen, "-unchosen")

    def action_press(self) -> None:
        if self.is_chosen:
            super().action_press()
        else:
            self.post_message(self.NotMeant())


class ChangeDialog(Dialog[None], Generic[AnyChange]):
    """Bound to one change. It looks again every `poll_seconds`, open or shut.

    `confirm` is called with the typed text; the dialog never asks the service for more than looks.
    A kind of dialog says in its own words what is changed, what the gate says, and what is typed.
    Where the terminal does not show all of that at once, nothing can be confirmed.
    """

    AUTO_FOCUS = ""
    """The focus is the dialog's own to give."""

    PREFIX: ClassVar = "change"
    """What the ids of the widgets begin with."""

    VERB: ClassVar = "Send"
    """What the button says."""

    ASK: ClassVar = ""
    """What to do with the field. Without it there is no field: the button confirms, and Cancel
    has the focus."""

    NOT_IT: ClassVar = ""
    """What is said of another text in the field, no longer than `ASK`."""

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
        self._lack = Lack(Size(), Size())
        self._is_contradicted = False

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

    def consents(self) -> Iterable[Widget]:
        """Widgets between the reasons and the field, such as lines to tick."""
        return ()

    @property
    def consents_asked(self) -> Iterable[Widget]:
        """Those of them that are asked for now."""
        return ()

    def opens_when(self) -> str:
        """When a shut gate opens by itself, in the words of a clause; "" where it does not."""
        return ""

    def hint(self) -> str:
        """What else may be done here, in a line of its own that is always in sight."""
        return ""

    def ask(self) -> str:
        """What stands above the field."""
        return self.ASK

    def contradiction(self) -> str:
        """What stands there instead where somebody goes on from a text that is not enough."""
        return self.NOT_IT

    def focus_first(self) -> None:
        """Put the focus where the confirmation begins: without a field, on Cancel, to which an
        enter may go unless it was meant for the button that is gone."""
        if self.ASK:
            self.set_focus(self._field)
        else:
            self._fall_back()
            self.query_one(".change-cancel", _Button).is_chosen = self._change.outcome is None

    def _fall_back(self) -> None:
        """Put the focus on Cancel, without anybody having chosen that."""
        cancel = self.query_one(".change-cancel", _Button)
        if self.focused is not cancel:
            cancel.is_chosen = False
            self.set_focus(cancel)

    @property
    def deed(self) -> str:
        """What the button does, as a verb."""
        return self.VERB.lower()

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
    def gate_lets(self) -> bool:
        """Whether the gate is open, and nothing is under way."""
        return self._change.gate.is_open and self._change.phase is Phase.WATCHING

    @property
    def is_offered(self) -> bool:
        """Whether the change may be confirmed now, once what is asked for has been given."""
        return self.gate_lets and not self._lack

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield self._line("who")
            yield self._line("what")
            with VerticalScroll(id=f"{self.PREFIX}-why", classes="change-why", can_focus=False):
                yield self._line("lack")
                yield self._line("gate")
            yield self._line("age")
            for consent in self.consents():
                yield consent.add_class("change-consent")
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
        self._change.is_shown_whole = self.is_whole
        self.redraw()
        start(self, self._await_caller, group="caller")
        self._look()
        self.set_interval(1, self._draw_again)

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
        if self._change.phase is Phase.WATCHING:
            start(self, self._change.look, group="look")
        if self.is_offered:
            self.focus_first()
        else:
            self._fall_back()

    def on_unmount(self) -> None:
        self._look_away()

    def _look_away(self) -> None:
        """Watch no longer; another dialog may watch the same change by now."""
        if self._change.on_change == self.redraw:
            self._change.on_change = None
            self._change.is_shown_whole = lambda: False

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
        if event.key in {"tab", "shift+tab"}:
            self._go_on(event)
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

    def _go_on(self, event: events.Key) -> None:
        """The focus is moved; from a text that is not enough it goes back, but not on."""
        self.query_one(".change-cancel", _Button).is_chosen = True
        if event.key == "tab" and self._contradict():
            event.stop()

    @on(Input.Submitted, ".change-field")
    def _contradict(self) -> bool:
        """Say it where the field has the focus and a text that is not enough; whether it has."""
        wrong = self.focused is self._field and bool(self._typed) and not self._is_permitted
        if wrong:
            self._is_contradicted = True
            self.redraw()
        return wrong

    @on(_Button.NotMeant)
    def _say_how_to_close(self) -> None:
        self.say("esc closes; or tab, then enter")

    def on_resize(self) -> None:
        self.redraw()

    # Room

    def is_whole(self) -> bool:
        """Whether all that is to be read, given and pressed stands on the screen as it is now."""
        return self.is_active and all(map(in_sight, self._to_be_seen))

    @property
    def _to_be_seen(self) -> Iterable[Widget]:
        about = self.query(".change-who, .change-what, .change-gate, .change-age")
        return *about, *self._to_be_given, *self.query(Button)

    @property
    def _to_be_given(self) -> Iterable[Widget]:
        yield from self.consents_asked
        if self.ASK:
            yield from self.query(".change-ask, .change-field")

    def _fit(self) -> None:
        """Find out whether there is room for all; where there is not, say so instead."""
        self._lack = Lack(self.size, self._needed) if self.gate_lets else Lack(Size(), Size())
        lack = self.query_one(".change-lack", Static)
        lack.display = bool(self._lack)
        lack.update(blocked(self._lack.told(self.deed)))
        if rows(lack, self._width) >= self.size.height - self._frame.height:
            lack.update(blocked(self._lack.in_short))
        self._divide()

    @property
    def _frame(self) -> Spacing:
        return self.query_one("#box").styles.gutter

    @property
    def _width(self) -> int:
        """The columns within the frame."""
        return min(WIDEST, self.size.width) - self._frame.width

    @property
    def _needed(self) -> Size:
        """What the terminal must have so that all can be seen at once, without any blank rows."""
        texts = [part for part in self._to_be_seen if not isinstance(part, Button)]
        typed = cell_len(self.target) + 1 + self._field.styles.gutter.width if self.ASK else 0
        buttons = sum(columns(button) for button in self.query(Button))
        needed = Size(max(typed, buttons), 1 + sum(rows(part, self._width) for part in texts))
        return needed + self._frame.totals

    def _divide(self) -> None:
        """The reasons get what the rest leaves; where that is too little, what comes before them
        gives way. Cancel is always in sight."""
        about = list(self.query(".change-who, .change-what, .change-age"))
        why = [part for part in self.query(".change-lack, .change-gate") if part.display]
        above = sum(rows(part, self._width) for part in about)
        text = sum(rows(part, self._width) for part in why)
        free = self.size.height - self._frame.height - 1
        if self.is_offered:
            free -= sum(rows(part, self._width) for part in self._to_be_given)
        told = rows(self.query_one(".change-lack"), self._width) if self._lack else 0
        crowded = not self.is_offered and free - above < max(told, min(text, READABLE))
        for part in about:
            part.display = not crowded
        free -= 0 if crowded else above
        self.set_class(free < text + BLANKS, "cramped")
        self.set_class(free >= text, "whole")
        self.query_one(".change-why").styles.max_height = max(1, free)

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
        self._draw_again()
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

    def _draw_again(self) -> None:
        """What changes by itself: the age, and with it what has room."""
        if self._is_shown:
            self._show_age()
            self._fit()
            self._show_offer(offered=self.is_offered)

    def _show_age(self) -> None:
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
        confirm = self.query_one(".change-confirm", Button)
        sent = self._change.phase in {Phase.SENDING, Phase.ACCEPTED}
        self.query_one(".change-cancel", Button).label = "Close" if sent else "Cancel"
        opening, shutting = offered and not confirm.display, not offered and confirm.display
        confirm.display = offered
        for consent in self.query(".change-consent"):
            consent.display = offered and consent in self.consents_asked
        if opening:
            self._field.value = ""
        self._show_field(offered=offered and bool(self.ASK))
        if opening:
            self.focus_first()
        elif shutting or self.focused is None:
            self._fall_back()
        self.show_permission()

    def _show_field(self, *, offered: bool) -> None:
        ask = self.query_one(".change-ask", Static)
        ask.display = self._field.display = offered
        ask.update(self._ask_text())
        self._field.disabled = not offered

    def _ask_text(self) -> Content:
        if self._is_contradicted:
            return Content.styled(self.contradiction(), "bold ansi_red")
        return Content(self.ask())

    @property
    def _field(self) -> Input:
        return self.query_one(".change-field", Input)

    @property
    def _typed(self) -> str:
        return self._field.value if self.ASK else self.target

    @property
    def _is_permitted(self) -> bool:
        return self.is_offered and self._change.allows(self._typed)

    @on(Input.Changed, ".change-field")
    def _typed_on(self) -> None:
        if self._is_contradicted:
            self._is_contradicted = False
            self.redraw()
        self.show_permission()

    def show_permission(self) -> None:
        """The button can be pressed while what was typed is what is asked for."""
        self.query_one(".change-confirm", Button).disabled = not self._is_permitted

    @on(Button.Pressed, ".change-confirm")
    def _pressed(self) -> None:
        """Pressed before the latest news is drawn, or half in sight, it does nothing."""
        if self.is_whole():
            self._confirm(self._typed)
        else:
            self.say("Not all was in sight: nothing was sent")

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
