"""Backups that the list reads in the background: when, and how what is not known yet looks."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest

from hsmtui.aws.connect import begin_all
from hsmtui.aws.place import Place, Terms
from hsmtui.aws.threads import Pool
from hsmtui.config.settings import Flags
from hsmtui.fleet.assess import Assessor
from hsmtui.fleet.first_seen import FirstSeen
from hsmtui.fleet.reading import read_places
from hsmtui.model.findings.limits import Rules
from tests.scripted import At, Gate, Refuse, Run
from tests.ui.conftest import HERE, Desk

CLUSTERS, LIST, IDENTITY = "DescribeClusters", "DescribeBackups", "GetCallerIdentity"
DENIED = Refuse("AccessDeniedException", "Computer says no.")
SEVERAL = Flags(profiles=("demo",), regions=("us-east-1", "eu-central-1", "us-west-2"))


def findings_of(desk: Desk, cluster_id: str) -> str:
    """What stands in the column of findings of a row in sight."""
    header = next(line for line in desk.lines if "CLUSTER " in line)
    at = header.index("FINDINGS")
    row = next(line for line in desk.lines if cluster_id in line)
    return row[at : at + 12].strip()


def region_pages(desk: Desk) -> list[dict[str, Any]]:
    return [asked for asked in desk.asked(LIST) if "Filters" not in asked]


async def until_known(desk: Desk) -> None:
    """Wait until nothing is still to be known of any row."""
    fleet = desk.screen.fleet
    await desk.until(
        lambda: not any(listing.counts.coming for listing in fleet.shown), "all is known"
    )
    await desk.rest()


async def test_rows_and_sts_come_first_and_the_backups_of_the_region_after(sit):
    async with sit(read_backups=True) as desk:
        await until_known(desk)
        operations = [request.operation for request in desk.plane.requests]
        assert operations[:2] == [CLUSTERS, IDENTITY]
        assert set(operations[2:]) == {LIST}
        assert len(desk.asked(CLUSTERS)) == 1
        assert len(region_pages(desk)) == len(desk.asked(LIST)) > 1


async def test_a_row_that_is_not_fully_known_looks_like_that_until_it_is(sit, plane, cluster):
    gate = Gate()
    plane.script(LIST, gate)
    clean = cluster("payments-prod-01").cluster_id
    async with sit(read_backups=True, size=(110, 40)) as desk:
        await desk.put_cursor(clean)
        await desk.until(lambda: desk.asked(LIST))
        assert findings_of(desk, clean) == "…"
        assert re.search(r"·\d+ …", desk.header)
        assert "Not checked: BACKUP-STALE: backups are being read." in await desk.tab("findings")
        assert "No findings so far" in desk.details
        gate.release()
        await until_known(desk)
        assert findings_of(desk, clean) == ""
        assert not re.search(r"·\d+ …", desk.header)
        assert "Not checked: HSM-UNHEALTHY, NEAR-LIMIT: metrics" in desk.details
        assert desk.details.count("Not checked") == 1
        assert "so far" not in desk.details


async def test_the_list_and_a_check_find_the_same(sit, clock, tmp_path):
    async with sit(read_backups=True) as desk:
        await desk.press("M")
        await desk.settles()
        await until_known(desk)
        (shown,) = desk.screen.fleet.shown
        listed = {each: rules(row.findings.findings) for each, row in shown.rows.items()}
    pool = Pool(4)
    openings = begin_all([Place("demo", explicit=True)], {}, 25, Terms(lambda *_: ""), pool)
    (reading,) = read_places(openings, clock.now, lambda _: None, pool, with_backups=True)
    first_seen = FirstSeen(tmp_path / "seen.json", lambda _: None)
    assessor = Assessor(Rules(), first_seen.since, lambda _, each: reading.backups_of(each))
    judged = assessor.judge(reading.rows, clock.now())
    assert listed == {each.cluster.cluster_id: rules(each.findings.findings) for each in judged}
    assert sum("BACKUP-STALE" in each for each in listed.values()) > 5


def rules(findings: Iterable[Any]) -> set[str]:
    return {finding.rule for finding in findings} - {"STUCK"}  # seen at other times


async def test_rows_are_told_of_once(sit, plane):
    """Each row is drawn again once at most, with the last page."""
    async with sit(read_backups=False) as desk:
        assessing = desk.screen.assessing
        await desk.until(lambda: not assessing._working, "certificates that are decoded")
        told: Counter[str] = Counter()
        changed = desk.screen._findings_changed

        def count(keys: Any) -> None:
            told.update(key.cluster_id for key in keys)
            changed(keys)

        assessing._on_findings = count
        desk.screen.region_backups._is_on = True
        desk.screen.region_backups.go_on()
        connection = desk.screen.fleet.first.connection
        await desk.until(lambda: isinstance(desk.screen.region_backups.of(connection, "x"), tuple))
        await desk.until(lambda: told and not assessing._working)
        assert max(told.values()) == 1


async def test_what_a_person_asks_for_does_not_wait_and_it_waits_for_them(sit, plane):
    backups = Gate()
    plane.script(LIST, backups, call=1)
    async with sit(read_backups=True) as desk:
        await desk.until(lambda: len(desk.asked(LIST)) == 1)
        await desk.press("M")
        await desk.until(lambda: not desk.screen.fleet.doing and not desk.screen.is_asking)
        assert len(desk.asked(CLUSTERS)) == -(-len(plane.clusters(*HERE)) // 25)
        assert len(desk.asked(LIST)) == 1  # held all the time
        page = Gate()
        plane.script(CLUSTERS, page, call=1)
        await desk.press("r")
        await desk.until(lambda: desk.screen.fleet.doing)
        backups.release()
        await desk.until(lambda: desk.screen.region_backups._is_reading is False)
        assert len(desk.asked(LIST)) == 1  # the person waits for a page
        page.release()
        await until_known(desk)
        assert len(region_pages(desk)) > 1


async def test_nothing_is_read_while_a_dialog_looks_for_itself(sit, plane, cluster):
    held = Gate()
    plane.script(LIST, held, call=1)
    async with sit(read_backups=True) as desk:
        await desk.until(lambda: len(desk.asked(LIST)) == 1)
        await desk.put_cursor(cluster("legacy-tde"))
        await desk.press("ctrl+d")
        await desk.until(lambda: desk.app.screen.query("#delete-field"))
        held.release()
        await desk.until(lambda: desk.screen.region_backups._is_reading is False)
        assert len(region_pages(desk)) == 1
        await desk.press("escape")
        await until_known(desk)
        assert len(region_pages(desk)) > 1


async def test_where_they_are_denied_that_is_said_once_and_rows_say_that_they_are_not_known(
    sit, plane, cluster
):
    plane.script(LIST, DENIED)
    clean = cluster("payments-prod-01").cluster_id
    async with sit(read_backups=True, size=(110, 40)) as desk:
        await desk.put_cursor(clean)
        await until_known(desk)
        assert findings_of(desk, clean) == "?"
        assert "backups denied" in desk.title
        for _ in range(3):
            await desk.press("r")
            await desk.settles()
        assert len(desk.asked(LIST)) == 1
        assert [error.operation for error in desk.app.errors] == [LIST]
        text = " ".join((await desk.tab("findings")).split())
        assert "BACKUP-STALE: backups could not be read: cloudhsm:DescribeBackups is denied" in text
        await desk.press("L")
        await desk.sees("backups not read", "Backups were not read: Not allowed")
        plane.clear_scripts()
        await desk.press("r")
        await desk.press("escape")
        await desk.until(lambda: findings_of(desk, clean) == "")
        assert "backups" not in desk.title


async def test_of_several_places_one_is_read_after_the_other(sit, plane):
    under_way: list[int] = []

    def look() -> None:
        under_way.append(sum(r.status is None and r.operation == LIST for r in plane.requests))

    plane.script(LIST, Run(look))
    plane.script(LIST, DENIED, at=At(HERE[0], "eu-central-1"))
    async with sit(flags=SEVERAL, read_backups=True, size=(120, 40)) as desk:
        await until_known(desk)
        assert set(under_way) == {1}
        pages = Counter(r.region for r in plane.requests if r.operation == LIST)
        filled = {each.connection.region for each in desk.screen.fleet.shown if each.rows}
        assert set(pages) == filled
        assert pages["eu-central-1"] == 1
        await desk.until(lambda: "backups denied in 1 of" in desk.title)
        first = [request.operation for request in plane.requests].index(LIST)
        assert [r.operation for r in plane.requests][:first].count(CLUSTERS) >= 1


async def test_a_place_that_is_left_while_they_are_read_says_nothing_more(sit, plane):
    gate = Gate()
    plane.script(LIST, gate, DENIED, at=At(*HERE))
    async with sit(read_backups=True) as desk:
        await desk.until(lambda: len(desk.asked(LIST)) == 1)
        left = desk.screen.fleet.first.connection
        await desk.press("R")
        await desk.type("eu-central-1")
        await desk.press("enter")
        await desk.until(lambda: desk.rows and desk.screen.fleet.first.connection is not left)
        await desk.until(lambda: not desk.screen.is_asking)
        assert {r.region for r in plane.requests if r.operation == LIST} == {HERE[1]}
        gate.release()
        await until_known(desk)
        regions = [r.region for r in plane.requests if r.operation == LIST]
        assert regions.count(HERE[1]) == 1
        assert set(regions[1:]) == {"eu-central-1"}
        assert list(desk.app.errors) == []


async def test_switched_off_nothing_is_asked_and_the_rows_say_so(sit, cluster):
    clean = cluster("payments-prod-01").cluster_id
    async with sit(read_backups=False, size=(110, 40)) as desk:
        await until_known(desk)
        await desk.put_cursor(clean)
        assert findings_of(desk, clean) == "?"
        assert desk.asked(LIST) == []
        assert "findings.read_backups is false" in await desk.tab("findings")
        await desk.press("b")
        await desk.until(lambda: "backups (50+)" in desk.details)
        await desk.press("enter", "m")
        await desk.until(lambda: "backups (90)" in desk.details)
        await desk.until(lambda: findings_of(desk, clean) == "")


@pytest.mark.parametrize("throttled", [1, 4])
async def test_throttled_it_waits_while_all_else_goes_on(sit, plane, clock, throttled):
    for call in range(1, throttled + 1):
        plane.script(LIST, Refuse("ThrottlingException", "Rate exceeded"), call=call)
    async with sit(read_backups=True) as desk:
        for number in range(1, throttled + 1):
            await desk.until(lambda n=number: len(desk.asked(LIST)) == n)
            await desk.until(lambda: desk.screen.region_backups._is_reading is False)
            assert "backups throttled" in desk.title
            await desk.press("r")
            await desk.settles()
            assert len(desk.asked(LIST)) == number
            clock.advance(5 * 2 ** (number - 1))
            desk.screen.region_backups.go_on()
        await until_known(desk)
        assert "throttled" not in desk.title
        assert len([error for error in desk.app.errors if error.throttled]) == 1
