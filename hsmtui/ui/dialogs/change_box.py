"""The parts of the dialog of a change, and how they share the rows that the terminal has."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.geometry import Size, Spacing
from textual.widget import Widget
from textual.widgets import Button, Static
from textual.widgets.button import ButtonVariant

from hsmtui.changes.change import Change
from hsmtui.ui.dialogs.change_words import blocked
from hsmtui.ui.dialogs.dialog import WIDEST_BOX, Dialog, scroll_with
from hsmtui.ui.dialogs.room import TooSmall, columns, in_sight, rows
from hsmtui.ui.host import start
from hsmtui.ui.widgets.confirmation import ChosenButton
from hsmtui.ui.widgets.field import Field

_BLANKS = 3
"""Blank rows between the parts of a dialog where there is room for them."""

READABLE = 3
"""Rows of the reasons that are in sight before anything else has a place."""

BIG_ENOUGH = TooSmall(Size(), Size())

_Change: TypeAlias = Change[Any, Any, Any]


class ChangeBox(Vertical):
    """Who changes what, why the gate is open or shut, what is asked for, and the buttons.

    The ids of the parts begin with `prefix`. Without `asks` there is no field.
    `checkboxes` are between the reasons and the field.
    """

    def __init__(
        self, prefix: str, verb: str, placeholder: str, *, asks: bool, checkboxes: Sequence[Widget]
    ) -> None:
        super().__init__(id="box")
        self.styles.width = WIDEST_BOX
        self._prefix = prefix
        self.asks = asks
        self.who, self.what, self.gate, self.age, self.ask, self._too_small = map(
            self._line, ("who", "what", "gate", "age", "ask", "lack")
        )
        self.why = VerticalScroll(
            self._too_small, self.gate, id=f"{prefix}-why", classes="change-why", can_focus=False
        )
        self.checkboxes = checkboxes
        self.field = Field(
            id=f"{prefix}-field", classes="change-field", placeholder=placeholder, compact=True
        )
        self.confirm = self._button("confirm", verb, "error")
        self.cancel = self._button("cancel", "Cancel", "default")

    def _line(self, part: str) -> Static:
        return Static(id=f"{self._prefix}-{part}", classes=f"change-{part}", markup=False)

    def _button(self, part: str, label: str, variant: ButtonVariant) -> ChosenButton:
        name, kind = f"{self._prefix}-{part}", f"change-{part}"
        return ChosenButton(label, id=name, classes=kind, variant=variant, compact=True)

    def compose(self) -> ComposeResult:
        yield from (self.who, self.what, self.why, self.age)
        for checkbox in self.checkboxes:
            yield checkbox.add_class("change-consent")
        yield from (self.ask, self.field)
        with Horizontal(id=f"{self._prefix}-buttons", classes="change-buttons"):
            yield from (self.confirm, self.cancel)

    def is_in_sight(self, checkboxes: Sequence[Widget]) -> bool:
        """Whether all that is to be read, given and pressed stands on the screen as it is now;
        `checkboxes` are those that are asked for."""
        buttons = (self.confirm, self.cancel)
        return all(map(in_sight, (*self._to_be_read(checkboxes), *buttons)))

    def _to_be_read(self, checkboxes: Sequence[Widget]) -> Iterator[Widget]:
        yield from (self.who, self.what, self.gate, self.age)
        yield from self._to_be_given(checkboxes)

    def _to_be_given(self, checkboxes: Sequence[Widget]) -> Iterator[Widget]:
        yield from checkboxes
        if self.asks:
            yield from (self.ask, self.field)

    def fit(
        self, typed: str, checkboxes: Sequence[Widget], action_words: str, *, gate_lets: bool
    ) -> TooSmall:
        """Give each part its rows; what the terminal lacks to show all of an open gate at once.

        `typed` is what the field has to have room for. Where anything is lacking that is said
        instead, with `action_words` as what is not to be done before all is read.
        """
        needed = self._needed(typed, checkboxes) if gate_lets else Size()
        too_small = TooSmall(self.screen.size, needed)
        self._too_small.display = bool(too_small)
        self._too_small.update(blocked(too_small.sentence(action_words)))
        if rows(self._too_small, self._columns) >= self.screen.size.height - self._frame.height:
            self._too_small.update(blocked(too_small.short))
        is_shown = gate_lets and not too_small
        self._divide(list(self._to_be_given(checkboxes)) if is_shown else None)
        return too_small

    @property
    def _frame(self) -> Spacing:
        return self.styles.gutter

    @property
    def _columns(self) -> int:
        """The columns within the frame."""
        return min(WIDEST_BOX, self.screen.size.width) - self._frame.width

    def _rows(self, *parts: Widget) -> int:
        return sum(rows(part, self._columns) for part in parts)

    def _needed(self, typed: str, checkboxes: Sequence[Widget]) -> Size:
        """What the terminal must have so that all can be seen at once, without any blank rows."""
        text = cell_len(typed) + 1 + self.field.styles.gutter.width if self.asks else 0
        buttons = columns(self.confirm) + columns(self.cancel)
        needed = Size(max(text, buttons), 1 + self._rows(*self._to_be_read(checkboxes)))
        return needed + self._frame.totals

    def _divide(self, given: Sequence[Widget] | None) -> None:
        """The reasons get what the rest leaves, also what is to be given; where that is too
        little, what comes before them gives way. Cancel is always in sight."""
        about = (self.who, self.what, self.age)
        above, text = self._rows(*about), self._rows(*(p for p in self.why.children if p.display))
        free = self.screen.size.height - self._frame.height - 1 - self._rows(*(given or ()))
        notice = self._rows(self._too_small) if self._too_small.display else 0
        crowded = given is None and free - above < max(notice, min(text, READABLE))
        for part in about:
            part.display = not crowded
        free -= 0 if crowded else above
        self.set_class(free < text + _BLANKS, "cramped")
        self.set_class(free >= text, "whole")
        self.why.styles.max_height = max(1, free)


class BoxDialog(Dialog[None]):
    """A dialog with such a box: it steps aside for the dialog that comes on top, and what has not
    been sent when it closes is not sent any more. Nothing is sent that is not in sight whole."""

    AUTO_FOCUS = ""
    """The focus is the dialog's own to give."""

    _box: ChangeBox

    def compose(self) -> ComposeResult:
        yield self._box

    @property
    def changes(self) -> Sequence[_Change]:
        """Those that are watched here."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Draw them as they are now."""
        raise NotImplementedError

    def is_whole(self) -> bool:
        """Whether all that is to be read, given and pressed stands on the screen as it is now."""
        raise NotImplementedError

    def send(self) -> bool:
        """The button was pressed; whether there is anything to be sent."""
        raise NotImplementedError

    def begin(self) -> None:
        for change in self.changes:
            change.on_change = self.redraw
            change.is_shown_whole = self.is_whole
        start(self, self._await_callers, group="caller")

    async def _await_callers(self) -> None:
        """Who would do it is said once STS has said it."""
        callers = {change.connection.caller for change in self.changes}
        await asyncio.gather(*map(asyncio.wrap_future, callers), return_exceptions=True)
        self.redraw()

    def fall_back(self) -> None:
        """Put the focus on Cancel, without anybody having chosen that."""
        if self.focused is not self._box.cancel:
            self._box.cancel.is_chosen = False
            self.set_focus(self._box.cancel)

    def on_resize(self) -> None:
        self.redraw()

    def on_key(self, event: events.Key) -> None:
        """Only buttons and the field take the focus; keys that move scroll what is long."""
        if event.key in {"tab", "shift+tab"}:
            self.move_focus(event)
        scroll_with(event, self._box.why)

    def move_focus(self, event: events.Key) -> None:
        """The person moves the focus: where it comes to is chosen."""
        self._box.cancel.is_chosen = True

    @on(Button.Pressed, ".change-confirm")
    def _pressed(self) -> None:
        """Pressed before the latest look is drawn, or half in sight, it does nothing."""
        if not (self.is_whole() and self.send()):
            self.say("Not all was on the screen: nothing was sent")

    def on_screen_suspend(self) -> None:
        self._box.display = False

    def on_screen_resume(self) -> None:
        if not self._box.display:
            self._box.display = True
            self.call_after_refresh(self._is_back)

    def _is_back(self) -> None:
        if self.is_active:  # else another dialog has come on top already
            self.come_back()

    def come_back(self) -> None:
        """What steps aside loses the focus; and much may have changed meanwhile."""
        raise NotImplementedError

    def look_away(self) -> None:
        """Watch no longer, and send nothing more; another dialog may watch the same by now."""
        for change in self.changes:
            if change.on_change == self.redraw:
                change.on_change = None
                change.is_shown_whole = lambda: False

    @on(ChosenButton.NotMeant)
    def _say_how_to_close(self) -> None:
        self.say(f"{self.closing}; or tab, then enter")

    @on(Button.Pressed, ".change-cancel")
    def _cancelled(self) -> None:
        self.action_close()

    def on_unmount(self) -> None:
        self.look_away()

    def action_close(self) -> None:
        """Close, and cancel what has not been sent: at once, not when the dialog is gone."""
        self.look_away()
        super().action_close()
