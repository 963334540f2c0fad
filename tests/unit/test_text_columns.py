"""Columns of text that is printed: in the cells of a terminal, with colours that take none."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.style import Style
from wcwidth import wcswidth

from hsmtui.export.terminal_colours import SEVERITY_COLOURS, TONE_COLOURS, painted
from hsmtui.export.text_columns import COLUMN_GAP, beside, cell_count, cut_inside, folded
from hsmtui.ui.theme import CONTENT_STYLES, SEVERITY_CONTENT

TEXTS = st.text(st.sampled_from("aZ9-. ·…é本鍵Ａ\u0301\U0001f511"), max_size=40)
ROOMS = st.integers(2, 30)
COLOURS = st.sampled_from(["", *TONE_COLOURS.values()])
SEQUENCE = re.compile("\x1b\\[[0-9;]*m")


def bare(text: str) -> str:
    """What is to be seen: without blanks."""
    return "".join(text.split())


@given(TEXTS)
def test_cells_are_counted_as_terminals_do(text):
    assert cell_count(text) == wcswidth(text)


@given(TEXTS, ROOMS, st.sampled_from(["", "  "]))
def test_folded_text_keeps_to_its_room_and_loses_nothing(text, room, indent):
    lines = folded(text, room + len(indent), indent)
    assert all(wcswidth(line) <= room + len(indent) for line in lines)
    assert bare("".join(lines)) == bare(text)
    assert all(line.startswith(indent) for line in lines[1:])


@given(TEXTS)
def test_a_text_that_has_room_keeps_its_blanks(text):
    assert folded(text, 200) == ([text.rstrip()] if text.strip() else [])


@given(TEXTS, ROOMS)
def test_a_text_is_cut_inside_to_its_room(text, room):
    short = cut_inside(text, room)
    assert wcswidth(short) <= room
    assert short == text or "…" in short


@given(st.lists(st.tuples(TEXTS, ROOMS, COLOURS), min_size=1, max_size=5))
def test_each_cell_stays_in_its_column_whatever_its_colour(columns):
    cells, widths, colours = zip(*columns, strict=True)
    lines = list(beside(cells, widths, colours))
    plain = list(beside(cells, widths, [""] * len(columns)))
    assert [SEQUENCE.sub("", line) for line in lines] == plain
    seen = [""] * len(columns)
    for line in plain:
        rest = line
        for number, room in enumerate(widths):
            piece = ""
            while rest and wcswidth(piece + rest[0]) <= room:
                piece, rest = piece + rest[0], rest[1:]
            seen[number] += piece
            gap, rest = rest[: len(COLUMN_GAP)], rest[len(COLUMN_GAP) :]
            assert gap.strip() == ""
        assert rest == ""
    assert list(map(bare, seen)) == list(map(bare, cells))


@given(st.lists(st.tuples(TEXTS, ROOMS, COLOURS), min_size=1, max_size=5))
def test_a_colour_ends_where_its_text_does(columns):
    for line in beside(*zip(*columns, strict=True)):
        kinds = [sequence == "\x1b[0m" for sequence in SEQUENCE.findall(line)]
        assert kinds == [False, True] * (len(kinds) // 2)


@pytest.mark.parametrize(
    ("printed", "seen"),
    [
        *((TONE_COLOURS[tone], style) for tone, style in CONTENT_STYLES.items()),
        *((SEVERITY_COLOURS[severity], style) for severity, style in SEVERITY_CONTENT.items()),
    ],
)
def test_colours_mean_what_they_mean_on_the_screen(printed, seen):
    style = Style.parse(seen.replace("ansi_", ""))
    assert painted("x", printed) == style.render("x", color_system=ColorSystem.STANDARD)


def test_what_is_empty_has_no_colour():
    assert painted("", "31") == ""
    assert painted("text", "") == "text"
