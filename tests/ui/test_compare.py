"""Clusters compared on the screen: which, what is told of them, at every size."""

from typing import Any

import pytest
from textual.containers import VerticalScroll

from hsmtui.config.settings import Flags
from hsmtui.demo.records import Tag
from hsmtui.model.comparison import Comparison
from hsmtui.model.findings.finding import Findings
from hsmtui.ui.dialogs.compare import CompareDialog
from hsmtui.ui.dialogs.dialog import TextDialog
from tests.parts import part_of
from tests.ui.conftest import Desk

TWO = ("payments-prod", "legacy-tde")


async def compare(desk: Desk, cluster: Any, *names: str) -> CompareDialog:
    """Mark these clusters, and compare them."""
    for name in names:
        await desk.put_cursor(cluster(name))
        await desk.press("space")
    await desk.press("equals_sign")
    await desk.until(lambda: isinstance(desk.app.screen, CompareDialog))
    await desk.rest()
    dialog = desk.app.screen
    assert isinstance(dialog, CompareDialog)
    return dialog


def body(desk: Desk) -> str:
    return " ".join(desk.widget("#compare-body").split())


class TestWhich:
    async def test_are_those_that_are_marked(self, sit, cluster):
        async with sit() as desk:
            asked = len(desk.plane.requests)
            await compare(desk, cluster, *TWO)
            for name in TWO:
                assert name in desk.widget("#compare-head")
                assert cluster(name).cluster_id in desk.widget("#compare-head")
            assert "1111-1111-1111 us-east-1" in desk.widget("#compare-head")
            assert f"SecurityGroup {cluster(TWO[0]).security_group}" in body(desk)
            assert "same in all: State," in body(desk)
            await desk.press("escape")
            assert len(desk.app.screen_stack) == 1
            assert len(desk.plane.requests) == asked, "nothing is asked"

    async def test_with_one_marked_that_and_the_one_under_the_cursor(self, sit, cluster):
        async with sit() as desk:
            await desk.put_cursor(cluster(TWO[0]))
            await desk.press("space")
            await desk.put_cursor(cluster(TWO[1]))
            await desk.press("equals_sign")
            await desk.until(lambda: isinstance(desk.app.screen, CompareDialog))
            await desk.rest()
            assert all(name in desk.widget("#compare-head") for name in TWO)

    @pytest.mark.parametrize(
        ("keys", "said"), [((), "No row is marked"), (("space", "up"), "Only this row is marked")]
    )
    async def test_with_less_it_says_what_to_do(self, sit, keys, said):
        async with sit(keys={"row.mark": "x"}) as desk:
            await desk.press(*("x" if key == "space" else key for key in keys), "equals_sign")
            await desk.until(lambda: said in desk.notifications)
            assert "x marks rows, = compares two or more" in desk.notifications
            assert len(desk.app.screen_stack) == 1
            await desk.rest()

    async def test_may_be_of_several_places(self, sit):
        flags = Flags(profiles=("demo-staging",), regions=("eu-central-1", "eu-west-1"))
        async with sit(flags=flags, size=(120, 40)) as desk:
            await desk.until(lambda: desk.screen.fleet.extent.read == 2)
            await desk.settles()
            await desk.press("space", "G", "space", "equals_sign")
            await desk.until(lambda: isinstance(desk.app.screen, CompareDialog))
            await desk.rest()
            assert "Region eu-central-1 eu-west-1" in body(desk)
            assert "Account" in body(desk).split("same in all:")[1]

    async def test_may_be_out_of_view(self, sit, cluster):
        async with sit() as desk:
            for name in TWO:
                await desk.put_cursor(cluster(name))
                await desk.press("space")
            await desk.press("slash")
            await desk.type("legacy-tde")
            await desk.press("enter")
            await desk.settles()
            await desk.press("equals_sign")
            await desk.until(lambda: isinstance(desk.app.screen, CompareDialog))
            await desk.rest()
            assert all(name in desk.widget("#compare-head") for name in TWO)


