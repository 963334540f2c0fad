"""A file on the screen: what it has is shown, and nobody is asked whatever is pressed."""

import csv
import json
import os
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from msgspec import structs

from hsmtui.check.document import SomewhereProblem
from hsmtui.check.recorded_file import open_file
from hsmtui.config.settings import Flags, load
from hsmtui.config.state import State
from hsmtui.model.filter.query import parse
from hsmtui.ui.app import HsmtuiApp, Start
from hsmtui.ui.commands.all_commands import COMMANDS
from hsmtui.ui.commands.keymap import keys_of
from tests.documents import (
    ACCEPTED,
    SPOT,
    cluster,
    document,
    failed_place,
    finding,
    place,
    result,
    unchecked,
)
from tests.parts import part_of
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
def open_saved(tmp_path: Path, clock: StandingClock, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens a file with this content; a name that is looked up, a socket that connects or a file
    that is kept for another run fails the test."""

    def ask(*_: object, **__: object) -> None:
        raise AssertionError("somebody is asked")

    monkeypatch.setattr(socket.socket, "connect", ask)
    monkeypatch.setattr(socket, "getaddrinfo", ask)

    @asynccontextmanager
    async def opened(
        content: bytes, size: tuple[int, int] = (100, 30), config: str = ""
    ) -> AsyncIterator[Desk]:
        path, config_file = tmp_path / "clusters.json", tmp_path / "config.toml"
        config_file.write_text(f"worst_first = false\n{config}")
        path.write_bytes(content)
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
        async with app.run_test(size=size, notifications=True) as pilot:
            desk = Desk(app, pilot, ScriptedPlane(clock=clock))
            await desk.until(lambda: desk.rows and "UTC" in desk.title, "rows")
            await desk.rest()
            yield desk
            app.workers.cancel_all()
        assert not start.settings.paths.state_dir.exists()

    return opened


@pytest.fixture
def open_recorded(open_saved: Open) -> Open:
    """Opens an answer of describe-clusters."""

    def opened(
        more: dict[str, Any] | None = None, config: str = ""
    ) -> AbstractAsyncContextManager[Desk]:
        content = json.dumps({"Clusters": CLUSTERS, **(more or {})}).encode()
        return open_saved(content, config=config)

    return opened


def files(folder: Path, suffix: str) -> list[str]:
    """What was written there that has a dash in its name, in the order of the names."""
    paths = sorted(folder.glob(f"*-*.{suffix}"))
    return [path.read_text(encoding="utf-8-sig") for path in paths]


AUDITOR = {**SPOT, "profile": "auditor"}
DENIED = {**SPOT, "profile": "sandbox"}


def several() -> bytes:
    """A check of four places: two clusters in one, all of which another has, a third cluster whose
    backups were denied, and a place that was not read for two reasons."""
    elsewhere = {**SPOT, "profile": "prod", "region": "us-east-1"}
    failed, problem = failed_place(**DENIED)
    more = structs.replace(problem, title="And it was slow", detail="later", request_id="r-2")
    backups = {"operation": "DescribeBackups", "title": "Backups denied", "code": "AccessDenied"}
    no_backups = SomewhereProblem(**backups, detail="no", remedy="", request_id="r-3", **elsewhere)
    accepted = finding("HSM1-EOS", "cluster-b", accepted=ACCEPTED)
    return msgspec.json.encode(
        document(
            finding(),
            accepted,
            finding("NO-HSM", "cluster-c", **elsewhere, severity="critical"),
            time="2026-02-28T23:59:30Z",
            demo=True,
            whole=False,
            places=(
                place(endpoint="DEMO", clusters=2),
                place(**AUDITOR, same_as="prod", clusters=0),
                place(**elsewhere, failed=True, endpoint="DEMO"),
                structs.replace(failed, pages=0),
            ),
            problems=(no_backups, problem, more),
            inventory=(
                saved_cluster("cluster-a"),
                saved_cluster("cluster-b", result("STUCK", "not evaluated", "first seen now")),
                saved_cluster("cluster-c", **elsewhere, backups=None, newest_backup=None),
            ),
            unchecked=(structs.replace(unchecked(), cluster_id="cluster-b"),),
        )
    )


def saved_cluster(cluster_id: str, *results: Any, **more: Any) -> Any:
    results = (*results, result("TAGS", "not evaluated", "switched off in the settings"))
    known = {"ClusterId": cluster_id, "State": "ACTIVE", "Hsms": []}
    return cluster(cluster_id, *results, cluster=known, **more)


async def test_it_says_file_time_place_and_that_it_is_read_only(open_recorded: Open) -> None:
    async with open_recorded({"NextToken": "more"}) as desk:
        assert "clusters.json · ? · eu-west-1 · ?" in desk.header
        assert desk.header.rstrip().endswith("RO")
        assert "clusters (3+)" in desk.title
        assert "file of 2026-01-02 03:04 UTC" in desk.title
        assert "not all clusters" in desk.notice
        assert "Backups are not in this file." in await desk.tab("backups")
        assert "Hidden-By-All-Means" not in await desk.tab("json")
        flat = " ".join((await desk.tab("findings")).split())  # no key is named that changes it
        assert "→ Create a cluster with more subnets from a backup: aws cloudhsmv2" in flat


def pages(folder: Path) -> list[str]:
    """The pages that were written there."""
    return [page.read_text() for page in folder.glob("cluster-*.md")]


async def test_what_was_accepted_then_has_not_ended_on_the_screen_or_on_a_page(
    open_recorded: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    accept = '[[findings.accept]]\nrule = "SINGLE-HSM"\ncluster = "*"\n'
    config = f'{accept}until = 2026-02-01\nreason = "a test"\n'
    async with open_recorded(config=config) as desk:
        assert "3 accepted" in desk.header
        await desk.tab("findings")
        assert "ended" not in desk.notifications
        await desk.press("H")
        await desk.until(lambda: "Wrote the page" in desk.notifications)
        assert not desk.app.errors
    (text,) = pages(tmp_path)
    assert "Read: 2026-01-02 03:04:00 UTC, the time of the file" in text
    assert "Accepted until: 2026-02-01" in text
    assert "AWS was not asked" in text
    assert "Hidden-By-All-Means" not in text


@pytest.mark.in_parts
@pytest.mark.parametrize(
    "command", part_of([c for c in COMMANDS if c.asks and c.scope == "clusters"])
)
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


async def test_several_places_are_told_as_they_were(open_saved: Open) -> None:
    async with open_saved(several(), size=(80, 24)) as desk:
        assert "clusters.json · 3 profiles · 4 places" in desk.header
        assert desk.header.rstrip().endswith("DEMO RO")
        assert "clusters (3+ in 3 of 4 places, 1 failed)" in desk.title
        assert "read 2026-02-28 23:59 UTC" in desk.title
        assert desk.rows == ["cluster-a", "cluster-b", "cluster-c"]
        await desk.press("L")
        lines = dict.fromkeys(("sandbox", "auditor", "us-east-1"), "")
        for name in lines:
            lines[name] = next(line for line in desk.text.split("\n") if f" {name} " in line)
        assert re.search(r"failed +AWS denied it", lines["sandbox"])
        assert re.search(r"the same +account and region as prod", lines["auditor"])
        assert "backups not read" in lines["us-east-1"]
        assert "r again" not in desk.text
        await desk.press("escape", "!")
        for told in ("AWS denied it", "And it was slow", "r-1", "r-2"):
            assert told in desk.text


async def test_findings_are_those_of_then_and_places_those_of_the_file(open_saved: Open) -> None:
    async with open_saved(several()) as desk:
        text = await desk.tab("findings")
        assert "one HSM" in text
        assert "→ Create another." in text
        assert "Switched off when it was read: TAGS." in text
        await desk.press("down")
        text = await desk.tab("findings")
        assert "Accepted until 2027-01-31: a test cluster" in text
        assert "Not checked: STUCK: first seen now." in text
        await desk.press("s", "f")
        assert "loads all" not in desk.title
        assert desk.rows[0] == "cluster-c"
        await desk.press("slash", *"region:us-east-1", "enter")
        assert desk.rows == ["cluster-c"]
        await desk.press("escape")
        # a place that has the clusters of another has them alone
        await desk.press("L", "end", "enter")
        assert "auditor · eu-central-1" in desk.header
        assert "clusters (2, 3 places left out)" in desk.title
        assert len(desk.rows) == 2


async def test_what_a_filter_of_the_check_left_out_is_no_failure(open_saved: Open) -> None:
    narrowed = msgspec.json.decode(several()) | {"filter": "state:ACTIVE"}
    async with open_saved(msgspec.json.encode(narrowed)) as desk:
        assert "clusters (3+ in 3 of 4 places, 1 failed)" in desk.title
    (place_of_it, *_) = narrowed["places"]
    narrowed |= {"places": [place_of_it], "problems": [], "inventory": narrowed["inventory"][:2]}
    narrowed["findings"] = narrowed["findings"][:2]
    async with open_saved(msgspec.json.encode(narrowed)) as desk:
        assert "clusters (2+)" in desk.title
        assert "only what matched the filter of the check: state:ACTIVE" in desk.notice


async def test_the_time_is_whole_at_each_width(open_saved: Open) -> None:
    async with open_saved(several(), size=(40, 16)) as desk:
        for width in (40, 50, 60, 80, 100):
            await desk.pilot.resize_terminal(width, 16)
            await desk.rest()
            assert "read 2026-02-28 23:59 UTC" in desk.title, width


async def test_of_one_place_time_and_account_are_whole(open_saved: Open) -> None:
    content = document(inventory=(saved_cluster("cluster-a"),), places=(place(endpoint="DEMO"),))
    async with open_saved(msgspec.json.encode(content), size=(60, 16)) as desk:
        for width in (60, 80):
            await desk.pilot.resize_terminal(width, 16)
            await desk.rest()
            assert "prod · eu-central-1 · 0123-4567-8901" in desk.header, width
            assert "read 2026-03-01 12:00 UTC" in desk.title, width


async def test_what_is_copied_names_the_file_and_no_command_of_the_demo(open_saved: Open) -> None:
    async with open_saved(several(), size=(150, 50)) as desk:
        await desk.press("C")
        await desk.until(lambda: "hsmtui command" in desk.text, "what can be copied")
        assert re.search(r"hsmtui command +hsmtui --from '?/", desk.text)
        assert "aws command" not in desk.text
        assert "--endpoint-url" not in desk.text
        await desk.press(*"opened", "enter")
        await desk.until(lambda: desk.shows("clusters.json, read 2026-02-28 23:59:30 UTC"), "it")


async def test_the_page_says_what_the_file_says_and_reads_nothing(
    open_saved: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with open_saved(several()) as desk:
        await desk.press("H")
        await desk.until(lambda: files(tmp_path, "md"), "the page")
        await desk.press("down", "down", "H")
        await desk.until(lambda: len(files(tmp_path, "md")) > 1, "the other page")
        await desk.rest()
    first, last = files(tmp_path, "md")
    assert "OpenedFromFile" not in first + last
    assert re.search(r"Opened from: .*clusters\.json`, read 2026-02-28 23:59:30 UTC", first)
    assert "Endpoint: DEMO, not AWS" in first
    assert "Switched off when it was read: TAGS" in first
    assert "3 were read; the newest that is READY is backup-1, made 2026-02-28 12:00:00" in first
    assert "## Backups\n\nNot in this file.\n" in last
    assert "## KMS key stores\n\nNot in this file.\n" in last
    assert "AWS is not asked" not in first + last
    assert "aws cloudhsmv2" not in first


async def test_saved_rows_name_the_file_and_its_time(
    open_recorded: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with open_recorded() as desk:
        for word, suffix in (("csv", "csv"), ("json", "json"), ("mark", "md")):
            await desk.press("ctrl+s", *word, "enter")
            await desk.until(lambda suffix=suffix: files(tmp_path, suffix), word)
    (saved,) = map(json.loads, files(tmp_path, "json"))
    file = str(tmp_path / "clusters.json")
    told = ("File", "FileTime", "FileTimeOf", "Region", "Profile", "Account", "Caller")
    when = "2026-01-02T03:04:00Z"
    who = ("eu-west-1", None, None, "the file does not say")
    assert tuple(saved[name] for name in told) == (file, when, "file of", *who)
    (page,) = files(tmp_path, "md")
    assert when in page
    assert "clusters.json" in page
    (rows,) = files(tmp_path, "csv")
    assert {row["FILE"] for row in csv.DictReader(StringIO(rows))} == {file}
