"""A document as CSV: one finding a row, accepted ones too."""

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from hsmtui.check.document import AcceptedBy, ClusterEntry, Document, FindingEntry
from hsmtui.export.csv_cells import CsvCell, csv_lines

_NOT_ACCEPTED = AcceptedBy(until="", reason="")


class _Row(NamedTuple):
    """A finding, and the cluster that it is about."""

    time: str
    finding: FindingEntry
    cluster: ClusterEntry | None

    @property
    def accepted(self) -> AcceptedBy:
        return self.finding.accepted or _NOT_ACCEPTED


_Column: TypeAlias = Callable[[_Row], CsvCell]

_COLUMNS: dict[str, _Column] = {
    "time": lambda row: row.time,
    "id": lambda row: row.finding.id,
    "rule": lambda row: row.finding.rule,
    "severity": lambda row: row.finding.severity,
    "accepted": lambda row: _yes(row.finding.accepted is not None),
    "new": lambda row: None if row.finding.is_new is None else _yes(row.finding.is_new),
    "account": lambda row: row.finding.account,
    "region": lambda row: row.finding.region,
    "profile": lambda row: row.finding.profile,
    "arn": lambda row: row.finding.arn,
    "cluster_id": lambda row: row.finding.cluster_id,
    "name": lambda row: row.finding.name,
    "state": lambda row: None if row.cluster is None else row.cluster.state,
    "hsms": lambda row: None if row.cluster is None else row.cluster.hsms,
    "hsms_active": lambda row: None if row.cluster is None else row.cluster.hsms_active,
    "read_at": lambda row: None if row.cluster is None else row.cluster.read_at,
    "title": lambda row: row.finding.title,
    "seen": lambda row: "; ".join(f"{seen.field}: {seen.value}" for seen in row.finding.seen),
    "why": lambda row: row.finding.why,
    "remedy": lambda row: row.finding.remedy,
    "accepted_until": lambda row: row.accepted.until,
    "accepted_reason": lambda row: row.accepted.reason,
}


def as_csv_rows(document: Document) -> Iterator[str]:
    """A line of headers, and a line for each finding; clusters without findings have none.

    Times are ISO 8601, counts are numbers. What is not known is empty.
    """
    clusters = {(each.profile, each.region, each.cluster_id): each for each in document.inventory}
    rows = (
        _Row(document.time, one, clusters.get((one.profile, one.region, one.cluster_id)))
        for one in document.findings
    )
    return csv_lines(
        tuple(_COLUMNS), ([column(row) for column in _COLUMNS.values()] for row in rows)
    )


def _yes(fact: bool) -> str:
    return "yes" if fact else "no"
