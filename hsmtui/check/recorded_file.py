"""What `--from` opens: the document of a check, or what the aws command listed."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

import msgspec

from hsmtui.aws.backups import BACKUPS_LISTING
from hsmtui.aws.caller import Caller
from hsmtui.aws.clusters import LISTING
from hsmtui.aws.errors import HsmtuiError
from hsmtui.check.document import (
    SCHEMA,
    AcceptanceEntry,
    ClusterEntry,
    Document,
    FindingEntry,
    PlaceEntry,
    Problem,
    UncheckedEntry,
)
from hsmtui.check.places import problems_by_place
from hsmtui.check.saved_file import EXPECTED, SavedFile, read_saved
from hsmtui.fleet.reading import ReadingStatus
from hsmtui.fleet.recorded import Recorded, RecordedCluster, RecordedPlace
from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Cluster, decode_cluster
from hsmtui.model.entry import DuplicateMembers, in_utc
from hsmtui.model.findings.acceptance import Acceptance
from hsmtui.model.findings.finding import AcceptedFinding, Finding, Findings, Unchecked
from hsmtui.model.findings.severity import Severity
from hsmtui.model.origin import READ, UNKNOWN, SavedSource
from hsmtui.model.text import shortened

_ANSWER = frozenset({"Clusters", "NextToken", "ResponseMetadata"})
"""The members that an answer of DescribeClusters may have."""

_ZONE = re.compile(r"([a-z]{2}(?:-[a-z]+)+-\d+)[a-z]")
"""An availability zone, and its region."""

_SHOWN = 60
"""Characters of a value that an error repeats."""


class OpenedFile(NamedTuple):
    """What a file has; `document` is None where it is no check's."""

    recorded: Recorded
    document: Document | None


def open_file(name: str) -> OpenedFile:
    """What a file, or "-" for standard input, has. Raises SavedFileError."""
    saved = read_saved(name)
    value = saved.value
    if isinstance(value, dict) and "schema" in value:
        document = document_in(saved)
        return OpenedFile(_recorded_check(saved, document), document)
    if isinstance(value, dict) and isinstance(value.get("Clusters"), list):
        return OpenedFile(_recorded_answer(saved, value), None)
    raise saved.refusal(f"is {_described(value)}; {EXPECTED}")


def document_in(saved: SavedFile) -> Document:
    """The document of a check that a file holds. Raises SavedFileError."""
    schema = saved.value.get("schema") if isinstance(saved.value, dict) else None
    if schema != SCHEMA:
        raise saved.wrong_schema(schema)
    if saved.twice:
        raise saved.refusal(f'is no whole document: "{saved.twice}" comes twice in one object')
    try:
        return msgspec.convert(saved.value, Document)
    except msgspec.ValidationError as error:
        raise saved.refusal(f"says that it is {SCHEMA}, but is not: {error}") from error


def _described(value: object) -> str:
    if isinstance(value, list):
        return "a list of JSON, as --query Clusters gives it: the whole answer is needed"
    if not isinstance(value, dict):
        return "JSON, but no object"
    if "Clusters" in value:
        return "JSON in which Clusters is no list"
    names = ", ".join(list(value)[:5]) or "nothing"
    return f"JSON of something else (it has {shortened(names, _SHOWN)})"


# What the aws command listed


def _recorded_answer(saved: SavedFile, value: Mapping[str, Any]) -> Recorded:
    others = [name for name in value if name not in _ANSWER]
    if others:
        raise saved.refusal(
            f'has "{shortened(others[0], _SHOWN)}", which no answer of describe-clusters has; '
            f"{EXPECTED}"
        )
    if isinstance(value, DuplicateMembers):
        raise saved.refusal(f'is no whole answer: "{saved.twice}" comes twice in it')
    clusters = [
        decode_cluster(entry, f"entry {number}")
        for number, entry in enumerate(value["Clusters"], 1)
    ]
    how = "file of" if saved.is_kept else "received"
    place = RecordedPlace(
        profile=UNKNOWN,
        region=_region_of(clusters),
        clusters=tuple(RecordedCluster(cluster, saved.written) for cluster in clusters),
        read_at=saved.written,
        problems=(_not_all(saved.written),) if value.get("NextToken") else (),
    )
    return Recorded(SavedSource(saved.name, how, saved.written, saved.is_kept), (place,))


