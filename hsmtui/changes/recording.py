"""What one change puts into the audit file."""

from collections.abc import Callable
from typing import Any, NamedTuple

from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.threads import offload
from hsmtui.changes.audit import AuditEntry, AuditError, AuditOutcome, Who
from hsmtui.changes.context import ChangeContext


class Recording:
    """Records what is asked for one target, as the audit file names it; where a record is missing,
    that is told. `change` gives what operation and target do not say."""

    def __init__(
        self,
        context: ChangeContext[Any],
        operation: str,
        target: str,
        change: Callable[[], str | None],
    ) -> None:
        self._context = context
        self._operation = operation
        self._target = target
        self._change = change

    async def blocked(
        self, connection: Connection, reason: str, error: HsmtuiError | None = None
    ) -> None:
        """The change was wanted, and nothing was sent."""
        who = self._who(connection)
        code, request_id = (error.code, error.request_id) if error else (None, None)
        try:
            await offload(
                self._context.audit.blocked,
                who,
                self._operation,
                self._target,
                reason,
                code=code,
                request_id=request_id,
                change=self._change(),
            )
        except AuditError as failure:
            self._context.on_unrecorded(failure)

    async def begin(self, connection: Connection) -> "RequestRecord":
        """The request is about to be sent. Raises AuditError, and then it must not be."""
        who = self._who(connection)
        entry = await offload(
            self._context.audit.begin, who, self._operation, self._target, change=self._change()
        )
        return RequestRecord(entry, self._context.on_unrecorded)

    def _who(self, connection: Connection) -> Who:
        caller, note = connection.known_caller, None
        if caller is None and connection.caller.done():
            note = f"STS could not be asked: {connection.caller.exception()}"
        elif caller is None:
            note = "STS has not answered yet"
        return Who(
            caller=caller.arn if caller else None,
            caller_note=note,
            account=caller.account if caller else None,
            access_key_end=connection.access_key_end,
            region=connection.region,
            profile=connection.profile_name,
            endpoint=self._context.endpoint,
        )


class RequestRecord(NamedTuple):
    """A request that is recorded as begun."""

    entry: AuditEntry
    on_unrecorded: Callable[[AuditError], object]

    async def done(self, request_id: str) -> None:
        """The service took the request."""
        await offload(self._end, "done", request_id=request_id)

    async def failed(self, error: HsmtuiError) -> None:
        """The service refused, nothing was sent after all, or nobody knows."""
        outcome: AuditOutcome = (
            "blocked" if error.unsent else "refused" if error.refused else "unknown"
        )
        await offload(
            self._end, outcome, reason=str(error), code=error.code, request_id=error.request_id
        )

    async def withdrawn(self, reason: str) -> None:
        """What was about to be sent was not."""
        await offload(self._end, "blocked", reason=reason)

    def abandoned(self) -> None:
        """The app is left before the answer has come. Waits for the disk."""
        self._end("unknown", reason="hsmtui was quit before the answer came")

    def _end(self, outcome: AuditOutcome, **why: str) -> None:
        try:
            self.entry.end(outcome, **why)
        except AuditError as failure:
            self.on_unrecorded(failure)
