"""Adding, changing and removing tags: what is sent, what is not, and what is said about it."""

from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.widgets import Button, Input, OptionList

from hsmtui.changes.audit import Record
from hsmtui.config.settings import Flags
from hsmtui.demo.records import Cluster, Tag
from hsmtui.ui.dialogs.edit_tag import EditTagDialog
from hsmtui.ui.dialogs.tag_value import TagValueDialog
from hsmtui.ui.dialogs.tags import TagsDialog
from tests.hostile import CORPUS
from tests.recorded import read_audit
from tests.scripted import AnswerGate, Gate, Refuse, Reset, StandingClock, reply_json

DESCRIBE = "DescribeClusters"
IDENTITY = "GetCallerIdentity"
TAG = "TagResource"
UNTAG = "UntagResource"


@pytest.fixture
def open_tags(sit: Any, cluster: Callable[[str], Cluster], clock: StandingClock) -> Any:
    """The app with the list of the tags of a cluster, read afresh; `tags` are those it has."""

    @asynccontextmanager
    async def open_tags(*tags: Tag, fault: Any = None, **more: Any) -> Any:
        async with sit(**{"poll_seconds": 60, **more}) as desk:
            desk.cluster = cluster("legacy-tde")
            desk.cluster.tag_list = [Tag("Name", "legacy-tde"), *(tags or [Tag("Owner", "alice")])]
            await desk.put_cursor(desk.cluster)
            if fault is not None:
                desk.plane.script(DESCRIBE, fault)
            looks = len(desk.asked())
            await desk.press("t")
            await desk.until(lambda: isinstance(desk.app.screen, TagsDialog))
            await desk.until(lambda: len(desk.asked()) > looks)
            await desk.until(lambda: desk.app.screen._is_fresh, "tags that were read afresh")
            clock.advance(1)  # the tags of the row, which are gone, have been seen to go
            yield desk

    return open_tags


async def ask_for(desk: Any, key: str, value: str) -> None:
    """Go to the confirmation of this value for this key."""
    await desk.type(key)
    await desk.press("enter")
    await desk.until(lambda: isinstance(desk.app.screen, TagValueDialog))
    await desk.type(value)
    await desk.press("enter")
    await desk.until(lambda: isinstance(desk.app.screen, EditTagDialog))
    await desk.until(lambda: desk.app.screen.has_looked)


async def confirm(desk: Any) -> None:
    await desk.until(lambda: can_press(desk))
    await desk.press("shift+tab", "enter")


def can_press(desk: Any) -> bool:
    buttons = desk.app.screen.query("#tag-confirm").results(Button)
    return any(button.display and not button.disabled for button in buttons)


def under_cursor(desk: Any) -> str:
    options = desk.app.screen.query_one(OptionList)
    option = options.highlighted_option
    return str(option.prompt).split("  ")[0] if option else ""


def sent(desk: Any) -> list[dict[str, Any]]:
    return [*desk.asked(TAG), *desk.asked(UNTAG)]


def tags_of(cluster: Cluster) -> dict[str, str]:
    return {tag.key: tag.value for tag in cluster.tag_list or ()}


def records(desk: Any) -> tuple[Record, ...]:
    path = desk.app.settings.paths.audit_file
    if not path.exists():
        return ()
    reading = read_audit(path)
    assert reading.problems == ()
    return reading.records


async def recorded(desk: Any, count: int) -> tuple[Record, ...]:
    await desk.until(lambda: len(records(desk)) >= count, f"{count} records")
    return records(desk)


