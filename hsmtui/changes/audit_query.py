"""Which records of the audit file are wanted."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import NamedTuple

from hsmtui.changes.audit import Record

BEGUN = "begun"
"""The word for a line that was written before a request was sent."""


def outcome_word(record: Record) -> str:
    """What a record says of its request, in the word by which it is also asked for."""
    return BEGUN if record.phase == "before" else record.outcome


class AuditQuery(NamedTuple):
    """What records must be; where something is empty it leaves out none.

    `since` is aware. A target is a part of it, or a shell pattern for it or for an id in it, in any
    case. The outcomes are those of the file, and BEGUN; one that is unknown is also that of a
    request that was begun and of which no end is recorded.
    """

    since: datetime | None = None
    targets: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()

    def select(self, records: Iterable[Record]) -> Iterator[Record]:
        """Those that are wanted, in their order."""
        fitting = filter(self._fits, records)
        if "unknown" not in self.outcomes or BEGUN in self.outcomes:
            return filter(self._has_outcome, fitting)
        found: dict[str, Record] = {}
        for record in fitting:
            found.pop(record.id, None)  # it has ended
            if record.phase == "before" or self._has_outcome(record):
                found[record.id] = record
        return iter(found.values())

    def _fits(self, record: Record) -> bool:
        is_late = self.since is None or _moment(record) >= self.since
        return is_late and (not self.targets or any(_is_in(t, record.target) for t in self.targets))

    def _has_outcome(self, record: Record) -> bool:
        return not self.outcomes or outcome_word(record) in self.outcomes


def _moment(record: Record) -> datetime:
    try:
        return datetime.fromisoformat(record.time)
    except ValueError:  # of no month: it was not written by us, and is not left out
        return datetime.max.replace(tzinfo=UTC)


def _is_in(asked: str, target: str) -> bool:
    asked, target = asked.casefold(), target.casefold()
    return asked in target or any(fnmatchcase(word, asked) for word in (target, *target.split()))
