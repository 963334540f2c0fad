"""What a terminal sends, split as ECMA-48 has it: text, control sequences, control strings, pastes.

A terminal answers the queries of every program that has it, and answers come late: when another
program is in front of it. Many are control strings, which no key is: they are left out here.
"""

import re
from collections.abc import Generator, Iterator
from enum import Enum, auto
from typing import NamedTuple

from textual.constants import ESCAPE_DELAY

from hsmtui.ui.terminal.paste_filter import Paste

PAUSE = 1.0
"""Seconds within which a control sequence or string that has begun goes on."""

PASTE_PAUSE = 2.0
"""Seconds within which a paste goes on: what comes later of it would be taken for keys."""

STRING_AT_MOST = 10.0
"""Seconds that a control string may last: keys that are pressed meanwhile prolong one without an
end."""

LONGEST_SEQUENCE = 256
"""Characters of a control sequence that are kept; none that means something is as long."""


class SequenceKind(Enum):
    """What a piece is."""

    TEXT = auto()
    SEQUENCE = auto()
    PASTE = auto()


class Piece(NamedTuple):
    """Text as it was typed, the text of a paste, or one whole sequence, always in its 7-bit form.

    A sequence may be that of a key alone: escape, or escape and the character pressed with alt.
    Bytes that are no UTF-8 are surrogates in text.
    """

    kind: SequenceKind
    text: str


ESC = "\x1b"
_CSI = f"(?:{ESC}\\[|[\x9b\udc9b])"
_SS3 = f"(?:{ESC}O|[\x8f\udc8f])"
_ST = f"{ESC}\\\\|[\x9c\udc9c]"

_PLAIN = re.compile(f"[^{ESC}\x80-\x9f\udc80-\udc9f]+")
_SEQUENCE = re.compile(
    # The Linux console has a second bracket before a letter, rxvt ends some keys with a dollar.
    f"{_CSI}(?P<csi>\\[(?:[A-E]|(?=[^A-E]))|(?:[378]|2[34])\\$|[ -?]+[@-~]|[@-Z\\\\-~])"
    f"|{_SS3}(?P<ss3>[0-;]*[@-~])"
    f"|{ESC}(?P<alt>[^\x00-\x08\n-\x1f\x80-\x9f\ud800-\udfff\\[\\]OPX^_])",
    re.DOTALL,
)
_STRING = re.compile(
    f"(?:{ESC}(?P<osc>\\])(?=.)|(?P<osc8>[\x9d\udc9d]))|{ESC}[PX^_](?=.)|[\x90\x98\x9e\x9f\udc90\udc98\udc9e\udc9f]",
    re.DOTALL,
)
_BEGUN = re.compile(f"(?:{_CSI}(?:\\[|[ -?]*)|{_SS3}[0-;]*|{ESC}[]PX^_]?)\\Z")
_BROKEN = re.compile(f"{_CSI}[ -?]*|{_SS3}[0-;]*")

_KEY = re.compile(f"{ESC}[]\\[OPX^_]?")
"""What is a key if nothing follows it soon: escape, alone or with alt and a character."""

_LATE = re.compile(
    f"{ESC}(?:"
    "\\[(?:[<-?\\d;:]|M[^\x00-\x1f]|[A-FHIOZ]\\Z)|O[A-DFHP-S]\\Z"
    f"|\\]\\d|P[01]?[$+]|P[>!]\\||_G|[]PX^_][^{ESC}\a]*(?:\a|{_ST})"
    ")"
)
"""A sequence that nobody types, behind an escape that was taken for a key."""

# A string that is not ended is over where a key or another sequence begins.
_OVER = f"[\x18\x1a]|(?=[\x03\x11])|(?={ESC}[^\\\\])|(?P<cut>{ESC}\\Z)"
_STRING_END = re.compile(f"{_ST}|{_OVER}")
_OSC_END = re.compile(f"\a|{_ST}|{_OVER}")
_CSI_END = re.compile("[@-~]|(?=[^ -~])")


