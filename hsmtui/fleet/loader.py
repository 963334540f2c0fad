"""Asking for clusters: one thing at a time, and what was listed outlives every failure."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Protocol, TypeAlias, TypeVar

from hsmtui.aws.clusters import fetch_page
from hsmtui.aws.connect import Opening, begin
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import Page, Position
from hsmtui.aws.pages_ahead import PagesAhead, Submit
from hsmtui.aws.threads import submit
from hsmtui.fleet.listing import Assess, Listing
from hsmtui.fleet.location import Location
from hsmtui.model.cluster import Cluster
from hsmtui.model.findings.finding import Findings
from hsmtui.model.history.history import ClusterDiff, History

CONNECTING = "connecting …"

_Answer = TypeVar("_Answer")


LookInto: TypeAlias = Callable[[Connection, Sequence[Cluster]], Awaitable[list[Findings] | None]]
"""All that is found of clusters that are to be listed at once; None leaves that for later."""


async def _later(connection: Connection, clusters: Sequence[Cluster]) -> None:
    return None


class LoaderListener(Protocol):
    """What a loader calls when something came, failed or began."""

    def connected(self, loader: "Loader") -> None:
        """There is a connection."""

    def listing_changed(self, loader: "Loader") -> None:
        """Another listing is shown, or the one that is has been read afresh as a whole."""

    def rows_added(self, loader: "Loader", ids: list[str]) -> None:
        """A page has come: rows that were not there."""

    def rows_renewed(self, loader: "Loader", ids: Collection[str]) -> None:
        """These rows were read afresh where they stand."""

    def status_changed(self) -> None:
        """What is under way, or what went wrong last, is another thing."""

    def failed(self, loader: "Loader", error: HsmtuiError) -> None:
        """An asking has failed."""

    def changed(self, loader: "Loader", seen: ClusterDiff) -> None:
        """A cluster is not as it was last known."""


class Loader:
    """The listings of one place: the whole one, and the one under the service's filters.

    `awaited` is a listing that was asked for and whose first page has not come; until it does,
    what was shown before stays. `filters` are those of the service that apply now.
    """

    def __init__(
        self,
        opening: Opening,
        page_size: int,
        clock: Callable[[], datetime],
        listener: LoaderListener,
        assess: Assess,
        submit: Submit = submit,
        look_into: LookInto = _later,
    ) -> None:
        self.opening = opening
        self.filters = opening.filters
        self.connection: Connection | None = None
        self.shown: Listing | None = None
        self.whole: Listing | None = None
        self.awaited: Listing | None = None
        self.doing = CONNECTING
        self._is_waiting = False
        self.problem: HsmtuiError | None = None
        self._is_rereading = False
        self._is_one_of_several = False
        self._page_size = page_size
        self._clock = clock
        self._listener = listener
        self._assess = assess
        self._submit = submit
        self._look_into = look_into
        self._history = History(partial(listener.changed, self))

    @property
    def location(self) -> Location:
        """Where it asks."""
        return Location(self.opening, self.connection)

    @property
    def listings(self) -> set[Listing]:
        """Those whose rows may be seen again."""
        return {listing for listing in (self.shown, self.whole) if listing is not None}

    @property
    def is_one_of_several(self) -> bool:
        """Whether other places are listed beside it; free text then finds what it is called."""
        return self._is_one_of_several

    @is_one_of_several.setter
    def is_one_of_several(self, several: bool) -> None:
        self._is_one_of_several = several
        self.account_known()

    def account_known(self) -> None:
        """STS has said the account of the place."""
        for listing in self.listings:
            listing.name_place(self._is_one_of_several)

    @property
    def is_busy(self) -> bool:
        """Whether the answer to something is waited for."""
        return self._is_waiting or self._is_rereading

    @property
    def can_go_on(self) -> bool:
        """Whether there is a next page that can be asked for now."""
        idle = not (self.is_busy or self.problem or self.awaited)
        return idle and self.shown is not None and self.shown.next is not None

    @property
    def is_whole(self) -> bool:
        """Whether all is shown that there is under the filters that apply."""
        shown, fewer = self.shown, self.awaited is not None
        return shown is not None and shown.whole and not (fewer and shown.filters)

    @property
    def is_coming(self) -> bool:
        """Whether the first page was asked for and neither came nor failed."""
        return self.shown is None and not self.opening.first_page.done()

    @property
    def has_failed_to_connect(self) -> bool:
        """Whether it was tried, and there can be no connection."""
        connection = self.opening.connection
        return connection.done() and connection.exception() is not None

    async def arrive(self) -> None:
        """Wait for the connection and its first page."""
        opening = self.opening
        connection = await self._wait(CONNECTING, asyncio.wrap_future(opening.connection))
        if connection is None:
            return
        self.connection = connection
        self._listener.connected(self)
        listing = self.awaited = self._new_listing(connection, opening.filters)
        page = await self._wait("loading …", asyncio.wrap_future(opening.first_page))
        if page is None:
            self.awaited = self._new_listing(connection, self.filters)
        else:
            self._show(listing, page)
            await self._follow_filters()

    async def next_page(self) -> None:
        """The next page of what is shown, or again what failed to come."""
        if self.connection is None:
            await self.reopen()
        elif (awaited := self.awaited) is not None:
            page = await self._ask("loading …", awaited)
            if page is not None:
                self._show(awaited, page)
        elif (listing := self.shown) is not None and listing.next is not None:
            page = await self._ask(f"loading page {listing.pages + 1} …", listing)
            if page is not None:
                self._take(listing, [page])

    async def all_pages(self) -> None:
        """Page after page until there is no more or one fails; each is asked for while those before
        it are taken in."""
        await self.next_page()
        listing = self.shown
        if self.problem is None and listing is not None and listing.next is not None:
            await self._read_on(listing, listing.next)

    async def _read_on(self, listing: Listing, position: Position) -> None:
        fetch = partial(self._fetch, listing)
        with PagesAhead(self._submit, fetch, position) as ahead:
            while listing.next is not None and listing.problem is None:
                coming = self._looked_into(listing, ahead)
                come = await self._wait(f"loading page {listing.pages + 1} …", coming)
                if come is None:
                    return
                self._take(listing, *come)

    async def _looked_into(
        self, listing: Listing, ahead: PagesAhead[Cluster]
    ) -> tuple[list[Page[Cluster]], list[Findings] | None]:
        pages = await ahead.next()
        clusters = [cluster for page in pages for cluster in page.entries]
        return pages, await self._look_into(listing.connection, clusters)

    async def refresh(self) -> None:
        """Read as many pages again as were loaded; rows change in place, then the gone ones go."""
        listing = self.shown
        if self.connection is None or listing is None or self.awaited is not None:
            await self.next_page()
        else:
            await self._reread(listing, self._ask)

    @property
    def can_reread(self) -> bool:
        """Whether something is loaded, and nothing is asked for that has not come."""
        return self.shown is not None and self.awaited is None and not self.is_busy

    async def reread(self) -> int:
        """Refresh without being asked to: `doing` stays empty, nobody is asked to sign in again,
        and `problem` stands until a page has come. How often botocore had to ask again."""
        listing, retries = self.shown, 0

        async def ask(_: str, fresh: Listing) -> Page[Cluster] | None:
            nonlocal retries
            page = await self._answer(self._page_of(fresh))
            retries += page.retries if page is not None else 0
            return page

        if listing is not None:
            self._is_rereading = True
            try:
                await self._reread(listing, ask)
            finally:
                self._is_rereading = False
        return retries

    async def _reread(
        self, listing: Listing, ask: Callable[[str, Listing], Awaitable[Page[Cluster] | None]]
    ) -> None:
        fresh = Listing(listing.connection, listing.filters, self._assess)
        wanted = max(1, listing.pages)
        while fresh.next is not None and fresh.pages < wanted:
            page = await ask(f"refreshing page {fresh.pages + 1} of {wanted} …", fresh)
            if page is None:
                return
            now = self._clock()
            fresh.extend(page, now)
            for cluster in page.entries:
                listing.update(cluster, now)
            self._listener.rows_renewed(self, [cluster.cluster_id for cluster in page.entries])
            if page.problem is not None:  # not whole: what was not seen again stays
                self._note(page)
                return
        listing.replace(fresh, self._clock())
        self._listener.listing_changed(self)

    async def filter(self, filters: Mapping[str, Sequence[str]]) -> None:
        """Show what the service lists under these filters; without any, the whole list."""
        self.filters = filters
        await self.catch_up()

    async def catch_up(self) -> None:
        """Show what is listed under the filters that apply now."""
        if self.connection is None and not self.has_failed_to_connect:
            await self.arrive()  # what was asked before goes on
        await self._follow_filters()

    async def _follow_filters(self) -> None:
        filters = self.filters
        if self.shown is not None and self.shown.filters == filters:
            if self.awaited is not None:
                self.awaited, self.problem = None, None
                self._listener.status_changed()
        elif not filters and self.whole is not None:
            self.awaited, self.shown, self.problem = None, self.whole, None
            self._listener.listing_changed(self)
        elif self.connection is not None:
            self.awaited = self._new_listing(self.connection, filters)
            await self.next_page()

    async def reopen(self) -> None:
        """Go to the place again after the connection could not be made."""
        place = self.opening.place
        self.opening = begin(place, self.filters, self._page_size, self.opening.terms)
        await self.arrive()

    def _new_listing(self, connection: Connection, filters: Mapping[str, Sequence[str]]) -> Listing:
        several = self._is_one_of_several
        return Listing(connection, filters, self._assess, self._history, names_place=several)

    async def _ask(self, doing: str, listing: Listing) -> Page[Cluster] | None:
        """The listing's next page; None where the asking failed, which `listener` was told."""
        if not self._is_one_of_several:  # else that may be asked for each of many at once
            listing.connection.reconsider()
        return await self._wait(doing, self._page_of(listing))

    def _page_of(self, listing: Listing) -> Awaitable[Page[Cluster]]:
        position = listing.next or Position(listing.filters)
        return asyncio.wrap_future(self._submit(self._fetch, listing, position))

    def _fetch(self, listing: Listing, position: Position) -> Page[Cluster]:
        return fetch_page(listing.connection, position, self._page_size)

    async def _wait(self, doing: str, answer: Awaitable[_Answer]) -> _Answer | None:
        """Say what is under way; a failure is told and kept, and the answer is then None."""
        self.problem = None
        self.doing, self._is_waiting = doing, True
        self._listener.status_changed()
        try:
            return await self._answer(answer)
        finally:
            self.doing, self._is_waiting = "", False
            self._listener.status_changed()

    async def _answer(self, answer: Awaitable[_Answer]) -> _Answer | None:
        try:
            come = await answer
        except HsmtuiError as error:
            self.problem = error
            self._listener.failed(self, error)
            return None
        self.problem = None
        return come

    def _show(self, listing: Listing, page: Page[Cluster]) -> None:
        listing.extend(page, self._clock())
        self.shown, self.awaited = listing, None
        if not listing.filters:
            self.whole = listing
        self._listener.listing_changed(self)
        self._note(page)

    def _take(
        self,
        listing: Listing,
        pages: Sequence[Page[Cluster]],
        findings: Sequence[Findings] | None = None,
    ) -> None:
        """Take in pages that came together, in their order, with what is found of all of them."""
        added: list[str] = []
        again: dict[str, None] = {}
        rest = None if findings is None else iter(findings)
        for page in pages:
            found = None if rest is None else list(islice(rest, len(page.entries)))
            added += listing.extend(page, self._clock(), found)
            again |= dict.fromkeys(c.cluster_id for c in page.entries)
        self._listener.rows_added(self, added)
        if renewed := again.keys() - set(added):
            self._listener.rows_renewed(self, renewed)
        for page in pages:
            self._note(page)

    def _note(self, page: Page[Cluster]) -> None:
        if page.problem is not None:
            self.problem = page.problem
            self._listener.failed(self, page.problem)
