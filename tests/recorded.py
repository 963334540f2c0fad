"""The records of an audit file at once, and words about each line that is none."""

from pathlib import Path
from typing import NamedTuple

from hsmtui.changes import audit
from hsmtui.changes.audit import Record


class Reading(NamedTuple):
    records: tuple[Record, ...]
    problems: tuple[str, ...]


def read_audit(path: Path) -> Reading:
    problems: list[str] = []
    records = tuple(audit.read_audit(path, problems.append))
    return Reading(records, tuple(problems))
