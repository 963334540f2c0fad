"""The line under the details: what is looked for in them, and how often it is there."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from hsmtui.model.text import visible
from hsmtui.ui.commands.command import SEARCH
from hsmtui.ui.commands.keymap import bindings, key_of, remapped_in
from hsmtui.ui.widgets.field import Field


class SearchLine(Horizontal):
    """Says what is typed; it is there while something is typed or looked for."""

    class Typed(Message):
        """Another text is typed."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    class Submitted(Message):
        """Enter: the text is typed."""

    class Left(Message):
        """Escape: nothing is to be looked for."""

    BINDINGS: ClassVar = bindings(SEARCH)

    def __init__(self) -> None:
        super().__init__()
        self._field = Field(compact=True)
        self._count = Static(id="search-count", markup=False)
        self._told = Content("")
        self.display = self._field.display = False

    def compose(self) -> ComposeResult:
        yield Static("/", id="search-sign", markup=False)
        yield self._field
        yield self._count

    @property
    def is_typing(self) -> bool:
        """Whether the line is there to be typed into."""
        return self._field.display

    def open(self, words: str) -> None:
        """Let this text be edited, and take the keys."""
        field = self._field
        self.display = field.display = True
        with field.prevent(Input.Changed):
            field.value = words
        field.cursor_position = len(words)
        self.screen.set_focus(field)  # at once: the next key may have come with this one

    def close(self) -> None:
        """It is not typed into any more."""
        self._field.display = False

    def show(self, words: str, count: str) -> None:
        """Tell what is looked for, and what came of it."""
        typing = self.is_typing
        self.display = bool(words) or typing
        told = "" if typing else visible(words)
        keys = "" if typing else f"  {self._keys}"
        parts = (told, "  ", (count, "bold"), (keys, "dim")) if words else ()
        text = Content.assemble(*parts)
        if not text.is_same(self._told):
            self._told = text
            self._count.update(text)

    @property
    def _keys(self) -> str:
        commands = (("search.next", "next"), ("search.previous", "previous"), ("back", "end"))
        remapped = remapped_in(self.app)
        return " ".join(f"{key_of(command, remapped)} {name}" for command, name in commands)

    def action_leave(self) -> None:
        self.post_message(self.Left())

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(event.value))

    def action_apply(self) -> None:
        self.post_message(self.Submitted())

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_apply()
