"""The field for the subnets of a new cluster."""

from collections.abc import Mapping

from textual.content import Content

from hsmtui.model.subnets import split_subnets, subnets_problem
from hsmtui.model.text import visible
from hsmtui.ui.dialogs.value import ValueDialog

_UNKNOWN = "zone not known"


_UNCHECKED = (
    "Only their form is checked. EC2 is not asked: whether they are there, in one VPC, one in a "
    "zone, only the service checks."
)


class SubnetsDialog(ValueDialog[tuple[str, ...]]):
    """Answers with ids that have the form of one; it begins with those that are `known`, by their
    zones, where the service took them before."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._zones = {subnet: zone for zone, subnet in sorted(known.items()) if subnet}
        first = ", ".join(self._zones)
        placeholder = "subnet-…, subnet-…: one for each availability zone, all in one VPC"
        super().__init__("In which subnets?", placeholder, first if visible(first) == first else "")

    def word(self, typed: str) -> Content:
        subnet_ids = split_subnets(typed)
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

    def taken(self, typed: str) -> tuple[str, ...] | None:
        subnet_ids = split_subnets(typed)
        return None if subnets_problem(subnet_ids) else subnet_ids
