"""A control plane of which a script says what becomes of a call, and a test what a person does.

A call may be refused, answered with something odd, held, or lost with its connection.
"""

import json
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import takewhile
from typing import Any, ClassVar, Literal, NamedTuple, TypeAlias

from hsmtui.demo.call import Answer, Call
from hsmtui.demo.clock import Clock
from hsmtui.demo.control_plane import ControlPlane
from hsmtui.demo.errors import ServiceError
from hsmtui.demo.identity import Caller
from hsmtui.demo.protocols import JSON
from hsmtui.demo.services import SERVICES
from tests.console_sign_in import ConsoleSignIn
from tests.late import LATE


class StandingClock(Clock):
    """A time that stands still until it is advanced."""

    def __init__(self, at: datetime) -> None:
        """Stand at this time, which has a zone. Raises ValueError where it has none."""
        if at.tzinfo is None:
            raise ValueError(f"A clock needs a time with a zone, not {at.isoformat()}.")
        self._at = at
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The time in UTC."""
        with self._lock:
            return self._at.astimezone(UTC)

    def advance(self, seconds: float) -> None:
        """Move it forward."""
        with self._lock:
            self._at += timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Refuse:
    """Answer with an error of the service."""

    code: str
    message: str = ""
    status: int = 400
    carried_out: bool = False
    """Whether the operation takes place all the same, as with a lost 5xx."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer with these bytes in place of the service's answer."""

    body: bytes
    status: int = 200
    content_type: str = JSON.content_type
    carried_out: bool = False
    """Whether the operation takes place all the same."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Reset the connection."""

    sent: int | None = None
    """None: before the operation takes place. A number: after it and so many bytes of body."""


class OnTheWay(ABC):
    """What a call meets before it is answered, to go on afterwards."""

    holds_the_answer: ClassVar[bool] = False
    """Whether it is met after the operation took place, by the answer."""

    @abstractmethod
    def meet(self, stopping: threading.Event) -> None:
        """Take the time that it takes, or less when the server stops."""


@dataclass(frozen=True)
class Delay(OnTheWay):
    """Wait, then go on."""

    seconds: float

    def meet(self, stopping: threading.Event) -> None:
        """Wait for the time to pass."""
        stopping.wait(self.seconds)


@dataclass(frozen=True)
class Run(OnTheWay):
    """Call a function when the request has arrived, then go on."""

    action: Callable[[], object]

    def meet(self, stopping: threading.Event) -> None:
        """Call it."""
        self.action()


class Gate(OnTheWay):
    """Hold a call until `release`, then go on; a server that stops drops what is held."""

    def __init__(self) -> None:
        self._arrived = threading.Event()
        self._released = threading.Event()

    def release(self) -> None:
        """Let the call go on, and every later one."""
        self._released.set()

    def arrived(self, timeout: float = 10.0) -> bool:
        """Wait until a call stands at the gate; False when none came in time."""
        return self._arrived.wait(timeout)

    def meet(self, stopping: threading.Event) -> None:
        """Stand at the gate until it is released."""
        self._arrived.set()
        self._released.wait()


class AnswerGate(Gate):
    """Have the operation take place on arrival, and hold its answer until `release`."""

    holds_the_answer = True


Ending: TypeAlias = Refuse | Reply | Reset
ENDINGS = (Refuse, Reply, Reset)
"""What decides the answer of a call; faults after it are not met."""

Fault: TypeAlias = Ending | OnTheWay


def reply_json(value: Any, status: int = 200) -> Reply:
    """An answer of any shape."""
    return Reply(json.dumps(value).encode(), status)


class At(NamedTuple):
    """The places that a script is about: those of an account, of a region, one, or all."""

    account: str | None = None
    region: str | None = None

    def holds(self, caller: Caller) -> bool:
        """Whether the caller asks one of them."""
        return self.account in (None, caller.account) and self.region in (None, caller.region)


EVERYWHERE = At()


class Script:
    """Faults for one call of an operation, counted from when the script was made, or for all."""

    def __init__(
        self, operation: str, faults: tuple[Fault, ...], call: int | None, at: At = EVERYWHERE
    ) -> None:
        if call is not None and call < 1:
            raise ValueError(f"Calls are counted from 1; {call} never comes.")
        self.faults = faults
        self.at = at
        self._operation = operation
        self._call = call
        self._seen = 0

    def faults_for(self, call: Call) -> tuple[Fault, ...]:
        """The faults that a call is to meet; one that the script is about is counted."""
        if call.operation != self._operation or not self.at.holds(call.caller):
            return ()
        self._seen += 1
        return self.faults if self._call in (None, self._seen) else ()

    def release(self) -> None:
        """Open the gates of this script."""
        for fault in self.faults:
            if isinstance(fault, Gate):
                fault.release()


