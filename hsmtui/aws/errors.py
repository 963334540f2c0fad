"""Any failure of botocore as one HsmtuiError: what happened, in which request, and what to do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from traceback import walk_tb
from typing import NamedTuple
from urllib.parse import urlsplit

from botocore import exceptions as boto
from botocore.parsers import ResponseParserError

from hsmtui.aws.malformed import where_malformed
from hsmtui.aws.mistakes import Mistake, mistake_of, unknown
from hsmtui.aws.readable import readable
from hsmtui.aws.unreachable import (
    cause_of,
    never_sent,
    proxy_of,
    proxy_remedy,
    route_remedy,
    tls_remedy,
    unsendable,
)
from hsmtui.model.redaction import redact

ACTIONS = {
    "DescribeClusters": "cloudhsm:DescribeClusters",
    "DescribeBackups": "cloudhsm:DescribeBackups",
    "DeleteCluster": "cloudhsm:DeleteCluster",
    "DeleteHsm": "cloudhsm:DeleteHsm",
    "RestoreBackup": "cloudhsm:RestoreBackup",
    "TagResource": "cloudhsm:TagResource",
    "UntagResource": "cloudhsm:UntagResource",
    "DescribeCustomKeyStores": "kms:DescribeCustomKeyStores",
    "GetCallerIdentity": "sts:GetCallerIdentity",
    "AssumeRole": "sts:AssumeRole",
    "AssumeRoleWithWebIdentity": "sts:AssumeRoleWithWebIdentity",
    "GetRoleCredentials": "sso:GetRoleCredentials",
}
"""The IAM action of each operation that hsmtui, or signing in, asks for."""


@dataclass(eq=False, kw_only=True)  # not frozen: Python sets the traceback on an exception
class HsmtuiError(Exception):
    """A failure a person can act on. Nobody changes it once it is made.

    `retryable` says that asking again may help as things are. `unsent` says that the request
    certainly did not reach the service, `refused` that the service itself said that it did not do
    it; where neither holds, a mutating request may have been carried out. `expired` says that AWS
    does not, or no longer, take the credentials, so that newer ones may help.
    """

    title: str
    detail: str = ""
    remedy: str = ""
    retryable: bool = False
    operation: str = ""
    code: str = ""
    request_id: str = ""
    unsent: bool = False
    refused: bool = False
    expired: bool = False
    time: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        """What others worded may repeat a secret that was sent to them."""
        for name in ("title", "detail", "remedy", "code", "request_id"):
            setattr(self, name, redact(getattr(self, name)))

    @property
    def throttled(self) -> bool:
        """Whether the service asks for fewer requests."""
        return _family(self.code) == "Throttling"

    def repeats(self, other: "HsmtuiError") -> bool:
        """Whether another failure says the same of the same operation."""
        return (self.operation, str(self)) == (other.operation, str(other))

    @property
    def denied_action(self) -> str:
        """The IAM action that is not allowed, where that is what failed; else ""."""
        denied = _family(self.code) == "AccessDenied"
        return ACTIONS.get(self.operation, self.operation) if denied else ""

    @property
    def in_full(self) -> str:
        """What happened, and in which request."""
        request = f", request id {self.request_id}" if self.request_id else ""
        return f"{self.operation}{request}: {self}"

    def __str__(self) -> str:
        return f"{self.title}: {self.detail}" if self.detail else self.title


class Where(NamedTuple):
    """The request that failed, for the words of the error."""

    operation: str
    profile: str | None
    region: str | None
    host: str | None = None
    service: str = "cloudhsmv2"


class _Advice(NamedTuple):
    title: str
    remedy: str
    retryable: bool = False


_SIGN_IN = "Renew the credentials, then press r: the files are read again. P takes another profile."

_BY_CODE = {
    "InternalFailure": _Advice(
        "CloudHSM failed internally", "Try again; if it stays, see the AWS Health Dashboard.", True
    ),
    "Service": _Advice("CloudHSM could not carry out the request", "Try again in a moment.", True),
    "InvalidRequest": _Advice(
        "CloudHSM refused the request as invalid",
        "The cluster may have changed: press r to read it again.",
    ),
    "ResourceNotFound": _Advice(
        "CloudHSM does not know this cluster", "It may be gone: press r to read the list again."
    ),
    "Tag": _Advice(
        "CloudHSM refused the request because of tags",
        "Look at the tag conditions (aws:ResourceTag) of the policies that apply to you.",
    ),
    "ResourceLimitExceeded": _Advice("A CloudHSM limit is exceeded", "See the service quotas."),
    "Throttling": _Advice("AWS is throttling the requests", "Wait a moment, then ask again.", True),
    "ExpiredToken": _Advice("The credentials have expired", _SIGN_IN),
    "UnrecognizedClient": _Advice(
        "AWS does not know these credentials",
        "Check the access key and the partition; a region that has to be enabled first answers "
        "so too. P takes another profile, R another region.",
    ),
    "InvalidSignature": _Advice(
        "AWS refused the signature",
        "Check the secret key and this machine's clock, then press r.",
    ),
    "Clock": _Advice("The clock of this machine is off", "Set the clock, then press r."),
    "InvalidIdentityToken": _Advice(
        "AWS refused the web identity token",
        "Renew the file that AWS_WEB_IDENTITY_TOKEN_FILE or web_identity_token_file names.",
    ),
    "OptInRequired": _Advice(
        "This region is not enabled for the account", "Enable it, or press R for another region."
    ),
}

_SAME_AS = {
    "ThrottledException": "Throttling",
    "TooManyRequestsException": "Throttling",
    "RequestLimitExceeded": "Throttling",
    "RequestExpired": "ExpiredToken",
    "InvalidClientTokenId": "UnrecognizedClient",
    "InvalidAccessKeyId": "UnrecognizedClient",
    "IncompleteSignature": "InvalidSignature",
    "SignatureDoesNotMatch": "InvalidSignature",
    "RequestTimeTooSkewed": "Clock",
    "UnauthorizedOperation": "AccessDenied",
    "AuthorizationError": "AccessDenied",
    "ForbiddenException": "AccessDenied",
}


LOCAL = frozenset({"sign in", "profiles"})
"""Operations in which most that fails is wrong on this machine, not in an answer."""


@contextmanager
def failures_of(where: Callable[[], Where]) -> Iterator[None]:
    """Any failure inside becomes an HsmtuiError.

    Beside its own errors botocore raises those of the files and sockets below it, and whatever its
    parsers and providers stumble over.
    """
    try:
        yield
    except HsmtuiError:
        raise
    except Exception as error:
        raise translate(error, where()) from error


def translate(error: Exception, where: Where) -> HsmtuiError:
    """The HsmtuiError of anything that a request of botocore raised."""
    if isinstance(error, boto.ClientError):
        return _from_answer(error, where)
    if isinstance(error, boto.BotoCoreError):
        return _from_client(error, where)
    if isinstance(error, RuntimeError) and "expired" in str(error):
        return _expired(error, where)
    if where.operation in LOCAL and not _is_of_an_answer(error):
        return _mistaken(mistake_of(error, where.profile) or unknown(error, where.profile), error)
    return _unreadable(error, where)


def _is_of_an_answer(error: Exception) -> bool:
    """Whether an answer could not be read: botocore's parsers stumble over another shape."""
    frames = (frame for frame, _ in walk_tb(error.__traceback__))
    parsers = any(frame.f_globals.get("__name__") == "botocore.parsers" for frame in frames)
    return parsers or isinstance(error, ResponseParserError)


