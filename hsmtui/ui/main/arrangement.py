"""How the list and the details share the screen: pure functions of its size and of the rows."""

from enum import Enum
from typing import NamedTuple

from textual.geometry import Size

LEAST_DETAILS = 42
"""Columns of the details where they begin to stand beside the list: an HSM's id, AZ and state."""

_BARS = 2
"""Lines of the screen that no pane has: the header and the footer."""

_LEAST_BELOW = 10
"""Lines of the details below the list, at the least."""

_LEAST_LIST = 6
"""Lines of a list with few rows, at the least."""

_LEAST_FOR_NAME = 8
"""Lines of a screen from which on the name of a cluster has one of its own."""


class Panes(Enum):
    """Where the details are: in the place of the list, below it, or beside it."""

    ONE = "one at a time"
    BELOW = "below"
    BESIDE = "beside"


class Arrangement(NamedTuple):
    """Where the details are and how large; `width` and `height` are styles of Textual.

    `list_width` is what the list's columns are chosen for: no more than the list has on any wider
    screen, so that no column is lost by widening. `tab_lines` is how many lines the tabs may take
    below the name of the cluster, 0 where they share its line.
    """

    panes: Panes
    width: int | str
    height: int | str
    list_width: int
    tab_lines: int


def arrange(size: Size, *, several: bool, rows: int | None, is_zoomed: bool = False) -> Arrangement:
    """The arrangement of a screen.

    `several` says whether several places are listed, `rows` how many lines the list needs, None
    where it takes all that it can get; `is_zoomed` that one pane is over the whole screen.
    """
    width, height = size
    panes = panes_of(size, several=several)
    if is_zoomed or panes is Panes.ONE:
        lines = int(height >= _LEAST_FOR_NAME)
        list_width = width if is_zoomed else steady_width(width, several=several)
        return Arrangement(Panes.ONE, "1fr", "1fr", list_width, lines)
    list_width = steady_width(width, several=several)
    if panes is Panes.BESIDE:
        beside = details_width(width, several=several)
        return Arrangement(panes, beside, "100%", list_width, height // 4)
    return Arrangement(panes, "1fr", details_height(height, rows), list_width, 0)


def panes_of(size: Size, *, several: bool) -> Panes:
    """Side by side as soon as the list keeps its columns; below 80 by 24 one pane at a time."""
    if size.width >= _least_beside(several=several):
        return Panes.BESIDE
    return Panes.ONE if size.width < 80 or size.height < 24 else Panes.BELOW


def _least_list(*, several: bool) -> int:
    """Columns of the list beside the details, at the least: all but VPC, RETENTION and NETWORK;
    of several places profile, account and region, but neither TYPE nor MODE."""
    return 136 if several else 108


def _least_beside(*, several: bool) -> int:
    """150 columns for one place. The columns of several places need more: they would lose their
    account or the age, and the state its end."""
    return _least_list(several=several) + LEAST_DETAILS


def details_width(width: int, *, several: bool) -> int:
    """Columns of the details beside the list: three fifths of what there is more than needed."""
    return LEAST_DETAILS + (width - _least_beside(several=several)) * 3 // 5


def steady_width(width: int, *, several: bool) -> int:
    """Columns that the list has on every screen of this width or a greater one."""
    if width >= _least_beside(several=several):
        return width - details_width(width, several=several)
    return min(width, _least_list(several=several))


def details_height(height: int, rows: int | None) -> int:
    """Lines of the details below the list: what the list does not need, two fifths at the least."""
    there = height - _BARS
    least = max(_LEAST_BELOW, there * 2 // 5)
    return least if rows is None else max(least, there - max(rows, _LEAST_LIST))
