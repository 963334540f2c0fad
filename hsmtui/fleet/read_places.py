"""Which places were read in this run, how many clusters they had, and when that was."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from hsmtui.fleet.fleet import Fleet
from hsmtui.fleet.loader import Loader
from hsmtui.model.text import visible
from hsmtui.model.times import age

MOST_TOLD = 5
"""Places that are named."""

AT_ONCE = 60
"""Seconds for which it is not told when a place was read."""


class _Read(NamedTuple):
    """A place and what was read of it; `has_more` says that not all of it was."""

    profile: str
    account: str | None
    region: str
    number: int
    has_more: bool
    at: datetime

    @property
    def names(self) -> set[tuple[str, str]]:
        """What it is known by: two profiles may have the same account."""
        return {(owner, self.region) for owner in (self.profile, self.account) if owner}


class ReadPlaces:
    """Remembers, for this run alone, what was read of places that are listed no longer."""

    def __init__(self) -> None:
        self._left: list[_Read] = []

    def leave(self, fleet: Fleet) -> None:
        """Other places are gone to."""
        self._left = _distinct([*_read_of(fleet.everywhere), *self._left], set())

    def words(self, fleet: Fleet, now: datetime) -> tuple[str, ...]:
        """Where else there are clusters: in places that are not looked at and were read in this
        run; then where there were none. No line where no other place was read."""
        looked_at = {name for loader in fleet.loaders for name in _names(loader)}
        others = _distinct([*_read_of(fleet.everywhere), *self._left], looked_at)
        profiles = {loader.location.profile_name for loader in fleet.loaders}
        full = sorted((each for each in others if each.number), key=lambda e: -e.number)
        empty = [each for each in others if not (each.number or each.has_more)]
        return tuple(filter(None, (_line(each, profiles, now) for each in (full, empty))))


def _names(loader: Loader) -> set[tuple[str, str]]:
    where, connection = loader.location, loader.connection
    owners = (where.profile_name, connection.account if connection else None)
    return {(owner, where.region) for owner in owners if owner and where.region}


def _read_of(loaders: Iterable[Loader]) -> Iterator[_Read]:
    """What was read of these; what was asked for under a filter of the service says nothing."""
    for loader in loaders:
        listing = loader.whole
        if listing is not None and listing.read_at is not None:
            at = listing.connection
            who = (at.profile_name, at.account, at.region)
            yield _Read(*who, len(listing.rows), not listing.whole, listing.read_at)


def _distinct(places: Iterable[_Read], without: set[tuple[str, str]]) -> list[_Read]:
    """The first of each place; not those with one of these names."""
    found, known = [], set(without)
    for each in places:
        if not each.names & known:
            found.append(each)
        known |= each.names
    return found


def _line(places: Sequence[_Read], profiles: set[str], now: datetime) -> str:
    words = [_words(each, profiles, now) for each in places[:MOST_TOLD]]
    rest = len(places) - len(words)
    return ", ".join([*words, *([f"and {rest} more place{'s' * (rest > 1)}"] if rest else [])])


def _words(read: _Read, profiles: set[str], now: datetime) -> str:
    """Such as ``25+ in us-east-1 (read 5m ago)``; the profile is told where it is another."""
    number = f"{read.number}{'+' if read.has_more else ''}" if read.number else "none"
    profile = "" if read.profile in profiles else f"{visible(read.profile)} · "
    is_old = (now - read.at).total_seconds() >= AT_ONCE
    old = f" (read {age(read.at, now)} ago)" if is_old else ""
    return f"{number} in {profile}{visible(read.region)}{old}"
