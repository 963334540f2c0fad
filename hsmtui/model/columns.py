"""The columns of a list of clusters: a header, a cell text and a sort key for each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hsmtui.model.cluster import Cluster
from hsmtui.model.state import Tone, look
from hsmtui.model.text import visible
from hsmtui.model.times import age

ABSENT = "-"
"""What stands where the service gave no value."""


@dataclass(frozen=True)
class Column:
    """One column; `width` is in terminal cells, a lower `rank` stays longer on a narrow screen."""

    id: str
    header: str
    width: int
    rank: int
    text: Callable[[Cluster, datetime], str]
    key: Callable[[Cluster], Any]
    right: bool = False


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


def _state(cluster: Cluster) -> str:
    seen = look(cluster.state)
    return f"{seen.glyph} {visible(seen.word)}"


_URGENCY = (Tone.BAD, Tone.UNKNOWN, Tone.MOVING, Tone.WAITING, Tone.GONE, Tone.GOOD)


def _urgency(cluster: Cluster) -> tuple[int, str]:
    """What is wrong comes first."""
    return (_URGENCY.index(look(cluster.state).tone), cluster.state or "")


def short_type(hsm_type: str | None) -> str:
    """An HSM type without its size, of which there is one: hsm2m for hsm2m.medium."""
    return _or_absent(hsm_type.removesuffix(".medium") if hsm_type else None)


def retention(cluster: Cluster) -> str:
    """How long backups are kept, such as 90d."""
    if cluster.retention_days is not None:
        return f"{cluster.retention_days}d"
    policy = cluster.backup_retention_policy
    return _or_absent(policy.value if policy else None)


def _age(cluster: Cluster, now: datetime) -> str:
    return age(cluster.create_timestamp, now) if cluster.create_timestamp else ABSENT


def _newest_first(cluster: Cluster) -> tuple[bool, float]:
    moment = cluster.create_timestamp
    return (moment is None, -(moment or datetime.min.replace(tzinfo=UTC)).timestamp())


COLUMNS = (
    Column("cluster", "CLUSTER", 19, 0, lambda c, _: visible(c.cluster_id), lambda c: c.cluster_id),
    Column(
        "name",
        "NAME",
        12,
        1,
        lambda c, _: _or_absent(c.name),
        lambda c: _last_if_absent(c.name.casefold() if c.name else None),
    ),
    Column("state", "STATE", 15, 2, lambda c, _: _state(c), _urgency),
    Column(
        "hsms",
        "HSMS",
        5,
        3,
        lambda c, _: _hsms(c),
        lambda c: (_active(c), len(c.hsms or ())),
        right=True,
    ),
    Column(
        "azs",
        "AZS",
        3,
        5,
        lambda c, _: str(len(c.subnet_mapping)) if c.subnet_mapping else ABSENT,
        lambda c: len(c.subnet_mapping or ()),
        right=True,
    ),
    Column("type", "TYPE", 5, 6, lambda c, _: short_type(c.hsm_type), lambda c: c.hsm_type or "~"),
    Column("mode", "MODE", 8, 7, lambda c, _: _or_absent(c.mode), lambda c: c.mode or "~"),
    Column("vpc", "VPC", 21, 8, lambda c, _: _or_absent(c.vpc_id), lambda c: c.vpc_id or "~"),
    Column(
        "retention",
        "RETENTION",
        9,
        9,
        lambda c, _: retention(c),
        lambda c: _last_if_absent(c.retention_days),
        right=True,
    ),
    Column(
        "network",
        "NETWORK",
        9,
        10,
        lambda c, _: _or_absent(c.network_type),
        lambda c: c.network_type or "~",
    ),
    Column("age", "AGE", 4, 4, _age, _newest_first, right=True),
)

COLUMN_IDS = tuple(column.id for column in COLUMNS)


def choose(ids: Sequence[str]) -> tuple[Column, ...]:
    """The columns of these ids in this order; all of them in their own order for none."""
    by_id = {column.id: column for column in COLUMNS}
    return tuple(by_id[column_id] for column_id in ids) if ids else COLUMNS


EXTRA_RANK = 7
"""From this rank on a column comes only where names keep room to be read."""

NAME_ROOM = 10
"""Cells beyond its least width that a name gets before such columns do."""


def _needed(columns: Sequence[Column], gap: int) -> int:
    extra = any(column.rank >= EXTRA_RANK for column in columns)
    return sum(column.width + gap for column in columns) - gap + (NAME_ROOM if extra else 0)


def fit(columns: Sequence[Column], width: int, gap: int = 1) -> tuple[tuple[Column, int], ...]:
    """The columns that fit into a width, each with its own; the name takes what is left, to 40.

    The one with the highest rank goes first where there is not room for all; one always stays.
    """
    shown = list(columns)
    while len(shown) > 1 and _needed(shown, gap) > width:
        shown.remove(max(shown, key=lambda column: column.rank))
    spare = max(0, width - sum(column.width + gap for column in shown) + gap)
    widths = [
        column.width + (min(spare, 40 - column.width) if column.id == "name" else 0)
        for column in shown
    ]
    return tuple(zip(shown, widths, strict=True))
