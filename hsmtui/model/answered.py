"""A request that was answered."""

from datetime import datetime
from typing import NamedTuple


class Answered(NamedTuple):
    """When the answer came, to which operation, with which HTTP status, under which request id."""

    time: datetime
    operation: str
    status: int
    request_id: str
