"""A cluster with more HSMs than any: what is drawn stays as much as can be seen."""

import pytest

from tests.parts import part_of
from tests.scripted import reply_json

NUMBER = 10_000


def entry(number: int) -> dict[str, object]:
    hsms = [
        {"HsmId": f"hsm-{n:011}", "State": "ACTIVE", "EniIp": "10.0.0.1"} for n in range(number)
    ]
    return {"ClusterId": "cluster-aaaaaaa2345", "State": "ACTIVE", "Hsms": hsms}


@pytest.mark.in_parts
@pytest.mark.parametrize(
    "tab", part_of(["overview", "hsms", "certificates", "tags", "json", "findings"])
)
async def test_a_tab_draws_so_many_lines(sit, plane, tab):
    tags = [{"Key": f"k{n}", "Value": "v"} for n in range(NUMBER)]
    plane.script("DescribeClusters", reply_json({"Clusters": [entry(NUMBER) | {"TagList": tags}]}))
    async with sit() as desk:
        text = await desk.tab(tab)
        assert len(text.splitlines()) <= 1_100
        assert len(text) <= 60_000


async def test_the_window_goes_with_the_cursor(sit, plane):
    plane.script("DescribeClusters", reply_json({"Clusters": [entry(400)]}))
    async with sit() as desk:
        await desk.tab("hsms")
        await desk.press("enter")
        assert "200 more HSMs below" in desk.details
        details = desk.screen.details
        while details.hsm_id < "hsm-00000000150":
            details.move("page_down")
        while details.hsm_id < "hsm-00000000160":
            details.move("down")
        await desk.rest()
        assert details.hsm_id == "hsm-00000000160"
        await desk.sees("hsm-00000000160")
        assert "100 more HSMs above" in desk.details
        await desk.press("G")
        assert details.hsm_id == "hsm-00000000399"
        await desk.sees("hsm-00000000399")
        assert "below" not in desk.details
        await desk.press("k", "g")
        await desk.sees("hsm-00000000000")
