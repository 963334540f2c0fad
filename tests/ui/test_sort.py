"""In which order the rows stand, which columns they have, and what the counts above them list."""

import re

import msgspec
import pytest
from msgspec import structs
from textual.widgets import OptionList

from hsmtui.config.settings import Flags
from hsmtui.config.state import SavedSort, State
from hsmtui.model.columns import COLUMN_IDS, COLUMNS, FINDINGS
from hsmtui.model.findings.severity import Severity
from hsmtui.ui.commands.all_commands import COMMANDS
from hsmtui.ui.commands.command import APP, DIALOG, SORT
from hsmtui.ui.commands.keymap import keys_of
from hsmtui.ui.dialogs.columns import ColumnsDialog
from hsmtui.ui.dialogs.sort import LETTERS, SERVICE_LETTER
from tests.parts import part_of

HERE = ("111111111111", "us-east-1")
SEVERAL = Flags(profiles=("demo", "demo-staging"), regions=("us-east-1",))
STATE_FILE = ("xdg", "state", "hsmtui", "state.toml")


def worst(desk) -> list[int]:
    view = desk.table.view
    return [view[at].findings.worst or 0 for at in range(len(view))]


def in_service_order(plane) -> list[str]:
    return [cluster.cluster_id for cluster in plane.place(*HERE).listed()]


async def all_is_found(desk) -> None:
    await desk.until(lambda: not any(e.due or e.counts.coming for e in desk.screen.fleet.listings))
    await desk.until(lambda: not desk.screen.assessing._working)
    await desk.rest()


def shown(desk) -> list[str]:
    """The headers of the table."""
    return desk.table.render_line(0).text.split()


class TestWorstFirst:
    async def test_is_how_the_list_opens_with_the_cursor_on_the_worst(self, sit, plane):
        del plane.clusters(*HERE)[80:]
        async with sit(worst_first=True) as desk:
            await all_is_found(desk)
            assert worst(desk) == sorted(worst(desk), reverse=True)
            assert worst(desk)[0] == Severity.CRITICAL
            assert desk.table.cursor == 0
            assert sorted(desk.rows) == sorted(in_service_order(plane)[:25])
            assert desk.asked() == [{"MaxResults": 25}]
            assert "clusters (25+)  only what is loaded is sorted, M loads all" in desk.title
            await desk.sees("FINDINGS↑")
            await desk.until(lambda: desk.rows[0] in desk.details)
            await desk.press("M")
            await desk.until(lambda: desk.screen.fleet.extent.is_whole)
            await all_is_found(desk)
            assert worst(desk) == sorted(worst(desk), reverse=True)
            assert desk.table.cursor == 0
            assert "sorted" not in desk.title

    async def test_is_not_where_somebody_chose_another_order(self, sit, plane):
        kept = {"state": State(sort=SavedSort("service"))}
        async with sit(worst_first=True, start=kept) as desk:
            assert desk.rows == in_service_order(plane)[:25]
        kept = {"state": State(sort=SavedSort("cluster", descending=True))}
        async with sit(worst_first=True, start=kept) as desk:
            assert desk.rows == sorted(desk.rows, reverse=True)
            await desk.sees("CLUSTER↓")
        kept = {"state": State(sort=SavedSort("a column of another version"))}
        async with sit(worst_first=True, start=kept) as desk:
            assert desk.table.view.sort.column == FINDINGS

    async def test_keeps_the_cursor_on_top_until_somebody_has_put_it_somewhere(
        self, sit, cluster, clock
    ):
        broken = cluster("identity-tokens-prod")
        async with sit(worst_first=True) as desk:
            await all_is_found(desk)
            top = desk.rows[0]
            self.put(broken, "DEGRADED")
            await desk.press("r")
            await desk.until(lambda: desk.rows[0] == broken.cluster_id)
            assert desk.table.cursor == 0
            for action in ("delete", "copy_id", "edit_tags"):
                desk.app.clear_notifications()
                await desk.app.run_action(action, desk.screen)
                await desk.until(lambda: f"{top} has moved. Nothing was done" in desk.notifications)
                assert len(desk.app.screen_stack) == 1
            clock.advance(1)
            await desk.press("1")
            self.put(broken, "ACTIVE")
            await desk.press("r")
            await desk.until(lambda: desk.rows[0] == top)
            await desk.rest()
            assert desk.current == broken.cluster_id
            assert desk.table.cursor > 0

    @staticmethod
    def put(cluster, state: str) -> None:
        """Put a cluster and all its HSMs in a state."""
        cluster.state = state
        for hsm in cluster.hsms:
            hsm.state = state

    async def test_asks_only_for_what_fills_the_screen_before_somebody_moves(self, sit):
        async with sit(worst_first=True, size=(80, 50)) as desk:
            await desk.until(lambda: len(desk.rows) == 50)
            await desk.settles()
            assert len(desk.asked()) == 2
            assert desk.table.cursor == 0
            await desk.press("G")
            await desk.until(lambda: len(desk.rows) == 75)
            await desk.settles()
            assert len(desk.asked()) == 3
        async with sit(worst_first=True, size=(200, 50)) as desk:
            await desk.until(lambda: len(desk.rows) == 75)
            await desk.settles()
            assert len(desk.asked()) == 6

    async def test_of_several_places_has_the_worst_of_all_on_top_and_sorts_by_place(self, sit):
        async with sit(worst_first=True, flags=SEVERAL, size=(160, 40)) as desk:
            await all_is_found(desk)
            assert worst(desk) == sorted(worst(desk), reverse=True)
            assert desk.table.cursor == 0
            assert len(desk.asked()) == 2
            await desk.press("s")
            await desk.sees("p PROFILE", "u ACCOUNT")
            await desk.press("p", "S")
            view = desk.table.view
            profiles = [view[at].connection.profile_name for at in range(len(view))]
            assert profiles == sorted(profiles, reverse=True)
            assert len(set(profiles)) == 2


