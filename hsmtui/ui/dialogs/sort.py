"""Choose by what the list is sorted: a letter does it at once."""

from collections.abc import Sequence
from enum import Enum
from typing import ClassVar

from textual import events, on
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from hsmtui.fleet.listing import Sort
from hsmtui.model.columns import Column
from hsmtui.ui.commands.command import SORT
from hsmtui.ui.commands.keymap import bindings, key_of
from hsmtui.ui.dialogs.pick import ListDialog
from hsmtui.ui.theme import KEY

LETTERS = {
    "cluster": "c",
    "name": "n",
    "state": "s",
    "findings": "f",
    "hsms": "h",
    "azs": "z",
    "type": "t",
    "mode": "m",
    "vpc": "v",
    "retention": "r",
    "network": "w",
    "age": "a",
    "profile": "p",
    "account": "u",
    "region": "g",
}
"""The letter of each column by its id."""

SERVICE_LETTER = "o"
"""The letter of the service's order."""

_FIRST = {
    "state": "worst",
    "findings": "worst",
    "hsms": "fewest active",
    "azs": "fewest",
    "retention": "shortest",
    "age": "newest",
}
"""What stands first, by column, where it is not the beginning of the alphabet."""


class ToColumns(Enum):
    """What is answered where somebody wants to choose the columns instead."""

    ANSWER = "columns"


class SortDialog(ListDialog[Sort | ToColumns]):
    """Answers with the sort: by another column, or by the same one the other way round."""

    BINDINGS: ClassVar = bindings(SORT)

    def __init__(self, sort: Sort, columns: Sequence[Column]) -> None:
        super().__init__("Sort by")
        self._sort = sort
        self._columns: tuple[Column | None, ...] = (*columns, None)

    @property
    def closing(self) -> str:
        columns = f"{key_of('sort.columns', self.remapped)} choose columns"
        return f"letter sorts, again reverses · {columns} · {super().closing}"

    def begin(self) -> None:
        options = self.options
        options.add_options(Option(self._line(column)) for column in self._columns)
        at = self._columns.index(self._sort.column) if self._sort.column in self._columns else 0
        options.highlighted = at
        options.fit()
        options.focus()

    def _line(self, column: Column | None) -> Content:
        is_current = column == self._sort.column
        arrow = self._sort.arrow if is_current and column is not None else " "
        if column is None:
            key, name, words = SERVICE_LETTER, "the service's order", ""
        else:
            key, name, words = LETTERS[column.id], column.header, _FIRST.get(column.id, "")
        last = is_current and self._sort.reverse
        remark = f"{words} {'last' if last else 'first'}" if words else ""
        return Content.assemble(
            ("▌ " if is_current else "  "),
            ("  " if key in self._bound else f"{key} ", KEY),
            f"{name} {arrow}".ljust(21 if column is None else 12),
            (f"  {remark}", "dim"),
        )

    @property
    def _bound(self) -> set[str]:
        """The keys that are commands here, in the key map of this run: those are no letters."""
        return set(self.active_bindings)

    def on_key(self, event: events.Key) -> None:
        """A letter sorts."""
        if event.key in self._bound:
            return
        for column in self._columns:
            if event.key == (SERVICE_LETTER if column is None else LETTERS[column.id]):
                event.stop()
                self._choose(column)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self._choose(self._columns[event.option_index])

    def _choose(self, column: Column | None) -> None:
        self.dismiss(self._sort.by(column))

    def action_columns(self) -> None:
        self.dismiss(ToColumns.ANSWER)