def _region_of(clusters: Iterable[Cluster]) -> str:
    """The region of which all zones are that are named, "?" where there are none or several."""
    zones: set[str] = set()
    for cluster in clusters:
        zones.update(cluster.subnet_mapping or ())
        zones.update(hsm.availability_zone for hsm in cluster.hsms or () if hsm.availability_zone)
    regions = {match[1] if (match := _ZONE.fullmatch(zone)) else UNKNOWN for zone in zones}
    return regions.pop() if len(regions) == 1 else UNKNOWN


def _not_all(written: datetime) -> HsmtuiError:
    return HsmtuiError(
        title="The file has not all clusters",
        detail="It ends with a NextToken: there are more than it lists.",
        remedy="Make it again without --max-items and --no-paginate.",
        operation=LISTING,
        time=written,
    )


# What a check has read


def _recorded_check(saved: SavedFile, document: Document) -> Recorded:
    try:
        time = _moment(document.time)
        places = _places(document, time)
        acceptances = tuple(map(_acceptance, document.acceptances))
    except ValueError as error:
        raise saved.refusal(f"says that it is {SCHEMA}, but is not: {error}") from error
    return Recorded(SavedSource(saved.name, READ, time, saved.is_kept), places, acceptances)


def _places(document: Document, time: datetime) -> tuple[RecordedPlace, ...]:
    """The places; raises ValueError where something is of none of them."""
    clusters = _clusters_by_place(document)
    if not document.places:
        raise ValueError("it has no places")
    unknown = clusters.keys() - {(entry.profile, entry.region) for entry in document.places}
    if unknown:
        raise ValueError(f"it has clusters of {min(unknown)[0]}, which is not one of its places")
    problems = problems_by_place(document)
    return tuple(
        _place(
            entry,
            clusters.get((entry.same_as or entry.profile, entry.region), ()),
            problems.get((entry.profile, entry.region), ()),
            document,
            time,
        )
        for entry in document.places
    )


def _clusters_by_place(
    document: Document,
) -> Mapping[tuple[str, str | None], tuple[RecordedCluster, ...]]:
    """The clusters by profile and region; raises ValueError of a finding of none of them."""
    clusters: defaultdict[tuple[str, str | None], list[RecordedCluster]] = defaultdict(list)
    findings, unchecked = _by_cluster(document.findings), _by_cluster(document.unchecked)
    off = tuple(rule.rule for rule in document.rules if not rule.on)
    for entry in document.inventory:
        spot = (entry.profile, entry.region, entry.cluster_id)
        found, unevaluated = findings.pop(spot, []), unchecked.pop(spot, [])
        clusters[entry.profile, entry.region].append(_cluster(entry, found, unevaluated, off))
    if findings or unchecked:
        of = next(iter(findings or unchecked))[2]
        raise ValueError(f"it has a finding of {of}, which it does not list")
    return {place: tuple(each) for place, each in clusters.items()}


def _place(
    entry: PlaceEntry,
    clusters: tuple[RecordedCluster, ...],
    told: Iterable[Problem],
    document: Document,
    time: datetime,
) -> RecordedPlace:
    errors = tuple(_problems(entry, told, time))
    backups = [each for each in errors if entry.pages and each.operation == BACKUPS_LISTING]
    return RecordedPlace(
        profile=entry.profile,
        region=entry.region or UNKNOWN,
        clusters=clusters,
        read_at=_moment(entry.read_at) if entry.read_at else time,
        pages=entry.pages,
        partition=entry.partition,
        endpoint=entry.endpoint,
        caller=Caller(entry.account, entry.caller or "") if entry.account else None,
        problems=tuple(each for each in errors if each not in backups),
        backups_problem=next(iter(backups), None),
        left_out=_filtered(document.filter, time) if document.filter else None,
        same_as=entry.same_as,
    )


