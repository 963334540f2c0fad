"""How many findings there are among the clusters that are loaded, in the room that there is."""

from collections.abc import Sequence
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

    @property
    def short(self) -> Sequence[Content]:
        """Forms without words, the shortest first; each says all that the one before says.

        While there is more to load, or to be known, every one says so.
        """
        more = self._coming or ("+" if self.loaded.endswith("+") else "")
        if not self.counts:
            forms = [f"{head}{self._accepted}{more}" for head in ("", "findings ")]
            return [Content(form) for form in forms if self.accepted]
        numbers = sorted({1, 2, 3, len(self.counts)} & set(range(len(self.counts) + 1)))
        counts = [self._form(number, "", more=more) for number in numbers]
        every = len(self.counts)
        tails = dict.fromkeys(("", self._accepted))
        return [*counts, *(self._form(every, "findings ", tail, more=more) for tail in tails)]

    @property
    def long(self) -> Sequence[Content]:
        """Forms that say in how many clusters, then with a word for each severity."""
        if not (self.counts or self.accepted):
            return ()
        tail = (self._accepted, f"in {self.clusters} of {self.loaded} clusters")
        every, more = len(self.counts), self._coming
        return [
            self._form(every, "findings ", *tail, more=more, words=words) for words in (False, True)
        ]

    @property
    def _accepted(self) -> str:
        return f"{self.accepted} accepted" if self.accepted else ""

    @property
    def _coming(self) -> str:
        return f" {COMING}" if self.coming else ""

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
