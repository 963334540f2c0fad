"""A line to tick."""

from typing import ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widgets import Static


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
        """Show this text, ticked or not."""
        self._ticked = ticked
        self.update(Content(f"[{'x' if ticked else ' '}] {text}"))

    def action_tick(self) -> None:
        self.post_message(self.Toggled(ticked=not self._ticked))

    def on_click(self) -> None:
        self.action_tick()
