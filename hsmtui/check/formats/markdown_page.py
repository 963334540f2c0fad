"""A document as a Markdown page."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from hsmtui.check.document import Document, FindingEntry, PlaceEntry, SomewhereProblem
from hsmtui.check.places import problems_by_place, status_of, worst_first
from hsmtui.check.words import basis_lines, closing_lines, counting, head_lines
from hsmtui.export.markdown import escaped, table

_Column: TypeAlias = tuple[str, Callable[[FindingEntry], str | None]]
"""The header of a column, and its cell for a finding."""


def as_markdown(document: Document) -> Iterator[str]:
    """A page with a table of the findings and, where there are several, of the places."""
    yield "# CloudHSM findings\n\n"
    yield "".join(f"- {escaped(line)}\n" for line in head_lines(document))
    yield _section("Findings", _findings(counting(document), _columns(document)))
    accepted = [one for one in document.findings if one.accepted is not None]
    yield _section("Accepted findings", _findings(accepted, (*_columns(document), *_ACCEPTANCE)))
    yield _section("Summary", "\n\n".join(map(escaped, closing_lines(document))) + "\n")
    yield _section("Settings", "".join(f"- {escaped(each)}\n" for each in basis_lines(document)))
    if len(document.places) > 1:
        yield _section("Places", _places(document))


def _section(title: str, content: str) -> str:
    """Nothing where there is nothing in it."""
    return f"\n## {title}\n\n{content}" if content else ""


_ACCEPTANCE: tuple[_Column, ...] = (
    ("Until", lambda one: one.accepted.until if one.accepted else None),
    ("Reason", lambda one: one.accepted.reason if one.accepted else None),
)


def _columns(document: Document) -> tuple[_Column, ...]:
    where: tuple[_Column, ...] = (
        ("Account", lambda one: one.account),
        ("Region", lambda one: one.region),
    )
    return (
        *((("Since", _since),) if document.earlier else ()),
        ("Severity", lambda one: one.severity),
        ("Rule", lambda one: one.rule),
        *(where if len(document.places) > 1 else ()),
        ("Cluster", lambda one: one.cluster_id),
        ("Name", lambda one: one.name),
        ("What was seen", lambda one: one.title),
        ("Remedy", lambda one: one.remedy),
    )


def _since(finding: FindingEntry) -> str:
    return "new" if finding.is_new else "known"


def _findings(findings: Sequence[FindingEntry], columns: Sequence[_Column]) -> str:
    if not findings:
        return ""
    rows = ([cell(one) or "-" for _, cell in columns] for one in findings)
    return table([header for header, _ in columns], rows)


def _places(document: Document) -> str:
    headers = ("Status", "Profile", "Region", "Account", "Clusters", "Error", "Remedy")
    problems = problems_by_place(document)
    rows = (
        _place_cells(place, problems.get((place.profile, place.region), ()))
        for place in worst_first(document.places)
    )
    return table(headers, rows)


def _place_cells(place: PlaceEntry, problems: Sequence[SomewhereProblem]) -> tuple[str, ...]:
    return (
        *(status_of(place), place.profile, place.region or "-", place.account or "-"),
        str(place.clusters),
        "; ".join(problem.in_full for problem in problems),
        " ".join(dict.fromkeys(problem.remedy for problem in problems)),
    )
