"""What every dialog shares: a framed box in the middle, closed with escape."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import ClassVar, TypeVar

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Static

from hsmtui.aws.prompter import Prompter
from hsmtui.model.text import visible
from hsmtui.ui.commands.command import DIALOG
from hsmtui.ui.commands.keymap import bindings, key_of, remapped_in
from hsmtui.ui.terminal.private import BaseScreen

_Result = TypeVar("_Result")

NARROWEST_BOX, WIDEST_BOX = 76, 110
"""Columns of a dialog where the terminal has them."""

FRAME = 6
"""Columns that frame, blanks and scroll bar take of the box."""


def _frame_words(words: str, room: int) -> Content:
    """What stands in a frame of keys: parts joined by dots, of which the first word is the key, or
    keys with a stroke between them; as many as have room, and the last in any case."""
    every = words.split(" · ")
    while len(every) > 1 and cell_len(" · ".join(every)) > room:
        del every[-2]
    parts = (part.partition(" ") for part in every)
    return Content(" · ").join(Content.assemble((key, "bold"), *rest) for key, *rest in parts)


def obey(event: events.Key, ways: Mapping[str, Callable[[], object]]) -> None:
    """Do what a key is for here, and nothing else; other keys stay as they are."""
    if event.key in ways:
        event.stop()
        event.prevent_default()
        ways[event.key]()


def scroll_with(event: events.Key, scroll: VerticalScroll) -> None:
    """Have the keys that move scroll a text that never has the focus."""
    ways = {
        "up": scroll.scroll_up,
        "down": scroll.scroll_down,
        "pageup": scroll.scroll_page_up,
        "pagedown": scroll.scroll_page_down,
    }
    obey(event, {key: partial(way, animate=False) for key, way in ways.items()})


class Dialog(ModalScreen[_Result], BaseScreen[_Result]):
    """A modal box with a title in its frame."""

    BINDINGS: ClassVar = bindings(DIALOG)
    CLOSING: ClassVar = "closes"
    """What the key that closes it does, as a verb."""

    def __init__(self, heading: str) -> None:
        super().__init__()
        self._heading = visible(heading)
        self._is_closing = False

    def on_mount(self) -> None:
        if self.is_attached:  # else the app ends and has made no widgets
            box = self.query_one("#box")
            box.border_title = Content(self._heading)  # never parsed as markup
            self.tell_keys()
            if self.told:
                box.styles.width = box_width(self.told)
            self.begin()

    @property
    def told(self) -> Content:
        """The text that the box is made wide enough for, where it is known from the beginning; it
        is as wide as that needs for as long as it is there."""
        return Content("")

    @property
    def remapped(self) -> Mapping[str, str]:
        """The user's key map."""
        return remapped_in(self.app)

    @property
    def closing(self) -> str:
        """Which keys there are, that which closes it last."""
        return f"{key_of('dialog.close', self.remapped)} {self.CLOSING}"

    @property
    def is_shown(self) -> bool:
        """Whether there is something to draw on: what closes loses its widgets first."""
        return self.app.is_running and self.is_attached and self in self.app.screen_stack

    def on_resize(self) -> None:
        self.tell_keys()

    def tell_keys(self) -> None:
        """Name the keys in the frame, as they are now."""
        for box in self.query("#box"):
            width = box.styles.width.cells if box.styles.width is not None else None
            room = min(width or self.app.size.width, self.app.size.width) - FRAME
            box.border_subtitle = _frame_words(self.closing, room)

    def say(self, words: str) -> None:
        """Say in a line what came of a key: in the frame, where it covers nothing."""
        for box in self.query("#box"):
            box.border_subtitle = Content.styled(words, "bold")

    def on_descendant_focus(self) -> None:
        """Something takes keys now."""
        self.post_message(self.Ready())

    class Ready(Message):
        """The dialog takes keys."""

    def yields_to(self, prompter: Prompter) -> bool:
        """Whether the question that is open there may come over it."""
        return True

    def begin(self) -> None:
        """Take up the work, once the widgets are there."""

    def action_close(self) -> None:
        self.dismiss(None)

    def dismiss(self, result: _Result | None = None) -> AwaitComplete:
        """Close once, and only on top: what is closed is the screen on top, whichever asks for it.

        Enter and escape may come together, and an answer while another dialog is in front.
        """
        if self._is_closing or not self.is_active:
            return AwaitComplete()
        self._is_closing = True
        return super().dismiss(result)


def box_width(told: Content) -> int:
    """Columns of a box in which no line of a text is broken, within what a person likes to read;
    the frame, a blank at either side and a scroll bar have theirs."""
    longest = max((line.cell_length for line in told.split("\n", allow_blank=True)), default=0)
    return max(NARROWEST_BOX, min(longest + FRAME, WIDEST_BOX))


class TextDialog(Dialog[None]):
    """A text to read, which scrolls where it is long."""

    def __init__(self, heading: str, text: Content) -> None:
        super().__init__(heading)
        self._text = text

    @property
    def told(self) -> Content:
        return self._text

    def compose(self) -> ComposeResult:
        with Vertical(id="box"), VerticalScroll():
            yield Static(self._text, markup=False)
