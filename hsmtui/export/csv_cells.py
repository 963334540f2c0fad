"""Rows as CSV of which a spreadsheet takes no cell for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from hsmtui.model.text import visible

_FORMULA = re.compile(r"""(^|;)(?=[\s"'`]*[=+\-@＝＋－＠])""")
"""Where a formula may start: at the start of a cell, which may be behind a semicolon, too, because
spreadsheets of many countries part cells there. Programs look behind blanks and quotes, and some
take the wide forms of the signs."""


def as_csv(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows of texts as RFC 4180 has them, each text on one line.

    A text that a spreadsheet might calculate gets an apostrophe in front.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerows([_harmless(cell) for cell in row] for row in (headers, *rows))
    return file.getvalue()


def _harmless(cell: str) -> str:
    return _FORMULA.sub(r"\1'", visible(cell))
