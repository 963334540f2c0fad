"""Notices: they cover nothing that is to be read or pressed, and none is lost."""

import math
from collections.abc import Iterator
from typing import Any

import pytest
from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Region
from textual.notifications import Notification
from textual.widget import Widget

from hsmtui.ui.dialogs.dialog import TextDialog
from hsmtui.ui.widgets.footer import Footer
from hsmtui.ui.widgets.notices import STYLES, NoticeArea, notice_lines, unbroken
from tests.parts import part_of

DIALOGS = {"delete": "ctrl+d", "tags": "t", "profiles": "P", "palette": "colon", "help": "?"}
SIZES = [(60, 16), (80, 24), (119, 40), (120, 40), (200, 50)]
PATH = f"/srv/triage/{'evidence/' * 12}cluster-7qsltqrczv5-20261121T170930Z.csv"
LONG = f"Wrote 25 clusters to {PATH}; 12 places have more."


def area_of(desk: Any) -> NoticeArea:
    return desk.screen.query_one(NoticeArea)


def toasts(desk: Any) -> list[str]:
    """The lines of the notices that are on the screen."""
    area = area_of(desk)
    return str(area.render()).replace("▌ ", "").split("\n") if area.display else []


async def open_dialog(desk: Any, key: str) -> None:
    await desk.press(key)
    await desk.until(lambda: len(desk.app.screen_stack) > 1)
    await desk.rest()


async def test_one_that_comes_while_a_dialog_is_open_waits(sit):
    async with sit(size=(120, 40)) as desk:
        for opened, key in DIALOGS.items():
            words = f"cluster-{opened}: it is deleted."
            await open_dialog(desk, key)
            desk.screen.change_flows.changes.tell(words)
            await desk.sees(words)  # in the frame
            assert toasts(desk) == [], opened
            await desk.press("escape")
            await desk.until(lambda words=words: toasts(desk) == [words], opened)
            (notice,) = desk.app._notifications
            assert 15 < notice.time_left <= 20
            desk.app.clear_notifications()
            await desk.until(lambda: toasts(desk) == [])


async def test_one_that_gives_way_to_a_dialog_comes_back_and_has_the_rest_of_its_time(sit):
    """It was read for a while: else it stays as long as somebody opens dialogs."""
    async with sit() as desk:
        desk.app.notify("It is written.", timeout=600)
        await desk.until(lambda: toasts(desk) == ["It is written."])
        (notice,) = desk.app.notices
        notice.raised_at -= 500
        for key in ("t", "P", "colon"):
            await open_dialog(desk, key)
            await desk.until(lambda: toasts(desk) == [], key)
            await desk.press("escape")
            await desk.until(lambda: toasts(desk) == ["It is written."], key)
            assert notice.time_left <= 100


async def test_one_about_a_record_or_a_key_is_told_in_the_dialog(sit, cluster):
    async with sit(poll_seconds=600) as desk:
        await desk.put_cursor(cluster("payments-prod-01"))
        await open_dialog(desk, "ctrl+d")
        await desk.until(lambda: desk.app.screen.has_looked)
        desk.screen.change_flows.changes._not_recorded(OSError("the disk is full"))
        await desk.sees("NOT RECORDED: the disk is full")
        assert toasts(desk) == []
        await desk.press("ctrl+c")
        await desk.sees("q quits, ctrl+q from anywhere.")
        assert toasts(desk) == []


async def test_one_that_a_dialog_overtakes_has_its_time_when_that_is_closed(sit):
    async with sit() as desk:
        desk.app.notify("Wait for me.")
        desk.app.push_screen(TextDialog("Help", Content("")))
        await desk.until(lambda: all(math.isinf(notice.raised_at) for notice in desk.app.notices))
        await desk.rest()
        assert toasts(desk) == []
        await desk.press("escape")
        await desk.until(lambda: toasts(desk) == ["Wait for me."])
        assert [2 < notice.time_left <= 3 for notice in desk.app.notices] == [True]
        area, bars = area_of(desk), []
        for severity in ("information", "error"):  # the same words as an error look like one
            area.show([Notification("It is written.", severity=severity)])
            area.fit(3)
            bars.append(area.content.spans[0].style)
        assert bars == [STYLES["information"], STYLES["error"]]


def to_be_seen(desk: Any) -> Iterator[tuple[str, Region]]:
    """What a notice must not cover: the lines of header, title and footer, what has the focus or
    can be pressed in the lines above, and the row under the cursor."""
    screen, table = desk.screen, desk.table
    for widget in (*screen.query("#header, #title, TabLine"), screen.query_one(Footer)):
        yield str(widget), widget.region
    if table.region and table.view:
        row = table.cursor - round(table.scroll_offset.y) + 1
        assert 0 < row < table.region.height
        yield "row", Region(table.region.x, table.region.y + row, table.region.width, 1)
    if (hsm := screen.details.hsm_id) is not None:
        y = next(y for y, line in enumerate(desk.lines) if hsm in line)
        yield "HSM", Region(0, y, desk.app.size.width, 1)
    if screen.focused is not None:
        body: Widget = screen.focused
        yield "focused", body.content_region if body is not table else Region()


