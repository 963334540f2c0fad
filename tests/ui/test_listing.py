"""What is asked for when: the first page, further pages, filters, refresh and failures."""

import pytest
from textual.screen import Screen
from textual.widgets import Input

from hsmtui.aws.connect import open_places
from hsmtui.aws.connection import Connection
from hsmtui.ui.app import HsmtuiApp
from hsmtui.ui.main.first_page import CallerLookup
from hsmtui.ui.main.screen import ClusterScreen
from hsmtui.ui.widgets.cluster_table import ClusterTable
from hsmtui.ui.widgets.filter_bar import FilterBar
from tests.parts import part_of
from tests.scripted import Gate, Refuse, ScriptedPlane, reply_json

HERE = ("111111111111", "us-east-1")
DESCRIBE = "DescribeClusters"


def listed(plane: ScriptedPlane) -> list[str]:
    return [cluster.cluster_id for cluster in plane.place(*HERE).listed()]


class TestPages:
    async def test_one_request_before_the_first_scroll_and_the_next_near_the_end(self, sit, plane):
        async with sit() as desk:
            assert desk.asked() == [{"MaxResults": 25}]
            assert "clusters (25+)" in desk.title
            assert desk.rows == listed(plane)[:25]
            await desk.sees(*(cluster_id for cluster_id in desk.rows[:5]), "payments-prod-01")
            await desk.put_cursor(desk.rows[18])
            await desk.settles()
            assert len(desk.asked()) == 1
            await desk.press("down")
            await desk.until(lambda: len(desk.rows) == 50)
            await desk.settles()
            assert len(desk.asked()) == 2
            assert desk.rows.index(desk.current) == 19

    async def test_a_page_that_does_not_fill_the_view_is_followed(self, sit):
        async with sit(size=(80, 50)) as desk:
            await desk.until(lambda: len(desk.rows) == 50)
            await desk.settles()
            assert len(desk.asked()) == 2
        async with sit(page_size=4) as desk:
            visible = desk.table.size.height - 1
            await desk.until(lambda: len(desk.rows) >= visible + 5)
            await desk.settles()
            assert len(desk.rows) < visible + 5 + 4 + 4
            assert {request["MaxResults"] for request in desk.asked()[2:]} == {4}

    async def test_one_at_a_time_with_a_sign_while_it_comes(self, sit, plane):
        async with sit() as desk:
            gate = Gate()
            plane.script(DESCRIBE, gate, call=1)
            await desk.press("G")
            await desk.sees("loading page 2")
            await desk.until(lambda: desk.under_way, "the request")
            await desk.press("up", "down", "G", "m", "m")
            assert len(desk.under_way) == 1
            gate.release()
            await desk.until(lambda: len(desk.rows) == 50)
            await desk.until(lambda: "loading" not in desk.title)
            await desk.settles()
            before = desk.rows  # a refresh that a repeated token ends keeps the rows
            first = [{"ClusterId": cluster_id, "Hsms": []} for cluster_id in before[:25]]
            plane.script(DESCRIBE, reply_json({"Clusters": first, "NextToken": "again"}))
            await desk.press("r")
            await desk.until(lambda: "a second time" in desk.notice)
            assert desk.rows == before

    async def test_a_token_that_repeats_ends_it_with_an_error(self, sit, plane):
        same = {"Clusters": [{"ClusterId": "one"}], "NextToken": "same"}
        plane.script(DESCRIBE, reply_json(same))
        async with sit() as desk:
            assert len(desk.asked()) == 2
            assert "clusters (1+)" in desk.title
            assert "token" in desk.notice


