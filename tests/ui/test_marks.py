"""Marked rows: which they are, whatever is in view, and that nobody overlooks them."""

from typing import Any

from textual import events

from hsmtui.config.settings import Flags
from hsmtui.model.filter.query import parse
from hsmtui.ui.terminal.type_ahead import BLIND
from hsmtui.ui.theme import MARK
from hsmtui.ui.widgets.cluster_table import MARK_STYLE
from tests.scripted import Gate
from tests.ui.conftest import HERE, Desk

PAYMENTS = "name:payments-prod"


def marked(desk: Desk) -> list[str]:
    """The ids of the marked rows, in the order of the list."""
    return [row.cluster.cluster_id for row in desk.screen._marked_rows]


def drawn(desk: Desk) -> list[str]:
    """The ids of the rows before which a mark is drawn."""
    lines = (line[:40] for line in desk.lines if line[1:2] == MARK)
    return [line[2:].split()[0] for line in lines]


def take_away(desk: Desk, cluster_id: str) -> None:
    clusters = desk.plane.place(*HERE).clusters
    clusters[:] = [c for c in clusters if c.cluster_id != cluster_id]


async def filter_by(desk: Desk, text: str) -> None:
    desk.screen.list_pane.apply(parse(text))
    await desk.settles()


class TestMarking:
    async def test_goes_on_to_the_next_row_and_says_how_many_are_marked(self, sit):
        async with sit() as desk:
            await desk.press("slash", "a", "space", "equals_sign")  # no command, but text
            assert desk.app.focused.value == "a ="
            assert marked(desk) == []
            assert len(desk.app.screen_stack) == 1
            await desk.press("escape")
            first, second, third = desk.rows[:3]
            await desk.press("space", "space")
            assert desk.current == third
            assert marked(desk) == drawn(desk) == [first, second]
            assert "clusters (25+)   2 marked" in desk.title
            await desk.press("up")
            assert desk.lines[desk.table.region.y + 2].startswith(f"▌{MARK}{second}")
            await desk.press("space")
            assert marked(desk) == drawn(desk) == [first]
            assert "1 marked" in desk.title

    async def test_stays_on_the_last_row_and_in_the_details_and_redraws_one_row_more_than_a_move(
        self, sit, monkeypatch
    ):
        async with sit(query=PAYMENTS) as desk:
            await desk.until(lambda: desk.rows)
            await desk.press("G", "space")
            assert desk.current == desk.rows[-1]
            await desk.press("g", "enter", "space")
            assert desk.current == desk.rows[0]
            assert marked(desk) == [desk.rows[0], desk.rows[-1]]
            refreshed: list[Any] = []
            monkeypatch.setattr(
                desk.table, "refresh", lambda *regions, **_: refreshed.extend(regions)
            )
            desk.screen.action_mark()
            assert refreshed
            assert all(region.height == 1 for region in refreshed)

    async def test_by_a_click_with_a_modifier_is_of_the_row_that_was_clicked(self, sit):
        """Also where the cursor has gone on before the screen hears of the click."""
        async with sit() as desk:
            table = desk.table
            for modifier in ("control", "shift"):
                for line in (3, 1):
                    await desk.pilot.click("#table", offset=(5, line), **{modifier: True})
                    await desk.rest()
                await desk.pilot.click("#table", offset=(5, 5))
                await desk.rest()
                assert marked(desk) == [desk.rows[0], desk.rows[2]], modifier
                assert desk.current == desk.rows[4]
                await desk.press("escape")
                assert marked(desk) == []
            table.on_click(events.Click(table, 5, 3, 0, 0, 1, True, False, False))
            table.move("down")
            await desk.rest()
            assert marked(desk) == [desk.rows[2]]
            assert desk.current == desk.rows[3]

    async def test_is_seen_without_colours(self, sit):
        """A sign that every terminal has, and no colour."""
        assert MARK.isascii()
        assert MARK_STYLE.color is MARK_STYLE.bgcolor is None
        async with sit(start={"no_color": True, "ascii_only": True}) as desk:
            await desk.press("space", "up")
            assert desk.table._row_segments(0, 80)[0].text.startswith(f"▌{MARK}")


