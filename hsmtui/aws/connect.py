"""Going to places: their connections and their first pages, asked for at once."""

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from botocore.credentials import ReadOnlyCredentials

from hsmtui.aws.clusters import LISTING, fetch_page
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError, Where
from hsmtui.aws.http_sessions import HttpSessions
from hsmtui.aws.kept_clients import KeptClients
from hsmtui.aws.pages import Page, Position
from hsmtui.aws.place import Place, Terms
from hsmtui.aws.profile_session import ProfileSession, Shared, asking, making, pending
from hsmtui.aws.regions import is_opt_in
from hsmtui.aws.session import connection_at, open_connection
from hsmtui.aws.threads import Pool, submit, turns
from hsmtui.model.cluster import Cluster


@dataclass(frozen=True, eq=False)
class Opening:
    """What was asked for, and the two answers when they come; each may be an HsmtuiError.

    `region` has the region once it is known, which is before anybody has to sign in.
    """

    place: Place
    terms: Terms
    filters: Mapping[str, Sequence[str]]
    region: "Future[str]" = field(default_factory=pending)
    connection: "Future[Connection]" = field(default_factory=pending)
    first_page: "Future[Page[Cluster]]" = field(default_factory=pending)
    _given_up: threading.Event = field(default_factory=threading.Event, repr=False)

    def give_up(self) -> None:
        """Nobody waits for it any more: what has not begun is not asked."""
        self._given_up.set()

    @property
    def is_given_up(self) -> bool:
        """Whether nobody waits for it any more."""
        return self._given_up.is_set()


class Openings(NamedTuple):
    """Places that were gone to together, and the pool through which all of them are asked.

    `name` is what they are called together, "" where they have no name. While `others` has no
    result only the first place is gone to.
    """

    each: tuple[Opening, ...]
    pool: Pool
    name: str = ""
    others: "Future[None] | None" = None

    def go_on(self) -> None:
        """Go to the other places too, unless that was begun."""
        if self.others is not None and not self.others.done():
            self.others.set_result(None)

    def again(
        self, openings: Sequence[Opening], filters: Mapping[str, Sequence[str]], page_size: int
    ) -> tuple[Opening, ...]:
        """Go once more to some of them, and ask under these filters."""
        places = [opening.place for opening in openings]
        return begin_all(places, filters, page_size, openings[0].terms, self.pool)


def open_places(
    places: Sequence[Place],
    filters: Mapping[str, Sequence[str]],
    page_size: int,
    terms: Terms,
    parallel: int,
    name: str = "",
    *,
    first_alone: bool = False,
) -> Openings:
    """Go to one place or several, at most `parallel` requests at a time; returns at once.

    With `first_alone` the others wait until the openings are told to go on.
    """
    pool, terms.prompter.profiles = Pool(parallel), ()
    if len(places) == 1:
        return Openings((begin(places[0], filters, page_size, terms),), pool, name)
    others = pending() if first_alone else None
    return Openings(begin_all(places, filters, page_size, terms, pool, others), pool, name, others)


def begin(
    place: Place, filters: Mapping[str, Sequence[str]], page_size: int, terms: Terms
) -> Opening:
    """Start connecting and asking; returns at once."""
    opening = Opening(place, terms, filters)

    def ask() -> None:
        try:
            opened = open_connection(
                place, pending(), terms, opening.region.set_result, lambda: not opening.is_given_up
            )
        except BaseException as error:  # noqa: BLE001 - it is raised to whoever waits
            _fail(opening, error)
        else:
            opening.connection.set_result(opened)
            _ask(opening, opened, page_size)

    submit(ask)
    return opening


def begin_all(
    places: Iterable[Place],
    filters: Mapping[str, Sequence[str]],
    page_size: int,
    terms: Terms,
    pool: Pool,
    others: "Future[None] | None" = None,
) -> tuple[Opening, ...]:
    """Start connecting to places and asking each for its first page; returns at once.

    Those of a profile have one session, one set of keys and one caller, of whom STS is asked by
    itself. Pages are asked for in the pool, in the order of the places as their keys come; what a
    profile waits for to sign in holds up no other. All but the first place wait for `others`.
    """
    openings = tuple(Opening(place, terms, filters) for place in places)
    prompter, profiles = terms.prompter, defaultdict(list)
    for number, opening in enumerate(openings):
        place = opening.place
        profiles[place.profile, place.explicit, place.endpoint_url].append((number, opening))
    names = (place[0] or "default" for place in profiles)
    prompter.profiles = tuple(dict.fromkeys((*prompter.profiles, *names)))
    shared = Shared(HttpSessions(pool.parallel), KeptClients())
    for numbered in profiles.values():
        submit(_Arrival(numbered, shared, pool, page_size, others).begin)
    return openings


