"""The clients that were used last: one has some 100 KB, and another is made in 3 ms."""

import threading
from typing import TYPE_CHECKING, Final
from weakref import ref

if TYPE_CHECKING:
    from mypy_boto3_cloudhsmv2 import CloudHSMV2Client

MOST_KEPT: Final = 64


class KeptClients:
    """Of the clients of many owners, those that were asked for last. It keeps no owner alive."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[ref[object], CloudHSMV2Client] = {}

    def of(self, owner: object) -> "CloudHSMV2Client | None":
        """The client of an owner, where it is kept."""
        with self._lock:
            client = self._kept.pop(ref(owner), None)
        if client is not None:
            self.keep(owner, client)
        return client

    def keep(self, owner: object, client: "CloudHSMV2Client") -> None:
        """Keep a client, and let go of the one that was not asked for the longest."""
        with self._lock:
            self._kept[ref(owner, self._forget)] = client
            while len(self._kept) > MOST_KEPT:  # not of a list: an owner may go while it is made
                self._kept.pop(next(iter(self._kept)), None)

    def _forget(self, owner: "ref[object]") -> None:
        self._kept.pop(owner, None)  # without the lock: an owner may go at any time in any thread
