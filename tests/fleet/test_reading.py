"""All of a place read at once: what is kept where not all of it can be read."""

import pytest

from hsmtui.aws.place import Place, Terms
from hsmtui.fleet.reading import read_place
from hsmtui.model.filter.query import parse
from tests.scripted import Refuse, reply_json

CLUSTERS, BACKUPS = "DescribeClusters", "DescribeBackups"
DENIED = Refuse("AccessDeniedException", "no")


@pytest.fixture
def read(server, aws_files, clock):
    """Reads the well-filled place of 40 clusters; `progress` has what was told meanwhile."""
    aws_files(server.url)

    def read(query="", profile="demo", *, with_backups=True):
        read.progress = []
        reading = read_place(
            Place(profile, "us-east-1", explicit=True),
            Terms(lambda *_: "", read_timeout=60.0),
            parse(query),
            clock.now,
            read.progress.append,
            with_backups=with_backups,
        )
        if reading.connection is not None:
            reading.connection.client.close()
        return reading

    return read


def operations(reading):
    return [error.operation for error in reading.problems]


def test_clusters_and_backups_are_read_page_by_page(read, plane, asked):
    reading = read()
    listed = [c.cluster_id for c in plane.place("111111111111", "us-east-1").listed()]
    assert [row.cluster.cluster_id for row in reading.rows] == listed
    assert (reading.pages, reading.problems) == (2, ())
    assert reading.connection.account == "111111111111"
    assert reading.backups.number == sum(map(len, reading.backups.of_cluster.values()))
    assert len(asked(BACKUPS)) > 1
    assert read.progress[:4] == [
        *("connecting", "asking who you are"),
        *("page 1, 0 clusters ...", "page 2, 25 clusters ..."),
    ]
    assert read.progress[4:6] == ["40 clusters, 0 backups ...", "40 clusters, 50 backups ..."]


def test_the_service_filters_and_backups_are_left_out_where_nobody_needs_them(read, asked):
    reading = read("state:DEGRADED", with_backups=False)
    assert {row.cluster.state for row in reading.rows} == {"DEGRADED"}
    assert (reading.backups, asked(BACKUPS)) == (None, [])
    assert reading.backups_of(reading.connection, "any") is None
    assert asked(CLUSTERS)[0]["Filters"] == {"states": ["DEGRADED"]}
    assert read("vpc:vpc-00000000").rows == ()
    assert asked(BACKUPS) == []


def test_a_place_that_cannot_be_opened_has_nothing(read):
    reading = read(profile="no-such-profile")
    assert (reading.connection, reading.rows, reading.pages) == (None, (), 0)
    assert [error.code for error in reading.problems] == ["ProfileNotFound"]


def test_a_page_that_fails_keeps_those_before_it(read, plane):
    plane.script(CLUSTERS, DENIED, call=2)
    plane.script(BACKUPS, DENIED, call=2)
    reading = read()
    assert (len(reading.rows), reading.pages) == (25, 1)
    assert reading.backups is None
    assert operations(reading) == [CLUSTERS, BACKUPS]


@pytest.mark.parametrize("entry", [None, {"BackupId": "backup-a", "ClusterId": {}}])
def test_an_odd_backup_that_may_be_of_any_cluster_leaves_all_unknown(read, plane, entry):
    plane.script(BACKUPS, reply_json({"Backups": [entry]}))
    reading = read()
    assert (reading.backups, operations(reading)) == (None, [BACKUPS])


def test_an_odd_backup_of_a_known_cluster_leaves_the_others(read, plane):
    odd = {"BackupId": "backup-a", "ClusterId": "cluster-a", "CreateTimestamp": "x"}
    plane.script(BACKUPS, reply_json({"Backups": [odd]}))
    reading = read()
    assert operations(reading) == [BACKUPS]
    assert len(reading.backups_of(reading.connection, "cluster-a")) == 1
    assert reading.backups_of(reading.connection, "cluster-b") == ()


def test_backups_without_an_end_are_not_the_whole(read, plane):
    plane.script(BACKUPS, reply_json({"Backups": [{"BackupId": "a"}], "NextToken": "same"}))
    reading = read()
    assert reading.backups is None
    assert "second time" in reading.problems[-1].title
