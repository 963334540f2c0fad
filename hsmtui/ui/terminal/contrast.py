"""Colours that can be read: the contrast of text against what it stands on, as WCAG measures it."""

import re
from functools import lru_cache

from rich.color import Color as RichColor
from rich.color import ColorType, blend_rgb
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

LEAST_CONTRAST = 4.5
"""What WCAG 2 asks of text of normal size (level AA)."""

_READ = re.compile("[^\\s\u2500-\u259f]")
"""A character that is read: no blank, and no line or block that frames and bars are made of."""

_STEP = 0.05
_BLACK, _WHITE = ColorTriplet(0, 0, 0), ColorTriplet(255, 255, 255)


class LegibleText(LineFilter):
    """For themes with colours of their own: text that stands out too little from its background is
    moved towards black or white until it can be read, whatever the theme says."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        under = background.rich_color
        return [
            Segment(text, _legible(style, under), control)
            if style is not None and _READ.search(text)
            else Segment(text, style, control)
            for text, style, control in segments
        ]


@lru_cache(4096)
def _legible(style: Style, background: RichColor) -> Style:
    color = style.color.triplet if style.color else None
    behind = style.bgcolor.triplet if style.bgcolor else None
    under = behind or background.triplet
    if color is None or under is None or contrast(color, under) >= LEAST_CONTRAST:
        return style
    moved = RichColor.from_triplet(legible(color, under))
    return style + Style.from_color(moved, style.bgcolor)


def legible(color: ColorTriplet, under: ColorTriplet) -> ColorTriplet:
    """The nearest colour to this one, on the way to black or to white, that can be read there."""
    away = _WHITE if luminance(color) > luminance(under) else _BLACK
    if contrast(away, under) < LEAST_CONTRAST:
        away = _BLACK if away == _WHITE else _WHITE
    share, moved = 0.0, color
    while contrast(moved, under) < LEAST_CONTRAST and share < 1:
        share += _STEP
        moved = blend_rgb(color, away, min(share, 1))
    return moved


def contrast(one: ColorTriplet, other: ColorTriplet) -> float:
    """From 1 for the same colour to 21 for black and white."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: ColorTriplet) -> float:
    """The relative luminance: 0 for black, 1 for white."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


_DEEP = {1, 5}
"""Of a terminal's sixteen colours those that can be read on white and on black, with the palettes
of widespread terminals: red and magenta. The others are pale on one of both."""

_SIGN = re.compile(r"^[^\w!-~]*")
"""What a state or a severity begins with: no letter, no digit, no sign of a keyboard."""


class PaleSigns(LineFilter):
    """For the colours of the terminal, whose background nobody knows: a pale one is for signs
    alone, the words behind them have the colour of the terminal's text."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if not any(style is not None and _is_pale(style) for _, style, _ in segments):
            return segments
        drawn: list[Segment] = []
        for text, style, control in segments:
            if style is None or not _is_pale(style):
                drawn.append(Segment(text, style, control))
                continue
            end = _end_of_sign(text)
            drawn += [Segment(text[:end], style)] if end else []
            drawn += [Segment(text[end:], _in_text_color(style))] if text[end:] else []
        return drawn


def _end_of_sign(text: str) -> int:
    sign = _SIGN.match(text)
    return sign.end() if sign else 0


@lru_cache(1024)
def _is_pale(style: Style) -> bool:
    """Whether the colour is pale on whatever the terminal has; on a colour of its own it is not."""
    has_own_background = style.bgcolor is not None and not style.bgcolor.is_default
    color = style.color
    if color is None or color.type is not ColorType.STANDARD:
        return False
    return color.number not in _DEEP and not has_own_background


@lru_cache(1024)
def _in_text_color(style: Style) -> Style:
    return style + Style(color="default")
