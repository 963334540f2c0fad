"""A call: an HTTP request read as the protocol means it, and the ways to answer it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Self
from urllib.parse import parse_qsl

from hsmtui.demo.errors import ServiceError
from hsmtui.demo.identity import ANYONE, Caller, caller_of
from hsmtui.demo.protocols import (
    CONTAINER,
    JSON,
    METADATA,
    OAUTH,
    PAGE,
    PORTAL,
    QUERY,
    SIGN_IN,
    Protocol,
)
from hsmtui.demo.services import Service, service_of

STS_OPERATIONS = {"GetCallerIdentity", "AssumeRole", "AssumeRoleWithWebIdentity"}
SIGN_IN_PATH = "/v1/token"
OIDC_PATHS = {
    "/client/register": "RegisterClient",
    "/device_authorization": "StartDeviceAuthorization",
    "/token": "CreateToken",
}
PATHS = {
    "/federation/credentials": ("GetRoleCredentials", PORTAL),
    "/device": ("ApproveDevice", PAGE),
    "/v2/credentials": ("ContainerCredentials", CONTAINER),
    "/roots/aws.crt": ("RootCertificate", PAGE),
    "/roots/manufacturer.crt": ("RootCertificate", PAGE),
}
METADATA_ROOT = "/latest/"

SECRETS = {
    "TokenCode",
    "WebIdentityToken",
    "clientSecret",
    "code",
    "deviceCode",
    "refreshToken",
    "user_code",
}
MASKED = "***"

UNREADABLE = "unreadable"
"""What stands in the place of the operation of what is no request of HTTP."""

DEEPEST = 20
"""Lists and objects within one another that a request may have; the services have five."""


@dataclass(frozen=True, slots=True)
class Message:
    """An HTTP request; the names of its headers are in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over the wire; `sent` cuts the body short and resets the connection."""

    status: int
    body: bytes
    content_type: str
    request_id: str
    error_type: str | None = None
    sent: int | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A request under way. `problem` is why it cannot be understood, if it cannot."""

    number: int
    request_id: str
    message: Message
    caller: Caller
    protocol: Protocol
    operation: str
    parameters: dict[str, Any] = field(repr=False)
    problem: ServiceError | None

    @classmethod
    def read(cls, message: Message, number: int, request_id: str) -> Self:
        """Read a message as one for the service that its method, path and target belong to."""
        caller = caller_of(message.headers)
        protocol, operation, parameters, problem = _read(message)
        return cls(number, request_id, message, caller, protocol, operation, parameters, problem)

    @classmethod
    def unreadable(cls, error: ServiceError, number: int, request_id: str) -> Self:
        """What came instead of a message, and why it is none."""
        message = Message("", "", "", MappingProxyType({}), b"")
        why = {"problem": error.message}
        return cls(number, request_id, message, ANYONE, JSON, UNREADABLE, why, error)

    @property
    def service(self) -> Service | None:
        """The service that its target names, if it is one that speaks JSON 1.1."""
        named = service_of(self.message.headers.get("x-amz-target", ""))
        return None if named is None else named[0]

    @property
    def loggable(self) -> Mapping[str, Any]:
        """The parameters without what is secret."""
        return MappingProxyType(
            {name: MASKED if name in SECRETS else v for name, v in self.parameters.items()}
        )

    def answered(self, body: bytes) -> Answer:
        """The answer of a call that succeeded."""
        return Answer(200, body, self.protocol.content_type, self.request_id)

    def refused(self, error: ServiceError) -> Answer:
        """The answer of a call that did not."""
        protocol = self.protocol
        body = protocol.refusal(error, self.request_id)
        error_type = error.code if protocol.error_in_header else None
        return Answer(error.status, body, protocol.content_type, self.request_id, error_type)


_Read = tuple[Protocol, str, dict[str, Any], ServiceError | None]


def _read(message: Message) -> _Read:
    target = message.headers.get("x-amz-target")
    if target is not None:
        return _read_json(target, message.body)
    if message.path.startswith(METADATA_ROOT):
        return METADATA, "InstanceMetadata", {"path": message.path}, None
    if message.method == "POST":
        if message.path in OIDC_PATHS:
            operation = OIDC_PATHS[message.path]
            return OAUTH, operation, *_json_object(message.body, "InvalidRequestException")
        if message.path == SIGN_IN_PATH:
            return SIGN_IN, "CreateOAuth2Token", *_json_object(message.body, "ValidationException")
        return _read_query(message.body)
    if message.method == "GET" and message.path in PATHS:
        operation, protocol = PATHS[message.path]
        return protocol, operation, dict(parse_qsl(message.query)), None
    problem = ServiceError("NotFound", f"The demo has nothing at {message.path}.", 404)
    return PAGE, f"{message.method} {message.path}", {}, problem


def _read_json(target: str, body: bytes) -> _Read:
    operation = target.rpartition(".")[2]
    if service_of(target) is None:
        problem = ServiceError(
            "UnknownOperationException", f"The demo has no operation '{target}'."
        )
        return JSON, operation, {}, problem
    return JSON, operation, *_json_object(body, "SerializationException")


def _json_object(body: bytes, refusal: str) -> tuple[dict[str, Any], ServiceError | None]:
    try:
        value = json.loads(body or b"{}")
        if not _is_shallow(value):
            return {}, ServiceError(refusal, "Nested too deeply.")
        # what can be parsed and not written: halves of surrogate pairs, NaN, numbers out of range
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except ValueError as error:
        return {}, ServiceError(refusal, f"Not JSON: {error}")
    except RecursionError:
        return {}, ServiceError(refusal, "Nested too deeply.")
    if not isinstance(value, dict):
        return {}, ServiceError(refusal, "Expected a JSON object.")
    return value, None


def _is_shallow(value: object) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        inner = [each for each in level if isinstance(each, dict | list)]
        if not inner:
            return True
        level = [m for each in inner for m in (each.values() if isinstance(each, dict) else each)]
    return False


def _read_query(body: bytes) -> _Read:
    form = dict(parse_qsl(body.decode("utf-8", "replace")))
    operation = form.pop("Action", "")
    form.pop("Version", None)
    if operation in STS_OPERATIONS:
        return QUERY, operation, form, None
    problem = ServiceError("InvalidAction", f"The demo has no STS operation '{operation}'.")
    return QUERY, operation, {}, problem
