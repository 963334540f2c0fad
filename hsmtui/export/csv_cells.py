"""CSV in which no spreadsheet finds a formula, or a number where a text is."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TypeAlias

from hsmtui.model.text import visible

CsvCell: TypeAlias = str | int | None
"""A text, a number, which stays one, or nothing."""

_FORMULA = re.compile(r"""(^|;)(?=[\s"'`]*[=+\-@＝＋－＠])""")
"""Where a formula may start: at the start of a cell, which may be behind a semicolon, too, because
spreadsheets of many countries part cells there. Programs look behind blanks and quotes, and some
take the wide forms of the signs."""

_DIGITS_TO_LOSE = re.compile(r"0\d+|\d{16,}|\d+[eE]\d+")
"""A text that a spreadsheet would take for a number, and not keep all of: an account that begins
with 0, a long number, or an id such as 12e34."""


def as_csv(headers: Sequence[str], rows: Iterable[Sequence[CsvCell]]) -> str:
    """Rows as RFC 4180 has them, each text on one line.

    A text that a spreadsheet might calculate, or take for a number and not keep all of, gets an
    apostrophe in front.
    """
    return "".join(csv_lines(headers, rows))


def csv_lines(headers: Sequence[str], rows: Iterable[Sequence[CsvCell]]) -> Iterator[str]:
    """The same line by line."""
    for row in chain((headers,), rows):
        line = io.StringIO()
        csv.writer(line, lineterminator="\r\n").writerow(map(_harmless, row))
        yield line.getvalue()


def _harmless(cell: CsvCell) -> str | int:
    if not isinstance(cell, str):
        return "" if cell is None else cell
    if _DIGITS_TO_LOSE.fullmatch(cell):
        return f"'{cell}"
    return _FORMULA.sub(r"\1'", visible(cell))
