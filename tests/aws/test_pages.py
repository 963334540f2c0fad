"""The page walker: to an end that is sure to come, whatever the service says."""

from functools import partial

import pytest

from hsmtui.aws import pages
from hsmtui.aws.backups import fetch_backups
from hsmtui.aws.clusters import fetch_page
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.key_stores import KeyStore, read_key_stores
from hsmtui.aws.pages import Position, read_all, read_one, walk
from hsmtui.demo.records import KeyStore as Store
from tests.scripted import Refuse, reply_json

HERE = ("111111111111", "us-east-1")
CLUSTERS, BACKUPS, STORES = "DescribeClusters", "DescribeBackups", "DescribeCustomKeyStores"


@pytest.fixture
def read_timeout():
    return 60.0


def replies(plane, operation, *answers):
    for call, answer in enumerate(answers, 1):
        plane.script(operation, reply_json(answer), call=call)


def cluster(name):
    return {"ClusterId": name}


def store(name, cluster_id="cluster-a"):
    return {"CustomKeyStoreId": name, "CloudHsmClusterId": cluster_id}


def failure(ask, *arguments):
    with pytest.raises(HsmtuiError) as caught:
        list(ask(*arguments))
    return caught.value


class TestWalk:
    def test_gives_page_after_page_as_it_is_needed(self, connection, plane, asked):
        sizes = []
        for page in walk(partial(fetch_page, connection, size=15), Position()):
            sizes.append(len(page.entries))
            assert len(asked(CLUSTERS)) == len(sizes)
        assert sizes == [15, 15, 10]

    def test_ends_with_a_page_that_has_a_problem(self, connection, plane, asked):
        replies(plane, CLUSTERS, {"Clusters": [cluster("one")], "NextToken": 7})
        (page,) = walk(partial(fetch_page, connection), Position())
        assert [entry.cluster_id for entry in page.entries] == ["one"]
        assert "could not be read" in page.problem.title
        assert len(asked(CLUSTERS)) == 1

    def test_keeps_what_was_read_before_a_failure(self, connection, plane):
        plane.script(CLUSTERS, Refuse("ThrottlingException"), call=2)
        found = walk(partial(fetch_page, connection), Position())
        assert len(next(found).entries) == 25
        assert failure(lambda: found).retryable

    def test_names_each_entry_that_is_odd(self, connection, plane):
        odd = cluster("one") | {"CreateTimestamp": "x"}
        replies(plane, CLUSTERS, {"Clusters": [odd, cluster("two"), 7], "NextToken": {}})
        (page,) = walk(partial(fetch_page, connection), Position())
        one, none, token = page.problems
        assert "one: CreateTimestamp" in one.detail
        assert "entry 3, page 1" in none.detail
        assert token is page.problem
        assert {error.operation for error in page.problems} == {CLUSTERS}
        assert one.request_id == page.request_id != ""

    def test_counts_how_often_it_had_to_be_asked_again(self, connect, plane, monkeypatch):
        monkeypatch.delenv("AWS_MAX_ATTEMPTS")
        monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
        connection = connect()
        replies(plane, CLUSTERS, {"Clusters": [], "NextToken": "more"})
        plane.script(CLUSTERS, Refuse("ThrottlingException"), call=2)
        plane.script(CLUSTERS, reply_json({"Clusters": [cluster("one")]}), call=3)
        page = fetch_page(connection, Position())
        assert (page.retries, len(page.entries)) == (1, 1)


class TestBackups:
    """They are walked as clusters are."""

    def test_empty_pages_are_followed_only_so_far(self, connection, plane, asked):
        empty = ({"Backups": [], "NextToken": f"{n}"} for n in range(pages.EMPTY_PAGES + 2))
        replies(plane, BACKUPS, *empty)
        page = fetch_backups(connection, Position())
        assert len(asked(BACKUPS)) == pages.EMPTY_PAGES
        assert (page.entries, page.problem.operation) == ((), BACKUPS)

    def test_of_a_page_with_others_only_none_is_taken_and_the_walk_goes_on(self, connection, plane):
        theirs = {"BackupId": "backup-a", "ClusterId": "cluster-b"}
        ours = {"BackupId": "backup-b", "ClusterId": "cluster-a"}
        replies(plane, BACKUPS, {"Backups": [theirs], "NextToken": "m"}, {"Backups": [ours]})
        (found,) = read_all(
            partial(fetch_backups, connection), Position({"clusterIds": ("cluster-a",)})
        )
        assert found.backup_id == "backup-b"


