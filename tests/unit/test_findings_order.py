"""A check tells of clusters in the order of a screen that is sorted by findings."""

from datetime import UTC, datetime

from hsmtui.check.build import document_of
from hsmtui.check.report import CheckedCluster, CheckedPlace, Report
from hsmtui.model.cluster import Cluster
from hsmtui.model.columns import FINDINGS
from hsmtui.model.findings.finding import Finding, Findings, Judged
from hsmtui.model.findings.severity import Severity


def found(cluster_id, *told):
    each = (Finding(rule, Severity.named(word), "", (), "", "") for rule, word in told)
    return Judged(Cluster(cluster_id=cluster_id), Findings(tuple(each)))


def test_the_order_of_a_check_is_that_of_the_screen():
    judged = (
        found("old", ("HSM1-EOS", "high"), ("TWO-HSM", "info")),
        found("fine"),
        found("stuck", ("STUCK", "medium")),
        found("single", ("SINGLE-HSM", "high"), ("NO-HSM", "medium")),
        found("down", ("NO-ACTIVE-HSM", "critical"), ("HSM1-EOS", "high")),
        found("worse", ("NO-ACTIVE-HSM", "critical"), ("HSM-DEGRADED", "critical")),
        found(
            "failing",
            ("HSM-DEGRADED", "critical"),
            ("SINGLE-HSM", "high"),
            ("BACKUP-STALE", "high"),
        ),
        found("single and old", ("SINGLE-HSM", "high"), ("HSM1-EOS", "high")),
    )
    on_screen = [one.cluster.cluster_id for one in sorted(judged, key=FINDINGS.key)]
    assert on_screen == [
        *("worse", "down", "failing", "single and old", "single", "old", "stuck", "fine")
    ]
    now = datetime(2026, 3, 1, tzinfo=UTC)
    clusters = tuple(CheckedCluster(each, now) for each in judged)
    place = CheckedPlace("prod", "us-east-1", clusters=clusters)
    findings = document_of(Report(now, "", (place,))).findings
    told = list(dict.fromkeys(one.cluster_id for one in findings))
    assert [*told, "fine"] == on_screen
