"""Rows and what was found of them: what stays, what is due, and how it is counted."""

from collections import Counter
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from hsmtui.aws.pages import Page
from hsmtui.fleet.listing import Listing
from hsmtui.model.cluster import Cluster
from hsmtui.model.findings.acceptance import Acceptance
from hsmtui.model.findings.counts import FindingCounts
from hsmtui.model.findings.finding import AcceptedFinding, Finding, Findings
from hsmtui.model.findings.severity import Severity

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
CRITICAL, HIGH = (
    Findings((Finding("RULE", severity, "", (), "", ""),))
    for severity in (Severity.CRITICAL, Severity.HIGH)
)
MIXED = Findings(
    (*CRITICAL.findings, *HIGH.findings, *HIGH.findings),
    accepted=(AcceptedFinding(HIGH.findings[0], Acceptance("RULE", NOW.date(), "known")),),
)


def by_state(_, cluster, now):
    return {"DEGRADED": CRITICAL, "ACTIVE": Findings()}.get(cluster.state, HIGH)


def listing(*clusters: Cluster) -> Listing:
    made = Listing(None, {}, by_state)
    made.extend(Page(clusters, None), NOW)
    return made


def counted(rows: Listing) -> FindingCounts:
    found = [row.findings for row in rows.rows.values()]
    return FindingCounts(
        Counter(finding.severity for each in found for finding in each.findings),
        sum(bool(each.findings) for each in found),
        sum(len(each.accepted) for each in found),
    )


def test_what_was_found_of_a_record_stays_until_the_record_changes():
    one = listing(Cluster(cluster_id="a", state="ACTIVE"))
    assert one.assessed(one.rows["a"], HIGH)
    one.update(Cluster(cluster_id="a", state="ACTIVE"), NOW)
    assert one.rows["a"].findings == HIGH
    one.update(Cluster(cluster_id="a", state="DEGRADED"), NOW)
    assert one.rows["a"].findings == CRITICAL
    assert list(one.due) == ["a"]


def test_what_was_found_of_a_record_that_has_been_replaced_is_dropped():
    one = listing(Cluster(cluster_id="a", state="ACTIVE"))
    row = one.rows["a"]
    one.update(Cluster(cluster_id="a", state="DEGRADED"), NOW)
    assert not one.assessed(row, HIGH)
    one.remove("a", NOW)
    assert not one.assessed(row, HIGH)
    assert one.due == {}


def test_a_whole_refresh_keeps_what_was_found_of_the_same_records():
    one = listing(Cluster(cluster_id="a", state="ACTIVE"), Cluster(cluster_id="b", state="ACTIVE"))
    one.assessed(one.rows["a"], HIGH)
    one.assessed(one.rows["b"], HIGH)
    fresh = listing(
        Cluster(cluster_id="a", state="ACTIVE"), Cluster(cluster_id="b", state="DEGRADED")
    )
    one.replace(fresh, NOW)
    assert one.rows["a"].findings == HIGH
    assert one.rows["b"].findings == CRITICAL
    assert set(one.due) == {"a", "b"}


records = st.builds(
    Cluster,
    cluster_id=st.sampled_from("abc"),
    state=st.sampled_from(["ACTIVE", "DEGRADED", "UPDATE_IN_PROGRESS"]),
)
steps = st.one_of(
    st.tuples(st.just("update"), records),
    st.tuples(st.just("remove"), st.sampled_from("abc")),
    st.tuples(st.just("assessed"), st.sampled_from("abc")),
    st.tuples(st.just("replace"), st.lists(records, max_size=3)),
)


@given(st.lists(records, max_size=3), st.lists(steps, max_size=8))
def test_the_tally_is_that_of_the_rows_whatever_happens(first, then):
    one = listing(*first)
    for step, value in then:
        if step == "update":
            one.update(value, NOW)
        elif step == "remove":
            one.remove(value, NOW)
        elif step == "replace":
            one.replace(listing(*value), NOW)
        elif value in one.rows:
            one.assessed(one.rows[value], MIXED)
        assert one.counts == counted(one)
        assert dict(one.counts.worst_first) == counted(one).by_severity
