"""The panes on the screen: side by side, one below the other, one at a time, one zoomed."""

from typing import Any

import pytest

from hsmtui.demo.records import Tag
from hsmtui.ui.commands.keymap import key_of
from hsmtui.ui.dialogs.change import ChangeDialog
from hsmtui.ui.main.details_pane import DetailsPane
from hsmtui.ui.main.screen import ClusterScreen
from hsmtui.ui.widgets.tabs import TABS
from tests.parts import part_of
from tests.scripted import Gate, Refuse
from tests.ui.conftest import HERE, Desk


async def resize(desk: Desk, width: int, height: int) -> None:
    await desk.pilot.resize_terminal(width, height)
    await desk.rest()


def headers(desk: Desk) -> set[str]:
    """The columns of the list, as its first line names them."""
    first = desk.lines[desk.table.region.y][: desk.table.region.right]
    return {column.header for column in desk.table.visible_columns if column.header in first}


def tab_titles(desk: Desk) -> set[str]:
    return {tab.title for tab in TABS if tab.title in desk.text}


def heights(desk: Desk) -> tuple[int, int]:
    screen = desk.screen
    return screen.list_pane.region.height, screen.details.region.height


async def test_widening_the_screen_loses_no_column_and_no_tab(sit):
    async with sit(size=(60, 30)) as desk:
        columns: set[str] = set()
        titles: set[str] = set()
        for width in (60, 66, 79, 80, 94, 119, 120, 121, 149, 150, 151, 180, 202, 250):
            await resize(desk, width, 30)
            assert headers(desk) >= columns, width
            columns |= headers(desk)
            if width >= 80:
                assert tab_titles(desk) >= titles, width
                titles |= tab_titles(desk)
        assert {"AZS", "TYPE", "MODE", "VPC"} <= columns
        assert titles == {tab.title for tab in TABS}


async def test_a_long_name_and_the_details_get_the_room_that_there_is(sit, plane):
    name = "kms-custom-key-store-prod-eu-failover-region-second"
    del plane.clusters(*HERE)[2:]
    plane.place(*HERE).listed()[1].tag_list = [Tag("Name", name)]
    async with sit(size=(149, 30)) as desk:
        assert name in desk.text
        await resize(desk, 80, 24)
        assert name not in desk.text
        await resize(desk, 100, 50)
        assert heights(desk) == (6, 42)  # few rows need no more
        await resize(desk, 100, 24)
        assert heights(desk) == (6, 16)
        await resize(desk, 100, 50)
        await desk.press("j")
        assert heights(desk) == (6, 42)


async def test_the_share_stays_while_pages_come_and_while_a_filter_is_typed(sit, plane):
    del plane.clusters(*HERE)[80:]
    gate = Gate()
    async with sit(size=(100, 50)) as desk:
        shares = {heights(desk)}
        plane.script("DescribeClusters", gate)
        await desk.press("m")
        shares.add(heights(desk))
        gate.release()
        await desk.settles()
        await desk.press("M")
        await desk.settles()
        shares.add(heights(desk))
        await desk.press("slash")
        await desk.type("payments-prod-01")
        await desk.until(lambda: len(desk.rows) == 1)
        shares.add(heights(desk))
        assert shares == {(29, 19)}
        await desk.press("enter")
        await desk.settles()
        assert heights(desk) == (6, 42)
        await desk.press("escape")
        await desk.settles()
        assert heights(desk) == (29, 19)


