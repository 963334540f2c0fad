"""What each tab of the details says of a cluster: pure functions from a cluster to text."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from textwrap import wrap
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content

from hsmtui.model.cluster import Cluster, Hsm, as_document
from hsmtui.model.columns import ABSENT, retention
from hsmtui.model.text import visible
from hsmtui.model.times import age, stamp
from hsmtui.ui.commands.keymap import key_of
from hsmtui.ui.theme import clip, flowed, state_content
from hsmtui.ui.widgets.backups_tab import backups
from hsmtui.ui.widgets.certificates_tab import certificates
from hsmtui.ui.widgets.detail_view import DetailView
from hsmtui.ui.widgets.findings_tab import findings


class Tab(NamedTuple):
    """One tab: its id, its title, a shorter title where there is one, and its text."""

    id: str
    title: str
    short: str
    text: Callable[[DetailView], Content]


_LABEL_CELLS = 13
"""Cells for the names of fields."""


def _lines(lines: Iterable[Content]) -> Content:
    return Content("\n").join(lines)


MOST_LINES = 1000
"""Lines of a text without a cursor that are drawn; a copy of the JSON has all of it."""

MOST_CHARACTERS = 20_000
"""Characters of a line that are drawn: a PEM text has a tenth of that."""


def _begin(number: int, lines: Iterable[Content], remapped: Mapping[str, str]) -> Content:
    """The first lines of so many."""
    more, key = number - MOST_LINES, key_of("copy.choose", remapped)
    words = f"{more:,} more lines; {key} copies the JSON, which has all of them"
    return _lines([*lines, *([_more(words)] if more > 0 else [])])


def _cut(line: str) -> str:
    return line if len(line) <= MOST_CHARACTERS else f"{line[:MOST_CHARACTERS]}…"


def _text(value: str | None) -> Content:
    return Content(visible(value)) if value else Content.styled(ABSENT, "dim")


def _moment(moment: datetime | None, now: datetime) -> Content:
    if moment is None:
        return _text(None)
    if moment > now:
        return Content(f"{stamp(moment)} (in {age(now, moment)})")
    return Content(f"{stamp(moment)} ({age(moment, now)})")


def overview(view: DetailView) -> Content:
    """Every plain field of the cluster, two to a line where they fit."""
    cluster = view.cluster
    pairs = _facts(cluster, view.now) + _placement(cluster) + [("PreCoPassword", _secret(view))]
    if view.related.place:
        pairs.insert(0, ("place", Content(visible(view.related.place))))
    half = view.width // 2
    lines: list[Content] = []
    left: Content | None = None
    for name, value in pairs:
        entry = Content.assemble((f"{name:<{_LABEL_CELLS}}", "dim"), " ", value)
        fits = entry.cell_length < half and half >= 36
        if left is not None and fits:
            lines.append(Content.assemble(left.pad_right(half - left.cell_length), entry))
            left = None
            continue
        if left is not None:
            lines.append(left)
        left = entry if fits else None
        if not fits:
            lines.append(entry)
    return _lines([*_odd(view), *lines, *([left] if left is not None else [])])


MOST_ODD = 20
"""Odd members that are told one by one."""


def _odd(view: DetailView) -> list[Content]:
    """What cannot be read of the entry."""
    odd = view.cluster.odd
    if not odd:
        return []
    head = "? This entry of the answer cannot be read whole, so nothing of it can be changed:"
    lines = wrap(head, view.width)
    for each in odd[:MOST_ODD]:
        lines += wrap(f"  {each}", view.width, subsequent_indent="    ", break_on_hyphens=False)
    more = len(odd) - MOST_ODD
    lines += [f"  and {more} more; the JSON tab has all of it"] if more > 0 else []
    return [Content.styled(line, "ansi_magenta") for line in lines]


def _facts(cluster: Cluster, now: datetime) -> list[tuple[str, Content]]:
    hsms = cluster.hsms
    active = sum(hsm.state == "ACTIVE" for hsm in hsms or ())
    policy = cluster.backup_retention_policy
    facts = [
        ("id", Content.styled(visible(cluster.cluster_id), "bold")),
        ("state", state_content(cluster.state)),
        ("message", _text(cluster.state_message)),
        ("name", _text(cluster.name)),
        ("created", _moment(cluster.create_timestamp, now)),
        ("HSMs", Content(f"{active} of {len(hsms)} active" if hsms is not None else "not known")),
        ("type", _text(cluster.hsm_type)),
        ("mode", _text(cluster.mode)),
        ("network", _text(cluster.network_type)),
        ("backups", _text(cluster.backup_policy)),
        (
            "retention",
            Content(
                retention(cluster)
                + (f" ({visible(policy.type)})" if policy and policy.type else "")
            ),
        ),
        ("from backup", _text(cluster.source_backup_id)),
    ]
    if cluster.hsm_type_rollback_expiration:
        facts.append(("roll-back by", _moment(cluster.hsm_type_rollback_expiration, now)))
    return [fact for fact in facts if fact[0] != "message" or cluster.state_message]


def _placement(cluster: Cluster) -> list[tuple[str, Content]]:
    subnets = sorted((cluster.subnet_mapping or {}).items())
    return [
        ("VPC", _text(cluster.vpc_id)),
        ("sec. group", _text(cluster.security_group)),
        *((visible(zone), _text(subnet)) for zone, subnet in subnets),
    ]


def _secret(view: DetailView) -> Content:
    password = view.cluster.pre_co_password
    if password is None:
        return _text(None)
    if view.reveal:
        return Content.styled(visible(password.reveal()), "bold")
    return Content.assemble(password.MASK, ("  palette: show", "dim"))


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


def hsms(view: DetailView) -> Content:
    """The HSMs as a table; what does not fit across, or is out of the ordinary, goes below."""
    if view.cluster.hsms is None:
        odd = view.cluster.is_odd_in("", "Hsms")
        words = "The HSM list cannot be read." if odd else "The answer had no HSM list."
        return Content.styled(words, "bold")
    if not view.cluster.hsms:
        return Content("No HSMs.")
    modules, window = _modules(view), hsm_window(view)
    lines = [line for block in hsm_blocks(view) for line in block]
    below = len(modules) - window.stop
    return _lines([*lines, *([_more(f"{below:,} more HSMs below")] if below else [])])


WINDOW = 100
"""HSMs that are drawn at a time where there are many; the window goes with the cursor."""


def _modules(view: DetailView) -> Sequence[Hsm]:
    return view.cluster.hsms or () if view.hsms is None else view.hsms


def hsm_window(view: DetailView) -> range:
    """Which of the HSMs are drawn: a few screens around the one under the cursor."""
    modules = _modules(view)
    ids = (n for n, hsm in enumerate(modules) if hsm.hsm_id == view.hsm_id)
    at = next(ids, 0) if view.hsm_id else 0
    start = max(0, at - at % (WINDOW // 2) - WINDOW // 2)
    return range(start, min(start + 2 * WINDOW, len(modules)))


def _more(words: str) -> Content:
    return Content.styled(f"… {words}", "dim")


def hsm_blocks(view: DetailView) -> list[list[Content]]:
    """The lines of the header, and those of each HSM that is drawn."""
    window = hsm_window(view)
    modules = _modules(view)[window.start : window.stop]
    columns = [column.wide_enough(modules) for column in HSM_COLUMNS]
    across, room = 0, view.width
    while across < len(columns) and columns[across].width <= room:
        room -= columns[across].width + 1
        across += 1
    header = " ".join(clip(column.header, column.width) for column in columns[:across])
    above = [_more(f"{window.start:,} more HSMs above")] if window.start else []
    blocks = [[Content.styled(header, "bold"), *above]]
    return blocks + [_hsm_block(hsm, columns[:across], columns[across:], view) for hsm in modules]


def _hsm_block(
    hsm: Hsm, across: list[HsmColumn], below: list[HsmColumn], view: DetailView
) -> list[Content]:
    row = Content(" ").join([_hsm_cell(hsm, column) for column in across])
    lines = [row.stylize("reverse") if hsm.hsm_id == view.hsm_id else row]
    rest = [(column.header, column.value(hsm)) for column in below]
    parts = [f"{name} {visible(value)}" for name, value in rest + _unusual(hsm, view) if value]
    lines += [Content.styled(f"  {line}", "dim") for line in flowed(parts, view.width - 2)]
    if hsm.state_message:
        lines.append(Content(f"  {visible(hsm.state_message)}"))
    return lines


def _hsm_cell(hsm: Hsm, column: HsmColumn) -> Content:
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


def tags(view: DetailView) -> Content:
    """The tags in the order of their keys."""
    tag_list = view.cluster.tag_list
    if not tag_list:
        if view.cluster.is_odd_in("", "TagList"):
            return Content("The tags cannot be read.")
        return Content("No tags." if tag_list is not None else "The answer had no tags.")
    shown = sorted(tag_list, key=lambda tag: tag.key.casefold())[:MOST_LINES]
    width = min(40, max(cell_len(visible(tag.key)) for tag in shown))
    return _begin(
        len(tag_list),
        (
            Content.assemble((clip(visible(tag.key), width), "dim"), "  ", visible(tag.value))
            for tag in shown
        ),
        view.remapped,
    )


def document(view: DetailView) -> Content:
    """The cluster as boto3 returned it."""
    shown = json.dumps(as_document(view.cluster, reveal=view.reveal), indent=2, ensure_ascii=False)
    lines = shown.split("\n")
    begun = (Content(visible(_cut(line))) for line in lines[:MOST_LINES])
    return _begin(len(lines), begun, view.remapped)


TABS = (
    Tab("overview", "Overview", "Overview", overview),
    Tab("hsms", "HSMs", "HSMs", hsms),
    Tab("certificates", "Certificates", "Certs", certificates),
    Tab("tags", "Tags", "Tags", tags),
    Tab("json", "JSON", "JSON", document),
    Tab("findings", "Findings", "Findings", findings),
    Tab("backups", "Backups", "Backups", backups),
)
"""In the order of their keys, from 1 on."""
