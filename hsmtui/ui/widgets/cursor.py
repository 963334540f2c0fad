"""What stays under a cursor, and what has gone from under one: for a moment no command is for what
took its place."""

from datetime import datetime, timedelta

from hsmtui.fleet.listing import Row, RowKey
from hsmtui.model.cluster import Hsm
from hsmtui.model.hsm_slots import Placed
from hsmtui.model.state import state_urgency

NOTICED = timedelta(seconds=1)
"""After so long whoever looks at a list has seen that something has gone from it."""


class GoneItem:
    """What has gone from under one cursor, and since when that could be seen."""

    def __init__(self) -> None:
        self._what = ""
        self._since: datetime | None = None

    def note(self, what: str, now: datetime | None) -> None:
        """It has gone now; None while nobody can see the list."""
        self._what, self._since = what, now

    def seen(self, now: datetime) -> None:
        """The list can be seen again."""
        if self._what and self._since is None:
            self._since = now

    def recent(self, now: datetime) -> str:
        """What has gone and may not have been noticed; "" where there is no such thing. A clock
        that was set back keeps nothing."""
        if self._since is not None and not timedelta() <= now - self._since < NOTICED:
            self._what = ""
        return self._what


class HsmCursor:
    """The cursor of the HSMs tab, which stays on its row, whatever HSM is in it.

    It knows the rows of every cluster that was shown, and where the cursor is in the last one.
    """

    def __init__(self) -> None:
        self._rows: dict[RowKey, Placed] = {}
        self._key: RowKey | None = None
        self._row = 0

    def take(self, row: Row) -> str | None:
        """Follow what was read of a cluster; with another one the cursor starts on the HSM in the
        worst state, the first of them. The id of the HSM that has gone from under the cursor, if it
        has."""
        is_same, before = row.key == self._key, self.hsm
        self._key = row.key
        self._rows[row.key] = self._placed.with_hsms(row.cluster.hsms or ())
        if not is_same:
            self._row = 0
            states = [hsm.state for hsm in self.hsms]
            self.move(min(range(len(states)), key=lambda at: state_urgency(states[at]), default=0))
            return None
        return None if before is None or self._has(before) else before.hsm_id

    def _has(self, hsm: Hsm) -> bool:
        return any(other.hsm_id == hsm.hsm_id for other in self.hsms)

    @property
    def _placed(self) -> Placed:
        return self._rows.get(self._key, Placed()) if self._key is not None else Placed()

    @property
    def hsms(self) -> tuple[Hsm, ...]:
        """The HSMs in the order of their rows."""
        return self._placed.shown

    @property
    def hsm(self) -> Hsm | None:
        """The HSM in the cursor's row, else in the next one that has an HSM, else the last."""
        below = [hsm for hsm in self._placed.hsms[self._row :] if hsm is not None]
        return next(iter((*below, *self.hsms[-1:])), None)

    @property
    def index(self) -> int:
        """Which of the HSMs that is; 0 where there is none."""
        return self.hsms.index(self.hsm) if self.hsm else 0

    def move(self, to: int) -> None:
        """Put the cursor on the HSM at this place, or on the nearest one that there is."""
        if self.hsms:
            hsm = self.hsms[max(0, min(to, len(self.hsms) - 1))]
            self._row = self._placed.hsms.index(hsm)
