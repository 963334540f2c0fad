"""The tab of the trail: what is asked, when, and what is told of it."""

import json
from typing import Any

import pytest

from hsmtui.demo import cloudtrail
from hsmtui.demo.records import Cluster
from hsmtui.fleet import trail as fleet_trail
from tests.conftest import NOON
from tests.parts import part_of
from tests.scripted import Gate, Refuse, reply_json

LOOKUP = "LookupEvents"
DENIED = Refuse("AccessDeniedException", "Computer says no.")


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch):
    """Neither for a turn nor after what was throttled."""
    monkeypatch.setattr(cloudtrail, "MOST_A_SECOND", 1_000)
    monkeypatch.setattr(fleet_trail, "REQUESTS_A_SECOND", 1_000)
    monkeypatch.setattr(fleet_trail, "PAUSES", (0.0, 0.0))


async def looks_at(desk: Any, cluster: Cluster) -> None:
    await desk.put_cursor(cluster)
    shown = desk.screen.details
    await desk.until(lambda: shown.cluster and shown.cluster.cluster_id == cluster.cluster_id)


def resources(desk: Any) -> list[str]:
    return [each["LookupAttributes"][0]["AttributeValue"] for each in desk.asked(LOOKUP)]


def came(*ages: int, token: str | None = None) -> Any:
    """An answer with changes so many minutes before noon."""
    events = [
        {
            "EventId": f"id-{age}",
            "EventName": f"Change{age}",
            "EventTime": NOON.timestamp() - 60 * age,
            "ReadOnly": "false",
            "CloudTrailEvent": json.dumps({"userIdentity": {"type": "Root"}}),
        }
        for age in ages
    ]
    return reply_json({"Events": events, **({"NextToken": token} if token else {})})


async def test_it_is_asked_for_when_the_tab_is_opened_and_then_kept(sit, cluster):
    first, second = cluster("legacy-tde"), cluster("root-ca-ceremony")
    hsms = [hsm.hsm_id for hsm in second.hsms]
    async with sit() as desk:
        await looks_at(desk, first)
        assert desk.asked(LOOKUP) == []
        await desk.press("9")
        await desk.until(lambda: "all of the last 90 days" in desk.details)
        await desk.put_cursor(second)
        await desk.until(lambda: "CreateHsm" in desk.details)
        await desk.until(lambda: "reading" not in desk.details)
        await looks_at(desk, first)
        assert "all of the last 90 days" in desk.details
        assert resources(desk) == [first.cluster_id, second.cluster_id, *hsms]
        await desk.press("r")
        await desk.until(lambda: resources(desk)[4:] == [first.cluster_id])
        await desk.press("1", "r")
        await desk.settles()
        assert len(desk.asked(LOOKUP)) == 5


async def test_a_change_of_hsmtui_is_in_it_with_who_made_it(sit, cluster):
    async with sit(size=(160, 45)) as desk:
        await looks_at(desk, cluster("dnssec-prod"))
        await desk.press("9", "enter", "plus")
        await desk.until(lambda: "all of the last 90 days" in desk.details)
        assert "hsmtui" not in desk.details
        await desk.press("t")
        for text in ("Purpose", "pki"):
            await desk.type(text)
            await desk.press("enter")
        await desk.until(lambda: getattr(desk.app.screen, "is_confirmable", False))
        await desk.press("tab", "enter")
        await desk.until(lambda: desk.asked("TagResource"))
        while len(desk.app.screen_stack) > 1:
            await desk.press("escape")
        await desk.settles()
        await desk.press("r")
        await desk.until(lambda: "Purpose pki" in desk.details)
        line = next(each for each in desk.details.split("\n") if "Purpose pki" in each)
        for words in ("2026-03-01 12:00", "TagResource", "demo (Triage)", "127.0.0.1", "hsmtui"):
            assert words in line


