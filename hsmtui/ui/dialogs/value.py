"""A field for one value: what the service would not take is told while it is typed."""

from abc import abstractmethod
from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from hsmtui.ui.dialogs.dialog import Dialog
from hsmtui.ui.widgets.field import Field

_Value = TypeVar("_Value")


class ValueDialog(Dialog[_Value]):
    """Answers with what was typed, once that may be taken; `now` says what it is until then."""

    CLOSING: ClassVar = "goes back"

    def __init__(
        self, heading: str, placeholder: str, first: str = "", now: Content | None = None
    ) -> None:
        super().__init__(heading)
        self._field = Field(first, placeholder=placeholder, id="value", compact=True)
        self._now = now
        self._word = Static(markup=False)

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            if self._now is not None:
                yield Static(self._now, id="value-now", markup=False)
            yield self._field
            with VerticalScroll(can_focus=False):
                yield self._word

    def begin(self) -> None:
        self._say()

    @on(Input.Changed)
    def _say(self) -> None:
        self._word.update(self.word(self._field.value))

    @on(Input.Submitted)
    def _enter(self, event: Input.Submitted) -> None:
        value = self.taken(event.value)
        if value is not None:
            self.dismiss(value)

    @abstractmethod
    def word(self, typed: str) -> Content:
        """What is said of a text."""

    @abstractmethod
    def taken(self, typed: str) -> _Value | None:
        """What a text stands for; None where it cannot be taken."""
