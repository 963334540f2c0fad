"""seen.json: since when clusters have been in states that should pass."""

import json
import stat
from datetime import UTC, datetime, timedelta

import pytest

from hsmtui.config.state import StateError
from hsmtui.fleet.first_seen import (
    REMEMBERED_AT_MOST,
    FirstSeen,
    FirstSeenTimes,
    SeenState,
    Spot,
    StateStart,
    load_first_seen,
    save_first_seen,
)
from hsmtui.model.cluster import Cluster

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HERE = Spot("111111111111", "us-east-1", None)
UPDATING = Cluster(cluster_id="cluster-1", state="UPDATE_IN_PROGRESS")


def in_state(state, cluster_id="cluster-1"):
    return Cluster(cluster_id=cluster_id, state=state)


def test_the_first_time_counts():
    seen = FirstSeenTimes()
    assert seen.since(HERE, UPDATING, NOW) == StateStart(NOW)
    assert seen.changed
    assert seen.since(HERE, UPDATING, NOW + HOUR) == StateStart(NOW)


@pytest.mark.parametrize("state", ["ACTIVE", "DEGRADED", "DELETED", "UNINITIALIZED", None])
def test_a_state_that_may_last_is_not_remembered(state):
    seen = FirstSeenTimes()
    assert seen.since(HERE, in_state(state), NOW) is None
    assert not seen.changed


def test_another_state_begins_anew_and_one_that_may_last_ends_it():
    seen = FirstSeenTimes()
    seen.since(HERE, UPDATING, NOW)
    assert seen.since(HERE, in_state("DELETE_IN_PROGRESS"), NOW + HOUR) == StateStart(
        NOW + HOUR, before=NOW
    )
    seen.changed = False
    assert seen.since(HERE, in_state("ACTIVE"), NOW + 2 * HOUR) is None
    assert seen.changed
    assert seen.states == ()
    started = StateStart(NOW + 3 * HOUR, before=NOW + 2 * HOUR)
    assert seen.since(HERE, UPDATING, NOW + 3 * HOUR) == started
    assert seen.since(HERE, UPDATING, NOW + 9 * HOUR) == started


def test_what_was_seen_before_it_began_outlives_the_run(tmp_path):
    path, seen = tmp_path / "seen.json", FirstSeenTimes()
    seen.since(HERE, in_state("ACTIVE"), NOW)
    seen.since(HERE, UPDATING, NOW + HOUR)
    save_first_seen(path, seen)
    again, _ = load_first_seen(path)
    assert again.since(HERE, UPDATING, NOW + 2 * HOUR) == StateStart(NOW + HOUR, before=NOW)


def test_a_rest_that_is_ahead_of_a_clock_is_not_before():
    seen = FirstSeenTimes()
    seen.since(HERE, in_state("ACTIVE"), NOW + HOUR)
    assert seen.since(HERE, UPDATING, NOW) == StateStart(NOW)


def test_a_file_without_what_was_before_is_read(tmp_path):
    path = tmp_path / "seen.json"
    old = {"cluster_id": "cluster-1", "state": UPDATING.state, "spot": HERE}
    path.write_text(json.dumps([old | {"first": NOW.isoformat(), "last": NOW.isoformat()}]))
    seen, notice = load_first_seen(path)
    assert (seen.since(HERE, UPDATING, NOW + HOUR), notice) == (StateStart(NOW), None)


@pytest.mark.parametrize(
    "elsewhere",
    [
        HERE._replace(owner="222222222222"),
        HERE._replace(region="eu-central-1"),
        HERE._replace(endpoint="http://127.0.0.1:1"),
    ],
)
def test_the_same_id_elsewhere_is_another_cluster(elsewhere):
    seen = FirstSeenTimes()
    seen.since(HERE, UPDATING, NOW)
    assert seen.since(elsewhere, UPDATING, NOW + HOUR) == StateStart(NOW + HOUR)


@pytest.mark.parametrize(("gap", "goes_on"), [(3 * DAY, True), (3 * DAY + HOUR, False)])
def test_a_state_may_have_passed_while_nobody_looked(gap, goes_on):
    seen = FirstSeenTimes()
    seen.since(HERE, UPDATING, NOW)
    assert seen.since(HERE, UPDATING, NOW + gap) == StateStart(NOW if goes_on else NOW + gap)


def test_looks_that_follow_each_other_keep_it():
    seen = FirstSeenTimes()
    for day in range(0, 20, 2):
        assert seen.since(HERE, UPDATING, NOW + day * DAY) == StateStart(NOW)


def test_a_clock_that_was_wrong_is_forgotten():
    seen = FirstSeenTimes(
        [SeenState(HERE, "cluster-1", "UPDATE_IN_PROGRESS", NOW + DAY, NOW + DAY)]
    )
    assert seen.since(HERE, UPDATING, NOW) == StateStart(NOW)


def test_looks_in_quick_succession_are_not_worth_writing():
    seen = FirstSeenTimes()
    seen.since(HERE, UPDATING, NOW)
    seen.changed = False
    seen.since(HERE, UPDATING, NOW + HOUR / 2)
    assert not seen.changed
    seen.since(HERE, UPDATING, NOW + HOUR)
    assert seen.changed


