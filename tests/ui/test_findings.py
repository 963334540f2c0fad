"""What is wrong: in the table, in the header, under a filter, in order, and told in full."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from hsmtui.config.file import AcceptTable, FindingsTable
from hsmtui.demo.records import Certificates
from hsmtui.fleet.assess import Assessor
from hsmtui.model.findings.severity import Severity
from tests.scripted import Gate

DAY = 86_400
DAYS = timedelta(days=1)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Nobody looks at certificates before this is set."""
    event, thorough = threading.Event(), Assessor.thorough

    def wait(self, asked, now):
        assert event.wait(30)
        return thorough(self, asked, now)

    monkeypatch.setattr(Assessor, "thorough", wait)
    yield event
    event.set()


def row_of(desk, cluster_id: str) -> str:
    return next((line for line in desk.lines if cluster_id in line), "")


def worst(desk) -> list[int]:
    """The severity of each row in its order, 0 for none."""
    view = desk.table.view
    return [view[at].findings.worst or 0 for at in range(len(view))]


def numbers(desk) -> Counter[Severity]:
    """How many findings of each severity the rows have."""
    view = desk.table.view
    return Counter(each.severity for at in range(len(view)) for each in view[at].findings.findings)


async def assessed(desk) -> None:
    """Wait until all rows have been looked into."""
    assessing, listings = desk.screen.assessing, desk.screen.fleet.first.listings
    await desk.until(lambda: not assessing._working and not any(each.due for each in listings))
    await desk.settles()


async def refreshed(desk) -> None:
    before = len(desk.asked())
    await desk.press("r")
    await desk.until(lambda: len(desk.asked()) > before)
    await desk.settles()
    await assessed(desk)


class TestTable:
    async def test_says_the_worst_and_how_many_of_it(self, sit, cluster):
        degraded = cluster("card-issuing-prod-02")
        async with sit() as desk:
            await desk.until(lambda: "■ critical" in row_of(desk, degraded.cluster_id))
            assert "critical" not in row_of(desk, cluster("payments-prod-01").cluster_id)

    async def test_does_not_wait_for_certificates(self, sit, plane, cluster, held):
        broken = cluster("payments-prod-01")
        broken.certificates = Certificates(cluster_certificate="no PEM")
        async with sit() as desk:
            await desk.put_cursor(broken)
            assert "CERT-EXPIRY" in await desk.tab("findings")
            assert "certificates are not decoded yet" in desk.details
            before = row_of(desk, broken.cluster_id)
            held.set()
            await desk.until(lambda: "CERT-UNREADABLE" in desk.details)
            assert "not decoded" not in desk.details
            assert row_of(desk, broken.cluster_id) != before
            assert desk.current == broken.cluster_id

    async def test_follows_a_refresh_and_keeps_what_is_known_meanwhile(self, sit, cluster, held):
        broken, other = cluster("payments-prod-01"), cluster("kyc-archive-staging-02")
        broken.certificates = Certificates(cluster_certificate="no PEM")
        held.set()
        async with sit() as desk:
            await assessed(desk)
            known = row_of(desk, broken.cluster_id)
            held.clear()
            other.hsms[0].state = "DEGRADED"
            await desk.press("r")
            await desk.until(lambda: "■ critical 1" in row_of(desk, other.cluster_id))
            await desk.settles()
            assert row_of(desk, broken.cluster_id) == known.replace("▌", " ")
            other.hsms[0].state = "ACTIVE"
            held.set()
            await refreshed(desk)
            assert "critical" not in row_of(desk, other.cluster_id)


class TestSightings:
    async def test_outlive_the_run(self, sit, cluster, clock, tmp_path):
        updating = cluster("tokenization-staging")
        file = tmp_path / "xdg" / "state" / "hsmtui" / "seen.json"
        async with sit() as desk:
            await assessed(desk)
            await desk.until(file.exists)
        clock.advance(3 * 3600)
        async with sit() as desk:
            await desk.put_cursor(updating)
            await desk.tab("findings")
            await desk.until(lambda: "critical STUCK" in desk.details)

    async def test_that_cannot_be_read_are_said_and_begun_again(self, sit, cluster, tmp_path):
        file = tmp_path / "xdg" / "state" / "hsmtui" / "seen.json"
        file.parent.mkdir(parents=True)
        file.write_text("[nonsense")
        async with sit() as desk:
            await desk.until(lambda: "seen.json" in desk.notifications)
            await desk.until(lambda: cluster("tokenization-staging").cluster_id in file.read_text())

    async def test_of_the_demo_reach_no_file(self, sit, tmp_path):
        async with sit(start={"demo": True}) as desk:
            await assessed(desk)
            await desk.until(lambda: not desk.screen.assessing._working)
            assert list((tmp_path / "xdg").rglob("seen.json")) == []


