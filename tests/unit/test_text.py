import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.text import shortened_inside, visible

ACTING = st.characters(categories=["Cc", "Cs", "Zl", "Zp"]) | st.sampled_from(
    "\u00ad\u061c\u200b\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufe0f\ufeff\ufff9\U000e0041"
)
MIXED = st.text(st.characters() | ACTING)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", r"\x1b[31mred"),
        ("one\r\ntwo\t", r"one\r\ntwo\t"),
        ("\x9b", r"\x9b"),
        ("a\u202eb", r"a\u202eb"),
        ("\ud800", r"\ud800"),
        ("\U000e0041", r"\U000e0041"),
        ("", ""),
        ("[bold]not markup[/]", "[bold]not markup[/]"),
        (r"a\x1b", r"a\x1b"),
        ("ключ 鍵 é", "ключ 鍵 é"),
    ],
)
def test_what_is_shown(text, shown):
    assert visible(text) == shown


@given(ACTING)
def test_a_character_that_acts_or_hides_becomes_an_escape_of_it(character):
    shown = visible(character)
    assert shown.isascii()
    assert shown.isprintable()
    assert shown.encode().decode("unicode_escape") == character


@given(MIXED)
def test_nothing_that_acts_on_a_terminal_survives(text):
    for character in visible(text):
        assert unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}
        assert unicodedata.bidirectional(character) not in {
            *("LRE", "RLE", "LRO", "RLO", "PDF"),
            *("LRI", "RLI", "FSI", "PDI"),
        }


@given(st.text(st.characters(categories=["L", "N", "P", "S"]) | st.just(" ")))
def test_letters_digits_and_signs_stay_as_they_are(text):
    assert visible(text) == text


@given(MIXED)
def test_a_text_that_is_safe_is_not_escaped_again(text):
    assert visible(visible(text)) == visible(text)


@given(MIXED, MIXED)
def test_each_character_is_judged_by_itself(left, right):
    assert visible(left + right) == visible(left) + visible(right)


def test_a_long_name_loses_its_middle_and_one_that_fits_loses_nothing():
    assert shortened_inside("demo-staging", 12) == "demo-staging"
    assert shortened_inside("demo-staging", 9) == "demo…ging"
    assert shortened_inside("demo-staging", 8) == "demo…ing"
