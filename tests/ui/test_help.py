"""Help on the screen: narrowed by typing, closed with escape."""

from textual.containers import VerticalScroll
from textual.widgets import Input

from hsmtui.ui.dialogs.help import PALETTE_WORDS, HelpDialog


async def test_is_narrowed_by_what_is_typed_with_its_key(sit):
    async with sit(size=(200, 68)) as desk:
        await desk.app._press_keys(["question_mark", *"hsm", "space", *"dlete"])
        await desk.until(lambda: isinstance(desk.app.screen, HelpDialog))
        await desk.sees("delete an HSM")
        await desk.rest()
        assert "copy the cluster id" not in desk.text
        box = desk.app.screen.query_one("#box").region
        desk.app.screen.query_one(Input).value = ""
        await desk.rest()
        await desk.sees(
            "copy the cluster id", "part of a subnet id", "D X in HSMs: delete, replace"
        )
        scroll = desk.app.screen.query_one(VerticalScroll)
        assert scroll.max_scroll_y == 0
        assert desk.app.screen.query_one("#box").region.width == box.width
        await desk.press("escape")
        assert not desk.app.has_dialog


async def test_is_read_on_by_the_keys_that_move(sit):
    async with sit(size=(60, 16)) as desk:
        await desk.press("?")
        await desk.until(lambda: isinstance(desk.app.screen, HelpDialog))
        scroll = desk.app.screen.query_one(VerticalScroll)
        await desk.until(lambda: scroll.max_scroll_y > 50)
        await desk.press("pagedown", "down", "up", "down")
        await desk.until(lambda: scroll.scroll_y > 5)
        await desk.type("theme")
        await desk.until(lambda: scroll.scroll_y == 0)
        await desk.sees("choose a theme")


async def test_tells_of_all_words_that_take_an_argument(sit):
    async with sit() as desk:
        arguments = await desk.screen.palette_arguments()
        assert {*arguments, "theme", "scope"} == {*PALETTE_WORDS}
        for word, argument in arguments.items():
            assert PALETTE_WORDS[word][0] == argument.command
