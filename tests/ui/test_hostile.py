"""Text from outside is data, in every place where it can appear."""

import json
import re

import pytest
from textual.widgets import Input, OptionList

from hsmtui.config.settings import Flags
from hsmtui.model.certificates.roots import Roots
from hsmtui.model.cluster import decode_cluster
from hsmtui.model.text import visible
from hsmtui.ui.flows.save_certificates import write_certificates
from tests.hostile import cluster_of
from tests.parts import part_of
from tests.scripted import Refuse, Reply, reply_json

DRAWS = True
"""Each frame is drawn, as for a terminal."""

DESCRIBE = "DescribeClusters"
ACTS = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""What would act on a terminal."""
MARK = "\ufffd"
"""What the last net puts in its place."""

HOSTILE = [
    "[red]x",
    "[/foo]",
    "[bold",
    "[@click=app.quit]x[/]",
    "$text [$primary]y",
    "\x1b[31mred\x1b[0m",
    "\x9b2Jgone",
    "safe\u202egnp.exe",
    "a\u2066b\u200bc",
    "half \ud800 of a pair",
]

IDENTITY = (
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
    "<GetCallerIdentityResult><Arn>arn:aws:iam::1:user/{0}</Arn><UserId>u</UserId>"
    "<Account>{0}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
)


TIMES = dict.fromkeys(("CreateTimestamp", "HsmTypeRollbackExpiration"))


def named_cluster(text: str) -> dict[str, object]:
    """A cluster of which every text is this one, its Name too."""
    cluster = cluster_of(text)
    return cluster | {"TagList": [{"Key": "Name", "Value": text}, *cluster["TagList"]]}


def is_harmless(desk) -> None:
    """Nothing acts, and the last net had nothing to catch but what stands in a field."""
    found = ACTS.search(desk.text) or (MARK in desk.text and MARK not in visible_field(desk))
    assert not found, f"{found!r}\n{desk.text}"


def visible_field(desk) -> str:
    field = desk.app.focused
    return ACTS.sub(MARK, field.value) if isinstance(field, Input) else ""


@pytest.mark.in_parts
@pytest.mark.parametrize("text", part_of(HOSTILE), ids=ascii)
async def test_is_shown_as_it_is(sit, plane, text) -> None:
    shown = visible(text)
    plane.script(DESCRIBE, reply_json({"Clusters": [named_cluster(text)]}))
    if text.isprintable():
        body = IDENTITY.format(text.replace("&", "&amp;").replace("<", "&lt;")).encode()
        plane.script("GetCallerIdentity", Reply(body, content_type="text/xml"))
    async with sit(size=(160, 45)) as desk:
        await desk.until(lambda: desk.lines[3].count(shown[:9]) >= 2, "the row")
        is_harmless(desk)
        if text.isprintable():
            await desk.until(lambda: shown in desk.header)
        for tab, times in (("overview", 9), ("hsms", 5), ("certificates", 0), ("tags", 3)):
            assert (await desk.tab(tab)).count(shown) >= times, tab
            is_harmless(desk)
        if text.isprintable():
            assert (await desk.tab("json")).count(shown) >= 20
        await desk.tab("json")
        is_harmless(desk)

        await desk.press("c")
        await desk.until(lambda: shown in desk.notifications)
        assert desk.app.clipboard == text.encode("utf-8", "replace").decode()
        is_harmless(desk)
        await desk.press("C")
        await desk.until(lambda: desk.app.screen.query(OptionList))
        await desk.sees(shown)
        is_harmless(desk)
        await desk.press("escape", "ctrl+d")
        await desk.until(lambda: desk.app.screen.query("#delete-gate"))
        await desk.until(lambda: shown in desk.widget("#delete-gate"))
        assert shown in desk.widget("#delete-who") + desk.widget("#delete-what")
        is_harmless(desk)
        await desk.press("escape")

        plane.clear_scripts()
        plane.script(DESCRIBE, Refuse(text, f"About {text}."))
        await desk.press("r")
        await desk.until(lambda: shown in desk.notice)
        is_harmless(desk)
        await desk.press("!")
        await desk.until(lambda: shown in desk.widget("VerticalScroll > Static"))
        is_harmless(desk)
        await desk.press("escape", "slash")
        await desk.type(f'"{text}"')
        await desk.press("enter")
        await desk.until(lambda: shown in desk.title and desk.table.has_focus)
        await desk.until(lambda: MARK not in desk.text, "the filter line closed")
        is_harmless(desk)
        await desk.press("slash")
        await desk.type(f"{text.strip('[')}x:y" if ":" not in text else text)
        is_harmless(desk)
        await desk.press("escape")


@pytest.mark.parametrize("text", HOSTILE[-3:], ids=ascii)
def test_is_saved_as_a_file(tmp_path, text) -> None:
    paths = write_certificates(decode_cluster(cluster_of(text) | TIMES), Roots(), tmp_path)
    assert {path.parent.parent for path in paths} == {tmp_path}
    assert all(path.name.isascii() and path.read_text("utf-8").strip() for path in paths)
    assert len(paths) == 5


@pytest.mark.in_parts
@pytest.mark.parametrize("text", part_of(HOSTILE[::2]), ids=ascii)
async def test_of_profiles_and_regions_too(sit, server, aws_files, text) -> None:
    shown = visible(text)
    if " " not in text:
        keys = "aws_access_key_id = AKIADEMO111111111111\naws_secret_access_key = demo"
        aws_files(server.url, f"[profile {text}]\nendpoint_url = {server.url}\n{keys}\n")
    async with sit(size=(120, 40)) as desk:
        if " " not in text:
            await desk.press("P")
            await desk.until(lambda: desk.app.screen.query(OptionList))
            await desk.sees(shown)
            is_harmless(desk)
            await desk.type(text)
            await desk.press("enter")
            await desk.until(lambda: f"{shown} · us-east-1 · 1111" in desk.header)
            is_harmless(desk)
            await desk.settles()
            await desk.press("ctrl+d")
            await desk.until(lambda: desk.app.screen.query("#delete-who"))
            assert shown in desk.widget("#delete-who") + desk.widget("#delete-what")
            await desk.press("escape")
        await desk.press("R")
        await desk.until(lambda: desk.app.screen.query(OptionList))
        await desk.type(text)
        await desk.sees(shown)
        is_harmless(desk)
        await desk.press("enter")
        await desk.until(lambda: desk.app.errors)
        await desk.until(lambda: f"· {shown}" in desk.header)
        await desk.sees(shown)
        is_harmless(desk)


async def test_of_the_first_failure_stands_in_the_table(sit, plane) -> None:
    for text in HOSTILE[::3]:
        plane.clear_scripts()
        plane.script(DESCRIBE, Refuse("OddException", text))
        async with sit(wait=False) as desk:
            await desk.sees(visible(text))
            is_harmless(desk)


async def test_of_the_state_file_is_only_told(sit) -> None:
    notice = "state.toml \x1b[31m[red]x is not a state file"
    async with sit(start={"notice": visible(notice)}) as desk:
        await desk.until(lambda: "[red]x" in desk.notifications)
        is_harmless(desk)


async def test_an_endpoint_with_odd_text_is_shown(sit, server) -> None:
    flags = Flags(profiles=("demo",), endpoint_url=f"{server.url}/[red]x")
    async with sit(flags=flags, size=(160, 40), wait=False) as desk:
        await desk.until(lambda: desk.rows or desk.app.errors)
        await desk.until(lambda: "[red]x" in desk.header)
        is_harmless(desk)


@pytest.mark.in_parts
@pytest.mark.parametrize("text", part_of(HOSTILE), ids=ascii)
async def test_of_the_trail_is_shown_as_it_is(sit, plane, text) -> None:
    shown = visible(text)
    record = {
        **dict.fromkeys(("sourceIPAddress", "userAgent", "errorCode", "errorMessage"), text),
        "userIdentity": dict.fromkeys(("type", "arn", "userName"), text),
        "requestParameters": {text: text, "tagList": [{"key": text, "value": text}]},
    }
    event = {"EventId": text, "EventName": text, "Username": text, "ReadOnly": text}
    broken = event | {"EventId": "broken", "CloudTrailEvent": text}
    events = [event | {"CloudTrailEvent": json.dumps(record)}, broken]
    reads = event | {"EventId": "reads", "ReadOnly": "true", "CloudTrailEvent": "{}"}
    plane.script("LookupEvents", reply_json({"Events": [*events, reads]}))
    async with sit(size=(120, 45)) as desk:
        await desk.tab("trail")
        await desk.until(lambda: "all of the last 90 days" in desk.details)
        assert desk.details.count(shown) >= 4
        is_harmless(desk)
