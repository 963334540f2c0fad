"""Lines that are broken to a width: nothing is lost, nothing is too wide, what can stays whole."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.content import Content

from hsmtui.ui.widgets.hanging_text import (
    LEAST_ROOM,
    HangingText,
    Line,
    breaks,
    hanging_indent,
    styled,
)

FINGERPRINT = ":".join(f"{n:02X}" for n in range(200, 232))
texts = st.text(st.sampled_from("ab-:é本\u0301 .,9"), max_size=200)
widths = st.integers(20, 130)


@st.composite
def hanging(draw):
    """A text, a width, and an indent that is no less than that of the text itself."""
    width, indent, text = draw(widths), draw(st.integers(0, 40)), draw(texts).lstrip(" ")
    lead = draw(st.integers(0, hanging_indent(text, width, indent)))
    return f"{'':{lead}}{text}", width, indent


@given(hanging())
def test_nothing_is_lost_and_nothing_is_too_wide(given):
    text, width, indent = given
    pieces = [text[start:end] for start, end in breaks(text, width, indent)]
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")
    assert cell_len(pieces[0]) <= width
    later = width - hanging_indent(text, width, indent)
    assert later >= min(LEAST_ROOM, width)
    assert all(cell_len(piece) <= later for piece in pieces[1:])
    assert not any(piece.startswith(" ") for piece in pieces[1:])


@given(hanging())
def test_a_word_is_broken_only_where_no_line_has_room_for_it(given):
    text, width, indent = given
    later = width - hanging_indent(text, width, indent)
    ends = {end for _, end in breaks(text, width, indent)}
    inside = [end for end in ends if 0 < end < len(text) and " " not in text[end - 1 : end + 1]]
    for end in inside:
        word = text[:end].rpartition(" ")[2] + text[end:].partition(" ")[0]
        assert cell_len(word) > later


@given(st.lists(st.text("ab", min_size=1, max_size=20), min_size=1), widths, st.integers(0, 40))
def test_an_id_in_a_long_word_stays_whole(ids, width, indent):
    text = ",".join(ids)
    later = width - hanging_indent(text, width, indent)
    seen = "\n".join(text[start:end] for start, end in breaks(text, width, indent))
    whole = [each for each in ids if len(each) < min(later, width - 2)]
    assert all(re.search(rf"(^|[,\n]){each}(,|$)", seen) for each in whole)


def test_a_name_in_a_certificate_is_broken_between_its_parts():
    label = "  subject       "
    text = f"{label}CN=HSM:PARTN:9, OU=N3FIPS+O=Cavium+L=SanJose+ST=CA+C=US"
    rows = HangingText([Line(Content(text), 16)]).rows(44)
    assert [row.text.plain for row in rows] == [
        f"{label}CN=HSM:PARTN:9, OU=N3FIPS+",
        f"{'':16}O=Cavium+L=SanJose+ST=CA+",
        f"{'':16}C=US",
    ]


@given(hanging())
def test_later_pieces_hang_under_the_first(given):
    text, width, indent = given
    rows = HangingText([Line(Content(text), indent)]).rows(width)
    blank = " " * hanging_indent(text, width, indent)
    assert all(row.text.plain.startswith(blank) for row in rows[1:])
    assert max(row.text.cell_length for row in rows) <= width


@pytest.mark.parametrize("width", [40, 46, 60, 80])
def test_a_fingerprint_is_broken_between_bytes(width):
    label = f"  {'SHA-256':<13} "
    text = HangingText([Line(Content(label + FINGERPRINT), len(label))])
    first, *rest = [row.text.plain for row in text.rows(width)]
    assert first.startswith(f"{label}C8:C9:")
    for row in (first, *rest)[:-1]:
        assert row.endswith(":")
        assert len(row) > width - 3
    assert all(row[: len(label)].isspace() and row[len(label)] != " " for row in rest)


def test_a_pem_in_json_is_broken_at_its_own_lines():
    pem = "-----BEGIN CERTIFICATE-----\\n" + "\\n".join(["A/b=" * 16] * 3)
    rows = HangingText([styled(f'  "Csr": "{pem}"', "", 9)]).rows(90)
    assert [row.text.plain.strip()[:5] for row in rows] == ['"Csr"', *["A/b=A"] * 3]


def test_styles_stay_with_their_text():
    line = Line(Content.assemble(("label ", "dim"), ("word " * 10, "bold")), 6)
    for row in HangingText([line]).rows(20):
        bold = [
            row.text.plain[span.start : span.end] for span in row.text.spans if span.style == "bold"
        ]
        assert "".join(bold).split() == row.text.plain.removeprefix("label").split()


def test_it_knows_where_a_character_and_an_item_stand():
    lines = [styled("head"), Line(Content("a" * 50), 2, "x"), Line(Content("b"), 2, "x")]
    text = HangingText(lines)
    assert [text.row_of(1, at, 20) for at in (0, 19, 20, 37, 38)] == [1, 1, 2, 2, 3]
    assert text.rows_of("x", 20) == range(1, 5)
    assert text.rows_of("y", 20) == range(0)
    assert str(text) == f"head\n{'a' * 50}\nb"
