"""What each sign on the screen means, made from the tables by which they are drawn."""

from collections.abc import Iterator
from textwrap import wrap

from textual.content import Content

from hsmtui.fleet.listing import ASCENDING, DESCENDING
from hsmtui.model.columns import COMING, UNKNOWN
from hsmtui.model.findings.severity import Severity
from hsmtui.model.state import STATES, appearance
from hsmtui.ui.theme import CONTENT_STYLES, SEVERITY_CONTENT

MEANINGS = {
    Severity.CRITICAL.glyph: "the worst, and what is in the way",
    Severity.HIGH.glyph: "a warning",
    Severity.MEDIUM.glyph: "less urgent",
    Severity.LOW.glyph: "minor",
    Severity.INFO.glyph: "good to know",
    "●": "in use",
    "○": "not in use yet",
    "◐": "under way",
    "◌": "on its way out, or left alone",
    "×": "gone",
    UNKNOWN: "not known, or not all could be checked",
    COMING: "more will be known in a moment; in a text: a part is cut",
    "+": "there is more to load, or there may be worse",
    "✓": "checked, and well",
    "→": "from one to the other; before a sentence: what to do",
    ASCENDING: "the list is sorted by this column",
    DESCENDING: "the same, the other way round",
    "▌": "the row under the cursor; in dialogs: what is marked",
}
"""Every sign that is drawn and what it means, the same everywhere."""


_WIDTH = 65
"""Cells of a line beside the sign: as many as a dialog has at 80 columns."""


def legend() -> Content:
    """A line for each sign: what it means, and of what it is said."""
    words: dict[str, list[str]] = {glyph: [] for glyph in MEANINGS}
    styles: dict[str, str] = {}
    for glyph, word, style in drawn():
        words[glyph].append(word)
        styles.setdefault(glyph, style)
    lines = [Content.styled("Signs", "bold")]
    for glyph, meaning in MEANINGS.items():
        said = f"{meaning}: {', '.join(words[glyph])}" if words[glyph] else meaning
        first, *rest = wrap(said, _WIDTH)
        lines.append(Content.assemble("  ", (glyph, styles.get(glyph, "")), f"  {first}"))
        lines += [Content(f"     {line}") for line in rest]
    return Content("\n").join(lines)


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
