"""What tabs ask of the service when they are looked at: backups, metrics, the trail."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from hsmtui.aws.connection import Connection
from hsmtui.fleet.backups import ClusterBackups
from hsmtui.fleet.health import ClusterHealth
from hsmtui.fleet.listing import Row, RowKey
from hsmtui.fleet.sight import Sight
from hsmtui.ui.host import AppHost, WorkHost, start

if TYPE_CHECKING:
    from hsmtui.fleet.trail import ClusterTrails, Trail

BACKUPS, TRAIL, HEALTH = "backups", "trail", "health"
"""The ids of those tabs."""

_ToldOf: TypeAlias = Callable[[RowKey], object]


class TabReadings:
    """One reader for each of these tabs; that of trails is loaded when somebody first looks at one.

    `in_sight` gives the row of which a tab is in sight and can be asked for, `shows` says whether
    what came through a connection is still listed. `on_change` is called with the key of a cluster
    of which something else is known, `on_trail` where that is only its trail. It works as `node`.
    """

    def __init__(
        self,
        node: WorkHost,
        app: AppHost,
        *,
        in_sight: Callable[[str], Row | None],
        shows: Callable[[Connection], bool],
        on_change: _ToldOf,
        on_trail: _ToldOf,
    ) -> None:
        def sight(tab: str, told: _ToldOf) -> Sight:
            return Sight(
                app.clock,
                row=partial(in_sight, tab),
                shows=shows,
                start=partial(start, node, group=tab),
                on_change=told,
                on_error=app.record,
            )

        def trails() -> "ClusterTrails":
            from hsmtui.fleet.trail import ClusterTrails  # the first screen does without

            return ClusterTrails(sight(TRAIL, on_trail))

        self._in_sight = in_sight
        self._load_trails = trails
        self._trails: ClusterTrails | None = None
        self.backups = ClusterBackups(sight(BACKUPS, on_change))
        self.health = ClusterHealth(sight(HEALTH, on_change))

    @property
    def trails(self) -> "ClusterTrails":
        """What reads trails."""
        self._trails = self._trails or self._load_trails()
        return self._trails

    def trail(self, row: Row | None) -> "Trail | None":
        """What is known of the trail of a row; None before any was looked at."""
        return self._trails.known(row) if self._trails is not None else None

    @property
    def has_more_events(self) -> bool:
        """Whether a trail is in sight, and goes further back."""
        row = self._in_sight(TRAIL)
        known = self.trail(row)
        return row is not None and known is not None and known.has_more

    @property
    def _begun(self) -> "list[ClusterBackups | ClusterHealth | ClusterTrails]":
        return [self.backups, self.health, *([self._trails] if self._trails else [])]

    def follow(self) -> None:
        """Read what the tab in sight is about."""
        self.backups.follow()
        self.health.follow()
        if self._in_sight(TRAIL) is not None:
            self.trails.follow()

    def go_on(self) -> None:
        """Time has passed: countdowns go on, and old metrics are read again."""
        self.backups.redraw()
        self.health.look_again()

    def more(self) -> bool:
        """Read the next page for the tab in sight, or again what failed to come; whether that tab
        has pages."""
        paged = [tab for tab in (BACKUPS, TRAIL) if self._in_sight(tab) is not None]
        for tab in paged:
            (self.backups if tab == BACKUPS else self.trails).more()
        return bool(paged)

    def near_end(self) -> None:
        """The last backups, or the last events, are in sight."""
        self.backups.near_end()
        if self._trails is not None:
            self._trails.near_end()

    def refresh(self) -> None:
        """All is to be read again when it is looked at."""
        for each in self._begun:
            each.refresh()

    def forget_unlisted(self) -> None:
        """Something else is listed now."""
        for each in self._begun:
            each.forget_unlisted()