def test_what_is_saved_is_loaded(tmp_path):
    path = tmp_path / "state" / "seen.json"
    assert load_first_seen(path)[0].states == ()
    seen = FirstSeenTimes()
    for spot in (HERE, HERE._replace(endpoint="http://127.0.0.1:1")):
        seen.since(spot, UPDATING, NOW)
    save_first_seen(path, seen)
    assert not seen.changed
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again, notice = load_first_seen(path)
    assert (again.states, notice, again.changed) == (seen.states, None, False)
    assert again.since(HERE, UPDATING, NOW + HOUR) == StateStart(NOW)


def test_the_latest_are_kept(tmp_path):
    seen = FirstSeenTimes()
    count = REMEMBERED_AT_MOST + 3
    for number in range(count):
        cluster = in_state("UPDATE_IN_PROGRESS", f"cluster-{number}")
        seen.since(HERE, cluster, NOW + number * timedelta(seconds=1))
    save_first_seen(tmp_path / "seen.json", seen)
    kept = {each.cluster_id for each in load_first_seen(tmp_path / "seen.json")[0].states}
    assert kept == {f"cluster-{number}" for number in range(3, count)}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"\xff",
        b"[1]",
        b"[" * 100_000,
        json.dumps(
            [
                {
                    "spot": HERE,
                    "cluster_id": "cluster-1",
                    "state": "UPDATE_IN_PROGRESS",
                    "first": "2026-03-01T12:00:00",
                    "last": "2026-03-01T12:00:00",
                }
            ]
        ).encode(),
    ],
    ids=["empty", "a table", "not UTF-8", "numbers", "too deep", "no time zone"],
)
@pytest.mark.usefixtures("no_collection")
def test_a_broken_file_is_said_and_left_alone(tmp_path, content):
    path = tmp_path / "seen.json"
    path.write_bytes(content)
    seen, notice = load_first_seen(path)
    assert seen.states == ()
    assert notice is not None
    assert notice.startswith(str(path))
    assert path.read_bytes() == content


def test_a_file_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError, match="cannot be written"):
        save_first_seen(tmp_path / "file" / "seen.json", FirstSeenTimes())
    strange = FirstSeenTimes()
    strange.since(HERE, in_state("UPDATE_IN_PROGRESS", "\ud800"), NOW)
    with pytest.raises(StateError, match="not UTF-8"):
        save_first_seen(tmp_path / "seen.json", strange)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


class TestAFile:
    """Read when somebody first asks, and written when that is worth it."""

    @pytest.fixture
    def notices(self):
        return []

    @pytest.fixture
    def path(self, tmp_path):
        return tmp_path / "seen.json"

    def test_is_known_to_the_next_run_by_account_region_and_endpoint(
        self, path, notices, connection, connect
    ):
        first = FirstSeen(path, notices.append)
        assert not path.exists()
        assert first.since(connection, UPDATING, NOW) == StateStart(NOW)
        assert first.save() == ""
        (kept,) = load_first_seen(path)[0].states
        assert kept.spot == Spot("demo", "us-east-1", connection.endpoint)
        again = FirstSeen(path, notices.append)
        assert again.since(connection, UPDATING, NOW + HOUR) == StateStart(NOW)
        elsewhere = connect(region="eu-west-1")
        assert again.since(elsewhere, UPDATING, NOW + HOUR) == StateStart(NOW + HOUR)
        assert notices == []

    def test_knows_what_was_seen_before_the_account_was_known_and_the_other_way(
        self, path, notices, connection, connect
    ):
        first = FirstSeen(path, notices.append)
        first.since(connection, UPDATING, NOW)
        first.save()
        connection.ask_caller()
        second = FirstSeen(path, notices.append)
        assert second.since(connection, UPDATING, NOW + 2 * HOUR) == StateStart(NOW)
        second.save()
        kept = load_first_seen(path)[0].states
        assert {state.spot.owner for state in kept} == {"demo", connection.account}
        assert {(state.first, state.last) for state in kept} == {(NOW, NOW + 2 * HOUR)}
        third = FirstSeen(path, notices.append)
        assert third.since(connect(), UPDATING, NOW + 3 * HOUR) == StateStart(NOW)
        assert third.since(connection, in_state("ACTIVE"), NOW + 3 * HOUR) is None
        third.save()
        assert load_first_seen(path)[0].states == ()

    def test_that_cannot_be_read_is_said_once_and_replaced(self, path, notices, connection):
        path.write_text("[nonsense")
        seen = FirstSeen(path, notices.append)
        for _ in range(2):
            assert seen.since(connection, UPDATING, NOW) == StateStart(NOW)
        assert len(notices) == 1
        assert str(path) in notices[0]
        assert seen.save() == ""
        assert len(load_first_seen(path)[0].states) == 1

    def test_that_cannot_be_written_is_not_tried_again(self, path, notices, connection):
        (path / "a folder").mkdir(parents=True)
        seen = FirstSeen(path / "a folder", notices.append)
        seen.since(connection, UPDATING, NOW)
        assert "cannot be written" in seen.save()
        seen.since(connection, UPDATING, NOW + 5 * HOUR)
        assert seen.save() == ""

    def test_is_left_alone_where_nothing_is_new(self, path, notices, connection):
        seen = FirstSeen(path, notices.append)
        assert seen.save() == ""
        seen.since(connection, in_state("ACTIVE"), NOW)
        assert seen.save() == ""
        assert not path.exists()

    def test_is_none_where_nothing_outlives_the_run(self, notices, connection):
        seen = FirstSeen(None, notices.append)
        assert seen.since(connection, UPDATING, NOW) == StateStart(NOW)
        assert seen.since(connection, UPDATING, NOW + HOUR) == StateStart(NOW)
        assert (seen.save(), notices) == ("", [])
