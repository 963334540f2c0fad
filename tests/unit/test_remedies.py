"""What each rule advises: every remedy is given, names the user's keys, and is in the table."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import combinations_with_replacement

import msgspec
import pytest
from textual.content import Content

from hsmtui.aws.guard import WRITING
from hsmtui.model.advice import Step
from hsmtui.model.backup import RETENTION_WORDS
from hsmtui.model.cluster import BackupRetentionPolicy, Certificates, Cluster, Hsm
from hsmtui.model.findings.evaluate import RULES, find
from hsmtui.model.findings.finding import Known
from hsmtui.model.findings.limits import Rules
from hsmtui.model.findings.remedies import REMEDIES
from hsmtui.model.gates.create_hsm import judge_create_hsm
from hsmtui.model.health import UNHEALTHY
from hsmtui.model.state import CLUSTER_STATES
from hsmtui.ui.commands.all_commands import COMMANDS
from hsmtui.ui.commands.keymap import key_of, spelt
from hsmtui.ui.widgets.hanging_text import HangingText, Line
from tests.health import KEYS, SESSIONS, health_of, hsm_health
from tests.keys import UNUSUAL, keys_named
from tests.pages import doc
from tests.pems import OTHER_KEY, certificate, hardware, request

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ILL = health_of(
    hsm_health(**{UNHEALTHY: [0.0, 1.0], SESSIONS: [4.0, 2_048.0]}),
    hsm_health("hsm-full", **{UNHEALTHY: [0.0], SESSIONS: [1_900.0], KEYS: [16_000.0]}),
)
NONE_READY = Known(NOW, (), certificates=True, health=ILL)
UNCLAIMED = {
    "cluster_csr": request(),
    "hsm_certificate": certificate(),
    "aws_hardware_certificate": hardware("AWS root"),
    "manufacturer_hardware_certificate": hardware("Manufacturer root"),
}


def hsms(*states, zones="abc", types=()):
    types = types or ("hsm2m.medium",) * len(states)
    return tuple(
        Hsm(hsm_id=f"hsm-{n}", state=state, availability_zone=f"us-east-1{zone}", hsm_type=kind)
        for n, (state, zone, kind) in enumerate(zip(states, zones, types, strict=False), 1)
    )


def cluster(*states, **fields):
    """A cluster with HSMs in these states in which else nothing is wrong, but for these fields."""
    healthy = {
        "cluster_id": "cluster-7qsltqrczv5",
        "state": "ACTIVE",
        "hsm_type": "hsm2m.medium",
        "hsms": hsms(*states),
        "create_timestamp": NOW - 100 * DAY,
        "backup_retention_policy": BackupRetentionPolicy(type="DAYS", value="90"),
        "subnet_mapping": {f"us-east-1{zone}": f"subnet-{zone}" for zone in "abc"},
    }
    return Cluster(**(healthy | fields))


def with_pems(**pems):
    return cluster(*ALL, certificates=Certificates(**pems))


ALL = ("ACTIVE",) * 3
ONE = {"us-east-1a": "subnet-a"}
OLD = "hsm1.medium"
TAKES_NONE = "the cluster takes no HSM now"
TWO_TEXTS = certificate() + certificate()
SUBJECTS = {
    ("NO-ACTIVE-HSM", ""): cluster("DEGRADED"),
    ("NO-ACTIVE-HSM", "an HSM is being created"): cluster("DEGRADED", "CREATE_IN_PROGRESS"),
    ("NO-ACTIVE-HSM", TAKES_NONE): cluster("DEGRADED", state="ROLLBACK_IN_PROGRESS"),
    ("CL-DEGRADED", ""): cluster(*ALL, state="DEGRADED"),
    ("HSM-DEGRADED", ""): cluster("ACTIVE", "DEGRADED"),
    ("HSM-DEGRADED", "the cluster is not in use yet"): cluster("DEGRADED", state="INITIALIZED"),
    ("HSM-UNHEALTHY", ""): cluster(*ALL),
    ("HSM-DEGRADED", TAKES_NONE): cluster("DEGRADED", state="MODIFY_IN_PROGRESS"),
    ("CERT-KEY", ""): with_pems(**UNCLAIMED | {"cluster_csr": request(OTHER_KEY)}),
    ("STUCK", ""): cluster(state="CREATE_IN_PROGRESS"),
    ("CERT-EXPIRY", ""): with_pems(cluster_certificate=certificate(end=NOW + DAY)),
    ("CERT-EXPIRY", "the certificate has ended"): with_pems(
        cluster_certificate=certificate(end=NOW - DAY)
    ),
    ("CERT-CHAIN", ""): with_pems(
        **UNCLAIMED | {"aws_hardware_certificate": hardware("A root", OTHER_KEY)}
    ),
    ("BACKUP-STALE", ""): cluster(*ALL),
    ("BACKUP-STALE", "an added HSM would not be backed up"): cluster("DEGRADED"),
    ("BACKUP-STALE", "the cluster has no HSM"): cluster(),
    ("SINGLE-HSM", ""): cluster("ACTIVE"),
    ("SINGLE-HSM", "an HSM is being created"): cluster("ACTIVE", "CREATE_IN_PROGRESS"),
    ("SINGLE-HSM", "the cluster has one subnet"): cluster("ACTIVE", subnet_mapping=ONE),
    ("NEAR-LIMIT", ""): cluster(*ALL),
    ("NEAR-LIMIT", TAKES_NONE): cluster(*ALL, state="MODIFY_IN_PROGRESS"),
    ("NEAR-LIMIT", "keys or users are near their limit"): cluster(
        hsms=(Hsm(hsm_id="hsm-full", state="ACTIVE", hsm_type="hsm2m.medium"),)
    ),
    ("SINGLE-HSM", TAKES_NONE): cluster("ACTIVE", state="MODIFY_IN_PROGRESS"),
    ("HSM1-EOS", ""): cluster(hsm_type=OLD),
    ("HSM1-EOS", "the cluster is not in use yet"): cluster(hsm_type=OLD, state="UNINITIALIZED"),
    ("HSM1-EOS", "only some HSMs are of the old type"): cluster(hsms=hsms("ACTIVE", types=(OLD,))),
    ("HSM1-EOS", "the cluster is being migrated"): cluster(
        hsm_type=OLD, state="MODIFY_IN_PROGRESS"
    ),
    ("HSM1-EOS", "the cluster is being rolled back"): cluster(
        hsm_type=OLD, state="ROLLBACK_IN_PROGRESS"
    ),
    ("NO-HSM", ""): cluster(),
    ("NO-HSM", TAKES_NONE): cluster(state="MODIFY_IN_PROGRESS"),
    ("SINGLE-AZ", TAKES_NONE): cluster(
        hsms=hsms("ACTIVE", "ACTIVE", zones="aa"), state="ROLLBACK_IN_PROGRESS"
    ),
    ("SINGLE-AZ", ""): cluster(hsms=hsms("ACTIVE", "ACTIVE", zones="aa")),
    ("SINGLE-AZ", "the cluster has one subnet"): cluster(
        hsms=hsms("ACTIVE", "ACTIVE", zones="aa"), subnet_mapping=ONE
    ),
    ("UNINIT-STALE", ""): cluster("ACTIVE", state="UNINITIALIZED"),
    ("NOT-ACTIVATED", ""): cluster("ACTIVE", state="INITIALIZED"),
    ("NOT-ACTIVATED", "the cluster has no HSM"): cluster(state="INITIALIZED"),
    ("RETENTION", ""): cluster(*ALL, backup_retention_policy=None),
    ("CERT-UNREADABLE", ""): with_pems(hsm_certificate="AAAA"),
    ("CERT-UNREADABLE", "a text holds several certificates"): with_pems(hsm_certificate=TWO_TEXTS),
    ("ONE-SUBNET", ""): cluster(*ALL, subnet_mapping=ONE),
    ("TAGS-MISSING", ""): cluster(*ALL),
    ("TWO-HSM", ""): cluster("ACTIVE", "ACTIVE"),
    ("TWO-HSM", TAKES_NONE): cluster("ACTIVE", "ACTIVE", state="MODIFY_IN_PROGRESS"),
    ("MIGRATING", ""): cluster(*ALL, state="MODIFY_IN_PROGRESS"),
    ("ROLLBACK-WINDOW", ""): cluster(*ALL, hsm_type_rollback_expiration=NOW + HOUR),
}
HSM_SETS = [
    states
    for number in range(4)
    for states in combinations_with_replacement(
        ("CREATE_IN_PROGRESS", "ACTIVE", "DEGRADED", "DELETE_IN_PROGRESS"), number
    )
]
ADVICE = {
    (rule, when): remedy.advice for rule, by in REMEDIES.items() for when, remedy in by.items()
}


def found(subject, known=NONE_READY):
    rules = Rules(required_tags=("Owner",), hsm1_end_of_support=date(2026, 1, 1))
    return {each.rule: each for each in find(subject, NOW, rules, known).findings}


def test_every_rule_declares_what_it_advises() -> None:
    assert list(REMEDIES) == list(RULES)


def test_every_remedy_is_given_where_it_is_said_to_be() -> None:
    assert {case: found(subject)[case[0]].remedy for case, subject in SUBJECTS.items()} == ADVICE


@pytest.mark.parametrize("case", ADVICE, ids=" ".join)
class TestEach:
    def test_is_sentences_with_the_keys_of_the_user_and_none_elsewhere(self, case) -> None:
        advice = ADVICE[case]
        drawn, elsewhere = spelt(advice, UNUSUAL), str(advice)
        assert not list(keys_named(drawn)) + list(keys_named(elsewhere))
        for words in (drawn, elsewhere):
            assert words.endswith(".")
            assert not re.search(r"\{\}|\.\.|  | [.;,]", words)
        assert elsewhere[0].isupper()

    def test_names_requests_elsewhere_that_hsmtui_may_send_too(self, case) -> None:
        for names in re.findall(r"aws cloudhsmv2 ([a-z-]+(?:, [a-z-]+)*)", str(ADVICE[case])):
            for name in names.split(", "):
                operation = "".join(map(str.capitalize, name.split("-")))
                assert f"cloudhsmv2:{operation}" in WRITING

    def test_takes_two_lines_at_80_columns_at_most(self, case) -> None:
        line = Line(Content(f"    → {spelt(ADVICE[case], {})}"), 6)
        assert len(HangingText([line]).rows(78)) <= 2


ASKS_FIRST = {
    ("HSM-DEGRADED", "the cluster is not in use yet"),
    *((rule, TAKES_NONE) for rule in RULES),
}
"""What says that something else comes first."""


def test_a_key_that_adds_an_hsm_is_named_only_where_the_gate_is_open() -> None:
    """Of every state of a cluster with every small set of HSMs."""
    for states in HSM_SETS:
        for state in CLUSTER_STATES:
            subject = msgspec.structs.replace(cluster(state=state), hsms=hsms(*states))
            gate = judge_create_hsm(subject.cluster_id, "us-east-1a", [subject], why_read_only="")
            for rule, finding in found(subject).items():
                when = next(w for (r, w), a in ADVICE.items() if (r, a) == (rule, finding.remedy))
                ids = {part.command for part in finding.remedy if isinstance(part, Step)}
                if ids & {"cluster.add_hsm", "hsm.replace"} and (rule, when) not in ASKS_FIRST:
                    assert gate.is_open, (rule, when, state, states, gate.detail)


def test_the_days_of_a_policy_are_those_that_the_service_takes() -> None:
    assert f" {RETENTION_WORDS} days" in str(ADVICE["RETENTION", ""])


def in_the_table(command_id: str) -> str:
    key = key_of(command_id, {})
    return f"`{key}`" if next(c for c in COMMANDS if c.id == command_id).keys else key


def table() -> str:
    rows = ["| rule | when | on the screen | elsewhere |", "|---|---|---|---|"]
    for (rule, when), advice in ADVICE.items():
        rows.append(f"| `{rule}` | {when} | {advice.spelt(in_the_table)} | {advice} |")
    return "\n".join(rows)


def test_the_table_of_the_page_is_that_of_the_rules() -> None:
    expected = f"checked by a test -->\n\n{table()}\n\n<!-- end of remedies -->"
    assert expected in doc("findings").text, f"The table in docs/findings.md must be:\n{table()}"
