"""A document as a table for a person: findings in groups, then by what they were judged."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple, TypeVar

from hsmtui.check.document import Document, FindingEntry, PlaceEntry
from hsmtui.check.look import Look
from hsmtui.check.places import ProblemsOf, problems_by_place, status_of, worst_first
from hsmtui.check.words import basis_lines, closing_lines, counting, head_lines
from hsmtui.export.terminal_colours import SEVERITY_COLOURS, TONE_COLOURS, painted
from hsmtui.export.text_columns import COLUMN_GAP, beside, cell_count, folded
from hsmtui.fleet.reading import ReadingStatus
from hsmtui.model.findings.severity import Severity
from hsmtui.model.state import Tone
from hsmtui.model.text import cluster_count, visible

_INDENT = "  "
_ID_WIDTH = 19
_NARROWEST = 20
"""Characters that a column of text has at least, however narrow the terminal is."""

_MOST_LINES = 20
"""Lines about places that were read; where there were more, they are only counted."""

_TONES = {
    ReadingStatus.NOT_READ: Tone.BAD,
    ReadingStatus.NEEDS_SIGN_IN: Tone.BAD,
    ReadingStatus.NOT_WHOLE: Tone.BAD,
    ReadingStatus.NOT_ENABLED: Tone.WAITING,
    ReadingStatus.OK: Tone.GOOD,
}
"""What it means how far a place was read, as in the list of places on the screen."""

_ALARMS = ("NOT WHOLE:", "NOTHING READ:", "NOTHING CHECKED:")
"""How lines begin that say that something is not known."""

_COUNTED = re.compile(r"\d+ (critical|high|medium)\b")

_Kind = TypeVar("_Kind", bound=tuple[str, ...])
_Text = Callable[[FindingEntry], str]


def as_table(document: Document, look: Look) -> Iterator[str]:
    """Findings in groups of one rule, worst first, then those that are accepted; by what they were
    judged; of several places, how far each was read."""
    for line in _lines(document, look):
        yield f"{line}\n"


def _lines(document: Document, look: Look) -> Iterator[str]:
    for line in head_lines(document):
        yield _painted(line, _of_line(line), look)
    yield ""
    layout = _layout(document, look.width)
    for (severity, rule), group in groupby(counting(document), _kind):
        title = f"{severity.upper()}  {rule}"
        yield from _group(title, _of_severity(severity), list(group), layout, look)
    accepted = sorted((one for one in document.findings if one.accepted), key=_acceptance)
    for (rule, until, reason), group in groupby(accepted, _acceptance):
        title = visible(f"ACCEPTED until {until}  {rule}")
        yield from _group(title, TONE_COLOURS[Tone.GONE], list(group), layout, look, reason)
    summary, *others = closing_lines(document)
    for line in folded(summary, look.width, _INDENT):
        yield _COUNTED.sub(lambda match: _painted(match[0], _of_severity(match[1]), look), line)
    for line in (*others, *basis_lines(document)):
        for each in folded(line, look.width, _INDENT):
            yield _painted(each, _of_line(line), look)
    if len(document.places) > 1:
        yield from ("", *_places(document, look))


def _group(
    title: str,
    colour: str,
    findings: Sequence[FindingEntry],
    layout: "_Layout",
    look: Look,
    note: str = "",
) -> Iterator[str]:
    """Findings that belong together, below their title; then the note, or else what to do."""
    yield _painted(f"{title}  {cluster_count(len(findings))}", colour, look)
    for one in findings:
        yield from _row(one, layout, look.width)
    for words in [note] if note else dict.fromkeys(one.remedy for one in findings):
        yield from folded(f"{_INDENT}-> {visible(words)}", look.width, f"{_INDENT}   ")
    yield ""


def _painted(text: str, colour: str, look: Look) -> str:
    return painted(text, colour if look.colour else "")


def _of_line(line: str) -> str:
    """The colour of one that says that something is not known; else none."""
    return TONE_COLOURS[Tone.BAD] if line.startswith(_ALARMS) else ""


def _of_severity(word: str) -> str:
    return SEVERITY_COLOURS[Severity.named(word)]


def _kind(finding: FindingEntry) -> tuple[str, str]:
    return finding.severity, finding.rule


def _acceptance(finding: FindingEntry) -> tuple[str, str, str]:
    by = finding.accepted
    return finding.rule, by.until if by else "", by.reason if by else ""


class _Layout(NamedTuple):
    """The columns of a line, each with its text and its width, and the room for what was seen.

    Without that room it stands below the line.
    """

    columns: tuple[tuple[_Text, int], ...]
    room: int


def _layout(document: Document, width: int) -> _Layout:
    """The name is as wide as the longest, but at most two fifths of what the id leaves."""

    def longest(text: _Text) -> int:
        return max((cell_count(visible(text(one))) for one in document.findings), default=1)

    several = len(document.places) > 1
    where = (*((_since,) if document.earlier else ()), *((_account, _region) if several else ()))
    columns = (*((text, longest(text)) for text in where), (_cluster_id, _ID_WIDTH))
    left = width - len(_INDENT) - sum(wide + len(COLUMN_GAP) for _, wide in columns)
    name = min(longest(_name), max((left - len(COLUMN_GAP)) * 2 // 5, _NARROWEST))
    room = max(left - name - len(COLUMN_GAP), _NARROWEST)
    if where and left < 3 * _NARROWEST:
        name, room = min(longest(_name), max(left, _NARROWEST // 2)), 0
    return _Layout((*columns, (_name, name)), room)


def _since(finding: FindingEntry) -> str:
    return "new" if finding.is_new else "known"


def _account(finding: FindingEntry) -> str:
    return finding.account or "-"


def _region(finding: FindingEntry) -> str:
    return finding.region or "-"


def _cluster_id(finding: FindingEntry) -> str:
    return finding.cluster_id


def _name(finding: FindingEntry) -> str:
    return finding.name or "-"


def _title(finding: FindingEntry) -> str:
    return finding.title


def _row(finding: FindingEntry, layout: _Layout, width: int) -> Iterator[str]:
    """Where it is, its id, its name, what was seen; a long text goes on below, in its column."""
    columns = layout.columns
    if layout.room:
        columns = (*columns, (_title, layout.room))
    cells = [visible(text(finding)) for text, _ in columns]
    widths = [wide for _, wide in columns]
    for line in beside(cells, widths, [""] * len(columns)):
        yield _INDENT + line
    if not layout.room:
        yield from _below(visible(_title(finding)), 2, width)


def _below(text: str, depth: int, width: int) -> list[str]:
    """Lines that belong to the one above."""
    first = _INDENT * depth
    return folded(f"{first}{text}", width, f"{first}   ", on_hyphens=False)


def _places(document: Document, look: Look) -> Iterator[str]:
    """How far each place was read: those that failed whole, the others in a line a profile."""
    counts = Counter(map(status_of, worst_first(document.places)))
    counted = ", ".join(f"{count} {status}" for status, count in counts.items())
    yield from folded(visible(f"Places: {counted}."), look.width, _INDENT)
    problems = problems_by_place(document)
    failed = [place for place in document.places if place.failed]
    for lines, group in _grouped(failed, lambda place: _failure(place, problems)).items():
        for place in group:
            yield from _status_line(place, _named(place), look)
        for line in lines:
            yield from _below(visible(line), 2, look.width)
    fine = _grouped((place for place in document.places if not place.failed), _kind_of_place)
    if len(fine) <= _MOST_LINES:
        for (_, profile, account), group in fine.items():
            named = ", ".join(map(_with_count, group))
            yield from _status_line(group[0], f"{profile}, {account}: {named}", look)


def _status_line(place: PlaceEntry, words: str, look: Look) -> Iterator[str]:
    """The words about a place, after how far it was read, which is painted."""
    status = visible(status_of(place))
    tone = Tone.GONE if place.same_as else _TONES[ReadingStatus(place.status)]
    first, *others = _below(visible(f"{status}: {words}"), 1, look.width)
    yield first.replace(status, _painted(status, TONE_COLOURS[tone], look), 1)
    yield from others


def _named(place: PlaceEntry) -> str:
    account = f"account {place.account}" if place.account else None
    return ", ".join(filter(None, (place.profile, place.region or "region unknown", account)))


def _with_count(place: PlaceEntry) -> str:
    count = f" ({cluster_count(place.clusters)})" if place.clusters else ""
    return f"{place.region}{count}"


def _failure(place: PlaceEntry, problems: ProblemsOf) -> tuple[str, ...]:
    """What went wrong and what to do, in lines."""
    lines = (
        line
        for problem in problems.get((place.profile, place.region), ())
        for line in (problem.in_full, f"-> {problem.remedy}" if problem.remedy else "")
    )
    return tuple(filter(None, lines))


def _kind_of_place(place: PlaceEntry) -> tuple[str, str, str]:
    return status_of(place), place.profile, place.account or "account unknown"


def _grouped(
    places: Iterable[PlaceEntry], kind: Callable[[PlaceEntry], _Kind]
) -> dict[_Kind, list[PlaceEntry]]:
    """The worst first, and with each those of its kind."""
    groups: dict[_Kind, list[PlaceEntry]] = {}
    for place in worst_first(places):
        groups.setdefault(kind(place), []).append(place)
    return groups
