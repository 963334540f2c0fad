"""The command itself: read, judge, print, and say by the exit status how it is."""

import sys
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.place import Place, Terms
from hsmtui.aws.profiles import profile_names
from hsmtui.check import formats, report
from hsmtui.check.console import Console
from hsmtui.check.report import Report
from hsmtui.config.settings import Settings
from hsmtui.fleet.assess import Assessor
from hsmtui.fleet.first_seen import FirstSeen
from hsmtui.fleet.reading import PlaceReading, read_place
from hsmtui.model.filter.query import Query
from hsmtui.model.findings.finding import Severity
from hsmtui.standard_streams import write_out

_FOUND = 3
"""Something is as bad as --fail-on says, or worse."""

_NOT_WHOLE = 4
"""Not all could be read, to the end or of an entry; this comes before the findings."""

_BAD_USAGE = 2
"""There is no such profile, no such region, or none at all."""

_MISTAKES = {"ProfileNotFound", "NoRegionError", "InvalidRegionError"}
"""What botocore says of a place that cannot be."""


class CheckRequest(NamedTuple):
    """What the command line asks of a check. `width` is that of the terminal, in columns."""

    place: Place
    query: Query
    format: str
    fail_on: Severity | None
    with_backups: bool
    demo: bool
    width: int


def run_check(settings: Settings, wanted: CheckRequest, clock: Callable[[], datetime]) -> int:
    """Print the report and give the exit status. Where AWS fails, what was read is printed.

    There is no report on a place that cannot be.
    """
    terms = Terms.of(settings)
    console = Console(terms.prompter, sys.stderr)
    needs_backups = wanted.with_backups and "BACKUP-STALE" not in settings.rules.off
    try:
        reading = read_place(
            wanted.place, terms, wanted.query, clock, console.progress, with_backups=needs_backups
        )
        if console.refusal is not None:
            reading = reading._replace(problems=(console.refusal,))
        mistakes = [each for each in reading.problems if each.code in _MISTAKES]
        if reading.connection is None and mistakes:
            words = str(mistakes[0]).removesuffix(".")
            console.say(f"hsmtui: {words}. {mistakes[0].remedy}")
            return _BAD_USAGE
        if not wanted.demo:
            _warn(settings, console)
        result = _judge(settings, wanted, reading, clock(), console)
    finally:
        console.clear()
    write_out([_printed(result, wanted)])
    for problem in result.problems:
        console.complain(problem)
    return _status(result, wanted.fail_on)


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
    settings: Settings, wanted: CheckRequest, reading: PlaceReading, now: datetime, console: Console
) -> Report:
    """Judge what was read, with what this app has seen before; the demo leaves no trace of it."""
    path = None if wanted.demo else settings.paths.seen_file
    first_seen = FirstSeen(path, lambda words: console.say(f"hsmtui: {words}"))
    assessor = Assessor(settings.rules, first_seen.since, reading.backups_of)
    console.progress(f"judging {len(reading.rows)} clusters ...")
    judged = assessor.judge(reading.rows, now)
    if notice := first_seen.save():
        first_seen.warn(notice)
    return Report(
        time=now,
        place=_place(wanted, reading.connection),
        query=str(wanted.query),
        judged=tuple(each for each in judged if wanted.query.matches(each)),
        clusters=len(judged),
        pages=reading.pages,
        backups=reading.backups.number if reading.backups else None,
        problems=reading.problems,
    )


def _place(wanted: CheckRequest, connection: Connection | None) -> report.CheckedPlace:
    """The place that was read; without a connection, the one that was asked for."""
    if connection is None:
        profile, region, endpoint, _, _ = wanted.place
        return report.CheckedPlace(profile or "default", region, endpoint, None, None)
    caller = connection.known_caller
    return report.CheckedPlace(
        profile=connection.profile_name,
        region=connection.region,
        endpoint="DEMO" if wanted.demo else connection.endpoint,
        account=caller.account if caller else None,
        caller=caller.arn if caller else None,
    )


def _printed(result: Report, wanted: CheckRequest) -> str:
    match wanted.format:
        case "json":
            return formats.as_json(result)
        case "markdown":
            return formats.as_markdown(result)
        case _:
            return formats.as_table(result, wanted.width)


def _status(result: Report, fail_on: Severity | None) -> int:
    if not result.whole:
        return _NOT_WHOLE
    return _FOUND if fail_on is not None and result.reaches(fail_on) else 0
