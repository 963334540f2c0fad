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
from functools import partial
from heapq import heappop, heappush
from itertools import count
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


class _Here(threading.local):
    """Of which pool this thread has a slot."""

    pool: "Pool | None" = None


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
    pool = _here.pool
    if pool is None:
        yield
        return
    _here.pool = None
    pool._leave()  # noqa: SLF001 - ours
    try:
        yield
    finally:
        pool._return()  # noqa: SLF001 - ours
        _here.pool = pool


class Turns:
    """A lock that goes to the lowest number of those that wait for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_taken = False
        self._waiting: list[tuple[int, int, threading.Event]] = []
        self._arrivals = count()

    @contextmanager
    def turn(self, number: int = 0) -> Iterator[None]:
        """Hold the lock."""
        with self._lock:
            mine = threading.Event()
            if self._is_taken:
                heappush(self._waiting, (number, next(self._arrivals), mine))
            else:
                self._is_taken = True
                mine.set()
        mine.wait()
        try:
            yield
        finally:
            with self._lock:
                if self._waiting:
                    heappop(self._waiting)[2].set()
                else:
                    self._is_taken = False