class TestDrawing:
    async def test_of_rows_that_change_out_of_sight_none_is_drawn(self, sit, monkeypatch):
        async with sit(worst_first=True) as desk:
            await all_is_found(desk)
            table, drawn = desk.table, []
            monkeypatch.setattr(table, "refresh", lambda *regions, **_: drawn.append(regions))
            view = table.view
            last, top = view[len(view) - 1], view[0]
            listing = view.listings[0]
            quiet = structs.replace(last.findings, findings=(), unchecked=())
            listing.assessed(last, structs.replace(quiet, accepted=last.findings.accepted))
            desk.screen.list_pane.findings_changed([last.key])
            assert drawn == []
            listing.assessed(top, quiet)
            desk.screen.list_pane.findings_changed([top.key])
            assert desk.rows.index(top.cluster.cluster_id) > table.size.height
            assert len(drawn) == table.size.height - 1
            assert all(len(regions) == 1 and regions[0].height == 1 for regions in drawn)


class TestSort:
    async def test_by_each_column_is_two_keys_away_and_remembered(self, sit, plane, tmp_path):
        state = tmp_path.joinpath(*STATE_FILE)
        async with sit() as desk:
            before = desk.rows
            assert before == in_service_order(plane)[:25]
            await desk.press("S")  # the order of the service cannot be turned
            assert desk.rows == before
            for column in COLUMNS:
                await desk.press("s", LETTERS[column.id])
                assert len(desk.app.screen_stack) == 1
                keys = [column.key(desk.table.view[at].judged) for at in range(25)]
                assert keys == sorted(keys)
                assert desk.table.view.sort.column == column
                if column in desk.table.visible_columns:
                    assert f"{column.header}↑" in desk.lines[2]
                    assert "sorted by" not in desk.title
                else:
                    assert f"sorted by {column.header} ↑" in desk.title
            await desk.press("s", SERVICE_LETTER)
            assert desk.rows == before
            await desk.press("s", SERVICE_LETTER)
            assert desk.rows == before
            assert len(desk.asked()) == 1
            # the same letter or key turns it round
            await desk.press("s", "c")
            ids = sorted(desk.rows)
            assert desk.rows == ids
            await desk.press("s", "c")
            assert desk.rows == ids[::-1]
            await desk.sees("CLUSTER↓")
            await desk.press("S")
            assert desk.rows == ids
            await desk.press("s", "a")
            await desk.press("s", "c")
            assert desk.rows == ids
            await desk.press("s", "n", "S")
            kept = 'column = "name"\ndescending = true'
            await desk.until(lambda: state.exists() and kept in state.read_text())
            await desk.press("s", "o")
            await desk.until(lambda: 'column = "service"' in state.read_text())

    async def test_by_arrows_and_by_keys_typed_at_once_loads_one_page_at_most(self, sit):
        async with sit() as desk:
            await desk.press("s", "down")
            options = desk.app.screen.query_one(OptionList)
            lines = [options.render_line(y) for y in range(options.size.height)]
            reversed_lines = [
                line.text.split()[0] for line in lines if any(s.style.reverse for s in line)
            ]
            assert reversed_lines == ["c"]
            await desk.press("escape", "s", "n", "s")
            await desk.sees("▌ n NAME ↑")
            await desk.press("down", "enter")
            assert desk.table.view.sort.column.id == "state"
            await desk.press("s", "enter")
            assert desk.table.view.sort.reverse
            await desk.press("s")
            await desk.sees("▌ s STATE ↓", "worst last")
            await desk.press("escape")
            assert desk.table.view.sort.reverse
            await desk.press("home")
            await desk.app._press_keys(["s", "a", "down"])  # for the dialog, and what follows it
            await desk.until(lambda: desk.table.view.sort.column.id == "age")
            await desk.until(lambda: desk.table.cursor == 1)
            await desk.press("slash", *"sa")
            assert desk.screen.list_pane.query_now.text == "sa"
            await desk.press("escape", "s", "c", "G")
            await desk.until(lambda: len(desk.rows) == 50)
            await desk.settles()
            assert len(desk.asked()) == 2
            assert desk.rows == sorted(desk.rows)

    async def test_a_key_that_somebody_has_given_to_a_command_is_no_letter(self, sit):
        async with sit(keys={"dialog.close": "n"}) as desk:
            await desk.press("s")
            await desk.sees("NAME", "n closes")
            assert "n NAME" not in desk.flat
            await desk.press("n")
            assert len(desk.app.screen_stack) == 1
            assert desk.table.view.sort.column is None


