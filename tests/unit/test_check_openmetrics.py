"""A check as metrics: both forms of text are read by a parser that is not ours."""

import math

import prometheus_client.openmetrics.parser  # noqa: F401  # it is not there without
import pytest
from prometheus_client import openmetrics
from prometheus_client import parser as prometheus

from hsmtui.check.formats.openmetrics import as_openmetrics
from hsmtui.model.text import visible
from tests.documents import (
    ACCEPTED,
    ACCOUNT,
    SECONDS,
    UNUSUAL,
    cluster,
    document,
    failed_place,
    finding,
    place,
    unchecked,
)

DAY = 86_400
SPOT = {"profile": "prod", "account": ACCOUNT, "region": "eu-central-1"}
CLUSTER = {**SPOT, "cluster_id": "cluster-a", "name": "pki"}


def read(told):
    """Labels and value of each sample by its name, as both parsers give them."""
    text = "".join(as_openmetrics(told))
    assert text.endswith("\n# EOF\n")
    both = []
    for parse in (
        openmetrics.parser.text_string_to_metric_families,
        prometheus.text_string_to_metric_families,
    ):
        families = [*parse(text)]
        assert all(family.type == "gauge" and family.documentation for family in families)
        samples = [sample for family in families for sample in family.samples]
        assert all(sample.name.startswith("hsmtui_") for sample in samples)
        assert all(sample.timestamp is None for sample in samples), "node_exporter refuses them"
        keys = [(sample.name, *sorted(sample.labels.items())) for sample in samples]
        assert len(keys) == len(set(keys)), "node_exporter refuses a sample that is there twice"
        both.append(sorted((s.name, sorted(s.labels.items()), s.value) for s in samples))
    assert both[0] == both[1]
    found = {}
    for name, labels, value in both[0]:
        assert math.isfinite(value)
        found.setdefault(name.removeprefix("hsmtui_"), []).append((dict(labels), value))
    return found


def test_the_check_itself():
    found = read(document())
    assert found["check_timestamp_seconds"] == [({}, SECONDS)]
    assert found["check_whole"] == [({}, 1)]
    assert found["clusters_read"] == [({}, 1)]
    assert found["backups_read"] == [({}, 3)]
    assert found["place_failed"] == [(SPOT, 0)]


def test_places_that_were_read_and_that_failed():
    entry, problem = failed_place()
    found = read(document(places=(place(), entry), problems=(problem,), whole=False))
    assert found["check_whole"] == [({}, 0)]
    assert found["places_failed"] == [({}, 1)]
    assert {labels["status"]: value for labels, value in found["places"]} == {
        "ok": 1,
        "not read": 1,
        "not whole": 0,
        "not enabled": 0,
        "needs a sign-in": 0,
    }
    assert [value for labels, value in found["place_failed"] if labels == SPOT] == [0]
    assert ({**SPOT, "region": "us-east-1"}, 1) in found["place_failed"]


def test_a_cluster():
    found = read(document())
    assert found["cluster_hsms"] == [(CLUSTER, 2)]
    assert found["cluster_hsms_active"] == [(CLUSTER, 1)]
    assert found["cluster_backups"] == [(CLUSTER, 3)]
    newest = found["cluster_newest_backup_timestamp_seconds"]
    assert newest == [(CLUSTER, SECONDS - DAY)]
    ends = found["cluster_certificate_not_after_timestamp_seconds"]
    assert ends == [({**CLUSTER, "certificate": "ClusterCertificate"}, SECONDS + DAY)]


def test_what_is_not_known_has_no_sample():
    unknown = {"hsms": None, "hsms_active": None, "backups": None, "newest_backup": None}
    found = read(document(inventory=(cluster(**unknown, certificates=()),)))
    assert not any(name.startswith("cluster_") for name in found)


def test_findings_are_counted_by_rule_and_severity_and_accepted_ones_apart():
    found = read(
        document(
            finding(),
            finding(cluster_id="cluster-b"),
            finding("TAGS", severity="low"),
            finding(accepted=ACCEPTED),
            unchecked=(unchecked(), unchecked()),
        )
    )
    high = {**SPOT, "rule": "SINGLE-HSM", "severity": "high"}
    low = {**SPOT, "rule": "TAGS", "severity": "low"}
    assert found["findings"] == [(high, 2), (low, 1)]
    assert found["findings_accepted"] == [(high, 1)]
    assert found["not_evaluated"] == [({**SPOT, "rule": "STUCK"}, 2)]


@pytest.mark.parametrize("text", [*UNUSUAL, "ends\\", '{a="b"} 1', "# EOF"])
def test_labels_from_outside_are_labels(text):
    found = read(document(inventory=(cluster(name=text),)))
    ((labels, _),) = found["cluster_hsms"]
    assert labels["name"] == visible(text)


def test_an_account_that_is_not_known_is_empty():
    found = read(document(inventory=(cluster(account=None),)))
    assert found["cluster_hsms"] == [({**CLUSTER, "account": ""}, 2)]


def test_the_same_cluster_twice_is_one_sample():
    found = read(document(inventory=(cluster(), cluster(hsms=5))))
    assert found["cluster_hsms"] == [(CLUSTER, 2)]
