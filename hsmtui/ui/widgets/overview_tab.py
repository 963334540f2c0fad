"""The tab that tells the plain fields of a cluster and, with room, what a triage needs."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from textual.content import Content

from hsmtui.model.cluster import Cluster, Hsm
from hsmtui.model.columns import ABSENT, retention
from hsmtui.model.state import state_urgency
from hsmtui.model.text import visible
from hsmtui.model.times import age, stamp
from hsmtui.ui.commands.keymap import key_of
from hsmtui.ui.theme import state_content
from hsmtui.ui.widgets.backups_tab import newest_backup
from hsmtui.ui.widgets.certificates_tab import has_chain, trust
from hsmtui.ui.widgets.cut_text import not_drawn
from hsmtui.ui.widgets.detail_view import DetailView
from hsmtui.ui.widgets.findings_tab import findings_in
from hsmtui.ui.widgets.hanging_text import HangingText, Line, styled
from hsmtui.ui.widgets.hsms_tab import hsm_table, hsms

ROOM = 16
"""Rows in sight from which on more than the fields is told."""

MOST_HSMS = 8
"""HSMs that are told here, the worst of more."""

_LABEL_CELLS = (15, 14, 13)
"""Cells for the names of fields: of the longest, and where two fields have to share a line."""

_LEAST_HALF = 36
"""Cells of half a line from which on two fields share one."""


def overview(view: DetailView) -> list[Line]:
    """Every plain field of the cluster; where there is room also its findings, its HSMs, its newest
    backup and its certificates."""
    fields = _fields(view)
    return fields if view.height < ROOM else [*fields, *_rest(view, _rows(fields, view))]


def tells_chain(view: DetailView) -> bool:
    """Whether there is room for a chain of trust, and one."""
    return view.height >= ROOM and has_chain(view.cluster)


def _rows(lines: Iterable[Line], view: DetailView) -> int:
    return len(HangingText(lines).rows(view.width))


def _rest(view: DetailView, above: int) -> Iterator[Line]:
    """What other tabs tell, what is wrong first: the findings in the rows that the rest leaves."""
    below = [
        *_section("HSMs", _worst_hsms(view)),
        *_section("Newest backup", newest_backup(view)),
        *_section("Certificates", trust(view)),
    ]
    room = view.height - above - _rows(below, view) - 2
    yield from _section("Findings", findings_in(view, room))
    yield from below


def _section(title: str, lines: Iterable[Line]) -> Iterator[Line]:
    """Lines of another tab, under a title."""
    yield styled("")
    yield styled(title, "bold underline")
    yield from lines


def _worst_hsms(view: DetailView) -> list[Line]:
    """The table of HSMs, of many that of the worst, in their order."""
    modules = view.cluster.hsms or () if view.hsms is None else view.hsms
    if len(modules) <= MOST_HSMS:
        return hsms(view)
    worst = sorted(range(len(modules)), key=lambda at: state_urgency(modules[at].state))[:MOST_HSMS]
    shown: list[Hsm] = [modules[at] for at in sorted(worst)]
    key, more = key_of("details.hsms", view.remapped), len(modules) - MOST_HSMS
    return [*hsm_table(shown, view), not_drawn(f"{key} shows {more:,} more")]


class _Field(NamedTuple):
    """A field's name, and its value."""

    name: str
    value: Content


def _fields(view: DetailView) -> list[Line]:
    """What cannot be read, then every plain field; where there is little room, behind labels as
    wide as takes no more lines."""
    fields = _all_fields(view)
    widths = _LABEL_CELLS[:1] if view.height >= ROOM else _LABEL_CELLS
    ways = (list(_paired(fields, cells, view.width)) for cells in widths)
    return [*_odd(view), *min(ways, key=len)]


def _paired(fields: Iterable[_Field], cells: int, width: int) -> Iterator[Line]:
    """The fields behind labels of so many cells, two to a line where they fit."""
    half = width // 2
    left: Content | None = None
    for name, value in fields:
        entry = Content.assemble((f"{name:<{cells}}", "dim"), " ", value)
        fits = entry.cell_length < half and half >= _LEAST_HALF
        if left is not None and fits:
            yield Line(Content.assemble(left.pad_right(half - left.cell_length), entry))
            left = None
            continue
        if left is not None:
            yield Line(left)
        left = entry if fits else None
        if not fits:
            yield Line(entry, cells + 1)
    if left is not None:
        yield Line(left)


def _all_fields(view: DetailView) -> list[_Field]:
    cluster = view.cluster
    return [
        *([_Field("place", Content(visible(view.related.place)))] if view.related.place else []),
        *_facts(cluster, view.now),
        *_placement(cluster),
        _Field("PreCoPassword", _secret(view)),
    ]


MOST_ODD = 20
"""Odd members that are told one by one."""


def _odd(view: DetailView) -> Iterator[Line]:
    """What cannot be read of the entry."""
    odd, style = view.cluster.odd, "ansi_magenta"
    if not odd:
        return
    head = "? This entry of the answer cannot be read whole, and cannot be changed:"
    yield styled(head, style, 2)
    for each in odd[:MOST_ODD]:
        yield styled(f"  {visible(str(each))}", style, 4)
    if (more := len(odd) - MOST_ODD) > 0:
        yield styled(f"  and {more} more; the JSON tab has all of it", style, 4)


def _facts(cluster: Cluster, now: datetime) -> list[_Field]:
    hsms = cluster.hsms
    active = sum(hsm.state == "ACTIVE" for hsm in hsms or ())
    policy = cluster.backup_retention_policy
    kind = f" ({visible(policy.type)})" if policy and policy.type else ""
    facts = [
        _Field("id", Content.styled(visible(cluster.cluster_id), "bold")),
        _Field("state", state_content(cluster.state)),
        _Field("message", _text(cluster.state_message)),
        _Field("name", _text(cluster.name)),
        _Field("created", _moment(cluster.create_timestamp, now)),
        _Field(
            "HSMs", Content(f"{active} of {len(hsms)} active" if hsms is not None else "not known")
        ),
        _Field("type", _text(cluster.hsm_type)),
        _Field("mode", _text(cluster.mode)),
        _Field("network", _text(cluster.network_type)),
        _Field("backups", _text(cluster.backup_policy)),
        _Field("retention", Content(retention(cluster) + kind)),
        _Field("from backup", _text(cluster.source_backup_id)),
    ]
    if cluster.hsm_type_rollback_expiration:
        facts.append(_Field("roll-back until", _moment(cluster.hsm_type_rollback_expiration, now)))
    return [fact for fact in facts if fact.name != "message" or cluster.state_message]


def _placement(cluster: Cluster) -> list[_Field]:
    subnets = sorted((cluster.subnet_mapping or {}).items())
    return [
        _Field("VPC", _text(cluster.vpc_id)),
        _Field("security group", _text(cluster.security_group)),
        *(_Field(visible(zone), _text(subnet)) for zone, subnet in subnets),
    ]


def _secret(view: DetailView) -> Content:
    password = view.cluster.pre_co_password
    if password is None:
        return _text(None)
    if view.reveal:
        return Content.styled(visible(password.reveal()), "bold")
    return Content.assemble(password.MASK, ("  palette: show", "dim"))


def _text(value: str | None) -> Content:
    return Content(visible(value)) if value else Content.styled(ABSENT, "dim")


def _moment(moment: datetime | None, now: datetime) -> Content:
    if moment is None:
        return _text(None)
    if moment > now:
        return Content(f"{stamp(moment)} (in {age(now, moment)})")
    return Content(f"{stamp(moment)} ({age(moment, now)})")