class TestWhatIsReadWhole:
    def test_has_an_end(self, connection, plane, asked, monkeypatch):
        monkeypatch.setattr(pages, "MOST_PAGES", 3)
        endless = ({"Clusters": [cluster(f"{n}")], "NextToken": f"{n}"} for n in range(5))
        replies(plane, CLUSTERS, *endless)
        error = failure(read_all, partial(fetch_page, connection), Position())
        assert "there is more" in error.title
        assert (error.operation, len(asked(CLUSTERS))) == (CLUSTERS, 3)

    def test_may_end_with_the_last_page_that_is_read(self, connection, monkeypatch):
        monkeypatch.setattr(pages, "MOST_PAGES", 3)
        found = read_all(partial(fetch_page, connection, size=15), Position())
        assert len(list(found)) == 40

    def test_of_one_entry_stops_at_a_second(self, connection, plane, asked):
        more = ({"Clusters": [cluster("one")], "NextToken": f"{n}"} for n in range(5))
        replies(plane, CLUSTERS, *more)
        assert len(read_one(partial(fetch_page, connection), Position())) == 2
        assert len(asked(CLUSTERS)) == 2


class TestKeyStores:
    @pytest.fixture
    def used(self, plane):
        """Enough for two pages; three use the cluster."""
        listed = plane.place(*HERE).key_stores
        for number in range(120):
            listed.append(
                Store(
                    custom_key_store_id=f"cks-{number:03}",
                    custom_key_store_name=f"store {number}",
                    cloud_hsm_cluster_id="cluster-a" if number % 50 == 1 else "cluster-b",
                    custom_key_store_type="AWS_CLOUDHSM",
                    connection_state="CONNECTED",
                    creation_date=0.0,
                )
            )

    def test_of_all_pages_those_of_the_cluster_are_found(self, connection, used, asked):
        found = read_key_stores(connection, "cluster-a")
        assert found == tuple(
            KeyStore(f"cks-{number:03}", f"store {number}", "cluster-a", "CONNECTED")
            for number in (1, 51, 101)
        )
        first, second = asked(STORES)
        assert (first, list(second)) == ({}, ["Marker"])

    @pytest.mark.parametrize("truncated", [None, False, ...])
    def test_end_where_nothing_is_left_out(self, connection, plane, asked, truncated):
        answer = {"CustomKeyStores": [store("cks-1")], "NextMarker": "more"}
        replies(plane, STORES, answer if truncated is ... else answer | {"Truncated": truncated})
        assert read_key_stores(connection, "cluster-a") == (
            KeyStore("cks-1", None, "cluster-a", None),
        )
        assert len(asked(STORES)) == 1

    @pytest.mark.parametrize("truncated", [True, 1, 0, "no", {}])
    @pytest.mark.parametrize("marker", [{}, {"NextMarker": None}, {"NextMarker": ""}])
    def test_are_not_called_whole_where_more_has_no_marker(
        self, connection, plane, truncated, marker
    ):
        replies(plane, STORES, {"CustomKeyStores": [], "Truncated": truncated} | marker)
        error = failure(read_key_stores, connection, "cluster-a")
        assert "could not be read" in error.title
        assert error.operation == STORES

    def test_are_not_read_in_a_circle(self, connection, plane, asked):
        same = {"CustomKeyStores": [store("cks-1")], "Truncated": True, "NextMarker": "same"}
        plane.script(STORES, reply_json(same))
        assert "second time" in failure(read_key_stores, connection, "cluster-a").title
        assert len(asked(STORES)) == 2

    @pytest.mark.parametrize("entry", [None, 7, store("cks-1", {})])
    def test_of_which_one_cannot_be_read_are_not_known(self, connection, plane, entry):
        replies(plane, STORES, {"CustomKeyStores": [store("cks-2"), entry], "Truncated": False})
        error = failure(read_key_stores, connection, "cluster-a")
        assert "could not be read" in error.title
        assert "ntry 2, page 1" in error.detail
