"""The control plane: one request in, one answer out, and a record of both."""

import errno
import json
import os
import stat
import sys
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from random import Random
from typing import IO, TYPE_CHECKING, Any

import msgspec

from hsmtui.demo.call import Answer, Call, Message
from hsmtui.demo.clock import Clock
from hsmtui.demo.cloudtrail import event_of
from hsmtui.demo.environment import root_file
from hsmtui.demo.errors import ServiceError
from hsmtui.demo.estate import SLOW
from hsmtui.demo.fleet import make_place
from hsmtui.demo.identity import Caller
from hsmtui.demo.metadata import Metadata
from hsmtui.demo.operation import Context, Output
from hsmtui.demo.place import Place
from hsmtui.demo.records import Certificates, Cluster
from hsmtui.demo.services import ASKED_EARLY, SERVICES, Service, authorize
from hsmtui.demo.sessions import Rules, Sessions
from hsmtui.demo.sso import Sso
from hsmtui.demo.sts import Sts
from hsmtui.demo.validation import ServiceModel

if TYPE_CHECKING:
    from hsmtui.demo.certificates import Authority

READING = ("Describe", "Get", "List")
"""How the operations begin that change nothing."""

TEN_YEARS = 3652 * 86_400.0


@dataclass(frozen=True, slots=True)
class Request:
    """A request as received. The status is None while it is under way, 0 if it was dropped."""

    time: datetime
    account: str
    region: str
    operation: str
    parameters: Mapping[str, Any]
    status: int | None = None

    def as_line(self) -> str:
        """The request as a line of the log."""
        members = {field.name: getattr(self, field.name) for field in fields(self)}
        members |= {"time": self.time.isoformat(), "parameters": dict(self.parameters)}
        return json.dumps(members) + "\n"


