"""The fleet at a glance: what it counts, how it follows what comes, and what a bar filters by."""

from typing import Any

import msgspec
import pytest
from textual.geometry import Offset

from hsmtui.config.settings import Flags
from hsmtui.fleet.fleet import PlaceState
from hsmtui.fleet.listing import Sort, View
from hsmtui.ui.dialogs.overview import OverviewDialog
from hsmtui.ui.widgets.bars import OverviewBars
from tests.documents import cluster, document, place
from tests.scripted import Gate
from tests.ui.conftest import HERE, PATIENCE, Desk
from tests.ui.test_recorded import Open, open_recorded, open_saved

__all__ = ["open_recorded", "open_saved"]

MANY_PLACES = Flags(
    profiles=("demo", "demo-staging", "demo-payments", "demo-gov", "demo-auditor", "demo-denied"),
    regions=("us-east-1", "us-west-2", "us-gov-*", "eu-*-1", "ap-southeast-1"),
)


async def glance(desk: Desk) -> OverviewDialog:
    await desk.press("o")
    await desk.until(lambda: isinstance(desk.app.screen, OverviewDialog), "the overview")
    dialog = desk.app.screen
    assert isinstance(dialog, OverviewDialog)
    await desk.until(lambda: dialog._counted is not None)
    await desk.rest()
    return dialog


def bars(desk: Desk) -> OverviewBars:
    return desk.app.screen.query_one(OverviewBars)


def heading(desk: Desk) -> str:
    return str(desk.app.screen.query_one("#box").border_title)


def chosen(desk: Desk) -> tuple[str, str]:
    """The section and the bar under the cursor."""
    section, bar = bars(desk).chosen_section, bars(desk).chosen
    assert section is not None
    assert bar is not None
    return section.title, bar.label


async def go_to(desk: Desk, title: str, label: str) -> None:
    await desk.press("home")
    for _ in range(200):
        if chosen(desk) == (title, label):
            return
        await desk.press("down")
    raise AssertionError(f"there is no {title}: {label}")


async def all_known(desk: Desk) -> None:
    """All pages have come, and all that can be found is."""
    await desk.press("M")
    await desk.until(lambda: desk.screen.fleet.extent.is_whole, "all pages")
    await desk.settles()
    backups = desk.screen.region_backups
    await desk.until(lambda: not backups._is_reading and backups._next() is None, "backups")
    await desk.until(lambda: not any(e.due for e in desk.screen.fleet.listings), "findings")
    await desk.rest()


def check_each_bar(desk: Desk, dialog: OverviewDialog) -> int:
    """Each bar counts the rows that its filter shows; how many bars there are."""
    counted = dialog._counted
    assert counted is not None
    checked = 0
    for section in counted.sections:
        for bar in section.bars:
            view = View(desk.screen.fleet.shown, counted.query_of(bar), Sort())
            assert bar.number == len(view), (section.title, bar)
            checked += 1
        if section.is_partition:
            assert sum(bar.number for bar in section.bars) == counted.clusters, section.title
    return checked


class TestNumbers:
    async def test_are_those_of_the_rows_that_a_bar_shows(self, sit):
        async with sit(read_backups=True, size=(80, 24)) as desk:
            await all_known(desk)
            asked = len(desk.plane.requests)
            dialog = await glance(desk)
            assert heading(desk) == "312 clusters"
            titles = {section.title for section in dialog._counted.sections}
            assert titles == {
                *("state", "worst finding", "findings by rule", "certificates end"),
                *("newest backup", "zones"),
            }
            assert check_each_bar(desk, dialog) > 40
            told = {s.title: {b.label: b.number for b in s.bars} for s in dialog._counted.sections}
            assert told["certificates end"]["ended"] > 9
            assert told["certificates end"]["not read"] == 1
            assert told["newest backup"].keys() == {"< 26h", "older", "none"}
            assert len(desk.plane.requests) == asked
            await go_to(desk, "worst finding", "critical")
            number = bars(desk).chosen.number
            assert f"worst finding: critical · {number} clusters" in desk.widget("#bar-now")
            await desk.press("enter")
            await desk.settles()
            assert f"clusters ({number} of 312, filter: severity:=critical)" in desk.title
            assert len(desk.rows) == number
            assert desk.table.has_focus

    async def test_are_those_of_all_places(self, sit):
        """Of many regions of the profiles of the demo that need no sign-in, some of which fail."""
        async with sit(flags=MANY_PLACES, size=(200, 50), wait=False) as desk:
            fleet = desk.screen.fleet

            def has_arrived() -> bool:
                states = {fleet.state_of(each) for each in fleet.loaders}
                return PlaceState.COMING not in states and not fleet.doing

            await desk.until(has_arrived, "all places")
            await desk.until(lambda: not any(e.due for e in fleet.listings), "findings")
            await desk.settles()
            dialog = await glance(desk)
            extent = fleet.extent
            words = f"{extent.loaded}+ clusters in {extent.read} of {extent.places} places, "
            assert heading(desk).startswith(words)
            assert heading(desk).endswith("more not loaded")
            titles = [section.title for section in dialog._counted.sections]
            assert titles[-3:] == ["accounts", "regions", "profiles"]
            assert check_each_bar(desk, dialog) > 80
            assert len(bars(desk)._columns) in {2, 3, 4}
            assert bars(desk).max_scroll_y == 0
            await go_to(desk, "accounts", "2222-2222-2222")
            number = bars(desk).chosen.number
            await desk.press("enter")
            await desk.until(lambda: len(desk.rows) == number)
            assert {row_account(desk, at) for at in range(number)} == {"222222222222"}


