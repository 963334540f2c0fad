"""Records of the audit file for a person, and for a program."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

import msgspec

from hsmtui.changes.audit import Record
from hsmtui.changes.audit_query import outcome_word
from hsmtui.export.csv_cells import csv_lines
from hsmtui.model.text import shortened_inside

_WIDTHS = (19, 7, 13, 38, 12, 19, 40)
"""Of all columns but the last, in characters: an HSM is named with its cluster, in 38."""

_HEADERS = ("TIME (UTC)", "OUTCOME", "OPERATION", "TARGET", "ACCOUNT", "REGION", "CALLER", "WHY")

_GAP = "  "

_NARROWEST = 20
"""Characters that a cell or a further line has at least, however narrow the terminal is."""

_INDENT = _WIDTHS[0] + len(_GAP)
"""Where the further lines of a record begin: under its outcome."""

_BESIDE = sum(_WIDTHS) + len(_WIDTHS) * len(_GAP)
"""Where the last column begins, where all stand beside each other."""

_FIRST = sum(_WIDTHS[:3]) + 3 * len(_GAP)
"""Where the target begins."""


def records_as_table(records: Iterable[Record], width: int | None) -> Iterator[str]:
    """The lines of a table for a terminal of this width. None is a line for each record.

    Every cell stays in its column. In a terminal a long one goes on in the next line; where the
    columns do not fit, what says who and why is in further lines under the outcome. Where a record
    is one line, the middle of a long cell is left out.
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


def records_as_csv(records: Iterable[Record]) -> Iterator[str]:
    """The lines of a CSV file: every field of a record, under the names that JSON has."""
    yield from csv_lines(Record.__struct_fields__, map(msgspec.structs.astuple, records))


def _cells(record: Record) -> tuple[str, ...]:
    why = " ".join(filter(None, (record.code, record.reason)))
    return (
        record.time[:19].replace("T", " "),
        outcome_word(record),
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


def _lines(cells: Sequence[str], width: int | None) -> Iterator[str]:
    if width is None:
        short = [shortened_inside(cell, room) for cell, room in zip(cells, _WIDTHS, strict=False)]
        yield from _beside([*short, cells[-1]], (*_WIDTHS, max(1, len(cells[-1]))))
    elif width >= _BESIDE + _NARROWEST:
        yield from _beside(cells, (*_WIDTHS, width - _BESIDE))
    else:
        yield from _beside(cells[:4], (*_WIDTHS[:3], max(width - _FIRST, _NARROWEST)))
        where = _GAP.join(
            f"{cell:<{room}}" for cell, room in zip(cells[4:6], (12, 14), strict=True)
        )
        for part in (f"{where}{_GAP}{cells[6]}", cells[7]):
            yield from (
                " " * _INDENT + line for line in _folded(part, max(width - _INDENT, _NARROWEST))
            )


def _beside(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """The lines of cells that are folded each in its own column."""
    columns = (_folded(cell, room) for cell, room in zip(cells, widths, strict=True))
    for pieces in zip_longest(*columns, fillvalue=""):
        padded = (f"{piece:<{room}}" for piece, room in zip(pieces, widths, strict=True))
        yield _GAP.join(padded).rstrip()


def _folded(text: str, room: int) -> list[str]:
    return textwrap.wrap(text, room, break_on_hyphens=False)