class TestWhat:
    async def test_all_fields_are_shown_and_only_what_differs_again(self, sit, cluster):
        async with sit() as desk:
            dialog = await compare(desk, cluster, *TWO)
            fields = dialog._comparison
            assert {"State", "PreCoPassword"} <= {each.label for each in fields.same}
            assert "PreCoPassword not set" not in body(desk)
            await desk.sees("a all")
            await desk.press("a")
            assert "PreCoPassword not set not set" in body(desk)
            assert "same in all" not in body(desk)
            await desk.sees("a differences")
            await desk.press("a")
            assert "PreCoPassword not set" not in body(desk)

    async def test_equal_clusters_are_said_to_be(self, sit, cluster):
        async with sit(size=(120, 40)) as desk:
            dialog = await compare(desk, cluster, *TWO)
            one = dialog._comparison.clusters[0]._replace(backups=(), findings=Findings())
            desk.app.push_screen(CompareDialog(Comparison([one, one]), desk.app.copy))
            await desk.until(lambda: desk.app.screen is not dialog)
            await desk.rest()
            assert body(desk).startswith("No difference in what is compared. same in all: State,")

    async def test_text_from_outside_is_text(self, sit, cluster):
        cluster(TWO[0]).tag_list = [Tag("Name", TWO[0]), Tag("[b]K[/x]", "\x1b[31m\u202e[/]")]
        async with sit(size=(120, 40)) as desk:
            await compare(desk, cluster, *TWO)
            assert r"Tag [b]K[/x] \x1b[31m\u202e[/]" in body(desk)

    async def test_it_is_copied_as_markdown(self, sit, cluster):
        async with sit() as desk:
            await compare(desk, cluster, *TWO)
            await desk.press("c")
            await desk.until(lambda: isinstance(desk.app.screen, TextDialog))
            told = desk.app.screen_stack[-1].query_one("VerticalScroll > Static").render()
            assert "# Comparison of 2 clusters" in str(told)
            assert "| SecurityGroup |" in str(told)
            await desk.press("escape")
            assert isinstance(desk.app.screen, CompareDialog)


class TestRoom:
    @pytest.mark.in_parts
    @pytest.mark.parametrize(
        "size", part_of([(40, 10), (60, 16), (80, 24), (119, 40), (120, 40), (200, 50)])
    )
    async def test_every_value_is_whole_at_every_size(self, sit, cluster, size):
        names = (*TWO, "payments-prod-01", "root-ca-ceremony")
        async with sit(size=size) as desk:
            dialog = await compare(desk, cluster, *names)
            columns = dialog._columns
            shown = {(40, 10): 1, (60, 16): 2, (80, 24): 2}.get(size, columns.number)
            assert columns.number == shown
            assert desk.app.screen.query_one("#box").region.right <= size[0]
            seen = set()
            for _ in names:
                texts = desk.widget("#compare-head"), desk.widget("#compare-body")
                assert all(line.__len__() <= size[0] for text in texts for line in text.split("\n"))
                seen |= {name for name in names if cluster(name).cluster_id in texts[0]}
                squeezed = "".join("".join(texts).split())
                window = dialog._comparison.clusters[dialog._window]
                assert all(each.cluster.security_group in squeezed for each in window)
                await desk.press("right")
            assert seen == set(names)
            await desk.press("h", "h", "left", "h", "h")
            assert dialog._first == 0

    async def test_head_stays_and_the_rest_scrolls_by_keys(self, sit, cluster):
        async with sit() as desk:
            dialog = await compare(desk, cluster, *TWO)
            scroll = dialog.query_one(VerticalScroll)
            assert scroll.has_focus
            assert scroll.max_scroll_y > 3
            for keys, at in (
                (["j", "down"], 2),
                (["k"], 1),
                (["end"], scroll.max_scroll_y),
                (["home"], 0),
            ):
                await desk.press(*keys)
                await desk.until(lambda at=at: round(scroll.scroll_offset.y) == at)
                await desk.sees(*TWO)

    async def test_follows_the_terminal(self, sit, cluster):
        async with sit(size=(80, 24)) as desk:
            dialog = await compare(desk, cluster, *TWO, "payments-prod-01")
            await desk.press("right")
            await desk.sees("2-3 of 3")
            await desk.pilot.resize_terminal(160, 40)
            await desk.rest()
            assert dialog._columns.number == 3
            assert dialog._first == 0
            assert not desk.shows("1-3 of 3")

    async def test_of_very_long_texts_is_short(self, sit, cluster):
        for each, letter in zip(TWO, "ab", strict=True):
            cluster(each).tag_list = [Tag("Name", each), Tag("K", letter * 100_000)]
        names = {name: cluster(name) for name in TWO}
        async with sit(size=(60, 16)) as desk:
            for name in TWO:
                names[name].tag_list = [Tag("Name", name * 1000), names[name].tag_list[1]]
            await desk.press("r")
            await desk.settles()
            for each in names.values():
                await desk.put_cursor(each)
                await desk.press("space")
            await desk.press("equals_sign")
            await desk.until(lambda: isinstance(desk.app.screen, CompareDialog))
            await desk.rest()
            assert len(desk.widget("#compare-head").split("\n")) < 8
            assert len(desk.widget("#compare-body").split("\n")) < 200
            assert "…" in desk.widget("#compare-body")
            await desk.pilot.resize_terminal(1, 1)
            await desk.rest()
