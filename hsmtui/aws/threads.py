"""Blocking calls on daemon threads, so that a hung request never holds the user's shell.

An executor's threads are joined at exit, whether the executor is asyncio's or one's own; a daemon
thread is not.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from heapq import heappop, heappush
from itertools import count
from time import monotonic
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def submit(call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> "Future[R]":
    """Start a call on a daemon thread of its own; the future has its result or what it raised."""
    future: Future[R] = Future()
    future.set_running_or_notify_cancel()
    _start(partial(_settle, future, call, *args, **kwargs), call)
    return future


async def offload(call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Await a blocking call; cancelling gives up the wait, and the call's outcome is dropped."""
    return await asyncio.wrap_future(submit(call, *args, **kwargs))


def _start(run: Callable[[], object], call: Callable[..., object]) -> None:
    name = getattr(call, "__name__", "call")
    threading.Thread(target=run, name=f"offload {name}", daemon=True).start()


def _settle(future: "Future[R]", call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> None:
    """Make the call for a future that is running."""
    try:
        result = call(*args, **kwargs)
    except BaseException as error:  # noqa: BLE001 - a future carries whatever was raised
        future.set_exception(error)
    else:
        future.set_result(result)


@dataclass(order=True)
class _Turn:
    """When a thread may compute: those with a lower number come first."""

    number: int
    arrival: int
    has_come: threading.Event = field(default_factory=threading.Event, compare=False)
    began: float = field(default=0.0, compare=False)


class _Here(threading.local):
    """Of which pool this thread has a slot, and in which turn it computes."""

    pool: "Pool | None" = None
    turn: _Turn | None = None


_here = _Here()


class Pool:
    """Makes calls on daemon threads, at most `parallel` at a time, in the order they were given.

    A call that waits for something else than an answer does so in `away`. Nobody waits for the
    threads when the program ends.
    """

    def __init__(self, parallel: int) -> None:
        self.parallel = parallel
        self._free = parallel
        self._lock = threading.Lock()
        self._calls: deque[Callable[[], object]] = deque()
        self._returning: deque[threading.Event] = deque()

    def submit(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> "Future[R]":
        """Make the call when there is a slot; until then its future can be cancelled."""
        future: Future[R] = Future()

        def run() -> None:
            if future.set_running_or_notify_cancel():
                _settle(future, call, *args, **kwargs)

        with self._lock:
            if not self._free:
                self._calls.append(run)
                return future
            self._free -= 1
        self._work_from(run)
        return future

    @property
    def has_room(self) -> bool:
        """Whether a call would be made at once."""
        return self._free > 0

    def _work_from(self, call: Callable[[], object]) -> None:
        """Give a slot that was taken to a thread of its own."""
        _start(partial(self._work, call), self._work)

    def _work(self, call: "Callable[[], object] | None") -> None:
        _here.pool = self
        while call is not None:
            with turns.turn():
                call()
            call = self._pass_on()

    def _pass_on(self) -> "Callable[[], object] | None":
        """Give the slot to a thread that comes back, else the call that is to have it, if any."""
        with self._lock:
            if self._returning:
                self._returning.popleft().set()
            elif self._calls:
                return self._calls.popleft()
            else:
                self._free += 1
        return None

    def _leave(self) -> None:
        if (call := self._pass_on()) is not None:
            self._work_from(call)

    def _return(self) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            slot = threading.Event()
            self._returning.append(slot)
        slot.wait()


@contextmanager
def away() -> Iterator[None]:
    """A wait for a person, a program or another thread: others use the slot of a pool meanwhile.

    It ends when there is a slot again. Hold no lock around it for which a call of the pool waits.
    """
    pool, _here.pool = _here.pool, None
    with turns.waiting():
        if pool is not None:
            pool._leave()  # noqa: SLF001 - ours
        try:
            yield
        finally:
            if pool is not None:
                pool._return()  # noqa: SLF001 - ours
                _here.pool = pool


LONGEST_TURN = 0.1
"""Seconds after which a turn is over: its thread sleeps, or waits for one that has no turn."""


class Turns:
    """One thread at a time computes: of those that wait, the one with the lowest number.

    The others do not wait for the interpreter's lock, so that the thread of the event loop, which
    takes part in no turns, gets it soon.
    """

    def __init__(self, longest: float = LONGEST_TURN) -> None:
        self._longest = longest
        self._lock = threading.Lock()
        self._now: _Turn | None = None
        self._waiting: list[_Turn] = []
        self._arrivals = count()

    @contextmanager
    def turn(self, number: int = 0) -> Iterator[None]:
        """Compute, when it is this thread's turn; in a turn that it has it goes on at once."""
        if _here.turn is not None:
            yield
            return
        self._take(number)
        try:
            yield
        finally:
            self._pass_on()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Wait for something: others compute meanwhile."""
        if _here.turn is None:
            yield
            return
        self._pass_on()
        try:
            yield
        finally:
            self._take(0)

    def _take(self, number: int) -> None:
        mine = _here.turn = _Turn(number, next(self._arrivals))
        with self._lock:
            heappush(self._waiting, mine)
            if self._now is None:
                self._begin_next()
        while not mine.has_come.wait(self._longest):
            with self._lock:
                if self._now is not None and monotonic() - self._now.began > self._longest:
                    self._begin_next()

    def _pass_on(self) -> None:
        """Have the next thread compute, unless this one's turn was over before."""
        mine, _here.turn = _here.turn, None
        with self._lock:
            if self._now is mine:
                self._begin_next()

    def _begin_next(self) -> None:
        self._now = heappop(self._waiting) if self._waiting else None
        if self._now is not None:
            self._now.began = monotonic()
            self._now.has_come.set()


turns = Turns()
"""Of all threads that read."""
