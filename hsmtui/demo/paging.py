"""Pages of rows, with tokens that survive rows coming and going between two pages."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_right
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import TypeVar

from hsmtui.demo.errors import invalid_request

Row = TypeVar("Row")

DIGEST_SIZE = 9
"""Bytes of a token that bind it to its listing: enough that no other listing takes it by chance."""


def page(
    rows: Sequence[Row], position: Callable[[Row], str], size: int, token: str | None, listing: str
) -> tuple[list[Row], str | None]:
    """The rows after the token, at most `size`, and the token of the page that follows.

    Rows are in the order of `position`. The token names the position of the last row that was
    answered. `listing` says in full what is listed; a token made for another listing is refused.
    """
    start = bisect_right(rows, _position_in(token, listing), key=position) if token else 0
    chosen = list(rows[start : start + size])
    more = start + size < len(rows)
    return chosen, _token_for(position(chosen[-1]), listing) if more else None


def _token_for(position: str, listing: str) -> str:
    return urlsafe_b64encode(_digest(position, listing) + position.encode()).decode()


def _position_in(token: str, listing: str) -> str:
    try:
        raw = urlsafe_b64decode(token.encode("ascii"))
        position = raw[DIGEST_SIZE:].decode()
    except ValueError:
        raise invalid_request("The pagination token is not valid.") from None
    if raw[:DIGEST_SIZE] != _digest(position, listing):
        raise invalid_request("The pagination token is not valid for this request.")
    return position


def _digest(position: str, listing: str) -> bytes:
    return blake2b(f"{position}\0{listing}".encode(), digest_size=DIGEST_SIZE).digest()
