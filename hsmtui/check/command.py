"""The command itself: read, judge, print, and say by the exit status how it is."""

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from hsmtui.aws.connect import begin_all
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.mistakes import NO_SUCH_PLACE
from hsmtui.aws.place import Place, Terms
from hsmtui.aws.profiles import profile_names
from hsmtui.aws.threads import Pool, submit
from hsmtui.check.build import document_of
from hsmtui.check.console import Console
from hsmtui.check.document import Document
from hsmtui.check.earlier import EarlierDocument, compared
from hsmtui.check.forms import CHECK_FORMATS
from hsmtui.check.look import Look
from hsmtui.check.output import write_output
from hsmtui.check.report import CheckedCluster, CheckedPlace, Report
from hsmtui.check.words import counting, not_known, not_whole, summary
from hsmtui.config.settings import Settings
from hsmtui.config.trust import read_roots
from hsmtui.fleet.assess import Assessor
from hsmtui.fleet.first_seen import FirstSeen
from hsmtui.fleet.reading import PlaceReading, read_places
from hsmtui.model.filter.query import Query
from hsmtui.model.filter.search_text import search_text
from hsmtui.model.findings.finding import Judged
from hsmtui.model.findings.severity import Severity
from hsmtui.model.origin import DEMO
from hsmtui.process.standard_streams import ReaderGoneError, write_out

_FOUND = 3
"""Something that is not accepted is as bad as --fail-on says, or worse."""

_NOT_WHOLE = 4
"""Not all could be read, to the end or of an entry, or too few clusters are there; this comes
before the findings."""

_BAD_USAGE = 2
"""There is no such profile, no such region, or none at all, wherever it was asked for."""

_PAGE_SIZE = 25
"""Clusters of a first page: as many as the service gives."""


class CheckRequest(NamedTuple):
    """What the command line asks of a check, of one place or several.

    Without `output` it goes to standard output. Where there is an `earlier` document, only what is
    not in it counts for `fail_on`.
    """

    places: tuple[Place, ...]
    query: Query
    format: str
    fail_on: Severity | None
    with_backups: bool
    demo: bool
    look: Look
    min_clusters: int = 0
    output: Path | None = None
    earlier: EarlierDocument | None = None


def run_check(settings: Settings, wanted: CheckRequest, clock: Callable[[], datetime]) -> int:
    """Print the document and give the exit status. Where AWS fails, what was read is printed.

    There is no document where not one of the places can be.
    """
    terms = Terms.of(settings)
    console = Console(terms.prompter, sys.stderr)
    try:
        task = submit(_read, settings, terms, wanted, clock, console.progress)
        readings = [_refused(each, console) for each in console.attend(task)]
        mistakes = list(map(_mistake, readings))
        if all(mistakes):
            _say_once(mistakes, console)
            return _BAD_USAGE
        if not wanted.demo:
            _warn(settings, console)
        report = _judge(settings, wanted, readings, clock(), console)
        has_clusters = CHECK_FORMATS[wanted.format].has_clusters
        document = document_of(report, has_clusters=has_clusters)
        if wanted.earlier is not None:
            document = compared(document, wanted.earlier)
    finally:
        console.close()
    deliver(document, wanted, console)
    complain([place.problems for place in report.places], document, wanted, console)
    return exit_status(document, wanted.fail_on)


def deliver(document: Document, wanted: CheckRequest, console: Console) -> None:
    """Print the document, or write it to its file and say in a line what it says.

    A reader that goes has what it wants, as head does: the exit status stays that of the check.
    """
    parts = CHECK_FORMATS[wanted.format].parts(document, wanted.look)
    if wanted.output is None:
        with suppress(ReaderGoneError):
            write_out(parts)
        return
    write_output(wanted.output, parts)
    told = " ".join(filter(None, (not_known(document), summary(document))))
    console.say(f"hsmtui: {wanted.output}: {told}")


def _read(
    settings: Settings,
    terms: Terms,
    wanted: CheckRequest,
    clock: Callable[[], datetime],
    progress: Callable[[str], object],
) -> tuple[PlaceReading, ...]:
    filters = wanted.query.server_filters
    pool = Pool(settings.parallel)
    openings = begin_all(wanted.places, filters, _PAGE_SIZE, terms, pool)
    needs_backups = wanted.with_backups and "BACKUP-STALE" not in settings.rules.off
    return read_places(openings, clock, progress, pool, with_backups=needs_backups)


def _refused(reading: PlaceReading, console: Console) -> PlaceReading:
    """The reading with why nobody could be asked to sign in, where that is what it failed for."""
    refusal = console.refusal_of(reading.place.profile)
    problems = (refusal if refusal and p.is_unsigned else p for p in reading.problems)
    return reading._replace(problems=tuple(problems))


