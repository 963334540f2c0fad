"""The filter line: it completes, remembers, and says how much was searched."""

from textual.widgets import Input

from hsmtui.config.settings import Flags
from hsmtui.config.state import State, load_state
from tests.scripted import Gate

DESCRIBE = "DescribeClusters"


def typed(desk):
    field = desk.app.focused
    assert isinstance(field, Input)
    return field.value


def helped(desk):
    return desk.widget("#filter-help") if desk.screen.query_one("#filter-help").display else ""


async def test_the_details_follow_the_cursor_wherever_filter_and_sort_bring_it(sit, cluster):
    wanted = cluster("payments-prod-01")

    def follows():
        return desk.screen.details.key == desk.table.key

    async with sit() as desk:
        await desk.press("slash", *"payments-prod-01")
        assert desk.current == wanted.cluster_id
        await desk.until(follows, "details of what is found while it is typed")
        await desk.press("escape")
        assert desk.current == wanted.cluster_id
        await desk.press("home", "slash", *"oracle", "enter")
        await desk.until(follows, "details of what is found")
        before = desk.current
        await desk.press("escape", "home")
        at = desk.lines[desk.table.region.y].index("NAME")
        await desk.pilot.click("#table", offset=(at, 0))
        assert desk.current != before
        await desk.until(follows, "details of what is on top under another sort")


class TestCompletes:
    async def test_keys_then_values_and_back_to_what_was_typed(self, sit):
        async with sit(size=(100, 30)) as desk:
            await desk.press("slash")
            assert "tab id:  vpc:  state:  name:" in helped(desk)
            assert "more" in helped(desk)
            await desk.press(*"sev", "tab")
            assert typed(desk) == "severity:"
            assert "critical  high  medium  low  info" in helped(desk)
            seen = []
            for _ in range(9):
                await desk.press("tab")
                seen.append(typed(desk).partition(":")[2])
            severities = ["critical", "high", "medium", "low", "info"]
            assert seen == [*severities, "none", "pending", "unknown", ""]
            await desk.press("shift+tab")
            assert typed(desk) == "severity:unknown"
            await desk.press("tab", "tab", "tab")
            assert "filter: severity:high" in desk.title
            assert all("high" in line or "crit" in line for line in rows_drawn(desk))
            assert len(desk.asked()) == 1

    async def test_what_is_loaded(self, sit, cluster):
        wanted = cluster("payments-prod-01")
        async with sit() as desk:
            await desk.press("slash", *"ip:", *wanted.hsms[0].eni_ip[:-1], "tab")
            assert typed(desk).startswith("ip:10.")
            await desk.type("name:payments-prod-")
            await desk.press("tab")
            assert typed(desk) == "name:payments-prod-01"
            assert desk.rows == [wanted.cluster_id]
            await desk.type("profile:")
            await desk.press("tab")
            assert typed(desk) == "profile:demo"

    async def test_values_behind_a_key_that_was_chosen_among_several(self, sit):
        async with sit() as desk:
            await desk.press("slash", "s", "tab")
            assert typed(desk) == "state:"
            await desk.press("right", "tab")
            assert typed(desk) == "state:CREATE_IN_PROGRESS"

    async def test_nothing_where_nothing_fits(self, sit):
        async with sit() as desk:
            await desk.press("slash", *"zzz", "tab", "shift+tab")
            assert typed(desk) == "zzz"
            assert helped(desk).strip() == ""
            assert desk.app.focused is desk.screen.list_pane.bar.query_one(Input)

    async def test_clusters_that_come_while_it_is_open(self, sit, plane):
        gate = Gate()
        plane.script(DESCRIBE, gate, call=1)
        async with sit(wait=False) as desk:
            await desk.press("slash", *"name:payments-prod-")
            assert helped(desk).strip() == ""
            gate.release()
            await desk.until(lambda: desk.screen.fleet.extent.loaded == 25)
            await desk.settles()
            await desk.press("tab")
            assert typed(desk) == "name:payments-prod-01"


def rows_drawn(desk):
    number = len(desk.rows)
    at = next(n for n, line in enumerate(desk.lines) if "CLUSTER" in line) + 1
    return desk.lines[at : at + min(number, 8)]


async def use(desk, *filters):
    for text in filters:
        await desk.press("slash")
        await desk.type(text)
        await desk.press("enter")
        await desk.settles()


