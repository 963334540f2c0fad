"""Requests that nobody waits for: they ask nobody for anything, and are sent once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from botocore.awsrequest import AWSResponse
    from botocore.hooks import BaseEventHooks
    from botocore.model import OperationModel


class _Here(threading.local):
    """Whether somebody waits for what this thread asks."""

    is_unattended = False


_here = _Here()


@contextmanager
def unattended() -> Iterator[None]:
    """Sign with the keys that were given last, whatever has become of them, and never retry."""
    _here.is_unattended = True
    try:
        yield
    finally:
        _here.is_unattended = False


def is_unattended() -> bool:
    """Whether nobody waits for what this thread asks."""
    return _here.is_unattended


def send_once(events: "BaseEventHooks") -> None:
    """Have no client of these events send an unattended request again by itself."""
    events.register_first("needs-retry", _raise_failure)


def _raise_failure(
    response: "tuple[AWSResponse, Any] | None",
    operation: "OperationModel",
    caught_exception: Exception | None,
    **_: object,
) -> None:
    """Raise what the request comes to, before botocore sees whether another attempt may help."""
    if not _here.is_unattended:
        return
    if caught_exception is not None:
        raise caught_exception
    if response is not None and response[0].status_code >= 300:
        raise ClientError(response[1], operation.name)
