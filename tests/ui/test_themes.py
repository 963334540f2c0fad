"""Themes: the terminal's own colours by default, all of Textual's by choice."""

import pytest
from textual.theme import BUILTIN_THEMES

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
