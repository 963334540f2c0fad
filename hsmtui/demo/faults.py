"""What a script can make of a call: refuse it, answer something odd, hold it, or cut the line."""

import json
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

JSON_TYPE = "application/x-amz-json-1.1"


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
    content_type: str = JSON_TYPE
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


class Script:
    """Faults for one call of an operation, counted from when the script was made, or for all."""

    def __init__(self, operation: str, faults: tuple[Fault, ...], call: int | None) -> None:
        if call is not None and call < 1:
            raise ValueError(f"Calls are counted from 1; {call} never comes.")
        self.operation = operation
        self.faults = faults
        self._call = call
        self._seen = 0

    def faults_for_next_call(self) -> tuple[Fault, ...]:
        """Count one call; the faults that it is to meet."""
        self._seen += 1
        return self.faults if self._call in (None, self._seen) else ()

    def release(self) -> None:
        """Open the gates of this script."""
        for fault in self.faults:
            if isinstance(fault, Gate):
                fault.release()
