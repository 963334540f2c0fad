"""The formats of a check: an entry each, by the name that --format takes.

Each gives the text in parts, so that a document of many clusters is never there as one text. What
a format needs is imported when it is asked for: the command line reads the names at every start.
"""

from collections.abc import Iterator, Mapping
from pkgutil import resolve_name
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from hsmtui.check.document import Document


class Look(NamedTuple):
    """What a table keeps to: the columns of the terminal, and whether it shows colours."""

    width: int = 80
    colour: bool = False


class CheckFormat(NamedTuple):
    """What it is, in words for the help, and the file and function that make it of a document;
    whether it tells of each cluster, so that the document needs its inventory, which takes most of
    the time to make; and whether it is for a person, who has a terminal that it keeps to."""

    help: str
    function: str
    has_clusters: bool
    has_look: bool = False

    def parts(self, document: "Document", look: Look) -> Iterator[str]:
        """The text of the document."""
        make = resolve_name(f"hsmtui.check.formats.{self.function}")
        text: Iterator[str] = make(document, look) if self.has_look else make(document)
        return text


CHECK_FORMATS: Mapping[str, CheckFormat] = MappingProxyType(
    {
        "table": CheckFormat(
            "a table for a person (the default)",
            "table:as_table",
            has_clusters=False,
            has_look=True,
        ),
        "json": CheckFormat(
            "all that is known, schema hsmtui.check/1", "json_document:as_json", has_clusters=True
        ),
        "markdown": CheckFormat("a page", "markdown_page:as_markdown", has_clusters=False),
        "csv": CheckFormat("a finding a row", "csv_rows:as_csv_rows", has_clusters=True),
        "junit": CheckFormat("test results for a CI server", "junit:as_junit", has_clusters=True),
        "ocsf": CheckFormat(
            "OCSF Compliance Findings, one a line", "ocsf:as_ocsf", has_clusters=False
        ),
        "openmetrics": CheckFormat(
            "metrics for Prometheus", "openmetrics:as_openmetrics", has_clusters=True
        ),
    }
)
