"""The line of keys at the bottom follows the focus, the tab and the row."""

from textual.widgets import Input

from hsmtui.config.file import ProfileRule
from hsmtui.config.settings import Flags
from hsmtui.ui.widgets.footer import Footer


def footer(desk):
    return desk.lines[-1].strip()


async def click(desk, words):
    at = desk.lines[-1].index(words)
    assert await desk.pilot.click(Footer, offset=(at, 0))
    await desk.rest()


async def test_follows_focus_and_tab(sit, cluster):
    async with sit() as desk:
        assert footer(desk).startswith("/ filter  enter details  f findings")
        assert footer(desk).endswith("? help  q quit")
        await desk.put_cursor(cluster("payments-prod-01"))
        await desk.press("enter")
        assert footer(desk).startswith("esc back  / search")
        assert footer(desk).endswith("? help") or "q quit" in footer(desk)
        await desk.press("2")
        assert footer(desk).startswith("esc back  D delete HSM  C copy")
        await desk.press("3")
        assert footer(desk).startswith("esc back  : save certificates")
        await desk.press("4")
        assert footer(desk).startswith("esc back  t tags")
        await desk.press("b")
        await desk.until(lambda: "m more" in footer(desk))
        await desk.press("escape", "slash")
        assert footer(desk) == "enter apply  esc back  tab complete"
        await desk.press(*"legacy", "enter")
        assert "esc drop filter  M load all" in footer(desk)


async def test_names_what_a_backup_needs(sit, cluster):
    async with sit() as desk:
        await desk.put_cursor(cluster("legacy-tde"))
        await desk.press("b", "enter")
        await desk.until(lambda: "backups (6)" in desk.details)
        assert "PENDING DEL" in desk.details
        await desk.until(lambda: "u restore" in footer(desk))


async def test_names_nothing_that_read_only_forbids_and_is_drawn_again_only_where_it_differs(
    sit, monkeypatch
):
    drawn = []
    update = Footer.update

    def count(self, *args, **more):
        drawn.append(args)
        update(self, *args, **more)

    monkeypatch.setattr(Footer, "update", count)
    flags = Flags(profiles=("demo-payments", "demo-staging"), regions=("us-east-1",))
    rules = {"demo-staging": ProfileRule(read_only=True)}
    async with sit(flags=flags, profiles=rules, size=(250, 30)) as desk:
        await desk.until(lambda: desk.screen.fleet.extent.read == 2, "both places")
        await desk.settles()
        await desk.press("g")
        await desk.until(lambda: "delete HSM" in footer(desk), "the keys of the first row")
        drawn.clear()
        await desk.press("down")
        assert drawn == []
        await desk.press("G")
        assert len(drawn) == 1
        assert "delete" not in footer(desk)
        assert "tags" not in footer(desk)
        await desk.press("g")
        assert len(drawn) == 2
        assert "delete HSM" in footer(desk)


async def test_says_of_marks_under_a_filter_that_they_go_first(sit):
    async with sit(query="name:payments-prod") as desk:
        await desk.press("space")
        assert "esc unmark all" in footer(desk)
        await desk.press("escape")
        assert "esc drop filter" in footer(desk)
        await desk.press("escape", "space")
        assert "esc unmark all" in footer(desk)
        await desk.press("escape")
        assert "esc" not in footer(desk)


async def test_shows_how_to_leave_on_the_narrowest_screen(sit):
    async with sit(size=(60, 16)) as desk:
        assert footer(desk).endswith("? help  q quit")
        await desk.press("enter")
        assert footer(desk).startswith("esc back")
        assert "? help" in footer(desk)


async def test_without_a_cluster_names_nothing_that_needs_one(sit):
    async with sit("demo-sandbox", wait=False, size=(200, 30)) as desk:
        await desk.sees("No clusters in us-east-1")
        await desk.settles()
        assert "R region" in footer(desk)
        for word in ("delete", "details", "copy", "hand over"):
            assert word not in footer(desk)


async def test_a_click_does_what_the_key_does(sit):
    keys = {"list.filter": "f5", "filter.leave": "f6"}
    async with sit(keys=keys) as desk:
        await click(desk, "f5 filter")
        field = desk.app.focused
        assert isinstance(field, Input)
        await desk.press("s", "e", "v")
        await click(desk, "complete")
        assert field.value == "severity:"
        await click(desk, "f6 back")
        assert not desk.screen.list_pane.is_filtering
        await click(desk, "details")
        assert footer(desk).startswith("esc back")
        await click(desk, "esc")
        assert desk.table.has_focus
        await click(desk, "? help")
        assert len(desk.app.screen_stack) == 2
