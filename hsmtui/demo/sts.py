"""The part of STS that names a caller and lets it assume a role."""

import re
from xml.sax.saxutils import escape

from hsmtui.demo.call import Call
from hsmtui.demo.errors import ServiceError
from hsmtui.demo.identity import Caller
from hsmtui.demo.protocols import query_answer
from hsmtui.demo.sessions import Rules, Session, Sessions

ROLE = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):iam::(?P<account>\d{12}):role/(?:[\x21-\x7e]+/)?(?P<name>[\w+=,.@-]+)"
)
SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}")
SHORTEST, LONGEST = 900, 43_200
"""Limits of DurationSeconds."""

ROLE_ID = "AROADEMODEMODEMODEMO1"
NEVER = "Forbidden"
"""The role that nobody may assume."""

NEEDS_MFA = "Mfa"
"""How the roles begin that are assumed with a code only."""


class Sts:
    """The service: a method for an operation, each giving the body of its answer."""

    def __init__(self, sessions: Sessions, rules: Rules) -> None:
        self._sessions = sessions
        self._rules = rules
        self.operations = {
            "GetCallerIdentity": self._get_caller_identity,
            "AssumeRole": self._assume_role,
            "AssumeRoleWithWebIdentity": self._assume_role_with_web_identity,
        }

    def _get_caller_identity(self, call: Call) -> bytes:
        caller = self._sessions.authenticated(call.caller, call.protocol)
        name = caller.principal.rpartition("/")[2]
        result = (
            f"<Arn>{escape(caller.arn)}</Arn><UserId>{ROLE_ID}:{escape(name)}</UserId>"
            f"<Account>{caller.account}</Account>"
        )
        return query_answer(call.operation, result, call.request_id)

    def _assume_role(self, call: Call) -> bytes:
        caller = self._sessions.authenticated(call.caller, call.protocol)
        role = _role(call)
        with_mfa = self._checked_code(call)
        denied = role["name"].startswith(NEEDS_MFA) and not with_mfa
        if denied or role["name"] == NEVER:
            raise _not_authorized(caller, role[0])
        return self._issued(call, role, "")

    def _assume_role_with_web_identity(self, call: Call) -> bytes:
        token = _required(call, "WebIdentityToken")
        role = _role(call)
        if token.startswith("invalid"):
            raise ServiceError(
                "InvalidIdentityToken",
                "The ID Token provided is not a valid JWT. "
                "(You may see this error if you sent an Access Token)",
            )
        if role["name"] == NEVER:
            raise ServiceError(
                "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403
            )
        return self._issued(
            call,
            role,
            "<SubjectFromWebIdentityToken>demo-user</SubjectFromWebIdentityToken>"
            "<Audience>sts.amazonaws.com</Audience><Provider>demo</Provider>",
        )

    def _checked_code(self, call: Call) -> bool:
        """Whether the right code of a device came with the call; raise if a wrong one did."""
        serial, code = call.parameters.get("SerialNumber"), call.parameters.get("TokenCode")
        if not serial and not code:
            return False
        if not serial or not code:
            raise _mfa_failed(", must provide both MFA serial number and one time pass code.")
        if code != self._rules.mfa_code:
            raise _mfa_failed(" with invalid MFA one time pass code. ")
        return True

    def _issued(self, call: Call, role: re.Match[str], more: str) -> bytes:
        name = _required(call, "RoleSessionName")
        if not SESSION_NAME.fullmatch(name):
            raise _invalid(f"Value '{name}' at 'roleSessionName' is not a session name")
        session = self._sessions.issue(role["account"], role["name"], name, _duration(call))
        arn = f"arn:{role['partition']}:sts::{role['account']}:{session.principal}"
        result = (
            f"<AssumedRoleUser><AssumedRoleId>{ROLE_ID}:{name}</AssumedRoleId>"
            f"<Arn>{arn}</Arn></AssumedRoleUser>{_credentials(session)}{more}"
        )
        return query_answer(call.operation, result, call.request_id)


def _credentials(session: Session) -> str:
    return (
        f"<Credentials><AccessKeyId>{session.access_key}</AccessKeyId>"
        f"<SecretAccessKey>{session.secret_key}</SecretAccessKey>"
        f"<SessionToken>{session.token}</SessionToken>"
        f"<Expiration>{session.expiration}</Expiration></Credentials>"
    )


def _role(call: Call) -> re.Match[str]:
    arn = _required(call, "RoleArn")
    match = ROLE.fullmatch(arn)
    if match is None:
        raise _invalid(f"{arn} is invalid")
    return match


def _duration(call: Call) -> float | None:
    text = call.parameters.get("DurationSeconds")
    if text is None:
        return None
    if not (text.isdecimal() and len(text) < 9 and SHORTEST <= int(text) <= LONGEST):
        raise _invalid(
            f"1 validation error detected: Value '{text}' at 'durationSeconds' failed to satisfy "
            f"constraint: Member must have value between {SHORTEST} and {LONGEST}"
        )
    return float(text)


def _required(call: Call, name: str) -> str:
    value: str = call.parameters.get(name, "")
    if not value:
        member = name[:1].lower() + name[1:]
        raise _invalid(
            f"1 validation error detected: Value null at '{member}' failed to satisfy constraint: "
            "Member must not be null"
        )
    return value


def _invalid(message: str) -> ServiceError:
    return ServiceError("ValidationError", message)


def _mfa_failed(how: str) -> ServiceError:
    return ServiceError("AccessDenied", f"MultiFactorAuthentication failed{how}", 403)


def _not_authorized(caller: Caller, role: str) -> ServiceError:
    return ServiceError(
        "AccessDenied",
        f"User: {caller.arn} is not authorized to perform: sts:AssumeRole on resource: {role}",
        403,
    )
