"""Temporary credentials: the rules by which they are issued, to whom, and until when."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hsmtui.demo.clock import Clock
from hsmtui.demo.errors import ServiceError
from hsmtui.demo.estate import NOT_ENABLED
from hsmtui.demo.identity import ANYONE, Caller
from hsmtui.demo.protocols import Protocol

TEMPORARY = "ASIA"
"""How the key of temporary credentials begins; such a key is nothing without its token."""

INVALID_TOKEN = "The security token included in the request is invalid."  # noqa: S105 - words
HOUR = 3600.0


@dataclass(eq=False)
class Rules:
    """The codes that are accepted, and how long what is issued lasts, in seconds.

    They can be changed while the demo runs.
    """

    mfa_code: str = "123456"
    session_seconds: float | None = None
    """For how long credentials are issued; None: as asked for, else an hour."""

    device_seconds: float = 600
    """For how long the codes of a device flow can be approved and exchanged."""

    device_interval: int = 1
    """The pause between two questions for the token; who asks sooner gets SlowDownException."""

    token_seconds: float = 28_800
    """For how long an SSO access token lasts."""

    container_token: str | None = None
    """What the Authorization header of a request for container credentials must hold."""


@dataclass(slots=True)
class Session:
    """Credentials that end."""

    access_key: str
    secret_key: str
    token: str
    principal: str
    """The last part of the ARN: assumed-role/<role>/<session>."""

    expires: datetime

    @property
    def expiration(self) -> str:
        """The end in the form of every service but the SSO portal."""
        return self.expires.strftime("%Y-%m-%dT%H:%M:%SZ")


class Sessions:
    """Every session that was issued, by its token."""

    def __init__(self, clock: Clock, rules: Rules) -> None:
        self._clock = clock
        self._rules = rules
        self._issued: dict[str, Session] = {}

    def issue(self, account: str, role: str, name: str, seconds: float | None = None) -> Session:
        """Credentials of a role's session; they last `seconds` where the rules say nothing else."""
        lasting = self._rules.session_seconds
        if lasting is None:
            lasting = HOUR if seconds is None else seconds
        session = Session(
            access_key=f"{TEMPORARY}DEMO{account}",
            secret_key=secrets.token_urlsafe(30),
            token=secrets.token_urlsafe(96),
            principal=f"assumed-role/{role}/{name}",
            expires=self._clock.now() + timedelta(seconds=lasting),
        )
        self._issued[session.token] = session
        return session

    def authenticated(self, caller: Caller, protocol: Protocol) -> Caller:
        """The caller as the one whom the credentials belong to.

        Raises ServiceError where the request is not signed, or with credentials that are unknown
        or have expired, or for a region that their account has not enabled.
        """
        if caller == ANYONE:
            raise ServiceError(
                "MissingAuthenticationTokenException", "Missing Authentication Token", 403
            )
        temporary = caller.token is not None or caller.key.startswith(TEMPORARY)
        session = self._issued.get(caller.token or "")
        if not caller.account or (temporary and (not session or session.access_key != caller.key)):
            raise ServiceError(protocol.unknown_key, INVALID_TOKEN, 403)
        if (caller.account, caller.region) in NOT_ENABLED:
            code, status = protocol.not_enabled
            raise ServiceError(code, INVALID_TOKEN, status)
        if session is None:
            return caller
        if session.expires <= self._clock.now():
            code, status = protocol.expired_token
            raise ServiceError(
                code, "The security token included in the request is expired", status
            )
        return replace(caller, principal=session.principal)
