"""Who asks and where: read from the request's signature, which is not verified."""

import re
from dataclasses import dataclass
from xml.sax.saxutils import escape

from hsmtui.demo.errors import ServiceError

CREDENTIAL = re.compile(
    r"Credential=(?P<key>[^/,\s]+)/\d{8}/(?P<region>[^/,\s]+)/[^/,\s]+/aws4_request"
)
ACCOUNT = re.compile(r"\d{12}\Z")
STS_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
ROLE_ID = "AROADEMODEMODEMODEMO1"


@dataclass(frozen=True, slots=True)
class Caller:
    """The account that the access key names, and the region of the signature's scope."""

    account: str
    region: str

    @property
    def partition(self) -> str:
        """The partition of the region."""
        if self.region.startswith("us-gov-"):
            return "aws-us-gov"
        return "aws-cn" if self.region.startswith("cn-") else "aws"


ANYONE = Caller("", "")
"""The caller of a request that is not signed."""


def caller_of(authorization: str | None) -> Caller:
    """The caller that an Authorization header names; parts that it does not name are empty."""
    match = CREDENTIAL.search(authorization or "")
    if match is None:
        return ANYONE
    account = ACCOUNT.search(match["key"])
    return Caller(account[0] if account else "", match["region"])


def require_account(caller: Caller, unknown_key: str) -> None:
    """Raise unless the request is signed with a key of some account."""
    if caller == ANYONE:
        raise ServiceError(
            "MissingAuthenticationTokenException", "Missing Authentication Token", 403
        )
    if not caller.account:
        raise ServiceError(
            unknown_key, "The security token included in the request is invalid.", 403
        )


def identity_xml(caller: Caller, request_id: str) -> bytes:
    """The answer of STS GetCallerIdentity."""
    arn = f"arn:{caller.partition}:sts::{caller.account}:assumed-role/Triage/demo"
    return _xml(
        "GetCallerIdentityResponse",
        f"<GetCallerIdentityResult><Arn>{arn}</Arn><UserId>{ROLE_ID}:demo</UserId>"
        f"<Account>{caller.account}</Account></GetCallerIdentityResult>"
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>",
    )


def error_xml(code: str, message: str, request_id: str) -> bytes:
    """A refusal as STS words it."""
    return _xml(
        "ErrorResponse",
        f"<Error><Type>Sender</Type><Code>{escape(code)}</Code>"
        f"<Message>{escape(message)}</Message></Error><RequestId>{request_id}</RequestId>",
    )


def _xml(element: str, content: str) -> bytes:
    return f'<{element} xmlns="{STS_NAMESPACE}">{content}</{element}>'.encode()