class Splitter:
    """Splits what is sent in pieces of any length. Times are seconds of one monotonic clock."""

    def __init__(self) -> None:
        self.deadline: float | None = None
        """When `expire` is due: no more waiting for the rest of something."""
        self._begun = ""
        self._paste: Paste | None = None
        self._string_end: re.Pattern[str] | None = None
        self._since = 0.0
        self._late = ("", 0.0)

    def feed(self, text: str, now: float) -> Iterator[Piece]:
        """Split what was sent; what is not whole yet waits."""
        text, self._begun = self._begun + self._rejoined(text, now), ""
        while text:
            if self._paste is not None:
                text = yield from self._pasted(self._paste, text)
            elif self._string_end is not None:
                text = self._passed_over(self._string_end, text)
            else:
                text = yield from self._split(text, now)
        self.deadline = self._due(now)

    def expire(self, now: float) -> Iterator[Piece]:
        """Give up waiting, if it is time to: what was begun is a key, or nothing."""
        if self.deadline is None or now < self.deadline:
            return
        self.deadline = self._string_end = None
        begun, self._begun = self._begun, ""
        if self._paste is not None:
            rest = self._paste.cut_off()
            yield from self._end_paste(self._paste)
            begun = rest if rest == ESC else ""
            yield from self.feed(rest.removeprefix(begun), now)
        if _KEY.fullmatch(begun):
            self._late = (begun, now + PAUSE)
            yield Piece(SequenceKind.SEQUENCE, begun)

    def _due(self, now: float) -> float | None:
        if self._paste is not None:
            return now + (ESCAPE_DELAY if self._paste.is_given_up else PASTE_PAUSE)
        if self._string_end is not None:
            return min(now + PAUSE, self._since + STRING_AT_MOST)
        if self._begun:
            return now + (ESCAPE_DELAY if _KEY.fullmatch(self._begun) else PAUSE)
        return None

    def _rejoined(self, text: str, now: float) -> str:
        """The rest of a sequence, of which the beginning was taken for a key, with that."""
        (begun, until), self._late = self._late, ("", 0.0)
        is_late = bool(begun) and now < until and _LATE.match(begun + text) is not None
        return begun + text if is_late else text

    # Each of these takes the beginning of what was sent and gives the rest

    def _split(self, text: str, now: float) -> Generator[Piece, None, str]:
        if plain := _PLAIN.match(text):
            yield Piece(SequenceKind.TEXT, plain[0])
            return text[plain.end() :]
        if sequence := _SEQUENCE.match(text):
            return (yield from self._sequence(sequence))
        if string := _STRING.match(text):
            is_osc = string["osc"] or string["osc8"]
            self._string_end, self._since = _OSC_END if is_osc else _STRING_END, now
            return text[string.end() :]
        if _BEGUN.match(text):
            self._wait(text, now)
            return ""
        if broken := _BROKEN.match(text):
            return text[broken.end() :]
        if text.startswith(ESC):
            yield Piece(SequenceKind.SEQUENCE, ESC)
        return text[1:]  # one of the 8-bit controls that begin nothing, else

    def _wait(self, text: str, now: float) -> None:
        """Keep the beginning of a sequence; of one that is too long pass over the rest."""
        if len(text) > LONGEST_SEQUENCE:
            self._string_end, self._since = _CSI_END, now
        else:
            self._begun = text

    def _sequence(self, matched: re.Match[str]) -> Generator[Piece, None, str]:
        rest = matched.string[matched.end() :]
        match matched.lastgroup, matched["csi"]:
            case "csi", "200~":
                self._paste = Paste()
            case "csi", "201~":
                pass
            case "csi", "M":
                return self._old_mouse(matched.string, rest)
            case "csi", body:
                yield Piece(SequenceKind.SEQUENCE, f"{ESC}[{body}")
            case "ss3", _:
                yield Piece(SequenceKind.SEQUENCE, f"{ESC}O{matched['ss3']}")
            case _:
                yield Piece(SequenceKind.SEQUENCE, matched[0])
        return rest

    def _old_mouse(self, text: str, rest: str) -> str:
        """Pass over a report of the mouse in the form of X10: three bytes, of any value."""
        size = 0
        for at, character in enumerate(rest, 1):
            size += len(character.encode("utf-8", "surrogateescape"))
            if size >= 3:
                return rest[at:]
        self._begun = text
        return ""

    def _passed_over(self, end: re.Pattern[str], text: str) -> str:
        over = end.search(text)
        if over is None:
            return ""
        if over.lastgroup == "cut":
            self._begun = ESC
            return ""
        self._string_end = None
        return text[over.end() :]

    def _pasted(self, paste: Paste, text: str) -> Generator[Piece, None, str]:
        rest = paste.add(text)
        if rest is not None:
            yield from self._end_paste(paste)
        return rest or ""

    def _end_paste(self, paste: Paste) -> Iterator[Piece]:
        self._paste = None
        if paste.text:
            yield Piece(SequenceKind.PASTE, paste.text)
