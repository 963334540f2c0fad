"""Choose which columns the list shows, and in what order; each step is seen at once."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from hsmtui.model.columns import COLUMNS, PLACE_COLUMNS, Column
from hsmtui.ui.commands.command import TABLE_COLUMNS
from hsmtui.ui.commands.keymap import bindings, key_of
from hsmtui.ui.dialogs.pick import ListDialog
from hsmtui.ui.theme import MARK

_ABOUT = {
    "cluster": "cluster id",
    "name": "Name tag",
    "state": "state of the cluster",
    "findings": "worst finding, and how many as bad",
    "hsms": "HSMs: active, of all",
    "azs": "availability zones: in use, of all possible",
    "type": "HSM type",
    "mode": "FIPS or NON_FIPS",
    "vpc": "VPC id",
    "retention": "how long backups are kept",
    "network": "network type",
    "age": "time since it was created",
}
"""What each column says, by its id."""

_BY_ITSELF = "shown by itself where it differs"

Take = Callable[[Sequence[Column] | None], Sequence[Column]]
"""Has the list show these columns, None for those of the settings; what it shows then."""


class ColumnsDialog(ListDialog[None]):
    """All columns: those that are shown first, marked and in their order."""

    BINDINGS: ClassVar = bindings(TABLE_COLUMNS)

    def __init__(self, shown: Sequence[Column], take: Take) -> None:
        super().__init__("Columns")
        self._take = take
        self._shown = list(shown)
        self._order: list[Column] = []

    @property
    def closing(self) -> str:
        keys = {
            name: key_of(f"columns.{name}", self.remapped) for name in ("show", "left", "right")
        }
        reset = key_of("columns.reset", self.remapped)
        moves = f"{keys['left']}/{keys['right']} move"
        return f"{keys['show']} show, hide · {moves} · {reset} reset · {super().closing}"

    def begin(self) -> None:
        self._draw(0)
        self.options.focus()

    def _draw(self, at: int) -> None:
        """Draw all columns as they are now, with the cursor on one."""
        hidden = (each for each in (*COLUMNS, *PLACE_COLUMNS) if each not in self._shown)
        self._order = [*self._shown, *hidden]
        options = self.options
        options.clear_options()
        options.add_options(Option(self._line(column)) for column in self._order)
        options.highlighted = at
        options.fit()

    def _line(self, column: Column) -> Content:
        is_shown = column in self._shown
        words = _ABOUT.get(column.id) or _BY_ITSELF
        return Content.assemble(
            f"{MARK} " if is_shown else "  ",
            (column.header.ljust(11), "" if is_shown else "dim"),
            (words, "dim"),
        )

    @property
    def _current(self) -> Column | None:
        at = self.options.highlighted
        return self._order[at] if at is not None else None

    def _show(self, columns: Sequence[Column] | None) -> None:
        """Have the list show these columns."""
        current = self._current
        self.tell_keys()
        self._shown = list(self._take(columns))
        self._draw(self.options.highlighted or 0)
        if current is not None and columns is not None and current in self._shown:
            self.options.highlighted = self._order.index(current)

    @on(OptionList.OptionSelected)
    def action_show(self) -> None:
        column = self._current
        if column is None:
            return
        if column not in self._shown:
            self._show([*self._shown, column])
        elif len(self._shown) > 1:
            self._show([each for each in self._shown if each != column])
        else:
            self.say("One column must stay")

    def action_shift(self, way: int) -> None:
        column = self._current
        if column is None or column not in self._shown:
            self.say("Only a column that is shown can move")
            return
        at = self._shown.index(column)
        to = at + way
        if 0 <= to < len(self._shown):
            columns = self._shown.copy()
            columns[at], columns[to] = columns[to], columns[at]
            self._show(columns)

    def action_reset(self) -> None:
        self._show(None)
        self.say("These are the columns of the settings")
