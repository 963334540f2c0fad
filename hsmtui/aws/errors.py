"""Any failure of botocore as one HsmtuiError: what happened, in which request, and what to do."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from traceback import walk_tb
from typing import NamedTuple
from urllib.parse import urlsplit

from botocore import exceptions as boto
from botocore.parsers import ResponseParserError

from hsmtui.aws.config_files import where_malformed
from hsmtui.aws.error_codes import (
    ACTIONS,
    NOT_ENABLED,
    READ_MESSAGE,
    SIGN_IN_CODES,
    Explanation,
    explain,
    family_of,
    is_refusal,
    readable,
)
from hsmtui.aws.login import login_command
from hsmtui.aws.mistakes import CHOOSE_REGION, PROFILES_THAT_EXIST, Mistake, mistake_of, unknown
from hsmtui.aws.unreachable import (
    cause_of,
    foreign_proxy,
    never_sent,
    proxy_of,
    proxy_remedy,
    route_remedy,
    tls_remedy,
    unsendable,
)
from hsmtui.model.advice import (
    AGAIN,
    AGAIN_OR_ELSEWHERE,
    ANOTHER_PROFILE,
    SIGN_IN_AGAIN,
    Advice,
    Step,
)
from hsmtui.model.redaction import redact

NOT_SIGNED_IN = "NotSignedIn"
"""The code of the error that somebody was to sign in and did not."""


@dataclass(eq=False, kw_only=True)  # not frozen: Python sets the traceback on an exception
class HsmtuiError(Exception):
    """A failure a person can act on. Nobody changes it once it is made.

    `retryable` says that asking again may help as things are. `unsent` says that the request
    certainly did not reach the service, `refused` that the service itself said that it did not do
    it; where neither holds, a mutating request may have been carried out. `expired` says that AWS
    does not, or no longer, take the credentials, so that newer ones may help. `encoded` is the
    encoded authorization message that AWS gave with a denial, `place` says where it was asked.
    """

    title: str
    detail: str = ""
    remedy: str | Advice = ""
    retryable: bool = False
    operation: str = ""
    code: str = ""
    request_id: str = ""
    unsent: bool = False
    refused: bool = False
    expired: bool = False
    not_enabled: bool = False
    encoded: str = ""
    place: str = ""
    time: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        """What others worded may repeat a secret that was sent to them."""
        for name in ("title", "detail", "code", "request_id"):
            setattr(self, name, redact(getattr(self, name)))
        remedy = self.remedy
        self.remedy = remedy.mapped(redact) if isinstance(remedy, Advice) else redact(remedy)

    @property
    def throttled(self) -> bool:
        """Whether the service asks for fewer requests."""
        return family_of(self.code) == "Throttling"

    @property
    def is_unsigned(self) -> bool:
        """Whether somebody was to sign in and did not."""
        return self.code == NOT_SIGNED_IN or self.operation == "CreateToken"

    @property
    def unknown_keys(self) -> bool:
        """Whether AWS does not know the credentials where it was asked."""
        return family_of(self.code) == "UnrecognizedClient"

    def repeats(self, other: "HsmtuiError") -> bool:
        """Whether another failure says the same of the same operation."""
        return (self.operation, str(self)) == (other.operation, str(other))

    @property
    def denied_action(self) -> str:
        """The IAM action that is not allowed, where that is what failed; else ""."""
        denied = family_of(self.code) == "AccessDenied"
        return ACTIONS.get(self.operation, self.operation) if denied else ""

    @property
    def decoding_command(self) -> str:
        """The aws command that shows why it was denied, where AWS says that only encoded."""
        if not self.encoded:
            return ""
        return (
            f"aws sts decode-authorization-message --encoded-message {self.encoded} "
            "--query DecodedMessage --output text"
        )

    @property
    def in_full(self) -> str:
        """What happened, and in which request."""
        request = f", request id {self.request_id}" if self.request_id else ""
        return f"{self.operation}{request}: {self}"

    def __str__(self) -> str:
        return f"{self.title}: {self.detail}" if self.detail else self.title


_DECODING = Advice(
    Step(" {} and then ", "app.errors", " "),
    Step(
        "{} copies the command that decodes the message.",
        "errors.copy_command",
        "This decodes the message:",
    ),
)

_ENCODED = re.compile(r"Encoded authorization failure message:\s*([\w+/=-]+)")


class Where(NamedTuple):
    """The request that failed, for the words of the error."""

    operation: str
    profile: str | None
    region: str | None
    host: str | None = None
    service: str = "cloudhsmv2"

    @property
    def place(self) -> str:
        """Profile and region in words, as far as they are known."""
        return " · ".join(filter(None, (self.profile or "default", self.region)))


LOCAL = frozenset({"sign in", "profiles"})
"""Operations in which most that fails is wrong on this machine, not in an answer."""


@contextmanager
def failures_of(where: Callable[[], Where]) -> Iterator[None]:
    """Any failure inside becomes an HsmtuiError.

    Beside its own errors botocore raises those of the files and sockets below it, and any other
    that its parsers and providers meet.
    """
    try:
        yield
    except HsmtuiError:
        raise
    except Exception as error:
        asked = where()
        raise replace(translate(error, asked), place=asked.place) from error


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
    """Whether an answer could not be read: botocore's parsers raise on another shape."""
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


