"""The tab of metrics: what is read, when, how far back, and what stays of it."""

from datetime import timedelta
from typing import Any

from tests.scripted import Gate, Refuse, reply_json
from tests.ui.test_backups import looks_at

ASK = "GetMetricData"
BAD = "root-ca-ceremony"


def periods(desk: Any) -> list[int]:
    """The period of each request so far, in seconds."""
    return [each["MetricDataQueries"][0]["MetricStat"]["Period"] for each in desk.asked(ASK)]


def hsms_of(asked: dict[str, Any]) -> set[str]:
    """The HSMs that a request asks for."""
    queries = [query["MetricStat"]["Metric"] for query in asked["MetricDataQueries"]]
    return {e["Value"] for of in queries for e in of["Dimensions"] if e["Name"] == "HsmId"}


async def test_are_read_when_the_tab_is_opened_and_judged(sit, cluster):
    async with sit() as desk:
        await looks_at(desk, cluster(BAD))
        assert desk.asked(ASK) == []
        await desk.press("8")
        await desk.until(lambda: "unhealthy since" in desk.details)
        assert "last 3 h, every 5 min" in desk.details
        assert len(desk.asked(ASK)) == 1
        await desk.until(lambda: _found(desk))
        await desk.press("6")
        await desk.until(lambda: "critical HSM-UNHEALTHY" in desk.details)
        assert "Not checked: NEAR-LIMIT" not in desk.details


def _found(desk: Any) -> bool:
    return any(each.rule == "HSM-UNHEALTHY" for each in desk.table.row.findings.findings)


async def test_go_back_as_far_as_the_key_says_for_every_cluster(sit, cluster):
    async with sit() as desk:
        await looks_at(desk, cluster(BAD))
        await desk.press("v")  # elsewhere it shows the tab
        await desk.until(lambda: "every 5 min" in desk.details)
        for words in ("last 24 h, every 15 min", "last 14 d, every 4 h"):
            await desk.press("v")
            await desk.until(lambda words=words: f"{words} · read" in desk.details)
        assert periods(desk) == [300, 900, 14_400]
        others = [row for row in desk.rows if row != desk.current]
        with_hsms = next(
            c
            for c in desk.plane.clusters("111111111111", "us-east-1")
            if c.cluster_id in others and c.hsms
        )
        await looks_at(desk, with_hsms)
        await desk.until(lambda: "last 14 d, every 4 h · read" in desk.details)
        await desk.press("v")
        await desk.until(lambda: "last 3 h, every 5 min · read" in desk.details)


async def test_an_answer_for_another_span_is_shown_until_the_right_one_is_there(sit, cluster):
    async with sit() as desk:
        gate = Gate()
        desk.plane.script(ASK, gate, call=1)
        await looks_at(desk, cluster(BAD))
        await desk.press("8")
        await desk.until(lambda: desk.asked(ASK))
        await desk.press("v")
        gate.release()
        await desk.until(lambda: "last 24 h, every 15 min · read" in desk.details)
        assert periods(desk) == [300, 900]


async def test_are_read_again_by_themselves_while_they_are_in_sight(sit, cluster, clock):
    async with sit() as desk:
        await looks_at(desk, cluster(BAD))
        await desk.press("8")
        await desk.until(lambda: "read 12:00 UTC" in desk.details)
        desk.screen.readings.health.look_again()
        await desk.rest()
        assert len(desk.asked(ASK)) == 1
        clock.advance(300)
        desk.screen.readings.health.look_again()
        await desk.until(lambda: "read 12:05 UTC" in desk.details)
        await desk.press("1")
        clock.advance(3_000)
        desk.screen.readings.health.look_again()
        await desk.rest()
        assert len(desk.asked(ASK)) == 2


async def test_that_are_old_say_nothing_of_how_it_is(sit, cluster, clock):
    async with sit() as desk:
        await looks_at(desk, cluster(BAD))
        await desk.press("8")
        await desk.until(lambda: _found(desk))
        await desk.press("6")
        clock.advance(timedelta(minutes=31).total_seconds())
        desk.screen.assessing.again()
        await desk.until(lambda: "metrics were read more than 30 minutes ago" in desk.details)


async def test_that_fail_say_so_and_keep_what_was_read(sit, cluster):
    async with sit() as desk:
        denied = Refuse("AccessDeniedException", "Computer says no.")
        desk.plane.script(ASK, denied)
        await looks_at(desk, cluster(BAD))
        await desk.press("8")
        await desk.until(lambda: "Computer says no." in desk.details)
        for words in ("cloudwatch:GetMetricData", desk.app.errors[-1].request_id, "r tries again"):
            assert words in desk.details
        await desk.press("6")
        await desk.until(lambda: "cloudwatch:GetMetricData is denied" in desk.details)
        await desk.press("8")
        await desk.rest()
        assert len(desk.asked(ASK)) == 1
        desk.plane.clear_scripts()
        await desk.press("r")
        await desk.until(lambda: "sessions" in desk.details)
        desk.plane.script(ASK, denied)
        await desk.press("r")
        await desk.until(lambda: "failed, see the end" in desk.details)
        assert "sessions" in desk.details


async def test_of_an_odd_answer_say_what_is_odd(sit, cluster):
    async with sit() as desk:
        desk.plane.script(ASK, reply_json({"MetricDataResults": []}))
        await looks_at(desk, cluster(BAD))
        await desk.press("8")
        await desk.until(lambda: "there is no answer" in desk.details)
        assert "CloudWatch has no values" in desk.details


async def test_of_a_cluster_without_hsms_are_not_asked_for(sit, cluster):
    async with sit() as desk:
        cluster(BAD).hsms = []
        await desk.press("r")
        await desk.settles()
        await looks_at(desk, cluster(BAD))
        await desk.press("8")
        await desk.until(lambda: "No HSMs" in desk.details)
        assert desk.asked(ASK) == []


async def test_of_other_hsms_are_read_again(sit, cluster):
    async with sit() as desk:
        await looks_at(desk, cluster(BAD))
        await desk.press("8")
        await desk.until(lambda: "sessions" in desk.details)
        del cluster(BAD).hsms[0]
        await desk.press("r")
        left = {hsm.hsm_id for hsm in cluster(BAD).hsms}
        await desk.until(lambda: hsms_of(desk.asked(ASK)[-1]) == left)
