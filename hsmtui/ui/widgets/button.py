"""A button for what is not to be pressed by chance."""

from typing import ClassVar

from textual.binding import Binding
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Button


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