class TestFailures:
    async def test_of_a_page_keep_the_rows_and_m_tries_again(self, sit, plane):
        async with sit() as desk:
            plane.script(DESCRIBE, Refuse("ThrottlingException", "Slow down."), call=1)
            await desk.press("G")
            await desk.until(lambda: "Slow down." in desk.notice)
            assert len(desk.rows) == 25
            assert "throttling" in desk.notice
            await desk.press("up", "G")
            await desk.settles()
            assert len(desk.asked()) == 2
            await desk.press("m")
            await desk.until(lambda: len(desk.rows) == 50)
            assert desk.notice == ""
            assert desk.asked()[1] == desk.asked()[2]
            assert desk.rows == listed(plane)[:50]

    async def test_of_the_first_page_stand_in_the_table(self, sit, plane):
        plane.script(DESCRIBE, Refuse("AccessDeniedException", "Computer says no."), call=1)
        async with sit(wait=False) as desk:
            await desk.sees("Not allowed", "Computer says no.", "cloudhsm:DescribeClusters")
            await desk.sees(desk.app.errors[0].request_id)
            await desk.press("r")
            await desk.until(lambda: len(desk.rows) == 25)
            await desk.press("!")
            await desk.sees("Computer says no.", DESCRIBE, desk.app.errors[0].request_id)

    async def test_to_connect_are_tried_again(self, sit, tmp_path, place_url):
        config = tmp_path / "aws" / "config"
        whole = config.read_text()
        config.write_text("[profile demo]\nregion = us-east-1\n")
        async with sit(wait=False) as desk:
            await desk.sees("No credentials")
            config.write_text(whole)
            await desk.press("r")
            await desk.until(lambda: len(desk.rows) == 25)

    async def test_are_kept_and_ctrl_c_gives_up_waiting_and_says_how_to_leave(self, sit, plane):
        async with sit() as desk:
            plane.script(DESCRIBE, Refuse("ThrottlingException"), Refuse("x"), call=1)
            await desk.press("m")
            await desk.until(lambda: desk.notice)
            (error,) = desk.app.errors
            await desk.press("!")
            await desk.sees("UTC", DESCRIBE, error.request_id, "throttling")
            await desk.press("escape")
            assert len(desk.app.screen_stack) == 1
            gate = Gate()
            plane.script(DESCRIBE, gate, call=1)
            await desk.press("m")
            await desk.sees("loading page 2")
            await desk.until(lambda: desk.under_way, "the request")
            await desk.press("ctrl+c")
            await desk.until(lambda: "loading" not in desk.title)
            await desk.until(lambda: "q quits" in desk.notifications)
            gate.release()
            await desk.settles()
            assert len(desk.rows) == 25
            await desk.press("m")
            await desk.until(lambda: len(desk.rows) == 50)


class TestFilters:
    async def test_of_the_service_are_sent_and_page_with_it(self, sit, plane):
        expected = [c.cluster_id for c in plane.place(*HERE).listed() if c.state == "ACTIVE"]
        async with sit() as desk:
            await desk.press("slash")
            await desk.type("state:active")
            assert len(desk.asked()) == 1
            await desk.press("enter")
            await desk.until(lambda: len(desk.asked()) == 2)
            await desk.settles()
            assert desk.rows == expected[:25]
            await desk.press("m")
            await desk.until(lambda: len(desk.rows) == 50)
            assert desk.rows == expected[:50]
            assert [r["Filters"] for r in desk.asked()[1:]] == [{"states": ["ACTIVE"]}] * 2
            assert "NextToken" in desk.asked()[2]
            assert "state:active" in desk.title

    async def test_at_the_start_go_with_the_first_request(self, sit):
        async with sit(query="state:DEGRADED") as desk:
            assert desk.asked()[0]["Filters"] == {"states": ["DEGRADED"]}
            assert "DEGRADED" in desk.title

    async def test_on_loaded_rows_load_nothing_by_themselves(self, sit, plane):
        del plane.clusters(*HERE)[80:]
        async with sit() as desk:
            await desk.press("slash", "p", "a", "y", "m")
            await desk.until(lambda: 0 < len(desk.rows) < 25)
            narrowed = len(desk.rows)
            assert f"clusters ({narrowed} of 25+, filter: paym)" in desk.title
            await desk.press("enter", "down", "G", "pagedown")
            await desk.settles()
            assert len(desk.asked()) == 1
            await desk.press("m")
            await desk.until(lambda: "of 50+" in desk.title)
            assert len(desk.rows) >= narrowed
            await desk.press("M")
            await desk.until(lambda: "of 80," in desk.title)
            assert all("Filters" not in request for request in desk.asked())

    async def test_with_an_unknown_key_or_without_a_match_say_so(self, sit):
        async with sit() as desk:
            before = desk.rows
            await desk.press("slash")
            await desk.type("stat:ACTIVE")
            await desk.sees('unknown key "stat:"', "state")
            await desk.press("enter")
            await desk.settles()
            assert desk.rows == before
            assert len(desk.asked()) == 1
            await desk.type("name:hsm")
            assert desk.rows != before
            await desk.until(lambda: "unknown key" not in desk.text)
            await desk.type("no such cluster")
            await desk.press("enter")
            await desk.sees("No cluster matches no such cluster", "esc drops")

    async def test_escape_restores_what_applied_before(self, sit):
        async with sit() as desk:
            whole = desk.rows
            await desk.press("slash")
            await desk.type("state:ACTIVE")
            await desk.press("enter")
            await desk.until(lambda: len(desk.asked()) == 2)
            await desk.settles()
            filtered = desk.rows
            await desk.press("slash")
            await desk.type("nothing like this")
            await desk.until(lambda: desk.rows == [])
            await desk.press("escape")
            await desk.until(lambda: desk.rows == filtered)
            assert "state:ACTIVE" in desk.title
            await desk.press("escape")
            await desk.until(lambda: desk.rows == whole)
            assert "clusters (25+)" in desk.title
            assert len(desk.asked()) == 2

    async def test_that_fail_keep_what_was_listed(self, sit, plane):
        async with sit() as desk:
            before = desk.rows
            plane.script(DESCRIBE, Refuse("ThrottlingException"), call=1)
            await desk.press("slash")
            await desk.type("vpc:vpc-00000000")
            await desk.press("enter")
            await desk.until(lambda: desk.app.errors)
            await desk.settles()
            await desk.press("escape")
            await desk.until(lambda: desk.rows == before)
            await desk.press("slash", "p", "a", "y", "m")
            await desk.until(lambda: 0 < len(desk.rows) < 25)
            narrowed, asked = desk.rows, len(desk.asked())
            desk.screen.action_refresh_list()  # which keeps what is being typed
            await desk.until(lambda: len(desk.asked()) == asked + 1)
            await desk.settles()
            assert desk.rows == narrowed
            await desk.press("slash", "b")  # which is text in the line
            assert desk.screen.query_one(FilterBar).query_one(Input).value == "paym/b"


