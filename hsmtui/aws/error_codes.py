"""What AWS's error answers mean, by their codes, and what to do."""

import html
import re
from typing import Final, NamedTuple

from hsmtui.aws.denied import remedy_of
from hsmtui.aws.unreachable import is_of_aws, proxy_remedy
from hsmtui.model.advice import AGAIN, ANOTHER_PROFILE, Advice, Step
from hsmtui.model.text import shortened

ACTIONS = {
    "DescribeClusters": "cloudhsm:DescribeClusters",
    "DescribeBackups": "cloudhsm:DescribeBackups",
    "CopyBackupToRegion": "cloudhsm:CopyBackupToRegion",
    "CreateCluster": "cloudhsm:CreateCluster",
    "CreateHsm": "cloudhsm:CreateHsm",
    "DeleteBackup": "cloudhsm:DeleteBackup",
    "DeleteCluster": "cloudhsm:DeleteCluster",
    "DeleteHsm": "cloudhsm:DeleteHsm",
    "InitializeCluster": "cloudhsm:InitializeCluster",
    "ModifyBackupAttributes": "cloudhsm:ModifyBackupAttributes",
    "ModifyCluster": "cloudhsm:ModifyCluster",
    "RestoreBackup": "cloudhsm:RestoreBackup",
    "TagResource": "cloudhsm:TagResource",
    "UntagResource": "cloudhsm:UntagResource",
    "GetMetricData": "cloudwatch:GetMetricData",
    "LookupEvents": "cloudtrail:LookupEvents",
    "DescribeCustomKeyStores": "kms:DescribeCustomKeyStores",
    "GetCallerIdentity": "sts:GetCallerIdentity",
    "AssumeRole": "sts:AssumeRole",
    "AssumeRoleWithWebIdentity": "sts:AssumeRoleWithWebIdentity",
    "GetRoleCredentials": "sso:GetRoleCredentials",
}
"""The IAM action of each operation that hsmtui, or signing in, asks for."""


class Explanation(NamedTuple):
    """What happened, what to do, and whether the same may succeed later."""

    title: str
    remedy: str | Advice
    retryable: bool = False


SIGN_IN_CODES: Final = Advice(
    "Renew the credentials, then ",
    Step("press {}: the files are read again", "list.refresh", "run this again"),
    ". ",
    ANOTHER_PROFILE,
    ".",
)
READ_MESSAGE: Final = Advice("Read the message", Step("; {} keeps it", "app.errors"), ".")

NOT_ENABLED: Final = Explanation(
    "This region is not enabled for the account",
    Advice(
        "Enable it, or ",
        Step("press {} for another region", "region.switch", "use -r for another region"),
        ".",
    ),
)

_BY_CODE = {
    "Service": Explanation(
        "CloudHSM could not carry out the request", "Try again in a moment.", True
    ),
    "InvalidRequest": Explanation(
        "CloudHSM refused the request as invalid",
        Advice(
            "The cluster may have changed: ",
            Step("press {} to read it again", "list.refresh", "run this again"),
            ".",
        ),
    ),
    "ResourceNotFound": Explanation(
        "CloudHSM does not know this cluster",
        Advice(
            "It may be gone: ",
            Step("press {} to read the list again", "list.refresh", "run this again"),
            ".",
        ),
    ),
    "Tag": Explanation(
        "CloudHSM refused the request because of tags",
        "Look at the tag conditions (aws:ResourceTag) of the policies that apply to you.",
    ),
    "ResourceLimitExceeded": Explanation("A CloudHSM limit is exceeded", "See the service quotas."),
    "Throttling": Explanation(
        "AWS is throttling the requests", "Wait a moment, then try again.", True
    ),
    "ExpiredToken": Explanation("The credentials have expired", SIGN_IN_CODES),
    "UnrecognizedClient": Explanation(
        "AWS does not know these credentials",
        Advice(
            "Check the access key and the partition; a region that is not enabled gives "
            "the same answer. ",
            ANOTHER_PROFILE,
            Step(", {} another region", "region.switch", ", -r another region"),
            ".",
        ),
    ),
    "InvalidSignature": Explanation(
        "AWS refused the signature",
        Advice("Check the secret key and this machine's clock, then ", AGAIN, "."),
    ),
    "Clock": Explanation(
        "The clock of this machine is off", Advice("Set the clock, then ", AGAIN, ".")
    ),
    "InvalidIdentityToken": Explanation(
        "AWS refused the web identity token",
        "Renew the file that AWS_WEB_IDENTITY_TOKEN_FILE or web_identity_token_file names.",
    ),
    "OptInRequired": NOT_ENABLED,
}

