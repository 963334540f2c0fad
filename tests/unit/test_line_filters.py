"""What every drawn line passes through: nothing acts, NO_COLOR, ASCII."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from hsmtui.model.findings.severity import Severity
from hsmtui.model.state import CLUSTER_STATES, appearance
from hsmtui.ui.terminal.line_filters import AsciiOnly, NoColors, NothingActs

BLACK = Color(0, 0, 0)
DIRECTIONS = set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def through(line_filter, text: str, style: Style | None = None) -> Segment:
    return line_filter.apply([Segment(text, style)], BLACK)[0]


@given(st.text())
def test_no_control_or_direction_character_gets_through(text):
    drawn = through(NothingActs(), text).text
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 or 0xD800 <= ord(c) < 0xE000 for c in drawn)
    assert not set(drawn) & set(
        "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )


@given(st.text(st.characters(exclude_categories=["C", "Z", "M"])))
def test_ascii_takes_as_many_cells(text):
    drawn = through(AsciiOnly(), text).text
    assert drawn.isascii()
    assert len(drawn) == cell_len(text)


def test_borders_and_states_are_told_apart_in_ascii():
    assert through(AsciiOnly(), "╭─╮ ● ▲ ◐ ○ ×").text == "+-+ * ! % o x"


def test_no_color_keeps_what_carries_meaning():
    style = through(
        NoColors(), "x", Style(color="red", bgcolor="blue", bold=True, reverse=True)
    ).style
    assert style is not None
    assert (style.color, style.bgcolor) == (None, None)
    assert style.bold
    assert style.reverse


def test_severities_keep_different_signs_in_ascii():
    drawn = [through(AsciiOnly(), severity.glyph).text for severity in Severity]
    assert len(set(drawn)) == len(drawn)


def test_what_is_well_and_what_is_bad_keep_different_signs_in_ascii():
    drawn = {
        (seen.tone, through(AsciiOnly(), seen.glyph).text)
        for seen in map(appearance, CLUSTER_STATES)
    }
    assert len({sign for _, sign in drawn}) == len(drawn)