def _mistaken(mistake: Mistake, error: Exception) -> HsmtuiError:
    return HsmtuiError(
        title=mistake.title,
        detail=readable(mistake.detail),
        remedy=mistake.remedy,
        operation="sign in",
        code=type(error).__name__,
        unsent=True,
    )


def _family(code: str) -> str:
    """The code without what differs between the service and stand-ins for it."""
    code = code.rsplit("#", 1)[-1]
    return _SAME_AS.get(code) or code.removeprefix("CloudHsm").removesuffix("Exception")


def _from_answer(error: boto.ClientError, where: Where) -> HsmtuiError:
    reply = error.response.get("Error", {})
    metadata = error.response.get("ResponseMetadata")
    code = str(reply.get("Code", ""))
    message = str(reply.get("Message", ""))
    status = metadata["HTTPStatusCode"] if metadata else 0
    family = _family(code)
    where = where._replace(operation=error.operation_name or where.operation)
    if family == "AccessDenied":
        advice = _denied(where)
    elif family == "InvalidSignature" and "expired" in message.lower():
        advice = _BY_CODE["Clock"]
    elif family in _BY_CODE:
        advice = _BY_CODE[family]
    elif status >= 500 or not family or family.isdecimal():
        advice = _by_status(status)
    else:
        advice = _Advice("AWS refused the request", "Read the message; ! keeps it.")
    return HsmtuiError(
        title=advice.title,
        detail=_with_code(readable(message), code) or "It has no words.",
        remedy=advice.remedy,
        retryable=advice.retryable,
        operation=where.operation,
        code=code,
        request_id=str(metadata.get("RequestId", "")) if metadata else "",
        refused=400 <= status < 500 and _is_refusal(code),
        expired=family in {"ExpiredToken", "UnrecognizedClient"},
    )


