"""Themes: the terminal's own colours by default, all of Textual's by choice."""

import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.design import ColorSystem
from textual.theme import BUILTIN_THEMES, Theme
from textual.widgets.input import Selection

from hsmtui.ui.theme import FALLBACKS
from tests.parts import part_of

DRAWS = True
"""Each frame is drawn, as for a terminal."""


OF_THEIR_OWN = [name for name, theme in BUILTIN_THEMES.items() if not theme.ansi]
"""The themes that have colours of their own."""

READ = re.compile("[^\\s\u2500-\u259f]")
"""A character that is read; frames and bars are not."""


RED = {1, 5}
"""The numbers of red and magenta, which can be read on white and on black."""


def drawn(desk: Any) -> list[Segment]:
    """The segments of the screen that hold anything to be read."""
    strips = desk.app.screen._compositor.render_strips()
    return [each for strip in strips for each in strip if READ.search(each.text)]


def contrast(style: Style) -> float:
    """That of text on its background, as WCAG 2 defines it."""

    def luminance(color: Color | None) -> float:
        assert color is not None, style
        assert color.triplet is not None, style
        parts = [part / 255 for part in color.triplet]
        lit = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(
            weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), lit, strict=True)
        )

    dark, light = sorted((luminance(style.color), luminance(style.bgcolor)))
    return (light + 0.05) / (dark + 0.05)


SCENES = {"list": ["down"], "blocked": ["ctrl+d"], "palette": ["colon"]}
TABS = {"findings": ["f", "enter"], "certificates": ["3"], "HSMs": ["2", "enter"]}


@pytest.mark.in_parts
@pytest.mark.parametrize("keys", part_of(SCENES.values()), ids=part_of(SCENES))
async def test_each_theme_is_legible(sit, cluster, keys):
    async with sit(size=(120, 40), poll_seconds=600) as desk:
        await desk.put_cursor(cluster("hsm-retiring"))
        desk.app.notify("It is written.", severity="warning", timeout=600)
        await desk.press(*keys)
        await desk.settles()
        for name in part_of(OF_THEIR_OWN, parts=4):
            desk.app.theme = name
            await desk.rest()
            found = drawn(desk)
            bare = [each.text for each in found if each.style is None or not each.style.bgcolor]
            assert not bare, name
            pale = [each for each in found if contrast(each.style) < 4.5]
            assert not pale, name


@pytest.mark.in_parts
@pytest.mark.parametrize("keys", part_of((SCENES | TABS).values()), ids=part_of(SCENES | TABS))
async def test_the_terminal_s_pale_colours_are_for_signs_alone(sit, cluster, keys):
    async with sit(size=(120, 40), poll_seconds=600) as desk:
        await desk.put_cursor(cluster("hsm-retiring"))
        await desk.press(*keys)
        await desk.settles()
        for each in drawn(desk):
            color, under = (each.style.color, each.style.bgcolor) if each.style else (None, None)
            is_on_the_terminals = under is None or under.is_default
            if is_on_the_terminals and color and not color.is_default and color.number not in RED:
                assert not re.search(r"\w", each.text), each


async def test_the_default_theme_leaves_rows_to_the_terminal(sit, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "")  # which is no wish where it is empty
    async with sit() as desk:
        await desk.settles()
        row = desk.table.render_line(2)
        assert [segment.style for segment in row] == [None]


async def test_one_can_be_chosen(sit):
    async with sit() as desk:
        await desk.press("ctrl+p")
        await desk.type("choose a theme")
        await desk.press("enter")
        await desk.until(lambda: "Theme" in desk.text)
        await desk.type("nord")
        await desk.press("enter")
        await desk.until(lambda: desk.app.theme == "nord")
        assert desk.app.remembered.state.theme == "nord"


def looked_up() -> set[str]:
    """The variables of a theme that hsmtui names, in its style sheet and in code."""
    ui = Path(str(files("hsmtui.ui")))
    code = (path.read_text("utf-8") for path in ui.rglob("*.py"))
    in_code = (re.findall(r"""["' ]\$([a-z][a-z-]+)""", text) for text in code)
    in_sheet = re.findall(r"\$([a-z][a-z-]+)", (ui / "app.tcss").read_text("utf-8"))
    return set(in_sheet).union(*in_code)


def test_each_variable_that_is_looked_up_has_a_fallback():
    assert looked_up() == set(FALLBACKS)


async def test_a_theme_that_lacks_variables_gets_their_fallbacks(sit, monkeypatch):
    generate = ColorSystem.generate

    def without(system: ColorSystem) -> dict[str, str]:
        return {name: color for name, color in generate(system).items() if name not in FALLBACKS}

    monkeypatch.setattr(ColorSystem, "generate", without)
    monkeypatch.setitem(BUILTIN_THEMES, "bare", Theme("bare", primary="#004578"))
    async with sit(theme="bare") as desk:
        await desk.press("question_mark")
        await desk.sees("Help")
        assert desk.app.theme == "bare"
        assert desk.app.theme_variables.items() >= FALLBACKS.items()


async def test_without_colours_keys_and_what_is_selected_are_told_from_words(sit):
    async with sit(start={"no_color": True}, size=(120, 40)) as desk:
        for key, words in ((None, "filter"), ("?", "loads more")):
            if key:
                await desk.press(key)
            found = drawn(desk)
            assert not [e for e in found if e.style and (e.style.color or e.style.bgcolor)]
            assert any(e.style and e.style.reverse for e in found)  # the cursor, or the tab
            keys = [e.text.strip() for e in found if e.style and e.style.bold]
            assert {"/", "q"} & set(keys)
            assert not any(words in each for each in keys)
        assert "esc" in keys
        assert "closes" not in keys
        await desk.press("escape", "slash")
        await desk.type("state:ACTIVE")
        desk.app.focused.selection = Selection(0, 5)
        await desk.rest()
        reverse = [each.text for each in drawn(desk) if each.style and each.style.reverse]
        assert "state" in reverse
