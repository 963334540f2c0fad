"""Which rows of a listing are in view, and in what order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.aws.connection import Connection
from hsmtui.aws.pages import Page, Position
from hsmtui.fleet.listing import Listing, RowKey, Sort, View
from hsmtui.model.cluster import Cluster, Tag
from hsmtui.model.columns import COLUMNS, FINDINGS
from hsmtui.model.filter.query import parse
from hsmtui.model.findings.finding import Finding, Findings
from hsmtui.model.findings.severity import Severity

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
BY_ID = next(column for column in COLUMNS if column.id == "cluster")
BAD = Findings((Finding("RULE", Severity.HIGH, "", (), "", ""),))


def cluster(number: int, state: str = "ACTIVE", name: str = "") -> Cluster:
    return Cluster(
        cluster_id=f"cluster-{number}",
        state=state,
        create_timestamp=NOW - timedelta(days=number % 3),
        tag_list=(Tag("Name", name),) if name else (),
    )


def by_state(_: object, cluster: Cluster, now: datetime) -> Findings:
    return BAD if cluster.state == "DEGRADED" else Findings()


def listing(*clusters: Cluster) -> Listing:
    made = Listing(None, {}, by_state)
    made.extend(Page(clusters, None), NOW)
    return made


def ids(view: View) -> list[str]:
    return [view.key(at).cluster_id for at in range(len(view))]


clusters = st.builds(
    cluster,
    st.integers(0, 30),
    st.sampled_from(["ACTIVE", "DEGRADED", "CREATE_IN_PROGRESS"]),
    st.sampled_from(["", "pki", "Pay", "pay-1"]),
)
sorts = st.builds(Sort, st.sampled_from([None, *COLUMNS]), st.booleans())
queries = st.sampled_from(["", "pay", "state:DEGRADED", "severity:high", "!name:pki"])


@given(st.lists(st.lists(clusters, max_size=5), max_size=5), sorts, queries)
def test_page_by_page_it_becomes_what_it_is_of_all_at_once(pages, sort, query):
    listed = listing()
    view = View([listed], parse(query), sort)
    seen: dict[str, Cluster] = {}
    for page in pages:
        fresh = {c.cluster_id: c for c in page if c.cluster_id not in seen}
        seen |= fresh
        view.add(listed, listed.extend(Page(tuple(fresh.values()), None), NOW))
    assert ids(view) == ids(View([listed], parse(query), sort))
    for at, cluster_id in enumerate(ids(view)):
        assert view.index_of(RowKey(listed.connection, cluster_id)) == at
        assert view[at].cluster.cluster_id == cluster_id


def test_the_order_is_that_of_the_service_or_of_a_column_either_way():
    listed = listing(cluster(2), cluster(1), cluster(3))
    expected = {
        Sort(): [2, 1, 3],
        Sort(None, reverse=True): [2, 1, 3],
        Sort(BY_ID): [1, 2, 3],
        Sort(BY_ID, reverse=True): [3, 2, 1],
    }
    for sort, numbers in expected.items():
        assert ids(View([listed], parse(""), sort)) == [f"cluster-{n}" for n in numbers]


@pytest.mark.parametrize(
    ("query", "sort", "reads"),
    [
        ("", Sort(), False),
        ("state:ACTIVE", Sort(BY_ID), False),
        ("severity:high", Sort(), True),
        ("", Sort(FINDINGS), True),
    ],
)
def test_it_says_whether_it_follows_findings(query, sort, reads):
    assert View([listing()], parse(query), sort).reads_findings is reads


def test_of_a_row_that_is_gone_the_next_one_that_stayed_takes_the_place():
    before = View([listing(*map(cluster, range(5)))], parse(""), Sort())
    for left, at, place in (
        ((0, 1, 3, 4), 2, 2),
        ((0, 1), 2, 1),
        ((4,), 0, 0),
        ((0, 1, 2), 1, 1),
    ):
        after = View([listing(*map(cluster, left))], parse(""), Sort())
        assert after.successor(before, at) == place
    assert View([listing(cluster(9))], parse(""), Sort()).successor(before, 2) is None
    assert before.index_of(RowKey(before.listings[0].connection, "cluster-9")) is None


def test_another_view_repeats_it_only_of_the_same_listing_in_the_same_way():
    listed = listing(cluster(1))
    view = View([listed], parse("a"), Sort(BY_ID))
    assert view.repeats(View([listed], parse("a"), Sort(BY_ID)))
    assert not view.repeats(View([listing(cluster(1))], parse("a"), Sort(BY_ID)))
    assert not view.repeats(View([listed], parse("b"), Sort(BY_ID)))
    assert not view.repeats(View([listed], parse("a"), Sort(BY_ID, reverse=True)))


def test_the_same_column_again_turns_the_sort_round():
    assert Sort().by(BY_ID) == Sort(BY_ID)
    assert Sort(BY_ID).by(BY_ID) == Sort(BY_ID, reverse=True)
    assert Sort(BY_ID, reverse=True).by(BY_ID) == Sort(BY_ID)
    assert Sort(BY_ID, reverse=True).by(FINDINGS) == Sort(FINDINGS)
    assert Sort(BY_ID, reverse=True).by(None) == Sort() == Sort().by(None)
    assert [Sort(BY_ID).arrow, Sort(BY_ID, reverse=True).arrow] == ["↑", "↓"]


def several(number: int) -> list[Listing]:
    """Listings of as many places, all empty."""
    return [Listing(cast("Connection", f"place {at}"), {}, by_state) for at in range(number)]


@given(st.lists(st.tuples(st.integers(0, 2), clusters), max_size=20), sorts, queries)
def test_whatever_place_comes_first_the_order_is_that_of_the_places(arrivals, sort, query):
    listings = several(3)
    view = View(listings, parse(query), sort)
    for at, one in arrivals:
        if one.cluster_id not in listings[at].rows:
            view.add(listings[at], listings[at].extend(Page((one,), None), NOW))
    whole = View(listings, parse(query), sort)
    assert keys(view) == keys(whole) or sort.column is not None
    assert sorted(keys(view)) == sorted(keys(whole))
    if sort.column is not None:
        order = [sort.column.key(view[at].judged) for at in range(len(view))]
        assert order == sorted(order, reverse=sort.reverse)
    for at, key in enumerate(keys(view)):
        assert view.index_of(key) == at


@given(
    st.lists(st.tuples(st.integers(0, 2), clusters), max_size=20),
    st.lists(st.tuples(st.integers(0, 2), clusters), max_size=9),
    sorts,
    queries,
)
def test_after_rows_have_changed_it_is_what_it_would_be_anew(first, changes, sort, query):
    listings = several(3)
    for at, one in first:
        listings[at].extend(Page((one,), None), NOW)
    view = View(listings, parse(query), sort)
    changed = [RowKey(listings[at].connection, one.cluster_id) for at, one in changes]
    for at, one in changes:
        listings[at].update(one, NOW)
    renewed = view.renewed([*changed, RowKey(cast("Connection", "elsewhere"), "cluster-1")])
    anew = View(listings, parse(query), sort)
    assert keys(renewed) == keys(anew) or sort.column is not None
    assert renewed.repeats(view)
    listings[1].extend(Page((cluster(99),), None), NOW)
    for each in (renewed, anew):
        each.add(listings[1], ["cluster-99"])
    assert keys(renewed) == keys(anew) or sort.column is not None
    assert sorted(keys(renewed)) == sorted(keys(anew))
    assert renewed.renewed(changed) is renewed
    if sort.column is not None:
        order = [sort.column.key(renewed[at].judged) for at in range(len(renewed))]
        assert order == sorted(order, reverse=sort.reverse)


def test_of_many_rows_only_those_that_changed_are_looked_at(monkeypatch):
    listed = listing(*map(cluster, range(10_000)))
    view = View([listed], parse("state:active"), Sort())
    looked_at = []
    matches = Listing.matches

    def count(self, query, cluster_id):
        looked_at.append(cluster_id)
        return matches(self, query, cluster_id)

    monkeypatch.setattr(Listing, "matches", count)
    listed.update(cluster(7, "DEGRADED"), NOW)
    gone = view.renewed([RowKey(None, "cluster-7"), RowKey(None, "cluster-8")])
    assert len(gone) == 9_999
    assert sorted(looked_at) == ["cluster-7", "cluster-8"]
    assert gone.renewed([RowKey(None, "cluster-8")]) is gone
    everything = View([listed], parse(""), Sort())
    assert everything.renewed([RowKey(None, "cluster-7")]) is everything


def test_under_a_sort_each_row_is_looked_at_once_and_again_when_it_changes():
    asked = []
    counted = replace(FINDINGS, key=lambda judged: asked.append(judged) or FINDINGS.key(judged))
    listed = listing(*map(cluster, range(10_000)))
    view = View([listed], parse(""), Sort(counted))
    assert len(asked) == 10_000
    asked.clear()
    view.add(listed, listed.extend(Page(tuple(map(cluster, range(10_000, 10_025))), None), NOW))
    assert len(asked) == 25
    asked.clear()
    for number in (7, 8):
        listed.update(cluster(number, "DEGRADED"), NOW)
    changed = [RowKey(None, f"cluster-{number}") for number in (7, 8, 9)]
    renewed = view.renewed(changed)
    assert len(asked) == 3
    assert ids(renewed)[:3] == ["cluster-7", "cluster-8", "cluster-0"]
    assert ids(view)[7] == "cluster-7"
    assert renewed.index_of(RowKey(None, "cluster-9999")) == 9_999


def test_a_row_that_changed_and_stayed_is_known_by_what_it_is_now():
    """What comes later is put beside the value of now, not beside that of before."""
    listed = listing(cluster(1), cluster(2))
    by_count = replace(FINDINGS, key=lambda judged: judged.cluster.name or "")
    view = View([listed], parse(""), Sort(by_count))
    listed.update(cluster(2, name="m"), NOW)
    assert view.renewed([RowKey(None, "cluster-2")]) is view
    view.add(listed, listed.extend(Page((cluster(3, name="f"), cluster(4, name="z")), None), NOW))
    assert ids(view) == ["cluster-1", "cluster-3", "cluster-2", "cluster-4"]


def keys(view: View) -> list[RowKey]:
    return [view.key(at) for at in range(len(view))]


def test_the_next_page_is_due_where_a_place_with_more_ends_near_the_cursor():
    first, second, third = several(3)
    more = Position({}, "more")
    first.extend(Page(tuple(map(cluster, range(10))), more), NOW)
    second.extend(Page(tuple(map(cluster, range(10))), None), NOW)
    third.extend(Page(tuple(map(cluster, range(10))), more), NOW)
    view = View([first, second, third], parse(""), Sort())
    assert view.ending(0, 8) == []
    assert view.ending(0, 9) == [first]
    assert view.ending(9, 20) == [first]
    assert view.ending(10, 28) == []
    assert view.ending(10, 29) == [third]
    by_id = View([first, second, third], parse(""), Sort(BY_ID))
    assert by_id.ending(0, 28) == []
    assert by_id.ending(0, 29) == [first, third]
