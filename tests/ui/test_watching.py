"""Watching a list, and what becomes of the changes that are seen."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from rich.style import Style

from hsmtui.demo.records import Cluster, Hsm
from hsmtui.ui.theme import place_words
from tests.scripted import Gate, Refuse, StandingClock
from tests.ui.conftest import HERE, Desk

DESCRIBE = "DescribeClusters"
EVERY = 0.02
"""Seconds between two readings by the clock of the test, which stands still until it is moved."""


@pytest.fixture
def watch(sit: Any) -> Any:
    """The app, watching: `clock.advance(EVERY)` makes a reading due."""

    def watch(**more: Any) -> Any:
        return sit(**{"refresh_seconds": EVERY, **more})

    return watch


class Due:
    """Makes a reading due, and waits for its end."""

    def __init__(self, clock: StandingClock) -> None:
        self._clock = clock

    async def __call__(self, desk: Desk, times: float = 1) -> None:
        before = len(desk.asked())
        self._clock.advance(EVERY * times)
        await desk.until(lambda: len(desk.asked()) > before, "a reading")
        await desk.until(lambda: not desk.under_way and not desk.screen.is_asking)
        await desk.rest()


@pytest.fixture
def due(clock: StandingClock) -> Due:
    return Due(clock)


async def looked(desk: Desk) -> None:
    """Wait until the watch has looked several times whether it may read."""
    looks = 0
    may_read = desk.screen._watch._read_if_due

    def count() -> None:
        nonlocal looks
        looks += 1
        may_read()

    timer = desk.screen.set_interval(EVERY, count)
    await desk.until(lambda: looks > 2)
    timer.stop()


def underlined(desk: Desk) -> list[str]:
    """What is marked in the table."""
    table = desk.table
    return [
        segment.text
        for y in range(1, table.size.height)
        for segment in table.render_line(y)
        if (segment.style or Style()).underline
    ]


class TestReadings:
    async def test_come_when_they_are_due_and_change_rows_in_place(self, watch, due, cluster):
        async with watch() as desk:
            await desk.press("w")
            await desk.until(lambda: "watching every 0.02 s" in desk.title)
            await looked(desk)
            assert len(desk.asked()) == 1
            top = desk.screen.query_one("#details").region.y
            before = desk.lines[:top]
            await due(desk)  # nothing new, and nothing is drawn
            assert desk.lines[:top] == before
            assert desk.notifications == ""
            assert len(desk.app.events) == 0
            cluster("payments-prod-01").state = "DEGRADED"
            await due(desk)
            await desk.sees("DEGRADED")
            assert desk.asked() == [{"MaxResults": 25}] * 3
            assert underlined(desk) == ["▲ DEGRADED"]
            assert "ACTIVE → DEGRADED" in desk.notifications
            desk.screen._places.go("demo", "eu-central-1")  # it goes on there
            await desk.until(lambda: desk.rows)
            await desk.settles()
            await due(desk)
            assert desk.plane.requests[-1].region == "eu-central-1"
            assert "watching every 0.02 s" in desk.title
            await desk.press("w")
            assert "watching" not in desk.title

    async def test_keep_the_cursor_on_its_cluster_and_its_line(self, watch, due, plane):
        async with watch() as desk:
            await desk.press("w", "G")
            await desk.until(lambda: len(desk.rows) == 50)
            await desk.settles()
            at, line = desk.current, desk.table.cursor - desk.table.scroll_offset.y
            before = desk.table.scroll_offset.y
            gone = set(desk.rows[:3])
            plane.clusters(*HERE)[:] = [
                c for c in plane.clusters(*HERE) if c.cluster_id not in gone
            ]
            await due(desk)
            assert not gone & set(desk.rows)
            assert desk.current == at
            assert desk.table.scroll_offset.y == before - 3
            assert desk.table.cursor - desk.table.scroll_offset.y == line
            follower = desk.rows[desk.rows.index(at) + 1]
            plane.clusters(*HERE)[:] = [c for c in plane.clusters(*HERE) if c.cluster_id != at]
            await due(desk)
            assert desk.current == follower
            assert desk.table.cursor - desk.table.scroll_offset.y == line

    async def test_keep_to_the_filters_of_the_service(self, watch, due, cluster):
        async with watch(query="state:ACTIVE", size=(60, 16)) as desk:
            await desk.press("w")
            cluster("payments-prod-01").state = "DEGRADED"
            await due(desk)
            assert desk.asked()[-1]["Filters"] == {"states": ["ACTIVE"]}
            await desk.until(
                lambda: "no longer matches the filter, was ACTIVE" in desk.notifications
            )


class TestWaiting:
    async def test_while_a_dialog_is_open_or_a_filter_is_typed(self, watch, clock):
        async with watch() as desk:
            await desk.press("w")
            for asked, keys in enumerate((("e",), ("slash", "w", "e")), 1):
                await desk.press(*keys)
                clock.advance(60)
                await looked(desk)
                assert "watch paused" in desk.title, keys
                assert len(desk.asked()) == asked
                await desk.press("escape")
                await desk.until(lambda asked=asked: len(desk.asked()) == asked + 1)
                await desk.until(lambda: "watching every" in desk.title)

    async def test_for_what_a_person_asked_and_never_in_its_way(self, watch, due, plane, clock):
        async with watch() as desk:
            await desk.press("w")
            first, second = Gate(), Gate()
            plane.script(DESCRIBE, first, call=1)
            await desk.press("m")
            await desk.until(lambda: desk.under_way)
            clock.advance(60)
            await looked(desk)
            assert len(desk.asked()) == 2
            first.release()
            await desk.until(lambda: len(desk.rows) == 50)
            await desk.until(lambda: len(desk.asked()) == 4, "both pages again")
            await desk.until(lambda: not desk.screen.is_asking)
            plane.script(DESCRIBE, second, call=1)
            clock.advance(EVERY)
            await desk.until(lambda: desk.under_way)
            await desk.press("m")
            await desk.until(lambda: len(desk.rows) == 75)
            second.release()
            await desk.press("w")


class TestTrouble:
    async def test_slows_it_down_and_a_success_ends_that(self, watch, due, plane):
        async with watch() as desk:
            await desk.press("w")
            plane.script(DESCRIBE, Refuse("ThrottlingException", "Slow down."), call=1)
            await due(desk)
            await desk.until(lambda: "watching every 0.04 s, throttled" in desk.title)
            assert len(desk.rows) == 25
            plane.script(DESCRIBE, Refuse("AccessDeniedException", "No."), call=1)
            await due(desk, times=2)
            await desk.until(lambda: "every 0.08 s, after a failure" in desk.title)
            assert "No." in desk.notice
            assert desk.notifications == ""
            await due(desk, times=4)
            await desk.until(lambda: desk.title.endswith("watching every 0.02 s"))
            assert desk.notice == ""
            assert len(desk.app.errors) == 2

    async def test_that_botocore_got_over_slows_it_down_as_well(
        self, watch, due, plane, monkeypatch
    ):
        monkeypatch.delenv("AWS_MAX_ATTEMPTS")
        monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
        async with watch() as desk:
            await desk.press("w")
            plane.script(DESCRIBE, Refuse("ThrottlingException"), call=1)
            await due(desk)
            await desk.until(lambda: "watching every 0.04 s, throttled" in desk.title)
            assert list(desk.app.errors) == []

    async def test_half_way_keeps_the_rows(self, watch, due, plane, cluster):
        async with watch(page_size=10) as desk:
            await desk.until(lambda: len(desk.rows) == 20, "the page that fills the view")
            await desk.settles()
            await desk.press("w")
            before = desk.rows
            plane.clusters(*HERE).remove(cluster("legacy-tde"))
            plane.script(DESCRIBE, Refuse("ThrottlingException"), call=2)
            await due(desk)
            await desk.until(lambda: "throttled" in desk.title)
            assert desk.rows == before
            await due(desk, times=2)
            await desk.until(lambda: cluster_gone(desk))


def cluster_gone(desk: Desk) -> bool:
    return "gone, was ACTIVE" in desk.notifications


class TestEvents:
    async def test_are_listed_newest_first_with_old_and_new(
        self, sit, plane, clock, cluster: Callable[[str], Cluster]
    ):
        async with sit() as desk:
            await desk.press("e")
            await desk.sees("No changes were seen")
            await desk.press("escape")
            changed = cluster("payments-prod-01")
            changed.state = "UPDATE_IN_PROGRESS"
            await desk.press("r")
            await desk.until(lambda: len(desk.app.events) == 1)
            clock.advance(30)
            changed.state, changed.state_message = "DEGRADED", "An \x1b[31m HSM is lost."
            old = changed.hsms[0]
            changed.hsms[0] = Hsm("hsm-replacement", eni_id=old.eni_id, state="ACTIVE")
            await desk.press("r")
            of_it = partial(desk.app.events.events_of, place_words(desk.table.row.connection))
            await desk.until(lambda: len(of_it(changed.cluster_id)) == 3)
            await desk.press("e")
            await desk.sees("UPDATE_IN_PROGRESS → DEGRADED", changed.cluster_id, "UTC")
            text = desk.widget("#box Static")
            assert "An \\x1b[31m HSM is lost." in text
            assert f"{old.hsm_id} replaced by hsm-replacement" in text
            assert text.index("→ DEGRADED") < text.index("ACTIVE → UPDATE_IN_PROGRESS")
            assert not any("gone" in e.difference.words for e in of_it(changed.cluster_id))

    async def test_of_one_reading_are_one_notification_the_worst_first_and_their_marks_fade(
        self, sit, cluster, clock
    ):
        async with sit(refresh_seconds=30) as desk:
            for name in ("payments-prod-01", "identity-tokens-prod", "custody-prod"):
                cluster(name).state = "UPDATE_IN_PROGRESS"
            cluster("legacy-tde").state = "DEGRADED"
            await desk.press("r")
            await desk.until(lambda: desk.notifications)
            (told,) = desk.app._notifications
            assert told.title == "4 changes"
            assert told.severity == "error"
            lines = told.message.splitlines()
            assert lines[0] == "▲ legacy-tde: ACTIVE → DEGRADED"
            assert lines[-1] == "and 1 more: e lists them"
            await desk.until(lambda: "▲ DEGRADED" in underlined(desk))
            clock.advance(59)
            desk.screen.status_changed()
            assert underlined(desk)
            clock.advance(1)
            desk.screen.status_changed()
            assert not underlined(desk)

    async def test_of_the_delete_gate_are_marked_and_listed_and_not_told_twice(self, sit, cluster):
        async with sit() as desk:
            changed = cluster("payments-prod-01")
            await desk.put_cursor(changed)
            gone = changed.hsms.pop().hsm_id
            await desk.press("ctrl+d")
            await desk.until(lambda: len(desk.app.events) == 1)
            await desk.press("escape")
            await desk.rest()
            (event,) = desk.app.events.events_of(
                place_words(desk.table.row.connection), changed.cluster_id
            )
            assert event.difference.words == f"{gone} gone, was ACTIVE"
            assert underlined(desk) == ["2/2"]
            assert desk.notifications == ""

    async def test_name_their_place_where_that_is_not_the_one_shown(self, sit, plane, cluster):
        async with sit() as desk:
            gate = Gate()
            plane.script(DESCRIBE, gate, call=1)
            cluster("payments-prod-01").state = "DEGRADED"
            await desk.press("r", "e")
            gate.release()
            await desk.until(lambda: len(desk.app.events) == 1)
            await desk.settles()
            assert desk.notifications == ""  # it waits until the dialog is closed
            await desk.press("escape")
            await desk.until(lambda: "→ DEGRADED" in desk.notifications)
            await desk.press("e")
            await desk.sees("payments-prod-01")
            assert "demo · us-east-1" not in "\n".join(desk.lines[1:])
            await desk.press("escape")
            desk.screen._places.go("demo", "eu-central-1")
            await desk.until(lambda: desk.rows)
            await desk.press("e")
            await desk.sees("demo · us-east-1")
