"""What readings that follow one another say has changed."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.cluster import Cluster
from hsmtui.model.history.diff import DifferenceKind
from hsmtui.model.history.events import EVENTS_KEPT, ChangeMarks, Events
from hsmtui.model.history.history import ClusterDiff, History, Reading, missing
from tests.fleet.test_refresh_schedule import NOON

LATER = NOON + timedelta(seconds=30)


class Told:
    """A history, and what it has told."""

    def __init__(self) -> None:
        self.seen: list[ClusterDiff] = []
        self.history = History(self.seen.append)

    @property
    def words(self) -> list[str]:
        """All that was told since the last look, with the ids."""
        told = [f"{s.cluster.cluster_id} {d.words}" for s in self.seen for d in s.differences]
        self.seen.clear()
        return told

    def read(self, reading: Reading) -> None:
        """As a first reading is."""
        for cluster in reading.clusters.values():
            self.history.saw(cluster, NOON)

    def reread(self, before: Reading, after: Reading) -> None:
        """As a listing that is read again is: its rows first, then the whole."""
        for cluster_id, cluster in after.clusters.items():
            if cluster_id in before.clusters:
                self.history.saw(cluster, LATER)
        self.history.reread(before, after, LATER)


@pytest.fixture
def told() -> Told:
    return Told()


def reading(ids: str, *, whole: bool = True, states: tuple[str, ...] = (), **other: str) -> Reading:
    """Clusters with ids of one letter; all are ACTIVE, or as `other` says."""
    clusters = {i: Cluster(cluster_id=i, state=other.get(i, "ACTIVE")) for i in ids}
    return Reading(clusters, whole, states)


class TestRecords:
    def test_the_first_one_is_no_change(self, told):
        told.read(reading("ab"))
        assert told.words == []

    def test_each_change_is_told_once_whoever_read_it(self, told):
        told.read(reading("ab"))
        degraded = Cluster(cluster_id="b", state="DEGRADED")
        assert told.history.saw(degraded, LATER)
        assert not told.history.saw(degraded, LATER)
        assert told.words == ["b ACTIVE → DEGRADED"]

    def test_one_that_is_gone_is_told_once_and_may_come_again(self, told):
        told.read(reading("a"))
        told.history.lost("a", LATER)
        told.history.lost("a", LATER)
        assert told.words == ["a gone, was ACTIVE"]
        told.read(reading("a"))
        assert told.words == []


class TestLists:
    def test_that_are_the_same_say_nothing(self, told):
        told.read(reading("abc"))
        told.reread(reading("abc"), reading("abc"))
        assert told.words == []

    def test_that_are_whole_say_who_came_and_who_went(self, told):
        told.read(reading("abc"))
        told.reread(reading("abc"), reading("zacd", d="CREATE_IN_PROGRESS"))
        assert told.words == [
            "z appeared, ACTIVE",
            "d appeared, CREATE_IN_PROGRESS",
            "b gone, was ACTIVE",
        ]

    def test_with_more_pages_say_nothing_of_what_may_be_on_the_next(self, told):
        """Rows that go or come push others over the edge of the pages that were read."""
        told.read(reading("abcd", whole=False))
        told.reread(reading("abcd", whole=False), reading("acde", whole=False))
        assert told.words == ["b gone, was ACTIVE"]
        told.reread(reading("acde", whole=False), reading("axcd", whole=False))
        assert told.words == ["x appeared, ACTIVE"]

    def test_what_was_pushed_over_the_edge_and_comes_back_is_nothing_new(self, told):
        told.read(reading("abc", whole=False))
        told.reread(reading("abc", whole=False), reading("xab", whole=False))
        assert told.words == ["x appeared, ACTIVE"]
        told.reread(reading("xab", whole=False), reading("abc", whole=False))
        assert told.words == ["x gone, was ACTIVE"]

    def test_what_another_list_has_seen_did_not_appear(self, told):
        told.read(reading("ab"))
        told.history.saw(Cluster(cluster_id="c", state="ACTIVE"), NOON)
        told.reread(reading("ab"), reading("abc", c="DEGRADED"))
        assert told.words == ["c ACTIVE → DEGRADED"]


class TestFilteredLists:
    ACTIVE = ("ACTIVE",)

    def test_say_who_left_them_and_know_it_when_it_is_seen_again(self, told):
        told.read(reading("ab", states=self.ACTIVE))
        told.reread(reading("ab", states=self.ACTIVE), reading("a", states=self.ACTIVE))
        assert told.words == ["b no longer matches the filter, was ACTIVE"]
        told.read(reading("ab", b="DEGRADED"))
        assert told.words == ["b ACTIVE → DEGRADED"]

    def test_say_nothing_of_one_whose_new_state_was_told(self, told):
        told.read(reading("ab", states=self.ACTIVE))
        now = reading("ab", states=self.ACTIVE, b="DELETE_IN_PROGRESS")
        told.read(now)
        assert told.words == ["b ACTIVE → DELETE_IN_PROGRESS"]
        told.reread(now, reading("a", states=self.ACTIVE))
        assert told.words == []

    def test_say_who_came_under_them(self, told):
        told.read(reading("a", states=self.ACTIVE))
        told.reread(reading("a", states=self.ACTIVE), reading("ab", states=self.ACTIVE))
        assert told.words == ["b now matches the filter, ACTIVE"]
        told.read(reading("c", c="DEGRADED"))
        told.reread(reading("ab", states=self.ACTIVE), reading("abc", states=self.ACTIVE))
        assert told.words == ["c DEGRADED → ACTIVE"]


orders = st.permutations("abcdefgh").map("".join)


@given(
    orders, st.sets(st.sampled_from("abcdefgh")), st.sets(st.sampled_from("abcdefgh")), st.data()
)
def test_in_an_order_that_stays_nobody_is_called_missing_who_is_there(order, old, new, data):
    """Two readings of the first so many of a list that changes in between."""
    before = [i for i in order if i in old]
    after = [i for i in order if i in new]
    shown = data.draw(st.integers(0, len(before)))
    reread = after[: data.draw(st.integers(0, len(after)))]
    gone = missing(before[:shown], reread, whole=len(reread) == len(after))
    assert set(gone) <= old - new
    came = missing(reread, before[:shown], whole=shown == len(before))
    assert set(came) <= new - old


class TestEvents:
    def test_are_kept_with_place_and_name_and_found_by_cluster(self, told):
        told.read(reading("ab"))
        told.read(reading("ab", a="DEGRADED", b="DELETED"))
        events = Events()
        for seen in told.seen:
            events.add("prod · eu-west-1", seen)
        (event,) = events.events_of("prod · eu-west-1", "a")
        assert (event.place, event.cluster_id) == ("prod · eu-west-1", "a")
        assert event.difference.kind is DifferenceKind.STATE
        assert [e.cluster_id for e in events] == ["a", "b"]

    def test_are_bounded_the_oldest_go(self, told):
        events = Events()
        for number in range(EVENTS_KEPT + 10):
            told.read(reading("a", a=f"S{number}"))
            for seen in told.seen:
                events.add("", seen)
            told.seen.clear()
        assert len(events) == EVENTS_KEPT
        assert next(iter(events)).difference.new == "S10"


def test_marks_last_until_the_last_change_of_a_row_has_faded():
    marks, state, hsms = ChangeMarks(), frozenset({"state"}), frozenset({"hsms"})
    marks.add("a", state, LATER)
    marks.add("b", frozenset(), LATER)
    assert (marks.of("a"), marks.of("b")) == (state, frozenset())
    marks.add("a", hsms, LATER + timedelta(seconds=30))
    assert marks.fade(LATER) == []
    assert marks.of("a") == state | hsms
    assert marks.fade(LATER + timedelta(seconds=30)) == ["a"]
    assert marks.of("a") == frozenset()
    marks.add("a", state, LATER)
    marks.clear()
    assert marks.of("a") == frozenset()
