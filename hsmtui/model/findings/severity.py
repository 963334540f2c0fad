"""How urgent findings are: one scale, the same words everywhere."""

from enum import IntEnum


class Severity(IntEnum):
    """How urgent a finding is; the worst is the greatest."""

    INFO = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4
    CRITICAL = 5

    @classmethod
    def named(cls, word: str) -> "Severity":
        """The severity that a word means, in any case, also an old word; raises KeyError."""
        key = word.upper()
        return cls[_OLD_WORDS.get(key, key)]

    @property
    def word(self) -> str:
        """The severity as people write it."""
        return self.name.lower()

    @property
    def glyph(self) -> str:
        """A sign of one cell for it."""
        return _GLYPHS[self]


_OLD_WORDS = {"WARNING": "MEDIUM"}
"""What words that are no longer used mean today."""

SEVERITY_WORDS = (*(each.name.lower() for each in Severity), *map(str.lower, _OLD_WORDS))
"""All words that mean a severity."""

_GLYPHS = {
    Severity.INFO: "·",
    Severity.LOW: "▿",
    Severity.MEDIUM: "◆",
    Severity.HIGH: "▲",
    Severity.CRITICAL: "■",
}