class TestRemembers:
    async def test_the_filters_of_this_run_and_of_the_last(self, sit, tmp_path):
        path = tmp_path / "xdg" / "state" / "hsmtui" / "state.toml"
        before = State(recent_filters=("name:old", "colour:red", "az:b"))
        async with sit(size=(100, 30), start={"state": before}) as desk:
            await use(desk, "payments", "name:a", "payments")
            await desk.press("escape", "slash", "down")
            assert "↑ 4 earlier filters" in helped(desk)
            seen = []
            for _ in range(5):
                await desk.press("up")
                seen.append(typed(desk))
            assert seen == ["payments", "name:a", "name:old", "az:b", "az:b"]
            assert "earlier filter 4 of 4" in helped(desk)
            assert "filter: az:b" in desk.title
            await desk.press("down")
            assert typed(desk) == "name:old"
            used = ("payments", "name:a", "name:old", "colour:red", "az:b")
            await desk.until(
                lambda: load_state(path, known_columns=())[0].recent_filters == used, "all kept"
            )

    async def test_those_that_begin_with_what_was_typed_and_that_itself(self, sit):
        before = State(recent_filters=("name:old", "az:b", "name:new"))
        async with sit(size=(100, 30), start={"state": before}) as desk:
            await desk.press("slash", *"na")
            assert "↑ 2 earlier filters that begin like this" in helped(desk)
            await desk.press("up", "up", "up")
            assert typed(desk) == "name:new"
            await desk.press("down", "down", "down")
            assert typed(desk) == "na"
            await desk.press(*"xx", "up")
            assert typed(desk) == "naxx"

    async def test_from_a_filter_that_applies_all_others(self, sit):
        before = State(recent_filters=("name:old", "az:b"))
        async with sit(start={"state": before}) as desk:
            await use(desk, "az:b")
            await desk.press("slash", "up")
            assert typed(desk) == "name:old"
            await desk.press("escape")
            assert "filter: az:b" in desk.title

    async def test_one_of_the_command_line_once_it_is_dropped(self, sit):
        async with sit(query="name:pay") as desk:
            await desk.press("escape", "slash", "up")
            assert typed(desk) == "name:pay"

    async def test_nothing_that_is_no_filter_nor_in_the_demo(self, sit, tmp_path):
        path = tmp_path / "xdg" / "state" / "hsmtui" / "state.toml"
        async with sit(start={"demo": True}) as desk:
            await use(desk, "x" * 600, "name:a")
            await desk.press("slash")
            await desk.type("colour:red")
            await desk.press("enter")
            await desk.type(" ")
            await desk.press("enter")
            await desk.settles()
            assert desk.app.remembered.filters == ["name:a"]
            assert not path.exists()


class TestSaysHowMuchWasSearched:
    async def test_under_the_last_match_and_what_loads_the_rest(self, sit):
        async with sit() as desk:
            await desk.press("slash", *"name:payments")
            line = "Searched the 25 clusters loaded so far; enter, then M loads all"
            assert line in under_rows(desk)
            await desk.press("enter")
            assert "Searched the 25 clusters loaded so far; M loads all" in under_rows(desk)
            assert "clusters (2 of 25+, filter: name:payments)  M loads all" in desk.title
            assert "M load all" in desk.lines[-1]
            await desk.press("m")
            await desk.until(lambda: "Searched the 50 clusters" in under_rows(desk))
            await desk.press("M")
            await desk.until(lambda: "of 312," in desk.title)
            await desk.settles()
            assert "Searched" not in desk.text
            assert "M load all" not in desk.lines[-1]

    async def test_in_the_title_where_rows_fill_the_screen(self, sit):
        async with sit() as desk:
            await use(desk, "cluster")
            assert "clusters (25 of 25+, filter: cluster)  M loads all" in desk.title
            await desk.press("G")
            assert "Searched" not in desk.text
            assert desk.rows[-1] in desk.text

    async def test_in_the_title_however_long_the_filter_is(self, sit):
        async with sit(size=(60, 16)) as desk:
            await use(desk, "cluster " * 10)
            assert desk.title.startswith("clusters (25 of 25+, filter: cluster")
            assert "…  M loads all" in desk.title

    async def test_not_where_the_service_does_it(self, sit):
        async with sit() as desk:
            await desk.press("slash")
            await desk.type("state:DEGRADED")
            assert "Searched the 25 clusters loaded so far; enter searches all" in desk.text
            await desk.press("enter")
            await desk.settles()
            assert "Searched" not in desk.text
            assert "loads all" not in desk.title

    async def test_also_where_there_is_no_match(self, sit):
        async with sit() as desk:
            await desk.press("s", "a", "slash", *"zzz")
            words = ("Searched the 25 clusters loaded so far", "enter, then M loads all")
            await desk.sees("No cluster matches zzz", *words, "esc drops the filter")
            await desk.press("enter")
            await desk.sees(words[0], "m loads more, M all; esc drops the filter")
            assert desk.lines[desk.table.region.y].endswith("AGE↑ ")


def under_rows(desk):
    at = next(n for n, line in enumerate(desk.lines) if "CLUSTER" in line)
    return desk.lines[at + 1 + len(desk.rows)]


class TestAnEmptyRegion:
    async def test_says_where_there_are_clusters_as_far_as_was_read(self, sit, plane, clock):
        async with sit("demo-payments") as desk:
            number = len(desk.rows)
            await go(desk, "eu-north-1")
            clock.advance(300)
            await go(desk, "sa-east-1")
            asked = len(desk.plane.requests)
            await desk.sees(
                "No clusters in sa-east-1",
                f"{number} in us-east-1 (read 5m ago)",
                "none in eu-north-1 (read 5m ago)",
                "R chooses another region, P another profile",
            )
            assert len(desk.plane.requests) == asked
            await go(desk, "us-east-1")
            assert len(desk.rows) == number

    async def test_tells_the_profile_of_another_and_of_places_that_are_left_out(self, sit):
        flags = Flags(profiles=("demo-payments", "demo-sandbox"), regions=("us-east-1",))
        async with sit(flags=flags) as desk:
            await desk.press("L", "j", "enter")
            await desk.settles()
            await desk.sees("No clusters in us-east-1", "4 in demo-payments · us-east-1", "L shows")

    async def test_says_nothing_of_what_was_not_read(self, sit):
        async with sit("demo-sandbox", wait=False) as desk:
            await desk.sees("No clusters in us-east-1")
            assert " in us-west" not in desk.text
            assert "none in" not in desk.text


async def go(desk, region):
    await desk.press("R")
    await desk.type(region)
    await desk.press("enter")
    await desk.until(lambda: region in desk.header)
    await desk.until(lambda: "clusters (" in desk.title)
    await desk.settles()
