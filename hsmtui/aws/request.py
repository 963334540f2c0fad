"""One request: its failures as HsmtuiError, its time in the log."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError, not_enabled

if TYPE_CHECKING:
    from botocore.client import BaseClient

_Answer = TypeVar("_Answer")

log = logging.getLogger(__name__)


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
        with request(connection, operation, client):
            return ask()
    except HsmtuiError as error:
        if connection.is_not_enabled(error):
            raise not_enabled(error) from error
        if not (error.expired and connection.renew(keys)):
            raise
    with request(connection, operation, client):
        return ask()


@contextmanager
def request(
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
