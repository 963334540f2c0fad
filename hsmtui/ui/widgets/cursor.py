"""What stays under a cursor, and what has gone from under one: for a moment no command is for what
took its place."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from hsmtui.fleet.listing import Row, RowKey
from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Hsm
from hsmtui.model.hsm_slots import Placed
from hsmtui.model.state import state_urgency
from hsmtui.ui.widgets.detail_view import RelatedData

NOTICED = timedelta(seconds=1)
"""After so long whoever looks at a list has seen that something has gone from it."""


Item = TypeVar("Item", Hsm, Backup)


def moved(at: int, way: str, last: int, page: int) -> int:
    """Where a cursor comes to that goes up, down, page_up, page_down, to the top or the bottom, as
    far as there is something."""
    to = {
        "up": at - 1,
        "down": at + 1,
        "page_up": at - page,
        "page_down": at + page,
        "top": 0,
        "bottom": last,
    }[way]
    return max(0, min(to, last))


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


class ItemCursor(ABC, Generic[Item]):
    """The cursor of a tab that has rows of items, some of them empty.

    It stays with its item, wherever that stands now. Where the item has gone it stays in the row,
    whatever comes into it.
    """

    def __init__(self, id_of: Callable[[Item], str]) -> None:
        self.gone = GoneItem()
        self._id_of: Callable[[Item], str] = id_of
        self._key: RowKey | None = None
        self._slots: Sequence[Item | None] = ()
        self._row = 0

    @abstractmethod
    def follow(self, row: Row, related: RelatedData) -> str | None:
        """Follow what was read of a cluster. The id of the item that has gone from under the
        cursor, if it has."""

    def _take(self, key: RowKey, slots: Sequence[Item | None], begin: int = 0) -> str | None:
        """The rows of a cluster now; with another cluster than before the cursor is in row `begin`.
        What `follow` gives."""
        is_same, before = key == self._key, self.item_id
        own = self._slots[self._row] if is_same and self._row < len(self._slots) else None
        self._key, self._slots = key, slots
        if not is_same:
            self._row = begin
            return None
        found = [(self._id_of(item), at) for at, item in enumerate(slots) if item is not None]
        rows = dict(reversed(found))  # of twins the first
        if own is not None:
            self._row = rows.get(self._id_of(own), self._row)
        return None if before is None or before in rows else before

    @property
    def items(self) -> tuple[Item, ...]:
        """The items in the order of their rows."""
        return tuple(item for item in self._slots if item is not None)

    @property
    def item(self) -> Item | None:
        """The item in the cursor's row, else in the next one that has an item, else the last."""
        below = (item for item in self._slots[self._row :] if item is not None)
        return next(below, None) or next(iter(self.items[-1:]), None)

    @property
    def item_id(self) -> str | None:
        """The id of that item."""
        return None if self.item is None else self._id_of(self.item)

    @property
    def index(self) -> int:
        """Which of the items that is; 0 where there is none."""
        return self._ids.index(self.item_id) if self.item_id is not None else 0

    @property
    def _ids(self) -> list[str]:
        return [self._id_of(item) for item in self.items]

    def move(self, to: int) -> None:
        """Put the cursor on the item at this place, or on the nearest one that there is."""
        rows = [at for at, item in enumerate(self._slots) if item is not None]
        if rows:
            self._row = rows[max(0, min(to, len(rows) - 1))]

    def move_to(self, item_id: str) -> None:
        """Put the cursor on the item with this id, if there is one."""
        if item_id in self._ids:
            self.move(self._ids.index(item_id))


class HsmCursor(ItemCursor[Hsm]):
    """The cursor of the HSMs tab, which starts on the HSM in the worst state, the first of them. It
    knows the rows of every cluster that was shown."""

    def __init__(self) -> None:
        super().__init__(lambda hsm: hsm.hsm_id)
        self._placed: dict[RowKey, Placed] = {}

    def follow(self, row: Row, related: RelatedData) -> str | None:
        placed = self._placed.get(row.key, Placed()).with_hsms(row.cluster.hsms or ())
        self._placed[row.key] = placed
        urgencies = [
            (state_urgency(hsm.state), at) for at, hsm in enumerate(placed.hsms) if hsm is not None
        ]
        return self._take(row.key, placed.hsms, min(urgencies, default=(0, 0))[1])


class BackupCursor(ItemCursor[Backup]):
    """The cursor of the Backups tab, which starts on the newest one. What has no id is passed
    over."""

    def __init__(self) -> None:
        super().__init__(lambda backup: backup.backup_id)

    def follow(self, row: Row, related: RelatedData) -> str | None:
        return self._take(row.key, [each for each in related.backups.backups if each.has_id])
