"""Pages, one cluster and the one DeleteCluster, against the demo server over HTTP."""

from collections.abc import Callable
from datetime import UTC
from typing import Any

import pytest

from hsmtui.aws.clusters import delete_cluster, fetch_page, read_cluster
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import EMPTY_PAGES, Page, Position
from hsmtui.demo.records import Cluster
from hsmtui.model.gates.delete_cluster import judge_delete_cluster
from hsmtui.model.gates.gate import Reason
from tests.scripted import Gate, Refuse, Reply, Reset, ScriptedPlane, reply_json

HERE = ("111111111111", "us-east-1")
DESCRIBE = "DescribeClusters"
DELETE = "DeleteCluster"

Asked = Callable[[str], list[dict[str, Any]]]


def ids(page: Page) -> list[str]:
    return [cluster.cluster_id for cluster in page.entries]


@pytest.fixture
def listed(plane: ScriptedPlane) -> list[str]:
    """All ids in the service's order."""
    return [cluster.cluster_id for cluster in plane.place(*HERE).listed()]


@pytest.fixture
def deletable(plane: ScriptedPlane) -> Cluster:
    return next(c for c in plane.clusters(*HERE) if c.state == "ACTIVE" and not c.hsms)


class TestPages:
    def test_follow_one_another_until_the_service_says_so(self, connection, listed, asked):
        first = fetch_page(connection, Position(), 15)
        second = fetch_page(connection, first.next, 15)
        third = fetch_page(connection, second.next, 15)
        assert ids(first) + ids(second) + ids(third) == listed
        assert third.next is None
        tokens = [request.get("NextToken") for request in asked(DESCRIBE)]
        assert tokens == [None, first.next.token, second.next.token]

    @pytest.mark.parametrize(("size", "sent"), [(-3, 1), (0, 1), (7, 7), (25, 25), (100, 25)])
    def test_are_as_large_as_the_service_takes(self, connection, asked, size, sent):
        page = fetch_page(connection, Position(), size)
        assert len(page.entries) == sent
        assert asked(DESCRIBE) == [{"MaxResults": sent}]

    def test_filters_go_with_every_page(self, connection, plane, asked):
        filters = {"states": ("ACTIVE", "DEGRADED")}
        first = fetch_page(connection, Position(filters), 10)
        second = fetch_page(connection, first.next, 10)
        sent = [request["Filters"] for request in asked(DESCRIBE)]
        assert sent == [{"states": ["ACTIVE", "DEGRADED"]}] * 2
        assert {c.state for c in (*first.entries, *second.entries)} <= {"ACTIVE", "DEGRADED"}

    def test_a_failure_leaves_the_position_as_it_was(self, connection, plane, listed, asked):
        first = fetch_page(connection, Position(), 15)
        plane.script(DESCRIBE, Refuse("ThrottlingException"), call=1)
        with pytest.raises(HsmtuiError) as caught:
            fetch_page(connection, first.next, 15)
        assert caught.value.retryable
        again = fetch_page(connection, first.next, 15)
        assert ids(again) == listed[15:30]
        assert asked(DESCRIBE)[1] == asked(DESCRIBE)[2]

    def test_an_empty_page_with_a_token_is_followed(self, connection, plane, listed, asked):
        for call, token in enumerate(("one", "two"), 1):
            plane.script(DESCRIBE, reply_json({"Clusters": [], "NextToken": token}), call=call)
        plane.script(DESCRIBE, reply_json({"Clusters": [{"ClusterId": "here"}]}), call=3)
        assert ids(fetch_page(connection, Position())) == ["here"]
        assert [request.get("NextToken") for request in asked(DESCRIBE)] == [None, "one", "two"]

    def test_empty_pages_are_followed_only_so_far(self, connection, plane, asked):
        for call in range(1, EMPTY_PAGES + 3):
            plane.script(
                DESCRIBE, reply_json({"Clusters": [], "NextToken": f"token {call}"}), call=call
            )
        page = fetch_page(connection, Position())
        assert len(asked(DESCRIBE)) == EMPTY_PAGES
        assert (page.entries, page.next.token) == ((), f"token {EMPTY_PAGES}")
        assert page.problem.retryable
        assert page.problem.operation == DESCRIBE

    def test_a_token_that_comes_again_ends_the_listing(self, connection, plane, asked):
        same = reply_json({"Clusters": [{"ClusterId": "one"}], "NextToken": "same"})
        plane.script(DESCRIBE, same)
        first = fetch_page(connection, Position())
        assert first.problem is None
        second = fetch_page(connection, first.next)
        assert (ids(second), second.next) == (["one"], None)
        assert "token" in second.problem.title
        assert len(asked(DESCRIBE)) == 2

    @pytest.mark.parametrize("token", [None, ""])
    def test_no_token_ends_it_too(self, connection, plane, token):
        plane.script(DESCRIBE, reply_json({"Clusters": [], "NextToken": token}))
        assert fetch_page(connection, Position())[:3] == Page((), None)[:3]

    def test_a_time_without_a_zone_means_utc(self, connection, plane):
        answer = {"ClusterId": "one", "CreateTimestamp": "2026-02-01T10:00:00"}
        plane.script(DESCRIBE, reply_json({"Clusters": [answer]}))
        (cluster,) = fetch_page(connection, Position()).entries
        assert cluster.create_timestamp.tzinfo is UTC
        assert cluster.create_timestamp.isoformat() == "2026-02-01T10:00:00+00:00"


