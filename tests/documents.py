"""Documents of a check as the tests of the formats have them: one place and what is given."""

from typing import Any

from hsmtui.check.document import (
    AcceptedBy,
    BackupEntry,
    CertificateEntry,
    ClusterEntry,
    Document,
    Earlier,
    FindingEntry,
    PlaceEntry,
    Problem,
    ReadCounts,
    RuleEntry,
    RuleResult,
    Seen,
    SomewhereProblem,
    UncheckedEntry,
)

TIME = "2026-03-01T12:00:00Z"
SECONDS = 1772366400
ACCOUNT = "012345678901"
SPOT: dict[str, Any] = {"profile": "prod", "region": "eu-central-1", "account": ACCOUNT}
ACCEPTED = AcceptedBy(until="2027-01-31", reason="a test cluster")
EARLIER = Earlier(time=TIME, whole=True, comparable=True, gone=("arn:x/cluster-b#NO-HSM",))
UNUSUAL = ("\x1b[31m\u202e", "\ufffe\uffff", "a\r\nb", 'say "x" & <y>\\', "=1+1", "\ud800", "ключ")


def arn(cluster_id: str) -> str:
    return f"arn:aws:cloudhsm:eu-central-1:{ACCOUNT}:cluster/{cluster_id}"


def place(**more: Any) -> PlaceEntry:
    known: dict[str, Any] = {
        **SPOT,
        "partition": "aws",
        "endpoint": None,
        "caller": None,
        "status": "ok",
        "failed": False,
        "same_as": "",
        "clusters": 1,
        "matching": 1,
        "pages": 1,
        "backups": 3,
        "read_at": TIME,
        "error": None,
    }
    return PlaceEntry(**known | more)


def failed_place(**more: Any) -> tuple[PlaceEntry, SomewhereProblem]:
    told = {"operation": "DescribeClusters", "code": "AccessDenied", "title": "AWS denied it"}
    words = {**told, "detail": "because", "remedy": "Ask.", "request_id": "r-1"}
    spot = {**SPOT, "region": "us-east-1", **more}
    entry = place(**spot, status="not read", failed=True, clusters=0, error=Problem(**words))
    return entry, SomewhereProblem(**words, **spot)


def cluster(cluster_id: str = "cluster-a", *results: RuleResult, **more: Any) -> ClusterEntry:
    known: dict[str, Any] = {
        **SPOT,
        "arn": arn(cluster_id),
        "cluster_id": cluster_id,
        "name": "pki",
        "read_at": TIME,
        "state": "ACTIVE",
        "hsms": 2,
        "hsms_active": 1,
        "backups": 3,
        "newest_backup": BackupEntry(backup_id="backup-1", created="2026-02-28T12:00:00Z"),
        "certificates": (
            CertificateEntry(kind="ClusterCsr", subject="CN=x"),
            CertificateEntry(kind="ClusterCertificate", not_after="2026-03-02T12:00:00Z"),
        ),
        "results": results,
        "cluster": {},
    }
    return ClusterEntry(**known | more)


def finding(rule: str = "SINGLE-HSM", cluster_id: str = "cluster-a", **more: Any) -> FindingEntry:
    known: dict[str, Any] = {
        **SPOT,
        "id": f"{arn(cluster_id)}#{rule}",
        "rule": rule,
        "severity": "high",
        "arn": arn(cluster_id),
        "cluster_id": cluster_id,
        "name": "pki",
        "title": "one HSM",
        "seen": (Seen(field="State", value="ACTIVE"),),
        "why": "It may fail.",
        "remedy": "Create another.",
    }
    return FindingEntry(**known | more)


def result(rule: str, word: Any = "finding", why: str = "") -> RuleResult:
    return RuleResult(rule=rule, result=word, why=why)


def unchecked(rule: str = "STUCK", why: str = "first seen now") -> UncheckedEntry:
    return UncheckedEntry(rule=rule, cluster_id="cluster-a", why=why, **SPOT)


def document(*findings: FindingEntry, **more: Any) -> Document:
    known: dict[str, Any] = {
        "tool": "hsmtui 1.2.3",
        "time": TIME,
        "demo": False,
        "filter": None,
        "whole": True,
        "problems": (),
        "read": ReadCounts(clusters=1, pages=1, backups=3),
        "fail_on": None,
        "min_clusters": 0,
        "matching": 1,
        "counts": {"high": len(findings)},
        "accepted": 0,
        "places": (place(),),
        "roots": (),
        "acceptances": (),
        "rules": tuple(
            RuleEntry(rule=rule, on=rule != "TAGS", severity=None, thresholds={})
            for rule in ("SINGLE-HSM", "STUCK", "TAGS")
        ),
        "inventory": (cluster(),),
        "findings": findings,
        "unchecked": (),
    }
    return Document(**known | more)
