"""Calls on threads: how many at a time, in what order, and what gives its slot away meanwhile."""

import asyncio
import subprocess
import sys
import threading

import pytest

from hsmtui.aws.threads import Pool, Turns, away, submit

PATIENCE = 20.0


class Meter:
    """Counts the calls that are under way; they end when the test says so."""

    def __init__(self) -> None:
        self.under_way = 0
        self.most = 0
        self.arrivals = threading.Semaphore(0)
        self.leave = threading.Semaphore(0)
        self._lock = threading.Lock()

    def call(self, value: object = None) -> object:
        with self._lock:
            self.under_way += 1
            self.most = max(self.most, self.under_way)
        self.arrivals.release()
        self.leave.acquire(timeout=PATIENCE)
        with self._lock:
            self.under_way -= 1
        return value

    def arrived(self, number: int) -> bool:
        return all(self.arrivals.acquire(timeout=PATIENCE) for _ in range(number))


class TestPool:
    def test_has_so_many_under_way_and_no_more(self):
        pool, meter = Pool(3), Meter()
        calls = [pool.submit(meter.call, number) for number in range(20)]
        assert meter.arrived(3)
        assert not meter.arrivals.acquire(blocking=False)
        for _ in calls:
            meter.leave.release()
        assert [call.result(PATIENCE) for call in calls] == list(range(20))
        assert meter.most == 3

    def test_begins_calls_in_the_order_in_which_they_were_given(self):
        pool, begun = Pool(1), []
        calls = [pool.submit(begun.append, number) for number in range(50)]
        for call in calls:
            call.result(PATIENCE)
        assert begun == list(range(50))

    def test_gives_what_was_raised(self):
        def fail() -> None:
            raise LookupError("nothing there")

        with pytest.raises(LookupError, match="nothing there"):
            Pool(1).submit(fail).result(PATIENCE)

    def test_a_call_that_has_not_begun_can_be_cancelled(self):
        pool, meter, begun = Pool(1), Meter(), []
        first, second = pool.submit(meter.call), pool.submit(begun.append, "second")
        third = pool.submit(begun.append, "third")
        assert meter.arrived(1)
        assert second.cancel()
        assert not first.cancel()
        meter.leave.release()
        third.result(PATIENCE)
        assert begun == ["third"]

    def test_who_is_no_longer_waited_for_gives_the_slot_to_the_next(self):
        async def leave() -> None:
            pool, meter = Pool(1), Meter()
            first, second = (asyncio.wrap_future(pool.submit(meter.call, n)) for n in (1, 2))
            await asyncio.to_thread(meter.arrived, 1)
            for awaited in (first, second):
                awaited.cancel()
            meter.leave.release()
            assert await asyncio.wrap_future(pool.submit(str, 3)) == "3"
            assert meter.most == 1

        asyncio.run(leave())

    def test_a_call_that_waits_for_something_else_gives_its_slot_to_the_next(self):
        pool, person, meter = Pool(1), threading.Event(), Meter()

        def asks_somebody() -> str:
            with away(), away():
                person.wait(PATIENCE)
            return str(meter.call("answered"))

        waiting = pool.submit(asks_somebody)
        others = [pool.submit(meter.call) for _ in range(5)]
        for other in others:
            assert meter.arrived(1)
            meter.leave.release()
            other.result(PATIENCE)
        person.set()
        assert meter.arrived(1)
        meter.leave.release()
        assert waiting.result(PATIENCE) == "answered"
        assert meter.most == 1

    def test_who_comes_back_waits_for_a_slot(self):
        pool, person, meter = Pool(2), threading.Event(), Meter()
        asked = threading.Semaphore(0)

        def asks_somebody() -> None:
            with away():
                asked.release()
                person.wait(PATIENCE)
            meter.call()

        waiting = [pool.submit(asks_somebody) for _ in range(6)]
        assert all(asked.acquire(timeout=PATIENCE) for _ in waiting)
        others = [pool.submit(meter.call) for _ in range(2)]
        assert meter.arrived(2)
        person.set()
        for _ in (*waiting, *others):
            meter.leave.release()
        for call in (*waiting, *others):
            call.result(PATIENCE)
        assert meter.most == 2

    def test_is_left_while_calls_hang(self):
        code = (
            "import threading; from hsmtui.aws.threads import Pool; pool = Pool(2);"
            "[pool.submit(threading.Event().wait) for _ in range(9)]; print('left')"
        )
        left = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE
        )
        assert (left.returncode, left.stdout) == (0, "left\n")


def test_away_from_no_pool_is_nothing():
    with away():
        assert submit(str, 1).result(PATIENCE) == "1"


class TestTurns:
    def test_go_to_the_lowest_number_that_waits(self):
        turns, taken = Turns(PATIENCE), []
        held, threads = threading.Event(), []

        def take(number: int) -> None:
            with turns.turn(number), turns.turn():  # in a turn there is no other
                taken.append(number)

        def hold() -> None:
            with turns.turn(99):
                held.wait(PATIENCE)

        holder = submit(hold)
        while turns._now is None:
            pass
        for at, number in enumerate((5, 3, 8, 1), 1):
            threads.append(submit(take, number))
            while len(turns._waiting) < at:
                pass
        held.set()
        for thread in (holder, *threads):
            thread.result(PATIENCE)
        assert taken == [1, 3, 5, 8]
        assert turns._now is None

    def test_one_is_over_where_its_thread_waits_too_long(self):
        """It may wait for what a thread without a turn is to do."""
        turns, meter = Turns(0.01), Meter()

        def hold() -> None:
            with turns.turn():
                meter.call()

        calls = [submit(hold) for _ in range(3)]
        assert meter.arrived(3)
        for _ in calls:
            meter.leave.release()
        for call in calls:
            call.result(PATIENCE)
        with turns.turn():
            assert not turns._waiting
        assert turns._now is None
