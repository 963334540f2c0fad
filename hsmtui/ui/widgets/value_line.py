"""Numbers as a line of characters, each as high as what it stands for."""

from collections.abc import Callable, Iterable, Sequence
from math import isfinite

_LEVELS = "▁▂▃▄▅▆▇█"


def value_line(
    values: Sequence[float | None],
    width: int,
    pick: Callable[[Iterable[float]], float] = max,
) -> str:
    """Values in their order in at most so many cells: blank where there is none.

    A character is as high as its value is from zero to the largest, or from the least where that
    is below zero. Where there are more values than cells, several share one, of which `pick` gives
    the one that counts.
    """
    cells = min(width, len(values))
    picked = [
        _picked(values[at * len(values) // cells : (at + 1) * len(values) // cells], pick)
        for at in range(cells)
    ]
    known = [value for value in picked if value is not None]
    scale = max(map(abs, known), default=0) or 1  # so that no difference is too large for a float
    low, high = min([0, *known]) / scale, max([0, *known]) / scale
    return "".join(
        " " if value is None else _level((value / scale - low) / ((high - low) or 1))
        for value in picked
    )


def _picked(
    values: Sequence[float | None], pick: Callable[[Iterable[float]], float]
) -> float | None:
    known = [value for value in values if value is not None and isfinite(value)]
    return pick(known) if known else None


def _level(part: float) -> str:
    return _LEVELS[min(int(part * len(_LEVELS)), len(_LEVELS) - 1)]