class TestAnswersOfAnotherShape:
    @pytest.mark.parametrize("value", [{}, "", 0, 7, [None], ["hsm-1"], [{}], "none", {"a": 1}])
    def test_a_list_of_hsms_that_is_none_is_odd(self, connection, plane, value):
        """Read as an empty list it would open the gate of a delete."""
        plane.script(DESCRIBE, reply_json({"Clusters": [{"ClusterId": "one", "Hsms": value}]}))
        (found,) = read_cluster(connection, "one")
        assert {odd.member for odd in found.odd} == {"Hsms"}
        assert judge_delete_cluster("one", [found], why_read_only="").reason is Reason.UNCHECKED

    def test_a_list_of_hsms_that_comes_twice_is_odd(self, connection, plane):
        """The last one counts for most readers of JSON, and it may be the empty one."""
        twice = b'{"Clusters": [{"ClusterId": "one", "Hsms": [{"HsmId": "h"}], "Hsms": []}]}'
        plane.script(DESCRIBE, Reply(twice))
        (found,) = read_cluster(connection, "one")
        assert judge_delete_cluster("one", [found], why_read_only="").reason is Reason.UNCHECKED

    @pytest.mark.parametrize(
        "entry", [None, [], 7, "one", {}, {"ClusterId": ""}, {"State": "ACTIVE"}]
    )
    def test_an_entry_without_an_id_is_one_entry(self, connection, plane, entry):
        plane.script(DESCRIBE, reply_json({"Clusters": [entry, {"ClusterId": "one"}, entry]}))
        first, one, last = fetch_page(connection, Position()).entries
        assert (one.cluster_id, one.odd) == ("one", ())
        assert first.cluster_id != last.cluster_id
        assert not first.has_id

    @pytest.mark.parametrize(
        "time", [1e20, 10**4000, float("inf"), float("nan"), 1735689600000, "yesterday"]
    )
    def test_a_time_out_of_range_is_no_word_on_credentials(self, connection, plane, time):
        plane.script(
            DESCRIBE,
            reply_json(
                {"Clusters": [{"ClusterId": "one", "CreateTimestamp": time}, {"ClusterId": "two"}]}
            ),
        )
        one, two = fetch_page(connection, Position()).entries
        assert [odd.path for odd in one.odd] == ["CreateTimestamp"]
        assert two.odd == ()

    def test_bytes_that_are_no_utf_8_hide_nothing_else(self, connection, plane):
        plane.script(DESCRIBE, Reply(b'{"Clusters": [{"ClusterId": "one", "State": "\xe9"}]}'))
        (one,) = fetch_page(connection, Position()).entries
        assert one.state == "\udce9"

    def test_half_of_a_surrogate_pair_is_no_other_shape(self, connection, plane):
        """JSON can escape it and botocore takes it: one odd tag must not hide the whole list."""
        tag = {"Key": "a\ud800b", "Value": "\udfff"}
        plane.script(DESCRIBE, reply_json({"Clusters": [{"ClusterId": "one", "TagList": [tag]}]}))
        assert ids(fetch_page(connection, Position())) == ["one"]

    @pytest.mark.parametrize("status", [201, 202, 203, 206, 226, 299])
    @pytest.mark.parametrize("value", [{}, ""])
    def test_nor_is_it_taken_under_another_status(self, connection, plane, status, value):
        """The parser believes every status below 300."""
        answer = {"Clusters": [{"ClusterId": "one", "Hsms": value}]}
        plane.script(DESCRIBE, reply_json(answer, status))
        (found,) = read_cluster(connection, "one")
        assert found.is_odd_in("Hsms")

    @pytest.mark.parametrize("token", [0, False, {}, [], ["more"]])
    def test_a_token_that_is_none_does_not_end_the_listing(self, connection, plane, token):
        """The next page could show the HSMs."""
        answer = {"Clusters": [{"ClusterId": "one", "Hsms": []}], "NextToken": token}
        plane.script(DESCRIBE, reply_json(answer))
        page = fetch_page(connection, Position())
        assert ids(page) == ["one"]
        assert "could not be read" in page.problem.title
        with pytest.raises(HsmtuiError) as caught:
            read_cluster(connection, "one")
        assert "could not be read" in caught.value.title

    @pytest.mark.parametrize("cluster", [{"ClusterId": "one"}, {"ClusterId": "one", "Hsms": None}])
    def test_no_list_of_hsms_is_not_an_empty_one(self, connection, plane, cluster):
        plane.script(DESCRIBE, reply_json({"Clusters": [cluster]}))
        (found,) = read_cluster(connection, "one")
        assert found.hsms is None

    @pytest.mark.parametrize(
        "reply",
        [
            reply_json({}),
            reply_json([]),
            reply_json("clusters"),
            reply_json({"Clusters": None}),
            reply_json({"Clusters": {}}),
            reply_json({"Clusters": "none"}),
            Reply(b'{"Clusters": [{"ClusterId": "one", "TagList": ' + b"[" * 100_000),
            Reply(b'{"Clusters": [{"ClusterId": "one"}], "Clusters": []}'),
            Reply(b'{"Clusters": [], "NextToken": "more", "NextToken": null}'),
            Reply(b""),
            Reply(b'{"Clusters": [{"Clus'),
            Reply(b"\xff\xfe\x00"),
            Reply(b"<html>Sign in to the proxy</html>", content_type="text/html"),
        ],
    )
    @pytest.mark.usefixtures("no_collection")
    def test_is_an_error_that_a_person_can_act_on(self, connection, plane, reply):
        plane.script(DESCRIBE, reply)
        with pytest.raises(HsmtuiError) as caught:
            fetch_page(connection, Position())
        error = caught.value
        assert "could not be read" in error.title
        assert error.detail
        assert error.remedy
        assert error.operation == DESCRIBE

    def test_html_of_a_proxy_with_a_5xx_names_the_status(self, connection, plane):
        html = b"<html>Service Unavailable</html>"
        plane.script(DESCRIBE, Reply(html, status=503, content_type="text/html"))
        with pytest.raises(HsmtuiError) as caught:
            fetch_page(connection, Position())
        assert "503" in str(caught.value)
        assert caught.value.retryable
        assert caught.value.remedy