@pytest.mark.in_parts
@pytest.mark.parametrize("size", part_of(SIZES), ids=str)
async def test_they_cover_nothing(sit, size):
    async with sit(size=size) as desk:
        for keys in (["G"], ["g"], ["2", "enter", "G"], ["escape", "escape"], ["G", "slash"]):
            await desk.press(*keys)
            desk.app.notify(LONG, severity="error", markup=False, timeout=600)
            desk.app.notify("Stopped waiting.", markup=False, timeout=600)
            await desk.until(lambda: "Stopped waiting." in toasts(desk))
            await desk.rest()
            hsm = desk.screen.details.hsm_id
            await desk.until(lambda there=hsm: there is None or desk.shows(there), "the HSM")
            area = area_of(desk)
            assert area.region.bottom == size[1] - 1
            covered = [what for what, region in to_be_seen(desk) if area.region.overlaps(region)]
            assert covered == [], desk.text
            assert any("0261121T170930Z.csv" in line for line in toasts(desk))
            assert all(len(line) <= size[0] for line in desk.lines)
            desk.app.clear_notifications()
            await desk.until(lambda: toasts(desk) == [])
            await desk.rest()
            assert not any(p.styles.padding for p in desk.screen.query("#list-pane, #details"))


@pytest.mark.in_parts
@pytest.mark.parametrize("size", part_of([(60, 16), (80, 24), (120, 40)]), ids=str)
async def test_none_stands_in_any_dialog(sit, size):
    keys = ("ctrl+d", "D", "t", "P", "R", "L", ":", "?", "!", "e", "C", "ctrl+p")
    async with sit(size=size) as desk:
        desk.app.notify(LONG, timeout=600, markup=False)
        for key in keys:
            await desk.until(lambda: toasts(desk))
            await desk.press(key)
            await desk.until(lambda: desk.app.has_dialog, key)
            await desk.rest()
            assert toasts(desk) == []
            desk.app.notify("And more.", timeout=600, severity="error")
            await desk.rest()
            assert toasts(desk) == []
            while desk.app.has_dialog:
                await desk.press("escape")


async def test_each_has_its_time_a_click_puts_them_away_and_they_can_be_read_again(sit):
    async with sit() as desk:
        desk.app.notify("Short.", timeout=0.05)
        desk.app.notify("Long.", timeout=600)
        await desk.until(lambda: toasts(desk) == ["Long."])
        await desk.rest()
        await desk.pilot.click(NoticeArea)
        await desk.until(lambda: not toasts(desk))
        assert not list(desk.app.notices)
        desk.app.notify(f"Wrote it to {unbroken('/a b/c')}", markup=False)
        desk.app.copy("what was copied")
        await desk.press("exclamation_mark")
        await desk.sees("Notices", "Wrote it to /a b/c")
        assert not desk.shows("what was copied")


def lines_of(*messages: str, width: int = 40, most: int = 6) -> list[str]:
    notices = [Notification(message) for message in messages]
    return [line.plain[2:] for line in notice_lines(notices, width, most)]


def test_a_path_stays_on_one_line():
    assert lines_of(f"Wrote it to {unbroken('/srv/a folder/rows.csv')}.", width=30) == [
        "Wrote it to",
        "/srv/a folder/rows.csv.",
    ]
    shown = lines_of(f"Wrote it to {PATH}", width=60)
    assert shown[0] == "Wrote it to"
    assert (shown[1][:12], shown[1][-9:], len(shown[1])) == ("/srv/triage/", "0930Z.csv", 58)


def test_the_newest_have_the_room():
    assert lines_of("one", "two", "three", most=2) == ["two", "three"]
    assert lines_of("one", "a\nb\nc\nd", most=3) == ["a", "b", "…"]


def test_what_is_said_again_stands_once_where_it_was_said_last():
    assert lines_of("one", "two", "one") == ["two", "one"]
    worse = [Notification("one"), Notification("one", severity="error")]
    assert len(notice_lines(worse, 40, 6)) == 2


def test_a_title_stands_before_its_words_where_both_fit():
    notice = Notification("cluster-7qsltqrczv5", title="Sent")
    assert [line.plain for line in notice_lines([notice], 40, 3)] == ["▌ Sent: cluster-7qsltqrczv5"]
    assert [line.plain for line in notice_lines([notice], 22, 3)] == [
        "▌ Sent",
        "▌ cluster-7qsltqrczv5",
    ]


def test_wide_letters_take_more_lines_and_none_is_cut():
    words = " ".join(["鍵の保管"] * 12)
    notice = Notification(words, "", "information", 5)
    shown = [line.plain[2:] for line in notice_lines([notice], 40, 12)]
    assert " ".join(shown) == words
    assert all(cell_len(line) <= 38 for line in shown)
