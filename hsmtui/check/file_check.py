"""`hsmtui check --from`: what a file has is printed; a check's findings as they were found."""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

import msgspec

from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.prompter import Prompter
from hsmtui.check.build import document_of, severity_word
from hsmtui.check.command import CheckRequest, complain, deliver, exit_status, report_of
from hsmtui.check.console import Console
from hsmtui.check.document import AcceptanceEntry, Document
from hsmtui.check.earlier import compared
from hsmtui.check.recorded_file import OpenedFile
from hsmtui.config.settings import Settings
from hsmtui.fleet.listing import Listing
from hsmtui.fleet.reading import PlaceReading
from hsmtui.fleet.recorded import Recorded, RecordedPlace, assessor_of, fill
from hsmtui.model.filter.query import Query
from hsmtui.model.filter.search_text import search_text
from hsmtui.model.findings.accept import acceptances_in, day_of
from hsmtui.model.findings.finding import Judged
from hsmtui.model.findings.limits import Rules
from hsmtui.model.origin import UNKNOWN
from hsmtui.model.text import visible

_Spot: TypeAlias = tuple[str, str | None, str]
"""Profile, region and id of a cluster."""


def run_file_check(settings: Settings, wanted: CheckRequest, opened: OpenedFile) -> int:
    """Print the document and give the exit status; nobody is asked."""
    console = Console(Prompter(), sys.stderr)
    recorded, document = opened
    by = f" by {document.tool}" if document is not None else ""
    console.say(
        f"hsmtui: from {recorded.source.name}: {recorded.source.words}{visible(by)}. "
        "AWS is not asked."
    )
    if document is None:
        document = _judged(settings, wanted, recorded)
    else:
        document = _expecting(narrowed(document, recorded, wanted.query, settings.rules), wanted)
    if wanted.earlier is not None:
        document = compared(document, wanted.earlier)
    deliver(document, wanted, console)
    problems = [_told(place) for place in recorded.places]
    complain(problems, document, wanted, console)
    return exit_status(document, wanted.fail_on)


def _told(place: RecordedPlace) -> tuple[HsmtuiError, ...]:
    """What went wrong in a place."""
    backups = place.backups_problem
    return place.problems if backups is None else (*place.problems, backups)


def _judged(settings: Settings, wanted: CheckRequest, recorded: Recorded) -> Document:
    """What was listed, judged as of the time when that was written."""
    assessor = assessor_of(recorded, settings.rules)
    report = report_of(settings, wanted, _readings(recorded), assessor, recorded.clock())
    places = (
        place._replace(region=None) if place.region == UNKNOWN else place for place in report.places
    )
    return document_of(replace(report, places=tuple(places)))


def _readings(recorded: Recorded) -> list[PlaceReading]:
    readings = []
    for opening, (connection, place) in zip(
        recorded.openings.each, recorded.by_connection.items(), strict=True
    ):
        listing = Listing(connection, {})
        fill(listing, place)
        readings.append(
            PlaceReading(
                opening.place,
                connection,
                tuple(listing.rows.values()),
                pages=place.pages,
                problems=place.problems,
                read_at=place.read_at,
            )
        )
    return readings


def _expecting(document: Document, wanted: CheckRequest) -> Document:
    """With what the command line expects: so many clusters, fewer are not the whole, and nothing
    that is so severe."""
    if wanted.fail_on is not None:
        document = msgspec.structs.replace(document, fail_on=severity_word(wanted.fail_on))
    if not wanted.min_clusters:
        return document
    whole = document.whole and document.read.clusters >= wanted.min_clusters
    return msgspec.structs.replace(document, min_clusters=wanted.min_clusters, whole=whole)


def narrowed(document: Document, recorded: Recorded, query: Query, rules: Rules) -> Document:
    """What of a document is about the clusters that match a query; `rules` has the limits."""
    if not query:
        return document
    matching = _matching(recorded, query, rules.backup_hours)
    spots = matching.keys()
    inventory = tuple(e for e in document.inventory if (e.profile, e.region, e.cluster_id) in spots)
    findings = tuple(e for e in document.findings if (e.profile, e.region, e.cluster_id) in spots)
    counts = Counter(each.severity for each in findings if each.accepted is None)
    numbers = Counter((each.profile, each.region) for each in inventory)
    return msgspec.structs.replace(
        document,
        filter=" ".join(filter(None, (document.filter, str(query)))),
        matching=len(inventory),
        counts={severity: counts[severity] for severity in document.counts if counts[severity]},
        accepted=sum(each.accepted is not None for each in findings),
        places=tuple(
            msgspec.structs.replace(place, matching=numbers[place.profile, place.region])
            for place in document.places
        ),
        acceptances=_uses(document.acceptances, recorded, matching.values()),
        inventory=inventory,
        findings=findings,
        unchecked=tuple(
            e for e in document.unchecked if (e.profile, e.region, e.cluster_id) in spots
        ),
    )


def _uses(
    entries: Sequence[AcceptanceEntry], recorded: Recorded, judged: Iterable[Judged]
) -> tuple[AcceptanceEntry, ...]:
    """How the acceptances stand among some of the clusters: what matches none may match another."""
    uses = acceptances_in(judged, recorded.acceptances, day_of(recorded.clock()), None)
    return tuple(
        msgspec.structs.replace(entry, state=use.state, findings=use.findings)
        for entry, use in zip(entries, uses, strict=True)
    )


def _matching(recorded: Recorded, query: Query, hours: int) -> dict[_Spot, Judged]:
    """The clusters that match as on the screen, where free text finds one of several places."""
    several, now = len(recorded.places) > 1, recorded.clock()
    found: dict[_Spot, Judged] = {}
    for connection, place in recorded.by_connection.items():
        for each in () if place.same_as else place.clusters:
            findings = each.findings_at(now, hours, certificates=query.reads_certificates)
            judged = Judged(each.cluster, findings, connection)
            text = search_text(each.cluster, connection if several else None)
            if query.matches(judged, text):
                region = None if place.region == UNKNOWN else place.region
                found[place.profile, region, each.cluster.cluster_id] = judged
    return found
