"""The line that a filter is typed into, with its error under it."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, Static

from hsmtui.model.filter.query import Query, QueryError, parse
from hsmtui.ui.commands.command import FILTER
from hsmtui.ui.commands.keymap import bindings


class FilterBar(Vertical):
    """Says what is typed as a Query while it can be read as one, and shows why where it cannot."""

    class Typed(Message):
        """The text has become another query."""

        def __init__(self, query: Query) -> None:
            super().__init__()
            self.query = query

    class Submitted(Message):
        """Enter: the query is to be asked of the service too."""

        def __init__(self, query: Query) -> None:
            super().__init__()
            self.query = query

    class Left(Message):
        """Escape: what was typed is not meant."""

    BINDINGS: ClassVar = bindings(FILTER)

    def compose(self) -> ComposeResult:
        yield Input(
            placeholder="text  state:ACTIVE  severity:high  tag:KEY=VALUE  !…", compact=True
        )
        yield Static(id="filter-error", markup=False)

    def open(self, text: str) -> None:
        """Show the line with this text in it and take the keys."""
        self.display = True
        field = self.query_one(Input)
        with field.prevent(Input.Changed):
            field.value = text
        field.cursor_position = len(text)
        self._parse(text)
        self.screen.set_focus(field)  # at once: the next key may have come with this one

    def action_leave(self) -> None:
        self.post_message(self.Left())

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        query = self._parse(event.value)
        if query is not None:
            self.post_message(self.Typed(query))

    @on(Input.Submitted)
    def _submit(self, event: Input.Submitted) -> None:
        event.stop()
        query = self._parse(event.value)
        if query is not None:
            self.post_message(self.Submitted(query))

    def _parse(self, text: str) -> Query | None:
        """The text as a query; where it is none, the reason is shown and nothing else changes."""
        error = self.query_one("#filter-error", Static)
        try:
            query = parse(text)
        except QueryError as problem:
            error.update(str(problem))
            error.display = True
            return None
        error.display = False
        return query
