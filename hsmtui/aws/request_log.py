"""The answers of a connection's services, by request id: what AWS support asks for."""

from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hsmtui.aws.guard import WRITING
from hsmtui.model.origin import Answered

if TYPE_CHECKING:
    from botocore.hooks import BaseEventHooks
    from botocore.model import OperationModel

KEPT = 100
"""How many of the last answers are kept: of changes, and of everything else."""

_CHANGES = frozenset(name.partition(":")[2] for name in WRITING)


class RequestLog:
    """The last answers; reads, which are many, do not push out changes.

    Clients of several threads write into it. `besides` has the answers that belong to it, too:
    those to the requests with which its profile signed in. `answered` says that not every request
    was refused.
    """

    def __init__(self, besides: "RequestLog | None" = None) -> None:
        self.answered = False
        self._besides = besides
        self._changes: deque[Answered] = deque(maxlen=KEPT)
        self._others: deque[Answered] = deque(maxlen=KEPT)

    def last(self, others_kept: int = KEPT) -> list[Answered]:
        """The answers to changes, and the last `others_kept` of all others, oldest first."""
        others = sorted(self._reads(), key=_time)[-others_kept:]
        return sorted([*self._changes.copy(), *others], key=_time)

    def _reads(self) -> list[Answered]:
        besides = [] if self._besides is None else self._besides.last()
        return [*self._others.copy(), *besides]

    def listen(self, events: "BaseEventHooks", service: str = "*") -> None:
        """Keep what clients of these events are answered, refusals included; of one service, by
        botocore's name for its events, or of all."""
        events.register(f"after-call.{service}", self._note)

    def _note(self, parsed: Mapping[str, Any], model: "OperationModel", **_: object) -> None:
        metadata = parsed.get("ResponseMetadata", {})
        request_id, status = metadata.get("RequestId"), metadata.get("HTTPStatusCode", 0)
        self.answered = self.answered or 0 < status < 300
        if request_id:
            kept = self._changes if model.name in _CHANGES else self._others
            kept.append(Answered(datetime.now(UTC), model.name, status, str(request_id)))


def _time(answered: Answered) -> datetime:
    return answered.time
