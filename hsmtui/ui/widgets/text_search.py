"""A text that is looked for in the lines of the details, and the place found that is looked at."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from textual.content import Content

from hsmtui.ui.widgets.hanging_text import Line

FOUND, LOOKED_AT = "underline", "bold reverse underline"
"""The styles of places: they are told apart without colours, also on the row of a cursor."""

MOST_PLACES = 1000
"""Places that are marked and gone through: nobody goes through more, and each costs a moment."""


class FoundPlace(NamedTuple):
    """Where the text stands: the number of the line, and from which character to which."""

    line: int
    start: int
    end: int


class TextSearch:
    """Goes through the places of a text, case-insensitive, in whatever lines are shown now.

    `turned` says that the last step went around an end of them: 1 from the last one to the first,
    -1 from the first one to the last.
    """

    def __init__(self) -> None:
        self.words = ""
        self.turned = 0
        self._lines: Sequence[Line] = ()
        self._places: list[FoundPlace] = []
        self._at = 0

    @property
    def place(self) -> FoundPlace | None:
        """The place that is looked at."""
        return self._places[self._at] if self._places else None

    @property
    def item(self) -> str:
        """What the line of that place is about."""
        return self._lines[self.place.line].item if self.place is not None else ""

    def look_for(self, words: str, lines: Sequence[Line], first_line: int) -> None:
        """Look for another text, from this line on."""
        self.words = words
        self._take(lines)
        later = (n for n, place in enumerate(self._places) if place.line >= first_line)
        self._at, self.turned = next(later, 0), 0

    def start_in(self, lines: Sequence[Line]) -> None:
        """Look for the same text in the lines of something else."""
        self._take(lines)
        self._at, self.turned = 0, 0

    def follow(self, lines: Sequence[Line]) -> None:
        """The same lines, as they are now: what is looked at stays the place that it was, as far
        as that is still there."""
        before, at = self._looked_at, self._at
        self._take(lines)
        alike = [n for n in range(len(self._places)) if self._key(n) == before]
        nearest = min(alike, key=lambda n: abs(n - at), default=at)
        self._at = max(0, min(nearest, len(self._places) - 1))

    def step(self, number: int) -> None:
        """To the next place, or the previous one; after the last comes the first."""
        if self._places:
            to = self._at + number
            self._at = to % len(self._places)
            self.turned = 0 if to == self._at else number

    def marked(self) -> list[Line]:
        """The lines with what was found marked."""
        texts: dict[int, Content] = {}
        for number, (line, start, end) in enumerate(self._places):
            style = LOOKED_AT if number == self._at else FOUND
            text = texts.get(line, self._lines[line].text)
            texts[line] = text.stylize(style, start, end)
        return [
            line._replace(text=texts[number]) if number in texts else line
            for number, line in enumerate(self._lines)
        ]

    @property
    def count(self) -> str:
        """Such as ``3 of 12``, and what else there is to know of the last step."""
        number = len(self._places)
        words = [f"{self._at + 1:,} of {number:,}" if number else "not found"]
        if self.turned:
            words.append("from the top again" if self.turned > 0 else "from the end again")
        if number == MOST_PLACES:
            words.append("there may be more")
        if any(line.is_cut for line in self._lines):
            words.append("only in what is shown")
        return " · ".join(words)

    @property
    def _looked_at(self) -> tuple[str, str, int] | None:
        return self._key(self._at) if self._places else None

    def _key(self, number: int) -> tuple[str, str, int]:
        place = self._places[number]
        line = self._lines[place.line]
        return (line.item, line.text.plain, place.start)

    def _take(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._places = list(islice(self._found(), MOST_PLACES)) if self.words else []

    def _found(self) -> Iterator[FoundPlace]:
        wanted = re.compile(re.escape(self.words), re.IGNORECASE)
        for number, line in enumerate(self._lines):
            for match in wanted.finditer(line.text.plain):
                yield FoundPlace(number, *match.span())
