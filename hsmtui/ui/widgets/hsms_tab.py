"""The tab of HSMs: a table, and below each of them what does not fit across or is unusual."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content

from hsmtui.model.cluster import Hsm
from hsmtui.model.columns import ABSENT
from hsmtui.model.text import visible
from hsmtui.ui.theme import clip, flowed, state_content
from hsmtui.ui.widgets.cut_text import not_drawn, window_around
from hsmtui.ui.widgets.detail_view import DetailView
from hsmtui.ui.widgets.hanging_text import Line, styled

WINDOW = 100
"""HSMs that are drawn at a time where there are many; the window goes with the cursor."""


class HsmColumn(NamedTuple):
    """A field of an HSM and the cells it needs."""

    header: str
    width: int
    value: Callable[[Hsm], str | None]

    def wide_enough(self, modules: Iterable[Hsm]) -> "HsmColumn":
        """The column as wide as its values: an AZ such as ap-southeast-1a needs more than most."""
        if self.header == "STATE":
            return self
        needed = (cell_len(visible(self.value(hsm) or ABSENT)) for hsm in modules)
        return self._replace(width=max(self.width, *needed))


HSM_COLUMNS = (
    HsmColumn("HSM", 15, lambda hsm: hsm.hsm_id),
    HsmColumn("AZ", 11, lambda hsm: hsm.availability_zone),
    HsmColumn("STATE", 11, lambda hsm: hsm.state),
    HsmColumn("ENI", 21, lambda hsm: hsm.eni_id),
    HsmColumn("IP", 15, lambda hsm: hsm.eni_ip),
)
"""In the order in which they get room; what has none stands on a line below its HSM."""


def hsms(view: DetailView) -> list[Line]:
    """The HSMs as a table; what does not fit across, or is out of the ordinary, goes below."""
    if view.cluster.hsms is None:
        odd = view.cluster.is_odd_in("", "Hsms")
        words = "The HSM list cannot be read." if odd else "The answer had no HSM list."
        return [styled(words, "bold")]
    if not view.cluster.hsms:
        return [styled("No HSMs.")]
    modules = view.cluster.hsms or () if view.hsms is None else view.hsms
    window = window_around(view.hsm_id, [hsm.hsm_id for hsm in modules], WINDOW)
    below = len(modules) - window.stop
    return [
        *_table(modules[window.start : window.stop], view, window.start),
        *([not_drawn(f"{below:,} more HSMs below")] if below else []),
    ]


def hsm_table(modules: Sequence[Hsm], view: DetailView) -> list[Line]:
    """Some of the HSMs as the same table."""
    return list(_table(modules, view))


def _table(modules: Sequence[Hsm], view: DetailView, above: int = 0) -> Iterator[Line]:
    columns = [column.wide_enough(modules) for column in HSM_COLUMNS]
    across, room = 0, view.width
    while across < len(columns) and columns[across].width <= room:
        room -= columns[across].width + 1
        across += 1
    header = " ".join(clip(column.header, column.width) for column in columns[:across])
    yield styled(header, "bold")
    if above:
        yield not_drawn(f"{above:,} more HSMs above")
    for hsm in modules:
        yield from _block(hsm, columns[:across], columns[across:], view)


def _block(
    hsm: Hsm, across: list[HsmColumn], below: list[HsmColumn], view: DetailView
) -> Iterator[Line]:
    row = Content(" ").join([_cell(hsm, column) for column in across])
    yield Line(row.stylize("reverse") if hsm.hsm_id == view.hsm_id else row, 2, hsm.hsm_id)
    rest = [(column.header, column.value(hsm)) for column in below]
    parts = [f"{name} {visible(value)}" for name, value in rest + _unusual(hsm, view) if value]
    for line in flowed(parts, view.width - 2):
        yield Line(Content.styled(f"  {line}", "dim"), 4, hsm.hsm_id)
    if hsm.state_message:
        yield Line(Content(f"  {visible(hsm.state_message)}"), 2, hsm.hsm_id)


def _cell(hsm: Hsm, column: HsmColumn) -> Content:
    if column.header == "STATE":
        state = state_content(hsm.state, whole=False)
        return state.truncate(column.width, ellipsis=True, pad=True)
    return Content(clip(visible(column.value(hsm) or ABSENT), column.width))


def _unusual(hsm: Hsm, view: DetailView) -> list[tuple[str, str | None]]:
    """Fields that repeat what the cluster says, where they say something else, and IPv6."""
    cluster = view.cluster
    usual = (cluster.subnet_mapping or {}).get(hsm.availability_zone or "")
    return [
        ("IPv6", hsm.eni_ip_v6),
        ("type", hsm.hsm_type if hsm.hsm_type != cluster.hsm_type else None),
        ("subnet", hsm.subnet_id if hsm.subnet_id != usual else None),
        ("cluster", hsm.cluster_id if hsm.cluster_id != cluster.cluster_id else None),
    ]
