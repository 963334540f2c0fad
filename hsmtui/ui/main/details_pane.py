"""The details of the cluster under the cursor: what they show, when, and who has the keys."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from textual.timer import Timer

from hsmtui.fleet.listing import Row
from hsmtui.ui.flows.save_certificates import Proving
from hsmtui.ui.widgets.details import Details
from hsmtui.ui.widgets.tabs import Beside

if TYPE_CHECKING:
    from hsmtui.ui.main.screen import ClusterScreen

REST = 0.1
"""Seconds that the cursor rests before the details follow it."""


class Inspecting:
    """Has the details follow the table's cursor, and leads the keys into them and out again."""

    def __init__(self, screen: "ClusterScreen", details: Details) -> None:
        self._screen = screen
        self._details = details
        self._clock = screen.hsmtui.clock
        self._rest: Timer | None = None
        self.proving = Proving(screen, self.show)

    def follow(self) -> None:
        """The cursor has moved: show its row once it rests."""
        if self._rest is not None:
            self._rest.stop()
        self._rest = self._screen.set_timer(REST, self.show)

    def show(self) -> None:
        """Show the row under the cursor as it is now."""
        row = self._screen.table.row
        self._details.show(row.cluster if row else None, self._clock(), self._beside(row))
        self._screen.backups.follow()

    def news_of(self, ids: Collection[str]) -> None:
        """More, or something else, is known of these clusters."""
        cluster = self._details.cluster
        if cluster is not None and cluster.cluster_id in ids:
            self.show()

    def _beside(self, row: Row | None) -> Beside:
        """What is shown beside the cluster's own record."""
        beside = Beside(roots=self.proving.roots, backups=self._screen.backups.pages(row))
        if row is None:
            return beside
        rules = self._screen.assessing.assessor.number_of_rules(row.cluster)
        return beside._replace(findings=row.findings, rules=rules)

    def choose(self, tab_id: str) -> None:
        """Show this tab."""
        self.show()
        self._details.choose(tab_id)
        self.proving.opened(tab_id)
        if self._screen.has_class("one-pane"):
            self.enter()
        self._screen.backups.follow()

    def shows_tab(self, tab_id: str) -> bool:
        """Whether this tab is in sight."""
        screen = self._screen
        in_sight = not screen.has_class("one-pane") or screen.has_class("in-details")
        return in_sight and self._details.tab.id == tab_id

    @property
    def is_entered(self) -> bool:
        """Whether the details have the keys."""
        return self._details.body.has_focus

    def enter(self) -> None:
        """Let the details have the keys."""
        self._screen.add_class("in-details")
        self.show()
        self._details.body.focus()

    def leave(self) -> None:
        """Give the keys back to the table."""
        self._screen.remove_class("in-details")
        self._screen.table.focus()