class _Arrival:
    """The openings of one profile, with the number of each among all: its turn to be made."""

    def __init__(
        self,
        numbered: Sequence[tuple[int, Opening]],
        shared: Shared,
        pool: Pool,
        page_size: int,
        others: "Future[None] | None",
    ) -> None:
        self._numbered = numbered
        self._shared = shared
        self._pool = pool
        self._page_size = page_size
        self._others = others
        self._connected: list[tuple[Opening, Connection]] = []

    def begin(self) -> None:
        number, opening = self._numbered[0]
        if number:
            self._wait_to_go_on()
        place, terms = opening.place, opening.terms
        try:
            with asking(terms.prompter, Where("sign in", place.profile, place.region)):
                session = self._new_session(place, terms)
                session.find_keys()
                session.credentials.is_wanted = self._is_wanted
        except BaseException as error:  # noqa: BLE001 - it is raised to whoever waits
            for _, opening in self._numbered:
                _fail(opening, error)
        else:
            self._connect(session)

    def _is_wanted(self) -> bool:
        """Whether anybody still waits for one of its places."""
        return not all(opening.is_given_up for _, opening in self._numbered)

    def _new_session(self, place: Place, terms: Terms) -> ProfileSession:
        with turns.turn(self._numbered[0][0]), making:
            anywhere = place._replace(region=None)
            session = ProfileSession(anywhere, terms, self._shared, pending(), self._pool)
        session.order = self._numbered[-1][0]
        regions = [opening.place.region for _, opening in self._numbered]
        session.sign_in_at(session.own_region or _sure_to_answer(filter(None, regions)))
        for _, opening in self._numbered:
            if region := opening.place.region or session.own_region:
                opening.region.set_result(region)
        return session

    def _connect(self, session: ProfileSession) -> None:
        keys = submit(session.credentials.get_frozen_credentials)
        for number, opening in self._numbered:
            if number:
                self._wait_to_go_on()
            self._connect_to(opening, session, number)
            if number == 0 and self._others is not None:
                either: list[Future[Any]] = [keys, self._others]
                wait(either, return_when=FIRST_COMPLETED)
            if keys.done():
                self._ask(session, keys)
        self._wait_to_go_on()
        self._ask(session, keys)

    def _wait_to_go_on(self) -> None:
        if self._others is not None:
            self._others.result()

    def _connect_to(self, opening: Opening, session: ProfileSession, number: int) -> None:
        place = opening.place
        try:
            _check_wanted(opening)
            with asking(opening.terms.prompter, Where("sign in", place.profile, place.region)):
                connection = connection_at(place, session, number)
        except BaseException as error:  # noqa: BLE001 - it is raised to whoever waits
            _fail(opening, error)
        else:
            opening.connection.set_result(connection)
            self._connected.append((opening, connection))

    def _ask(self, session: ProfileSession, keys: "Future[ReadOnlyCredentials]") -> None:
        """Have those that are connected ask for their first pages, once there are keys."""
        error = keys.exception()
        connected, self._connected = self._connected, []
        for opening, connection in connected:
            if error is None:
                self._pool.submit(_ask, opening, connection, self._page_size)
            else:
                opening.first_page.set_exception(error)
        if self._others is None or self._others.done():
            session.tell_of_keys(error)


def _ask(opening: Opening, connection: Connection, page_size: int) -> None:
    try:
        _check_wanted(opening)
        page = fetch_page(connection, Position(opening.filters), page_size)
    except BaseException as error:  # noqa: BLE001 - it is raised to whoever waits
        opening.first_page.set_exception(error)
    else:
        opening.first_page.set_result(page)


def _fail(opening: Opening, error: BaseException) -> None:
    opening.connection.set_exception(error)
    opening.first_page.set_exception(error)


def _sure_to_answer(regions: Iterable[str]) -> str | None:
    """The first region that no account has to enable, else the first."""
    known = tuple(regions)
    return next((region for region in known if not is_opt_in(region)), known[0] if known else None)


def _check_wanted(opening: Opening) -> None:
    if opening.is_given_up:
        raise HsmtuiError(title="Stopped before AWS was asked", operation=LISTING, unsent=True)
