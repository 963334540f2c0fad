"""The columns of a list of clusters: a header, a cell text and a sort key for each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from hsmtui.model.cluster import Cluster
from hsmtui.model.findings.finding import Judged, PlaceNames
from hsmtui.model.findings.order import cluster_order
from hsmtui.model.findings.severity import Severity
from hsmtui.model.state import appearance, state_urgency
from hsmtui.model.text import account_number, shortened_inside, visible
from hsmtui.model.times import age

ABSENT = "-"
"""What stands where the service gave no value."""


class Narrow(NamedTuple):
    """The shorter form of a column: its width in cells, and its text."""

    width: int
    text: Callable[[Judged, datetime], str]


@dataclass(frozen=True, eq=False)
class Column:
    """One column; `width` is in terminal cells, a lower `rank` stays longer on a narrow screen.

    Two are equal when their ids are, whatever forms they have.
    """

    id: str
    header: str
    width: int
    rank: int
    text: Callable[[Judged, datetime], str]
    key: Callable[[Judged], Any]
    right: bool = False
    narrow: Narrow | None = None
    keeps_end: bool = False
    """Whether the middle of a long text gives way, and not its end."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Column) and self.id == other.id

    def __hash__(self) -> int:
        return hash(self.id)

    def cell(self, judged: Judged, now: datetime, room: int) -> str:
        """The text for a column of `room` cells: the narrow form where it has one and has to."""
        make = self.narrow.text if self.narrow is not None and room < self.width else self.text
        text = make(judged, now)
        return shortened_inside(text, room) if self.keeps_end else text


def _or_absent(value: str | None) -> str:
    return visible(value) if value else ABSENT


def _last_if_absent(value: Any) -> tuple[bool, Any]:
    return (value is None, value)


def _hsms(cluster: Cluster) -> str:
    if cluster.hsms is None:
        return "?"
    return f"{_active(cluster)}/{len(cluster.hsms)}"


def _active(cluster: Cluster) -> int:
    return sum(hsm.state == "ACTIVE" for hsm in cluster.hsms or ())


def zones(cluster: Cluster, of: str = "/") -> str:
    """In how many availability zones it is, of how many it could be in, such as 1/3."""
    used, possible = cluster.zones_in_use, cluster.zones_possible
    if used is None and possible is None:
        return "?"
    return of.join("?" if number is None else str(number) for number in (used, possible))


def _state(cluster: Cluster) -> str:
    glyph, word, _ = appearance(cluster.state)
    return f"{glyph} {visible(word)}"


def _urgency(cluster: Cluster) -> tuple[int, str]:
    """A sort key: what is urgent first, then the state."""
    return (state_urgency(cluster.state), cluster.state or "")


_SHORT = {Severity.CRITICAL: "crit", Severity.MEDIUM: "med"}

_NARROW = 8
"""Cells of the findings where there is little room."""

COMING, UNKNOWN = "…", "?"
"""What stands where nothing was found, but something is being looked into, or could not be."""


def _worst(judged: Judged, *, whole: bool) -> str:
    """Such as ``■ critical 2``, two findings that are so severe, with a plus where there may be
    worse, or ``accepted 2`` where there are no others; a sign alone where nothing was found and not
    all was looked into, blank where all was, and what is odd where that is.

    Glyph and word stay where they are while more becomes known: where there is no room for the
    number a plus stands for it.
    """
    if judged.cluster.odd:
        return f"? {judged.cluster.why_odd}"
    findings, worst = judged.findings, judged.findings.worst
    sign = COMING if findings.is_coming else UNKNOWN if findings.is_unknown else ""
    if worst is None and findings.accepted:
        return f"accepted {len(findings.accepted)}{sign}" if whole else sign or "accepted"
    if worst is None:
        return sign
    plus = "+" if sign and worst < Severity.CRITICAL else ""
    number = f"{findings.count_of_worst}{plus}"
    if whole:
        return f"{worst.glyph} {worst.word} {number}"
    short = f"{worst.glyph} {_SHORT.get(worst, worst.word)} "
    return short + (number if len(short + number) <= _NARROW else "+")


