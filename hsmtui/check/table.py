"""A report as a table for a person: findings in groups, then the places."""

import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, zip_longest
from typing import NamedTuple, TypeVar

from hsmtui.check.report import CheckedPlace, ClusterFinding, Report
from hsmtui.check.words import closing_lines, head_lines, shown, worst_first
from hsmtui.model.findings.severity import Severity
from hsmtui.model.text import cluster_count

_INDENT, _GAP = "  ", "  "
_ID_WIDTH = 19
_NARROWEST = 20
"""Characters that a column of text has at least, however narrow the terminal is."""

_MOST_LINES = 20
"""Lines about places that were read; where there were more, they are only counted."""

_Kind = TypeVar("_Kind", bound=tuple[str, ...])


def as_table(report: Report, width: int) -> str:
    """Findings in groups of one rule, worst first, at this many columns; of several places, how far
    each was read."""
    lines = [*head_lines(report), ""]
    layout = _layout(report, width)
    for (severity, rule), group in groupby(report.findings, _kind):
        findings = list(group)
        lines.append(f"{severity.word.upper()}  {rule}  {cluster_count(len(findings))}")
        for one in findings:
            lines += _row(one, layout, width)
        for remedy in dict.fromkeys(one.finding.remedy for one in findings):
            lines += textwrap.wrap(
                f"{_INDENT}-> {shown(remedy)}", width, subsequent_indent=_INDENT + "   "
            )
        lines.append("")
    for line in closing_lines(report):
        lines += textwrap.wrap(line, width, subsequent_indent=_INDENT)
    if report.several:
        lines += ["", *_places(report, width)]
    return "".join(f"{line}\n" for line in lines)


def _kind(reported: ClusterFinding) -> tuple[Severity, str]:
    return reported.finding.severity, reported.finding.rule


class _Layout(NamedTuple):
    """The columns of a line, each with its text and its width, and the room for what was seen.

    Without that room it stands below the line.
    """

    columns: tuple[tuple[Callable[[ClusterFinding], str], int], ...]
    room: int


def _layout(report: Report, width: int) -> _Layout:
    """The name is as wide as the longest, but at most two fifths of what the id leaves."""

    def longest(text: Callable[[ClusterFinding], str]) -> int:
        return max((len(shown(text(one))) for one in report.findings), default=1)

    where = (_account, _region) if report.several else ()
    columns = (*((text, longest(text)) for text in where), (_cluster_id, _ID_WIDTH))
    left = width - len(_INDENT) - sum(wide + len(_GAP) for _, wide in columns)
    name = min(longest(_name), max((left - len(_GAP)) * 2 // 5, _NARROWEST))
    room = max(left - name - len(_GAP), _NARROWEST)
    if report.several and left < 3 * _NARROWEST:
        name, room = min(longest(_name), max(left, _NARROWEST // 2)), 0
    return _Layout((*columns, (_name, name)), room)


def _account(reported: ClusterFinding) -> str:
    return reported.place.account or "-"


def _region(reported: ClusterFinding) -> str:
    return reported.place.region or "-"


def _cluster_id(reported: ClusterFinding) -> str:
    return reported.cluster.cluster_id


def _name(reported: ClusterFinding) -> str:
    return reported.cluster.name or "-"


def _title(reported: ClusterFinding) -> str:
    return reported.finding.title


def _row(reported: ClusterFinding, layout: _Layout, width: int) -> Iterator[str]:
    """Where it is, its id, its name, what was seen; a long text goes on below, in its column."""
    columns = layout.columns
    if layout.room:
        columns = (*columns, (_title, layout.room))
    pieces = (textwrap.wrap(shown(text(reported)), wide) for text, wide in columns)
    for cells in zip_longest(*pieces, fillvalue=""):
        padded = (f"{cell:<{wide}}" for cell, (_, wide) in zip(cells, columns, strict=True))
        yield (_INDENT + _GAP.join(padded)).rstrip()
    if not layout.room:
        yield from _below(shown(_title(reported)), 2, width)


def _below(text: str, depth: int, width: int) -> list[str]:
    """Lines that belong to the one above."""
    first = _INDENT * depth
    return textwrap.wrap(
        f"{first}{text}", width, subsequent_indent=f"{first}   ", break_on_hyphens=False
    )


def _places(report: Report, width: int) -> Iterator[str]:
    """How far each place was read: those that failed whole, the others in a line a profile."""
    counts = Counter(place.status for place in worst_first(report.places))
    counted = ", ".join(f"{count} {status}" for status, count in counts.items())
    yield from textwrap.wrap(shown(f"Places: {counted}."), width, subsequent_indent=_INDENT)
    for lines, group in _grouped(report.failed, _failure).items():
        for place in group:
            yield from _below(shown(f"{place.status}: {_named(place)}"), 1, width)
        for line in lines:
            yield from _below(shown(line), 2, width)
    fine = _grouped(report.fine, _kind_of_place)
    if len(fine) <= _MOST_LINES:
        for (status, profile, account), group in fine.items():
            named = ", ".join(map(_with_count, group))
            yield from _below(shown(f"{status}: {profile}, {account}: {named}"), 1, width)


def _named(place: CheckedPlace) -> str:
    account = f"account {place.account}" if place.account else None
    return ", ".join(filter(None, (place.profile, place.region or "region unknown", account)))


def _with_count(place: CheckedPlace) -> str:
    count = f" ({cluster_count(place.clusters)})" if place.clusters else ""
    return f"{place.region}{count}"


def _failure(place: CheckedPlace) -> tuple[str, ...]:
    """What went wrong and what to do, in lines."""
    lines = (
        line
        for error in place.problems
        for line in (error.in_full, f"-> {error.remedy}" if error.remedy else "")
    )
    return tuple(filter(None, lines))


def _kind_of_place(place: CheckedPlace) -> tuple[str, str, str]:
    return place.status, place.profile, place.account or "account unknown"


def _grouped(
    places: Iterable[CheckedPlace], kind: Callable[[CheckedPlace], _Kind]
) -> dict[_Kind, list[CheckedPlace]]:
    """The worst first, and with each those of its kind."""
    groups: dict[_Kind, list[CheckedPlace]] = {}
    for place in worst_first(places):
        groups.setdefault(kind(place), []).append(place)
    return groups
