"""One change of the service from its first look to its outcome: the only way to a request that
changes something."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Generic, NamedTuple, TypeVar

from hsmtui.aws.caller import (
    ANOTHER_CALLER,
    UNCONFIRMED_KEYS,
    Caller,
    another_caller,
    unconfirmed_keys,
)
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.guard import TOO_LATE
from hsmtui.aws.request import Accepted
from hsmtui.aws.threads import offload
from hsmtui.changes.audit import AuditError
from hsmtui.changes.context import ChangeContext, Read
from hsmtui.changes.lookups import RepeatedLookUp
from hsmtui.changes.recording import Recording, RequestRecord
from hsmtui.model.advice import Advice
from hsmtui.model.gates.gate import Gate, Reason

UNSENT = "Nothing was sent."
CLOSED = "The dialog was closed."
_READ_AGAIN = "Read it; then confirm again."
UNCONFIRMED = "STS does not confirm the account now."
STILL_UNKNOWN = "It is still UNKNOWN what came of the request that was sent before."

_OLDEST_LOOK = timedelta(seconds=60)
"""How long ago the last look at the target may have begun when the request is signed. Longer ago is
one after which hsmtui was stopped, or the computer slept."""

_LONGEST_CHECK = timedelta(minutes=2)
"""The same of all that is looked at after a confirmation: each may wait for a service that does not
answer."""


class Phase(Enum):
    """What the change is doing."""

    WATCHING = "reads the target from time to time"
    CHECKING = "reads the target once more before the request"
    SENDING = "has sent the request and waits for the answer"
    ACCEPTED = "the service took the request"


@dataclass(frozen=True)
class Outcome:
    """What came of a confirmation: a headline, what is behind it, and whether that is certain."""

    headline: str
    detail: str = ""
    remedy: str | Advice = ""
    certain: bool = True


class _Confirmation(NamedTuple):
    """What was typed, the warnings that were seen then, and who watched."""

    typed: str
    warnings: frozenset[str]
    watcher: Callable[[], object] | None


AnyGate = TypeVar("AnyGate", bound=Gate)
_Answer = TypeVar("_Answer")


class Change(ABC, Generic[AnyGate, Read, _Answer]):
    """The gate over time for one target of one connection, and one request once it is confirmed.

    `on_change` is called after every change while a dialog shows it. A kind of change says how the
    target is read and judged, what is sent, and what an answer means. `recorded` is the target as
    the audit file names it, if not by its id; `words` say there what operation and target do not.
    """

    refusal = "The service refused: nothing was changed."

    def __init__(
        self,
        context: ChangeContext[Read],
        gate: AnyGate,
        operation: str,
        *,
        recorded: str | None = None,
        words: str | None = None,
    ) -> None:
        self.context = context
        self.gate = gate
        self.operation = operation
        self.phase = Phase.WATCHING
        self.outcome: Outcome | None = None
        self.read_at: datetime | None = None
        self.was_sent = False
        """Whether a request was sent, or was about to be."""
        self.named_late: Connection | None = None
        """The connection by whose keys STS has named the caller, where it had named nobody yet."""
        self.on_change: Callable[[], object] | None = None
        self.is_shown_whole: Callable[[], bool] = lambda: False
        """Whether all that is to be read before a confirmation is on the screen now."""
        self._given_words = words
        self._recording = Recording(
            context, operation, recorded or gate.target, lambda: self._words
        )
        self._looking = asyncio.Lock()
        self._is_in_doubt = False
        self._looked_at = self._checked_at = context.clock()
        """When the last look, and the last check after a confirmation, began."""
        self._shut_for_good: tuple[Reason, str] | None = None

    @abstractmethod
    def _read(self, asking: Connection) -> AnyGate:
        """Read the target afresh and judge it. Called in a thread. Raises HsmtuiError."""

    @property
    def _seen(self) -> Read | None:
        """What the last look has read, where that is just what it asked for."""
        seen: Read | None = getattr(self.gate, self.gate.SEEN)
        return seen

    async def look_up(self) -> None:
        """Look up what the dialog tells of consequences, without the gate having to wait."""

    async def _prepare(self, pinned: Connection) -> None:
        """Look at what else has to be known before the request is sent, with the keys that sign.

        It comes before the caller is asked, so that nothing does between that, the last look and
        the request.
        """

    def _warnings(self) -> frozenset[str]:
        """What the dialog warns of while the gate is open, in sentences.

        One that comes up after the confirmation keeps the request from being sent.
        """
        return self.gate.warnings

    @abstractmethod
    def _request(self, pinned: Connection) -> Accepted[_Answer]:
        """Send the request, once. Called in a thread. Raises HsmtuiError."""

    @abstractmethod
    def _take(self, entry: _Answer) -> Outcome:
        """What the answer of the service means, which took the request.

        The gate is shut until the next look, unless the answer shows what that would.
        """

    @property
    def _words(self) -> str | None:
        """What the record says that operation and target do not."""
        return self._given_words

    @property
    def target(self) -> str:
        """The id of what this is about."""
        return self.gate.target

    @property
    def connection(self) -> Connection:
        """Where and as whom the target is read; a confirmation pins the keys that sign."""
        return self.context.connection

    @property
    def caller(self) -> Caller | None:
        """Who would do it, as the dialog says; None where STS did not say it when last asked."""
        return (self.named_late or self.connection).known_caller

    @property
    def has_asked_caller(self) -> bool:
        """Whether STS has been asked, whatever it said."""
        return self.named_late is not None or self.connection.caller.done()

    @property
    def is_watched(self) -> bool:
        """Whether somebody still looks at this change."""
        return self.on_change is not None

    @property
    def is_pending(self) -> bool:
        """Whether a request was sent of which it is not known what came of it, also while, or
        after, it was confirmed once more and nothing was sent."""
        return self._is_in_doubt or self.phase is Phase.SENDING

    @property
    def may_be_confirmed(self) -> bool:
        """Whether no confirmation is under way, the service has taken none, and a dialog shows
        all that is to be read before."""
        return self.phase is Phase.WATCHING and self.is_shown_whole()

    def take_caller(self, other: "Change[Any, Any, Any]") -> None:
        """Whom STS has named for another change of the same connection is who makes this one, too,
        where it has named nobody before."""
        if self.caller is None and self.connection is other.connection:
            self.named_late = other.named_late

    def allows(self, typed: str) -> bool:
        """Whether the change may be made with this confirmation."""
        return self.gate.allows(typed)

    async def look(self) -> None:
        """Read the target afresh and judge; the first look of all is recorded where it blocks."""
        first = self.gate.reason is Reason.UNREAD and self.outcome is None
        error = await self._look(self.connection)
        if first and self.gate.reason is not None:
            await self._recording.blocked(self.connection, self.gate.why_shut, error)

    async def _look(self, asking: Connection) -> HsmtuiError | None:
        """Looks come one after another; what kept this one from seeing, if anything did."""
        failure = None
        async with self._looking:
            self._looked_at = self.context.clock()
            try:
                self.gate = await offload(self._read, asking)
            except HsmtuiError as error:
                failure = error
                self.gate = self.gate.shut(
                    Reason.UNCHECKED, Advice(f"{error.in_full} ", error.remedy)
                )
                self.context.on_error(error)
                self._distrust(error)
            else:
                self.read_at = self.context.clock()
                if self._seen is not None:
                    self.context.on_read(self._seen)
            self._keep_shut()
        self._changed()
        return failure

    async def confirm(self, typed: str) -> None:
        """Check the caller, look once more, and send one request if the gate is open still.

        All three are signed with the same keys. Does nothing while a confirmation is under way or
        after the service took one, and sends nothing once nobody watches: who closes the dialog
        during the last look has cancelled.
        """
        if not (self.may_be_confirmed and self.allows(typed)):
            return
        checked = await self._checked(_Confirmation(typed, self._warnings(), self.on_change))
        if checked is not None:  # from here on nothing keeps who watched: the answer may take long
            self._enter(Phase.SENDING, None)
            await self._send(*checked)
        elif self._why_late():
            await self.look()

    async def _checked(self, confirmed: _Confirmation) -> tuple[Connection, RequestRecord] | None:
        """The keys that sign, and the record that is written; None where something keeps the
        request from being sent."""
        self._enter(Phase.CHECKING, None)
        try:
            pinned = await self._pin()
        except HsmtuiError as error:
            await self._stop(self.connection, self._could_not_pin(error), error)
            return None
        unseen, stop = None, self._caller_objection(pinned)
        if stop is None:
            unseen = await self._look(pinned)
            stop = self._last_objection(confirmed)
        if stop is not None:
            await self._stop(pinned, stop, unseen)
            return None
        try:
            record = await self._recording.begin(pinned)
        except AuditError as failure:
            self._enter(Phase.WATCHING, Outcome(f"{UNSENT} It cannot be recorded.", str(failure)))
            return None
        stop = self._last_objection(confirmed)
        if stop is not None:  # the disk may have taken its time
            await record.withdrawn(stop.headline)
            self._enter(Phase.WATCHING, stop)
            return None
        return pinned, record

    async def _stop(
        self, connection: Connection, outcome: Outcome, error: HsmtuiError | None
    ) -> None:
        self._enter(Phase.WATCHING, outcome)
        words = " ".join(filter(None, [outcome.headline, outcome.detail, self.gate.why_shut]))
        await self._recording.blocked(connection, words, error)

    async def _pin(self) -> Connection:
        """The keys that sign, and whose they are; STS may not say. Raises HsmtuiError."""
        pinned = await offload(self.connection.pinned)
        self._checked_at = self.context.clock()
        await self._prepare(pinned)
        await offload(pinned.ask_caller)
        problem = pinned.caller.exception()
        if isinstance(problem, HsmtuiError):
            self.context.on_error(problem)
        return pinned

    def _could_not_pin(self, error: HsmtuiError) -> Outcome:
        if error.code == ANOTHER_CALLER:
            return self._other_caller(error)
        self.context.on_error(error)
        return Outcome(UNSENT, error.in_full, error.remedy)

    def _other_caller(self, error: HsmtuiError) -> Outcome:
        self.context.on_error(error)
        self._distrust(error)
        self._keep_shut()
        why = "Another caller." if error.code == ANOTHER_CALLER else UNCONFIRMED
        return Outcome(f"{UNSENT} {why}", remedy=error.remedy)

    def _distrust(self, error: HsmtuiError) -> None:
        """Keys that are, or may be, somebody else's shut the gate for good, even if they change
        back."""
        if error.code == ANOTHER_CALLER:
            self._shut_for_good = Reason.CALLER, str(error)
        elif error.code == UNCONFIRMED_KEYS:
            self._shut_for_good = Reason.KEYS, error.detail

    def _keep_shut(self) -> None:
        if self._shut_for_good is not None:
            self.gate = self.gate.shut(*self._shut_for_good)

    def _last_objection(self, confirmed: _Confirmation) -> Outcome | None:
        """What keeps the request from being sent after the last look.

        Another dialog that shows the change by now does not stand for the one that was closed.
        """
        if not self.is_watched or self.on_change != confirmed.watcher:
            return Outcome(f"{UNSENT} {CLOSED}")
        if not self.allows(confirmed.typed):
            return Outcome(f"{UNSENT} The last check stopped it.", self._missing())
        if why := self._why_late():
            return Outcome(f"{UNSENT} {why}", remedy=_READ_AGAIN)
        new = " ".join(sorted(self._warnings() - confirmed.warnings))
        return (
            Outcome(f"{UNSENT} It has changed since it was shown.", new, _READ_AGAIN)
            if new
            else None
        )

    def _why_late(self) -> str:
        """Why what was read last may not be so any more, "" where it counts. By the clock of the
        day, as others stand still while the computer sleeps; one that was set back says nothing."""
        now = self.context.clock()
        ages = (now - self._looked_at, _OLDEST_LOOK), (now - self._checked_at, _LONGEST_CHECK)
        is_fresh = all(timedelta(0) <= age <= most for age, most in ages)
        return "" if is_fresh else "The last look is too old."

    def _caller_objection(self, pinned: Connection) -> Outcome | None:
        """What keeps the request from being sent as whoever the keys belong to.

        Who was known has to be confirmed each time. An unknown caller may go on with the keys that
        STS was asked about and no others: they are those that listed.
        """
        known, now = self.caller or self.connection.known_caller, pinned.known_caller
        if now is None and not pinned.has_first_keys:
            return self._other_caller(unconfirmed_keys())
        if known is None and now is None:
            return None
        if known is None:
            self.named_late = pinned
            return Outcome(f"{UNSENT} STS has named you now.", remedy=_READ_AGAIN)
        if now is None:
            return Outcome(f"{UNSENT} {UNCONFIRMED}", remedy="Confirm again when STS answers.")
        if not now.is_same_as(known):
            return self._other_caller(another_caller(known, now))
        return None

    def _missing(self) -> str:
        """What is missing where the gate is open and the change is not allowed still."""
        return ""

    async def _look_up(
        self, what: RepeatedLookUp[Any], asking: Connection, cluster_id: str
    ) -> None:
        """Look something up; what failed there is recorded after the look that is under way."""
        problem = await what.again(asking, cluster_id)
        self._changed()
        if problem is None:
            return
        async with self._looking:
            self.context.on_error(problem)

    async def _send(self, pinned: Connection, record: RequestRecord) -> None:
        try:
            answer = await offload(self._request, pinned.unless_late(self._why_late))
        except asyncio.CancelledError:
            record.abandoned()
            raise
        except HsmtuiError as error:
            self.context.on_error(error)
            await record.failed(error)
            self.gate = self.gate.shut(Reason.UNREAD)  # until it is read
            self._enter(Phase.WATCHING, self._failure(error))
            await self.look()
            if self._is_in_doubt:
                await self.look_up()
            return
        await record.done(answer.request_id)
        self.gate = self.gate.shut(Reason.UNREAD)
        outcome = self._take(answer.entry)
        self.context.on_accepted()
        self._enter(Phase.ACCEPTED, outcome)

    def _failure(self, error: HsmtuiError) -> Outcome:
        if error.unsent:
            remedy = _READ_AGAIN if error.code == TOO_LATE else error.remedy
            return Outcome(UNSENT, error.in_full, remedy)
        if error.refused:
            return Outcome(self.refusal, error.in_full, error.remedy)
        return Outcome(
            "The outcome is UNKNOWN: the request may have been carried out.",
            error.in_full,
            "It is not sent again by itself. Watch the state below before you decide.",
            certain=False,
        )

    def _with_doubt(self, outcome: Outcome) -> Outcome:
        """That nothing was sent this time, or that it was refused, says nothing of a request before
        that was not answered."""
        if not outcome.certain:
            self._is_in_doubt = True
        elif self._is_in_doubt:
            now = " ".join(filter(None, ["This time:", outcome.headline, outcome.detail]))
            return replace(outcome, headline=STILL_UNKNOWN, detail=now, certain=False)
        return outcome

    def _changed(self) -> None:
        if self.on_change is not None:
            self.on_change()

    def _enter(self, phase: Phase, outcome: Outcome | None) -> None:
        if phase is Phase.ACCEPTED:
            self._is_in_doubt = False
        elif outcome is not None:
            outcome = self._with_doubt(outcome)
        self.phase, self.outcome = phase, outcome
        self.was_sent = self.was_sent or phase is Phase.SENDING
        self._changed()