def row_account(desk: Desk, at: int) -> str | None:
    view = desk.table.view
    assert view is not None
    return view[at].connection.account


class TestWhatComes:
    async def test_is_counted_and_the_cursor_stays_on_its_bar(self, sit, plane):
        del plane.clusters(*HERE)[80:]
        async with sit() as desk:
            await glance(desk)
            assert heading(desk) == "25+ clusters, more not loaded"
            assert "M loads all" in desk.app.screen.query_one("#box")._border_subtitle.plain
            await go_to(desk, "worst finding", "high")
            number = bars(desk).chosen.number
            await desk.press("m")
            await desk.until(lambda: heading(desk) == "50+ clusters, more not loaded")
            await desk.press("M")
            await desk.until(lambda: heading(desk) == "80 clusters")
            assert chosen(desk) == ("worst finding", "high")
            assert bars(desk).chosen.number > number
            assert "M loads all" not in desk.app.screen.query_one("#box")._border_subtitle.plain
            await desk.press("escape")
            assert desk.title.startswith("clusters (80)")

    async def test_is_counted_once_a_second_however_much_comes(self, sit, monkeypatch):
        async with sit() as desk:
            await glance(desk)
            counts: list[int] = []
            count = desk.screen.overview_now
            monkeypatch.setattr(desk.screen, "overview_now", lambda: counts.append(1) or count())
            shown = []
            monkeypatch.setattr(OverviewBars, "show", lambda self, sections: shown.append(1))
            for _ in range(50):
                desk.screen._show_severities()
            await desk.until(lambda: counts, "counted")
            await desk.rest()
            monkeypatch.setattr("hsmtui.ui.dialogs.overview.APART", 3600.0)
            for _ in range(50):
                desk.screen._show_severities()
                await desk.rest()
            assert len(counts) == 1
            assert shown == []  # nothing differs

    async def test_while_the_list_is_watched_is_counted_too(self, sit, cluster, clock):
        async with sit(refresh_seconds=5) as desk:
            await desk.press("w")
            dialog = await glance(desk)

            def degraded() -> int:
                states = dialog._counted.sections[0].bars
                return sum(bar.number for bar in states if bar.label == "DEGRADED")

            before = degraded()
            cluster("legacy-tde").state = "DEGRADED"
            clock.advance(60)
            await desk.until(lambda: degraded() == before + 1, "one more")

    async def test_of_backups_goes_on_behind_it(self, sit, plane):
        gate = Gate()
        plane.script("DescribeBackups", gate)
        async with sit(read_backups=True, read_timeout=PATIENCE) as desk:
            dialog = await glance(desk)
            await desk.until(lambda: desk.asked("DescribeBackups"))
            await go_to(desk, "newest backup", "not read")
            assert chosen(desk) == ("newest backup", "not read")
            gate.release()

            def are_read() -> bool:
                return any(b.label == "< 26h" for s in dialog._counted.sections for b in s.bars)

            await desk.until(are_read, "backups")
            check_each_bar(desk, dialog)

    async def test_when_nothing_has_come_is_nothing(self, sit, plane):
        gate = Gate()
        plane.script("DescribeClusters", gate)
        async with sit(wait=False) as desk:
            await desk.until(lambda: desk.under_way)
            await glance(desk)
            assert heading(desk) == "0+ clusters, more not loaded"
            assert "Nothing is loaded." in desk.text
            await desk.press("enter", "down", "end")
            assert len(desk.app.screen_stack) == 2
            gate.release()
            await desk.until(lambda: heading(desk) == "25+ clusters, more not loaded")
            assert chosen(desk)[0] == "state"


