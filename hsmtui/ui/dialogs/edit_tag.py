"""The dialog that confirms the change of one tag."""

from typing import ClassVar

from textual.content import Content

from hsmtui.changes.edit_tag import EditTag
from hsmtui.model.text import visible
from hsmtui.ui.dialogs.change import ChangeDialog
from hsmtui.ui.theme import tag_value

EFFECT = "Permissions (aws:ResourceTag) and cost reports may follow this tag."


class EditTagDialog(ChangeDialog[EditTag]):
    """The old value over the new one."""

    PREFIX: ClassVar = "tag"
    NOUN: ClassVar = "a tag"
    ASKS: ClassVar = False
    STAYS: ClassVar = False

    @property
    def verb(self) -> str:
        return self._change.edit.verb

    @property
    def action_words(self) -> str:
        return f"{self.verb.lower()} this tag"

    def gate_open(self) -> list[Content]:
        cautions = self._change.edit.cautions(self._change.gate.tags)
        lines = [Content.assemble(("▲ ", "bold"), visible(caution)) for caution in cautions]
        return [*lines, Content.styled(EFFECT, "dim")]

    def _judgement(self) -> list[Content]:
        return [*self._edit_lines(), *super()._judgement()]

    def _edit_lines(self) -> list[Content]:
        key, before, after = self._change.edit
        lines = [("tag", Content.styled(visible(key), "bold"))]
        if before is not None:
            lines.append(("from" if after is not None else "now", tag_value(before)))
        if after is not None:
            lines.append(("to" if before is not None else "with", tag_value(after)))
        return [Content.assemble((f"{name:<6}", "dim"), text) for name, text in lines]
