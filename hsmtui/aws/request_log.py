"""The answers of a connection's services, by request id: what AWS support asks for."""

from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hsmtui.model.answered import Answered

if TYPE_CHECKING:
    from botocore.hooks import BaseEventHooks
    from botocore.model import OperationModel

KEPT = 100
"""How many of the last answers are kept."""


class RequestLog:
    """The last answers, oldest first. Clients of several threads write into it."""

    def __init__(self) -> None:
        self._answers: deque[Answered] = deque(maxlen=KEPT)

    @property
    def answers(self) -> tuple[Answered, ...]:
        """Those that are kept."""
        return tuple(self._answers.copy())

    def listen(self, events: "BaseEventHooks") -> None:
        """Keep what clients of these events are answered, refusals included."""
        events.register("after-call", self._note)

    def _note(self, parsed: Mapping[str, Any], model: "OperationModel", **_: object) -> None:
        metadata = parsed.get("ResponseMetadata", {})
        request_id, status = metadata.get("RequestId"), metadata.get("HTTPStatusCode", 0)
        if request_id:
            self._answers.append(Answered(datetime.now(UTC), model.name, status, str(request_id)))
