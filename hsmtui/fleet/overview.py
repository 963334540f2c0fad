"""What is loaded of all places, counted: the fleet at a glance."""

from datetime import datetime
from typing import NamedTuple

from hsmtui.fleet.fleet import Extent, Fleet, PlaceState
from hsmtui.model.filter.query import Query, parse
from hsmtui.model.overview import Bar, OverviewSection, overview_of

_WHOLE_PLACES = {PlaceState.LISTED, PlaceState.SAME, PlaceState.NOT_ENABLED}


class FleetOverview(NamedTuple):
    """How many clusters are loaded and of which kinds, and how much of the places that is.

    `base` is the filter by which the service has chosen all of these clusters, where some were
    loaded under one alone. `is_whole` says that there are no more, `why_fixed` why loading does not
    load more of them, "" where it does. `read_at` is when the oldest of them were read.
    """

    sections: tuple[OverviewSection, ...]
    clusters: int
    extent: Extent
    base: Query
    is_whole: bool
    why_fixed: str
    read_at: datetime | None

    def query_of(self, bar: Bar) -> Query:
        """The filter that lists what a bar counts."""
        return parse(" ".join(filter(None, (str(self.base), bar.query))))


def count_fleet(fleet: Fleet, applied: Query, now: datetime, hours: int) -> FleetOverview:
    """Count what is loaded, whether or not the filter that is applied shows it.

    Backups that are older than `hours` are old.
    """
    listings, extent = fleet.widest, fleet.extent
    base = applied.served if any(each.filters for each in listings) else parse("")
    rows = [
        row.judged
        for listing in listings
        for cluster_id, row in listing.rows.items()
        if not base or listing.matches(base, cluster_id)
    ]
    return FleetOverview(
        sections=overview_of(rows, now, hours),
        clusters=len(rows),
        extent=extent,
        base=base,
        is_whole=all(each.whole for each in listings) and extent.states.keys() <= _WHOLE_PLACES,
        why_fixed=_why_fixed(fleet),
        read_at=min((each.read_at for each in listings if each.read_at), default=None),
    )


def _why_fixed(fleet: Fleet) -> str:
    if fleet.is_recorded:
        return "Opened from a file: there is nothing to load"
    if fleet.widest != fleet.shown:
        return "The list is filtered: without the filter there may be more to load"
    return ""