def _mistake(reading: PlaceReading) -> HsmtuiError | None:
    """Why there can be no such place; None where there can."""
    if reading.connection is not None:
        return None
    return next((each for each in reading.problems if each.code in NO_SUCH_PLACE), None)


def _say_once(mistakes: Sequence[HsmtuiError | None], console: Console) -> None:
    """Say each mistake and what to do, one that several places have once."""
    for words in dict.fromkeys(f"{each}" for each in mistakes):
        stop = "" if words.endswith((".", "?")) else "."
        remedy = next(each.remedy for each in mistakes if each and str(each) == words)
        console.say(f"hsmtui: {words}{stop} {remedy}")


def complain(
    problems: Sequence[Sequence[HsmtuiError]],
    document: Document,
    wanted: CheckRequest,
    console: Console,
) -> None:
    """Say what went wrong in each place; of several places the report says it, but for what stands
    in no report: the commands that decode denials."""
    failed = [each for each, place in zip(problems, document.places, strict=True) if place.failed]
    if len(problems) == 1 and failed:
        for problem in failed[0]:
            console.complain(problem)
        return
    if not document.whole and wanted.output is None:
        where = " The report says which and why." if failed else ""
        console.say(f"hsmtui: {not_whole(document)}.{where}")
    for problem in (each for place in failed for each in place if each.encoded):
        console.complain(problem)


def _warn(settings: Settings, console: Console) -> None:
    """Say which rules make no profile read-only."""
    if not settings.has_profile_rules:
        return
    try:
        unmatched = settings.unmatched_rules(profile_names())
    except HsmtuiError as error:
        console.complain(error)
        return
    for words in unmatched:
        console.say(f"hsmtui: {words}")


def _judge(
    settings: Settings,
    wanted: CheckRequest,
    readings: Sequence[PlaceReading],
    now: datetime,
    console: Console,
) -> Report:
    """Judge what was read, with what this app has seen before; the demo leaves no trace of it."""
    path = None if wanted.demo else settings.paths.seen_file
    first_seen = FirstSeen(path, lambda words: console.say(f"hsmtui: {words}"))
    by_connection = {each.connection: each for each in readings}
    assessor = Assessor(
        settings.rules,
        first_seen.since,
        lambda connection, cluster_id: by_connection[connection].backups_of(cluster_id),
    )
    console.progress(f"judging {sum(len(each.rows) for each in readings)} clusters ...")
    report = report_of(settings, wanted, readings, assessor, now)
    if notice := first_seen.save():
        first_seen.warn(notice)
    return report


def report_of(
    settings: Settings,
    wanted: CheckRequest,
    readings: Sequence[PlaceReading],
    assessor: Assessor,
    now: datetime,
) -> Report:
    """What was read, judged as of a time."""
    return Report(
        time=now,
        query=str(wanted.query),
        places=tuple(_checked(wanted, each, assessor.judge(each.rows, now)) for each in readings),
        rules=settings.rules,
        roots=read_roots(settings.trust, settings.paths.config_file.parent),
        fail_on=wanted.fail_on,
        min_clusters=wanted.min_clusters,
        demo=wanted.demo,
    )


def _checked(wanted: CheckRequest, reading: PlaceReading, judged: Sequence[Judged]) -> CheckedPlace:
    """What the report says of a place; without a connection, of the one that was asked for."""
    profile, region, endpoint, _, _ = reading.place
    connection = reading.connection
    caller = connection.known_caller if connection else None
    if connection is not None:
        profile, region, endpoint = (
            *(connection.profile_name, connection.region),
            DEMO if wanted.demo else connection.endpoint,
        )
    return CheckedPlace(
        profile=profile or "default",
        region=region,
        partition=connection.partition if connection else None,
        endpoint=endpoint,
        account=caller.account if caller else None,
        caller=caller.arn if caller else None,
        result=reading.status,
        same_as=reading.same_as,
        clusters=tuple(
            CheckedCluster(each, row.read_at, reading.backups_of(row.cluster.cluster_id))
            for row, each in zip(reading.rows, judged, strict=True)
            if _matches(wanted, each)
        ),
        read=len(judged),
        pages=reading.pages,
        backups=reading.backups.number if reading.backups else None,
        read_at=reading.read_at,
        problems=reading.problems,
    )


def _matches(wanted: CheckRequest, judged: Judged) -> bool:
    """Whether it matches as on the screen, where free text finds a place that is one of several."""
    query, place = wanted.query, judged.place if len(wanted.places) > 1 else None
    return query.matches(judged, search_text(judged.cluster, place) if query.reads_text else "")


def exit_status(document: Document, fail_on: Severity | None) -> int:
    """Whether all was read, and nothing is as bad as `fail_on`."""
    if not document.whole:
        return _NOT_WHOLE
    told = (one for one in counting(document) if one.is_new is not False)
    worst = max((Severity.named(one.severity) for one in told), default=None)
    return _FOUND if fail_on is not None and worst is not None and worst >= fail_on else 0