class ScriptedPlane(ControlPlane):
    """The demo's control plane with scripts, and with what a person does in a browser."""

    def __init__(self, **arguments: Any) -> None:
        """The arguments are those of the demo's plane."""
        super().__init__(**arguments)
        self.console = ConsoleSignIn(self.sessions, self)
        self.issuing |= self.console.operations
        self._scripts: list[Script] = []
        self._dead: list[At] = []

    def script(
        self, operation: str, *faults: Fault, call: int | None = None, at: At = EVERYWHERE
    ) -> Script:
        """Have the Nth call of an operation from now, or without `call` each one, meet the faults.

        They are met in the order given, until one of them answers. `at` says in which places; the
        calls of these are counted then, and no others.
        """
        script = Script(operation, faults, call, at)
        with self.lock:
            self._scripts.append(script)
        return script

    def kill(self, at: At) -> None:
        """Have these places answer no more: every call, also one that is held, is reset.

        What a script about other places than these holds is reset when it is let go.
        """
        with self.lock:
            self._dead.append(at)
            held = [script for script in self._scripts if script.at == at]
        for script in held:
            script.release()

    def revive(self) -> None:
        """Have every place that was killed answer again."""
        with self.lock:
            self._dead.clear()

    def clear_scripts(self) -> None:
        """Forget all scripts and open their gates."""
        with self.lock:
            scripts, self._scripts = self._scripts, []
        for script in scripts:
            script.release()

    def done_elsewhere(
        self, operation: str, account: str, region: str, **given: object
    ) -> Mapping[str, Any]:
        """Have an operation of CloudHSM take place as somebody else asks for it, unrecorded."""
        return self.operate(SERVICES[0], operation, given, Caller(account, region))

    def stop(self) -> None:
        """Let go of every call that is held or delayed; those calls are dropped."""
        super().stop()
        with self.lock:
            for script in self._scripts:
                script.release()

    def handler(self, call: Call) -> Callable[[Call], Answer | None]:
        """The way through the faults that the call is to meet."""
        faults = [fault for script in self._scripts for fault in script.faults_for(call)]
        return partial(self._through, faults)

    def _through(self, faults: list[Fault], call: Call) -> Answer | None:
        """Lead a call through its faults to its answer; None if it is dropped on the way."""
        time.sleep(LATE)
        ending = next((fault for fault in faults if isinstance(fault, ENDINGS)), None)
        on_the_way = [
            fault
            for fault in takewhile(lambda fault: fault is not ending, faults)
            if not isinstance(fault, ENDINGS)
        ]
        for fault in on_the_way:
            if not fault.holds_the_answer:
                fault.meet(self.stopping)
        answer = None if self._is_over(call) else self._ended(call, ending)
        for fault in on_the_way:
            if fault.holds_the_answer:
                fault.meet(self.stopping)
        return None if self._is_over(call) else answer

    def _is_over(self, call: Call) -> bool:
        """Whether the server stops, or the place of the call was killed."""
        return self.stopping.is_set() or any(at.holds(call.caller) for at in tuple(self._dead))

    def _ended(self, call: Call, ending: Ending | None) -> Answer | None:
        match ending:
            case None:
                return self.carry_out(call)
            case Reset(sent=None):
                return None
            case Reset():
                return replace(self.carry_out(call), sent=ending.sent)
            case _:
                if ending.carried_out:
                    self.carry_out(call)
                return _answer_of(ending, call)

    @property
    def user_codes(self) -> tuple[str, ...]:
        """The codes of device flows that wait for an answer, oldest first."""
        with self.lock:
            return self._sso.user_codes

    def approve(self, user_code: str) -> None:
        """Approve a device flow, as a person in a browser. Raises LookupError."""
        self._settle(user_code, "approved")

    def deny(self, user_code: str) -> None:
        """Deny a device flow, as a person in a browser. Raises LookupError."""
        self._settle(user_code, "denied")

    def expire_sessions(self) -> None:
        """End everything issued so far, at once: credentials, access and refresh tokens."""
        with self.lock:
            for session in self.sessions._issued.values():
                session.expires = min(session.expires, self.clock.now())
            self._sso._access.clear()
            self._sso._refresh.clear()

    def _settle(self, user_code: str, answer: Literal["approved", "denied"]) -> None:
        with self.lock:
            self._sso.settle(user_code, answer)


def _answer_of(fault: Refuse | Reply, call: Call) -> Answer:
    """The answer that a script gives in place of the service's."""
    if isinstance(fault, Refuse):
        return call.refused(ServiceError(fault.code, fault.message, fault.status))
    return Answer(fault.status, fault.body, fault.content_type, call.request_id)
