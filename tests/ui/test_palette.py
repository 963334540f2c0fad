"""The palette at work: arguments, completion, earlier lines, and what it refuses."""

from typing import Any

import pytest
from textual import events
from textual.widgets import Input, OptionList

from hsmtui.config.settings import AskedPlaces, Flags
from hsmtui.config.state import State, load_state
from hsmtui.fleet.listing import Sort
from hsmtui.model.columns import choose
from hsmtui.ui.dialogs.palette import PaletteDialog
from hsmtui.ui.dialogs.pick_places import RegionDialog
from tests.parts import part_of

PROFILE = "demo-staging"
SCOPES = {"two": AskedPlaces(profiles=(PROFILE,), regions=("us-east-1", "eu-west-1"))}


async def palette(desk: Any, line: str, *keys: str) -> None:
    """Type a line into the palette, and then keys."""
    await desk.press("colon")
    await desk.until(lambda: isinstance(desk.app.screen, PaletteDialog) and desk.app.focused)
    await desk.type(line)
    await desk.press(*keys)


def line(desk: Any) -> str:
    return desk.app.screen.query_one(Input).value


def frame(desk: Any) -> str:
    return desk.app.screen.query_one("#box")._border_subtitle.plain


async def test_arguments_do_what_their_dialogs_do(sit):
    async with sit(PROFILE, region="us-east-1") as desk:
        # typed without a look they are taken one after the other
        await desk.app._press_keys([*":sort", "space", *"age", "enter", *":tab", "space", *"hsms"])
        await desk.app._press_keys(["enter"])
        await desk.until(lambda: desk.screen.details.tab.id == "hsms")
        assert desk.screen.list_pane.sort == Sort(*choose(["age"]))
        await palette(desk, "sort service", "enter")
        assert desk.screen.list_pane.sort == Sort()
        await palette(desk, "sort age", "enter")
        assert desk.screen.list_pane.sort == Sort(*choose(["age"]))
        await palette(desk, "filter state:ACTIVE", "enter")
        await desk.until(lambda: "filter: state:ACTIVE" in desk.title)
        await desk.until(lambda: desk.asked()[-1].get("Filters") == {"states": ["ACTIVE"]})
        await palette(desk, "tab findings", "enter")
        assert desk.screen.details.tab.id == "findings"
        await palette(desk, "theme nord", "enter")
        assert desk.app.theme == "nord"
        await palette(desk, "region eu-central-1", "enter")
        await desk.until(lambda: f"{PROFILE} · eu-central-1" in desk.header)
        await palette(desk, "profile demo-payments", "enter")
        await desk.until(lambda: "demo-payments" in desk.header)


async def test_a_command_without_an_argument_has_its_dialog_and_keys_behind_it_are_for_that(sit):
    async with sit() as desk:
        names = {":": "colon", "\r": "enter", "/": "slash"}
        for character in ":sort\ra/":
            desk.app.post_message(events.Key(names.get(character, character), character))
        await desk.until(lambda: desk.screen.list_pane.is_filtering)
        assert desk.screen.list_pane.sort == Sort(*choose(["age"]))
        await desk.press("escape")
        await palette(desk, "switch region", "enter")
        await desk.until(lambda: isinstance(desk.app.screen, RegionDialog))


@pytest.mark.in_parts
@pytest.mark.parametrize(
    ("typed", "words"),
    part_of(
        [
            ("region nowhere", 'There is no region "nowhere".'),
            ("region eu-wset-1x", 'There is no region "eu-wset-1x".'),
            ("profile prdo", 'There is no profile "prdo".'),
            ("sort agee", 'There is no column "agee".'),
            ("tab ne", 'There is no tab "ne".'),
            ("sort rev", 'There is no column "rev".'),
            ("theme nrod", 'There is no theme "nrod".'),
            ("filter sevrity:high", 'did you mean "severity:"'),
            ("delete cluster-7qsltqrczv5", "type nothing after it"),
            ("delete hsm hsm-3kd72vqyzma", "type nothing after it"),
            ("quit quickly", "No command has these words"),
        ]
    ),
)
async def test_what_is_wrong_is_told_in_the_frame_and_stays(sit, typed, words):
    async with sit() as desk:
        requests, sort, title = len(desk.plane.requests), desk.screen.list_pane.sort, desk.title
        await palette(desk, typed, "enter")
        assert words in frame(desk)
        assert line(desk) == typed
        assert isinstance(desk.app.screen, PaletteDialog)
        assert len(desk.plane.requests) == requests
        assert (desk.screen.list_pane.sort, desk.title) == (sort, title)
        await desk.type(f"{typed} ")
        assert words not in frame(desk)


async def test_tab_completes_what_is_highlighted_in_a_box_that_does_not_move(sit):
    async with sit(size=(120, 40)) as desk:
        await palette(desk, "")
        before = desk.app.screen.query_one("#box").region
        await desk.type("scope zzz")  # a word where there are scopes
        await desk.press("enter")
        assert "No command has these words" in frame(desk)
        for typed, completed in (
            ("regi", "region "),
            ("region irel", "region eu-west-1"),
            ("filter !sev", "filter !severity:"),
            ("filter az:x sta", "filter az:x state:"),
            ("filter az:x !state:act", "filter az:x !state:ACTIVE"),
            ("filter state:ACTIVE,deg", "filter state:ACTIVE,DEGRADED"),
            ("filter name:payments-p", "filter name:payments-prod"),
            ("theme nor", "theme nord"),
            ("delete hsm", "delete an HSM"),
        ):
            await desk.type(typed)
            await desk.press("tab")
            assert line(desk) == completed
        await desk.type("filter sev")
        await desk.press("down", "enter")
        assert line(desk) == "filter severity:"
        for typed in ("region ", "profile ", "xyz", "filter ", "delete cluster-x"):
            await desk.type(typed)
            now = desk.app.screen.query_one("#box").region
            assert (now.x, now.y, now.width) == (before.x, before.y, before.width)
        await desk.press("tab", "escape")


async def test_up_in_the_empty_line_gives_earlier_lines(sit):
    state = State(recent_commands=("sort age", "theme nord"))
    async with sit(start={"state": state}) as desk:
        await palette(desk, "tab tags", "enter")
        await palette(desk, "", "up")
        seen = [line(desk)]
        for key in ("up", "up", "up", "down", "down", "down"):
            await desk.press(key)
            seen.append(line(desk))
        first, *rest = ("tab Tags", "sort age", "theme nord")
        assert seen == [first, *rest, rest[-1], rest[0], first, ""]
        await desk.press("down", "down", "up")
        assert desk.app.screen.query_one(OptionList).highlighted == 1
        await desk.press("up", "up", "up", "enter")
        await desk.until(lambda: desk.screen.list_pane.sort == Sort(*choose(["age"])))
        file = desk.app.settings.paths.state_file
        newest_first = ("sort age", "tab Tags", "theme nord")
        await desk.until(
            lambda: load_state(file, known_columns=())[0].recent_commands == newest_first
        )


async def test_lines_of_the_demo_are_not_kept(sit):
    async with sit(start={"demo": True}) as desk:
        await palette(desk, "tab tags", "enter")
        await desk.settles()
        assert desk.app.remembered.state.recent_commands == ("tab Tags",)
        assert not desk.app.settings.paths.state_file.exists()


async def test_scopes_have_a_word_where_there_are_some(sit):
    async with sit(flags=Flags(profiles=(PROFILE,), regions=("us-east-1",)), scopes=SCOPES) as desk:
        await palette(desk, "scope two", "enter")
        await desk.until(lambda: len(desk.screen.fleet.loaders) == 2)
