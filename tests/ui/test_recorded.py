"""A file on the screen: what it has is shown, and nobody is asked whatever is pressed."""

import json
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from hsmtui.check.recorded_file import open_file
from hsmtui.config.settings import Flags, load
from hsmtui.config.state import State
from hsmtui.model.filter.query import parse
from hsmtui.ui.app import HsmtuiApp, Start
from hsmtui.ui.commands.keymap import COMMANDS, keys_of
from tests.scripted import ScriptedPlane, StandingClock
from tests.ui.conftest import Desk

Open = Callable[..., AbstractAsyncContextManager[Desk]]

CLUSTERS = [
    {
        "ClusterId": f"cluster-{number}",
        "State": "ACTIVE",
        "CreateTimestamp": 1700000000.5,
        "Hsms": [{"HsmId": f"hsm-{number}", "State": "ACTIVE", "AvailabilityZone": "eu-west-1a"}],
        "SubnetMapping": {"eu-west-1a": "subnet-1"},
        "PreCoPassword": "Hidden-By-All-Means",
    }
    for number in range(3)
]


@pytest.fixture
def open_recorded(tmp_path: Path, clock: StandingClock, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens an answer of describe-clusters; a socket that connects fails the test."""

    def connect(*_: object) -> None:
        raise AssertionError("somebody is asked")

    monkeypatch.setattr(socket.socket, "connect", connect)

    @asynccontextmanager
    async def opened(more: dict[str, Any] | None = None, config: str = "") -> AsyncIterator[Desk]:
        path, config_file = tmp_path / "clusters.json", tmp_path / "config.toml"
        config_file.write_text(config)
        path.write_text(json.dumps({"Clusters": CLUSTERS, **(more or {})}))
        written = datetime(2026, 1, 2, 3, 4, tzinfo=UTC).timestamp()
        os.utime(path, (written, written))
        recorded = open_file(str(path)).recorded
        start = Start(
            settings=load(Flags(config=config_file), os.environ, known_columns=()),
            state=State(),
            openings=recorded.openings,
            query=parse(""),
            clock=clock.now,
            keys={},
            recorded=recorded,
        )
        app = HsmtuiApp(start)
        async with app.run_test(size=(100, 30), notifications=True) as pilot:
            desk = Desk(app, pilot, ScriptedPlane(clock=clock))
            await desk.until(lambda: desk.rows, "rows")
            await desk.rest()
            yield desk
            app.workers.cancel_all()

    return opened


async def test_it_says_file_time_place_and_that_it_is_read_only(open_recorded: Open) -> None:
    async with open_recorded({"NextToken": "more"}) as desk:
        assert "clusters.json · ? · eu-west-1 · ?" in desk.header
        assert desk.header.rstrip().endswith("RO")
        assert "clusters (3+)" in desk.title
        assert "file of 2026-01-02 03:04 UTC" in desk.title
        assert "not all clusters" in desk.notice
        assert "Backups are not in this file." in await desk.tab("backups")
        assert "Hidden-By-All-Means" not in await desk.tab("json")


async def test_what_was_accepted_when_it_was_written_has_not_ended(open_recorded: Open) -> None:
    accept = '[[findings.accept]]\nrule = "SINGLE-HSM"\ncluster = "*"\n'
    config = f'{accept}until = 2026-02-01\nreason = "a test"\n'
    async with open_recorded(config=config) as desk:
        assert "3 accepted" in desk.header
        await desk.tab("findings")
        assert "ended" not in desk.notifications


def pages(folder: Path) -> list[str]:
    """The pages that were written there."""
    return [page.read_text() for page in folder.glob("cluster-*.md")]


async def test_a_page_on_it_says_that_it_is_of_a_file_and_judges_as_the_screen_does(
    open_recorded: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    accept = '[[findings.accept]]\nrule = "SINGLE-HSM"\ncluster = "*"\n'
    config = f'{accept}until = 2026-02-01\nreason = "a test"\n'
    async with open_recorded(config=config) as desk:
        await desk.press("H")
        await desk.until(lambda: "Wrote the page" in desk.notifications)
        assert not desk.app.errors
    (text,) = pages(tmp_path)
    assert "Read: 2026-01-02 03:04:00 UTC, opened from the file" in text
    assert "Accepted until: 2026-02-01" in text
    assert "AWS is not asked" in text
    assert "Hidden-By-All-Means" not in text


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.asks and c.scope == "clusters"])
async def test_what_would_ask_says_why_it_does_not(open_recorded: Open, command: Any) -> None:
    async with open_recorded() as desk:
        await desk.press(keys_of(command, {})[0])
        assert "Opened from a file" in desk.notifications
        assert not desk.app.has_dialog


async def test_nobody_is_asked_whatever_is_pressed(open_recorded: Open) -> None:
    random = Random(7)  # noqa: S311 - the same keys each time
    leaving = {"q", "ctrl+q", "ctrl+z"}
    keys = sorted({key for command in COMMANDS for key in keys_of(command, {})} - leaving)
    async with open_recorded({"NextToken": "more"}) as desk:
        for key in random.sample(keys, len(keys)) + random.choices(keys, k=60):
            await desk.press(key)
        assert desk.app.crash is None
