"""Colours of text that is printed: the terminal's own sixteen, which mean what the screen's do."""

from typing import Final

from hsmtui.model.findings.severity import Severity
from hsmtui.model.state import Tone

HEADING: Final = "1"

TONE_COLOURS: Final = {
    Tone.GOOD: "32",
    Tone.WAITING: "36",
    Tone.MOVING: "33",
    Tone.BAD: "1;31",
    Tone.GONE: "2",
    Tone.UNKNOWN: "35",
}
"""The parameters of SGR, the sequence that sets a colour, of each tone."""

SEVERITY_COLOURS: Final = {
    Severity.CRITICAL: "1;31",
    Severity.HIGH: "31",
    Severity.MEDIUM: "33",
    Severity.LOW: "",
    Severity.INFO: "",
}
"""The same of severities; "" is none."""


def painted(text: str, colour: str) -> str:
    """The text in a colour, and none after it; as it is where the colour is ""."""
    return f"\x1b[{colour}m{text}\x1b[0m" if colour and text else text
