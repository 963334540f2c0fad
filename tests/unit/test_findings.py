"""What holds for findings of any cluster that can be decoded."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.backup import Backup
from hsmtui.model.cluster import decode_cluster
from hsmtui.model.findings.evaluate import RULES, find
from hsmtui.model.findings.finding import Finding, Findings, Known
from hsmtui.model.findings.limits import Rules
from hsmtui.model.findings.severity import Severity
from hsmtui.model.state import CLUSTER_STATES
from tests.health import WELL, health_of, hsm_health
from tests.pems import certificate, hardware, request

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
STATES = st.sampled_from([*CLUSTER_STATES, "UNKNOWN", ""]) | st.text(max_size=5)
MOMENTS = st.datetimes(
    min_value=datetime(1, 1, 2),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.just(UTC),
) | st.timedeltas(timedelta(days=-200), timedelta(days=200)).map(lambda span: NOW + span)
TEXTS = st.text(max_size=8)
PEMS = st.sampled_from(
    [certificate(), certificate(end=NOW), request(), hardware("root"), "", "-----BEGIN \ud800"]
)


def some(**fields):
    """A document with any of these fields, each with any of its values."""
    return st.fixed_dictionaries({}, optional=fields)


HSMS = some(
    State=STATES,
    HsmType=st.sampled_from(["hsm1.medium", "hsm2m.medium"]) | TEXTS,
    AvailabilityZone=st.sampled_from(["us-east-1a", "us-east-1b"]),
    HsmId=TEXTS,
    StateMessage=TEXTS,
)
CLUSTERS = some(
    State=STATES,
    StateMessage=TEXTS,
    Hsms=st.lists(HSMS, max_size=4),
    HsmType=st.sampled_from(["hsm1.medium", "hsm2m.medium"]) | TEXTS,
    CreateTimestamp=MOMENTS,
    HsmTypeRollbackExpiration=MOMENTS,
    BackupRetentionPolicy=some(
        Type=st.sampled_from(["DAYS", "WEEKS"]),
        Value=st.integers().map(str) | TEXTS | st.just("9" * 5000),
    ),
    SubnetMapping=st.dictionaries(TEXTS, TEXTS, max_size=2),
    TagList=st.lists(some(Key=st.sampled_from(["Name", "Owner"]), Value=TEXTS), max_size=2),
    Certificates=some(
        ClusterCsr=PEMS,
        HsmCertificate=PEMS,
        AwsHardwareCertificate=PEMS,
        ManufacturerHardwareCertificate=PEMS,
        ClusterCertificate=PEMS,
    ),
).map(lambda fields: decode_cluster(fields | {"ClusterId": "cluster-1"}))
BACKUPS = st.builds(
    Backup,
    backup_id=TEXTS,
    backup_state=st.sampled_from(["READY", "DELETED"]),
    create_timestamp=MOMENTS | st.none(),
)
KNOWN = st.builds(
    Known,
    state_since=MOMENTS | st.none(),
    backups=st.lists(BACKUPS, max_size=3).map(tuple) | st.none(),
    certificates=st.booleans(),
    state_before=MOMENTS | st.none(),
    health=st.none() | st.just(WELL) | st.builds(health_of, st.builds(hsm_health, st.just("0"))),
)
OFF = st.frozensets(st.sampled_from(list(RULES)))


@given(CLUSTERS, MOMENTS, OFF, KNOWN)
def test_any_cluster_has_findings_of_rules_that_are_on_worst_first(cluster, now, off, known):
    findings = find(cluster, now, Rules(off=off, required_tags=("Owner",)), known)
    severities = [finding.severity for finding in findings.findings]
    assert severities == sorted(severities, reverse=True)
    assert findings.worst == max(severities, default=None)
    assert findings.count_of_worst == severities.count(findings.worst)
    named = [told.rule for told in (*findings.findings, *findings.unchecked)]
    assert len(named) == len(set(named))
    assert set(named) <= set(RULES) - off
    for finding in findings.findings:
        assert all((finding.title, finding.why, finding.remedy, finding.seen))
        assert all(isinstance(text, str) for pair in finding.seen for text in pair)


@given(CLUSTERS, MOMENTS, KNOWN)
def test_findings_depend_on_nothing_else(cluster, now, known):
    assert find(cluster, now, Rules(), known) == find(cluster, now, Rules(), known)


@pytest.mark.parametrize("rule", RULES)
def test_equally_severe_findings_come_in_the_order_of_the_rules(rule):
    everything = {
        "State": "ACTIVE",
        "HsmType": "hsm1.medium",
        "Hsms": [
            {"HsmId": "hsm-1", "State": "DEGRADED"},
            {"HsmId": "hsm-2", "State": "ACTIVE", "AvailabilityZone": "a"},
        ],
        "CreateTimestamp": NOW - timedelta(days=9),
        "ClusterId": "cluster-1",
    }
    found = find(decode_cluster(everything), NOW, Rules(), Known(backups=())).findings
    order = list(RULES)
    assert list(found) == sorted(found, key=lambda f: (-f.severity, order.index(f.rule)))
    without = find(
        decode_cluster(everything), NOW, Rules(off=frozenset({rule})), Known(backups=())
    ).findings
    assert without == tuple(finding for finding in found if finding.rule != rule)


def test_no_findings():
    assert (Findings().worst, Findings().count_of_worst) == (None, 0)


def test_severities_have_a_word_and_a_sign_each():
    assert len({severity.glyph for severity in Severity}) == len(Severity)
    assert [severity.word for severity in sorted(Severity, reverse=True)] == [
        *("critical", "high", "medium", "low", "info")
    ]


def test_findings_are_values():
    finding = Finding("STUCK", Severity.LOW, "", (), "", "")
    with pytest.raises(AttributeError):
        finding.title = "other"
