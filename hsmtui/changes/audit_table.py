"""Records of the audit file for a person, and for a program."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import msgspec

from hsmtui.changes.audit import Record

_WIDTHS = (19, 7, 13, 19, 12, 14, 24)
"""Of all cells but the last; one that is longer is not cut and moves the rest of its line."""

_HEADERS = ("TIME (UTC)", "OUTCOME", "OPERATION", "TARGET", "ACCOUNT", "REGION", "CALLER", "WHY")

_GAP = "  "

_NARROWEST = 20
"""Characters that a further line has at least, however narrow the terminal is."""

_INDENT = _WIDTHS[0] + len(_GAP)
"""Where the further lines of a record begin: under its outcome."""


def records_as_table(records: Iterable[Record], width: int | None) -> Iterator[str]:
    """The lines of a table for a terminal of this width; None is as wide as it takes.

    Where a record does not fit, it goes on in further lines under its outcome.
    """
    headers: tuple[tuple[str, ...], ...] = (_HEADERS,)
    for record in records:
        for row in (*headers, _cells(record)):
            yield from (f"{line}\n" for line in _lines(row, width))
        headers = ()


def records_as_json(records: Iterable[Record]) -> Iterator[str]:
    """The pieces of one JSON array of the records."""
    before = "["
    for record in records:
        yield before + msgspec.json.encode(record).decode("utf-8")
        before = ",\n "
    yield "]\n" if before != "[" else "[]\n"


def _cells(record: Record) -> tuple[str, ...]:
    why = " ".join(filter(None, (record.code, record.reason)))
    return (
        record.time[:19].replace("T", " "),
        "begun" if record.phase == "before" else record.outcome,
        record.operation,
        record.target,
        record.account or "?",
        " ".join(filter(None, (record.region, record.endpoint))) or "?",
        _caller(record),
        " · ".join(filter(None, (record.change, why))),
    )


def _caller(record: Record) -> str:
    """What tells callers of an account apart, or else the access key and the local user's name."""
    if record.caller is None:
        key = f"key …{record.access_key_end}, " if record.access_key_end else ""
        return f"? ({key}user {record.user})"
    return record.caller.split(":", 5)[-1].removeprefix("assumed-")


def _lines(cells: Sequence[str], width: int | None) -> list[str]:
    padded = [f"{cell:<{wide}}" for cell, wide in zip(cells, (*_WIDTHS, 0), strict=True)]
    whole = _GAP.join(padded).rstrip()
    if width is None or len(whole) <= width:
        return [whole]
    first = _GAP.join(padded[:4]).rstrip()
    room = max(width - _INDENT, _NARROWEST)
    further = (_GAP.join(cells[4:7]), cells[7])
    pieces = (textwrap.wrap(part, room, break_on_hyphens=False) for part in further)
    return [first, *(" " * _INDENT + piece for piece in chain.from_iterable(pieces))]
