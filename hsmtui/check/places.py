"""The places of a document, and what went wrong in each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from hsmtui.check.document import Document, PlaceEntry, SomewhereProblem
from hsmtui.fleet.reading import ReadingStatus

_STATUSES = tuple(each.value for each in ReadingStatus)

ProblemsOf: TypeAlias = Mapping[tuple[str, str | None], Sequence[SomewhereProblem]]
"""What went wrong, by profile and region."""


def problems_by_place(document: Document) -> ProblemsOf:
    """What went wrong in each place."""
    problems: defaultdict[tuple[str, str | None], list[SomewhereProblem]] = defaultdict(list)
    for problem in document.problems:
        problems[problem.profile, problem.region].append(problem)
    return problems


def status_of(place: PlaceEntry) -> str:
    """How far a place was read, in words."""
    return f"same as {place.same_as}" if place.same_as else place.status


def worst_first(places: Iterable[PlaceEntry]) -> list[PlaceEntry]:
    """The places, those that were not read before the others."""
    return sorted(places, key=lambda place: (_STATUSES.index(place.status), not place.same_as))