class TestUnderAFilter:
    async def test_all_that_is_loaded_is_counted_and_another_bar_replaces_it(self, sit):
        async with sit(query="name:payments") as desk:
            await glance(desk)
            assert heading(desk) == "25+ clusters, more not loaded"
            await go_to(desk, "state", "DEGRADED")
            await desk.press("enter")
            await desk.settles()
            assert "filter: state:DEGRADED" in desk.title
            await glance(desk)  # under a filter of the service more is not loaded behind it
            assert heading(desk) == "25+ clusters, more not loaded"
            asked = len(desk.asked())
            await desk.press("M")
            await desk.sees("without the filter there may be more")
            assert len(desk.asked()) == asked

    async def test_of_the_service_what_it_has_chosen_is_said_and_kept(self, sit):
        async with sit(query="state:active name:payments") as desk:
            dialog = await glance(desk)
            assert heading(desk) == "25+ clusters, filter: state:active, more not loaded"
            check_each_bar(desk, dialog)
            await go_to(desk, "worst finding", "high")
            number = bars(desk).chosen.number
            await desk.press("enter")
            await desk.settles()
            assert f"clusters ({number} of 25+, filter: state:active severity:=high)" in desk.title


class TestMoving:
    async def test_scrolls_and_stays_whatever_the_size(self, sit):
        async with sit(size=(60, 16)) as desk:
            await glance(desk)
            assert chosen(desk)[0] == "state"
            seen = [chosen(desk)]
            while True:
                await desk.press("j")
                if chosen(desk) == seen[-1]:
                    break
                seen.append(chosen(desk))
                assert any(line.lstrip("│ ").startswith("▌") for line in desk.lines), seen[-1]
            assert len(set(seen)) == len(seen) > 30
            await desk.press("g")
            assert chosen(desk) == seen[0]
            assert desk.shows("state")
            await desk.press("pagedown", "pageup", "ctrl+f", "k")
            at = chosen(desk)
            for size in ((200, 50), (40, 8), (30, 4), (119, 40), (80, 24)):
                await desk.pilot.resize_terminal(*size)
                await desk.rest()
                assert chosen(desk) == at
                assert "▌" in desk.text or size[1] < 5

    async def test_goes_from_column_to_column_and_a_click_on_a_bar_filters_by_it(self, sit):
        async with sit(size=(200, 50)) as desk:
            await glance(desk)
            first = chosen(desk)
            await desk.press("right")
            assert chosen(desk)[0] not in {first[0], "worst finding"}
            await desk.press("left", "left")
            assert chosen(desk) == first
            widget = bars(desk)
            spot = next(s for s in widget._spots if widget._line(s).bar.label == "CERT-EXPIRY")
            line = next(y for y, text in enumerate(desk.lines) if "CERT-EXPIRY" in text)
            x = desk.lines[line].index("CERT-EXPIRY")
            assert spot.line == line - 1
            await desk.pilot.click(offset=Offset(x, 1))
            assert len(desk.app.screen_stack) == 2  # a heading is none, and a bar beside it is not
            await desk.pilot.click(offset=Offset(x, line))
            await desk.until(lambda: not desk.app.has_dialog)
            await desk.settles()
            assert "filter: finding:=CERT-EXPIRY" in desk.title
            await desk.app._press_keys(["o", "down", "enter"])  # keys typed at once are for it
            await desk.until(lambda: desk.title.count("filter: state:"), "the filter")

    @pytest.mark.parametrize("keys", [{"move.down": "f7", "list.all_pages": "f8"}])
    async def test_follows_the_keys_of_the_user(self, sit, keys):
        async with sit(keys=keys) as desk:
            await glance(desk)
            first = chosen(desk)
            assert "f8 loads all" in desk.app.screen.query_one("#box")._border_subtitle.plain
            await desk.press("f7")
            assert chosen(desk) != first


async def test_of_a_file_it_has_the_time_of_the_file(open_recorded: Open) -> None:
    async with open_recorded({"NextToken": "more"}) as desk:
        dialog = await glance(desk)
        assert heading(desk) == "3+ clusters, more not loaded, file of 2026-01-02 03:04 UTC"
        labels = {s.title: [bar.label for bar in s.bars] for s in dialog._counted.sections}
        assert labels["certificates end"][0] == "Jan 2026"
        assert labels["newest backup"] == ["not read"]
        check_each_bar(desk, dialog)
        await desk.press("M")
        await desk.sees("Opened from a file")
        await go_to(desk, "zones", "eu-west-1a")
        await desk.press("enter")
        await desk.until(lambda: "filter: az:=eu-west-1a" in desk.title)
        assert len(desk.rows) == 3


async def test_of_a_check_that_was_saved_it_has_the_backups_and_certificates(
    open_saved: Open,
) -> None:
    known: dict[str, Any] = {"State": "ACTIVE", "Hsms": []}
    inventory = tuple(
        cluster(f"cluster-{n}", cluster={"ClusterId": f"cluster-{n}", **known}, **more)
        for n, more in enumerate([{}, {"backups": None, "newest_backup": None}])
    )
    saved = document(places=(place(clusters=2),), inventory=inventory, unchecked=())
    async with open_saved(msgspec.json.encode(saved)) as desk:
        dialog = await glance(desk)
        told = {s.title: {b.label: b.number for b in s.bars} for s in dialog._counted.sections}
        assert sum(told["newest backup"].values()) == 2
        assert told["newest backup"]["not read"] == 1
        check_each_bar(desk, dialog)
