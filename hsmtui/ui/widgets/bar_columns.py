"""Where the sections of an overview stand: in columns, each under its heading."""

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple, TypeAlias

from hsmtui.model.overview import Bar, OverviewSection

LEAST_COLUMN = 46
"""Cells that a column needs beside another one."""

BAR_GAP = 3
"""Cells between two columns."""


class BarLine(NamedTuple):
    """One line of a column: a bar, the heading of a section, or a blank without a section.

    `goes_on` says that the heading stands over the rest of a section.
    """

    section: OverviewSection | None = None
    bar: Bar | None = None
    goes_on: bool = False


BLANK = BarLine()

BarColumns: TypeAlias = tuple[tuple[BarLine, ...], ...]


def most_columns(width: int) -> int:
    """How many columns have room in so many cells."""
    return max(1, (width + BAR_GAP) // (LEAST_COLUMN + BAR_GAP))


def arranged(
    sections: Sequence[OverviewSection], rows: int, most: int, starts: Collection[str] = ()
) -> BarColumns:
    """The sections in columns, in their order.

    `starts` are the titles of sections with which columns began before: they do so again as long
    as all is in sight by that. Else there are as few columns as show all at once in so many rows,
    at most `most`; where these cannot, a section is divided, and where that is not enough, all are
    longer than the screen.
    """
    kept = _begun_with(sections, starts)
    if len(kept) <= most and _height(kept) <= rows:
        return kept
    for number in range(1, most + 1):
        if len(_filled(sections, rows)) <= number and _tallest(sections) <= rows:
            return _evened(sections, number, rows)
    return _divided(sections, rows, most)


def _lines(section: OverviewSection) -> list[BarLine]:
    return [BarLine(section), *(BarLine(section, bar) for bar in section.bars)]


def _height(columns: BarColumns) -> int:
    return max(map(len, columns), default=0)


def _tallest(sections: Sequence[OverviewSection]) -> int:
    return max((len(section.bars) + 1 for section in sections), default=0)


def _undivided(
    sections: Sequence[OverviewSection], begins: Callable[[OverviewSection, int], bool]
) -> BarColumns:
    """One column after the other; `begins` says whether a section begins one where it would stand
    below so many lines."""
    columns: list[list[BarLine]] = [[]]
    for section in sections:
        if columns[-1] and begins(section, len(columns[-1])):
            columns.append([])
        columns[-1] += [BLANK] if columns[-1] else []
        columns[-1] += _lines(section)
    return tuple(map(tuple, columns))


def _begun_with(sections: Sequence[OverviewSection], starts: Collection[str]) -> BarColumns:
    return _undivided(sections, lambda section, _: section.title in starts)


def _filled(sections: Sequence[OverviewSection], rows: int) -> BarColumns:
    """As many sections in each column as have room in so many rows."""
    return _undivided(sections, lambda section, above: above + len(section.bars) + 2 > rows)


def _evened(sections: Sequence[OverviewSection], number: int, rows: int) -> BarColumns:
    """So many columns, as short as they can be."""
    for height in range(_tallest(sections), rows):
        columns = _filled(sections, height)
        if len(columns) <= number:
            return columns
    return _filled(sections, rows)


def _divided(sections: Sequence[OverviewSection], rows: int, most: int) -> BarColumns:
    """At most so many columns, as short as they can be but not shorter than the rows."""
    if most == 1:
        return _begun_with(sections, ())
    height = rows
    while len(columns := _broken(sections, height)) > most:
        height += 1
    return columns


def _broken(sections: Sequence[OverviewSection], rows: int) -> BarColumns:
    """One column after the other, sections divided where one ends; no heading stands alone."""
    height = max(rows, 3)
    columns: list[list[BarLine]] = [[]]
    for section in sections:
        if columns[-1] and len(columns[-1]) + 3 > height:
            columns.append([])
        columns[-1] += [BLANK] if columns[-1] else []
        for line in _lines(section):
            if len(columns[-1]) >= height:
                columns.append([BarLine(section, goes_on=True)])
            columns[-1].append(line)
    return tuple(map(tuple, columns))
