"""What every kind of change is given."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.changes.audit import Audit, AuditError
from hsmtui.model.findings.limits import Rules

Read = TypeVar("Read")
"""What a kind of change reads before it may be made: a cluster, or a backup."""


@dataclass(frozen=True)
class ChangeContext(Generic[Read]):
    """Where a change is made, how it is watched and recorded, and who is told what of it.

    `endpoint` is None where it is AWS's own, and ``DEMO`` in the demo. `poll_seconds` is the time
    from one look at the target to the next.
    """

    connection: Connection
    endpoint: str | None
    clock: Callable[[], datetime]
    poll_seconds: float
    audit: Audit
    on_unrecorded: Callable[[AuditError], object]
    """Called where a record is missing."""
    on_error: Callable[[HsmtuiError], object]
    """Called with each failure."""
    on_read: Callable[[Read], object]
    """Called with what each look has read, and with what the service's answer shows."""
    on_accepted: Callable[[], object] = lambda: None
    """Called when the service took the request."""
    backup_hours: int = Rules.backup_hours
    """Hours after which the newest backup is too old."""
