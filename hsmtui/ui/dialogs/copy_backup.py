"""The dialog that copies a backup to another region."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from textual.content import Content

from hsmtui.aws.regions import is_opt_in
from hsmtui.changes.copy_backup import CopyBackup
from hsmtui.model.backup import Backup
from hsmtui.model.text import visible
from hsmtui.ui.dialogs.change_backup import BackupDialog, made_line
from hsmtui.ui.dialogs.consequences import good, not_checked, unsure, warning


class CopyBackupDialog(BackupDialog[CopyBackup]):
    """It says where to, what the copy is, and what is there already. Without a typed id: a copy
    that nobody wants can be deleted."""

    VERB: ClassVar = "Copy"
    ASKS: ClassVar = False

    def what(self) -> Content:
        return Content.assemble(super().what(), "\nto ", (visible(self._change.region), "bold"))

    def lines(self, backup: Backup, now: datetime) -> Iterator[Content]:
        change, region = self._change, visible(self._change.region)
        yield made_line(backup, now, "Its size is not known.")
        yield Content("The copy has its own id, the same tags, no retention policy.")
        if change.there is not None:
            yield _copies_line(change, region)
        elif is_opt_in(change.region):
            yield unsure(f"{region} has to be enabled in the account.")
        yield Content("Using it needs cloudhsm:CreateCluster there.")


def _copies_line(change: CopyBackup, region: str) -> Content:
    """What copies of it are in the region already."""
    latest, copies = change.copies.latest, change.kept_copies
    if latest.entries is None or latest.problem is not None:
        return not_checked(f"Copies in {region}", latest.problem)
    if not copies:
        return good(f"{region} has no copy of it.")
    first = visible(f"{copies[0].backup_id}, {copies[0].backup_state or 'without a state'}")
    more = f" and {len(copies) - 1} more" if len(copies) > 1 else ""
    return warning(f"{region} has a copy of it already: {first}{more}.")