def _from_answer(error: boto.ClientError, where: Where) -> HsmtuiError:
    reply = error.response.get("Error", {})
    metadata = error.response.get("ResponseMetadata")
    code = str(reply.get("Code", ""))
    message = str(reply.get("Message", ""))
    status = metadata["HTTPStatusCode"] if metadata else 0
    family = family_of(code)
    where = where._replace(operation=error.operation_name or where.operation)
    meaning = explain(where.operation, code, message, status, where.host)
    encoded = _ENCODED.search(message)
    remedy = meaning.remedy
    if encoded:
        message = message.replace(encoded[1], f"{len(encoded[1])} characters, see the errors")
        remedy = Advice(remedy, _DECODING)
    return HsmtuiError(
        title=meaning.title,
        detail=_with_code(readable(message), code) or "The answer has no message.",
        remedy=remedy,
        encoded=encoded[1] if encoded else "",
        retryable=meaning.retryable,
        operation=where.operation,
        code=code,
        request_id=str(metadata.get("RequestId", "")) if metadata else "",
        refused=400 <= status < 500 and is_refusal(code),
        expired=family in {"ExpiredToken", "UnrecognizedClient"},
        not_enabled=family == "OptInRequired",
    )


def not_enabled(error: HsmtuiError) -> HsmtuiError:
    """The error of keys that are not known in a region because the account has not enabled it."""
    return replace(
        error, title=NOT_ENABLED.title, remedy=NOT_ENABLED.remedy, not_enabled=True, expired=False
    )


def _with_code(message: str, code: str) -> str:
    return f"{message} ({code})" if message and code else message or code


def _expired(error: Exception, where: Where) -> HsmtuiError:
    return HsmtuiError(
        title="The credentials could not be renewed",
        detail=str(error),
        remedy=SIGN_IN_CODES,
        operation=where.operation,
        code=type(error).__name__,
    )