class TestZoom:
    async def test_shows_the_pane_under_the_focus_alone_and_both_again(self, sit):
        async with sit(size=(80, 24)) as desk:
            for size in ((100, 30), (160, 30)):
                await resize(desk, *size)
                whole, both = (size[0], size[1] - 2), self.regions(desk)
                await desk.press("plus")
                assert desk.screen.list_pane.region.size == whole
                assert desk.screen.details.region.area == 0
                await desk.press("plus")
                assert self.regions(desk) == both
                await desk.press("enter", "plus")
                assert desk.screen.details.region.size == whole
                assert desk.screen.details.body.has_focus
                await desk.sees("esc both panes")
                await desk.press("escape")
                assert self.regions(desk) == both
                assert desk.screen.details.body.has_focus  # it was the zoom that was left
                assert "both panes" not in desk.text
                await desk.press("escape")
                assert desk.table.has_focus

    @staticmethod
    def regions(desk: Desk) -> tuple[Any, Any]:
        return desk.screen.list_pane.region, desk.screen.details.region

    async def test_stays_while_the_tab_the_size_and_the_pane_change(self, sit):
        async with sit(size=(100, 30)) as desk:
            details, listed = desk.screen.details, desk.screen.list_pane
            await desk.press("enter", "plus", "2")
            assert details.region.size == (100, 28)
            for size in ((160, 40), (60, 16), (1, 1), (3, 200), (300, 2), (120, 50)):
                await resize(desk, *size)
            assert details.region.size == (120, 48)
            await desk.press("tab")
            assert (listed.region.size, details.region.area) == ((120, 48), 0)
            await desk.press("down")
            await desk.until(lambda: desk.rows[1] == details.cluster.cluster_id)
            await desk.press("f")
            assert details.region.size == (120, 48)
            assert details.tab.id == "findings"
            await desk.press("plus")
            assert listed.region.area
            assert details.region.area

    async def test_of_the_list_does_not_take_the_filter_from_it_and_follows_a_click(self, sit):
        async with sit(size=(160, 30), query="ACTIVE") as desk:
            await desk.press("plus", "escape")
            assert desk.screen.list_pane.applied
            assert not desk.screen.is_zoomed
            await desk.press("escape")
            assert not desk.screen.list_pane.applied
            await desk.pilot.click("#detail-body", offset=(2, 1))
            await desk.press("plus")
            assert desk.screen.details.region.size == (160, 28)

    async def test_changes_nothing_where_there_is_one_pane(self, sit):
        async with sit(size=(60, 16)) as desk:
            for key in ("plus", "enter", "plus"):
                await desk.press(key)
                assert not desk.screen.is_zoomed
                assert not desk.notifications
            await desk.sees("esc back to the list", "3 Certs", "6 Finds")
            await desk.press("escape")
            assert desk.table.has_focus
            await resize(desk, 100, 30)
            assert desk.screen.details.region.area
            assert desk.screen.list_pane.region.area


async def test_nothing_is_drawn_any_more_once_the_widgets_go(sit, monkeypatch):
    """Answers and timers may come while widgets go one after the other."""
    drawn: list[str] = []
    async with sit() as desk:
        await desk.tab("hsms")
        screen, loader, row = desk.screen, desk.screen.fleet.first, desk.table.row

        def draw(going: Any) -> None:
            screen.listing_changed(loader)
            screen.rows_added(loader, [row.cluster.cluster_id])
            screen.rows_renewed(loader, [row.cluster.cluster_id])
            screen.renew(row.connection, row.cluster)
            screen.connected(loader)
            screen.backups_known(row.connection)
            screen._known_anew(row.key)
            screen._findings_changed([row.key])
            screen._caller_known(row.connection)
            screen._show_together()
            screen._show_footer()
            screen._highlighted()
            screen.status_changed()
            screen.show_notices(())
            screen.details.on_descendant_blur()
            screen.details.on_resize()
            screen.forget(row.connection, row.cluster.cluster_id)
            drawn.append(type(going).__name__)

        for kind in (DetailsPane, ClusterScreen):
            monkeypatch.setattr(kind, "on_unmount", draw, raising=False)
    assert drawn == ["DetailsPane", "ClusterScreen"]


@pytest.mark.in_parts
@pytest.mark.parametrize("size", part_of([(80, 24), (160, 30), (60, 16)]))
async def test_a_tab_is_chosen_by_a_click_in_every_arrangement(sit, size):
    async with sit(size=size) as desk:
        if size[0] < 80:
            await desk.press("enter")
        for tab in TABS:
            region = desk.screen.query_one("TabLine").region
            lines = [line[region.x :] for line in desk.lines[region.y : region.bottom]]
            key = key_of(f"details.{tab.id}", {})
            (place,) = [
                (line.index(f" {key} ") + 1, y)
                for y, line in enumerate(lines)
                if f" {key} " in line
            ]
            await desk.pilot.click("TabLine", offset=place)
            await desk.rest()
            assert desk.screen.details.tab is tab, lines


class TestDialogs:
    async def test_of_changes_and_texts_are_as_wide_as_is_read_easily(self, sit, plane, cluster):
        async with sit(size=(160, 45)) as desk:
            await desk.press("e")
            await desk.sees("No changes were seen")
            assert desk.app.screen.query_one("#box").region.width == 76
            await desk.press("escape")
            await desk.put_cursor(cluster("legacy-tde"))
            await desk.press("ctrl+d")
            await desk.until(lambda: isinstance(desk.app.screen, ChangeDialog))
            box = desk.app.screen.query_one("#box")
            widths = {box.region.width}
            await desk.until(lambda: desk.app.screen.has_looked)
            await desk.rest()
            widths.add(box.region.width)
            assert widths == {110}
            await resize(desk, 90, 30)
            assert box.region.width == 90
            await desk.press("escape")
            await resize(desk, 160, 45)
            message = "The service is not able to answer, and that for a reason that takes a line"
            plane.script("DescribeClusters", Refuse("CloudHsmServiceException", message))
            await desk.press("r")
            await desk.settles()
            await desk.press("!")
            await desk.sees("Errors of this run")
            assert 76 < desk.app.screen.query_one("#box").region.width <= 110
            assert message in desk.text