async def test_older_events_come_with_a_key_and_near_the_end(sit, cluster):
    async with sit() as desk:
        desk.plane.script(LOOKUP, came(*range(50), token="a"), call=1)
        desk.plane.script(LOOKUP, came(*range(50, 100), token="b"), call=2)
        desk.plane.script(LOOKUP, came(100), call=3)
        await looks_at(desk, cluster("legacy-tde"))
        await desk.press("9", "enter")
        await desk.until(lambda: "trail (50+) · read back to 2026-03-01 11:11:00" in desk.details)
        assert "m reads further back" in desk.details
        await desk.until(lambda: "m more" in desk.text)
        await desk.press("m")
        await desk.until(lambda: "trail (100+)" in desk.details)
        assert len(desk.asked()) == 1  # the list of clusters was not meant
        await desk.press("G")
        await desk.until(lambda: "trail (101) · all of the last 90 days" in desk.details)
        await desk.until(lambda: "m more" not in desk.text)


async def test_with_one_pane_nothing_is_asked_before_the_tab_is_in_sight(sit, cluster):
    async with sit(size=(60, 16)) as desk:
        await looks_at(desk, cluster("legacy-tde"))
        desk.screen.details.choose("trail")
        await desk.rest()
        assert desk.asked(LOOKUP) == []
        await desk.press("enter")
        await desk.until(lambda: "all of the last 90 days" in desk.details)


async def test_what_is_denied_says_which_action_is_missing(sit, cluster):
    async with sit("demo-auditor") as desk:
        await desk.press("9")
        await desk.until(lambda: "Not allowed: LookupEvents" in desk.details)
        for words in ("must allow cloudtrail:LookupEvents", desk.app.errors[-1].request_id):
            assert words in desk.details
        assert "trust policy" not in desk.details
        await desk.rest()
        assert len(desk.asked(LOOKUP)) == 1
        await desk.press("enter", "m")
        await desk.until(lambda: len(desk.asked(LOOKUP)) == 2)


async def test_a_failure_keeps_what_was_read(sit, cluster):
    async with sit() as desk:
        desk.plane.script(LOOKUP, came(*range(50), token="a"), call=1)
        desk.plane.script(LOOKUP, DENIED, call=2)
        await looks_at(desk, cluster("legacy-tde"))
        await desk.press("9", "enter")
        await desk.until(lambda: "trail (50+)" in desk.details)
        await desk.press("m")
        await desk.until(lambda: "▲ failed, see the end" in desk.details)
        assert "Change49" in desk.details
        desk.plane.clear_scripts()
        await desk.press("r")
        await desk.until(lambda: "failed" not in desk.details and "90 days" in desk.details)


async def test_what_is_throttled_is_said_while_it_is_waited_for(sit, cluster):
    async with sit() as desk:
        gate = Gate()
        desk.plane.script(LOOKUP, Refuse("ThrottlingException", "Rate exceeded"), call=1)
        desk.plane.script(LOOKUP, gate, call=2)
        await looks_at(desk, cluster("legacy-tde"))
        await desk.press("9")
        await desk.until(lambda: "slowly: AWS throttles it" in desk.details)
        gate.release()
        await desk.until(lambda: "all of the last 90 days" in desk.details)
        assert not desk.app.errors


async def test_of_a_place_that_is_left_nothing_is_shown(sit, cluster):
    async with sit() as desk:
        gate = Gate()
        desk.plane.script(LOOKUP, gate, call=1)
        await looks_at(desk, cluster("legacy-tde"))
        await desk.press("9")
        await desk.until(lambda: desk.asked(LOOKUP))
        desk.screen._places.go("demo", "us-west-2")
        await desk.until(lambda: len(desk.rows) == 14)
        gate.release()
        await desk.until(lambda: "90 days" in desk.details)
        shown = {key.connection for key in desk.screen.readings.trails._readings}
        assert shown == {desk.table.row.connection}


@pytest.mark.in_parts
@pytest.mark.parametrize("size", part_of([(80, 24), (60, 16), (170, 45)]))
async def test_it_is_drawn_at_every_size_and_a_search_finds_what_is_in_it(sit, cluster, size):
    async with sit(size=size) as desk:
        await looks_at(desk, cluster("root-ca-ceremony"))
        await desk.press("9", "enter")
        await desk.until(lambda: "CreateHsm" in desk.details)
        await desk.sees("CreateHsm")
        await desk.press("slash")
        await desk.type("createhsm")
        await desk.until(lambda: "1 of 1" in desk.widget("#search-count"))
        await desk.press("escape")
