"""The document of a report."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeAlias, cast

from hsmtui import __version__
from hsmtui.aws.errors import HsmtuiError
from hsmtui.check.document import (
    AcceptanceEntry,
    AcceptedBy,
    BackupEntry,
    CertificateEntry,
    ClusterEntry,
    Document,
    FindingEntry,
    PlaceEntry,
    Problem,
    ReadCounts,
    RootEntry,
    RuleEntry,
    RuleResult,
    Seen,
    SeverityWord,
    SomewhereProblem,
    UncheckedEntry,
)
from hsmtui.check.report import CheckedCluster, CheckedPlace, Report
from hsmtui.model.backup import Backup, newest_ready
from hsmtui.model.certificates.facts import CertificateFacts, RootFacts, described, described_roots
from hsmtui.model.cluster import Cluster, as_document
from hsmtui.model.findings.accept import acceptances_in, day_of
from hsmtui.model.findings.evaluate import RULES
from hsmtui.model.findings.finding import Finding
from hsmtui.model.findings.limits import Rules
from hsmtui.model.findings.order import RANKS, cluster_order
from hsmtui.model.findings.results import RuleOutcome, results
from hsmtui.model.findings.severity import Severity
from hsmtui.model.origin import cluster_arn
from hsmtui.model.redaction import redact, redacted
from hsmtui.model.text import encodable
from hsmtui.model.times import iso

_Clean: TypeAlias = Callable[[str], str]
"""A text as the document may hold it."""

_KEPT_TEXTS = 20_000
"""Texts of which is known how they are without secrets: most come again and again."""

_KEPT_RESULTS = 2_000
"""Results of all rules that are the same of many clusters."""


def document_of(report: Report, *, has_clusters: bool = True) -> Document:
    """All that was read and found; of 10,000 clusters it takes seconds.

    Without `has_clusters` the inventory is left empty, which is most of it.
    """
    return _Builder(report).document(has_clusters=has_clusters)


class _Builder:
    """Makes the parts of a document; equal texts and results are the same ones in all of them."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._clean: _Clean = lru_cache(_KEPT_TEXTS)(lambda text: encodable(redact(text)))
        self._results = lru_cache(_KEPT_RESULTS)(_rule_results)

    def document(self, *, has_clusters: bool) -> Document:
        """The document, its inventory only where asked for."""
        report = self._report
        clusters = [(place, each) for place in report.places for each in place.clusters]
        worst_first = sorted(clusters, key=lambda one: cluster_order(one[1].judged.findings))
        findings = sorted(
            (entry for place, each in worst_first for entry in self._findings(place, each)),
            key=lambda entry: (-Severity.named(entry.severity), RANKS[entry.rule]),
        )
        counts = Counter(entry.severity for entry in findings if entry.accepted is None)
        backups = [place.backups for place in report.places if place.backups is not None]
        return Document(
            tool=f"hsmtui {__version__}",
            time=iso(report.time),
            demo=report.demo,
            filter=self._clean(report.query) or None,
            whole=report.whole,
            problems=tuple(self._problems()),
            read=ReadCounts(
                clusters=report.read,
                pages=sum(place.pages for place in report.places),
                backups=sum(backups) if backups else None,
            ),
            fail_on=None if report.fail_on is None else severity_word(report.fail_on),
            min_clusters=report.min_clusters,
            matching=len(clusters),
            counts={
                word: counts[word]
                for word in map(severity_word, reversed(Severity))
                if counts[word]
            },
            accepted=sum(entry.accepted is not None for entry in findings),
            places=tuple(map(self._place, report.places)),
            rules=tuple(_rule(name, report.rules) for name in RULES),
            roots=tuple(map(_root, described_roots(report.roots))),
            acceptances=tuple(self._acceptances()),
            inventory=tuple(self._cluster(*each) for each in clusters if has_clusters),
            findings=tuple(findings),
            unchecked=tuple(self._unchecked(clusters)),
        )

    def _place(self, place: CheckedPlace) -> PlaceEntry:
        return PlaceEntry(
            **self._spot(place),
            partition=place.partition,
            endpoint=self._maybe(place.endpoint),
            caller=self._maybe(place.caller),
            status=place.result.value,
            failed=place in self._report.failed,
            same_as=self._clean(place.same_as),
            clusters=place.read,
            matching=len(place.clusters),
            pages=place.pages,
            backups=place.backups,
            read_at=_time(place.read_at),
            error=Problem(**self._problem(place.problems[0])) if place.problems else None,
        )

    def _spot(self, place: CheckedPlace) -> dict[str, Any]:
        """Where something is."""
        return {
            "profile": self._clean(place.profile),
            "region": self._maybe(place.region),
            "account": self._maybe(place.account),
        }

    def _problems(self) -> Iterator[SomewhereProblem]:
        for place in self._report.places:
            for error in place.problems:
                yield SomewhereProblem(**self._problem(error), **self._spot(place))

    def _problem(self, error: HsmtuiError) -> dict[str, str]:
        return {
            "operation": self._clean(error.operation),
            "code": self._clean(error.code),
            "title": self._clean(error.title),
            "detail": self._clean(error.detail),
            "remedy": self._clean(str(error.remedy)),
            "request_id": self._clean(error.request_id),
        }

    def _cluster(self, place: CheckedPlace, checked: CheckedCluster) -> ClusterEntry:
        cluster, backups = checked.judged.cluster, checked.backups
        hsms = cluster.hsms
        return ClusterEntry(
            **self._spot(place),
            **self._named(place, cluster),
            read_at=iso(checked.read_at),
            state=self._maybe(cluster.state),
            hsms=None if hsms is None else len(hsms),
            hsms_active=None if hsms is None else sum(hsm.state == "ACTIVE" for hsm in hsms),
            backups=None if backups is None else len(backups),
            newest_backup=_backup(newest_ready(backups or ())),
            certificates=tuple(map(_certificate, described(cluster.certificates))),
            results=self._results(results(cluster, checked.judged.findings, self._report.rules)),
            cluster=redacted(as_document(cluster), self._clean, encodable),
        )

    def _named(self, place: CheckedPlace, cluster: Cluster) -> dict[str, Any]:
        """What a cluster is called."""
        cluster_id = encodable(cluster.cluster_id)
        return {
            "arn": cluster_arn(place.partition, place.region, place.account, cluster_id),
            "cluster_id": cluster_id,
            "name": self._maybe(cluster.name),
        }

    def _findings(self, place: CheckedPlace, checked: CheckedCluster) -> Iterator[FindingEntry]:
        cluster, findings = checked.judged.cluster, checked.judged.findings
        for finding in findings.findings:
            yield self._finding(place, cluster, finding)
        for finding, acceptance in findings.accepted:
            by = AcceptedBy(
                until=acceptance.until.isoformat(), reason=self._clean(acceptance.reason)
            )
            yield self._finding(place, cluster, finding, by)

    def _finding(
        self,
        place: CheckedPlace,
        cluster: Cluster,
        finding: Finding,
        accepted: AcceptedBy | None = None,
    ) -> FindingEntry:
        spot, named = self._spot(place), self._named(place, cluster)
        where = named["arn"] or local_name(spot["profile"], spot["region"], named["cluster_id"])
        return FindingEntry(
            **spot,
            **named,
            id=f"{where}#{finding.rule}",
            rule=finding.rule,
            severity=severity_word(finding.severity),
            title=self._clean(finding.title),
            seen=tuple(
                Seen(field=self._clean(field), value=self._clean(value))
                for field, value in finding.seen
            ),
            why=self._clean(finding.why),
            remedy=self._clean(str(finding.remedy)),
            accepted=accepted,
        )

    def _unchecked(
        self, clusters: list[tuple[CheckedPlace, CheckedCluster]]
    ) -> list[UncheckedEntry]:
        entries = [
            UncheckedEntry(
                **self._spot(place),
                rule=one.rule,
                cluster_id=encodable(checked.judged.cluster.cluster_id),
                why=self._clean(one.why),
            )
            for place, checked in clusters
            for one in checked.judged.findings.unchecked
        ]
        return sorted(entries, key=lambda entry: RANKS[entry.rule])

    def _acceptances(self) -> Iterator[AcceptanceEntry]:
        report = self._report
        judged = (each.judged for place in report.places for each in place.clusters)
        asked = report.places if report.whole and not report.query else None
        today = day_of(report.time)
        for one, state, number in acceptances_in(judged, report.rules.accept, today, asked):
            yield AcceptanceEntry(
                rule=one.rule,
                cluster=self._clean(one.cluster),
                tag=self._clean(one.tag),
                account=self._clean(one.account),
                region=self._clean(one.region),
                until=one.until.isoformat(),
                reason=self._clean(one.reason),
                state=state,
                findings=number,
            )

    def _maybe(self, text: str | None) -> str | None:
        return None if text is None else self._clean(text)


