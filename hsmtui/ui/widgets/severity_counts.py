"""How many findings there are among the clusters that are loaded, in the room that there is."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from textual.content import Content
from textual.style import Style

from hsmtui.fleet.listing import Listing
from hsmtui.model.columns import COMING
from hsmtui.model.findings.counts import FindingCounts
from hsmtui.model.findings.severity import Severity
from hsmtui.ui.theme import SEVERITY_CONTENT

SEVERITY = "severity"
"""Under this name the cells of a count say which severity they count."""


class SeverityCounts(NamedTuple):
    """How many findings each severity has, worst first, how many are accepted, in how many clusters
    there are such that are not, and of how many; a plus there says that more are unread.

    `coming` says that of some clusters not all is known yet.
    """

    counts: tuple[tuple[Severity, int], ...] = ()
    accepted: int = 0
    clusters: int = 0
    loaded: str = ""
    coming: bool = False

    @classmethod
    def of(cls, listings: Sequence[Listing], *, is_whole: bool) -> "SeverityCounts":
        """Those of all that is listed."""
        total = FindingCounts()
        for listing in listings:
            total.update(listing.counts)
        loaded = f"{sum(len(each.rows) for each in listings)}{'' if is_whole else '+'}"
        coming = bool(total.coming)
        return cls(total.worst_first, total.accepted, total.clusters, loaded, coming)

    def fitting(self, room: int, name: int) -> Content:
        """What fits into so many cells; `name` of them are used only where the rest is not short.

        What is left out is the words, then in how many clusters, what is accepted and the less
        severe, and last that these are findings. While there is more to load, or to be known, it
        says so.
        """
        if not (self.counts or self.accepted):
            return Content("")
        for form, spare in self._forms(name):
            if form.cell_length <= room - spare:
                return form
        return Content("")

    def _forms(self, name: int) -> Iterator[tuple[Content, int]]:
        """The longest first, and how many cells beside it must be free."""
        accepted = f"{self.accepted} accepted" if self.accepted else ""
        within = f"in {self.clusters} of {self.loaded} clusters"
        coming = f" {COMING}" if self.coming else ""
        more = coming or ("+" if self.loaded.endswith("+") else "")
        every = len(self.counts)
        for words in (True, False):
            yield self._form(every, "findings ", accepted, within, more=coming, words=words), name
        if not self.counts:
            yield from ((Content(f"{head}{accepted}{more}"), 0) for head in ("findings ", ""))
            return
        for number in (every, 3, 2):
            for last in (accepted, ""):
                yield self._form(number, "findings ", last, more=more), 0
        for number in (3, 2, 1):
            yield self._form(number, "", more=more), 0

    def _form(
        self, number: int, head: str, *tail: str, more: str = "", words: bool = False
    ) -> Content:
        """So many of the severities; with `words` each is named."""
        counts = Content("  " if words else " ").join(
            Content.styled(
                f"{severity.glyph} {count} {severity.word}"
                if words
                else f"{severity.glyph}{count}",
                SEVERITY_CONTENT[severity],
            ).stylize(Style.from_meta({SEVERITY: severity.word}))
            for severity, count in self.counts[:number]
        )
        parts = [Content.assemble(counts, more)] if self.counts else []
        parts += [Content(each) for each in tail if each]
        return Content.assemble(head, Content(", ").join(parts))
