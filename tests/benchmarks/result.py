"""What was measured against what, and the table of it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One line: the two figures with their unit, and the largest ratio that is within budget.

    Where the budget is a plain figure, `against` is that figure and its ratio 1.
    """

    what: str
    measured: float
    against: float
    unit: str
    budget: float
    yardstick: str
    aim: float | None = None

    @property
    def ratio(self) -> float:
        return self.measured / self.against

    @property
    def verdict(self) -> str:
        if self.ratio > self.budget:
            return "missed"
        return "met" if self.aim is None or self.ratio > self.aim else "met, aim too"

    @property
    def line(self) -> str:
        aim = f" (aim {self.aim:g})" if self.aim is not None else ""
        against = f"{self.against:,.4g} {self.unit}, {self.yardstick}"
        return (
            f"| {self.what} | {self.measured:,.4g} {self.unit} | {against} "
            f"| {self.ratio:.3g} | ≤ {self.budget:.3g}{aim} | {self.verdict} |"
        )


def table(results: Iterable[Result]) -> str:
    """The results as a Markdown table."""
    head = "| what | measured | against | ratio | budget | verdict |\n|---|---|---|---|---|---|"
    return "\n".join([head, *(result.line for result in results)])
