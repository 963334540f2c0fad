"""Rows and what was found of them: what stays, what is due, and how it is counted."""

from collections import Counter
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from hsmtui.aws.pages import Page, Position
from hsmtui.fleet.listing import Listing
from hsmtui.model.cluster import Cluster
from hsmtui.model.findings.acceptance import Acceptance
from hsmtui.model.findings.counts import FindingCounts
from hsmtui.model.findings.finding import AcceptedFinding, Finding, Findings
from hsmtui.model.findings.severity import Severity
from hsmtui.model.history.history import ClusterDiff, History

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


NEW = Cluster(cluster_id="new", state="CREATE_IN_PROGRESS")
MORE = Position({}, "more")


def told_listing(page: Page[Cluster], changes: list[ClusterDiff]) -> Listing:
    """A listing of which a page has come, and what its history tells."""
    made = Listing(None, {}, by_state, History(changes.append))
    made.extend(page, NOW)
    return made


def page_of(*ids: str, after: Position | None = None) -> Page[Cluster]:
    return Page(tuple(Cluster(cluster_id=each, state="ACTIVE") for each in ids), after)


def reread(rows: Listing, *pages: Page[Cluster]) -> None:
    fresh = Listing(None, {}, by_state)
    for page in pages:
        fresh.extend(page, NOW)
    rows.replace(fresh, NOW)


def test_a_created_cluster_stands_behind_the_others_once():
    rows = listing(*page_of("a", "b").entries)
    assert rows.add_created(NEW, NOW)
    assert not rows.add_created(NEW, NOW)
    assert list(rows.rows) == ["a", "b", "new"]
    assert "new" in rows.due
    assert rows.counts == counted(rows)


def test_where_the_service_lists_only_some_a_created_cluster_is_not_among_them():
    rows = Listing(None, {"states": ("ACTIVE",)}, by_state)
    rows.extend(page_of("a"), NOW)
    assert not rows.add_created(NEW, NOW)
    assert list(rows.rows) == ["a"]


def test_a_created_cluster_that_is_on_a_page_not_loaded_goes_with_a_refresh_and_is_not_lost():
    changes: list[ClusterDiff] = []
    rows = told_listing(page_of("a", "b", after=MORE), changes)
    rows.add_created(NEW, NOW)
    reread(rows, page_of("a", "b", after=MORE))
    assert list(rows.rows) == ["a", "b"]
    assert changes == []
    assert rows.counts == counted(rows)


def test_a_created_cluster_stands_where_its_page_has_it_once_that_comes():
    changes: list[ClusterDiff] = []
    rows = told_listing(page_of("a", after=MORE), changes)
    rows.add_created(NEW, NOW)
    assert rows.extend(page_of("b", "new", "c"), NOW) == ["b", "c"]
    assert list(rows.rows) == ["a", "b", "new", "c"]
    assert rows.counts == counted(rows)
    changes.clear()
    reread(rows, page_of("a", after=MORE), page_of("b", "c"))
    assert [each.cluster.cluster_id for each in changes] == ["new"]  # now it is gone


def test_a_created_cluster_that_is_deleted_again_is_gone():
    changes: list[ClusterDiff] = []
    rows = told_listing(page_of("a"), changes)
    rows.add_created(NEW, NOW)
    rows.remove("new", NOW)
    assert [each.cluster.cluster_id for each in changes] == ["new"]
    assert rows.add_created(NEW, NOW)


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