def _problems(
    entry: PlaceEntry, problems: Iterable[Problem], time: datetime
) -> Iterable[HsmtuiError]:
    """What went wrong in a place, then; something always has where it was not read."""
    none = True
    for problem in problems:
        none = False
        yield HsmtuiError(
            title=problem.title,
            detail=problem.detail,
            remedy=problem.remedy,
            operation=problem.operation,
            code=problem.code,
            request_id=problem.request_id,
            not_enabled=entry.status == ReadingStatus.NOT_ENABLED.value,
            place=f"{entry.profile} · {entry.region or UNKNOWN}",
            time=time,
        )
    if none and not entry.pages:
        yield HsmtuiError(title="It was not read", operation=LISTING, time=time)


def _filtered(query: str, time: datetime) -> HsmtuiError:
    return HsmtuiError(
        title="The file has only what matched the filter of the check",
        detail=query,
        operation=LISTING,
        time=time,
    )


def _cluster(
    entry: ClusterEntry,
    found: Iterable[FindingEntry],
    unchecked: Sequence[UncheckedEntry],
    off: tuple[str, ...],
) -> RecordedCluster:
    """`unchecked` are the rules that were asked and not evaluated, `off` those that were off."""
    told = {one.rule for one in unchecked}
    unasked = [e for e in entry.results if e.result == "not evaluated" and e.rule not in told]
    cluster = decode_cluster(entry.cluster, entry.cluster_id.removeprefix("(").removesuffix(")"))
    if cluster.cluster_id != entry.cluster_id:
        raise ValueError(f"{entry.cluster_id} is {cluster.cluster_id} in its own record")
    newest = entry.newest_backup
    return RecordedCluster(
        cluster=cluster,
        read_at=_moment(entry.read_at),
        findings=_findings(found, unchecked),
        rules=len(entry.results) - len(unasked),
        off=off,
        backups=entry.backups,
        newest=Backup(
            backup_id=newest.backup_id,
            backup_state="READY",
            create_timestamp=_moment(newest.created) if newest.created else None,
        )
        if newest
        else None,
    )


_Entry = TypeVar("_Entry", FindingEntry, UncheckedEntry)


def _by_cluster(entries: Iterable[_Entry]) -> dict[tuple[str, str | None, str], list[_Entry]]:
    """The entries of each cluster, by profile, region and id."""
    found: dict[tuple[str, str | None, str], list[_Entry]] = {}
    for entry in entries:
        found.setdefault((entry.profile, entry.region, entry.cluster_id), []).append(entry)
    return found


def _findings(found: Iterable[FindingEntry], unevaluated: Iterable[UncheckedEntry]) -> Findings:
    """What was found of a cluster, as it was found."""
    findings, accepted = [], []
    for each in found:
        finding = _finding(each)
        if each.accepted is None:
            findings.append(finding)
        else:
            until, reason = date.fromisoformat(each.accepted.until), each.accepted.reason
            accepted.append(AcceptedFinding(finding, Acceptance(each.rule, until, reason)))
    unchecked = [Unchecked(one.rule, one.why) for one in unevaluated]
    findings.sort(key=lambda finding: finding.severity, reverse=True)
    return Findings(tuple(findings), tuple(unchecked), tuple(accepted))


def _finding(entry: FindingEntry) -> Finding:
    return Finding(
        rule=entry.rule,
        severity=Severity.named(entry.severity),
        title=entry.title,
        seen=tuple((one.field, one.value) for one in entry.seen),
        why=entry.why,
        remedy=entry.remedy,
    )


def _acceptance(entry: AcceptanceEntry) -> Acceptance:
    return Acceptance(
        rule=entry.rule,
        until=date.fromisoformat(entry.until),
        reason=entry.reason,
        cluster=entry.cluster,
        tag=entry.tag,
        account=entry.account,
        region=entry.region,
    )


def _moment(text: str) -> datetime:
    """Raises ValueError where it is no time."""
    return in_utc(datetime.fromisoformat(text))
