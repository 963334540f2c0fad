"""The places that are listed: what was read of all of them together, and asking each for more."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from enum import Enum
from typing import NamedTuple, TypeAlias

from hsmtui.aws.connect import Opening, Openings
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages_ahead import Submit
from hsmtui.aws.threads import submit
from hsmtui.fleet.listing import Listing, RowKey
from hsmtui.fleet.loader import Loader
from hsmtui.fleet.same_places import same_places
from hsmtui.model.columns import ACCOUNT, PROFILE, REGION, Column

_MakeLoader: TypeAlias = Callable[[Opening, Submit], Loader]
"""Makes the loader of a place, which asks in this way."""


class PlaceState(Enum):
    """What is known of a place that is listed."""

    COMING = "coming"
    """Nothing has come yet, and it is waited for."""
    STOPPED = "stopped"
    """Nothing has come, and somebody stopped waiting."""
    SIGNING_IN = "signing in"
    """Somebody is asked to sign in."""
    UNSIGNED = "not signed in"
    """Somebody did not want to."""
    NOT_ENABLED = "not enabled"
    """The account has not opted in to the region."""
    FAILED = "failed"
    STALE = "not read again"
    """It was listed, and the last asking failed."""
    SAME = "the same"
    """An earlier place is the same account and region."""
    LISTED = "listed"
    LEFT_OUT = "left out"
    """Somebody does not want to see it for now."""


_READ = frozenset({PlaceState.LISTED, PlaceState.STALE, PlaceState.SAME})


class Extent(NamedTuple):
    """How much was seen of how many places; `is_whole` says that nothing is missing."""

    loaded: int
    is_whole: bool
    places: int
    states: Mapping[PlaceState, int]
    left_out: int = 0

    @property
    def read(self) -> int:
        """How many places were read, if not to their end."""
        return sum(self.states.get(state, 0) for state in _READ)

    @property
    def unread(self) -> int:
        """How many places of several were not read and may have clusters."""
        enabled = self.places - self.states.get(PlaceState.NOT_ENABLED, 0)
        return enabled - self.read if self.places > 1 else 0


class Fleet:
    """One loader for each place, in the order of the places; often there is one.

    `loaders` are those of the places that are looked at, `everywhere` also those of the ones that
    were left out. `is_asked` says whether somebody is being asked to sign in for a profile.
    `is_recorded` says that the places are those of a file, and nobody is asked.
    """

    is_recorded = False

    def __init__(
        self,
        openings: Openings,
        page_size: int,
        make_loader: _MakeLoader,
        is_asked: Callable[[str | None], bool] = lambda _: False,
    ) -> None:
        ask: Submit = submit if len(openings.each) == 1 else openings.pool.submit
        self.loaders = self.everywhere = tuple(make_loader(each, ask) for each in openings.each)
        self._openings = openings
        self._page_size = page_size
        self._is_asked = is_asked
        self._same: dict[Loader, Loader] = {}
        self.look_at(self.loaders)

    @property
    def name(self) -> str:
        """What the places are called together, "" where they have no name."""
        return self._openings.name

    @property
    def first(self) -> Loader:
        """The first place; where there is one, that one."""
        return self.loaders[0]

    @property
    def is_one(self) -> bool:
        """Whether there is one place."""
        return len(self.loaders) == 1

    @property
    def has_room(self) -> bool:
        """Whether of several places one more could be asked at once."""
        return self._openings.pool.has_room

    def go_on(self) -> None:
        """Go to the places after the first, where those were to wait."""
        self._openings.go_on()

    def give_up(self) -> None:
        """Nobody looks at these places any more: what has not begun is not asked."""
        for loader in self.everywhere:
            loader.opening.give_up()

    def look_at(self, loaders: Collection[Loader]) -> None:
        """Leave out all other places; what was read of those is kept."""
        self._looked_at = frozenset(loaders)
        self.loaders = tuple(each for each in self.everywhere if each in self._looked_at)
        for loader in self.loaders:
            loader.is_one_of_several = not self.is_one
        self.settle()

    def loader_of(self, connection: Connection) -> Loader | None:
        """The place of a connection; None where that is not listed any more."""
        return next((each for each in self.everywhere if each.connection is connection), None)

    def beside(self, connection: Connection, region: str) -> Connection | None:
        """The connection of the same credentials and endpoint to a region; None where no place is
        one."""
        connections = [each.connection for each in self.loaders if each.connection is not None]
        alike = (each for each in connections if _have_same_keys(each, connection))
        return next((each for each in alike if each.region == region), None)

    def same_as(self, loader: Loader) -> Loader | None:
        """The earlier place that shows what this one would; None where there is none."""
        return self._same.get(loader)

    # What was read

    @property
    def shown(self) -> list[Listing]:
        """What is listed, a listing for each place of which something has come."""
        return [each.shown for each in self._distinct() if each.shown is not None]

    @property
    def widest(self) -> list[Listing]:
        """The same without the filters of the service, where that was read."""
        both = [each.whole or each.shown for each in self._distinct()]
        return [listing for listing in both if listing is not None]

    @property
    def listings(self) -> list[Listing]:
        """Those whose rows may be seen again."""
        return [listing for each in self._distinct() for listing in each.listings]

    def _distinct(self) -> Iterator[Loader]:
        return (loader for loader in self.loaders if loader not in self._same)

    def settle(self) -> None:
        """See which places are the same account and region."""
        listed = ((each, each.shown) for each in self.loaders if each.shown is not None)
        self._same = {} if self.is_one else same_places(listed)

    def key_now(self, key: RowKey) -> RowKey:
        """The key of a row that is shown through another place by now."""
        loader = self.loader_of(key.connection)
        first = self._same.get(loader) if loader is not None else None
        if first is None or first.connection is None:
            return key
        return key._replace(connection=first.connection)

    def with_row(self, connection: Connection) -> list[Listing]:
        """The listings in which a cluster stands that came through a connection."""
        loader = self.loader_of(connection)
        if loader is None:
            return []
        first = self._same.get(loader, loader)
        alike = (each for each in self.everywhere if self._same.get(each, each) is first)
        return [listing for each in alike for listing in each.listings]

    def differing(self) -> tuple[Column, ...]:
        """The columns of the place that differ from row to row."""
        if self.is_one:
            return ()
        profiles = {loader.location.profile_name for loader in self.loaders}
        regions = {loader.location.region for loader in self.loaders}
        connections = [each.connection for each in self.loaders if each.connection is not None]
        accounts = {each.account for each in connections if each.account is not None}
        kinds = ((PROFILE, profiles), (ACCOUNT, accounts), (REGION, regions))
        return tuple(column for column, values in kinds if len(values) > 1)

    # How it stands

    def state_of(self, loader: Loader) -> PlaceState:
        """What is known of a place."""
        problem = loader.problem
        if loader not in self._looked_at:
            return PlaceState.LEFT_OUT
        if loader in self._same:
            return PlaceState.SAME
        if problem is not None and problem.not_enabled:
            return PlaceState.NOT_ENABLED
        if problem is not None and problem.is_unsigned:
            return PlaceState.UNSIGNED
        if problem is not None:
            return PlaceState.FAILED if loader.shown is None else PlaceState.STALE
        if loader.shown is not None:
            return PlaceState.LISTED
        if self._is_asked(loader.opening.place.profile):
            return PlaceState.SIGNING_IN
        return PlaceState.COMING if loader.doing else PlaceState.STOPPED

    @property
    def extent(self) -> Extent:
        """How much was seen."""
        states: dict[PlaceState, int] = {}
        for loader in self.loaders:
            state = self.state_of(loader)
            states[state] = states.get(state, 0) + 1
        listings = self.shown
        unread = states.keys() - {PlaceState.LISTED, PlaceState.SAME, PlaceState.NOT_ENABLED}
        is_read = all(loader.is_whole for loader in self._distinct() if loader.shown)
        loaded = sum(len(listing.rows) for listing in listings)
        left_out = len(self.everywhere) - len(self.loaders)
        return Extent(loaded, is_read and not unread, len(self.loaders), states, left_out)

    @property
    def doing(self) -> str:
        """What is under way, in words."""
        if self.is_one:
            return self.first.doing
        busy = [loader.location for loader in self.loaders if loader.doing]
        if len(busy) == 1:
            return f"loading {busy[0].profile_name} {busy[0].region or ''} …"
        return f"loading {len(busy)} …" if busy else ""

    @property
    def problem(self) -> HsmtuiError | None:
        """Why the last asking failed, where there is one place."""
        return self.first.problem if self.is_one else None

    # Asking

    async def arrive(self) -> None:
        """Wait for every place that has not been waited for, and for its first page; what was read
        before is shown as the filters have it that apply now."""

        async def arrive(loader: Loader) -> None:
            if loader.shown is None:
                await loader.arrive()

        loaders = [e for e in self.loaders if e.shown is not None or e.problem is None]
        await self._each(arrive, loaders)

    async def next_page(self) -> None:
        """One page more of each place that has more, or again what failed to come."""
        await self._each(Loader.next_page, self._open_failed(self._unread()))

    async def all_pages(self) -> None:
        """Page after page of each place until there is no more or one fails."""
        await self._each(Loader.all_pages, self._open_failed(self._unread()), goes_on=True)

    async def refresh(self) -> None:
        """Read as many pages again as were loaded; what has failed is asked for again.

        Where there are several places, those for which somebody did not want to sign in are left.
        """
        wanted = [each for each in self.loaders if each not in self._same]
        if not self.is_one:
            wanted = [e for e in wanted if self.state_of(e) is not PlaceState.UNSIGNED]
        await self._each(Loader.refresh, self._open_failed(wanted))

    async def ask_again(self, loaders: Sequence[Loader]) -> None:
        """Read these places afresh; somebody may be asked to sign in for them.

        With one for which somebody did not, all such places of its profile are asked again.
        """
        unsigned = [e for e in self.loaders if self.state_of(e) is PlaceState.UNSIGNED]
        profiles = {each.opening.place.profile for each in loaders if each in unsigned}
        wanted = [*loaders, *(e for e in unsigned if e.opening.place.profile in profiles)]
        for loader in wanted:
            if loader.connection is not None:
                loader.connection.reconsider()
        await self._each(Loader.refresh, self._open_failed(list(dict.fromkeys(wanted))))

    async def filter(self, filters: Mapping[str, Sequence[str]]) -> None:
        """Show what the service lists under these filters; without any, the whole lists.

        Of several places only those are asked again that were read, but not to their end. One that
        is left out, or is coming, follows when it is there.
        """
        for loader in self.everywhere:
            known = not self.is_one and loader.whole is not None and loader.whole.whole
            loader.filters = {} if known else filters
        loaders = self.loaders
        if not self.is_one:
            loaders = tuple(e for e in loaders if e.shown is not None or e.is_coming)
        await self._each(Loader.catch_up, loaders, goes_on=True)

    async def _each(
        self,
        ask: Callable[[Loader], Awaitable[None]],
        loaders: Sequence[Loader],
        *,
        goes_on: bool = False,
    ) -> None:
        """Ask all of these at once. Of several places one is left that is being asked, and one
        whose first page is still on its way is waited for, and then asked where this `goes_on`."""

        async def asking(loader: Loader) -> None:
            if loader.is_busy:
                return
            waits = loader.is_coming or loader.connection is None
            if waits:
                await loader.arrive()
            if not waits or (goes_on and loader.problem is None):
                await ask(loader)
            if loader.shown is not None and loader.problem is None:
                await loader.catch_up()

        await asyncio.gather(*map(ask if self.is_one else asking, loaders))

    def _unread(self) -> list[Loader]:
        """The places that have more, or of which nothing has come."""
        if self.is_one:
            return list(self.loaders)
        return [
            loader
            for loader in self.loaders
            if loader not in self._same
            and self.state_of(loader) not in {PlaceState.UNSIGNED, PlaceState.NOT_ENABLED}
            and (loader.shown is None or loader.awaited is not None or not loader.shown.whole)
        ]

    def _open_failed(self, loaders: Sequence[Loader]) -> Sequence[Loader]:
        """Of several places go again to those that could not be reached, together."""
        failed = [] if self.is_one else [each for each in loaders if each.has_failed_to_connect]
        if not failed:
            return loaders
        openings = self._openings.again(
            [each.opening for each in failed], failed[0].filters, self._page_size
        )
        for loader, opening in zip(failed, openings, strict=True):
            loader.opening = opening
        return loaders


def _have_same_keys(one: Connection, other: Connection) -> bool:
    keys = [(each.profile, each.credentials, each.endpoint) for each in (one, other)]
    return keys[0] == keys[1]
