"""The dialog that confirms the change of one tag."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual.content import Content
from textual.widgets import Button

from hsmtui.changes.edit_tag import EditTag
from hsmtui.model.text import visible
from hsmtui.ui.dialogs.change import ChangeDialog
from hsmtui.ui.theme import cluster_line, tag_value

EFFECT = "Permissions (aws:ResourceTag) and cost reports may follow this tag."


class EditTagDialog(ChangeDialog[EditTag]):
    """The old value over the new one."""

    PREFIX: ClassVar = "tag"
    STAYS: ClassVar = False

    def __init__(
        self,
        change: EditTag,
        *,
        name: str | None,
        poll_seconds: float,
        clock: Callable[[], datetime],
        confirm: Callable[[str], None],
    ) -> None:
        heading = f"{change.edit.noun} a tag"
        super().__init__(heading, change, poll_seconds=poll_seconds, clock=clock, confirm=confirm)
        self._cluster_name = name

    def begin(self) -> None:
        self.query_one("#tag-confirm", Button).label = self._change.edit.noun
        super().begin()

    @property
    def deed(self) -> str:
        return f"{self._change.edit.noun.lower()} this tag"

    def what(self) -> Content:
        return cluster_line(self.target, self._change.gate.cluster, self._cluster_name)

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