class TestHeader:
    async def test_counts_what_is_loaded_and_says_that_more_is_unread(self, sit):
        async with sit() as desk:
            await assessed(desk)
            criticals = numbers(desk)[Severity.CRITICAL]
            assert criticals > 0
            assert f"■{criticals} " in desk.header
            assert "+  http" in desk.header
            await desk.until(lambda: "1111-1111-1111" in desk.header)
            await desk.press("M")
            await desk.until(lambda: desk.title.startswith("clusters (3"))
            await desk.until(lambda: "+" not in desk.header)
            await assessed(desk)
            assert numbers(desk)[Severity.CRITICAL] > criticals
            assert f"■{numbers(desk)[Severity.CRITICAL]} " in desk.header

    async def test_says_it_in_words_where_there_is_room(self, sit):
        async with sit(size=(180, 45)) as desk:
            await desk.until(lambda: len(desk.rows) == 50)
            await assessed(desk)
            bad = sum(map(bool, worst(desk)))
            assert f"in {bad} of 50+ clusters" in desk.header
            assert f"findings ■ {numbers(desk)[Severity.CRITICAL]} critical" in desk.header

    async def test_gives_way_to_place_and_account(self, sit):
        async with sit(size=(60, 16), start={"demo": True}) as desk:
            await assessed(desk)
            await desk.until(lambda: "demo · us-east-1 · 1111-1111-1111 " in desk.header)
            assert f"■{numbers(desk)[Severity.CRITICAL]}" in desk.header
            assert desk.header.endswith("+  DEMO RW")

    async def test_of_another_place_counts_anew(self, sit):
        async with sit(region="eu-west-1") as desk:
            await assessed(desk)
            found = worst(desk)
            assert len(found) < 25
            assert "+" not in desk.header
            for severity in sorted(numbers(desk), reverse=True)[:2]:
                assert f"{severity.glyph}{numbers(desk)[severity]}" in desk.header


class TestFilter:
    async def test_by_severity_is_about_loaded_rows(self, sit):
        async with sit() as desk:
            await assessed(desk)
            expected = sum(severity >= Severity.HIGH for severity in worst(desk))
            await desk.press("slash")
            await desk.type("severity:high")
            await desk.until(lambda: len(desk.rows) == expected)
            await desk.press("enter")
            await desk.settles()
            assert 0 < expected < 25
            assert min(worst(desk)) >= Severity.HIGH
            assert f"clusters ({expected} of 25+, filter: severity:high)" in desk.title
            assert len(desk.asked()) == 1

    async def test_follows_what_is_found_later(self, sit, cluster, held):
        broken = cluster("payments-prod-01")
        broken.certificates = Certificates(cluster_certificate="no PEM")
        async with sit(query="finding:cert-unreadable", wait=False) as desk:
            await desk.sees("clusters (0 of 25+")
            held.set()
            await desk.until(lambda: desk.rows == [broken.cluster_id])

    async def test_of_an_unknown_severity_names_those_that_exist(self, sit):
        async with sit() as desk:
            await desk.press("slash")
            await desk.type("severity:bad")
            await desk.sees('there is no severity "bad"', "critical, high, medium")
            assert len(desk.rows) == 25


class TestSort:
    async def test_one_key_brings_the_worst_to_the_top_with_the_cursor(self, sit):
        async with sit() as desk:
            await assessed(desk)
            await desk.press("s", "f")
            assert worst(desk) == sorted(worst(desk), reverse=True)
            assert worst(desk)[0] == Severity.CRITICAL
            assert desk.table.cursor == 0
            await desk.until(lambda: desk.rows[0] in desk.details)

    async def test_follows_what_is_found_later_and_the_cursor_stays(self, sit, cluster, held):
        quiet = cluster("payments-prod-01")
        quiet.certificates = Certificates(cluster_certificate="no PEM")
        async with sit() as desk:
            await desk.press("s", "f")
            await desk.put_cursor(quiet)
            before = desk.table.cursor
            held.set()
            await desk.until(lambda: desk.table.cursor < before)
            await assessed(desk)
            assert desk.current == quiet.cluster_id
            assert worst(desk) == sorted(worst(desk), reverse=True)


class TestDetails:
    @pytest.mark.parametrize("size", [(80, 24), (60, 16)])
    async def test_tell_why_and_what_to_do(self, sit, cluster, size):
        degraded = cluster("card-issuing-prod-02")
        async with sit(size=size) as desk:
            await desk.put_cursor(degraded)
            await desk.press("f")
            await desk.sees("Finding", "HSM-DEGRADED", "never recovers")
            flat = " ".join(desk.details.split())
            assert "→ X replaces it: creates one in its zone, then deletes the old one." in flat
            assert next(h for h in degraded.hsms if h.state == "DEGRADED").hsm_id in flat

    async def test_of_a_healthy_cluster_say_how_many_rules_found_nothing(self, sit, cluster):
        async with sit() as desk:
            await assessed(desk)
            await desk.put_cursor(cluster("payments-prod-01"))
            text = await desk.tab("findings")
            assert "No findings: 20" in text
            assert "rules evaluated." in text
            assert "Not checked: BACKUP-STALE" in text


