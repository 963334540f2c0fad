"""Since when clusters were seen in states that should pass, from one run to the next.

The service does not say when a cluster changed its state: only when it was first seen in one and,
where that was watched, when it was last seen in another before. seen.json is the app's own file,
written whole.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, NamedTuple, TypeAlias

import msgspec

from hsmtui.aws.connection import Connection
from hsmtui.config.private_file import read_regular, replace_private
from hsmtui.config.state import StateError
from hsmtui.model.cluster import Cluster
from hsmtui.model.text import visible

REMEMBERED_AT_MOST = 2_000
"""How many are remembered; those that were looked at last stay."""

_LARGEST_FILE = 5_000 * REMEMBERED_AT_MOST
"""Bytes of a file that is read: what is remembered of a cluster has some hundred."""

_LONGEST_GAP = timedelta(days=3)
"""Between two looks; after a longer one the state may have passed and come again."""

_SHORTEST_GAP = timedelta(hours=1)
"""Between two looks that are worth writing down if nothing else has changed."""


_Moment: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]


class Spot(NamedTuple):
    """Where a cluster is. `owner` is the account or, where that is not known, the profile."""

    owner: str
    region: str
    endpoint: str | None

    @classmethod
    def of(cls, connection: Connection) -> "Spot":
        """That of what came through a connection, by its profile."""
        return _spot(connection.profile_name, connection.region, connection.endpoint)


@lru_cache(maxsize=1024)
def _spot(owner: str, region: str, endpoint: str | None) -> Spot:
    """The same one for all clusters that are there: they are many."""
    return Spot(owner, region, endpoint)


class StateStart(NamedTuple):
    """When a cluster was first seen in its state, and last in another; None where it never was.

    The state began between the two.
    """

    first: datetime
    before: datetime | None = None


class SeenState(msgspec.Struct, frozen=True, omit_defaults=True):
    """A cluster in a state that should pass: when it was first and last seen in it.

    `before` is when it was last seen in another.
    """

    spot: Spot
    cluster_id: str
    state: str
    first: _Moment
    last: _Moment
    before: _Moment | None = None


class FirstSeenTimes:
    """What was seen, in this run and before; `changed` says that it is worth saving."""

    def __init__(self, states: Iterable[SeenState] = ()) -> None:
        self._states = {(each.spot, each.cluster_id): each for each in states}
        self._at_rest: dict[Spot, dict[str, datetime]] = {}
        self.changed = False

    def since(
        self, spot: Spot, cluster: Cluster, read_at: datetime, alias: Spot | None = None
    ) -> StateStart | None:
        """Since when this cluster was in its state at `read_at`; None for a state that may last.

        It is seen by this: what comes of it is remembered, under both names where its spot has an
        alias.
        """
        spots = (spot,) if alias is None or alias == spot else (spot, alias)
        names = [(each, cluster.cluster_id) for each in spots]
        state = cluster.state or ""
        if not state.endswith("_IN_PROGRESS"):
            for name in names:
                self.changed = self._states.pop(name, None) is not None or self.changed
            self._at_rest.setdefault(spot, {})[cluster.cluster_id] = read_at
            return None
        known = [self._states.get(name) for name in names]
        going_on = [each for each in known if each is not None and _goes_on(each, state, read_at)]
        if going_on:
            oldest = min(going_on, key=lambda each: each.first)
            start = StateStart(oldest.first, oldest.before)
        else:
            start = StateStart(read_at, self._last_in_another(spot, cluster, known, read_at))
        last = max([each.last for each in going_on], default=read_at)
        last = read_at if read_at - last >= _SHORTEST_GAP else last
        fresh = [
            SeenState(each, cluster_id, state, start.first, last, start.before)
            for each, cluster_id in names
        ]
        self._states.update(zip(names, fresh, strict=True))
        self.changed = self.changed or known != fresh
        return start

    def _last_in_another(
        self, spot: Spot, cluster: Cluster, known: Iterable[SeenState | None], read_at: datetime
    ) -> datetime | None:
        """When a cluster was last seen in another state, at rest in this run or going by."""
        at_rest = self._at_rest.get(spot, {}).get(cluster.cluster_id)
        passing = (each.last for each in known if each is not None and each.state != cluster.state)
        times = [at for at in (at_rest, *passing) if at is not None and at <= read_at]
        return max(times, default=None)

    @property
    def states(self) -> tuple[SeenState, ...]:
        """What is worth remembering, the latest first."""
        latest = sorted(self._states.values(), key=lambda each: each.last, reverse=True)
        return tuple(latest[:REMEMBERED_AT_MOST])


def _goes_on(known: SeenState, state: str, read_at: datetime) -> bool:
    """Whether a state is still the one that was seen; times ahead are of a wrong clock."""
    return known.state == state and known.first <= read_at and read_at - known.last <= _LONGEST_GAP


def load_first_seen(path: Path) -> tuple[FirstSeenTimes, str | None]:
    """What was seen before, and a notice where a file is there that cannot be used."""
    try:
        content = read_regular(path, _LARGEST_FILE)
        return FirstSeenTimes(msgspec.json.decode(content, type=tuple[SeenState, ...])), None
    except FileNotFoundError:
        return FirstSeenTimes(), None
    except OSError as error:
        reason = f"cannot be read: {error.strerror or error}"
    except (ValueError, RecursionError) as error:  # not UTF-8, not JSON or of another shape
        reason = f"does not have the expected form: {error}"
    return FirstSeenTimes(), visible(
        f"{path} {reason}. How long a state lasts is counted from now on."
    )


def save_first_seen(path: Path, seen: FirstSeenTimes) -> None:
    """Replace the file in one step; only its owner may read it.

    Raises StateError where it cannot be written, and leaves what was there.
    """
    seen.changed = False  # what is seen while this writes is for the next time
    try:
        replace_private(path, msgspec.json.encode(seen.states) + b"\n")
    except OSError as error:
        raise StateError(f"{path} cannot be written: {error.strerror or error}") from error
    except UnicodeEncodeError as error:
        raise StateError(f"{path} cannot be written: a name in it is not UTF-8") from error


class FirstSeen:
    """Reads its file when it is first asked, and writes it when told to.

    Without a file, as in the demo, nothing outlives the run. `warn` is given what is wrong with
    the file.
    """

    def __init__(self, file: Path | None, warn: Callable[[str], object]) -> None:
        self._file = file
        self.warn = warn
        self._seen: FirstSeenTimes | None = None

    def since(
        self, connection: Connection, cluster: Cluster, read_at: datetime
    ) -> StateStart | None:
        """Since when a cluster was in its state at `read_at`; None for a state that may last.

        Before the account is known it goes by the profile, and from then on by both.
        """
        if self._seen is None:
            self._seen = self._load()
        spot = Spot.of(connection)
        alias = _spot(connection.account or spot.owner, spot.region, spot.endpoint)
        return self._seen.since(spot, cluster, read_at, alias)

    def save(self) -> str:
        """Keep what is new; why that could not be done, once: it is not tried again then."""
        if self._file is None or self._seen is None or not self._seen.changed:
            return ""
        try:
            save_first_seen(self._file, self._seen)
        except StateError as error:
            self._file = None
            return str(error)
        return ""

    def _load(self) -> FirstSeenTimes:
        if self._file is None:
            return FirstSeenTimes()
        seen, notice = load_first_seen(self._file)
        if notice:
            self.warn(notice)
        return seen
