"""What belongs to the row in sight: read when somebody looks at it, then kept."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, Generic, NamedTuple, Protocol, Self, TypeVar

from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.fleet.listing import Row, RowKey


class Sight(NamedTuple):
    """Who looks at rows, and is told what is read of them.

    `row` gives the row that is looked at, if there is one, and `shows` says whether what came
    through a connection is still listed. `start` has a coroutine run. `on_change` is called with
    the key of a cluster of which more, or something else, is known now, `on_error` with what
    failed.
    """

    clock: Callable[[], datetime]
    row: Callable[[], Row | None]
    shows: Callable[[Connection], bool]
    start: Callable[[Callable[[], Coroutine[Any, Any, None]]], object]
    on_change: Callable[[RowKey], object]
    on_error: Callable[[HsmtuiError], object]


class _Reading(Protocol):
    """What was read of a row, and whether all of it is to be read again."""

    def _replace(self, *, is_due: bool = ...) -> Self: ...


_Known = TypeVar("_Known", bound=_Reading)


class ReaderInSight(ABC, Generic[_Known]):
    """Reads one thing about the row in sight; what was read outlives every failure."""

    unread: _Known
    """What is known of a row before anything was read."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._readings: dict[RowKey, _Known] = {}

    def known(self, row: Row | None) -> _Known:
        """What is known of a row."""
        return self._readings.get(row.key, self.unread) if row is not None else self.unread

    @abstractmethod
    def follow(self) -> None:
        """Read what is in sight and due."""

    def refresh(self) -> None:
        """All is to be read again when it is looked at; until then what was read is known."""
        self._readings = {key: e._replace(is_due=True) for key, e in self._readings.items()}
        self.follow()

    def forget_unlisted(self) -> None:
        """Something else is listed now: let go of what was read of other places."""
        listed = [key for key in self._readings if self._sight.shows(key.connection)]
        self._readings = {key: self._readings[key] for key in listed}

    def _put(self, key: RowKey, known: _Known) -> None:
        """Keep what is known now; nothing of a place that is listed no longer."""
        if self._sight.shows(key.connection):
            self._readings[key] = known
            self._sight.on_change(key)
        else:
            self._readings.pop(key, None)
