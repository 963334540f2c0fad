"""What a file says that was read of places before, listed as if it came now; nobody is asked."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

import msgspec

from hsmtui.aws.caller import Caller
from hsmtui.aws.connect import Opening, Openings
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import Page
from hsmtui.aws.pages_ahead import Submit
from hsmtui.aws.place import Place, Terms
from hsmtui.aws.recorded_session import WHY_READ_ONLY, recorded_connection
from hsmtui.aws.threads import Pool
from hsmtui.fleet.assess import Assessor
from hsmtui.fleet.first_seen import StateStart
from hsmtui.fleet.fleet import Fleet
from hsmtui.fleet.listing import Assess, Listing, Row
from hsmtui.fleet.loader import Loader, LoaderListener
from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Cluster
from hsmtui.model.findings.acceptance import Acceptance
from hsmtui.model.findings.find_dates import find_dates
from hsmtui.model.findings.finding import Findings, Known
from hsmtui.model.findings.limits import Rules
from hsmtui.model.origin import SavedSource
from hsmtui.model.times import age, stamp


class RecordedCluster(NamedTuple):
    """A cluster of a file, and when it was read.

    `findings` is what was found of it then, None where nobody has judged it; `rules` is how many
    rules were about it, and `off` those that were switched off. `backups` is how many backups it
    had, None where that is not in the file; `newest` is the newest of them that is READY.
    """

    cluster: Cluster
    read_at: datetime
    findings: Findings | None = None
    rules: int = 0
    off: tuple[str, ...] = ()
    backups: int | None = None
    newest: Backup | None = None

    def findings_at(self, now: datetime, hours: int, *, certificates: bool) -> Findings:
        """What was found of it, with its dates as of a time; a backup older than `hours` is old,
        and its certificate is decoded where `certificates` says so."""
        newest = () if self.newest is None else (self.newest,)
        backups = None if self.backups is None else newest
        known = Known(backups=backups, certificates=certificates)
        dates = find_dates(self.cluster, now, known, hours)
        return msgspec.structs.replace(self.findings or Findings(), dates=dates)

    @property
    def backups_words(self) -> str:
        """How many backups there were and the newest that was READY; "" where that is not told."""
        if self.backups is None:
            return ""
        if self.newest is None:
            return f"{self.backups} were read, none of them READY"
        made = self.newest.create_timestamp
        when = f", made {stamp(made)}" if made else ""
        return (
            f"{self.backups} were read; the newest that is READY is {self.newest.backup_id}{when}"
        )


class RecordedPlace(NamedTuple):
    """A place of a file, with its clusters in the order in which they were listed.

    None, or "?" for profile and region, is what the file does not say. `pages` is how many were
    read, none where nothing could be. `problems` say why not all clusters were read,
    `backups_problem` why their backups were not, and `left_out` why not all that were read are
    here. `same_as` is the profile of an earlier place with the same clusters, "" where there is
    none.
    """

    profile: str
    region: str
    clusters: tuple[RecordedCluster, ...]
    read_at: datetime
    pages: int = 1
    partition: str | None = None
    endpoint: str | None = None
    caller: Caller | None = None
    problems: tuple[HsmtuiError, ...] = ()
    backups_problem: HsmtuiError | None = None
    left_out: HsmtuiError | None = None
    same_as: str = ""

    @property
    def why_not_all(self) -> HsmtuiError | None:
        """Why there may be more clusters than are here; None where these are all."""
        return next(iter(self.problems), self.left_out)


class Recorded:
    """The places of a file; its time is that of all ages that are shown.

    `openings` are those of the places, which have arrived. `acceptances` are those of the settings
    that a check went by.
    """

    def __init__(
        self,
        source: SavedSource,
        places: tuple[RecordedPlace, ...],
        acceptances: tuple[Acceptance, ...] = (),
    ) -> None:
        self.source = source
        self.places = places
        self.acceptances = acceptances
        terms = Terms(lambda *_: WHY_READ_ONLY)
        openings = tuple(_opening(place, terms, source) for place in places)
        self.openings = Openings(openings, Pool(1), source.name)
        connections = (opening.connection.result() for opening in openings)
        self._places = dict(zip(connections, places, strict=True))

    @property
    def is_judged(self) -> bool:
        """Whether it says what was found."""
        return any(each.findings is not None for place in self.places for each in place.clusters)

    def clock(self) -> datetime:
        """The time that it is for what it says."""
        return self.source.time

    @property
    def words(self) -> str:
        """When it was read, such as ``read 2026-11-21 17:09 UTC``."""
        return f"{self.source.how} {self.source.time:%Y-%m-%d %H:%M} UTC"

    def words_at(self, now: datetime) -> str:
        """The same with how old that is, such as ``read 2026-11-21 17:09 UTC, 5d ago``."""
        time = self.source.time
        return f"{self.words}, {age(time, now)} ago" if now > time else self.words

    @property
    def by_connection(self) -> Mapping[Connection, RecordedPlace]:
        """The places, in their order, by the connections that stand for them."""
        return self._places

    def place_of(self, connection: Connection) -> RecordedPlace:
        """The place that a connection stands for."""
        return self._places[connection]

    def cluster_of(self, connection: Connection, cluster_id: str) -> RecordedCluster:
        """What it says of a cluster."""
        return self._clusters[connection][cluster_id]

    @cached_property
    def _clusters(self) -> Mapping[Connection, Mapping[str, RecordedCluster]]:
        return {
            connection: {each.cluster.cluster_id: each for each in place.clusters}
            for connection, place in self._places.items()
        }


def _opening(place: RecordedPlace, terms: Terms, source: SavedSource) -> Opening:
    """What has come of a place: its first page has all that the file has."""
    where = Place(place.profile, place.region, explicit=True)
    opening = Opening(where, terms, {})
    opening.region.set_result(place.region)
    opening.connection.set_result(
        recorded_connection(
            where,
            terms,
            source,
            caller=place.caller,
            partition=place.partition,
            endpoint=place.endpoint,
        )
    )
    problem = next(iter(place.problems), None)
    if problem is not None and not place.pages:
        opening.first_page.set_exception(problem)
    else:
        entries = tuple(each.cluster for each in place.clusters)
        opening.first_page.set_result(Page(entries, None, problem))
    return opening


def fill(listing: Listing, place: RecordedPlace) -> None:
    """Put the clusters of a place into its listing, each with the time at which it was read."""
    problem = place.why_not_all
    parts = groupby(place.clusters, key=lambda each: each.read_at)
    pages = [(at, tuple(each.cluster for each in part)) for at, part in parts]
    for read_at, clusters in pages or [(place.read_at, ())]:
        listing.extend(Page(clusters, None, problem), read_at)
    listing.pages = max(1, place.pages)


class RecordedLoader(Loader):
    """Lists what a file has of a place, all at once."""

    def __init__(
        self,
        recorded: Recorded,
        opening: Opening,
        listener: LoaderListener,
        assess: Assess,
        submit: Submit,
    ) -> None:
        super().__init__(opening, 1, recorded.clock, listener, assess, submit)
        self._recorded = recorded

    async def arrive(self) -> None:
        """Show what the file has, and tell of all that went wrong."""
        await super().arrive()
        if self.connection is not None:
            for problem in self._recorded.place_of(self.connection).problems[1:]:
                self._listener.failed(self, problem)

    def _show(self, listing: Listing, page: Page[Cluster]) -> None:
        place = self._recorded.place_of(listing.connection)
        fill(listing, place)
        self.shown = self.whole = listing
        self.awaited = None
        self._listener.listing_changed(self)
        alone = not self.is_one_of_several  # none of several has failed for what was left out
        self._note(Page(page.entries, None, place.why_not_all) if alone else page)


class RecordedFleet(Fleet):
    """The places of a file; which of them are the same is what it says."""

    is_recorded = True

    def __init__(self, recorded: Recorded, listener: LoaderListener, assess: Assess) -> None:
        self._recorded = recorded

        def loader(opening: Opening, submit: Submit) -> Loader:
            return RecordedLoader(recorded, opening, listener, assess, submit)

        super().__init__(recorded.openings, 1, loader)

    def settle(self) -> None:
        """See which places have their clusters in an earlier one that is looked at."""
        firsts: dict[tuple[str, str], Loader] = {}
        self._same = {}
        for loader in self.loaders:
            place = self._recorded.place_of(loader.opening.connection.result())
            first = firsts.setdefault((place.same_as or place.profile, place.region), loader)
            if first is not loader:
                self._same[loader] = first


class RecordedAssessor(Assessor):
    """Gives what was found when the file was made, and judges nothing anew."""

    def __init__(self, recorded: Recorded, rules: Rules) -> None:
        super().__init__(replace(rules, accept=()), _not_seen_before, _no_backups)
        self._recorded = recorded

    def at_once(self, connection: Connection, cluster: Cluster, now: datetime) -> Findings:
        """What the file says of it."""
        return self._said(connection, cluster, now, certificates=False)

    def thorough(self, asked: Iterable[tuple[Row, Known]], now: datetime) -> list[Findings]:
        """What the file says of each."""
        return [
            self._said(row.connection, row.cluster, now, certificates=known.certificates)
            for row, known in asked
        ]

    def _said(
        self, connection: Connection, cluster: Cluster, now: datetime, *, certificates: bool
    ) -> Findings:
        recorded = self._recorded.cluster_of(connection, cluster.cluster_id)
        return recorded.findings_at(now, self._rules.backup_hours, certificates=certificates)


def assessor_of(recorded: Recorded, rules: Rules) -> Assessor:
    """What says what is wrong with clusters of a file: the file, or else the user's rules."""
    if recorded.is_judged:
        return RecordedAssessor(recorded, rules)
    return Assessor(rules, _not_seen_before, _no_backups)


def _not_seen_before(connection: Connection, cluster: Cluster, now: datetime) -> StateStart | None:
    """A file does not say since when a cluster is in its state."""
    return None


def _no_backups(connection: Connection, cluster_id: str) -> tuple[Backup, ...] | None:
    """A listing of clusters has none."""
    return None
