"""Each sign means one thing, and the legend knows every sign that is drawn."""

import ast
from collections import defaultdict
from pathlib import Path

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

import hsmtui
from hsmtui.model.findings.severity import Severity
from hsmtui.model.state import HSM_STATES, STATES, Tone, appearance
from hsmtui.ui.dialogs.legend import MEANINGS, drawn, legend
from hsmtui.ui.dialogs.places import PLACE_LOOKS
from hsmtui.ui.terminal.line_filters import AsciiOnly

SOURCE = Path(hsmtui.__file__).parent
FRAMES = {chr(code) for code in range(0x2500, 0x25A0)} - set(MEANINGS)
"""What frames and bars are drawn with."""

SYMBOLS = {chr(code) for code in range(0x2190, 0x2800)} | set("×·…")
"""Arrows, shapes, marks, and what of Latin-1 is used like them."""

MAPS = {"line_filters.py", "keymap.py"}
"""Where signs stand that others may draw."""


def test_it_has_a_line_for_each_sign_with_all_that_it_is_said_of():
    signs = {sign.glyph: sign for sign in legend()}
    assert {glyph: sign.meaning for glyph, sign in signs.items()} == MEANINGS
    for glyph, _, style in drawn():
        assert glyph in signs
        assert style in {
            signs[glyph].style,
            *(other for sign, _, other in drawn() if sign == glyph),
        }
    text = " ".join(word for _, word, _ in drawn())
    for words in ("critical", "DEGRADED", "PENDING DEL", "place left out", "certificate verified"):
        assert words in text


def test_every_sign_that_the_source_draws_is_in_it():
    signs = defaultdict(set)
    for path in SOURCE.rglob("*.py"):
        if path.name not in MAPS:
            for text in texts_of(path):
                for character in text:
                    if character in SYMBOLS:
                        signs[character].add(path.name)
    unknown = {sign: files for sign, files in signs.items() if sign not in {*MEANINGS, *FRAMES}}
    assert unknown == {}
    assert {*"●○◐◌▲■↑↓▌"} <= set(signs)


def texts_of(path: Path) -> list[str]:
    """The strings of a file that are no docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    told = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
    ]


def test_no_sign_is_said_of_what_is_well_and_of_what_is_not():
    tones = defaultdict(set)
    for state in (*STATES, *HSM_STATES):
        tones[appearance(state).glyph].add(appearance(state).tone)
    for glyph, tone in PLACE_LOOKS.values():
        tones[glyph].add(tone)
    for glyph, of in tones.items():
        assert Tone.BAD not in of or of == {Tone.BAD}, glyph
        assert Tone.GOOD not in of or of <= {Tone.GOOD, Tone.GONE}, glyph
    bad = {glyph for glyph, of in tones.items() if Tone.BAD in of}
    assert bad == {Severity.CRITICAL.glyph, Severity.HIGH.glyph}
    others = {each.glyph for each in Severity} - bad
    assert not others & tones.keys()


def test_each_is_one_cell_and_its_own_in_ascii_too():
    """The mark of the cursor stands in the first column, where no arrow does."""
    drawn_as = {}
    for glyph in MEANINGS:
        assert cell_len(glyph) == 1
        (segment,) = AsciiOnly().apply([Segment(glyph)], Color(0, 0, 0))
        drawn_as[glyph] = segment.text
    assert drawn_as.pop("▌") == drawn_as["→"] == ">"
    assert drawn_as.pop("*") == drawn_as["●"] == "*"  # a mark stands before its row, no state does
    assert len(set(drawn_as.values())) == len(drawn_as)
