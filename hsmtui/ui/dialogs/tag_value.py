"""The field for the value of one tag: what the service would not take is told while it is typed."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from hsmtui.model.gates.edit_tag import TagEdit
from hsmtui.model.gates.tag_rules import value_problem
from hsmtui.model.text import visible
from hsmtui.ui.dialogs.dialog import Dialog
from hsmtui.ui.theme import tag_value
from hsmtui.ui.widgets.field import Field

NEXT = "Enter goes on. The value may be empty."


class TagValueDialog(Dialog[str]):
    """Answers with a value that the service takes and that is another than before."""

    CLOSING: ClassVar = "goes back"

    def __init__(self, key: str, before: str | None, heading: str = "") -> None:
        """`heading` is what it says where several clusters are to have it."""
        verb = "Add" if before is None else "Change"
        super().__init__(heading or f"{verb} the tag {visible(key)}")
        self._key = key
        self._before = before

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            if self._before is not None:
                now = Content.assemble(("now  ", "dim"), tag_value(self._before))
                yield Static(now, id="tag-now", markup=False)
            yield Field(self._first, placeholder="the value", id="tag-value", compact=True)
            yield Static(id="tag-word", classes="tag-word", markup=False)

    @property
    def _first(self) -> str:
        """The old value, to be typed over or changed, unless a field would show it wrongly."""
        before = self._before or ""
        return before if visible(before) == before and not value_problem(before) else ""

    def begin(self) -> None:
        self._say()

    @on(Input.Changed)
    def _say(self) -> None:
        value = self.query_one(Input).value
        self.query_one("#tag-word", Static).update(self._word(value))

    def _word(self, value: str) -> Content:
        if problem := value_problem(value):
            return Content.styled(visible(problem), "bold ansi_red")
        if value == self._before:
            return Content.styled("This is the value that it has.", "dim")
        cautions = TagEdit(self._key, self._before, value).cautions(())
        return Content.styled(cautions[0] if cautions else NEXT, "bold" if cautions else "dim")

    @on(Input.Submitted)
    def _enter(self, event: Input.Submitted) -> None:
        if event.value != self._before and not value_problem(event.value):
            self.dismiss(event.value)
