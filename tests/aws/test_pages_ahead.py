"""Pages that are read on while those that came are taken in: their order, and when it ends."""

import asyncio
import threading
from itertools import chain

import pytest

from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import Page, Position
from hsmtui.aws.pages_ahead import PagesAhead
from hsmtui.aws.threads import Pool, submit
from hsmtui.model.cluster import Cluster

PAGES = 50
REFUSED = HsmtuiError(title="refused", operation="DescribeClusters")


class Service:
    """Lists pages of one cluster each; `ends` says what stands in place of a page, by number."""

    def __init__(self, **ends):
        self.asked = []
        self._ends = ends

    def fetch(self, position):
        number = int(position.token or 1)
        self.asked.append(number)
        end = self._ends.get(f"page_{number}")
        if end is REFUSED:
            raise end
        after = Position(token=str(number + 1)) if number < PAGES else None
        return Page((Cluster(cluster_id=f"cluster-{number}"),), after, end)


async def read(service, ask=submit):
    """What is handed over, until the end or a failure, which is last."""
    handed = []
    with PagesAhead(ask, service.fetch, Position()) as ahead:
        try:
            while pages := await ahead.next():
                handed.append([int(page.entries[0].cluster_id[8:]) for page in pages])
        except HsmtuiError as error:
            handed.append(error)
    return handed


@pytest.mark.parametrize("ask", [submit, Pool(1).submit], ids=["threads", "pool"])
def test_all_come_in_their_order_and_many_together(ask):
    service = Service()
    handed = asyncio.run(read(service, ask))
    assert [*chain(*handed)] == service.asked == [*range(1, PAGES + 1)]
    assert len(handed) < PAGES


def test_a_failure_is_raised_after_what_came_before():
    service = Service(page_4=REFUSED)
    *handed, failure = asyncio.run(read(service))
    assert [*chain(*handed)] == [1, 2, 3]
    assert failure is REFUSED
    assert service.asked == [1, 2, 3, 4]


def test_a_thread_that_cannot_be_started_is_a_failure():
    service = Service()

    def ask(call, *args):
        if len(service.asked) == 2:
            raise HsmtuiError(title="no more threads")
        return submit(call, *args)

    *handed, failure = asyncio.run(asyncio.wait_for(read(service, ask), 10))
    assert [*chain(*handed)] == [1, 2]
    assert failure.title == "no more threads"


def test_nothing_follows_a_page_with_a_problem():
    service = Service(page_3=HsmtuiError(title="a token twice"))
    assert [*chain(*asyncio.run(read(service)))] == service.asked == [1, 2, 3]


def test_nothing_is_asked_once_it_is_left():
    service, on_its_way, may_go_on = Service(), threading.Event(), threading.Event()
    reading = []

    def ask(call, *args):
        reading.append(future := submit(call, *args))
        return future

    def fetch(position):
        if position.token == "2":
            on_its_way.set()
            may_go_on.wait(30)
        return service.fetch(position)

    async def leave():
        with PagesAhead(ask, fetch, Position()) as ahead:
            assert len(await ahead.next()) == 1
            await asyncio.to_thread(on_its_way.wait, 30)

    asyncio.run(leave())  # the loop is closed when the page comes
    may_go_on.set()
    assert [future.result(30) for future in reading] == [None, None]
    assert service.asked == [1, 2]
