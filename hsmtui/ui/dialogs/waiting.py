"""A dialog that says what is waited for, and closes when it has come."""

import asyncio
from typing import Any, ClassVar

from textual.content import Content

from hsmtui.ui.dialogs.dialog import TextDialog


class WaitingDialog(TextDialog):
    """Is there until the work is done, or until the person closes it."""

    CLOSING: ClassVar = "cancels"

    def __init__(self, heading: str, words: str, work: "asyncio.Future[Any]") -> None:
        super().__init__(heading, Content(words))
        self._work = work

    def begin(self) -> None:
        self._work.add_done_callback(lambda _: self._look())

    def on_screen_resume(self) -> None:
        """A question that stood over it is gone: the work may be done since."""
        self._look()

    def _look(self) -> None:
        if self._work.done() and self.is_shown:
            self.dismiss(None)
