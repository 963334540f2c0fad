"""All of some places read at once: what is kept where not all of them can be read."""

import threading
from collections import Counter

import pytest

from hsmtui.aws.connect import begin_all
from hsmtui.aws.place import Place, Terms
from hsmtui.aws.threads import Pool
from hsmtui.demo.errors import ServiceError
from hsmtui.fleet.reading import ReadingStatus, read_places
from hsmtui.model.filter.query import parse
from tests.scripted import At, Gate, Refuse, Reset, Run, reply_json

CLUSTERS, BACKUPS = "DescribeClusters", "DescribeBackups"
DENIED = Refuse("AccessDeniedException", "no")
HERE = ("111111111111", "us-east-1")
OTHERS = """
[profile same]
endpoint_url = {url}
aws_access_key_id = AKIASAME111111111111
aws_secret_access_key = demo

[profile other]
endpoint_url = {url}
aws_access_key_id = AKIADEMO555555555555
aws_secret_access_key = demo
"""


@pytest.fixture
def progress():
    """What was told while something was read."""
    return []


@pytest.fixture
def read_all(server, aws_files, clock, progress, read_timeout):
    """Reads places given by profile and region."""
    aws_files(server.url, OTHERS.format(url=server.url))

    def read_all(*places, query="", with_backups=True, parallel=4):
        progress.clear()
        pool = Pool(parallel)
        wanted = [Place(profile, region, explicit=True) for profile, region in places]
        terms = Terms(lambda *_: "", read_timeout=read_timeout)
        openings = begin_all(wanted, parse(query).server_filters, 25, terms, pool)
        readings = read_places(
            openings, clock.now, progress.append, pool, with_backups=with_backups
        )
        for connection in filter(None, (reading.connection for reading in readings)):
            connection.client.close()
        return readings

    return read_all


@pytest.fixture
def read(read_all):
    """Reads the well-filled place of 40 clusters."""

    def read(query="", profile="demo", *, with_backups=True):
        (reading,) = read_all((profile, HERE[1]), query=query, with_backups=with_backups)
        return reading

    return read


def operations(reading):
    return [error.operation for error in reading.problems]


def test_clusters_and_backups_are_read_page_by_page(read, progress, plane, asked):
    reading = read()
    listed = [c.cluster_id for c in plane.place("111111111111", "us-east-1").listed()]
    assert [row.cluster.cluster_id for row in reading.rows] == listed
    assert (reading.pages, reading.problems) == (2, ())
    assert reading.connection.account == "111111111111"
    assert reading.backups.number == sum(map(len, reading.backups.of_cluster.values()))
    assert len(asked(BACKUPS)) > 1
    assert progress[:4] == [
        *("connecting", "page 1, 0 clusters ..."),
        *("asking who you are", "page 2, 25 clusters ..."),
    ]
    assert progress[4:6] == ["40 clusters, 0 backups ...", "40 clusters, 50 backups ..."]


def test_the_service_filters_and_backups_are_left_out_where_nobody_needs_them(read, asked):
    reading = read("state:DEGRADED", with_backups=False)
    assert {row.cluster.state for row in reading.rows} == {"DEGRADED"}
    assert (reading.backups, asked(BACKUPS)) == (None, [])
    assert reading.backups_of("any") is None
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
    assert len(reading.backups_of("cluster-a")) == 1
    assert reading.backups_of("cluster-b") == ()


def test_backups_without_an_end_are_not_the_whole(read, plane):
    plane.script(BACKUPS, reply_json({"Backups": [{"BackupId": "a"}], "NextToken": "same"}))
    reading = read()
    assert reading.backups is None
    assert "second time" in reading.problems[-1].title


REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-1")


def ids(reading):
    return [row.cluster.cluster_id for row in reading.rows]


def listed(plane, account, region):
    return [cluster.cluster_id for cluster in plane.place(account, region).listed()]


def test_each_place_has_its_own_in_the_order_of_the_places(read_all, plane, progress):
    gate = Gate()
    plane.script(CLUSTERS, gate, at=At(*HERE), call=1)
    asked = threading.Semaphore(0)
    plane.script(CLUSTERS, Run(asked.release))

    def let_go():
        for _ in REGIONS[1:]:
            assert asked.acquire(timeout=60)
        gate.release()

    threading.Thread(target=let_go, daemon=True).start()
    readings = read_all(*(("demo", region) for region in REGIONS), with_backups=False)
    assert [each.place.region for each in readings] == list(REGIONS)
    for each in readings:
        assert ids(each) == listed(plane, HERE[0], each.place.region)
    assert {each.status for each in readings} == {ReadingStatus.OK}
    assert progress[0] == "0 of 5 places"
    assert progress[-1] == "5 of 5 places"
    assert all(words.endswith(" places") for words in progress)