def accepting(rule: str, until: date, **patterns: str) -> FindingsTable:
    """Settings by which a rule is accepted."""
    entry = AcceptTable(rule=rule, until=until, reason="no clients at night", **patterns)
    return FindingsTable(off=("STUCK",), accept=(entry,))  # a state lasts where the clock is set


class TestAcceptances:
    async def test_stand_apart_and_do_not_count(self, sit, cluster, clock):
        single, two = cluster("open-banking-dev"), cluster("tokenization-staging")
        today = clock.now().date()
        settings = FindingsTable(
            accept=(
                *accepting("SINGLE-HSM", today, tag="Environment=d*").accept,
                *accepting("TWO-HSM", today + DAYS * 99, region="us-*").accept,
            )
        )
        async with sit(size=(180, 45)) as desk:
            await assessed(desk)
            before = numbers(desk)
        async with sit(size=(180, 45), findings=settings) as desk:
            await assessed(desk)
            after = numbers(desk)
            accepted = before[Severity.HIGH] - after[Severity.HIGH]
            accepted += before[Severity.INFO] - after[Severity.INFO]
            assert accepted > 1
            assert f", {accepted} accepted, in {sum(map(bool, worst(desk)))} of " in desk.header
            assert "accepted 1" in row_of(desk, two.cluster_id)
            await desk.put_cursor(single)
            text = await desk.tab("findings")
            assert "accepted ▲ high SINGLE-HSM" in text
            assert f"Accepted until {today}, today: no clients at night" in text
            await desk.press("slash")
            await desk.type("finding:single-hsm environment=dev")
            await desk.until(lambda: desk.rows == [single.cluster_id])

    async def test_of_an_account_hold_once_that_is_known(self, sit, plane, cluster, clock):
        two, gate = cluster("tokenization-staging"), Gate()
        plane.script("GetCallerIdentity", gate)
        settings = accepting("TWO-HSM", clock.now().date() + DAYS * 99, account="1111*")
        async with sit(findings=settings, wait=False) as desk:
            await desk.until(lambda: desk.rows)
            await desk.until(lambda: "· info 1" in row_of(desk, two.cluster_id))
            assert "accepted" not in desk.header
            gate.release()
            await desk.until(lambda: "accepted 1" in row_of(desk, two.cluster_id))
            assert "ended" not in desk.notifications
            past = desk.screen.assessing.past_of(desk.table.view[9].key)
            assert past == []

    async def test_that_end_count_again_and_are_told_once(self, sit, cluster, clock):
        two = cluster("tokenization-staging")
        tomorrow = clock.now().date() + DAYS
        settings = accepting("TWO-HSM", tomorrow, cluster=two.cluster_id)
        async with sit(findings=settings) as desk:
            await assessed(desk)
            told = f"TWO-HSM ends {tomorrow}: no clients at night"
            await desk.until(lambda: told in desk.notifications)
            assert "accepted 1" in row_of(desk, two.cluster_id)
            clock.advance(DAY)
            desk.screen.assessing.again()
            await assessed(desk)
            assert "accepted 1" in row_of(desk, two.cluster_id)
            assert desk.notifications.count(told) == 1
            clock.advance(DAY)
            desk.screen.assessing.again()
            await assessed(desk)
            assert "accepted" not in row_of(desk, two.cluster_id)
            assert f"TWO-HSM ended {tomorrow}: no clients at night" in desk.notifications
            await desk.put_cursor(two)
            text = " ".join((await desk.tab("findings")).split())
            assert f"Was accepted until {tomorrow}: no clients at night" in text

    async def test_that_match_nothing_are_told_when_all_is_listed(self, sit, clock):
        settings = accepting("TWO-HSM", clock.now().date() + DAYS * 99, cluster="cluster-gone")
        async with sit(findings=settings) as desk:
            await assessed(desk)
            assert "matches nothing" not in desk.notifications
            await desk.press("M")
            await desk.until(lambda: desk.screen.fleet.extent.is_whole)
            await assessed(desk)
            await desk.until(lambda: "matches nothing" in desk.notifications)

    async def test_are_not_said_to_match_nothing_under_a_filter_of_the_service(self, sit, clock):
        settings = accepting("TWO-HSM", clock.now().date() + DAYS * 99, cluster="cluster-gone")
        async with sit(findings=settings, query="state:degraded") as desk:
            await assessed(desk)
            assert desk.screen.fleet.extent.is_whole
            assert "matches nothing" not in desk.notifications


async def test_what_is_to_be_looked_into_is_not_lost_with_a_dialog_that_closes(sit):
    async with sit() as desk:
        await desk.press("?")
        may_go_on = asyncio.Event()
        desk.app.screen.call_next(may_go_on.wait)
        desk.screen.assessing.again()
        await desk.until(lambda: not desk.screen.message_queue_size, "it is passed on")
        desk.app.pop_screen()
        may_go_on.set()
        await desk.until(lambda: not desk.screen.assessing._working, "all is looked into")