def local_name(profile: str, region: str | None, cluster_id: str) -> str:
    """What stands for the ARN of a cluster where its account is not known."""
    return f"{profile}/{region or '-'}/{cluster_id}"


def _rule(name: str, rules: Rules) -> RuleEntry:
    severity = rules.severity.get(name)
    return RuleEntry(
        rule=name,
        on=name not in rules.off,
        severity=None if severity is None else severity_word(severity),
        thresholds={limit: _threshold(getattr(rules, limit)) for limit in RULES[name].limits},
    )


def _threshold(value: object) -> str | int | list[str]:
    if isinstance(value, int):
        return value
    return list(value) if isinstance(value, tuple) else str(value)


def _rule_results(outcomes: tuple[RuleOutcome, ...]) -> tuple[RuleResult, ...]:
    return tuple(RuleResult(rule=rule, result=result, why=why) for rule, result, why in outcomes)


def _root(facts: RootFacts) -> RootEntry:
    file, subject, sha256, not_after, problem = facts
    return RootEntry(
        file=encodable(file),
        subject=subject,
        sha256=sha256,
        not_after=_time(not_after),
        problem=problem,
    )


def _backup(backup: Backup | None) -> BackupEntry | None:
    if backup is None:
        return None
    return BackupEntry(
        backup_id=encodable(backup.backup_id), created=_time(backup.create_timestamp)
    )


def _certificate(facts: CertificateFacts) -> CertificateEntry:
    texts = facts._asdict() | {
        "not_before": _time(facts.not_before),
        "not_after": _time(facts.not_after),
    }
    return CertificateEntry(**texts)


def severity_word(severity: Severity) -> SeverityWord:
    """The word of the document for it."""
    return cast("SeverityWord", severity.word)


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)