def _by_status(status: int) -> _Advice:
    """Of an answer that is no word of the service, or only that it failed."""
    if status == 407:
        return _Advice("The proxy does not know who asks", proxy_remedy("407"))
    title = f"The answer was HTTP {status}, from the service or a proxy before it"
    if status >= 500:
        remedy = "Try again; if it stays, look at the proxy and the AWS Health Dashboard."
        return _Advice(title, remedy, retryable=True)
    return _Advice(title, proxy_remedy(""))


def _is_refusal(code: str) -> bool:
    """Whether a 4xx with this code is the service's word that it did nothing.

    An answer without a code of the service, for which botocore puts the status, may be that of a
    proxy which sent the request on; a failure or a time-out inside the service says nothing.
    """
    return not code.isdecimal() and _family(code) not in {"", "InternalFailure", "RequestTimeout"}


def _denied(where: Where) -> _Advice:
    action = ACTIONS.get(where.operation, where.operation)
    if action.startswith("cloudhsm:"):
        remedy = f"The policy must allow {action} (the prefix is cloudhsm:, not cloudhsmv2:)."
    elif where.operation == "GetRoleCredentials":
        remedy = "Ask for the permission set in that account; P takes another profile."
    else:
        remedy = f"Your policy and the role's trust policy must allow {action}."
    return _Advice(f"Not allowed: {where.operation}", remedy)


def _with_code(message: str, code: str) -> str:
    return f"{message} ({code})" if message and code else message or code


def _expired(error: Exception, where: Where) -> HsmtuiError:
    return HsmtuiError(
        title="The credentials could not be renewed",
        detail=str(error),
        remedy=_SIGN_IN,
        operation=where.operation,
        code=type(error).__name__,
    )


def _unreadable(error: Exception, where: Where) -> HsmtuiError:
    return HsmtuiError(
        title=f"The answer to {where.operation} could not be read",
        detail=readable(str(error)),
        remedy="Something before the service may have answered: look at proxy and endpoint.",
        retryable=True,
        operation=where.operation,
    )


