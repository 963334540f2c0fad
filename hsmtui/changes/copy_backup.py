"""The copy of one backup to another region: the only way to CopyBackupToRegion."""

from hsmtui.aws.backups import copy_backup, read_backup
from hsmtui.aws.connection import Connection
from hsmtui.aws.regions import partition_of, service_regions
from hsmtui.aws.request import Accepted
from hsmtui.changes.change import Change, Outcome
from hsmtui.changes.context import ChangeContext
from hsmtui.model.backup import Backup
from hsmtui.model.gates.copy_backup import CopyBackupGate, judge_copy_backup
from hsmtui.model.gates.gate import Reason


class CopyBackup(Change[CopyBackupGate, Backup, None]):
    """To a region of the same partition."""

    refusal = "The service refused: nothing was copied."

    def __init__(self, context: ChangeContext[Backup], backup_id: str, region: str) -> None:
        gate = CopyBackupGate(backup_id, region=region)
        super().__init__(context, gate, "CopyBackupToRegion", words=f"to {region}")
        self.region = region

    def _read(self, asking: Connection) -> CopyBackupGate:
        return judge_copy_backup(
            self.target,
            self.region,
            read_backup(asking, self.target),
            other_regions(asking.region),
            why_read_only=asking.why_read_only,
        )

    @property
    def _seen(self) -> Backup | None:
        return self.gate.backup

    def _request(self, pinned: Connection) -> Accepted[None]:
        return copy_backup(pinned, self.target, self.region)

    def _take(self, entry: None) -> Outcome:
        self.gate = self.gate.shut(Reason.UNREAD)
        self.context.on_accepted()
        return Outcome(f"The service is copying the backup to {self.region}.")


def other_regions(region: str) -> tuple[str, ...]:
    """Where a backup of this region can be copied to."""
    return tuple(each for each in service_regions(partition_of(region)) if each != region)
