"""Which of several places are the same account and region, reached through different profiles."""

from collections.abc import Iterable
from typing import TypeVar

from hsmtui.fleet.listing import Listing

_Place = TypeVar("_Place")


def same_places(listed: Iterable[tuple[_Place, Listing]]) -> dict[_Place, _Place]:
    """Of each place that is the same as an earlier one the first of those.

    Where an account is not known, a cluster that both list says so: of two places of one region
    and endpoint, for an id belongs to one account.
    """
    known = {place: (listing, listing.connection.account) for place, listing in listed}
    needs_ids = any(account is None for _, account in known.values())
    same: dict[_Place, _Place] = {}
    by_account: dict[tuple[str, str | None, str], _Place] = {}
    by_cluster: dict[tuple[str, str | None, str], _Place] = {}
    for place, (listing, account) in known.items():
        where = listing.connection.region, listing.connection.endpoint
        keys = [(*where, each) for each in _ids(listing)] if needs_ids else []
        owners = (by_cluster[key] for key in keys if key in by_cluster)
        first = next((each for each in owners if None in (account, known[each][1])), place)
        if account is not None:
            first = by_account.setdefault((*where, account), first)
        for key in keys:
            by_cluster.setdefault(key, first)
        if first is not place:
            same[place] = first
    return same


def _ids(listing: Listing) -> Iterable[str]:
    return (cluster_id for cluster_id, row in listing.rows.items() if row.cluster.has_id)