def test_each_column_has_a_letter_of_its_own_that_no_command_has():
    assert LETTERS.keys() == set(COLUMN_IDS)
    letters = [*LETTERS.values(), SERVICE_LETTER]
    assert len(set(letters)) == len(letters)
    taken = {key for c in COMMANDS if c.scope in {APP, DIALOG, SORT} for key in keys_of(c, {})}
    assert not taken & set(letters)


class TestColumns:
    async def test_are_hidden_shown_and_moved_at_once_and_kept(self, sit, tmp_path):
        state = tmp_path.joinpath(*STATE_FILE)
        async with sit(size=(160, 40)) as desk:
            await desk.press("s", "C")
            await desk.until(lambda: isinstance(desk.app.screen, ColumnsDialog))
            options = desk.app.screen.query_one(OptionList)
            await desk.press("down", "space")
            assert desk.screen.list_pane.columns == tuple(c for c in COLUMNS if c.id != "name")
            await desk.press("K", "K")
            ids = [column.id for column in desk.screen.list_pane.columns]
            assert ids[:3] == ["state", "cluster", "findings"]
            assert options.highlighted == 0
            await desk.press("end", "up", "enter", "shift+up")
            ids = [column.id for column in desk.screen.list_pane.columns]
            assert ids[-2:] == ["account", "age"]

            def kept() -> list[str] | None:
                return msgspec.toml.decode(state.read_bytes()).get("columns")

            await desk.until(lambda: kept() == ids, "the columns in the file")
            await desk.press("escape")
            assert shown(desk)[:2] == ["STATE", "CLUSTER"]
            assert "NAME" not in shown(desk)
        others = {"columns": ("name", "cluster")}
        async with sit(start={"state": State(columns=tuple(ids))}, **others) as desk:
            assert shown(desk)[:2] == ["STATE", "CLUSTER"]
            await desk.app.run_action("columns", desk.screen)
            await desk.until(lambda: isinstance(desk.app.screen, ColumnsDialog))
            await desk.press("r", "escape")
            assert shown(desk) == ["NAME", "CLUSTER"]
            await desk.until(lambda: "columns" not in state.read_text())

    async def test_of_which_one_always_stays_and_the_sort_when_its_column_goes(self, sit):
        async with sit(columns=("name", "cluster")) as desk:
            await desk.press("s", "c")
            assert desk.rows == sorted(desk.rows)
            await desk.press("s", "C")
            await desk.until(lambda: isinstance(desk.app.screen, ColumnsDialog))
            await desk.press("down", "space", "escape")
            assert shown(desk) == ["NAME"]
            assert "sorted by CLUSTER ↑" in desk.title
            await desk.press("S")
            assert desk.rows == sorted(desk.rows, reverse=True)
            await desk.press("s", "C")
            await desk.until(lambda: isinstance(desk.app.screen, ColumnsDialog))
            await desk.press("home", "space")
            await desk.sees("One column must stay")
            await desk.press("down", "K")
            await desk.sees("Only a column that is shown can move")
            await desk.press("escape")
            assert shown(desk) == ["NAME"]

    async def test_the_title_names_the_sort_where_its_column_has_no_room(self, sit):
        async with sit(size=(250, 40)) as desk:
            await desk.press("s", LETTERS["vpc"])
            assert "sorted by" not in desk.title
            for width, said in ((100, True), (250, False), (80, True)):
                await desk.pilot.resize_terminal(width, 40)
                await desk.rest()
                assert ("sorted by VPC ↑" in desk.title) is said, width

    async def test_of_the_place_come_by_themselves_where_they_differ(self, sit):
        async with sit(
            flags=SEVERAL, size=(160, 40), start={"state": State(columns=("name",))}
        ) as desk:
            assert shown(desk) == ["PROFILE", "ACCOUNT", "NAME"]
        kept = {"state": State(columns=("name", "profile"))}
        async with sit(flags=SEVERAL, size=(160, 40), start=kept) as desk:
            assert shown(desk) == ["ACCOUNT", "NAME", "PROFILE"]


