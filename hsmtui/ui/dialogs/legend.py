"""What each sign on the screen means, made from the tables by which they are drawn."""

from collections.abc import Iterator
from typing import NamedTuple

from hsmtui.fleet.listing import ASCENDING, DESCENDING
from hsmtui.model.columns import COMING, UNKNOWN
from hsmtui.model.findings.severity import Severity
from hsmtui.model.state import STATES, appearance
from hsmtui.ui.theme import CONTENT_STYLES, MARK, SEVERITY_CONTENT

MEANINGS = {
    Severity.CRITICAL.glyph: "critical, failed or blocked",
    Severity.HIGH.glyph: "high, or not as it should be",
    Severity.MEDIUM.glyph: "medium",
    Severity.LOW.glyph: "low",
    Severity.INFO.glyph: "info",
    "●": "in use",
    "○": "not in use yet",
    "◐": "under way",
    "◌": "being deleted, or left out",
    "×": "gone",
    UNKNOWN: "not known, or not all checked",
    COMING: "not known yet; in a text: cut here",
    "+": "more to load, or perhaps worse",
    "✓": "checked, and good",
    "→": "a change from, to; what to do",
    ASCENDING: "sorted by this column",
    DESCENDING: "the same, reversed",
    "▌": "the cursor, or the beginning of a notice",
    MARK: "marked",
}
"""Every sign that is drawn and what it means, the same everywhere."""


class Sign(NamedTuple):
    """A sign, its style, and what it means."""

    glyph: str
    style: str
    meaning: str


def legend() -> list[Sign]:
    """Every sign."""
    styles: dict[str, str] = {}
    for glyph, _, style in drawn():
        styles.setdefault(glyph, style)
    return [Sign(glyph, styles.get(glyph, ""), meaning) for glyph, meaning in MEANINGS.items()]


def drawn() -> Iterator[tuple[str, str, str]]:
    """Each sign that stands for a severity, a state or the outcome of a check; what it is said of,
    and its style."""
    from hsmtui.model.certificates.issuance import LinkVerdict  # the first screen does without
    from hsmtui.ui.dialogs.places import PLACE_LOOKS  # as above

    for severity in reversed(Severity):
        yield severity.glyph, severity.word, SEVERITY_CONTENT[severity]
    for state in STATES:
        glyph, word, tone = appearance(state)
        yield glyph, word, CONTENT_STYLES[tone]
    for place, (glyph, tone) in PLACE_LOOKS.items():
        yield glyph, f"place {place.value}", CONTENT_STYLES[tone]
    for verdict in LinkVerdict:
        yield verdict.value, f"certificate {verdict.name.lower()}", ""
