"""IAM Identity Center: the OIDC device flow, and the portal that gives a role's credentials."""

import json
import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal

from hsmtui.demo.call import Call
from hsmtui.demo.clock import Clock
from hsmtui.demo.errors import ServiceError
from hsmtui.demo.sessions import Rules, Sessions

USER = "demo-user"
FORBIDDEN_ROLE = "Forbidden"
"""A role that no account has."""

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
REFRESH_GRANT = "refresh_token"
ACCESS_SCOPE = "sso:account:access"
"""Clients that registered with it get refresh tokens."""

REGISTERED = timedelta(days=90)
CODE_ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"


@dataclass(frozen=True, slots=True)
class Client:
    """A program that registered, for as long as its secret holds."""

    secret: str
    ends: datetime
    refreshes: bool


@dataclass(slots=True)
class Device:
    """A sign-in that began on a device and waits for a person's answer elsewhere."""

    client: str
    user_code: str
    ends: datetime
    answer: Literal["pending", "approved", "denied"] = "pending"
    asked: float | None = None
    """When it was last asked for, by the machine's clock: a client's pace is real time."""


class Sso:
    """The two services: a method for an operation, each giving the body of its answer."""

    def __init__(self, clock: Clock, sessions: Sessions, rules: Rules) -> None:
        self._clock = clock
        self._sessions = sessions
        self._rules = rules
        self._clients: dict[str, Client] = {}
        self._devices: dict[str, Device] = {}
        self._access: dict[str, datetime] = {}
        self._refresh: dict[str, str] = {}
        """The client that each refresh token was given to."""
        self.operations = {
            "RegisterClient": self._register_client,
            "StartDeviceAuthorization": self._start_device_authorization,
            "CreateToken": self._create_token,
            "GetRoleCredentials": self._get_role_credentials,
            "ApproveDevice": self._page,
        }

    @property
    def user_codes(self) -> tuple[str, ...]:
        """The codes that wait for a person's answer, oldest first."""
        return tuple(
            device.user_code
            for device in self._devices.values()
            if device.answer == "pending" and device.ends > self._clock.now()
        )

    def settle(self, user_code: str, answer: Literal["approved", "denied"]) -> None:
        """Give the person's answer; LookupError for a code that does not wait for one."""
        code = user_code.strip().upper()
        if code not in self.user_codes:
            raise LookupError(f"No sign-in waits for the code {code!r}.")
        for device in self._devices.values():
            if device.user_code == code:
                device.answer = answer

    def _register_client(self, call: Call) -> bytes:
        _required(call, "clientName")
        if _required(call, "clientType") != "public":
            raise ServiceError("InvalidClientMetadataException", "clientType must be public.")
        scopes = call.parameters.get("scopes") or []
        if not isinstance(scopes, list):
            raise ServiceError("InvalidScopeException", "scopes must be a list.")
        now = self._clock.now()
        client = Client(
            secret=secrets.token_urlsafe(60),
            ends=now + REGISTERED,
            refreshes=ACCESS_SCOPE in scopes,
        )
        client_id = secrets.token_urlsafe(24)
        self._clients[client_id] = client
        return _json(
            clientId=client_id,
            clientSecret=client.secret,
            clientIdIssuedAt=int(now.timestamp()),
            clientSecretExpiresAt=int(client.ends.timestamp()),
        )

    def _start_device_authorization(self, call: Call) -> bytes:
        client = self._client(call)
        _required(call, "startUrl")
        code = "-".join("".join(secrets.choice(CODE_ALPHABET) for _ in range(4)) for _ in range(2))
        device_code = secrets.token_urlsafe(48)
        ends = self._clock.now() + timedelta(seconds=self._rules.device_seconds)
        self._devices[device_code] = Device(client, code, ends)
        page = _page_url(call)
        return _json(
            deviceCode=device_code,
            userCode=code,
            verificationUri=page,
            verificationUriComplete=f"{page}?user_code={code}",
            expiresIn=int(self._rules.device_seconds),
            interval=self._rules.device_interval,
        )

    def _create_token(self, call: Call) -> bytes:
        client = self._client(call)
        grant = _required(call, "grantType")
        if grant == DEVICE_GRANT:
            self._exchange(client, _required(call, "deviceCode"))
        elif grant == REFRESH_GRANT:
            if self._refresh.get(_required(call, "refreshToken")) != client:
                raise ServiceError("InvalidGrantException", "Invalid refresh token provided")
            del self._refresh[call.parameters["refreshToken"]]
        else:
            raise ServiceError("UnsupportedGrantTypeException", f"No grant type {grant}.")
        token = secrets.token_urlsafe(64)
        self._access[token] = self._clock.now() + timedelta(seconds=self._rules.token_seconds)
        answer: dict[str, Any] = {
            "accessToken": token,
            "tokenType": "Bearer",
            "expiresIn": int(self._rules.token_seconds),
        }
        if self._clients[client].refreshes:
            answer["refreshToken"] = secrets.token_urlsafe(64)
            self._refresh[answer["refreshToken"]] = client
        return _json(**answer)

    def _exchange(self, client: str, device_code: str) -> None:
        """Use up an approved device code; raise what the service says of any other."""
        device = self._devices.get(device_code)
        if device is None or device.client != client:
            raise ServiceError("InvalidGrantException", "Invalid device code provided")
        if device.ends <= self._clock.now():
            raise ServiceError("ExpiredTokenException", "Device code has expired")
        if device.answer == "denied":
            raise ServiceError("AccessDeniedException", "The request was denied")
        if device.answer == "pending":
            now = time.monotonic()
            hurried = device.asked is not None and now - device.asked < self._rules.device_interval
            device.asked = now
            if hurried:
                raise ServiceError("SlowDownException", "Asked again too soon")
            raise ServiceError("AuthorizationPendingException", "Authorization is still pending")
        del self._devices[device_code]

    def _client(self, call: Call) -> str:
        """The id of the client that asks."""
        client_id = _required(call, "clientId")
        client = self._clients.get(client_id)
        if (
            client is None
            or client.secret != _required(call, "clientSecret")
            or client.ends <= self._clock.now()
        ):
            raise ServiceError("InvalidClientException", "Invalid client", 401)
        return client_id

    def _get_role_credentials(self, call: Call) -> bytes:
        token = call.message.headers.get("x-amz-sso_bearer_token", "")
        ends = self._access.get(token)
        if ends is None or ends <= self._clock.now():
            raise ServiceError("UnauthorizedException", "Session token not found or invalid", 401)
        account, role = _required(call, "account_id"), _required(call, "role_name")
        if role == FORBIDDEN_ROLE:
            raise ServiceError("ForbiddenException", "No access", 403)
        suffix = sha256(f"{account}/{role}".encode()).hexdigest()[:16]
        session = self._sessions.issue(account, f"AWSReservedSSO_{role}_{suffix}", USER)
        return _json(
            roleCredentials={
                "accessKeyId": session.access_key,
                "secretAccessKey": session.secret_key,
                "sessionToken": session.token,
                "expiration": int(session.expires.timestamp() * 1000),
            }
        )

    def _page(self, call: Call) -> bytes:
        """The page that a person opens to approve a code."""
        code = call.parameters.get("user_code")
        if code is None:
            return f"To approve a sign-in open {_page_url(call)}?user_code=CODE\n".encode()
        try:
            self.settle(code, "approved")
        except LookupError as error:
            raise ServiceError("NotFound", str(error), 404) from error
        return b"The sign-in is approved. This page can be closed.\n"


def _page_url(call: Call) -> str:
    return f"http://{call.message.headers.get('host', '')}/device"


def _required(call: Call, name: str) -> str:
    value = call.parameters.get(name)
    if not isinstance(value, str) or not value:
        raise ServiceError("InvalidRequestException", f"{name} is missing.")
    return value


def _json(**members: Any) -> bytes:
    return json.dumps(members).encode()
