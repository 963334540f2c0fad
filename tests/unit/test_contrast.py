"""Text that can be read on any background, and pale colours that are for signs alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from hsmtui.ui.terminal.contrast import LegibleText, PaleSigns, contrast, legible

COLORS = st.builds(ColorTriplet, *[st.integers(0, 255)] * 3)
BLACK, WHITE = ColorTriplet(0, 0, 0), ColorTriplet(255, 255, 255)
UNDER = Color.parse("#fdf6e3")


def test_the_contrast_is_that_of_wcag():
    assert contrast(BLACK, WHITE) == pytest.approx(21)
    assert contrast(ColorTriplet(118, 118, 118), WHITE) == pytest.approx(4.54, abs=0.01)


@given(COLORS, COLORS)
def test_any_colour_becomes_legible_on_any_other(color, under):
    assert contrast(legible(color, under), under) >= 4.5


@given(COLORS, COLORS)
def test_what_is_legible_stays(color, under):
    if contrast(color, under) >= 4.5:
        assert legible(color, under) == color


def applied(text: str, style: str) -> list[tuple[str, str]]:
    segments = LegibleText().apply([Segment(text, Style.parse(style))], UNDER)
    return [(each.text, str(each.style)) for each in segments]


def test_text_is_moved_on_its_own_background_or_on_that_of_the_screen():
    assert applied("q", "#93a1a1 on #fdf6e3") != [("q", "#93a1a1 on #fdf6e3")]
    assert applied("q", "#93a1a1") != [("q", "#93a1a1")]
    assert applied("q", "bold #002b36") == [("q", "bold #002b36")]


def test_frames_and_bars_keep_their_colour():
    assert applied("╭──╮ ▌", "#eee8d5 on #fdf6e3") == [("╭──╮ ▌", "#eee8d5 on #fdf6e3")]


@pytest.mark.parametrize(
    ("text", "style", "drawn"),
    [
        ("◆ medium 2", "yellow", [("◆ ", "yellow"), ("medium 2", "default")]),
        ("● ACTIVE", "bold green", [("● ", "bold green"), ("ACTIVE", "bold default")]),
        ("▌", "cyan", [("▌", "cyan")]),
        ("loads more", "bright_red", [("loads more", "default")]),
        ("■ critical", "bold red", [("■ critical", "bold red")]),
        ("prod", "bright_white on blue", [("prod", "bright_white on blue")]),
        ("plain", "dim", [("plain", "dim")]),
    ],
)
def test_a_pale_colour_is_for_signs_alone(text, style, drawn):
    segments = PaleSigns().apply([Segment(text, Style.parse(style)), Segment(" x")], UNDER)
    assert [(each.text, str(each.style)) for each in segments[:-1]] == drawn
    assert segments[-1] == Segment(" x")