class ControlPlane(Rules):
    """AWS CloudHSM for every account and region, and the services that callers sign in with."""

    def __init__(
        self,
        *,
        seed: int = 1,
        clusters: int | None = None,
        clock: Clock | None = None,
        log: Path | None = None,
        latency: float = 0.0,
    ) -> None:
        """Make a plane from a seed; `latency` is in seconds, `log` gets one line a request."""
        super().__init__()
        self.clock = clock or Clock()
        self.lock = threading.RLock()
        self.sessions = Sessions(self.clock, self)
        self._sso = Sso(self.clock, self.sessions, self)
        self.issuing: dict[str, Callable[[Call], bytes]] = {
            **Sts(self.sessions, self).operations,
            **self._sso.operations,
            **Metadata(self.clock, self.sessions, self).operations,
            "RootCertificate": lambda call: root_file(call.message.path).read_bytes(),
        }
        """By operation of a service that callers sign in with, what answers it."""
        self.start = self.clock.now()
        self.latency = latency
        self.slowness = dict(SLOW)
        """By account and region, how much later the place answers, in seconds."""
        self.stopping = threading.Event()
        self._seed = seed
        self._size = clusters
        self._log = None if log is None else _open_log(log)
        self._places: dict[tuple[str, str], Place] = {}
        self._models: dict[str, ServiceModel] = {}
        self._requests: list[Request] = []
        self._request_ids = Random(seed)  # noqa: S311 - identifiers, not secrets

    @property
    def requests(self) -> tuple[Request, ...]:
        """Every request so far, in order of arrival, those under way included."""
        with self.lock:
            return tuple(self._requests)

    def clusters(self, account: str, region: str) -> list[Cluster]:
        """The records of the account's clusters in the region, to be read and changed."""
        return self.place(account, region).clusters

    def place(self, account: str, region: str) -> Place:
        """The account in the region, brought up to the present."""
        with self.lock:
            here = (account, region)
            if here not in self._places:
                self._places[here] = make_place(self._seed, account, region, self.start, self._size)
            place = self._places[here]
            place.schedule.run(self.clock.now())
            return place

    def prepare(self) -> None:
        """Load now what the first requests would wait for."""
        with self.lock:
            for service in ASKED_EARLY:
                self._model(service)
            _ = self._authority

    def stop(self) -> None:
        """Drop every call that is under way."""
        self.stopping.set()

    def close(self) -> None:
        """Close the log."""
        with self.lock:
            if self._log is not None:
                self._log.close()
                self._log = None

    def answer(self, message: Message) -> Answer | None:
        """The answer to a request; None when the connection is to be reset without one."""
        with self.lock:
            call = Call.read(message, len(self._requests), self._new_request_id())
            self._record(call)
            answer_to = self.handler(call)
        dropped = self.stopping.wait(self.latency + self._slowness_of(call))
        answer = None if dropped else answer_to(call)
        with self.lock:
            self._finish(call, 0 if answer is None or answer.sent is not None else answer.status)
        return answer

    def handler(self, call: Call) -> Callable[[Call], Answer | None]:
        """What is to answer a call; it is asked for each in the order in which they arrive."""
        return self.carry_out

    def carry_out(self, call: Call) -> Answer:
        """Have the operation take place; its answer."""
        try:
            if call.problem is not None:
                raise call.problem
            if call.service is not None:
                return call.answered(self._operate(call, call.service))
            return call.answered(self._issue(call))
        except ServiceError as error:
            return call.refused(error)

    def _issue(self, call: Call) -> bytes:
        if call.operation not in self.issuing:
            raise ServiceError("NotFound", f"The demo has no {call.operation}.", 404)
        with self.lock:
            return self.issuing[call.operation](call)

    def refuse(self, error: ServiceError) -> Answer:
        """The answer to what is no request of HTTP; it is recorded like a request."""
        with self.lock:
            call = Call.unreadable(error, len(self._requests), self._new_request_id())
            self._record(call)
            self._finish(call, error.status)
        return call.refused(error)

    def _slowness_of(self, call: Call) -> float:
        here = (call.caller.account, call.caller.region)
        return 0.0 if call.service is None else self.slowness.get(here, 0.0)

    def _record(self, call: Call) -> None:
        account, region = call.caller.account, call.caller.region
        now = self.clock.now()
        self._requests.append(Request(now, account, region, call.operation, call.loggable))

    def _finish(self, call: Call, status: int) -> None:
        request = self._requests[call.number] = replace(self._requests[call.number], status=status)
        if self._log is not None:
            try:
                self._log.write(request.as_line().encode())
            except OSError as error:
                self.close()
                reason = error.strerror or str(error)
                sys.stderr.write(f"The log ends here, it cannot be written: {reason}\n")

    def _operate(self, call: Call, service: Service) -> bytes:
        with self.lock:
            caller = self.sessions.authenticated(call.caller, call.protocol)
        try:
            authorize(caller, service, call.operation)
            self._model(service).check(call.operation, call.parameters)
            given = {name: value for name, value in call.parameters.items() if value is not None}
            with self.lock:
                output = self.operate(service, call.operation, given, caller)
                self._keep_event(call, caller, output)
                return msgspec.json.encode(output)
        except ServiceError as error:
            self._keep_event(call, caller, error)
            raise

    def _keep_event(self, call: Call, caller: Caller, answered: Output | ServiceError) -> None:
        """Have CloudTrail know of it, if it is to change something of CloudHSM."""
        if call.service is not SERVICES[0] or call.operation.startswith(READING):
            return
        event = event_of(
            caller,
            self.clock.now(),
            call.operation,
            call.parameters,
            answered,
            agent=call.message.headers.get("user-agent", ""),
            address="127.0.0.1",
            event_id=call.request_id,
        )
        with self.lock:
            self.place(caller.account, caller.region).events.append(event)

    def operate(
        self, service: Service, operation: str, given: Mapping[str, Any], caller: Caller
    ) -> Output:
        """Have an operation take place for a caller who may do that; what it answers."""
        with self.lock:
            place = self.place(caller.account, caller.region)
            others = partial(self.place, caller.account)
            context = Context(caller, self.clock.now(), self._certificates, others)
            return service.operations[operation](place, given, context)

    def _certificates(self, place: Place, cluster: Cluster) -> Certificates:
        ten_years_on = (cluster.create_timestamp or 0.0) + TEN_YEARS
        ends = place.certificate_ends.get(cluster.cluster_id, ten_years_on)
        flaw = place.certificate_flaws.get(cluster.cluster_id)
        return self._authority.certificates(cluster, ends, flaw)

    def _new_request_id(self) -> str:
        return str(uuid.UUID(int=self._request_ids.getrandbits(128), version=4))

    def _model(self, service: Service) -> ServiceModel:
        with self.lock:  # many who ask first at once would each read it
            if service.model not in self._models:
                self._models[service.model] = ServiceModel(service.model, service.invalid)
            return self._models[service.model]

    @cached_property
    def _authority(self) -> "Authority":
        # The decoder of the client needs this library too, but not before the first page is asked.
        from hsmtui.demo.certificates import Authority

        return Authority()


def _open_log(path: Path) -> IO[bytes]:
    """Open for appending; a new file is for its owner only. A pipe is not waited for."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK | os.O_CLOEXEC
    handle = os.open(path, flags, 0o600)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "it is not a regular file")
    return os.fdopen(handle, "ab", buffering=0)
