"""Waiting for an answer: what is said meanwhile, and how it is given up at once."""

import os
import select
from collections.abc import Callable
from shlex import quote
from typing import Any

import pytest

from hsmtui.config.settings import Flags
from hsmtui.demo.server import DemoServer
from tests.network import Road, drip, forward
from tests.parts import part_of
from tests.scripted import Gate, Refuse, Reset, ScriptedPlane

DESCRIBE = "DescribeClusters"


@pytest.fixture
def three_attempts(place_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as botocore makes where nothing is set, with no pause between them."""
    monkeypatch.delenv("AWS_MAX_ATTEMPTS")
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)


class TestRetries:
    async def test_of_a_page_are_seen_while_they_go_on(self, three_attempts, sit, plane):
        async with sit() as desk:
            gate = Gate()
            plane.script(DESCRIBE, Reset(), call=1)
            plane.script(DESCRIBE, Refuse("ThrottlingException"), call=2)
            plane.script(DESCRIBE, gate, call=3)
            await desk.press("m")
            await desk.until(lambda: "ThrottlingException, attempt 3" in desk.title)
            assert f"{DESCRIBE}:" in desk.title
            gate.release()
            await desk.until(lambda: len(desk.rows) == 50)
            await desk.until(lambda: "attempt" not in desk.title)
            assert len(desk.asked()) == 4

    async def test_of_the_first_page_stand_where_the_rows_will(self, three_attempts, sit, plane):
        gate = Gate()
        plane.script(DESCRIBE, Reset(), call=1)
        plane.script(DESCRIBE, gate, call=2)
        async with sit(wait=False) as desk:
            await desk.sees("ConnectionClosedError, attempt 2")
            gate.release()
            await desk.until(lambda: len(desk.rows) == 25)

    async def test_of_a_look_at_the_gate_are_seen_and_of_what_was_given_up_no_longer(
        self, three_attempts, sit, plane
    ):
        async with sit() as desk:
            gate = Gate()
            plane.script(DESCRIBE, Reset(), call=1)
            plane.script(DESCRIBE, gate, call=2)
            await desk.press("ctrl+d")
            await desk.until(lambda: "ConnectionClosedError, attempt 2" in desk.title)
            gate.release()
            await desk.until(lambda: desk.app.screen.has_looked)
            await desk.press("escape")
            await desk.until(lambda: "attempt" not in desk.title)
            await desk.settles()
            asked, gate = len(desk.asked()), Gate()
            plane.script(DESCRIBE, Reset(), call=1)
            plane.script(DESCRIBE, gate, Reset(), call=2)
            await desk.press("m")
            await desk.until(lambda: "attempt 2" in desk.title)
            await desk.press("ctrl+c")
            await desk.until(lambda: "attempt" not in desk.title)
            gate.release()
            await desk.until(lambda: len(desk.asked()) == asked + 3)
            await desk.settles()
            assert "attempt" not in desk.title


async def begin_filter(desk: Any) -> None:
    await desk.press("slash")
    await desk.type("state:ACTIVE")
    await desk.press("enter")


ASKINGS: dict[str, Callable[[Any], Any]] = {
    "the next page": lambda desk: desk.press("m"),
    "a refresh": lambda desk: desk.press("r"),
    "all pages": lambda desk: desk.press("M"),
    "a filter": begin_filter,
}


class TestGivingUp:
    @pytest.mark.in_parts
    @pytest.mark.parametrize("key", ["escape", "ctrl+c"])
    @pytest.mark.parametrize("asking", part_of(ASKINGS))
    async def test_is_done_at_once_and_keeps_the_rows(self, sit, plane, asking, key):
        async with sit() as desk:
            gate = Gate()
            plane.script(DESCRIBE, gate, call=1)
            await ASKINGS[asking](desk)
            await desk.until(lambda: desk.under_way)
            await desk.until(lambda: desk.screen.fleet.first.doing)
            rows = desk.rows
            await desk.press(key)
            await desk.until(lambda: not desk.screen.fleet.first.doing)
            assert "Stopped waiting" in desk.notifications
            assert desk.rows == rows
            assert not desk.app.errors
            gate.release()
            await desk.settles()
            assert desk.rows == rows
            await desk.press("r")
            await desk.until(lambda: len(desk.asked()) == 3)

    async def test_comes_after_leaving_the_details_and_before_a_filter_is_dropped(self, sit, plane):
        async with sit(query="state:ACTIVE") as desk:
            plane.script(DESCRIBE, Gate(), call=1)
            await desk.press("r", "enter")
            await desk.until(lambda: desk.under_way)
            await desk.press("escape")
            assert desk.screen.fleet.first.doing
            await desk.press("escape")
            await desk.until(lambda: not desk.screen.fleet.first.doing)
            assert "filter: state:ACTIVE" in desk.title
            plane.clear_scripts()
            await desk.press("escape")
            await desk.until(lambda: "filter" not in desk.title)

    async def test_of_the_first_page_leaves_a_screen_that_can_ask(self, sit, plane):
        gate = Gate()
        plane.script(DESCRIBE, gate, call=1)
        plane.script(DESCRIBE, gate, call=2)
        async with sit(wait=False) as desk:
            for number, key in enumerate(("escape", "ctrl+c"), 1):
                await desk.until(lambda number=number: len(desk.asked()) == number)
                await desk.until(lambda: desk.screen.fleet.first.doing)
                await desk.press(key)
                await desk.sees("nothing is listed: r reads the list")
                await desk.press("r")
            gate.release()
            await desk.until(lambda: len(desk.rows) == 25)

    @pytest.mark.parametrize("key", ["escape", "ctrl+c"])
    async def test_of_connecting_too(self, sit, tmp_path, place_url, key):
        """Credentials that a program gives may take any time; it ends when nobody waits for it."""
        number, config = tmp_path / "number", tmp_path / "aws" / "config"
        config.write_text(
            f"[profile slow]\nregion = us-east-1\nendpoint_url = {place_url}\n"
            f"credential_process = sh -c 'echo $$ >\"$0\"; exec sleep 600' {quote(str(number))}\n"
        )
        async with sit("slow", wait=False) as desk:
            await desk.sees("credential_process")
            await desk.until(lambda: number.exists() and number.read_text())
            process = os.pidfd_open(int(number.read_text()))
            await desk.press(key)
            await desk.sees("nothing is listed: r reads the list")
            await desk.until(lambda: select.select([process], [], [], 0)[0], "its end")
            os.close(process)
            await desk.press("ctrl+q")
            await desk.until(lambda: desk.app._exit)


class TestDripping:
    """A byte at a time: no time-out ends it, the person does."""

    async def test_can_be_given_up_asked_again_and_left(
        self, sit, plane: ScriptedPlane, server: DemoServer
    ):
        with Road(server.url) as road:
            flags = Flags(profiles=("demo",), endpoint_url=road.url)
            async with sit(flags=flags, read_timeout=3) as desk:
                road.way = drip
                road.drop()
                await desk.press("m")
                await desk.sees("loading page 2")
                await desk.press("escape")
                await desk.until(lambda: "loading" not in desk.title)
                assert len(desk.rows) == 25
                road.way = forward
                await desk.press("m")
                await desk.until(lambda: len(desk.rows) == 50)
                road.way = drip
                road.drop()
                await desk.press("m")
                await desk.sees("loading page 3")
                await desk.press("q")
                await desk.until(lambda: desk.app._exit)
