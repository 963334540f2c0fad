"""One request: its failures as HsmtuiError, its time in the log."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError, not_enabled

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from mypy_boto3_cloudhsmv2 import CloudHSMV2Client

_Answer = TypeVar("_Answer")

log = logging.getLogger(__name__)


class Accepted(NamedTuple, Generic[_Answer]):
    """The service took a change: the request's id, and the entry as it is now, if it says that."""

    request_id: str
    entry: _Answer


def accepted(answer: Mapping[str, Any], entry: _Answer) -> Accepted[_Answer]:
    """The service took a change with this answer."""
    return Accepted(answer["ResponseMetadata"]["RequestId"], entry)


def read(
    connection: Connection,
    operation: str,
    ask: Callable[[], _Answer],
    client: "BaseClient | None" = None,
) -> _Answer:
    """The answer to a request that changes nothing.

    Where AWS takes the credentials no longer, it is asked again with newer ones. `client` is the
    one that asks, if that is not the connection's own. Raises HsmtuiError.
    """
    keys = connection.last_keys
    try:
        return _read_once(connection, operation, ask, client)
    except HsmtuiError as error:
        if not (error.expired and connection.renew(keys)):
            raise
    return _read_once(connection, operation, ask, client)


def _read_once(
    connection: Connection,
    operation: str,
    ask: Callable[[], _Answer],
    client: "BaseClient | None",
) -> _Answer:
    keys = connection.last_keys
    try:
        with _request(connection, operation, client):
            return ask()
    except HsmtuiError as error:
        if connection.is_not_enabled(error, keys):
            raise not_enabled(error) from error
        raise


@contextmanager
def _request(
    connection: Connection, operation: str, client: "BaseClient | None" = None
) -> Iterator[None]:
    """Sent once. Raises HsmtuiError."""
    start = time.monotonic()
    outcome = "done"
    try:
        with connection.asking(operation, client):
            yield
    except HsmtuiError as error:
        outcome = f"failed: {error.code or error.title} {error.request_id}".rstrip()
        raise
    finally:
        took = (time.monotonic() - start) * 1000
        log.info("%s %s %s, %.0f ms", operation, connection.region, outcome, took)


@contextmanager
def writing(connection: Connection, operation: str) -> "Iterator[CloudHSMV2Client]":
    """A change: with the client that sends it once. Raises HsmtuiError."""
    with _request(connection, operation):
        yield connection.writing_client(operation)
