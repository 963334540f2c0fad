"""The columns of a file of rows: what the table shows, exactly, and what says which cluster it is.

A file is read by programs and years later: numbers are numbers, times are ISO 8601, ids are whole.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from hsmtui.export.csv_cells import CsvCell
from hsmtui.model.cluster import Cluster
from hsmtui.model.columns import ABSENT, Column
from hsmtui.model.findings.finding import Findings, Judged
from hsmtui.model.findings.severity import Severity
from hsmtui.model.origin import Origin
from hsmtui.model.times import iso


class ReadRow(NamedTuple):
    """A cluster, its findings, when it was read (aware, UTC), and where."""

    judged: Judged
    read_at: datetime
    origin: Origin

    @property
    def cluster(self) -> Cluster:
        """The cluster."""
        return self.judged.cluster

    @property
    def findings(self) -> Findings:
        """What the rules say of it."""
        return self.judged.findings


class RowColumn(NamedTuple):
    """A column of a file; a cell is None, or "", where there is nothing to say."""

    header: str
    cell: Callable[[ReadRow], CsvCell]


def row_columns(columns: Sequence[Column]) -> tuple[RowColumn, ...]:
    """Those of the table in their order, exactly; behind them what else a file needs."""
    chosen = [each for column in columns for each in _EXACT.get(column.id, (_as_shown(column),))]
    return (*chosen, *(each for each in _ALWAYS if each not in chosen))


def _as_shown(column: Column) -> RowColumn:
    def cell(row: ReadRow) -> str:
        text = column.text(row.judged, row.read_at)
        return "" if text == ABSENT else text

    return RowColumn(column.header, cell)


def _active(row: ReadRow) -> int | None:
    hsms = row.cluster.hsms
    return None if hsms is None else sum(hsm.state == "ACTIVE" for hsm in hsms)


def _hsms(row: ReadRow) -> int | None:
    return None if row.cluster.hsms is None else len(row.cluster.hsms)


def _retention(row: ReadRow) -> CsvCell:
    policy, days = row.cluster.backup_retention_policy, row.cluster.retention_days
    return policy.value if days is None and policy else days


def _created(row: ReadRow) -> str | None:
    created = row.cluster.create_timestamp
    return iso(created) if created else None


def _worst(row: ReadRow) -> str | None:
    worst = row.findings.worst
    return worst.word if worst else None


def _count(severity: Severity) -> RowColumn:
    def cell(row: ReadRow) -> int:
        return sum(finding.severity == severity for finding in row.findings.findings)

    return RowColumn(severity.name, cell)


def _ids(rules: Iterable[str]) -> str:
    return " ".join(rules)


COUNTS = tuple(map(_count, sorted(Severity, reverse=True)))
"""How many findings there are of each severity, the worst first."""

_FINDINGS = (
    RowColumn("FINDINGS", _worst),
    *COUNTS,
    RowColumn("RULES", lambda row: _ids(each.rule for each in row.findings.findings)),
    RowColumn("ACCEPTED", lambda row: _ids(each.finding.rule for each in row.findings.accepted)),
    RowColumn("NOT EVALUATED", lambda row: _ids(each.rule for each in row.findings.unchecked)),
    RowColumn("NOT READ", lambda row: row.cluster.why_odd),
)
"""The worst severity and the ids of the rules, and what of the answer cannot be read."""

_ACCOUNT = RowColumn("ACCOUNT", lambda row: row.origin.account)
_REGION = RowColumn("REGION", lambda row: row.origin.known_region)

_EXACT: dict[str, tuple[RowColumn, ...]] = {
    "cluster": (RowColumn("CLUSTER", lambda row: row.cluster.cluster_id),),
    "name": (RowColumn("NAME", lambda row: row.cluster.name),),
    "state": (RowColumn("STATE", lambda row: row.cluster.state),),
    "findings": _FINDINGS,
    "hsms": (RowColumn("HSMS ACTIVE", _active), RowColumn("HSMS", _hsms)),
    "azs": (
        RowColumn("AZS IN USE", lambda row: row.cluster.zones_in_use),
        RowColumn("AZS", lambda row: row.cluster.zones_possible),
    ),
    "type": (RowColumn("TYPE", lambda row: row.cluster.hsm_type),),
    "retention": (RowColumn("RETENTION DAYS", _retention),),
    "age": (RowColumn("CREATED", _created),),
    "account": (_ACCOUNT,),
    "region": (_REGION,),
}
"""Columns of the table by id that the screen shortens, or has two numbers or a sign in."""

_ALWAYS = (
    *_FINDINGS,
    _ACCOUNT,
    _REGION,
    RowColumn("ARN", lambda row: row.origin.arn(row.cluster.cluster_id)),
    RowColumn("READ", lambda row: iso(row.read_at)),
)
