"""Bounds on an answer: how large it may be, and how long an attempt may take from end to end.

The timeouts of botocore are for each read from the socket: an answer that drips is never late.
"""

import threading
from concurrent.futures import Future
from io import BytesIO
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from urllib3.exceptions import HTTPError
from urllib3.exceptions import ReadTimeoutError as Urllib3ReadTimeoutError

from hsmtui.aws.threads import submit, turns
from hsmtui.model.entry import UnreadableAnswerError

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest
    from botocore.httpsession import URLLib3Session
    from urllib3.response import BaseHTTPResponse

LARGEST_ANSWER = 16 * 1024 * 1024
"""Bytes of an answer that are taken. The largest page of AWS's, 25 clusters with certificates, has
less than a sixteenth of that; one cluster with 10,000 HSMs has a fifth."""

_PIECE = 65_536
"""Bytes that are read at most between two checks whether the answer is still waited for."""


class SlowAnswerError(ReadTimeoutError):
    """An attempt that was not over in time, though bytes may still come."""

    fmt = "The answer was not whole after {seconds:g} seconds. Endpoint: {endpoint_url}"


class BoundedSender:
    """Sends through botocore's own sender, each attempt for so many seconds at most.

    An attempt has a daemon thread: one that nobody waits for any more ends with the next bytes that
    come, and holds up nothing, not even the end of the program.
    """

    def __init__(self, sender: "URLLib3Session", seconds: float) -> None:
        self._sender = sender
        self._seconds = seconds

    def send(self, request: "AWSPreparedRequest") -> AWSResponse:
        """The answer, read to its end. Raises what botocore's own sender raises, SlowAnswerError,
        and UnreadableAnswerError for one that is too large: whether a change was made is then not
        known."""
        given_up = threading.Event()
        answer: Future[AWSResponse] = submit(self._attempt, request, given_up)
        try:
            with turns.waiting():
                return answer.result(self._seconds)
        except TimeoutError:
            if answer.done():  # it is the attempt's own
                raise
            raise SlowAnswerError(endpoint_url=request.url, seconds=self._seconds) from None
        finally:
            given_up.set()

    def close(self) -> None:
        """Close its connections."""
        self._sender.close()

    def _attempt(self, request: Any, given_up: threading.Event) -> AWSResponse:
        request.stream_output = True  # botocore's sender would read all of it
        answer: Any = self._sender.send(request)
        try:
            body = _read(answer.raw, given_up)
        except Urllib3ReadTimeoutError as error:
            raise ReadTimeoutError(endpoint_url=request.url, error=error) from error
        except (HTTPError, OSError) as error:
            raise ConnectionClosedError(
                error=error, request=request, endpoint_url=request.url
            ) from error
        return AWSResponse(answer.url, answer.status_code, answer.headers, _Whole(body))


class _Whole(BytesIO):
    """A body that was read, as botocore takes it."""

    def __init__(self, body: bytes) -> None:
        super().__init__(body)
        self._body = body

    def stream(self) -> list[bytes]:
        """All of it."""
        return [self._body]


def _read(raw: "BaseHTTPResponse", given_up: threading.Event) -> bytes:
    announced = raw.headers.get("Content-Length", "")
    if announced.isdecimal() and len(announced) < 20 and int(announced) > LARGEST_ANSWER:
        raw.close()
        raise _too_large(f"it has {int(announced):,} bytes")
    read = getattr(raw, "read1", raw.read)  # older releases of urllib3 have none
    pieces, size = [], 0
    while not given_up.is_set() and (piece := read(_PIECE)):
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST_ANSWER:
            raw.close()
            raise _too_large(f"it has at least {size:,} bytes")
    if given_up.is_set():
        raw.close()
    else:
        raw.release_conn()
    return b"".join(pieces)


def _too_large(words: str) -> UnreadableAnswerError:
    return UnreadableAnswerError(f"It is too large: {words}; at most {LARGEST_ANSWER:,} are read.")
