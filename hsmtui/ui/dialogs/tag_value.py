"""The field for the value of one tag."""

from textual.content import Content

from hsmtui.model.gates.edit_tag import TagEdit
from hsmtui.model.gates.tag_rules import value_problem
from hsmtui.model.text import visible
from hsmtui.ui.dialogs.value import ValueDialog
from hsmtui.ui.theme import tag_value

NEXT = "Enter goes on. The value may be empty."


class TagValueDialog(ValueDialog[str]):
    """Answers with a value that the service takes and that is another than before."""

    def __init__(self, key: str, before: str | None, heading: str = "") -> None:
        """`heading` is what it says where several clusters are to have it."""
        verb = "Add" if before is None else "Change"
        now = Content.assemble(("now  ", "dim"), tag_value(before)) if before is not None else None
        heading = heading or f"{verb} the tag {visible(key)}"
        super().__init__(heading, "the value", _first(before or ""), now)
        self._key = key
        self._before = before

    def word(self, typed: str) -> Content:
        if problem := value_problem(typed):
            return Content.styled(visible(problem), "bold ansi_red")
        if typed == self._before:
            return Content.styled("This is the value that it has.", "dim")
        cautions = TagEdit(self._key, self._before, typed).cautions(())
        return Content.styled(cautions[0] if cautions else NEXT, "bold" if cautions else "dim")

    def taken(self, typed: str) -> str | None:
        return None if typed == self._before or value_problem(typed) else typed


def _first(before: str) -> str:
    """The old value, to be typed over or changed, unless a field would show it wrongly."""
    return before if visible(before) == before and not value_problem(before) else ""
