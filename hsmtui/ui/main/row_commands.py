"""What is done with the row under the cursor, and with the marked rows."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from hsmtui.aws.connection import Connection
from hsmtui.fleet.assess import Assessing
from hsmtui.fleet.background_backups import BackgroundBackups
from hsmtui.fleet.fleet import Fleet
from hsmtui.fleet.listing import Row
from hsmtui.model.backup import Backup
from hsmtui.model.text import visible
from hsmtui.ui.commands.command import Command
from hsmtui.ui.commands.keymap import key_of
from hsmtui.ui.flows.copy import choose_copy
from hsmtui.ui.flows.open import ChangeFlows
from hsmtui.ui.host import AppHost, start
from hsmtui.ui.main.details_pane import DetailsPane
from hsmtui.ui.main.list_pane import ListPane
from hsmtui.ui.main.marked import MarkedRows
from hsmtui.ui.main.tab_readings import TabReadings
from hsmtui.ui.terminal.private import BaseScreen
from hsmtui.ui.widgets.cluster_table import ClusterTable

_Item = TypeVar("_Item")


class RowScreen(BaseScreen[None]):
    """The actions of a screen that has a row under a cursor, and its details."""

    hsmtui: AppHost
    fleet: Fleet
    list_pane: ListPane
    marked: MarkedRows
    table: ClusterTable
    details: DetailsPane
    assessing: Assessing
    readings: TabReadings
    region_backups: BackgroundBackups
    change_flows: ChangeFlows

    def _row_meant(self) -> Row | None:
        """The row that a command is for. Where there is none, or where another one was until a
        moment ago, that is said, and what was typed behind the command is for nothing."""
        gone, row = self.table.gone.recent(self.hsmtui.clock()), self.table.row
        if row is not None and not gone:
            self.table.hold()
            return row
        if row is not None and self.table.lists(gone):
            self._refuse(
                f"Another row is under the cursor now: {visible(gone)} has moved. Nothing was done."
            )
        elif gone:
            self._refuse(f"The row under the cursor has gone: {visible(gone)}. Nothing was done.")
        else:
            self._refuse("There is no cluster under the cursor.")
        return None

    def _row_without_marks(self) -> Row | None:
        """The row that a command is for which takes marked rows first, where none is marked; not
        where the last mark has gone with its cluster a moment ago."""
        if gone := self.marked.gone.recent(self.hsmtui.clock()):
            self._refuse(f"The marked row has gone: {visible(gone)}. Nothing was done.")
            return None
        return self._row_meant()

    def _refuse(self, words: str) -> None:
        self.notify(words, severity="warning", markup=False)
        self.hsmtui.drop_keys()

    # Marks

    def toggle_mark(self, row: Row) -> None:
        """Mark a row, or take its mark away."""
        self.marked.toggle(row)
        self.table.redraw_rows([row.key])
        self.list_pane.tell()

    def unmark_all(self) -> None:
        """Take all marks away."""
        number = len(self.marked)
        self.marked.clear()
        self.table.refresh()
        self.list_pane.tell()
        self.notify(f"Unmarked {number} row{'' if number == 1 else 's'}.", markup=False)

    @property
    def _marked_rows(self) -> list[Row]:
        """The marked rows as they are now, in the order of the list."""
        self.marked.follow(self.fleet)
        return self.marked.in_order(self.table.view)

    def action_mark(self) -> None:
        """In the list the cursor goes on to the next row."""
        row = self._row_meant()
        if row is None:
            return
        self.toggle_mark(row)
        if self.table.has_focus:
            self.table.move("down")

    def action_compare(self) -> None:
        """The marked clusters; where one is marked, that and the one under the cursor."""
        rows = self._marked_rows
        if len(rows) == 1:
            row = self._row_meant()
            if row is None:
                return
            rows += [row] if row.key != rows[0].key else []
        if len(rows) < 2:
            self._say_what_to_mark(len(rows))
            return
        from hsmtui.ui.flows.compare import compare_rows  # the first screen does without

        compare_rows(self, self.hsmtui, rows, self.assessing)

    def _say_what_to_mark(self, marked: int) -> None:
        remapped = self.hsmtui.remapped
        mark, compare = (key_of(each, remapped) for each in ("row.mark", "rows.compare"))
        self._refuse(
            f"{'Only this row' if marked else 'No row'} is marked: {mark} marks rows, {compare} "
            "compares two or more of them, or one with the row under the cursor."
        )

    # One row

    def action_copy_id(self) -> None:
        row = self._row_meant()
        if row is not None and row.cluster.has_id:
            self.hsmtui.copy(row.cluster.cluster_id)
        elif row is not None:
            self.notify("This entry of the answer has no id.", markup=False)

    def action_copy(self) -> None:
        if row := self._row_meant():
            self.hsmtui.hold_keys()
            copying = partial(choose_copy, self.hsmtui, row, self._marked_rows)
            start(self, copying, group="copy", exclusive=True)

    def action_save_rows(self) -> None:
        from hsmtui.ui.flows.export import save_rows  # the first screen does without

        save_rows(self, self.hsmtui, self.table.view, self.fleet.extent, self._marked_rows)

    def action_hand_over(self) -> None:
        from hsmtui.ui.flows.hand_over import hand_over  # the first screen does without

        if marked := self._marked_rows:
            hand_over(self, self.hsmtui, marked, self.assessing)
        elif row := self._row_without_marks():
            hand_over(self, self.hsmtui, [row], self.assessing)

    def action_save_certificates(self) -> None:
        from hsmtui.ui.flows.save_certificates import save_certificates  # as above

        if row := self._row_meant():
            start(self, partial(save_certificates, self.hsmtui, row.cluster), group="save")

    def action_show_secret(self) -> None:
        if self._row_meant():
            self.details.show_row()
            self.details.toggle_secret()

    def action_actions(self) -> None:
        if row := self._row_meant():
            self.details.show_row()  # so that what is under its cursor is of the row
            self.hsmtui.hold_keys()
            start(self, partial(self._choose_action, row), group="actions", exclusive=True)

    async def _choose_action(self, row: Row) -> None:
        # the first screen does without
        from hsmtui.ui.flows.actions import ActionSubject, choose_action, commands_of_tab

        key, hsm_id = row.key, self.details.hsm_id
        subject = ActionSubject(
            row,
            hsm_id,
            self.readings.backups.known(row),
            self.region_backups.of(row.connection, row.cluster.cluster_id),
            commands_of_tab(self.details.tab.id if self.details.has_keys else ""),
            len(self._marked_rows),
        )

        async def run(command: Command) -> None:
            """For what was meant, and nothing else."""
            now = self.table.row
            if now is None or now.key != self.fleet.key_now(key) or self.details.hsm_id != hsm_id:
                self._refuse("Something else is under the cursor now. Nothing was done.")
                return
            await self.app.run_action(command.action, self)

        await choose_action(self.hsmtui, subject, run)

    def action_delete(self) -> None:
        if row := self._row_meant():
            self.change_flows.delete(row)

    def action_add_hsm(self) -> None:
        if row := self._row_meant():
            self.change_flows.create_hsm(row)

    def action_delete_hsm(self) -> None:
        self._with_hsm(self.change_flows.delete_hsm)

    def action_replace_hsm(self) -> None:
        self._with_hsm(self.change_flows.replace_hsm)

    def _with_hsm(self, do: Callable[[Row, str | None], None]) -> None:
        """Do something to the HSM under the cursor, where there is one, of the row."""
        self._with_item("HSM", lambda: self.details.hsm_id, do)

    def _with_item(
        self, noun: str, item: Callable[[], _Item | None], do: Callable[[Row, _Item | None], None]
    ) -> None:
        """Do something to what is under the cursor of the details; None where nothing is."""
        row = self._row_meant()
        if row is None:
            return
        self.details.show_row()  # so that what is under its cursor is of the row
        meant, gone = item(), self.details.gone.recent(self.hsmtui.clock())
        if meant is not None and gone:
            words = f"The {noun} under the cursor has gone: {visible(gone)}. Nothing was done."
            self._refuse(words)
        else:
            do(row, meant)

    def action_modify_retention(self) -> None:
        if row := self._row_meant():
            self.change_flows.modify_retention(row)

    def action_modify_hsm_type(self) -> None:
        if row := self._row_meant():
            self.change_flows.modify_hsm_type(row)

    def action_initialize(self) -> None:
        if row := self._row_meant():
            self.change_flows.initialize(row)

    def action_restore_backup(self) -> None:
        if row := self._row_meant():
            self.change_flows.restore(row)

    def action_modify_backup(self) -> None:
        self._with_backup(self.change_flows.modify_backup)

    def action_copy_backup(self) -> None:
        self._with_backup(self.change_flows.copy_backup)

    def action_delete_backup(self) -> None:
        self._with_backup(self.change_flows.delete_backup)

    def _with_backup(self, change: Callable[[Row, Backup | None], None]) -> None:
        """Change the backup under the cursor of the tab, else one that is picked."""
        self._with_item("backup", lambda: self.details.backup, change)

    def action_create_cluster(self) -> None:
        if (empty := self._empty_place) is not None:
            self.change_flows.create_cluster_in(empty)
        elif row := self._row_meant():
            self.change_flows.create_cluster(row)

    @property
    def _empty_place(self) -> Connection | None:
        """The only place that is listed, where that has no cluster, nor had one a moment ago."""
        place, gone = self.fleet.first, self.table.gone.recent(self.hsmtui.clock())
        listing = place.whole if self.fleet.is_one and not gone else None
        is_empty = listing is not None and listing.whole and not listing.rows
        return place.connection if is_empty else None

    def action_edit_tags(self) -> None:
        if marked := self._marked_rows:
            self.change_flows.edit_tags(marked)
        elif row := self._row_without_marks():
            self.change_flows.edit_tags([row])
