"""The copy of one backup to another region: the only way to CopyBackupToRegion."""

from dataclasses import replace

from hsmtui.aws.backups import copy_backup, read_backup, read_copies
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.regions import partition_of, service_regions
from hsmtui.aws.request import Accepted
from hsmtui.changes.change import Change, Outcome
from hsmtui.changes.context import ChangeContext
from hsmtui.changes.lookups import RepeatedLookUp
from hsmtui.model.advice import Advice, Step
from hsmtui.model.backup import Backup
from hsmtui.model.gates.copy_backup import CopyBackupGate, judge_copy_backup

COPIES_UNCHECKED = "Copies that are there already could not be checked."


class CopyBackup(Change[CopyBackupGate, Backup, None]):
    """To a region of the same partition. What was said of copies there has to hold still.

    `there` is where the copy can be read with the same credentials, None where that region is not
    listed.
    """

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

    async def _prepare(self, pinned: Connection) -> None:
        """Where nothing was said, nobody waits for it."""
        if self.copies.latest.entries is not None:
            await self.look_up()

    @property
    def kept_copies(self) -> list[Backup]:
        """Those that are there, as far as they were read, and are not deleted for good."""
        copies = self.copies.latest.entries or ()
        return [copy for copy in copies if copy.backup_state != "DELETED"]

    def _warnings(self) -> frozenset[str]:
        if self.copies.latest.problem is not None:
            return frozenset({COPIES_UNCHECKED})
        return frozenset(
            f"{self.region} has a copy of it: {copy.backup_id}." for copy in self.kept_copies
        )

    def _read(self, asking: Connection) -> CopyBackupGate:
        return judge_copy_backup(
            self.target,
            self._cluster_id,
            self.region,
            read_backup(asking, self.target),
            other_regions(asking.region),
            why_read_only=asking.why_read_only,
        )

    def _request(self, pinned: Connection) -> Accepted[None]:
        return copy_backup(pinned, self.target, self.region)

    def _take(self, entry: None) -> Outcome:
        return Outcome(
            f"The service is copying the backup to {self.region}.",
            f"There it gets an id of its own, and names {self.target} as its source.",
            "hsmtui says when it is READY."
            if self.there is not None
            else Advice(Step("{} lists that region", "region.switch"), "."),
        )

    def _failure(self, error: HsmtuiError) -> Outcome:
        """The backup does not show whether a copy came of it: its region does."""
        outcome = super()._failure(error)
        if outcome.certain or self.there is not None:
            return outcome
        remedy = Advice(
            f"It is not sent again by itself. Look for a copy in {self.region} before you decide",
            Step(": {} lists that region", "region.switch"),
            ".",
        )
        return replace(outcome, remedy=remedy)


def other_regions(region: str) -> tuple[str, ...]:
    """Where a backup of this region can be copied to."""
    return tuple(each for each in service_regions(partition_of(region)) if each != region)