def _worst_first(judged: Judged) -> tuple[Any, ...]:
    """A sort key: odd clusters first, then by what was found."""
    return (not judged.cluster.odd, *cluster_order(judged.findings))


def short_type(hsm_type: str | None) -> str:
    """An HSM type without its size, of which there is one: hsm2m for hsm2m.medium."""
    return _or_absent(hsm_type.removesuffix(".medium") if hsm_type else None)


def retention(cluster: Cluster) -> str:
    """How long backups are kept, such as 90d."""
    if cluster.retention_days is not None:
        return f"{cluster.retention_days}d"
    policy = cluster.backup_retention_policy
    return _or_absent(policy.value if policy else None)


def _age(judged: Judged, now: datetime) -> str:
    created = judged.cluster.create_timestamp
    return age(created, now) if created else ABSENT


def _newest_first(cluster: Cluster) -> tuple[bool, float]:
    moment = cluster.create_timestamp
    return (moment is None, -(moment or datetime.min.replace(tzinfo=UTC)).timestamp())


def _field(
    id: str,
    header: str,
    width: int,
    rank: int,
    text: Callable[[Cluster], str],
    key: Callable[[Cluster], Any],
    *,
    right: bool = False,
) -> Column:
    """A column that depends on the cluster's own record alone."""
    return Column(
        id,
        header,
        width,
        rank,
        lambda judged, _: text(judged.cluster),
        lambda judged: key(judged.cluster),
        right,
    )


STATE = _field("state", "STATE", 15, 2, _state, _urgency)

_SHORTER_STATE = replace(STATE, rank=3, narrow=Narrow(10, lambda judged, _: _state(judged.cluster)))

FINDINGS = Column(
    "findings",
    "FINDINGS",
    12,
    3,
    lambda judged, _: _worst(judged, whole=True),
    _worst_first,
    narrow=Narrow(_NARROW, lambda judged, _: _worst(judged, whole=False)),
)

COLUMNS = (
    _field("cluster", "CLUSTER", 19, 0, lambda c: visible(c.cluster_id), lambda c: c.cluster_id),
    _field(
        "name",
        "NAME",
        12,
        1,
        lambda c: _or_absent(c.name),
        lambda c: _last_if_absent(c.name.casefold() if c.name else None),
    ),
    STATE,
    FINDINGS,
    _field("hsms", "HSMS", 5, 4, _hsms, lambda c: (_active(c), len(c.hsms or ())), right=True),
    _field(
        "azs",
        "AZS",
        3,
        6,
        zones,
        lambda c: (_last_if_absent(c.zones_in_use), c.zones_possible or 0),
        right=True,
    ),
    _field("type", "TYPE", 5, 7, lambda c: short_type(c.hsm_type), lambda c: c.hsm_type or "~"),
    _field("mode", "MODE", 8, 8, lambda c: _or_absent(c.mode), lambda c: c.mode or "~"),
    _field("vpc", "VPC", 21, 9, lambda c: _or_absent(c.vpc_id), lambda c: c.vpc_id or "~"),
    _field(
        "retention",
        "RETENTION",
        9,
        10,
        retention,
        lambda c: _last_if_absent(c.retention_days),
        right=True,
    ),
    _field(
        "network",
        "NETWORK",
        9,
        11,
        lambda c: _or_absent(c.network_type),
        lambda c: c.network_type or "~",
    ),
    Column("age", "AGE", 4, 5, _age, lambda judged: _newest_first(judged.cluster), right=True),
)


def _of_place(
    id: str, header: str, width: int, rank: int, text: Callable[[PlaceNames], str | None]
) -> Column:
    """A column that says where a cluster is."""

    def name(judged: Judged) -> str:
        return (judged.place and text(judged.place)) or ""

    return Column(id, header, width, rank, lambda judged, _: _or_absent(name(judged)), name)