class TestRefresh:
    async def test_keeps_cursor_scroll_and_sort(self, sit, plane, cluster):
        async with sit() as desk:
            await desk.press("G")
            await desk.until(lambda: len(desk.rows) == 50)
            await desk.press("s", "c", "up", "up")
            await desk.settles()
            at, top, rows = desk.current, desk.table.scroll_offset.y, desk.rows
            asked = len(desk.asked())
            changed = cluster("payments-prod-01")
            changed.state = "DEGRADED"
            await desk.press("r")
            await desk.until(lambda: len(desk.asked()) == asked + 2)
            await desk.settles()
            assert (desk.current, desk.table.scroll_offset.y, desk.rows) == (at, top, rows)
            view = desk.table.view
            state = view[rows.index(changed.cluster_id)].cluster.state
            assert state == "DEGRADED"

    async def test_that_fails_half_way_keeps_the_old_rows_and_says_how_old(
        self, sit, plane, clock, cluster
    ):
        async with sit(page_size=10) as desk:
            await desk.until(lambda: len(desk.rows) == 20, "the page that fills the view")
            await desk.settles()
            before = desk.rows
            plane.clusters(*HERE).remove(cluster("legacy-tde"))
            clock.advance(300)
            plane.script(DESCRIBE, Refuse("ThrottlingException"), call=2)
            await desk.press("r")
            await desk.until(lambda: desk.notice)
            assert desk.rows == before
            assert "5m" in desk.notice
            assert "5m ago" in desk.title


class TestRowsThatChange:
    """Which rows match is taken again, wherever rows change."""

    async def test_leave_the_filter_also_where_a_refresh_fails_half_way(self, sit, plane, cluster):
        del plane.clusters(*HERE)[40:]
        changed, other = cluster("payments-prod-01"), cluster("kyc-archive-staging-02")
        async with sit(page_size=10, query="!state:degraded") as desk:
            await desk.press("M")
            await desk.until(lambda: desk.screen.fleet.extent.is_whole)
            await desk.settles()
            await desk.put_cursor(other)
            before = desk.rows
            changed.state = "DEGRADED"
            plane.script(DESCRIBE, Refuse("ThrottlingException"), call=2)
            await desk.press("r")
            await desk.until(lambda: desk.notice)
            await desk.rest()
            assert desk.rows == [row for row in before if row != changed.cluster_id]
            assert f"clusters ({len(desk.rows)} of " in desk.title
            assert desk.current == other.cluster_id

    async def test_follow_filter_and_sort_where_a_dialog_has_read_one(self, sit, cluster):
        changed = cluster("payments-prod-01")
        for query, keys in (("!state:degraded", ()), ("", ("s", "f"))):
            changed.state = "ACTIVE"
            async with sit(query=query) as desk:
                await desk.press(*keys)
                await desk.put_cursor(changed)
                at, following = desk.table.cursor, desk.rows[desk.table.cursor + 1]
                changed.state = "DEGRADED"
                await desk.press("ctrl+d")
                await desk.until(lambda: getattr(desk.app.screen, "has_looked", False), "a look")
                await desk.press("escape")
                await desk.settles()
                if query:
                    assert changed.cluster_id not in desk.rows
                    assert desk.current == following
                else:
                    await desk.until(lambda: desk.table.cursor < at)  # noqa: B023
                    assert desk.current == changed.cluster_id