_SAME_AS = {
    "ThrottledException": "Throttling",
    "TooManyRequestsException": "Throttling",
    "RequestLimitExceeded": "Throttling",
    "RequestExpired": "ExpiredToken",
    "RegionDisabledException": "OptInRequired",
    "InvalidClientTokenId": "UnrecognizedClient",
    "InvalidAccessKeyId": "UnrecognizedClient",
    "IncompleteSignature": "InvalidSignature",
    "SignatureDoesNotMatch": "InvalidSignature",
    "RequestTimeTooSkewed": "Clock",
    "UnauthorizedOperation": "AccessDenied",
    "AuthorizationError": "AccessDenied",
    "ForbiddenException": "AccessDenied",
}


def family_of(code: str) -> str:
    """The code without what differs between the service and stand-ins for it."""
    code = code.rsplit("#", 1)[-1]
    return _SAME_AS.get(code) or code.removeprefix("CloudHsm").removesuffix("Exception")


def explain(operation: str, code: str, message: str, status: int, host: str | None) -> Explanation:
    """What an answer means that `host`, if it is known which, gave to an operation."""
    family = family_of(code)
    if status == 501:
        return Explanation(
            f"{host or 'What answers'} does not know {operation} (HTTP 501)",
            "This answer is not from AWS: check the endpoint and the proxy.",
        )
    if family == "AccessDenied":
        return _denied(operation, message)
    if family == "InvalidSignature" and "expired" in message.lower():
        return _BY_CODE["Clock"]
    if family == "InternalFailure":
        is_cloudhsm = is_of_aws(host) and "cloudhsm" in (host or "")
        title = f"{'CloudHSM' if is_cloudhsm else 'The service'} failed internally"
        return Explanation(title, _once_more(host), retryable=True)
    if family in _BY_CODE:
        return _BY_CODE[family]
    if not family or family.isdecimal():
        return _by_status(status)
    if status >= 500:
        return Explanation(f"The answer was HTTP {status}", _once_more(host), retryable=True)
    return Explanation("AWS refused the request", READ_MESSAGE)


def _once_more(host: str | None) -> str:
    """What to do where a service says itself that it failed."""
    if is_of_aws(host):
        return "Try again; if it stays, see the AWS Health Dashboard."
    return f"Try again; if it stays, check {host or 'the endpoint'}, which is not AWS."


def _by_status(status: int) -> Explanation:
    """Of an answer that has not the form of AWS's own errors."""
    if status == 407:
        return Explanation("The proxy asks for a user name and a password", proxy_remedy("407"))
    title = f"The answer was HTTP {status}, from the service or a proxy before it"
    if status >= 500:
        remedy = (
            "It does not look like an error from AWS. Try again; if it stays, check the proxy "
            "and the endpoint."
        )
        return Explanation(title, remedy, retryable=True)
    return Explanation(title, proxy_remedy(""))


def is_refusal(code: str) -> bool:
    """Whether a 4xx with this code is the service's word that it did nothing.

    An answer without a code of the service, for which botocore puts the status, may be that of a
    proxy which sent the request on; a failure or a time-out inside the service says nothing.
    """
    return not code.isdecimal() and family_of(code) not in {"", "InternalFailure", "RequestTimeout"}


def _denied(operation: str, message: str) -> Explanation:
    action = ACTIONS.get(operation, operation)
    title, denies = f"Not allowed: {operation}", remedy_of(message, action)
    if denies:
        return Explanation(title, denies)
    if operation == "GetRoleCredentials":
        asking = "Ask for the permission set in that account; "
        return Explanation(title, Advice(asking, ANOTHER_PROFILE, "."))
    if action.startswith("cloudhsm:"):
        remedy = f"The policy must allow {action} (the prefix is cloudhsm:, not cloudhsmv2:)."
    elif operation.startswith("AssumeRole"):
        remedy = f"Your policy and the role's trust policy must allow {action}."
    else:
        remedy = f"The policy must allow {action}."
    return Explanation(title, remedy)


LONGEST_ERROR = 600
"""Characters of an error that are shown: eight lines of a narrow terminal."""

_LOOKED_AT = 10_000
"""Characters of a page that are searched for words."""

_MARKUP = re.compile(r"(?is)<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1>|\Z)|<[^>]*(?:>|\Z)")


def readable(text: str) -> str:
    """The words of a text, on one line and not too many; of a page, those that are seen."""
    start = text[:_LOOKED_AT]
    if start.lstrip().startswith("<"):
        start = html.unescape(_MARKUP.sub(" ", start))
    return shortened(" ".join(start.split()), LONGEST_ERROR)