def _from_client(error: boto.BotoCoreError, where: Where) -> HsmtuiError:
    mistake = mistake_of(error, where.profile) if where.operation in LOCAL else None
    if mistake is not None:
        return _mistaken(mistake, error)
    url = error.kwargs.get("endpoint_url")
    if isinstance(url, str):  # that of a service which signs in, perhaps
        where = where._replace(host=urlsplit(url).hostname)
    advice, detail = _on_the_way(error, where)
    return HsmtuiError(
        title=advice.title,
        detail=readable(detail),
        remedy=advice.remedy,
        retryable=advice.retryable,
        operation=where.operation,
        code=type(error).__name__,
        unsent=never_sent(error),
    )


def _on_the_way(error: boto.BotoCoreError, where: Where) -> tuple[_Advice, str]:
    """What happened before there was an answer, and in whose words."""
    host = where.host or "AWS"
    if isinstance(error, boto.ProxyConnectionError):
        reason = str(cause_of(error))
        title = f"No way to {host} through the proxy {proxy_of(error)}"
        return _Advice(title, proxy_remedy(reason), retryable=True), reason
    if isinstance(error, boto.SSLError):
        return _Advice(f"The TLS connection to {host} failed", tls_remedy(error)), str(error)
    if (mistake := unsendable(error)) is not None:
        return _Advice("The request could not be written", mistake.remedy), mistake.detail
    words = where_malformed(error) if isinstance(error, boto.ConfigParseError) else str(error)
    for kinds, advise in _CLIENT_SIDE:
        if isinstance(error, kinds):
            return advise(where), words
    return _Advice("The request could not be made", "Read the message; ! keeps it."), words


def _credentials(where: Where) -> _Advice:
    return _Advice(
        "No credentials",
        "Set a profile up (aws configure, aws configure sso); P takes another profile."
        if where.profile is None
        else f"Sign in to profile {where.profile} or set it up; P takes another profile.",
    )


def _no_route(where: Where) -> _Advice:
    remedy = route_remedy(where.host, where.region, where.service)
    return _Advice(f"No connection to {where.host or 'AWS'}", remedy, retryable=True)


_CLIENT_SIDE = (
    ((boto.NoCredentialsError, boto.PartialCredentialsError), _credentials),
    (
        (boto.SSOError, boto.TokenRetrievalError, boto.UnauthorizedSSOTokenError),
        lambda where: _Advice(
            "The SSO sign-in has expired", "Press r to sign in; P takes another profile."
        ),
    ),
    (
        boto.LoginError,
        lambda where: _Advice(
            "The console sign-in has expired",
            f"Run aws login --profile {where.profile or 'default'}, then press r.",
        ),
    ),
    (
        (boto.CredentialRetrievalError, boto.RefreshWithMFAUnsupportedError),
        lambda where: _Advice("The credentials could not be fetched", _SIGN_IN),
    ),
    (
        boto.ProfileNotFound,
        lambda where: _Advice(
            f"There is no profile {where.profile}", "P lists the profiles that exist."
        ),
    ),
    (
        boto.ConfigParseError,
        lambda where: _Advice("An AWS config file is malformed", "Correct the file, then press r."),
    ),
    (
        (boto.NoRegionError, boto.InvalidRegionError),
        lambda where: _Advice(
            "No region" if not where.region else f"No such region: {where.region}",
            "Press R to choose one; -r or AWS_REGION set it at the start.",
        ),
    ),
    (
        (boto.InvalidConfigError, boto.InfiniteLoopConfigError, boto.UnknownCredentialError),
        lambda where: _Advice(
            f"The settings of profile {where.profile or 'default'} do not fit together",
            "Correct the profile in the AWS config file, then press r; P takes another profile.",
        ),
    ),
    (
        (boto.ReadTimeoutError,),
        lambda where: _Advice(
            f"No answer from {where.host or 'AWS'} in time", "Try again.", retryable=True
        ),
    ),
    (
        boto.ConnectionClosedError,
        lambda where: _Advice(
            f"The connection to {where.host or 'AWS'} was lost", "Try again.", retryable=True
        ),
    ),
    ((boto.EndpointConnectionError, boto.ConnectTimeoutError), _no_route),
)