@pytest.mark.in_parts
@pytest.mark.parametrize("size", part_of([(80, 24), (60, 16), (200, 50), (20, 5), (1, 1)]))
async def test_every_size_is_survived(sit, size) -> None:
    async with sit(size=size) as desk:
        assert len(desk.lines) == size[1]
        await desk.press("down", "s", "f", "enter", "escape", "slash", "x", "escape")
        for key in ("ctrl+d", "question_mark", "P", "exclamation_mark"):
            await desk.press(key)
            await desk.until(lambda: len(desk.app.screen_stack) == 2)
            await desk.pilot.resize_terminal(80, 24)
            await desk.pilot.resize_terminal(*size)
            await desk.press("escape")
            await desk.until(lambda: len(desk.app.screen_stack) == 1)
        assert len(desk.rows) >= 25


async def test_a_filtered_page_that_comes_while_typing_is_kept_for_later(sit, plane):
    """What is typed narrows the whole list; the page belongs to the one under the filter."""
    async with sit(page_size=5) as desk:
        await desk.until(lambda: len(desk.rows) > 10)
        await desk.settles()
        await desk.press("slash")
        await desk.type("state:ACTIVE hsm2m")
        await desk.press("enter")
        await desk.until(lambda: "ACTIVE" in desk.title and not desk.screen.fleet.first.doing)
        gate = Gate()
        plane.script(DESCRIBE, gate, call=1)
        await desk.press("m")
        await desk.until(lambda: desk.under_way)
        await desk.press("slash")
        await desk.type("cluster")
        await desk.until(lambda: "filter: cluster" in desk.title)
        before = desk.rows
        gate.release()
        await desk.until(lambda: desk.screen.fleet.first.shown.pages == 2)
        await desk.settles()
        assert desk.rows == before
        await desk.press("escape")
        await desk.until(lambda: "of 10+, filter: state:ACTIVE" in desk.title)


async def test_words_in_an_empty_table_are_broken_at_blanks_by_their_cells(sit):
    async with sit(size=(60, 24), query="name:nothing-is-called-so", wait=False) as desk:
        wide, cluster_id = "鍵の保管 " * 9, "cluster-7qsltqrczv5"
        for text in (wide.strip(), " ".join([cluster_id] * 9)):
            desk.table.show_empty_text(text)
            drawn = [desk.table.render_line(y).text for y in range(1, desk.table.size.height)]
            assert " ".join(" ".join(drawn).split()) == text
            left = [len(line) - len(line.lstrip()) for line in drawn if line.strip()]
            right = [len(line) - len(line.rstrip()) for line in drawn if line.strip()]
            assert all(abs(a - b) <= 1 for a, b in zip(left, right, strict=True))


async def test_who_asks_is_looked_up_once_the_rows_are_drawn(sit, monkeypatch):
    """Also where they are there before the screen, as at most starts."""
    happened: list[str] = []
    begin = HsmtuiApp.get_default_screen
    draw, ask = ClusterScreen._compositor_refresh, Connection.ask_caller

    def drawn(screen: ClusterScreen) -> None:
        draw(screen)
        happened.extend(["drawn"] if screen.table.view else [])

    def begun(app: HsmtuiApp) -> Screen[None]:
        app._first_listed[0][0].each[0].first_page.result()
        return begin(app)

    def asked(connection: Connection) -> None:
        happened.append("asked")
        ask(connection)

    monkeypatch.setattr(ClusterScreen, "_compositor_refresh", drawn)
    monkeypatch.setattr(HsmtuiApp, "get_default_screen", begun)
    monkeypatch.setattr(Connection, "ask_caller", asked)
    async with sit():
        assert happened.index("drawn") < happened.index("asked")


async def test_nobody_is_looked_up_for_a_place_that_was_left_before_it_was_drawn(sit, monkeypatch):
    async with sit() as desk:
        left, lookups = desk.screen.fleet.first, []
        here = open_places([left.opening.place], {}, 25, left.opening.terms, 8)
        monkeypatch.setattr(CallerLookup, "once", lambda _, connection: lookups.append(connection))
        desk.screen._ask_when_drawn(left)
        desk.screen.leave_for(here)
        await desk.until(lambda: lookups and not desk.screen.is_asking, "it is there")
        assert lookups == [desk.screen.fleet.first.connection]


async def test_all_pages_come_though_the_end_is_near_before_the_first_is_asked_for(sit):
    """As where the terminal grows right after the key."""
    async with sit() as desk:
        desk.screen.action_move("bottom")
        assert desk.screen.list_pane.wants_more(moved=True)
        desk.screen.action_all_pages()
        desk.screen._near_end(ClusterTable.NearEnd(moved=True))
        await desk.until(lambda: desk.title.startswith("clusters (312)"), "all pages")
        assert len(desk.asked()) == 13
