"""The command itself: read, judge, print, and say by the exit status how it is."""

import sys
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.place import Place, Terms
from hsmtui.aws.session import profile_names
from hsmtui.check import formats, report
from hsmtui.check.console import Console
from hsmtui.check.reading import PlaceReading, read_place
from hsmtui.check.report import Report
from hsmtui.config.settings import Settings, StateError
from hsmtui.fleet.first_seen_file import FirstSeenTimes, Spot, load_first_seen, save_first_seen
from hsmtui.model.cluster import Cluster
from hsmtui.model.filter.query import Query
from hsmtui.model.findings.evaluate import find
from hsmtui.model.findings.finding import Judged, Known, Severity
from hsmtui.standard_streams import write_out

FOUND = 3
"""Something is as bad as --fail-on says, or worse."""

NOT_WHOLE = 4
"""Not all could be read, to the end or of an entry; this says more than what was found."""

BAD_USAGE = 2
"""There is no such profile, no such region, or none at all."""

_MISTAKES = {"ProfileNotFound", "NoRegionError", "InvalidRegionError"}
"""What botocore says of a place that cannot be."""


class Wanted(NamedTuple):
    """What the command line asks of a check. `width` is that of the terminal, in columns."""

    place: Place
    query: Query
    format: str
    fail_on: Severity | None
    with_backups: bool
    demo: bool
    width: int


def run_check(settings: Settings, wanted: Wanted, clock: Callable[[], datetime]) -> int:
    """Print the report and give the exit status. Where AWS fails, what was read is printed.

    There is no report on a place that cannot be.
    """
    terms = Terms.of(settings)
    console = Console(terms.prompter, sys.stderr)
    needs_backups = wanted.with_backups and "BACKUP-STALE" not in settings.rules.off
    try:
        reading = read_place(
            wanted.place, terms, wanted.query, console.progress, with_backups=needs_backups
        )
        if console.refusal is not None:
            reading = reading._replace(problems=(console.refusal,))
        mistakes = [each for each in reading.problems if each.code in _MISTAKES]
        if reading.connection is None and mistakes:
            console.say(f"hsmtui: {mistakes[0]}. {mistakes[0].remedy}")
            return BAD_USAGE
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
    settings: Settings, wanted: Wanted, reading: PlaceReading, now: datetime, console: Console
) -> Report:
    """Judge what was read, with what this app has seen before; the demo leaves no trace of it."""
    place = _place(wanted, reading)
    path = settings.paths.seen_file
    seen, notice = (FirstSeenTimes(), None) if wanted.demo else load_first_seen(path)
    if notice:
        console.say(f"hsmtui: {notice}")
    spot = Spot(place.account or place.profile, place.region or "", place.endpoint)
    console.progress(f"judging {len(reading.clusters)} clusters ...")
    judged = [
        Judged(cluster, find(cluster, now, settings.rules, known))
        for cluster in reading.clusters
        for known in [_known(cluster, spot, seen, reading, now)]
    ]
    if seen.changed and not wanted.demo:
        try:
            save_first_seen(path, seen)
        except StateError as error:
            console.say(f"hsmtui: {error}")
    return Report(
        time=now,
        place=place,
        query=str(wanted.query),
        judged=tuple(each for each in judged if wanted.query.matches(each)),
        clusters=len(reading.clusters),
        pages=reading.pages,
        backups=reading.backups.number if reading.backups else None,
        problems=reading.problems,
    )


def _known(
    cluster: Cluster, spot: Spot, seen: FirstSeenTimes, reading: PlaceReading, now: datetime
) -> Known:
    backups = reading.backups
    return Known(
        state_since=seen.since(spot, cluster, now),
        backups=backups.of_cluster.get(cluster.cluster_id, ()) if backups else None,
        certificates=True,
    )


def _place(wanted: Wanted, reading: PlaceReading) -> report.CheckedPlace:
    """Where was looked; without a connection, where it was meant to."""
    connection = reading.connection
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


def _printed(result: Report, wanted: Wanted) -> str:
    match wanted.format:
        case "json":
            return formats.as_json(result)
        case "markdown":
            return formats.as_markdown(result)
        case _:
            return formats.as_table(result, wanted.width)


def _status(result: Report, fail_on: Severity | None) -> int:
    if not result.whole:
        return NOT_WHOLE
    return FOUND if fail_on is not None and result.reaches(fail_on) else 0
