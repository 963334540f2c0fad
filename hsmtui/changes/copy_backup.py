"""The copy of one backup to another region: the only way to CopyBackupToRegion."""

from hsmtui.aws.backups import copy_backup, read_backup, read_copies
from hsmtui.aws.connection import Connection
from hsmtui.aws.regions import partition_of, service_regions
from hsmtui.aws.request import Accepted
from hsmtui.changes.change import Change, Outcome
from hsmtui.changes.context import ChangeContext
from hsmtui.changes.lookups import RepeatedLookUp
from hsmtui.model.advice import Advice, Step
from hsmtui.model.backup import Backup
from hsmtui.model.gates.copy_backup import CopyBackupGate, judge_copy_backup
from hsmtui.model.gates.gate import Reason


class CopyBackup(Change[CopyBackupGate, Backup, None]):
    """To a region of the same partition. `there` is where the copy can be read with the same
    credentials, None where that region is not listed."""

    refusal = "The service refused: nothing was copied."

    def __init__(
        self,
        context: ChangeContext[Backup],
        backup_id: str,
        cluster_id: str,
        region: str,
        there: Connection | None = None,
    ) -> None:
        gate = CopyBackupGate(backup_id, region=region)
        super().__init__(context, gate, "CopyBackupToRegion", words=f"to {region}")
        self.region = region
        self.there = there
        self.copies: RepeatedLookUp[Backup] = RepeatedLookUp(read_copies)
        """Those of it that are there already."""
        self._cluster_id = cluster_id

    async def look_up(self) -> None:
        """Look up which copies are there already, where that can be read."""
        if self.there is not None:
            await self._look_up(self.copies, self.there, self.target)

    def _read(self, asking: Connection) -> CopyBackupGate:
        return judge_copy_backup(
            self.target,
            self._cluster_id,
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
        return Outcome(
            f"The service is copying the backup to {self.region}.",
            f"There it gets an id of its own, and names {self.target} as its source.",
            "hsmtui says when it is READY."
            if self.there is not None
            else Advice(Step("{} lists that region", "region.switch"), "."),
        )


def other_regions(region: str) -> tuple[str, ...]:
    """Where a backup of this region can be copied to."""
    return tuple(each for each in service_regions(partition_of(region)) if each != region)
