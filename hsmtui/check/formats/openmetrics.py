"""A document as metrics: OpenMetrics text that the parsers of Prometheus' own text read as well."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple, TypeAlias, get_args

from hsmtui.check.document import (
    ClusterEntry,
    Document,
    FindingEntry,
    PlaceEntry,
    Status,
    UncheckedEntry,
)
from hsmtui.check.words import counting
from hsmtui.model.text import visible

_Labels: TypeAlias = tuple[tuple[str, str], ...]
_Samples: TypeAlias = Iterable[tuple[_Labels, int | None]]


class _Metric(NamedTuple):
    """A gauge: its name behind `hsmtui_`, what it says, and its samples; None is no sample."""

    name: str
    help: str
    samples: _Samples


def as_openmetrics(document: Document) -> Iterator[str]:
    """A gauge for each thing that is counted or dated; moments are Unix times in seconds.

    All are gauges, and no name ends in a word that one of the two forms keeps for another type.
    """
    for metric in _metrics(document):
        name = f"hsmtui_{metric.name}"
        yield f"# HELP {name} {metric.help}\n# TYPE {name} gauge\n"
        samples: dict[_Labels, int] = {}
        for labels, value in metric.samples:
            if value is not None:
                samples.setdefault(labels, value)  # a second would make the whole text invalid
        yield "".join(f"{name}{_text(labels)} {value}\n" for labels, value in samples.items())
    yield "# EOF\n"


def _metrics(document: Document) -> Iterator[_Metric]:
    yield from _metrics_of_check(document)
    yield from _metrics_of_findings(document)
    yield from _metrics_of_clusters(document.inventory)


def _metrics_of_check(document: Document) -> Iterator[_Metric]:
    statuses = Counter(each.status for each in document.places)
    worst_first = sorted(document.places, key=lambda each: not each.failed)
    failed = sum(each.failed for each in document.places)
    yield _one("check_timestamp_seconds", "When the check was made.", _seconds(document.time))
    yield _one("check_whole", "Whether all that was asked for was read.", int(document.whole))
    yield _one("clusters_read", "Clusters that were read.", document.read.clusters)
    yield _one("clusters_matching", "Those that match the filter.", document.matching)
    yield _one("backups_read", "Backups that were read.", document.read.backups)
    yield _Metric(
        "places",
        "Places (a profile and a region) by how far they were read.",
        (((("status", status),), statuses[status]) for status in get_args(Status)),
    )
    yield _one("places_failed", "Places that could not be read whole.", failed)
    yield _Metric(
        "place_failed",
        "Whether a place could not be read whole.",
        ((_spot(each), int(each.failed)) for each in worst_first),
    )


def _metrics_of_findings(document: Document) -> Iterator[_Metric]:
    accepted = (each for each in document.findings if each.accepted is not None)
    unchecked = Counter((*_spot(each), ("rule", each.rule)) for each in document.unchecked)
    yield _Metric(
        "findings", "Findings that are not accepted.", _by_rule(counting(document)).items()
    )
    yield _Metric("findings_accepted", "Findings that are accepted.", _by_rule(accepted).items())
    states = Counter((("rule", each.rule), ("state", each.state)) for each in document.acceptances)
    yield _Metric("acceptances", "Acceptances of the settings, by how they stand.", states.items())
    yield _Metric(
        "not_evaluated", "Clusters for which a rule was not evaluated.", unchecked.items()
    )


def _by_rule(findings: Iterable[FindingEntry]) -> Mapping[_Labels, int]:
    return Counter(
        (*_spot(each), ("rule", each.rule), ("severity", each.severity)) for each in findings
    )


def _metrics_of_clusters(clusters: tuple[ClusterEntry, ...]) -> Iterator[_Metric]:
    yield _Metric("cluster_hsms", "HSMs.", ((_cluster(each), each.hsms) for each in clusters))
    yield _Metric(
        "cluster_hsms_active",
        "HSMs that are ACTIVE.",
        ((_cluster(each), each.hsms_active) for each in clusters),
    )
    yield _Metric(
        "cluster_backups",
        "Backups, where they were read.",
        ((_cluster(each), each.backups) for each in clusters),
    )
    yield _Metric(
        "cluster_newest_backup_timestamp_seconds",
        "When the newest backup that is READY was made.",
        (
            (_cluster(each), _seconds(each.newest_backup.created))
            for each in clusters
            if each.newest_backup
        ),
    )
    yield _Metric(
        "cluster_certificate_not_after_timestamp_seconds",
        "When a certificate ends.",
        (
            ((*_cluster(each), ("certificate", one.kind)), _seconds(one.not_after))
            for each in clusters
            for one in each.certificates
        ),
    )


def _one(name: str, help_text: str, value: int | None) -> _Metric:
    return _Metric(name, help_text, [((), value)])


def _spot(entry: PlaceEntry | ClusterEntry | FindingEntry | UncheckedEntry) -> _Labels:
    """Where something is; what is not known is empty, which is the same as no label."""
    return (
        ("profile", entry.profile),
        ("account", entry.account or ""),
        ("region", entry.region or ""),
    )


def _cluster(entry: ClusterEntry) -> _Labels:
    return (*_spot(entry), ("cluster_id", entry.cluster_id), ("name", entry.name or ""))


def _text(labels: _Labels) -> str:
    """The labels in braces."""
    pairs = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels)
    return f"{{{pairs}}}" if pairs else ""


def _escaped(value: str) -> str:
    return visible(value).replace("\\", "\\\\").replace('"', '\\"')


def _seconds(time: str | None) -> int | None:
    return None if time is None else int(datetime.fromisoformat(time).timestamp())