class TestOneCluster:
    def test_is_asked_for_by_its_id(self, connection, listed, asked):
        (found,) = read_cluster(connection, listed[3])
        assert found.cluster_id == listed[3]
        assert [request["Filters"] for request in asked(DESCRIBE)] == [{"clusterIds": [listed[3]]}]

    def test_that_is_not_there_is_no_cluster(self, connection):
        assert read_cluster(connection, "cluster-aaaaaaaaaaa") == ()

    def test_all_that_comes_for_the_id_is_kept(self, connection, plane):
        def reply(name: str, **more: str) -> Reply:
            return reply_json({"Clusters": [{"ClusterId": name}], **more})

        plane.script(DESCRIBE, reply("one", NextToken="more"), call=1)
        plane.script(DESCRIBE, reply("one"), call=2)
        assert [c.cluster_id for c in read_cluster(connection, "one")] == ["one", "one"]

    def test_is_not_asked_for_on_and_on(self, connection, plane, asked):
        for call in range(1, 10):
            answer = {"Clusters": [{"ClusterId": "one", "Hsms": []}], "NextToken": f"token {call}"}
            plane.script(DESCRIBE, reply_json(answer), call=call)
        assert len(read_cluster(connection, "one")) == 2
        assert len(asked(DESCRIBE)) == 2

    def test_a_listing_without_end_is_no_answer(self, connection, plane):
        plane.script(DESCRIBE, reply_json({"Clusters": [], "NextToken": "again"}))
        with pytest.raises(HsmtuiError):
            read_cluster(connection, "one")


