"""Records of the audit file for a person, and for a program."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from hsmtui.changes.audit import Record
from hsmtui.changes.audit_query import BEGUN, outcome_word
from hsmtui.export.csv_cells import csv_lines
from hsmtui.export.terminal_colours import HEADING, TONE_COLOURS, painted
from hsmtui.export.text_columns import COLUMN_GAP, beside, cell_count, cut_inside, folded, padded
from hsmtui.model.state import Tone

_WIDTHS = (19, 7, 13, 38, 12, 19, 40)
"""Of all columns but the last, in characters: an HSM is named with its cluster, in 38."""

_HEADERS = ("TIME (UTC)", "OUTCOME", "OPERATION", "TARGET", "ACCOUNT", "REGION", "CALLER", "WHY")

_OUTCOME = _HEADERS.index("OUTCOME")

_TONES = {
    BEGUN: Tone.MOVING,
    "done": Tone.GOOD,
    "refused": Tone.BAD,
    "blocked": Tone.BAD,
    "unknown": Tone.UNKNOWN,
}
"""What an outcome means, as in the dialogs of changes."""

_NARROWEST = 20
"""Characters that a cell or a further line has at least, however narrow the terminal is."""

_INDENT = _WIDTHS[0] + len(COLUMN_GAP)
"""Where the further lines of a record begin: under its outcome."""

_BESIDE = sum(_WIDTHS) + len(_WIDTHS) * len(COLUMN_GAP)
"""Where the last column begins, where all stand beside each other."""

_FIRST = sum(_WIDTHS[:3]) + 3 * len(COLUMN_GAP)
"""Where the target begins."""


def records_as_table(
    records: Iterable[Record], width: int | None, *, colour: bool = False
) -> Iterator[str]:
    """The lines of a table for a terminal of this width. None is a line for each record.

    Every cell stays in its column. In a terminal a long one goes on in the next line; where the
    columns do not fit, what says who and why is in further lines under the outcome. Where a record
    is one line, the middle of a long cell is left out. With `colour` the headers and the outcomes
    have those of a terminal.
    """
    for number, record in enumerate(records):
        if not number:
            yield from _lines(_HEADERS, width, [HEADING if colour else ""] * len(_HEADERS))
        colours = [""] * len(_HEADERS)
        if colour:
            colours[_OUTCOME] = TONE_COLOURS[_TONES[outcome_word(record)]]
        yield from _lines(_cells(record), width, colours)


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


def _lines(cells: Sequence[str], width: int | None, colours: Sequence[str]) -> Iterator[str]:
    for line in _folded(cells, width, colours):
        yield f"{line}\n"


def _folded(cells: Sequence[str], width: int | None, colours: Sequence[str]) -> Iterator[str]:
    if width is None:
        short = [cut_inside(cell, room) for cell, room in zip(cells, _WIDTHS, strict=False)]
        last = cell_count(cells[-1])
        yield from _beside([*short, cells[-1]], (*_WIDTHS, max(1, last)), colours)
    elif width >= _BESIDE + _NARROWEST:
        yield from _beside(cells, (*_WIDTHS, width - _BESIDE), colours)
    else:
        widths = (*_WIDTHS[:3], max(width - _FIRST, _NARROWEST))
        yield from _beside(cells[:4], widths, colours[:4])
        where = COLUMN_GAP.join(map(padded, cells[4:6], (12, 14)))
        for part, colour in (
            (f"{where}{COLUMN_GAP}{cells[6]}", colours[6]),
            (cells[7], colours[7]),
        ):
            for line in folded(part, max(width - _INDENT, _NARROWEST), on_hyphens=False):
                yield " " * _INDENT + painted(line, colour)


def _beside(cells: Sequence[str], widths: Sequence[int], colours: Sequence[str]) -> Iterator[str]:
    return beside(cells, widths, colours, on_hyphens=False)
