"""The filter of a screen: the one that applies, and the one that is being typed."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from hsmtui.model.filter.query import Query
from hsmtui.ui.widgets.filter_bar import FilterBar

if TYPE_CHECKING:
    from hsmtui.ui.main.screen import ClusterScreen


class Filtering:
    """What is typed narrows the rows that are loaded; what is submitted is asked of the service."""

    def __init__(self, screen: "ClusterScreen", bar: FilterBar, applied: Query) -> None:
        self._screen = screen
        self._bar = bar
        self._typed: Query | None = None
        self.applied = applied
        bar.close()

    @property
    def query(self) -> Query:
        """What narrows the rows now."""
        return self.applied if self._typed is None else self._typed

    @property
    def for_service(self) -> Mapping[str, Sequence[str]]:
        """What the service does of the filter that applies."""
        return self.applied.server_filters

    @property
    def is_open(self) -> bool:
        """Whether the line is there to be typed into."""
        return self._bar.display

    @property
    def is_typed(self) -> bool:
        """Whether it is what is typed that narrows the rows."""
        return self._typed is not None

    def open(self) -> None:
        """Let the filter that applies be edited."""
        self._bar.open(self.applied.text)

    def narrow(self, query: Query) -> None:
        """So much is typed."""
        self._typed = query
        self._screen.viewing.show()

    def submit(self, query: Query) -> None:
        """What was typed is meant."""
        self.close()
        self._screen.table.focus()
        self.apply(query)

    def leave(self) -> None:
        """What was typed is dropped; the filter that applied before still does."""
        self.close()
        self._screen.viewing.show()

    def close(self) -> None:
        """Hide the line, and forget what is in it."""
        self._typed = None
        self._bar.close()

    def apply(self, query: Query) -> None:
        """Show what is loaded under this filter at once, and ask the service for the rest."""
        self.applied = query
        self._screen.viewing.show()
        self._screen.ask(partial(self._screen.lister.filter, self.for_service))
