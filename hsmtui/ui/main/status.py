"""What stands around the rows: the header, the title, the placard and the notice."""

from typing import TYPE_CHECKING

from textual.widgets import Static

from hsmtui.ui.main.status_text import notice_of, placard
from hsmtui.ui.widgets.header import Header, Standing
from hsmtui.ui.widgets.severity_counts import SeverityCounts
from hsmtui.ui.widgets.title import Title

if TYPE_CHECKING:
    from hsmtui.ui.main.screen import ClusterScreen


class Status:
    """Says of a screen where it is, what is listed, what is under way and what went wrong."""

    def __init__(self, screen: "ClusterScreen") -> None:
        self._screen = screen
        self._app = screen.hsmtui
        self.header = Header(id="header")
        self.title = Title(id="title")
        self.notice = Static(id="notice", markup=False)

    def show_place(self) -> None:
        """Say where the screen is and as whom it asks."""
        here = self._screen.lister.here
        account = here.connection.account if here.connection else None
        self.header.show(
            Standing(
                profile=here.profile_name,
                region=here.region,
                connection=here.connection,
                read_only=here.is_read_only,
                demo=self._app.demo,
                color=self._app.settings.color(here.profile, account),
            )
        )

    def show_tally(self) -> None:
        """Say how bad it is."""
        self.header.show_tally(SeverityCounts.of(self._screen.lister.shown))

    def show_status(self) -> None:
        """Say how much is listed, how old it is, what is under way and what went wrong last."""
        lister, table, now = self._screen.lister, self._screen.table, self._app.clock()
        self.show_tally()
        told = self._app.prompter.told if self._is_waiting else ""
        self.title.show(table.view, now, told or lister.doing or self._screen.watching.words)
        table.fade(now)
        table.show_placard(*placard(lister, table.view, told, self._app.remapped))
        is_noted = lister.problem is not None and bool(table.view)
        self.notice.display = is_noted
        if lister.problem is not None and is_noted:
            self.notice.update(notice_of(lister.problem, lister, now, self._app.remapped))

    @property
    def _is_waiting(self) -> bool:
        """Whether anybody waits for an answer: the threads of what was given up go on to tell."""
        screen = self._screen
        above = len(self._app.screen_stack) > 1
        return bool(screen.lister.doing) or above or screen.identifying.is_under_way
