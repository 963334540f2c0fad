"""What the footer's keys depend on, as it is in the panes now."""

from collections.abc import Sequence

from hsmtui.fleet.backups import BackupPages
from hsmtui.model.backup import PENDING_DELETION
from hsmtui.model.initialization import stage_of
from hsmtui.ui.commands.footer_keys import Focus, Situation
from hsmtui.ui.main.details_pane import DetailsPane
from hsmtui.ui.main.list_pane import ListPane
from hsmtui.ui.main.status_text import is_partly_searched


def situation_of(
    list_pane: ListPane,
    details: DetailsPane,
    backups: BackupPages,
    recent_filters: Sequence[str],
    *,
    has_more_events: bool,
    is_zoomed: bool,
) -> Situation:
    """The situation; `backups` are those of the row under the cursor, as far as they are known.
    `has_more_events` says that its trail is in sight, and goes further back."""
    row, view, applied = list_pane.table.row, list_pane.table.view, list_pane.applied
    return Situation(
        focus=_focus(list_pane, details),
        tab=details.tab.id,
        has_row=row is not None,
        has_hsms=row is not None and bool(row.cluster.hsms),
        can_initialize=row is not None and stage_of(row.cluster, is_trusted=False) is not None,
        can_restore=any(each.backup_state == PENDING_DELETION for each in backups.backups),
        has_ready_backup=any(each.backup_state == "READY" for each in backups.backups),
        has_more_backups=backups.next is not None,
        has_more_events=has_more_events,
        is_read_only=row is not None and bool(row.connection.why_read_only),
        may_ask=not list_pane.fleet.is_recorded,
        has_marks=list_pane.gives_up_marks,
        is_filtered=bool(applied),
        is_partly_searched=view is not None and is_partly_searched(view),
        has_earlier_filters=any(text != applied.text for text in recent_filters),
        is_searching=details.is_searching,
        is_zoomed=is_zoomed,
    )


def _focus(list_pane: ListPane, details: DetailsPane) -> Focus:
    if list_pane.is_filtering:
        return Focus.FILTER
    if details.is_typing:
        return Focus.SEARCH
    return Focus.DETAILS if details.has_keys else Focus.LIST
