"""The rows in view as the text of a file: CSV, JSON or Markdown."""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from hsmtui.export.csv_cells import as_csv
from hsmtui.export.markdown import escaped, table
from hsmtui.model.cluster import Cluster, as_document
from hsmtui.model.columns import ABSENT, Column
from hsmtui.model.findings.finding import Judged
from hsmtui.model.origin import Origin
from hsmtui.model.redaction import redact
from hsmtui.model.text import cluster_count
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


class Rows(NamedTuple):
    """The rows in view, in their order, with the columns of the table.

    `origins` are the places that were read, in their order, and `unread` says how many others could
    not be. `loaded` is how many clusters were loaded, of which these are those that match `query`;
    `whole` says whether that is all there are.
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

    @property
    def where(self) -> str:
        """The region, or how many places these are of, in words."""
        return self.origins[0].region if len(self.origins) == 1 else f"{len(self.origins)} places"

    @property
    def how_many(self) -> str:
        """How many these are, in words."""
        clusters = cluster_count(len(self.rows))
        return (
            f"{clusters} of {self.loaded} loaded, filter {self.query}" if self.query else clusters
        )

    @property
    def extent(self) -> str:
        """How much this is of what there is, in words."""
        unread = self.what_is_unread
        return self.how_many if self.whole else f"{self.how_many}; {unread[0].lower()}{unread[1:]}"

    @property
    def what_is_unread(self) -> str:
        """What these may lack, in words."""
        were = "place was" if self.unread == 1 else "places were"
        return f"{self.unread} {were} not read" if self.unread else "More pages are unread"


class Format(NamedTuple):
    """A kind of file: its name, how its files end, and how the text is made."""

    name: str
    suffix: str
    text: Callable[[Rows], str]


def csv_text(rows: Rows) -> str:
    """A line of headers, and a line for each row."""
    return as_csv(_headers(rows), map(_cells(rows), rows.rows))


def json_text(rows: Rows) -> str:
    """The clusters as boto3 returned them, secrets masked, with the place and the times, in ASCII.

    `ReadAt` has the time of reading by cluster id, `Findings` the rules, the worst first. Of
    several places each has its own in `Places`.
    """
    own: defaultdict[int, list[ReadRow]] = defaultdict(list)
    for row in rows.rows:
        own[id(row.origin)].append(row)
    places = [_place_document(origin, own[id(origin)]) for origin in rows.origins]
    is_one = len(places) == 1 and not rows.unread
    document = {
        "Written": iso(rows.written),
        "Complete": rows.whole,
        "Loaded": rows.loaded,
        "Filter": rows.query,
        "Sort": rows.sort,
        **(places[0] if is_one else {"UnreadPlaces": rows.unread, "Places": places}),
    }
    return json.dumps(_redacted(document, cache(redact)), indent=2) + "\n"


def markdown_text(rows: Rows) -> str:
    """A page with a table."""
    one = _place(rows.origins[0]) if len(rows.origins) == 1 else {"Places": str(len(rows.origins))}
    place = [(name, value) for name, value in one.items() if value]
    facts = [*place, ("Written", iso(rows.written)), ("Extent", rows.extent)]
    facts += [("Sort", rows.sort)] if rows.sort else []
    head = "".join(f"- {name}: {escaped(redact(value))}\n" for name, value in facts)
    title = f"# Clusters in {escaped(rows.where)}"
    return f"{title}\n\n{head}\n{table(_headers(rows), map(_cells(rows), rows.rows))}"


FORMATS = {
    "csv": Format("CSV", "csv", csv_text),
    "json": Format("JSON", "json", json_text),
    "markdown": Format("Markdown", "md", markdown_text),
}


def _redacted(value: Any, said: Callable[[str], str]) -> Any:
    """A document with its texts as they may be said, but for PEM texts, which only look secret.

    Most texts stand in many clusters, which is why `said` remembers them.
    """
    if isinstance(value, dict):
        return {
            key: part if key == "Certificates" else _redacted(part, said)
            for key, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [_redacted(part, said) for part in value]
    return said(value) if isinstance(value, str) else value


def _place_document(origin: Origin, own: Sequence[ReadRow]) -> dict[str, Any]:
    """A place and what was read of it."""
    return {
        **_place(origin),
        "ReadAt": {row.cluster.cluster_id: iso(row.read_at) for row in own},
        "Findings": {
            row.cluster.cluster_id: [finding.rule for finding in row.judged.findings.findings]
            for row in own
        },
        "Clusters": [as_document(row.cluster) for row in own],
    }


def _place(origin: Origin) -> dict[str, str | None]:
    return {
        "Account": origin.account,
        "Caller": origin.caller or origin.unknown,
        "Region": origin.region,
        "Profile": origin.profile or origin.credentials or "default",
        "Endpoint": "DEMO" if origin.is_demo else origin.endpoint,
    }


def _headers(rows: Rows) -> list[str]:
    return [*(column.header for column in rows.columns), "READ"]


def _worst(judged: Judged) -> str:
    findings, worst = judged.findings, judged.findings.worst
    if judged.cluster.odd:
        return f"not read whole: {judged.cluster.why_odd}"
    return f"{worst.word} {findings.count_of_worst}" if worst else ""


_EXACT: dict[str, Callable[[Judged], str | None]] = {
    "state": lambda judged: judged.cluster.state,
    "findings": _worst,
    "type": lambda judged: judged.cluster.hsm_type,
}
"""Cells that the screen shortens, or draws a sign in."""


def _cells(rows: Rows) -> Callable[[ReadRow], list[str]]:
    """What the table shows, as of the time of reading; nothing where the service gave no value."""

    def cells(row: ReadRow) -> list[str]:
        return [*(_cell(column, row) for column in rows.columns), iso(row.read_at)]

    return cells


def _cell(column: Column, row: ReadRow) -> str:
    exact = _EXACT.get(column.id)
    text = exact(row.judged) or "" if exact else column.text(row.judged, row.read_at)
    return "" if text == ABSENT else redact(text)
