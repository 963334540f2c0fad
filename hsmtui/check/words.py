"""What every form of a report says in the same words."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from hsmtui.check.report import CheckedPlace, Report
from hsmtui.fleet.reading import ReadingStatus
from hsmtui.model.redaction import redact
from hsmtui.model.text import cluster_count, visible
from hsmtui.model.times import stamp


def head_lines(report: Report) -> Iterator[str]:
    """Whether it is whole; where, who and when."""
    if not report.whole:
        yield f"NOT WHOLE: {report.not_whole}."
    where, who = _many(report.places) if report.several else _one(report.places[0])
    yield shown(", ".join(filter(None, where)))
    yield shown(", ".join(filter(None, (stamp(report.time), who))))
    if report.query:
        yield shown(f"filter: {report.query}")


def _one(place: CheckedPlace) -> tuple[tuple[str | None, ...], str]:
    where = (
        f"profile {place.profile}",
        place.region or "region unknown",
        f"account {place.account or 'unknown'}",
        place.endpoint,
    )
    return where, place.caller or "caller unknown"


def _many(places: Sequence[CheckedPlace]) -> tuple[tuple[str | None, ...], str]:
    counted = (
        ("profile", {place.profile for place in places}),
        ("region", {place.region for place in places}),
        ("account", {place.account for place in places if place.account}),
    )
    numbers = (f"{len(each)} {word}{'s' * (len(each) != 1)}" for word, each in counted)
    endpoints = {place.endpoint for place in places}
    return (f"{len(places)} places", *numbers, *(endpoints if len(endpoints) == 1 else ())), ""


def closing_lines(report: Report) -> Iterator[str]:
    """Counts, how much was read, and what was not evaluated."""
    worst = ", ".join(f"{count} {severity.word}" for severity, count in report.counts.items())
    number = len(report.findings)
    judged = [each for _, each in report.judged]
    bad = sum(bool(each.findings.findings) for each in judged)
    none = "No findings." if report.whole else "No findings in what was read."
    of = f"in {bad} of {cluster_count(len(judged))}"
    yield f"{number} finding{'s' * (number != 1)}: {worst}, {of}." if worst else none
    yield f"{_read(report)}."
    unchecked = Counter(one.unchecked for one in report.unchecked)
    for (rule, why), count in unchecked.items():
        yield f"Not evaluated: {rule} for {cluster_count(count)}: {shown(why)}."
    if not report.whole:
        yield f"NOT WHOLE: {report.not_whole}; these are findings of what was read."


def _read(report: Report) -> str:
    """How much was read."""
    pages = f"{report.pages} page{'s' * (report.pages != 1)}"
    backups = "no backups" if report.backups is None else f"{report.backups} backups"
    return f"Read {cluster_count(report.clusters)} on {pages}, and {backups}"


def worst_first(places: Iterable[CheckedPlace]) -> list[CheckedPlace]:
    """The places, those that were not read before the others."""
    order = list(ReadingStatus)
    return sorted(places, key=lambda place: (order.index(place.result), not place.same_as))


def shown(text: str) -> str:
    """Text from outside as it may be printed: visible, and without secrets."""
    return visible(redact(text))
