"""A call: an HTTP request read as the protocol means it, and the ways to answer it."""

import json
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qs

from hsmtui.demo.errors import ServiceError
from hsmtui.demo.faults import JSON_TYPE, Refuse, Reply
from hsmtui.demo.identity import Caller, caller_of, error_xml
from hsmtui.demo.operations import OPERATIONS

TARGET_PREFIX = "BaldrApiService."
XML_TYPE = "text/xml"
IDENTITY = "GetCallerIdentity"


@dataclass(frozen=True, slots=True)
class Message:
    """What of an HTTP request says who asks for what."""

    authorization: str | None
    target: str | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over the wire; `sent` cuts the body short and resets the connection."""

    status: int
    body: bytes
    content_type: str
    request_id: str
    sent: int | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A request under way. `problem` is why it cannot be understood, if it cannot."""

    number: int
    request_id: str
    caller: Caller
    operation: str
    parameters: dict[str, Any]
    of_sts: bool
    problem: ServiceError | None

    @classmethod
    def read(cls, message: Message, number: int, request_id: str) -> Self:
        """Read a message: AWS JSON 1.1 where it has a target, else the query protocol of STS."""
        caller = caller_of(message.authorization)
        of_sts = message.target is None
        if of_sts:
            operation, parameters, problem = _read_query(message.body)
        else:
            operation, parameters, problem = _read_json(message.target or "", message.body)
        return cls(number, request_id, caller, operation, parameters, of_sts, problem)

    def answered(self, body: bytes) -> Answer:
        """The answer of a call that succeeded."""
        return Answer(200, body, XML_TYPE if self.of_sts else JSON_TYPE, self.request_id)

    def refused(self, code: str, message: str, status: int) -> Answer:
        """The answer of a call that did not."""
        if self.of_sts:
            return Answer(
                status, error_xml(code, message, self.request_id), XML_TYPE, self.request_id
            )
        body = json.dumps({"__type": code, "Message": message}).encode()
        return Answer(status, body, JSON_TYPE, self.request_id)

    def scripted(self, fault: Refuse | Reply) -> Answer:
        """The answer that a script gives in place of the service's."""
        if isinstance(fault, Refuse):
            return self.refused(fault.code, fault.message, fault.status)
        return Answer(fault.status, fault.body, fault.content_type, self.request_id)


_Read = tuple[str, dict[str, Any], ServiceError | None]


def _read_json(target: str, body: bytes) -> _Read:
    operation = target.removeprefix(TARGET_PREFIX)
    if not target.startswith(TARGET_PREFIX) or operation not in OPERATIONS:
        problem = ServiceError(
            "UnknownOperationException", f"The demo has no operation '{target}'."
        )
        return operation, {}, problem
    try:
        parameters = json.loads(body or b"{}")
    except ValueError as error:
        return operation, {}, ServiceError("SerializationException", f"Not JSON: {error}")
    if not isinstance(parameters, dict):
        return operation, {}, ServiceError("SerializationException", "Expected a JSON object.")
    return operation, parameters, None


def _read_query(body: bytes) -> _Read:
    form = parse_qs(body.decode("utf-8", "replace"))
    operation = form.get("Action", [""])[0]
    if operation == IDENTITY:
        return operation, {}, None
    problem = ServiceError("InvalidAction", f"The demo has no STS operation '{operation}'.")
    return operation, {}, problem
