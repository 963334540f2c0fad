"""Who asks and where: read from the request's signature, which is not verified."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

CREDENTIAL = re.compile(
    r"Credential=(?P<key>[^/,\s]+)/\d{8}/(?P<region>[^/,\s]+)/[^/,\s]+/aws4_request"
)
ACCOUNT = re.compile(r"\d{12}\Z")
STANDING_PRINCIPAL = "assumed-role/Triage/demo"
"""Whom a key belongs to that no session was issued with."""

AUDITOR = "Auditor"
"""The role of whom little is allowed."""

BILLING_CLERK = "Billing"
"""The role of whom nothing is allowed that the demo has."""

_ROLES = {"AKIADEMOAUDITOR": AUDITOR, "AKIADEMOBILLING": BILLING_CLERK}
"""How the access keys begin of those who have other roles than most."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The account that the access key names, the region of the signature's scope, the token."""

    account: str
    region: str
    key: str = ""
    token: str | None = field(default=None, repr=False)
    principal: str = STANDING_PRINCIPAL
    """The last part of the caller's ARN."""

    @property
    def partition(self) -> str:
        """The partition of the region."""
        if self.region.startswith("us-gov-"):
            return "aws-us-gov"
        return "aws-cn" if self.region.startswith("cn-") else "aws"

    @property
    def role(self) -> str:
        """The name of the role that the caller has assumed."""
        return self.principal.split("/")[1]

    @property
    def arn(self) -> str:
        """The ARN as STS gives it."""
        return f"arn:{self.partition}:sts::{self.account}:{self.principal}"


ANYONE = Caller("", "")
"""The caller of a request that is not signed."""


def caller_of(headers: Mapping[str, str]) -> Caller:
    """The caller that a request's headers name; parts that they do not name are empty."""
    match = CREDENTIAL.search(headers.get("authorization", ""))
    if match is None:
        return ANYONE
    account = ACCOUNT.search(match["key"])
    token = headers.get("x-amz-security-token")
    caller = Caller(account[0] if account else "", match["region"], match["key"], token)
    role = next((role for prefix, role in _ROLES.items() if caller.key.startswith(prefix)), None)
    return caller if role is None else replace(caller, principal=f"assumed-role/{role}/demo")
