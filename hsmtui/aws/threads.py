"""Blocking calls on daemon threads, so that a hung request never holds the user's shell.

An executor's threads are joined at exit, whether the executor is asyncio's or one's own; a daemon
thread is not.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def submit(call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> "Future[R]":
    """Start a call on a daemon thread of its own; the future has its result or what it raised."""
    future: Future[R] = Future()
    future.set_running_or_notify_cancel()

    def run() -> None:
        try:
            result = call(*args, **kwargs)
        except BaseException as error:  # noqa: BLE001 - a future carries whatever was raised
            future.set_exception(error)
        else:
            future.set_result(result)

    threading.Thread(target=run, name=f"offload {call.__name__}", daemon=True).start()
    return future


async def offload(call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Await a blocking call; cancelling gives up the wait, and the call's outcome is dropped."""
    return await asyncio.wrap_future(submit(call, *args, **kwargs))