class TestDelete:
    @pytest.fixture(autouse=True)
    def retries_as_usual(self, connection, monkeypatch):
        """The environment's wish for more attempts does not count for a delete."""
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "5")

    def test_answers_with_the_cluster(self, connection, deletable, asked):
        answer = delete_cluster(connection, deletable.cluster_id).entry
        assert (answer.cluster_id, answer.state) == (deletable.cluster_id, "DELETE_IN_PROGRESS")
        assert asked(DELETE) == [{"ClusterId": deletable.cluster_id}]

    @pytest.mark.parametrize(
        ("fault", "refused"),
        [
            (Refuse("CloudHsmInternalFailureException", status=500), False),
            (Refuse("CloudHsmInternalFailureException", status=500, carried_out=True), False),
            (Reply(b"<html/>", status=503, content_type="text/html"), False),
            (Reply(b"", status=504), False),
            (Reply(b"{", carried_out=True), False),
            (reply_json({}), False),
            (reply_json({"Cluster": {}}), False),
            (reply_json({"Cluster": {"ClusterId": "another", "State": "DELETED"}}), False),
            (Reply(b"[" * 100_000, carried_out=True), False),
            (Reply(b"<html>Blocked</html>", 403, "text/html", carried_out=True), False),
            (Reply(b"", status=408, carried_out=True), False),
            (Reply(b"{}", status=400, carried_out=True), False),
            (Refuse("RequestTimeoutException", status=408, carried_out=True), False),
            (Refuse("CloudHsmInternalFailureException", carried_out=True), False),
            (Reset(), False),
            (Reset(sent=0), False),
            (Reset(sent=20), False),
            (Refuse("ThrottlingException"), True),
            (Refuse("TooManyRequestsException", status=429), True),
            (Refuse("CloudHsmInvalidRequestException", "It has HSMs."), True),
            (Refuse("CloudHsmResourceNotFoundException"), True),
            (Refuse("AccessDeniedException"), True),
        ],
    )
    @pytest.mark.usefixtures("no_collection")
    def test_is_sent_once_whatever_happens(
        self, connection, plane, deletable, asked, fault, refused
    ):
        plane.script(DELETE, fault)
        with pytest.raises(HsmtuiError) as caught:
            delete_cluster(connection, deletable.cluster_id)
        assert len(asked(DELETE)) == 1
        assert (caught.value.unsent, caught.value.refused) == (False, refused)
        assert caught.value.operation == DELETE

    def test_is_sent_once_where_no_answer_comes(self, connection, plane, deletable, asked):
        plane.script(DELETE, Gate())
        with pytest.raises(HsmtuiError) as caught:
            delete_cluster(connection, deletable.cluster_id)
        plane.clear_scripts()
        assert len(asked(DELETE)) == 1
        assert (caught.value.unsent, caught.value.refused) == (False, False)
        assert caught.value.retryable

    def test_that_reaches_nobody_was_not_sent(self, connect, server, deletable, asked):
        connection: Connection = connect(endpoint_url="http://127.0.0.1:1")
        with pytest.raises(HsmtuiError) as caught:
            delete_cluster(connection, deletable.cluster_id)
        assert (caught.value.unsent, caught.value.refused) == (True, False)
        assert asked(DELETE) == []

    def test_that_cannot_be_signed_was_not_sent(self, connection, deletable, asked, monkeypatch):
        credentials = connection._session.credentials
        monkeypatch.setattr(type(credentials), "get_frozen_credentials", lambda _: None)
        with pytest.raises(HsmtuiError) as caught:
            delete_cluster(connection, deletable.cluster_id)
        assert caught.value.unsent
        assert asked(DELETE) == []
