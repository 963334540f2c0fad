"""The parts of the dialog of a change, and how they share the rows that the terminal has."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.geometry import Size, Spacing
from textual.widget import Widget
from textual.widgets import Input, Static
from textual.widgets.button import ButtonVariant

from hsmtui.ui.dialogs.change_text import blocked
from hsmtui.ui.dialogs.room import Lack, columns, in_sight, rows
from hsmtui.ui.widgets.button import ChosenButton

_WIDEST = 76
"""Columns of a dialog where the terminal has them."""

_BLANKS = 3
"""Blank rows between the parts of a dialog where there is room for them."""

READABLE = 3
"""Rows of the reasons that are in sight before anything else has a place."""

NO_LACK = Lack(Size(), Size())


class ChangeBox(Vertical):
    """Who changes what, why the gate is open or shut, what is asked for, and the buttons.

    The ids of the parts begin with `prefix`. Without `asks` there is never a field. `consents` are
    between the reasons and the field.
    """

    def __init__(
        self, prefix: str, verb: str, placeholder: str, *, asks: bool, consents: Sequence[Widget]
    ) -> None:
        super().__init__(id="box")
        self._prefix = prefix
        self._asks = asks
        self.who, self.what, self.gate, self.age, self.ask, self._lack = map(
            self._line, ("who", "what", "gate", "age", "ask", "lack")
        )
        self.why = VerticalScroll(
            self._lack, self.gate, id=f"{prefix}-why", classes="change-why", can_focus=False
        )
        self.consents = consents
        self.field = Input(
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
        for consent in self.consents:
            yield consent.add_class("change-consent")
        yield from (self.ask, self.field)
        with Horizontal(id=f"{self._prefix}-buttons", classes="change-buttons"):
            yield from (self.confirm, self.cancel)

    def is_in_sight(self, consents: Sequence[Widget]) -> bool:
        """Whether all that is to be read, given and pressed stands on the screen as it is now;
        `consents` are those that are asked for."""
        buttons = (self.confirm, self.cancel)
        return all(map(in_sight, (*self._to_be_read(consents), *buttons)))

    def _to_be_read(self, consents: Sequence[Widget]) -> Iterator[Widget]:
        yield from (self.who, self.what, self.gate, self.age)
        yield from self._to_be_given(consents)

    def _to_be_given(self, consents: Sequence[Widget]) -> Iterator[Widget]:
        yield from consents
        if self._asks:
            yield from (self.ask, self.field)

    def fit(self, typed: str, consents: Sequence[Widget], deed: str, *, gate_lets: bool) -> Lack:
        """Give each part its rows; what the terminal lacks to show all of an open gate at once.

        `typed` is what the field has to have room for. Where anything is lacking that is said
        instead, with `deed` as what is not to be done before all is read.
        """
        lack = Lack(self.screen.size, self._needed(typed, consents)) if gate_lets else NO_LACK
        self._lack.display = bool(lack)
        self._lack.update(blocked(lack.told(deed)))
        if rows(self._lack, self._columns) >= self.screen.size.height - self._frame.height:
            self._lack.update(blocked(lack.in_short))
        is_offered = gate_lets and not lack
        self._divide(list(self._to_be_given(consents)) if is_offered else None)
        return lack

    @property
    def _frame(self) -> Spacing:
        return self.styles.gutter

    @property
    def _columns(self) -> int:
        """The columns within the frame."""
        return min(_WIDEST, self.screen.size.width) - self._frame.width

    def _rows(self, *parts: Widget) -> int:
        return sum(rows(part, self._columns) for part in parts)

    def _needed(self, typed: str, consents: Sequence[Widget]) -> Size:
        """What the terminal must have so that all can be seen at once, without any blank rows."""
        text = cell_len(typed) + 1 + self.field.styles.gutter.width if self._asks else 0
        buttons = columns(self.confirm) + columns(self.cancel)
        needed = Size(max(text, buttons), 1 + self._rows(*self._to_be_read(consents)))
        return needed + self._frame.totals

    def _divide(self, offered: Sequence[Widget] | None) -> None:
        """The reasons get what the rest leaves, also what is offered to be given; where that is too
        little, what comes before them gives way. Cancel is always in sight."""
        about = (self.who, self.what, self.age)
        above, text = self._rows(*about), self._rows(*(p for p in self.why.children if p.display))
        free = self.screen.size.height - self._frame.height - 1 - self._rows(*(offered or ()))
        told = self._rows(self._lack) if self._lack.display else 0
        crowded = offered is None and free - above < max(told, min(text, READABLE))
        for part in about:
            part.display = not crowded
        free -= 0 if crowded else above
        self.set_class(free < text + _BLANKS, "cramped")
        self.set_class(free >= text, "whole")
        self.why.styles.max_height = max(1, free)