class TestSent:
    async def test_a_new_tag_in_one_request_that_is_recorded(self, open_tags):
        async with open_tags() as desk:
            await ask_for(desk, "Cost Center", "4711")
            await desk.sees("Add a tag", "1111-1111-1111", "us-east-1", "role/Triage", "legacy-tde")
            await desk.sees(desk.cluster.cluster_id, "Cost Center", "with  4711")
            assert desk.app.focused.id == "tag-cancel"
            await confirm(desk)
            await desk.until(lambda: isinstance(desk.app.screen, TagsDialog))
            await desk.sees("Cost Center  4711")
            await desk.until(lambda: under_cursor(desk) == "Cost Center")
            assert sent(desk) == [
                {
                    "ResourceId": desk.cluster.cluster_id,
                    "TagList": [{"Key": "Cost Center", "Value": "4711"}],
                }
            ]
            operations = [request.operation for request in desk.plane.requests]
            at = operations.index(TAG)
            assert operations[at - 2 : at] == [IDENTITY, DESCRIBE]
            before, after = await recorded(desk, 2)
        for record in (before, after):
            assert (record.operation, record.target) == (TAG, desk.cluster.cluster_id)
            assert record.change == 'Cost Center: none -> "4711"'
        assert (before.outcome, after.outcome) == ("unknown", "done")
        assert before.id == after.id
        assert after.request_id

    async def test_a_new_value_and_row_and_details_follow(self, open_tags):
        async with open_tags() as desk:
            await desk.tab("tags")
            await ask_for(desk, "Name", "tde-archive")
            await desk.sees("Change a tag", "from  legacy-tde", "to    tde-archive")
            await confirm(desk)
            await desk.until(lambda: "tde-archive" in desk.details)
            await desk.press("escape")
            await desk.until(lambda: "tde-archive" in "\n".join(desk.lines[2:12]))
            assert len(sent(desk)) == 1
            assert tags_of(desk.cluster) == {"Name": "tde-archive", "Owner": "alice"}

    async def test_the_removal_of_the_tag_under_the_cursor(self, open_tags):
        async with open_tags() as desk:
            await desk.press("down", "delete")
            await desk.sees("Remove a tag", "now   alice")
            await confirm(desk)
            await desk.until(lambda: isinstance(desk.app.screen, TagsDialog))
            await desk.until(lambda: "Owner" not in desk.text)
            assert sent(desk) == [{"ResourceId": desk.cluster.cluster_id, "TagKeyList": ["Owner"]}]
            assert (await recorded(desk, 2))[-1].change == 'Owner: "alice" -> none'

    async def test_what_is_typed_ahead_goes_to_the_dialogs_to_come(self, sit, cluster, monkeypatch):
        monkeypatch.setattr(
            "hsmtui.ui.terminal.type_ahead.EFFECT_AT_MOST", 5
        )  # however busy the machine
        async with sit(poll_seconds=60) as desk:
            await desk.put_cursor(cluster("legacy-tde"))
            await desk.app._press_keys(["t", *"Purpose", "enter", *"pki", "enter"])
            await desk.until(lambda: isinstance(desk.app.screen, EditTagDialog))
            await desk.until(lambda: can_press(desk))
            await desk.sees("tag   Purpose", "with  pki")
            assert sent(desk) == []


class TestNothingIsSent:
    async def test_unless_the_button_is_pressed_and_the_tag_is_as_it_was_shown(self, open_tags):
        async with open_tags() as desk:
            for keys in (("enter",), ("space",), ("escape",), ("tab", "tab", "enter")):
                await ask_for(desk, "Owner", "bob")
                await desk.until(lambda: can_press(desk))
                await desk.press(*keys)
                await desk.until(lambda: isinstance(desk.app.screen, TagsDialog))
            desk.cluster.tag_list[1] = Tag("Owner", "carol")
            await ask_for(desk, "Owner", "bob")
            await desk.sees("BLOCKED", "has changed since it was shown", 'now "carol"')
            assert not can_press(desk)
            await desk.press("escape")
            await desk.sees("Owner  carol")
            await desk.settles()
            assert sent(desk) == []

    async def test_more_by_a_double_tap_on_the_button(self, open_tags):
        async with open_tags() as desk:
            await ask_for(desk, "Owner", "bob")
            gate = Gate()
            desk.plane.script(DESCRIBE, gate, Refuse("ThrottlingException"), call=1)
            await confirm(desk)
            await desk.sees("Reading it once more")
            await desk.press("enter", "space")
            gate.release()
            await desk.sees("Nothing was sent")
            await desk.press("enter", "space")
            assert isinstance(desk.app.screen, EditTagDialog)
            assert sent(desk) == []

    async def test_for_what_the_service_would_refuse(self, open_tags):
        async with open_tags(Tag("aws:stack", "s"), *(Tag(f"k{n}", "") for n in range(48))) as desk:
            await desk.sees("49 of at most 50")
            for key, why in (
                ("a*b", "(U+002A ASTERISK) at 2"),
                ("x" * 129, "129 characters; at most 128"),
                ("aws:x", "AWS's own"),
                ("aws:stack", "AWS's own"),
            ):
                await desk.type(key)
                await desk.until(lambda why=why: why in desk.flat, why)
                await desk.press("enter", "delete")
                assert isinstance(desk.app.screen, TagsDialog)
            await desk.type("k7")
            await desk.press("enter")
            for value, why in (("", "the value that it has"), ("a,b", "COMMA"), ("x" * 257, "257")):
                await desk.type(value)
                await desk.until(lambda why=why: why in desk.flat, why)
                await desk.press("enter")
                assert isinstance(desk.app.screen, TagValueDialog)
            await desk.press("escape")
            desk.cluster.tag_list.append(Tag("k48", ""))
            await ask_for(desk, "new", "v")
            await desk.sees("BLOCKED", "the service would refuse it", "at most 50 are allowed")
            assert sent(desk) == []

    async def test_where_the_connection_is_read_only(self, open_tags):
        async with open_tags(flags=Flags(profiles=("demo",), read_only=True)) as desk:
            await desk.sees("Owner", "alice", "Read-only by --read-only")
            await desk.press("enter", "delete")
            await desk.type("Owner")
            await desk.press("enter", "ctrl+d")
            assert isinstance(desk.app.screen, TagsDialog)
            assert sent(desk) == []

    async def test_where_the_tags_cannot_be_read(self, open_tags):
        async with open_tags(fault=Refuse("AccessDeniedException", "Computer says no.")) as desk:
            await desk.until(lambda: "Computer says no." in desk.flat)
            await desk.sees("BLOCKED", "the tags could not be read")
            await desk.press("enter", "delete")
            assert isinstance(desk.app.screen, TagsDialog)