def test_sts_is_asked_once_a_profile_and_backups_where_there_are_clusters(read_all, plane):
    places = [(profile, region) for profile in ("demo", "other") for region in REGIONS]
    readings = read_all(*places)
    counts = Counter((r.operation, r.account) for r in plane.requests)
    assert counts["GetCallerIdentity", HERE[0]] == 1
    assert counts["GetCallerIdentity", "555555555555"] == 1
    assert [each.connection.account for each in readings] == [HERE[0]] * 5 + ["555555555555"] * 5
    filled = {(each.connection.account, each.place.region) for each in readings if each.rows}
    with_backups = {(r.account, r.region) for r in plane.requests if r.operation == BACKUPS}
    assert with_backups == filled
    assert len(filled) < len(places)


def test_two_profiles_of_an_account_have_each_cluster_once(read_all, plane, asked):
    first, other, second = read_all(("demo", HERE[1]), ("demo", "eu-west-1"), ("same", HERE[1]))
    assert ids(first) == listed(plane, *HERE)
    assert (second.rows, second.same_as, second.status) == ((), "demo", ReadingStatus.OK)
    assert (first.same_as, other.same_as, second.backups) == ("", "", None)
    pages = -(-first.backups.number // 50) + -(-other.backups.number // 50)
    assert len(asked(BACKUPS)) == pages


def test_a_cluster_says_that_two_profiles_are_of_one_account_where_sts_does_not(read_all, plane):
    plane.script("GetCallerIdentity", DENIED)
    first, second = read_all(("demo", HERE[1]), ("same", HERE[1]), with_backups=False)
    assert (first.connection.account, second.connection.account) == (None, None)
    assert ids(first) == listed(plane, *HERE)
    assert (second.rows, second.same_as) == ((), "demo")


def test_what_the_first_profile_could_not_read_counts_for_the_second(read_all, plane, monkeypatch):
    handler = plane.handler

    def second_page_is_denied_to_the_first(call):
        if call.caller.key.startswith("AKIADEMO") and "NextToken" in call.parameters:
            return lambda call: call.refused(ServiceError("AccessDeniedException", "no", 400))
        return handler(call)

    monkeypatch.setattr(plane, "handler", second_page_is_denied_to_the_first)
    first, second = read_all(("demo", HERE[1]), ("same", HERE[1]), with_backups=False)
    assert (first.status, second.status) == (ReadingStatus.NOT_WHOLE, ReadingStatus.OK)
    assert second.same_as == ""
    assert [*ids(first), *ids(second)] == listed(plane, *HERE)
    assert len(ids(first)) == 25


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (DENIED, ReadingStatus.NOT_READ),
        (Reset(), ReadingStatus.NOT_READ),
        (Refuse("OptInRequired", "no"), ReadingStatus.NOT_ENABLED),
    ],
)
def test_a_place_that_fails_leaves_the_others_whole(read_all, plane, progress, fault, status):
    plane.script(CLUSTERS, fault, at=At(HERE[0], "us-west-2"))
    readings = read_all(*(("demo", region) for region in REGIONS), ("nobody", HERE[1]))
    assert [each.status for each in readings] == [
        *(ReadingStatus.OK, status, ReadingStatus.OK, ReadingStatus.OK, ReadingStatus.OK),
        ReadingStatus.NOT_READ,
    ]
    assert readings[1].connection.account == HERE[0]
    assert readings[5].problems[0].code == "ProfileNotFound"
    failed = 1 + (status is not ReadingStatus.NOT_ENABLED)
    assert progress[-1] == f"backups in 4 of 4 places, {failed} failed"


@pytest.mark.parametrize(
    ("region", "status"),
    [("me-south-1", ReadingStatus.NOT_ENABLED), ("eu-west-1", ReadingStatus.NOT_READ)],
)
def test_keys_that_sts_knows_and_a_region_does_not(read_all, plane, region, status):
    unknown = Refuse("UnrecognizedClientException", "The security token is invalid.")
    plane.script(CLUSTERS, unknown, at=At(HERE[0], region))
    first, second = read_all(("demo", region), ("demo", HERE[1]))
    assert (first.status, second.status) == (status, ReadingStatus.OK)


def test_no_more_requests_than_allowed_at_a_time(read_all, plane):
    under_way, most, arrived, go_on = 0, 0, threading.Semaphore(0), threading.Event()
    lock = threading.Lock()

    def meet():
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        arrived.release()
        assert go_on.wait(60)
        with lock:
            under_way -= 1

    def let_go():
        for _ in range(3):
            assert arrived.acquire(timeout=60)
        go_on.set()

    for operation in (CLUSTERS, BACKUPS, "GetCallerIdentity"):
        plane.script(operation, Run(meet))
    threading.Thread(target=let_go, daemon=True).start()
    read_all(*(("demo", region) for region in REGIONS), parallel=3)
    assert most == 3


def test_a_cluster_is_one_also_where_sts_does_not_say_of_which_account(read_all, plane):
    plane.script("GetCallerIdentity", Refuse("InternalFailure", status=500))
    first, second, other = read_all(("demo", HERE[1]), ("same", HERE[1]), ("other", HERE[1]))
    assert [each.connection.account for each in (first, second, other)] == [None] * 3
    assert (len(first.rows), second.rows, second.same_as) == (40, (), "demo")
    assert other.same_as == ""