def _unreadable(error: Exception, where: Where) -> HsmtuiError:
    return HsmtuiError(
        title=f"The answer to {where.operation} could not be read",
        detail=readable(str(error)),
        remedy="The answer may come from a proxy: check the proxy and the endpoint.",
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
    meaning, detail = _on_the_way(error, where)
    return HsmtuiError(
        title=meaning.title,
        detail=readable(detail),
        remedy=meaning.remedy,
        retryable=meaning.retryable,
        operation=where.operation,
        code=type(error).__name__,
        unsent=never_sent(error),
    )


def _on_the_way(error: boto.BotoCoreError, where: Where) -> tuple[Explanation, str]:
    """What happened before there was an answer, and in whose words."""
    host = where.host or "AWS"
    if (proxy := foreign_proxy(error)) is not None:
        remedy = (
            "Set HTTPS_PROXY and HTTP_PROXY to the URL of an HTTP proxy (http://host:port); "
            "NO_PROXY names the hosts that are reached without one."
        )
        title = f"botocore knows no {proxy.kind} proxies"
        return Explanation(title, remedy), f"{proxy.variable} is {proxy.address}."
    if isinstance(error, boto.ProxyConnectionError):
        reason = str(cause_of(error))
        title = f"No connection to {host} through the proxy {proxy_of(error)}"
        return Explanation(title, proxy_remedy(reason), retryable=True), reason
    if isinstance(error, boto.SSLError):
        return Explanation(f"The TLS connection to {host} failed", tls_remedy(error)), str(error)
    if (mistake := unsendable(error)) is not None:
        return Explanation("The request could not be written", mistake.remedy), mistake.detail
    words = where_malformed(error) if isinstance(error, boto.ConfigParseError) else str(error)
    for kinds, advise in _CLIENT_SIDE:
        if isinstance(error, kinds):
            return advise(where), words
    return Explanation("The request could not be made", READ_MESSAGE), words


def _credentials(where: Where) -> Explanation:
    way = (
        "Set a profile up (aws configure, aws configure sso); "
        if where.profile is None
        else f"Sign in to profile {where.profile} or set it up; "
    )
    return Explanation("No credentials", Advice(way, ANOTHER_PROFILE, "."))


def _no_route(where: Where) -> Explanation:
    remedy = route_remedy(where.host, where.region, where.service)
    return Explanation(f"No connection to {where.host or 'AWS'}", remedy, retryable=True)


def _login(title: str, where: Where, before: str = "") -> Explanation:
    return Explanation(
        title, Advice(f"{before}Run {login_command(where.profile)}, then ", AGAIN, ".")
    )


_CLIENT_SIDE = (
    ((boto.NoCredentialsError, boto.PartialCredentialsError), _credentials),
    (
        (boto.SSOError, boto.TokenRetrievalError, boto.UnauthorizedSSOTokenError),
        lambda where: Explanation("The SSO sign-in has expired", SIGN_IN_AGAIN),
    ),
    (
        boto.LoginTokenLoadError,
        lambda where: _login("There is no console sign-in that can be used", where),
    ),
    (
        boto.LoginInsufficientPermissions,
        lambda where: _login(
            "The console sign-in may not be renewed",
            where,
            "The policy must allow signin:CreateOAuth2Token. ",
        ),
    ),
    (
        boto.LoginRefreshRequired,
        lambda where: _login("The console sign-in has expired", where),
    ),
    (boto.LoginError, lambda where: _login("The console sign-in could not be renewed", where)),
    (
        (boto.CredentialRetrievalError, boto.RefreshWithMFAUnsupportedError),
        lambda where: Explanation("The credentials could not be fetched", SIGN_IN_CODES),
    ),
    (
        boto.ProfileNotFound,
        lambda where: Explanation(f"There is no profile {where.profile}", PROFILES_THAT_EXIST),
    ),
    (
        boto.ConfigParseError,
        lambda where: Explanation(
            "An AWS config file is malformed", Advice("Correct the file, then ", AGAIN, ".")
        ),
    ),
    (
        (boto.NoRegionError, boto.InvalidRegionError),
        lambda where: Explanation(
            "No region" if not where.region else f"No such region: {where.region}",
            CHOOSE_REGION,
        ),
    ),
    (
        (boto.InvalidConfigError, boto.InfiniteLoopConfigError, boto.UnknownCredentialError),
        lambda where: Explanation(
            f"The settings of profile {where.profile or 'default'} contradict each other",
            Advice("Correct the profile in the AWS config file, then ", AGAIN_OR_ELSEWHERE),
        ),
    ),
    (
        (boto.ReadTimeoutError,),
        lambda where: Explanation(
            f"No answer from {where.host or 'AWS'} in time", "Try again.", retryable=True
        ),
    ),
    (
        boto.ConnectionClosedError,
        lambda where: Explanation(
            f"The connection to {where.host or 'AWS'} was lost", "Try again.", retryable=True
        ),
    ),
    ((boto.EndpointConnectionError, boto.ConnectTimeoutError), _no_route),
)
