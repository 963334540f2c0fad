"""The rows in view, or those that are marked, as the text of a file: CSV, JSON or Markdown."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from hsmtui.export.csv_cells import CsvCell, as_csv
from hsmtui.export.markdown import escaped, table
from hsmtui.export.row_columns import COUNTS, ReadRow, RowColumn, row_columns
from hsmtui.model.cluster import as_document
from hsmtui.model.columns import Column
from hsmtui.model.findings.finding import AcceptedFinding, Finding
from hsmtui.model.origin import Origin
from hsmtui.model.redaction import redact, redacted
from hsmtui.model.text import cluster_count
from hsmtui.model.times import iso


class Rows(NamedTuple):
    """The rows in view, or those that are marked, in their order, with the columns of the table.

    `origins` are the places that were read, in their order, and `unread` says how many others could
    not be. `loaded` is how many clusters were loaded, of which these are those that match `query`,
    or those that somebody has marked; `whole` says whether that is all there are.
    """

    origins: Sequence[Origin]
    written: datetime
    columns: Sequence[Column]
    rows: Sequence[ReadRow]
    loaded: int
    whole: bool
    query: str
    sort: str
    unread: int = 0
    are_marked: bool = False

    @property
    def where(self) -> str:
        """The region, or how many places these are of, in words; where no region is known, the
        file that was opened."""
        first = self.origins[0]
        if len(self.origins) > 1:
            return f"{len(self.origins)} places"
        return first.source.name if first.source and not first.known_region else first.region

    @property
    def how_many(self) -> str:
        """How many these are, in words."""
        if self.are_marked:
            return f"{len(self.rows)} marked row{'' if len(self.rows) == 1 else 's'}"
        clusters = cluster_count(len(self.rows))
        return (
            f"{clusters} of {self.loaded} loaded, filter {self.query}" if self.query else clusters
        )

    @property
    def extent(self) -> str:
        """How much this is of what there is, in words."""
        unread = self.what_is_unread
        is_all = self.whole or self.are_marked
        return self.how_many if is_all else f"{self.how_many}; {unread[0].lower()}{unread[1:]}"

    @property
    def what_is_unread(self) -> str:
        """What these may lack, in words."""
        were = "place was" if self.unread == 1 else "places were"
        return f"{self.unread} {were} not read" if self.unread else "More pages are not loaded"


class Format(NamedTuple):
    """A kind of file: its name, how its files end, and how the text is made."""

    name: str
    suffix: str
    text: Callable[[Rows], str]


def csv_text(rows: Rows) -> str:
    """A line of headers, and a line for each row."""
    columns = row_columns(rows.columns) + ((_FILE,) if rows.origins[0].source else ())
    return as_csv([column.header for column in columns], _cells(columns, rows))


def json_text(rows: Rows) -> str:
    """The clusters as boto3 returned them, secrets masked, with the place and the times, in ASCII.

    By cluster id, `Arn` has the ARN, `ReadAt` the time of reading, `Findings` what was found, the
    worst first, `Accepted` what was found and accepted, and `NotEvaluated` which rules were not
    evaluated and why. Of several places each has its own in `Places`. Where rows were marked
    `Marked` says how many, and `Complete` is false.
    """
    own: defaultdict[int, list[ReadRow]] = defaultdict(list)
    for row in rows.rows:
        own[id(row.origin)].append(row)
    places = [_place_document(origin, own[id(origin)]) for origin in rows.origins]
    is_one = len(places) == 1 and not rows.unread
    document = {
        **_source(rows),
        "Written": iso(rows.written),
        "Complete": rows.whole and not rows.are_marked,
        **({"Marked": len(rows.rows)} if rows.are_marked else {}),
        "Loaded": rows.loaded,
        "Filter": rows.query,
        "Sort": rows.sort,
        **(places[0] if is_one else {"UnreadPlaces": rows.unread, "Places": places}),
    }
    return json.dumps(redacted(document, cache(redact)), indent=2) + "\n"


def markdown_text(rows: Rows) -> str:
    """A page with a table; how many findings there are of each severity can be counted there."""
    one = _place(rows.origins[0]) if len(rows.origins) == 1 else {"Places": str(len(rows.origins))}
    place = [(name, value) for name, value in one.items() if value]
    facts = [*_source(rows).items(), *place]
    facts += [("Written", iso(rows.written)), ("Extent", rows.extent)]
    facts += [("Sort", rows.sort)] if rows.sort else []
    head = "".join(f"- {name}: {escaped(redact(value))}\n" for name, value in facts)
    title = f"# Clusters in {escaped(rows.where)}"
    columns = [column for column in row_columns(rows.columns) if column not in COUNTS]
    lines = ([_text(cell) for cell in cells] for cells in _cells(columns, rows))
    return f"{title}\n\n{head}\n{table([column.header for column in columns], lines)}"


FORMATS = {
    "csv": Format("CSV", "csv", csv_text),
    "json": Format("JSON", "json", json_text),
    "markdown": Format("Markdown", "md", markdown_text),
}


def _file_of(row: ReadRow) -> str | None:
    return row.origin.source.name if row.origin.source else None


_FILE = RowColumn("FILE", _file_of)
"""The file that a row was opened from."""


def _place_document(origin: Origin, own: Sequence[ReadRow]) -> dict[str, Any]:
    """A place and what was read of it."""

    def of_each(say: Callable[[ReadRow], Any]) -> dict[str, Any]:
        return {row.cluster.cluster_id: say(row) for row in own}

    return {
        **_place(origin),
        "Arn": of_each(lambda row: origin.arn(row.cluster.cluster_id)),
        "ReadAt": of_each(lambda row: iso(row.read_at)),
        "Findings": of_each(lambda row: [_finding(each) for each in row.findings.findings]),
        "Accepted": of_each(lambda row: [_accepted(each) for each in row.findings.accepted]),
        "NotEvaluated": of_each(
            lambda row: [{"Rule": each.rule, "Why": each.why} for each in row.findings.unchecked]
        ),
        "Clusters": [as_document(row.cluster) for row in own],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "Rule": finding.rule,
        "Severity": finding.severity.word,
        "Title": finding.title,
        "Seen": [{"Field": name, "Value": value} for name, value in finding.seen],
        "Why": finding.why,
        "Remedy": str(finding.remedy),
    }


def _accepted(accepted: AcceptedFinding) -> dict[str, Any]:
    acceptance = accepted.acceptance
    until = {"Until": acceptance.until.isoformat(), "Reason": acceptance.reason}
    return _finding(accepted.finding) | until


def _source(rows: Rows) -> dict[str, str]:
    """The file that was opened, and what its time is of."""
    source = rows.origins[0].source
    if source is None:
        return {}
    return {"File": source.name, "FileTime": iso(source.time), "FileTimeOf": source.how}


def _place(origin: Origin) -> dict[str, str | None]:
    return {
        "Account": origin.account,
        "Caller": origin.caller or origin.unknown,
        "Region": origin.known_region,
        "Profile": origin.known_profile,
        "Endpoint": "DEMO" if origin.is_demo else origin.endpoint,
    }


def _cells(columns: Sequence[RowColumn], rows: Rows) -> Iterator[list[CsvCell]]:
    for row in rows.rows:
        cells = (column.cell(row) for column in columns)
        yield [redact(cell) if isinstance(cell, str) else cell for cell in cells]


def _text(cell: CsvCell) -> str:
    return "" if cell is None else str(cell)
