"""What is done with the row under the cursor."""

from functools import partial

from hsmtui.fleet.assess import Assessing
from hsmtui.fleet.backups import ClusterBackups
from hsmtui.fleet.fleet import Fleet
from hsmtui.fleet.listing import Row
from hsmtui.model.text import visible
from hsmtui.ui.flows.copy import choose_copy
from hsmtui.ui.flows.open import ChangeFlows
from hsmtui.ui.host import AppHost, start
from hsmtui.ui.main.details_pane import DetailsPane
from hsmtui.ui.terminal.private import BaseScreen
from hsmtui.ui.widgets.cluster_table import ClusterTable


class RowScreen(BaseScreen[None]):
    """The actions of a screen that has a row under a cursor, and its details."""

    hsmtui: AppHost
    fleet: Fleet
    table: ClusterTable
    details: DetailsPane
    assessing: Assessing
    backups: ClusterBackups
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

    def _refuse(self, words: str) -> None:
        self.notify(words, severity="warning", markup=False)
        self.hsmtui.drop_keys()

    def action_copy_id(self) -> None:
        row = self._row_meant()
        if row is not None and row.cluster.has_id:
            self.hsmtui.copy(row.cluster.cluster_id)
        elif row is not None:
            self.notify("This entry of the answer has no id.", markup=False)

    def action_copy(self) -> None:
        if row := self._row_meant():
            self.hsmtui.hold_keys()
            start(self, partial(choose_copy, self.hsmtui, row), group="copy", exclusive=True)

    def action_save_rows(self) -> None:
        from hsmtui.ui.flows.export import save_rows  # the first screen does without

        save_rows(self, self.hsmtui, self.table.view, self.fleet.extent)

    def action_hand_over(self) -> None:
        from hsmtui.ui.flows.hand_over import hand_over  # the first screen does without

        if row := self._row_meant():
            hand_over(self, self.hsmtui, row, self.assessing)

    def action_save_certificates(self) -> None:
        from hsmtui.ui.flows.save_certificates import save_certificates  # as above

        if row := self._row_meant():
            start(self, partial(save_certificates, self.hsmtui, row.cluster), group="save")

    def action_show_secret(self) -> None:
        if self._row_meant():
            self.details.show_row()
            self.details.toggle_secret()

    def action_delete(self) -> None:
        if row := self._row_meant():
            self.change_flows.delete(row)

    def action_delete_hsm(self) -> None:
        row = self._row_meant()
        if row is None:
            return
        self.details.show_row()  # so that what is under its cursor is of the row
        hsm_id, gone = self.details.hsm_id, self.details.gone.recent(self.hsmtui.clock())
        if hsm_id is not None and gone:
            self._refuse(f"The HSM under the cursor has gone: {visible(gone)}. Nothing was done.")
        else:
            self.change_flows.delete_hsm(row, hsm_id)

    def action_restore_backup(self) -> None:
        if row := self._row_meant():
            self.change_flows.restore(row)

    def action_edit_tags(self) -> None:
        if row := self._row_meant():
            self.change_flows.edit_tags(row)
