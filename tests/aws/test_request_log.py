"""The ids of the last requests of a connection, whatever their answers were."""

import pytest

from hsmtui.aws.clusters import delete_cluster, fetch_page
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import Position
from tests.scripted import Refuse


def test_every_answer_is_kept_with_its_id(connection, plane):
    page = fetch_page(connection, Position())
    plane.script("DescribeClusters", Refuse("OddException", "No."))
    with pytest.raises(HsmtuiError) as refused:
        fetch_page(connection, Position())
    connection.ask_caller()
    with pytest.raises(HsmtuiError) as undeletable:
        delete_cluster(connection.pinned(), "cluster-22222222222")
    kept = [(a.operation, a.status, a.request_id) for a in connection.requests.last()]
    asked = connection.requests.last()[2]
    assert asked.request_id
    assert kept == [
        ("DescribeClusters", 200, page.request_id),
        ("DescribeClusters", 400, refused.value.request_id),
        ("GetCallerIdentity", 200, asked.request_id),
        ("DeleteCluster", 400, undeletable.value.request_id),
    ]
    assert len({request_id for _, _, request_id in kept}) == 4


def test_looks_do_not_push_out_what_was_changed(connection):
    with pytest.raises(HsmtuiError) as undeletable:
        delete_cluster(connection.pinned(), "cluster-22222222222")
    for _ in range(3):
        fetch_page(connection, Position())
    first, *others = connection.requests.last(others_kept=2)
    assert first.request_id == undeletable.value.request_id
    assert [other.operation for other in others] == ["DescribeClusters"] * 2


def test_the_page_after_an_empty_one_has_its_own_id(connection):
    first = fetch_page(connection, Position(), 5)
    second = fetch_page(connection, first.next, 5)
    assert [a.request_id for a in connection.requests.last()] == [
        first.request_id,
        second.request_id,
    ]
