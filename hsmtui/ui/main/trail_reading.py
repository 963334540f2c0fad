"""The trail of the row that is looked at; what reads it is loaded when somebody first does."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from hsmtui.fleet.listing import Row

if TYPE_CHECKING:
    from hsmtui.fleet.trail import ClusterTrails, Trail


class TrailReading:
    """Does what is asked of the trail; nothing before one was in sight.

    `in_sight` gives the row of which the trail is in sight and can be asked for, `load` what reads
    trails, which is asked for once.
    """

    def __init__(
        self, in_sight: Callable[[], Row | None], load: "Callable[[], ClusterTrails]"
    ) -> None:
        self._in_sight = in_sight
        self._load = load
        self._trails: ClusterTrails | None = None

    def of(self, row: Row | None) -> "Trail | None":
        """What is known of a row; None before any trail was asked for."""
        return self._trails.of(row) if self._trails is not None else None

    @property
    def has_more(self) -> bool:
        """Whether older events of the row in sight may be asked for."""
        row = self._in_sight()
        known = self.of(row)
        return row is not None and known is not None and known.has_more

    def follow(self) -> None:
        """Read what is in sight and due."""
        if self._in_sight() is not None:
            self._loaded.follow()

    def more(self) -> None:
        """What is older, or again what failed to come."""
        self._loaded.more()

    def near_end(self) -> None:
        """The last events are in sight."""
        if self._trails is not None:
            self._trails.near_end()

    def refresh(self) -> None:
        """All is to be read again when it is looked at."""
        if self._trails is not None:
            self._trails.refresh()

    def forget_unlisted(self) -> None:
        """Something else is listed now."""
        if self._trails is not None:
            self._trails.forget_unlisted()

    @property
    def _loaded(self) -> "ClusterTrails":
        if self._trails is None:
            self._trails = self._load()
        return self._trails
