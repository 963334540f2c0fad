"""Searching in the details: typed, counted, gone through, kept, ended."""

from typing import Any

import pytest

from hsmtui.ui.dialogs.delete_hsm import DeleteHsmDialog
from hsmtui.ui.widgets.tabs import TABS
from hsmtui.ui.widgets.text_search import FOUND, LOOKED_AT
from tests.parts import part_of
from tests.scripted import reply_json


def told(desk: Any) -> str:
    """What the line under the details says; "" where it is not there."""
    line = desk.screen.details.search_line
    return desk.widget("#search-count").strip() if line.display else ""


def marked(desk: Any, style: str) -> list[str]:
    """What is marked in this style."""
    lines = desk.screen.details.body.text.shown.lines
    spans = [(line.text.plain, span) for line in lines for span in line.text.spans]
    return [text[span.start : span.end] for text, span in spans if span.style == style]


async def search(desk: Any, words: str) -> None:
    """Go into the details, and look for something there."""
    await desk.press("enter", "slash")
    await desk.type(words)


class TestPlaces:
    async def test_are_marked_counted_and_gone_through_around_the_ends(self, sit):
        async with sit() as desk:
            await desk.tab("json")
            await search(desk, "hsmid")
            number = desk.details.lower().count("hsmid")
            assert told(desk) == f"1 of {number}"
            assert marked(desk, LOOKED_AT) == ["HsmId"]
            assert marked(desk, FOUND) == ["HsmId"] * (number - 1)
            await desk.press("enter", "N")
            assert told(desk).startswith(f"hsmid  {number} of {number} · from the end again")
            await desk.press("n")
            assert told(desk).startswith(f"hsmid  1 of {number} · from the top again")
            await desk.press("n")
            assert told(desk).startswith(f"hsmid  2 of {number}  n next N previous esc end")

    @pytest.mark.in_parts
    @pytest.mark.parametrize("size", part_of([(80, 24), (60, 16), (200, 50)]))
    async def test_come_into_sight(self, sit, size):
        async with sit(size=size) as desk:
            await desk.tab("json")
            await search(desk, "TagList")
            await desk.sees('"TagList"')
            await desk.press("enter")
            await search(desk, "ClusterId")
            await desk.press("enter", "N")
            await desk.sees('"ClusterId"')

    async def test_in_hsms_take_the_cursor_with_them_but_do_not_move_it_by_themselves(
        self, sit, cluster
    ):
        async with sit() as desk:
            await desk.put_cursor(cluster("payments-prod-01"))
            modules = cluster("payments-prod-01").hsms
            await desk.press("2")
            await search(desk, modules[1].eni_ip)
            await desk.press("enter", "k")
            assert desk.screen.details.hsm_id == modules[0].hsm_id
            modules[0].state_message = f"not {modules[1].eni_ip}"
            await desk.press("r")
            await desk.until(lambda: modules[0].state_message in desk.details)
            assert desk.screen.details.hsm_id == modules[0].hsm_id
            assert told(desk).startswith(f"{modules[1].eni_ip}  2 of 2")
            await desk.settles()
            await search(desk, modules[2].hsm_id)
            await desk.press("enter")
            assert desk.screen.details.hsm_id == modules[2].hsm_id
            await desk.press("D")
            await desk.until(lambda: isinstance(desk.app.screen, DeleteHsmDialog))
            assert desk.app.screen.target == modules[2].hsm_id

    async def test_beyond_what_is_drawn_are_not_found_and_that_is_said(self, sit, plane):
        tags = [{"Key": f"k{n:05}", "Value": "here" if n > 1100 else "v"} for n in range(1200)]
        entry = {"ClusterId": "cluster-aaaaaaa2345", "State": "ACTIVE", "TagList": tags}
        plane.script("DescribeClusters", reply_json({"Clusters": [entry]}))
        async with sit() as desk:
            await desk.tab("tags")
            await search(desk, "here")
            assert told(desk) == "not found · only in what is shown"
            await desk.press("escape")
            await search(desk, "k00999")
            assert told(desk) == "1 of 1 · only in what is shown"
            await desk.sees("k00999")


class TestText:
    async def test_is_typed_whatever_commands_its_letters_are_and_taken_up_again(self, sit):
        async with sit() as desk:
            for key in ("n", "N"):  # without a text they say what to do
                desk.app.clear_notifications()
                await desk.press(key)
                await desk.until(lambda: "/ searches" in desk.notifications)
            await desk.press("enter", "slash", *"Dq=", "space", "slash", *"[n+", "question_mark")
            assert desk.app.focused.value == "Dq= /[n+?"
            assert len(desk.app.screen_stack) == 1
            assert told(desk) == "not found"
            await desk.press("down", "enter")
            assert desk.screen.details.body.has_focus
            assert desk.table.cursor == 0
            await desk.press("slash")
            assert desk.app.focused.value == "Dq= /[n+?"

    async def test_is_kept_for_other_clusters_and_tabs_which_are_stepped_through(self, sit):
        async with sit() as desk:
            await search(desk, "cluster-")
            await desk.press("enter", "tab", "down")
            await desk.until(lambda: desk.rows[1] in desk.details)
            assert desk.table.has_focus
            assert told(desk).startswith("cluster-  1 of ")
            assert marked(desk, LOOKED_AT) == ["cluster-"]
            ids = [tab.id for tab in TABS]
            for key, order in (("]", [*ids[1:], ids[0]]), ("[", [*ids[:0:-1], ids[0]])):
                for tab_id in order:
                    await desk.press(key)
                    assert desk.screen.details.tab.id == tab_id
                    assert bool(marked(desk, LOOKED_AT)) == ("cluster-" in desk.details)
                    assert ("not found" in told(desk)) == ("cluster-" not in desk.details)

    async def test_ends_with_escape_which_then_leaves(self, sit):
        async with sit(query="cluster") as desk:
            await search(desk, "cluster-")
            await desk.press("escape")
            assert told(desk) == ""
            assert not marked(desk, LOOKED_AT)
            assert desk.screen.details.body.has_focus
            await search(desk, "cluster-")
            await desk.press("enter", "escape")
            assert told(desk) == ""
            assert desk.screen.details.body.has_focus
            await desk.press("escape")
            assert desk.table.has_focus
            assert desk.screen.list_pane.applied.text == "cluster"
            await desk.press("n")
            await desk.until(lambda: "Nothing is searched for" in desk.notifications)

    async def test_that_is_left_for_the_list_is_looked_for(self, sit):
        async with sit() as desk:
            await search(desk, "cluster-")
            desk.table.focus()
            await desk.rest()
            assert told(desk).startswith("cluster-  1 of ")
            await desk.press("n")
            assert told(desk).startswith("cluster-  ")
            await desk.press("escape")
            assert told(desk) == ""


async def test_with_one_pane_the_next_place_brings_the_details(sit):
    async with sit(size=(60, 16)) as desk:
        await search(desk, "cluster-")
        await desk.press("enter", "tab")
        assert desk.table.has_focus
        await desk.press("n")
        assert desk.screen.details.body.has_focus
