"""seen.json: since when this app has seen clusters in states that should pass.

The service does not say when a cluster changed its state. It is the app's own file, written whole.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, NamedTuple, TypeAlias

import msgspec
from msgspec.structs import replace

from hsmtui.config.private_file import read_regular, replace_private
from hsmtui.config.state import StateError
from hsmtui.model.cluster import Cluster
from hsmtui.model.text import visible

SIGHTINGS_AT_MOST = 2_000
"""How many are remembered; those that were looked at last stay."""

LARGEST = 5_000 * SIGHTINGS_AT_MOST
"""Bytes of a file that is read: a sighting has some hundred."""

LONGEST_GAP = timedelta(days=3)
"""Between two looks; after a longer one the state may have passed and come again."""

SHORTEST_GAP = timedelta(hours=1)
"""Between two looks that are worth writing down if nothing else has changed."""


Moment: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]


class Spot(NamedTuple):
    """Where a cluster is. `owner` is the account or, where that is not known, the profile."""

    owner: str
    region: str
    endpoint: str | None


class Sighting(msgspec.Struct, frozen=True):
    """A cluster in a state that should pass: when it was first and last seen in it."""

    spot: Spot
    cluster_id: str
    state: str
    first: Moment
    last: Moment


class FirstSeenTimes:
    """What was seen, in this run and before; `changed` says that it is worth saving."""

    def __init__(self, sightings: Iterable[Sighting] = ()) -> None:
        self._sightings = {(each.spot, each.cluster_id): each for each in sightings}
        self.changed = False

    def since(self, spot: Spot, cluster: Cluster, now: datetime) -> datetime | None:
        """When this cluster was first seen in its state; None for a state that may last.

        It is seen by this: what comes of it is remembered.
        """
        name, state = (spot, cluster.cluster_id), cluster.state or ""
        known = self._sightings.get(name)
        if not state.endswith("_IN_PROGRESS"):
            if known is not None:
                del self._sightings[name]
                self.changed = True
            return None
        if known is None or not _goes_on(known, state, now):
            known = Sighting(spot, cluster.cluster_id, state, now, now)
        elif now - known.last >= SHORTEST_GAP:
            known = replace(known, last=now)
        if self._sightings.get(name) is not known:
            self._sightings[name] = known
            self.changed = True
        return known.first

    @property
    def sightings(self) -> tuple[Sighting, ...]:
        """What is worth remembering, the latest first."""
        latest = sorted(self._sightings.values(), key=lambda each: each.last, reverse=True)
        return tuple(latest[:SIGHTINGS_AT_MOST])


def _goes_on(known: Sighting, state: str, now: datetime) -> bool:
    """Whether a state is still the one that was seen; times ahead of now are of a wrong clock."""
    return known.state == state and known.first <= now and now - known.last <= LONGEST_GAP


def load_first_seen(path: Path) -> tuple[FirstSeenTimes, str | None]:
    """What was seen before, and a notice where a file is there that cannot be used."""
    try:
        content = read_regular(path, LARGEST)
        return FirstSeenTimes(msgspec.json.decode(content, type=tuple[Sighting, ...])), None
    except FileNotFoundError:
        return FirstSeenTimes(), None
    except OSError as error:
        reason = f"cannot be read: {error.strerror or error}"
    except (ValueError, RecursionError) as error:  # not UTF-8, not JSON or of another shape
        reason = f"is of another shape: {error}"
    return FirstSeenTimes(), visible(
        f"{path} {reason}. Since when states last is counted from now on."
    )


def save_first_seen(path: Path, seen: FirstSeenTimes) -> None:
    """Replace the file in one step; only its owner may read it.

    Raises StateError where it cannot be written, and leaves what was there.
    """
    try:
        replace_private(path, msgspec.json.encode(seen.sightings) + b"\n")
    except OSError as error:
        raise StateError(f"{path} cannot be written: {error.strerror or error}") from error
    except UnicodeEncodeError as error:
        raise StateError(f"{path} cannot be written: a name in it is not UTF-8") from error
    seen.changed = False
