"""When the certificate of a cluster ends, and how recent its newest backup is."""

from datetime import datetime
from enum import Enum

import msgspec

from hsmtui.model.newest_backup import Recency


class NoEnd(Enum):
    """Why there is no end of a certificate."""

    NONE = "none"
    """The cluster has no ClusterCertificate."""
    UNREAD = "unread"
    """It was not decoded yet, or cannot be."""


class Dates(msgspec.Struct, frozen=True, gc=False):
    """What is known of a cluster as of the time at which its findings were looked for.

    `certificate_end` is in UTC; `days_left` are the days until then, where one that has begun
    counts, so that it has ended where none is left; 0 where the end is not known. `backup` is None
    where its backups were not read.
    """

    certificate_end: datetime | NoEnd = NoEnd.UNREAD
    days_left: int = 0
    backup: Recency | None = None

    @property
    def has_ended(self) -> bool:
        """Whether there is a certificate that has ended."""
        return self.days_left <= 0 and isinstance(self.certificate_end, datetime)
