"""Themes: the terminal's own colours by default, all of Textual's by choice."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
from textual.design import ColorSystem
from textual.theme import BUILTIN_THEMES, Theme

from hsmtui.ui.theme import FALLBACKS

DRAWS = True
"""Each frame is drawn, as for a terminal."""


@pytest.mark.parametrize("name", [n for n, theme in BUILTIN_THEMES.items() if not theme.ansi])
async def test_a_theme_with_a_background_has_it_under_every_cell(sit, name):
    async with sit(theme=name) as desk:
        strips = desk.app.screen._compositor.render_strips()
        bare = [s.text for strip in strips for s in strip if s.style is None or not s.style.bgcolor]
        assert not bare


async def test_the_default_theme_leaves_rows_to_the_terminal(sit):
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


async def test_an_empty_no_color_is_no_wish(sit, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "")
    async with sit() as desk:
        assert desk.rows


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
