"""The protocols that the services speak: how each words a refusal."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from xml.sax.saxutils import escape

from hsmtui.demo.errors import ServiceError

STS_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"


@dataclass(frozen=True, slots=True)
class Protocol:
    """The type of a service's answers, and the body of its refusals."""

    content_type: str
    refusal: Callable[[ServiceError, str], bytes]
    """The body for an error and the id of the request."""

    error_in_header: bool = False
    """Whether the code of an error stands in the header x-amzn-ErrorType."""

    unknown_key: str = "UnrecognizedClientException"
    expired_token: tuple[str, int] = ("ExpiredTokenException", 400)
    not_enabled: tuple[str, int] = ("UnrecognizedClientException", 400)
    """For a key of an account that has not enabled the region."""


def query_answer(operation: str, result: str, request_id: str) -> bytes:
    """An answer of STS around the XML of its result."""
    return _xml(
        f"{operation}Response",
        f"<{operation}Result>{result}</{operation}Result>"
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>",
    )


def _query_refusal(error: ServiceError, request_id: str) -> bytes:
    return _xml(
        "ErrorResponse",
        f"<Error><Type>Sender</Type><Code>{escape(error.code)}</Code>"
        f"<Message>{escape(error.message)}</Message></Error><RequestId>{request_id}</RequestId>",
    )


def _xml(element: str, content: str) -> bytes:
    return f'<{element} xmlns="{STS_NAMESPACE}">{content}</{element}>'.encode()


def _refusal_of(code: str, message: str) -> Callable[[ServiceError, str], bytes]:
    """A JSON object that has code and message of an error under these names."""
    return lambda error, _: json.dumps({code: error.code, message: error.message}).encode()


def _oauth_refusal(error: ServiceError, _: str) -> bytes:
    words = re.findall(r"[A-Z][a-z]*", error.code.removesuffix("Exception"))
    name = "_".join(words).lower().replace("internal_server", "server_error")
    return json.dumps({"error": name, "error_description": error.message}).encode()


def _sign_in_refusal(error: ServiceError, _: str) -> bytes:
    """The message of the error begins with the code that OAuth has for it."""
    code, _, words = error.message.partition(": ")
    return json.dumps({"error": code, "message": words}).encode()


def _page_refusal(error: ServiceError, _: str) -> bytes:
    return f"{error.message}\n".encode()


JSON = Protocol("application/x-amz-json-1.1", _refusal_of("__type", "Message"))
QUERY = Protocol(
    "text/xml",
    _query_refusal,
    unknown_key="InvalidClientTokenId",
    expired_token=("ExpiredToken", 403),
    not_enabled=("InvalidClientTokenId", 403),
)
OAUTH = Protocol("application/json", _oauth_refusal, error_in_header=True)
PORTAL = Protocol("application/json", _refusal_of("__type", "message"), error_in_header=True)
SIGN_IN = Protocol("application/json", _sign_in_refusal, error_in_header=True)
CONTAINER = Protocol("application/json", _refusal_of("code", "message"))
METADATA = Protocol("text/plain", _page_refusal)
PAGE = Protocol("text/plain; charset=utf-8", _page_refusal)
