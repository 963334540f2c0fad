"""The line of keys at the bottom: what can be done where the focus is."""

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from hsmtui.ui.commands.footer_keys import GAP, FooterKey, Label, fitting, labels
from hsmtui.ui.commands.keymap import remapped_in
from hsmtui.ui.theme import KEY

FOOTER_MARGIN = 1
"""Cells at both ends of the line."""


class Footer(Static):
    """Keys and their short names, as many as fit; a click does what the key does.

    One line of text: a widget for each key costs as much to draw again at each change of the focus
    as the whole list. It is drawn again only where it says something else.
    """

    class Clicked(Message):
        """The command with this id was clicked."""

        def __init__(self, command: str) -> None:
            super().__init__()
            self.command = command

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._keys: Sequence[FooterKey] = ()
        self._shown: list[Label] = []

    def show(self, keys: Sequence[FooterKey]) -> None:
        """Name these, the most useful first."""
        if keys != self._keys:
            self._keys = keys
            self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        every = labels(self._keys, remapped_in(self.app))
        shown = fitting(every, self.size.width - 2 * FOOTER_MARGIN)
        if shown != self._shown:
            self._shown = shown
            self.update(Content(" " * GAP).join(map(_drawn, shown)), layout=False)

    def on_click(self, event: events.Click) -> None:
        at = FOOTER_MARGIN
        for each in self._shown:
            if at <= event.x < at + each.cells:
                self.post_message(self.Clicked(each.command))
            at += each.cells + GAP


def _drawn(label: Label) -> Content:
    return Content.assemble((label.key, KEY), " ", label.name)
