"""The formats of a check: an entry each, by the name that --format takes.

Each gives the text in parts, so that a document of many clusters is never there as one text. What
a format needs is imported when it is asked for: the command line reads the names at every start.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from hsmtui.check.look import Look

if TYPE_CHECKING:
    from hsmtui.check.document import Document


class CheckFormat(NamedTuple):
    """What it is, in words for the help, and what makes it of a document; whether it tells of each
    cluster, so that the document needs its inventory, which takes most of the time to make."""

    help: str
    parts: "Callable[[Document, Look], Iterator[str]]"
    has_clusters: bool


def _table(document: "Document", look: Look) -> Iterator[str]:
    from hsmtui.check.formats.table import as_table

    return as_table(document, look)


def _json(document: "Document", _: Look) -> Iterator[str]:
    from hsmtui.check.formats.json_document import as_json

    return as_json(document)


def _markdown(document: "Document", _: Look) -> Iterator[str]:
    from hsmtui.check.formats.markdown_page import as_markdown

    return as_markdown(document)


def _csv(document: "Document", _: Look) -> Iterator[str]:
    from hsmtui.check.formats.csv_rows import as_csv_rows

    return as_csv_rows(document)


def _junit(document: "Document", _: Look) -> Iterator[str]:
    from hsmtui.check.formats.junit import as_junit

    return as_junit(document)


def _ocsf(document: "Document", _: Look) -> Iterator[str]:
    from hsmtui.check.formats.ocsf import as_ocsf

    return as_ocsf(document)


def _openmetrics(document: "Document", _: Look) -> Iterator[str]:
    from hsmtui.check.formats.openmetrics import as_openmetrics

    return as_openmetrics(document)


CHECK_FORMATS: Mapping[str, CheckFormat] = MappingProxyType(
    {
        "table": CheckFormat("a table for a person (the default)", _table, has_clusters=False),
        "json": CheckFormat("all that is known, schema hsmtui.check/1", _json, has_clusters=True),
        "markdown": CheckFormat("a page", _markdown, has_clusters=False),
        "csv": CheckFormat("a finding a row", _csv, has_clusters=True),
        "junit": CheckFormat("test results for a CI server", _junit, has_clusters=True),
        "ocsf": CheckFormat("OCSF Compliance Findings, one a line", _ocsf, has_clusters=False),
        "openmetrics": CheckFormat("metrics for Prometheus", _openmetrics, has_clusters=True),
    }
)
