"""Going through what a line may become, and back to what was typed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class LineChoices:
    """Texts with the place of the cursor in each; the first is what was typed.

    One that goes `round` has what was typed behind the last; else it ends there.
    """

    lines: tuple[tuple[str, int], ...]
    round: bool
    at: int = 0

    @property
    def now(self) -> tuple[str, int]:
        """The one that stands in the line."""
        return self.lines[self.at]

    def step(self, by: int) -> "LineChoices":
        """So many further on."""
        to = self.at + by
        number = len(self.lines)
        return replace(self, at=to % number if self.round else max(0, min(to, number - 1)))


def earlier_lines(typed: str, opened: str, earlier: Sequence[str]) -> LineChoices:
    """What was typed, then the earlier filters, newest first.

    As in a shell that searches its history, those count that begin with what was typed; all do
    where nothing was typed yet: the line is empty, or as it was `opened`.
    """
    begin = "" if typed == opened else typed
    lines = [each for each in earlier if each.startswith(begin) and each != typed]
    return LineChoices(tuple((each, len(each)) for each in (typed, *lines)), round=False)