class TestMarks:
    async def test_survive_sorting_filtering_refresh_and_further_pages(self, sit, cluster):
        async with sit() as desk:
            await desk.put_cursor(cluster("legacy-tde"))
            await desk.press("space")
            await desk.put_cursor(cluster("payments-prod"))
            await desk.press("space")
            both = {cluster(name).cluster_id for name in ("legacy-tde", "payments-prod")}
            await desk.press("s", "S", "m", "r")
            await desk.settles()
            assert set(marked(desk)) == both
            assert "2 marked" in desk.title
            await filter_by(desk, PAYMENTS)
            assert "2 marked, 1 not in view" in desk.title
            assert drawn(desk) == [cluster("payments-prod").cluster_id]
            assert set(marked(desk)) == both
            await filter_by(desk, f"id:{cluster('hsm-retiring').cluster_id}")
            assert "2 marked, 2 not in view" in desk.title
            await filter_by(desk, "")
            assert "not in view" not in desk.title
            assert set(marked(desk)) == both

    async def test_go_with_their_clusters_and_are_those_as_they_are_now(self, sit, cluster):
        async with sit() as desk:
            first, second, third = desk.rows[:3]
            await desk.press("space", "space", "space")
            take_away(desk, second)
            next(c for c in desk.plane.clusters(*HERE) if c.cluster_id == third).state = "DEGRADED"
            await desk.press("r")
            await desk.until(lambda: second not in desk.rows)
            await desk.settles()
            assert marked(desk) == [first, third]
            assert "2 marked" in desk.title
            desk.screen.forget(desk.table.row.connection, first)
            await desk.rest()
            assert marked(desk) == [third]
            assert "1 marked" in desk.title
            (row,) = desk.screen._marked_rows
            assert row.cluster.state == "DEGRADED"
            desk.screen._places.go("demo", "us-west-2")  # another place has no marks
            await desk.until(lambda: desk.rows)
            await desk.settles()
            assert marked(desk) == drawn(desk) == []
            assert "marked" not in desk.title

    async def test_go_with_one_that_went_while_it_was_not_in_view(self, sit, cluster):
        async with sit("demo-staging") as desk:
            gone, *_ = desk.rows
            await desk.press("space")
            await filter_by(desk, "state:DELETED")
            assert "1 marked, 1 not in view" in desk.title
            clusters = desk.plane.place("222222222222", "eu-central-1").clusters
            clusters[:] = [c for c in clusters if c.cluster_id != gone]
            await filter_by(desk, "")
            await desk.press("r")
            await desk.settles()
            assert gone not in desk.rows
            assert "marked" not in desk.title

    async def test_of_places_that_are_left_out_stay(self, sit):
        flags = Flags(profiles=("demo-staging",), regions=("eu-central-1", "eu-west-1"))
        async with sit(flags=flags) as desk:
            await desk.until(lambda: desk.screen.fleet.extent.read == 2)
            await desk.settles()
            await desk.press("space", "G", "space")
            ids = marked(desk)
            assert len(ids) == 2
            desk.screen.look_at(desk.screen.fleet.loaders[:1])
            await desk.settles()
            assert "2 marked, 1 not in view" in desk.title
            assert marked(desk) == ids
            desk.screen.look_at(desk.screen.fleet.everywhere)
            await desk.settles()
            assert "2 marked" in desk.title
            assert "not in view" not in desk.title

    async def test_that_has_just_gone_is_not_another_row(self, sit, clock):
        async with sit() as desk:
            gone = desk.rows[2]
            await desk.put_cursor(gone)
            await desk.press("space", "g")
            take_away(desk, gone)
            await desk.press("r")
            await desk.until(lambda: gone not in desk.rows, "a list without it")
            for key in ("t", "H"):
                desk.app.clear_notifications()
                await desk.press(key)
                said = f"The marked row has gone: {gone}. Nothing was done."
                assert said in desk.notifications, key
                assert not desk.app.has_dialog
                clock.advance(BLIND.total_seconds())  # so soon a key would be for a dialog
            clock.advance(2)
            assert desk.screen._row_without_marks().cluster.cluster_id == desk.current

    async def test_are_taken_away_by_escape_after_waiting_and_before_the_filter(self, sit):
        async with sit(query=PAYMENTS) as desk:
            await desk.until(lambda: desk.rows)
            await desk.press("space", "space")
            gate = Gate()
            desk.plane.script("DescribeClusters", gate)
            await desk.press("r")
            await desk.until(lambda: desk.screen.fleet.doing)
            await desk.press("escape")
            assert "Stopped waiting" in desk.notifications
            gate.release()
            await desk.settles()
            assert len(marked(desk)) == 2
            await desk.press("enter", "escape")
            assert len(marked(desk)) == 2, "escape leaves the details"
            await desk.press("escape")
            assert "Unmarked 2 rows." in desk.notifications
            assert marked(desk) == drawn(desk) == []
            assert desk.screen.list_pane.applied.text == PAYMENTS
            await desk.press("escape")
            assert not desk.screen.list_pane.applied

    async def test_outlive_a_filter_that_nothing_matches(self, sit):
        """What stands in the empty table says that escape drops the filter."""
        async with sit(size=(60, 16)) as desk:
            await filter_by(desk, "!name:a-name-that-is-so-long-that-no-title-has-room-for-it")
            await desk.press("space")
            assert " 1 marked" in desk.lines[1]  # in sight in a short title
            assert "…" in desk.lines[1]
            await filter_by(desk, "name:nobody-has-this")
            assert desk.rows == []
            await desk.press("escape")
            assert not desk.screen.list_pane.applied
            assert len(marked(desk)) == 1