_WIDE_PROFILE = _of_place("profile", "PROFILE", 12, 2, lambda place: place.profile_name)
PROFILE = replace(_WIDE_PROFILE, narrow=Narrow(9, _WIDE_PROFILE.text), keeps_end=True)
ACCOUNT = _of_place(
    "account",
    "ACCOUNT",
    14,
    5,
    lambda place: account_number(place.account) if place.account else None,
)
REGION = _of_place("region", "REGION", 14, 3, lambda place: place.region)

PLACE_COLUMNS = (PROFILE, ACCOUNT, REGION)
"""The columns that are there while they differ from row to row."""

COLUMN_IDS = tuple(column.id for column in (*COLUMNS, *PLACE_COLUMNS))


def choose(ids: Sequence[str]) -> tuple[Column, ...]:
    """The columns of these ids in this order; for none all but those of the place."""
    by_id = {column.id: column for column in (*COLUMNS, *PLACE_COLUMNS)}
    return tuple(by_id[column_id] for column_id in ids) if ids else COLUMNS


def with_places(columns: Sequence[Column], differing: Sequence[Column]) -> tuple[Column, ...]:
    """The columns with those of the place that differ in front, unless they are there already.

    The state then has a shorter form, so that at 80 columns all that a triage needs has room, and
    gives way before the profile and the findings.
    """
    if not differing:
        return tuple(columns)
    shorter = [_SHORTER_STATE if column.id == "state" else column for column in columns]
    return (*(column for column in differing if column not in columns), *shorter)


EXTRA_RANK = 6
"""From this rank on a column comes only where names keep room to be read."""

NAME_ROOM = 14
"""Cells beyond its least width that a name gets before such columns do."""

LATE_RANK = 9
"""From this rank on a column that nobody chose comes only where names have LATE_NAME_ROOM."""

LATE_NAME_ROOM = 28
"""Cells beyond its least width, up to WIDEST_NAME, that a name gets before such columns do."""

_NEVER = 1000
"""A rank that no column has."""

WIDEST_NAME = 40
"""Cells of the names at the most, unless a longer one is known."""


def fit(
    columns: Sequence[Column],
    width: int,
    gap: int = 1,
    *,
    steady: int | None = None,
    longest_name: int = 0,
) -> tuple[tuple[Column, int], ...]:
    """The columns that fit into a width, each with its own; the name takes what is left, to 40 or
    to `longest_name`.

    Where there is not room for all, the extra ones go, then what has a narrow form takes it, unless
    the name keeps as much as that would give, then the one with the highest rank goes; one always
    stays. They are chosen as if there were no more than `steady` cells, where that is less than the
    width.
    """
    room = width if steady is None else min(width, steady)
    late_from = LATE_RANK if set(COLUMNS) <= set(columns) else _NEVER
    shown = [(column, column.width) for column in columns]
    while len(shown) > 1 and _needed(shown, gap, late_from) > room:
        last, _ = max(shown, key=lambda pair: pair[0].rank)
        narrowed = [_narrowed(column) for column, _ in shown]
        if last.rank < EXTRA_RANK and narrowed != shown:
            shown = narrowed
        else:
            shown = [pair for pair in shown if pair[0] != last]
    spare = max(0, width - sum(cells + gap for _, cells in shown) + gap)
    widest = max(WIDEST_NAME, longest_name)
    return tuple(
        (column, cells + (min(spare, widest - cells) if column.id == "name" else 0))
        for column, cells in shown
    )


def _needed(shown: Sequence[tuple[Column, int]], gap: int, late_from: int) -> int:
    """The cells of these columns, with those that the name has to have beyond its least ones."""
    return sum(cells + gap for _, cells in shown) - gap + _for_name(shown, late_from)


def _for_name(shown: Sequence[tuple[Column, int]], late_from: int) -> int:
    highest = max(column.rank for column, _ in shown)
    if not any(column.id == "name" for column, _ in shown):
        return 0
    if highest >= EXTRA_RANK:
        return LATE_NAME_ROOM if highest >= late_from else NAME_ROOM
    return sum(cells - _narrowed(column)[1] for column, cells in shown)


def _narrowed(column: Column) -> tuple[Column, int]:
    return column, column.narrow.width if column.narrow else column.width
