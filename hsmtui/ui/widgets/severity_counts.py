"""How bad it is among the clusters that are loaded, in the room that there is."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from textual.content import Content

from hsmtui.fleet.listing import Listing
from hsmtui.model.columns import COMING
from hsmtui.model.findings.severity import Severity
from hsmtui.ui.theme import SEVERITY_CONTENT


class SeverityCounts(NamedTuple):
    """With how many of the clusters that are loaded each severity is the worst, and of how many.

    `coming` says that of some of them not all is known yet.
    """

    counts: tuple[tuple[Severity, int], ...] = ()
    loaded: str = ""
    coming: bool = False

    @classmethod
    def of(cls, listings: Sequence[Listing], *, is_whole: bool) -> "SeverityCounts":
        """The worst first; `loaded` has a plus where that is not all."""
        totals = Counter[Severity]()
        for listing in listings:
            totals.update(listing.severity_counts)
        counts = ((severity, totals[severity]) for severity in reversed(Severity))
        loaded = f"{sum(len(each.rows) for each in listings)}{'' if is_whole else '+'}"
        coming = any(listing.coming for listing in listings)
        return cls(tuple(pair for pair in counts if pair[1]), loaded, coming)

    def fitting(self, room: int, name: int) -> Content:
        """What fits into so many cells; `name` of them are used only where the rest is not short.

        What is left out is the words, then the less severe. While there is more to load, or to be
        known, it says so.
        """
        sign = f" {COMING}" if self.coming else ""
        counts, within = self.counts, f"{sign} in {self.loaded}"
        more = "+" if self.loaded.endswith("+") else sign
        for form in (self._form(counts, within, words=True), self._form(counts, within)):
            if form.cell_length <= room - name:
                return form
        for number in (3, 2, 1):
            for tail in (within, more):
                if (form := self._form(counts[:number], tail)).cell_length <= room:
                    return form
        return Content("")

    @staticmethod
    def _form(
        counts: tuple[tuple[Severity, int], ...], tail: str, *, words: bool = False
    ) -> Content:
        if not counts:
            return Content("")
        parts = (
            Content.styled(
                f"{worst.glyph} {number} {worst.word}" if words else f"{worst.glyph}{number}",
                SEVERITY_CONTENT[worst],
            )
            for worst, number in counts
        )
        return Content.assemble(Content("  " if words else " ").join(parts), tail)
