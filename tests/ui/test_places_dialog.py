"""The list of the places: what is looked at, what is left out, and what is shown then."""

from typing import Any

import pytest
from textual.widgets import Input, OptionList

from hsmtui.config.settings import Flags
from hsmtui.fleet.fleet import PlaceState
from hsmtui.ui.dialogs.places import PlacesDialog
from tests.parts import part_of
from tests.scripted import At, Gate, Refuse, reply_json

DESCRIBE = "DescribeClusters"
STAGING = "222222222222"


async def open_places_at(desk: Any, region: str) -> None:
    """Open the list with the cursor on the place of a region."""
    await desk.press("L")
    await desk.until(lambda: isinstance(desk.app.screen, PlacesDialog) and desk.app.focused)
    dialog = desk.app.screen
    options = dialog.query_one(OptionList)
    at = next(n for n, e in enumerate(dialog._shown) if e.location.region == region)
    options.highlighted = at
    await desk.rest()


def two(*regions: str) -> Flags:
    return Flags(profiles=("demo-staging",), regions=regions)


def all_come(desk: Any) -> bool:
    coming = {PlaceState.COMING, PlaceState.STOPPED}
    fleet = desk.screen.fleet
    return not coming & {fleet.state_of(each) for each in fleet.loaders}


class TestLookingOnlyHere:
    async def test_at_a_place_that_failed_shows_no_rows_of_another(self, sit, plane):
        plane.script(DESCRIBE, Refuse("AccessDeniedException"), at=At(STAGING, "eu-west-1"))
        async with sit(flags=two("us-east-1", "eu-west-1"), wait=False) as desk:
            await desk.until(lambda: desk.rows and all_come(desk))
            await desk.settles()
            await open_places_at(desk, "eu-west-1")
            await desk.press("enter")
            await desk.until(lambda: not desk.app.has_dialog)
            await desk.settles()
            assert desk.rows == []
            assert desk.table.row is None
            assert "eu-west-1" in desk.header

    async def test_at_a_place_that_is_coming_shows_no_rows_of_another(self, sit, plane):
        gate = Gate()
        plane.script(DESCRIBE, gate, at=At(STAGING, "eu-west-1"))
        async with sit(flags=two("us-east-1", "eu-west-1"), wait=False) as desk:
            await desk.until(lambda: desk.rows)
            await open_places_at(desk, "eu-west-1")
            await desk.press("enter")
            await desk.until(lambda: not desk.app.has_dialog)
            await desk.rest()
            assert desk.rows == []
            gate.release()
            await desk.until(lambda: desk.rows)
            regions = {desk.table.view[at].connection.region for at in range(len(desk.rows))}
            assert regions == {"eu-west-1"}

    async def test_records_no_failure_again(self, sit, plane):
        plane.script(DESCRIBE, Refuse("AccessDeniedException"), at=At(STAGING, "eu-west-1"))
        flags = two("us-east-1", "eu-west-1", "eu-central-1")
        async with sit(flags=flags, wait=False) as desk:
            await desk.until(lambda: desk.rows and all_come(desk))
            await desk.settles()
            assert len(desk.app.errors) == 1
            await open_places_at(desk, "us-east-1")
            await desk.press("x", "x")
            await desk.press("escape")
            await desk.settles()
            assert len(desk.app.errors) == 1


async def test_a_row_that_is_gone_can_be_drawn_until_all_is_shown_together(sit, plane, monkeypatch):
    async with sit(flags=two("us-east-1", "eu-west-1"), wait=False) as desk:
        await desk.until(lambda: len(desk.rows) == 5)
        await desk.settles()
        monkeypatch.setattr("hsmtui.ui.main.listing_screen.TOGETHER", 3600.0)
        gone = next(iter(desk.screen.fleet.shown[0].rows))
        await desk.put_cursor(gone)
        nothing = reply_json({"Clusters": []})
        plane.script(DESCRIBE, nothing, at=At(STAGING, "us-east-1"))
        await desk.press("r")
        await desk.until(lambda: not desk.screen.fleet.shown[0].rows)
        desk.table.refresh()
        assert desk.text
        await desk.press("down", "up", "ctrl+d")
        await desk.rest()
        assert gone not in desk.rows
        assert not desk.app.crash


async def find(desk: Any, text: str) -> list[str]:
    """Type into the places; the lines that are left."""
    if not isinstance(desk.app.focused, Input):
        await desk.press("slash")
    await desk.type(text)
    options = desk.app.screen.query_one(OptionList)
    return [str(options.get_option_at_index(at).prompt) for at in range(options.option_count)]


async def test_words_in_any_order_narrow_the_places(sit):
    async with sit(flags=two("us-east-1", "eu-west-1", "eu-central-1"), wait=False) as desk:
        await desk.until(lambda: desk.rows and all_come(desk))
        await desk.settles()
        await open_places_at(desk, "us-east-1")
        width = desk.app.screen.query_one("#box").region.width
        await desk.press("space")
        (line,) = await find(desk, "west staging")
        assert "eu-west-1" in line
        assert [line] == await find(desk, "staging west")
        assert "eu-west-1" in (await find(desk, "eu-wset-1"))[0]
        assert (await find(desk, "zzzz"))[0].startswith("Nothing matches")
        assert desk.app.screen.query_one("#box").region.width == width
        await desk.press("enter", "x")  # nothing is there to be looked at, and x is a letter
        assert isinstance(desk.app.screen, PlacesDialog)
        await desk.press("escape")
        assert len(desk.app.screen._shown) == 3
        assert "1 marked" in str(desk.app.screen.query_one("#box").border_title)
        await desk.press("space")  # no longer
        await find(desk, "central")
        await desk.press("enter")
        await desk.until(lambda: not desk.app.has_dialog)
        assert "eu-central-1" in desk.header


@pytest.mark.in_parts
@pytest.mark.parametrize("size", part_of([(60, 16), (80, 24), (200, 50)]))
async def test_a_line_is_cut_only_where_there_is_no_room(sit, plane, size):
    plane.script(DESCRIBE, Refuse("AccessDeniedException"), at=At(STAGING, "eu-west-1"))
    async with sit(flags=two("us-east-1", "eu-west-1"), wait=False, size=size) as desk:
        await desk.until(lambda: desk.rows and all_come(desk))
        await desk.settles()
        await open_places_at(desk, "us-east-1")
        lines = [line for line in desk.lines if "failed" in line or "clusters" in line]
        assert any("eu-west-1  failed" in line for line in lines)
        box = desk.app.screen.query_one("#box").region
        assert not any("…" in line[box.x : box.right] for line in lines) or size[0] < 200


async def test_what_is_typed_behind_the_key_that_opens_it_is_for_it(sit):
    async with sit(flags=two("us-east-1", "eu-west-1")) as desk:
        await desk.until(lambda: all_come(desk))
        await desk.settles()
        await desk.app._press_keys(["L", "down", "enter"])
        await desk.until(lambda: len(desk.screen.fleet.loaders) == 1, "one place alone")
        await desk.until(lambda: not desk.app.has_dialog)
