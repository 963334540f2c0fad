"""The field for the subnets of a new cluster: what the service would not take is told while it is
typed."""

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from hsmtui.model.subnets import split_subnets, subnets_problem
from hsmtui.model.text import visible
from hsmtui.ui.dialogs.dialog import Dialog
from hsmtui.ui.widgets.field import Field

_UNKNOWN = "zone not known"


_UNCHECKED = (
    "Only their form is checked. EC2 is not asked: whether they are there, in one VPC, one in a "
    "zone, only the service checks."
)


class SubnetsDialog(Dialog[tuple[str, ...]]):
    """Answers with ids that have the form of one; it begins with those that are `known`, by their
    zones, where the service took them before."""

    CLOSING: ClassVar = "goes back"

    def __init__(self, known: Mapping[str, str]) -> None:
        super().__init__("In which subnets?")
        self._zones = {subnet: zone for zone, subnet in sorted(known.items()) if subnet}

    def compose(self) -> ComposeResult:
        first = ", ".join(self._zones)
        with Vertical(id="box"):
            yield Field(
                first if visible(first) == first else "",
                placeholder="subnet-…, subnet-…: one for each availability zone, all in one VPC",
                id="subnets-field",
                compact=True,
            )
            with VerticalScroll(can_focus=False):
                yield Static(id="subnets-word", markup=False)

    def begin(self) -> None:
        self._say()

    @on(Input.Changed)
    def _say(self) -> None:
        self.query_one("#subnets-word", Static).update(self._word(self.query_one(Input).value))

    def _word(self, text: str) -> Content:
        subnet_ids = split_subnets(text)
        lines = [
            Content.assemble(
                f"{visible(each)}  ", (visible(self._zones.get(each, _UNKNOWN)), "dim")
            )
            for each in subnet_ids
        ]
        if problem := subnets_problem(subnet_ids):
            lines.append(Content.styled(visible(problem), "bold ansi_red"))
        else:
            lines.append(Content(_UNCHECKED))
            lines.append(Content.styled("Enter goes on.", "dim"))
        return Content("\n").join(lines)

    @on(Input.Submitted)
    def _enter(self, event: Input.Submitted) -> None:
        subnet_ids = split_subnets(event.value)
        if not subnets_problem(subnet_ids):
            self.dismiss(subnet_ids)