@pytest.mark.in_parts
@pytest.mark.parametrize("size", part_of([(60, 16), (20, 5), (1, 1)]))
async def test_the_dialogs_survive_every_size_and_any_keys(sit, size):
    async with sit(size=size, worst_first=True) as desk:
        for keys in (["s"], ["s", "C"], ["L"]):
            await desk.press(*keys, "pagedown", "pageup", "end", "space", "home", "down", "J", "K")
            await desk.pilot.resize_terminal(30, 8)
            await desk.rest()
            await desk.pilot.resize_terminal(*size)
            await desk.press("pagedown", "escape")
            await desk.until(lambda: len(desk.app.screen_stack) == 1)
        await desk.app._press_keys([*"sasasnsosfsCr", "escape"])
        await desk.until(lambda: desk.table.view.sort.column == FINDINGS)
        await desk.until(lambda: len(desk.app.screen_stack) == 1)


class TestCounts:
    async def test_list_the_clusters_with_such_findings_and_all_again(self, sit):
        async with sit(size=(120, 40)) as desk:
            await all_is_found(desk)
            for words in ("demo", "findings", " ■"):  # a click beside them does nothing
                at = desk.lines[0].index(words)  # afresh: the counts grow while rows come
                await desk.pilot.click("#header", offset=(at, 0))
                await desk.rest()
            assert "filter" not in desk.title
            await self.click(desk, Severity.CRITICAL)
            assert "filter: severity:critical" in desk.title
            assert set(worst(desk)) == {Severity.CRITICAL}
            await self.click(desk, Severity.HIGH)
            assert "filter: severity:high" in desk.title
            assert set(worst(desk)) == {Severity.CRITICAL, Severity.HIGH}
            await self.click(desk, Severity.HIGH)
            assert "filter" not in desk.title
            await desk.press("slash")
            await desk.type("state:ACTIVE name:prod")
            await desk.press("enter")
            await desk.settles()
            await desk.press("slash", "x")
            await self.click(desk, Severity.HIGH)
            await desk.settles()
            assert "filter: state:ACTIVE name:prod severity:high" in desk.title
            await desk.press("escape")
            await desk.settles()
            assert "filter" not in desk.title

    @staticmethod
    async def click(desk, severity: Severity) -> None:
        at = re.search(rf"{severity.glyph} ?\d", desk.lines[0]).start()
        await desk.pilot.click("#header", offset=(at, 0))
        await desk.rest()
