"""Columns: what their cells say, how they sort, and which of them fit."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.cluster import BackupRetentionPolicy, Cluster, Hsm, Tag, decode_cluster
from hsmtui.model.columns import COLUMN_IDS, COLUMNS, FINDINGS, choose, fit
from hsmtui.model.findings.acceptance import Acceptance
from hsmtui.model.findings.finding import (
    AcceptedFinding,
    Finding,
    Findings,
    Judged,
    NotYet,
    Unchecked,
)
from hsmtui.model.findings.severity import Severity
from hsmtui.model.state import CLUSTER_STATES
from hsmtui.model.times import age

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


IN_ONE_ZONE = (
    Hsm(availability_zone="a", state="ACTIVE"),
    Hsm(availability_zone="a", state="DEGRADED"),
    Hsm(availability_zone="b", state="DELETED"),
)


def cell(column_id: str, cluster: Cluster) -> str:
    return choose([column_id])[0].text(Judged(cluster), NOW)


@pytest.mark.parametrize(
    ("column", "cluster", "text"),
    [
        ("name", Cluster(tag_list=(Tag("Name", "ca-root"),)), "ca-root"),
        ("name", Cluster(tag_list=(Tag("Name", "a\x1b[31m\u202e"),)), "a\\x1b[31m\\u202e"),
        ("name", Cluster(tag_list=(Tag("Name", ""),)), "-"),
        ("state", Cluster(state="CREATE_IN_PROGRESS"), "◐ CREATING"),
        ("state", Cluster(state="NEW_STATE"), "? NEW_STATE"),
        ("state", Cluster(), "? -"),
        ("hsms", Cluster(hsms=None), "?"),
        ("hsms", Cluster(hsms=()), "0/0"),
        ("hsms", Cluster(hsms=(Hsm(state="ACTIVE"), Hsm(state="DEGRADED"))), "1/2"),
        ("azs", Cluster(subnet_mapping={"a": "1", "b": "2"}, hsms=()), "0/2"),
        ("azs", Cluster(subnet_mapping={"a": "1", "b": "2"}, hsms=IN_ONE_ZONE), "1/2"),
        ("azs", Cluster(subnet_mapping={"a": "1", "b": "2"}), "?/2"),
        ("azs", Cluster(subnet_mapping={"a": "1"}, hsms=(Hsm(state="ACTIVE"),)), "?/1"),
        ("azs", Cluster(hsms=IN_ONE_ZONE), "1/?"),
        ("azs", Cluster(subnet_mapping={}), "?"),
        ("type", Cluster(hsm_type="hsm2m.medium"), "hsm2m"),
        ("type", Cluster(hsm_type="hsm9.large"), "hsm9.large"),
        (
            "retention",
            Cluster(backup_retention_policy=BackupRetentionPolicy("DAYS", "90")),
            "90d",
        ),
        (
            "retention",
            Cluster(backup_retention_policy=BackupRetentionPolicy("DAYS", "x")),
            "x",
        ),
        ("age", Cluster(create_timestamp=NOW - timedelta(days=412)), "412d"),
        ("age", Cluster(), "-"),
    ],
)
def test_cells(column, cluster, text):
    assert cell(column, cluster) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0s"),
        (59, "59s"),
        (60, "1m"),
        (3599, "59m"),
        (3600, "1h"),
        (86399, "23h"),
        (86400, "1d"),
        (86400 * 999, "999d"),
        (86400 * 1000, "2y"),
    ],
)
def test_ages_fit_into_four_cells(seconds, text):
    assert age(NOW - timedelta(seconds=seconds), NOW) == text


def test_sorting_by_state_brings_what_is_wrong_to_the_top():
    states = [Judged(Cluster(state=state)) for state in (*CLUSTER_STATES, "NEW_STATE", None)]
    ordered = sorted(states, key=choose(["state"])[0].key)
    assert ordered[0].cluster.state == "DEGRADED"
    assert ordered[-1].cluster.state == "ACTIVE"


def test_sorting_by_zones_brings_those_in_few_to_the_top_and_unknown_ones_to_the_bottom():
    zones = {"a": "1", "b": "2", "c": "3"}
    clusters = [
        Cluster(subnet_mapping=zones, hsms=()),
        Cluster(subnet_mapping={"a": "1"}, hsms=IN_ONE_ZONE),
        Cluster(subnet_mapping=zones, hsms=IN_ONE_ZONE),
        Cluster(subnet_mapping=zones, hsms=(*IN_ONE_ZONE, Hsm(availability_zone="b"))),
        Cluster(subnet_mapping=zones),
    ]
    key = choose(["azs"])[0].key
    assert sorted(map(Judged, reversed(clusters)), key=key) == list(map(Judged, clusters))


COULD_NOT, COMING_YET = Unchecked("RULE", "no"), NotYet("RULE", "wait")


def found(
    *severities: Severity,
    rule: str = "RULE",
    accepted: int = 0,
    unchecked: Sequence[Unchecked] = (),
) -> Judged:
    """A cluster with findings of these severities, given worst first, so many accepted, and with
    rules that were not evaluated."""
    findings = (Finding(rule, severity, "", (), "", "") for severity in severities)
    other = Finding("OTHER", Severity.CRITICAL, "", (), "", "")
    by = Acceptance("OTHER", NOW.date(), "known")
    return Judged(
        Cluster(),
        Findings(tuple(findings), tuple(unchecked), (AcceptedFinding(other, by),) * accepted),
    )


@pytest.mark.parametrize(
    ("judged", "room", "text"),
    [
        (found(), 12, ""),
        (found(Severity.CRITICAL, Severity.CRITICAL, Severity.INFO), 12, "■ critical 2"),
        (found(Severity.CRITICAL, Severity.CRITICAL, Severity.INFO), 8, "■ crit 2"),
        (found(Severity.HIGH), 12, "▲ high 1"),
        (found(Severity.HIGH), 8, "▲ high 1"),
        (found(Severity.MEDIUM), 8, "◆ med 1"),
        (found(accepted=2), 12, "accepted 2"),
        (found(accepted=2), 8, "accepted"),
        (found(accepted=2, unchecked=[COULD_NOT]), 12, "accepted 2?"),
        (found(accepted=2, unchecked=[COMING_YET]), 12, "accepted 2…"),
        (found(accepted=2, unchecked=[COULD_NOT]), 8, "?"),
        (found(Severity.HIGH, accepted=2), 12, "▲ high 1"),
        (found(Severity.CRITICAL, unchecked=[COULD_NOT]), 12, "■ critical 1"),
        (found(Severity.MEDIUM, unchecked=[COULD_NOT]), 12, "◆ medium 1+"),
        (found(Severity.MEDIUM, unchecked=[COMING_YET]), 8, "◆ med 1+"),
        (found(Severity.HIGH, unchecked=[COMING_YET]), 8, "▲ high +"),
        (found(*[Severity.HIGH] * 12), 8, "▲ high +"),
        (found(*[Severity.HIGH] * 12), 12, "▲ high 12"),
        (found(unchecked=[COULD_NOT]), 8, "?"),
        (found(unchecked=[COULD_NOT, COMING_YET]), 12, "…"),
    ],
)
def test_the_worst_finding_has_a_glyph_a_word_and_a_count(judged, room, text):
    assert FINDINGS.cell(judged, NOW, room) == text


def test_sorting_by_findings_brings_the_worst_to_the_top_and_most_of_it_first():
    most = found(Severity.CRITICAL, Severity.CRITICAL)
    more = found(Severity.CRITICAL, Severity.HIGH)
    one = found(Severity.CRITICAL)
    high = found(*[Severity.HIGH] * 5)
    info, accepted = found(Severity.INFO), found(accepted=3)
    unknown, clean = found(unchecked=[COULD_NOT]), found()
    mixed = [clean, unknown, accepted, info, high, one, more, most]
    assert sorted(mixed, key=FINDINGS.key) == [
        *(most, more, one, high, info, accepted, unknown, clean)
    ]


def test_sorting_by_findings_brings_the_worst_rule_of_the_same_severity_to_the_top():
    down = found(Severity.CRITICAL, rule="NO-ACTIVE-HSM")
    ended = found(*[Severity.CRITICAL] * 3, rule="CERT-EXPIRY")
    single = found(Severity.HIGH, rule="SINGLE-HSM")
    old = found(*[Severity.HIGH] * 3, rule="HSM1-EOS")
    unknown = Judged(Cluster(), Findings(unchecked=(Unchecked("STUCK", "first seen now"),)))
    odd = Judged(decode_cluster({"ClusterId": "cluster-1", "Hsms": 1}))
    ordered = [odd, down, ended, single, old, unknown, found()]
    mixed = [old, unknown, single, found(), ended, odd, down]
    assert sorted(mixed, key=FINDINGS.key) == ordered


fields = st.builds(
    Cluster,
    cluster_id=st.text(max_size=3),
    state=st.none() | st.sampled_from(CLUSTER_STATES),
    hsms=st.none() | st.just((Hsm(state="ACTIVE"),)),
    hsm_type=st.none() | st.text(max_size=3),
    mode=st.none() | st.just("FIPS"),
    vpc_id=st.none() | st.text(max_size=3),
    create_timestamp=st.none() | st.datetimes(timezones=st.just(UTC)),
    backup_retention_policy=st.none()
    | st.builds(BackupRetentionPolicy, st.just("DAYS"), st.sampled_from(["7", "90", "²", ""])),
    tag_list=st.none() | st.just((Tag("Name", "a"),)),
)


@given(st.lists(fields, max_size=6), st.sampled_from(COLUMN_IDS))
def test_every_column_sorts_and_draws_whatever_is_missing(clusters, column_id):
    column = choose([column_id])[0]
    sorted(map(Judged, clusters), key=column.key)
    for cluster in clusters:
        assert "\n" not in column.text(Judged(cluster), NOW)


@given(st.integers(1, 300))
def test_what_is_fitted_fits_and_the_id_is_the_last_to_go(width):
    fitted = fit(COLUMNS, width)
    assert fitted[0][0].id == "cluster"
    taken = sum(cells + 1 for _, cells in fitted) - 1
    assert taken <= width or len(fitted) == 1


def test_columns_come_in_the_order_that_was_asked_for():
    assert [column.id for column in choose(["age", "cluster"])] == ["age", "cluster"]


@pytest.mark.parametrize(
    ("width", "ids", "findings"),
    [
        (77, ["cluster", "name", "state", "findings", "hsms", "age"], 12),
        (71, ["cluster", "name", "state", "findings", "hsms", "age"], 8),
        (57, ["cluster", "name", "state", "findings"], 8),
    ],
)
def test_where_room_is_short_findings_get_shorter_before_they_go(width, ids, findings):
    fitted = {column.id: cells for column, cells in fit(COLUMNS, width)}
    assert list(fitted) == ids
    assert fitted["findings"] == findings
