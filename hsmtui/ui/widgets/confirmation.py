"""A button and a checkbox for what is not to be pressed or agreed to by chance."""

from typing import ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Button, Static


class ChosenButton(Button):
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


class CompactCheckbox(Static, can_focus=True):
    """Ticked and unticked with space or a click; the text says what is agreed to."""

    BINDINGS: ClassVar = [Binding("space", "tick", show=False)]

    class Toggled(Message):
        """The person ticked the line, or unticked it."""

        def __init__(self, *, ticked: bool) -> None:
            super().__init__()
            self.ticked = ticked

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, markup=False)
        self._ticked = False

    def show(self, text: str, *, ticked: bool) -> None:
        self._ticked = ticked
        self.update(Content(f"[{'x' if ticked else ' '}] {text}"))

    def action_tick(self) -> None:
        self.post_message(self.Toggled(ticked=not self._ticked))

    def on_click(self) -> None:
        self.action_tick()
