"""What every drawn line passes through on its way to the terminal."""

import re
from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

_ACTS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class NothingActs(LineFilter):
    """The last net: no text that is drawn acts on the terminal, wherever it came from.

    Models and widgets spell such characters out; what slipped past them becomes one blank mark.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment
            if segment.control or not _ACTS.search(segment.text)
            else Segment(_ACTS.sub("\ufffd", segment.text), segment.style)
            for segment in segments
        ]


class NoColors(LineFilter):
    """NO_COLOR: bold, underline and reverse stay, no colour sequence is left."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            Segment(text, _without_color(style) if style else None, control)
            for text, style, control in segments
        ]


@lru_cache(1024)
def _without_color(style: Style) -> Style:
    return style.without_color


_ASCII = str.maketrans(
    {
        **dict.fromkeys("─━═╌┄▔▄▀", "-"),
        **dict.fromkeys("│┃║╎┆▏▕▐", "|"),
        **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯╔╗╚╝┏┓┗┛╸╺╹╻", "+"),
        **dict.fromkeys("●█", "*"),
        **dict(zip("▁▂▃▅▆▇", "_.:=+*", strict=True)),
        "■": "#",
        "◐": "%",
        "◌": ":",
        **dict.fromkeys("▌▶❯›", ">"),
        "○": "o",
        "×": "x",
        "▲": "!",
        "▿": "_",
        "◆": "=",
        "↑": "^",
        "↓": "v",
        "→": ">",
        "←": "<",
        "…": "~",
        "·": "-",
        "✓": "V",
        "–": "-",
        "—": "-",
        "’": "'",
    }
)


class AsciiOnly(LineFilter):
    """For terminals that are not UTF-8: borders and glyphs in ASCII, all else a question mark."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment
            if segment.control or segment.text.isascii()
            else Segment(_in_ascii(segment.text), segment.style)
            for segment in segments
        ]


def _in_ascii(text: str) -> str:
    """The text in as many cells of ASCII."""
    drawn = text.translate(_ASCII)
    return "".join(c if c.isascii() else "?" * cell_len(c) for c in drawn)