async def test_the_cursor_stays_on_its_tag_when_the_tags_are_read_again(sit, cluster):
    async with sit(poll_seconds=60) as desk:
        gate = Gate()
        target = cluster("legacy-tde")
        target.tag_list = [Tag(key, "") for key in ("k1", "k2", "k3")]
        await desk.press("r")
        await desk.settles()
        await desk.put_cursor(target)
        desk.plane.script(DESCRIBE, gate)
        await desk.press("t")
        await desk.type("k")
        await desk.press("down", "down")
        target.tag_list.insert(0, Tag("k0", ""))
        gate.release()
        await desk.sees("k0")
        assert under_cursor(desk) == "k3"
        await desk.press("delete")
        await desk.sees("Remove a tag", "tag   k3")


class TestOutcomes:
    async def test_a_refusal_is_told_and_an_unknown_one_and_the_tags_read_again(self, open_tags):
        async with open_tags() as desk:
            desk.plane.script(TAG, Refuse("CloudHsmTagException", "Tag policy says no."))
            await ask_for(desk, "Owner", "bob")
            looks = len(desk.asked())
            await confirm(desk)
            await desk.until(lambda: "Tag policy says no." in desk.flat)
            await desk.sees("the tag is as it was")
            await desk.until(lambda: len(desk.asked()) == looks + 2)
            assert len(sent(desk)) == 1
            assert (await recorded(desk, 2))[1].outcome == "refused"
            desk.plane.clear_scripts()
            desk.plane.script(TAG, Reset(sent=0))
            await confirm(desk)
            await desk.sees("UNKNOWN", 'its value is now "bob"')
            await desk.press("escape")
            await desk.sees("Owner  bob")
            assert len(sent(desk)) == 2
            outcomes = [record.outcome for record in (await recorded(desk, 4))[2:]]
            assert outcomes == ["unknown"] * 2

    async def test_a_request_under_way_is_shown_again_and_not_doubled(self, open_tags):
        async with open_tags() as desk:
            gate = AnswerGate()
            desk.plane.script(TAG, gate)
            await ask_for(desk, "Owner", "bob")
            await confirm(desk)
            await desk.until(lambda: sent(desk))
            await desk.press("escape")
            await ask_for(desk, "Owner", "carol")
            await desk.sees("TagResource was sent", "to    bob")
            gate.release()
            await desk.until(lambda: isinstance(desk.app.screen, TagsDialog))
            await desk.sees("Owner  bob")
            assert len(sent(desk)) == 1

    async def test_one_that_does_not_show_is_told(self, open_tags):
        async with open_tags(poll_seconds=0.05) as desk:
            desk.plane.script(TAG, reply_json({}))
            await ask_for(desk, "Owner", "bob")
            await confirm(desk)
            await desk.until(lambda: "does not list it yet" in desk.notifications)
            await desk.sees("Owner  alice")

    async def test_an_answer_for_another_place_is_dropped(self, open_tags):
        async with open_tags() as desk:
            gate = Gate()
            desk.plane.script(TAG, gate)
            await ask_for(desk, "Owner", "bob")
            await confirm(desk)
            await desk.until(lambda: sent(desk))
            await desk.press("escape", "escape")
            desk.screen._places.go("demo-staging", "eu-central-1")
            await desk.until(lambda: desk.rows and desk.cluster.cluster_id not in desk.rows)
            gate.release()
            await desk.until(lambda: "took the request" in desk.notifications)
            assert desk.cluster.cluster_id not in desk.rows


class TestHostileTexts:
    async def test_are_shown_and_never_acted_on(self, open_tags):
        """A value that a field would show wrongly is not put into one."""
        texts = {name.replace(" ", ""): text for name, text in CORPUS.items()}
        del texts["surrogates"]  # the demo has no JSON for halves of pairs
        async with open_tags(*(Tag(key, text) for key, text in texts.items())) as desk:
            assert not {"\x1b", "\u202e", "\u2066", "\x9b", "\u200b"} & set(desk.text)
            for key in ("bidi", "markup", "long"):
                await desk.type(key)
                await desk.press("enter")
                await desk.until(lambda: isinstance(desk.app.screen, TagValueDialog))
                field = desk.app.screen.query_one(Input)
                assert field.value == (texts[key] if key == "long" else "")
                await desk.press("escape")
            await ask_for(desk, "osc", "clean")
            await desk.sees(r"from  \x1b]0;PWNED\x07")
            assert sent(desk) == []
