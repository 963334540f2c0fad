"""CSV that reads back as it was, and in which no spreadsheet finds a formula."""

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


def as_csv(headers: Sequence[str], rows: Iterable[Sequence[CsvCell]]) -> str:
    """Rows as RFC 4180 has them, each text on one line.

    A text that a spreadsheet might calculate gets an apostrophe in front.
    """
    return "".join(csv_lines(headers, rows))


def csv_lines(headers: Sequence[str], rows: Iterable[Sequence[CsvCell]]) -> Iterator[str]:
    """The same line by line."""
    for row in chain((headers,), rows):
        line = io.StringIO()
        csv.writer(line, lineterminator="\r\n").writerow(map(_harmless, row))
        yield line.getvalue()


def _harmless(cell: CsvCell) -> str | int:
    if isinstance(cell, str):
        return _FORMULA.sub(r"\1'", visible(cell))
    return "" if cell is None else cell
