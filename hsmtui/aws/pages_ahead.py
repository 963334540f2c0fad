"""Pages that are asked for one after the other while those that came are taken in."""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, Generic, Protocol, Self

from hsmtui.aws.pages import Page, Position
from hsmtui.model.entry import AnyEntry

HANDED_OVER_EVERY: Final = 0.5
"""Seconds: many pages come faster than they can be drawn, so that some are taken in together."""


class Submit(Protocol):
    """Has a blocking call made on a thread; the future has its result or what it raised."""

    def __call__(self, call: Callable[..., Any], *args: object) -> "Future[Any]":
        """Return at once."""


class PagesAhead(Generic[AnyEntry]):
    """Asks for page after page, each as soon as the one before it says where it starts.

    There is one request at a time, and none after a page with a problem, or one that could not be
    read. It is a context, to be entered while a loop runs: once it is left nothing more is asked
    for, and what is on its way is dropped.
    """

    def __init__(
        self,
        submit: Submit,
        fetch: Callable[[Position], Page[AnyEntry]],
        position: Position,
    ) -> None:
        self._submit = submit
        self._fetch = fetch
        self._first = position
        self._came: deque[Page[AnyEntry]] = deque()
        self._error: BaseException | None = None
        self._is_given_up = False

    def __enter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._news, self._end = asyncio.Event(), asyncio.Event()
        self._next_at = self._loop.time()
        self._submit(self._read, self._first)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._is_given_up = True

    async def next(self) -> list[Page[AnyEntry]]:
        """The pages that came since the last call, at least one, in their order; none at the end.

        Raises what a page could not be read for, once those before it were handed over.
        """
        pages: list[Page[AnyEntry]] = []
        while not (pages or self._end.is_set()):
            await self._news.wait()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._end.wait(), self._next_at - self._loop.time())
            self._news.clear()
            pages = self._taken()
        pages = pages or self._taken()
        if not pages and self._error is not None:
            raise self._error
        self._next_at = self._loop.time() + HANDED_OVER_EVERY
        return pages

    def _taken(self) -> list[Page[AnyEntry]]:
        return [self._came.popleft() for _ in range(len(self._came))]

    def _read(self, position: Position) -> None:
        """On a thread: read a page and ask for the next one, before anybody has looked at it."""
        if self._is_given_up:
            return
        after = None
        try:
            page = self._fetch(position)
            self._came.append(page)
            after = page.next if page.problem is None else None
            if after is not None and not self._is_given_up:
                self._submit(self._read, after)
        except BaseException as error:  # noqa: BLE001 - it is raised to whoever waits
            self._error, after = error, None
        if not self._is_given_up:
            self._loop.call_soon_threadsafe(self._tell, after is None)

    def _tell(self, is_end: bool) -> None:
        self._news.set()
        if is_end:
            self._end.set()
