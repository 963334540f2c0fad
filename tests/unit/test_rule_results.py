"""What every rule says of a cluster, and which settings each rule goes by."""

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Certificates, Cluster, Hsm
from hsmtui.model.findings.acceptance import Acceptance
from hsmtui.model.findings.evaluate import RULES, find
from hsmtui.model.findings.finding import AcceptedFinding, Findings, Known
from hsmtui.model.findings.limits import Rules
from hsmtui.model.findings.results import RuleOutcome, results
from hsmtui.model.state import CLUSTER_STATES
from tests.health import WELL
from tests.pems import certificate

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OF_ALL_RULES = {"off", "severity", "accept"}
"""Settings that are not limits of some rule."""


def subject(state="ACTIVE", **more):
    fields = {
        "cluster_id": "cluster-1",
        "hsms": (Hsm(hsm_id="hsm-1", state="ACTIVE"),),
        "hsm_type": "hsm1.medium",
        "create_timestamp": NOW - timedelta(days=9),
    }
    return Cluster(state=state, **(fields | more))


def told(cluster, rules=None, known=None):
    rules = rules or Rules()
    findings = find(cluster, NOW, rules, known or Known(NOW))
    return {one.rule: (one.result, one.why) for one in results(cluster, findings, rules)}


def test_every_rule_is_told_once_in_its_order():
    for state in (*CLUSTER_STATES, "NEW", None):
        findings = find(subject(state), NOW, Rules(), Known(NOW))
        assert [one.rule for one in results(subject(state), findings, Rules())] == list(RULES)


def test_what_was_found_what_was_not_and_what_could_not_be_looked_at():
    said = told(subject())
    assert said["SINGLE-HSM"] == ("finding", "")
    assert said["TWO-HSM"] == ("pass", "")
    assert said["BACKUP-STALE"] == ("not evaluated", "backups were not read")


def test_a_rule_that_is_off():
    said = told(subject(), Rules(off=frozenset({"SINGLE-HSM"})))
    assert said["SINGLE-HSM"] == ("not evaluated", "switched off in the settings")


def test_a_cluster_that_is_being_deleted():
    said = told(subject("DELETE_IN_PROGRESS"), known=Known(NOW - timedelta(hours=3)))
    assert said.pop("STUCK") == ("finding", "")
    assert set(said.values()) == {("not evaluated", "the cluster is being deleted")}


def test_a_cluster_that_is_deleted():
    assert set(told(subject("DELETED")).values()) == {("not evaluated", "the cluster is deleted")}


def test_what_somebody_has_accepted():
    findings = find(subject(), NOW, Rules(), Known(NOW))
    acceptance = Acceptance("SINGLE-HSM", date(2027, 1, 31), "a test cluster")
    accepted = [one for one in findings.findings if one.rule == "SINGLE-HSM"]
    left = tuple(one for one in findings.findings if one.rule != "SINGLE-HSM")
    findings = Findings(left, accepted=tuple(AcceptedFinding(one, acceptance) for one in accepted))
    assert RuleOutcome("SINGLE-HSM", "accepted") in results(subject(), findings, Rules())


class Asked:
    """Settings that keep which of them were looked at."""

    def __init__(self, rules):
        self.rules, self.names = rules, set()

    def __getattr__(self, name):
        self.names.add(name)
        return getattr(self.rules, name)


@pytest.mark.parametrize("rule", RULES)
def test_the_limits_of_a_rule_are_the_settings_that_it_looks_at(rule):
    names = {field.name for field in fields(Rules)} - OF_ALL_RULES
    asked = Asked(Rules(off=frozenset(RULES) - {rule}, required_tags=("Owner",)))
    two_days_old = NOW - timedelta(days=2)
    backup = Backup(backup_id="backup-1", backup_state="READY", create_timestamp=two_days_old)
    coming = (Hsm(hsm_id="hsm-1", state="CREATE_IN_PROGRESS"),)
    ending = Certificates(cluster_certificate=certificate(end=NOW + timedelta(days=60)))
    for state, hsms in product((*CLUSTER_STATES, None), (subject().hsms, coming)):
        cluster = subject(state, hsms=hsms, certificates=ending)
        find(cluster, NOW, asked, Known(NOW, (backup,), certificates=True, health=WELL))
    assert asked.names & names == set(RULES[rule].limits)
