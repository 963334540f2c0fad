"""The trail of the row that is looked at; what reads it is loaded when somebody first does."""

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.fleet.listing import Row, RowKey

if TYPE_CHECKING:
    from hsmtui.fleet.trail import ClusterTrails, Trail


class TrailHost(Protocol):
    """The screen with the tab."""

    def row_of_trail(self) -> Row | None:
        """The row of which the trail is in sight and can be asked for."""

    def shows(self, connection: Connection) -> bool:
        """Whether what is listed, or left out for now, came through this connection."""

    def start_trail(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Have a coroutine run."""

    def trail_known(self, key: RowKey) -> None:
        """More, or something else, is known of the trail of a cluster."""

    def trail_failed(self, error: HsmtuiError) -> None:
        """A page of it could not be read."""


class TrailReading:
    """Does what is asked of the trail; nothing before one was in sight."""

    def __init__(self, host: TrailHost, clock: Callable[[], datetime]) -> None:
        self._host = host
        self._clock = clock
        self._trails: ClusterTrails | None = None

    def of(self, row: Row | None) -> "Trail | None":
        """What is known of a row; None before any trail was asked for."""
        return self._trails.of(row) if self._trails is not None else None

    @property
    def has_more(self) -> bool:
        """Whether older events of the row in sight may be asked for."""
        row = self._host.row_of_trail()
        known = self.of(row)
        return row is not None and known is not None and known.has_more

    def follow(self) -> None:
        """Read what is in sight and due."""
        if self._host.row_of_trail() is not None:
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
            from hsmtui.fleet.trail import ClusterTrails  # the first screen does without

            host = self._host
            self._trails = ClusterTrails(
                self._clock,
                in_sight=host.row_of_trail,
                shows=host.shows,
                start=host.start_trail,
                on_change=host.trail_known,
                on_error=host.trail_failed,
            )
        return self._trails
