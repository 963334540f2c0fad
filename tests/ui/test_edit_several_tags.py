"""One tag of several marked clusters: who is asked for what, once, and what each becomes."""

import re
from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.widgets import Button

from hsmtui.config.file import ProfileRule
from hsmtui.config.settings import Flags
from hsmtui.demo.records import Cluster, Tag
from hsmtui.ui.dialogs.edit_tags import EditTagsDialog
from hsmtui.ui.dialogs.pick import Choice, PickDialog
from hsmtui.ui.dialogs.tag_value import TagValueDialog
from tests.parts import part_of
from tests.scripted import AnswerGate, Gate, Refuse, Reset
from tests.ui.test_edit_tags import DESCRIBE, IDENTITY, TAG, UNTAG, records, sent, tags_of

NAMES = ("legacy-tde", "payments-prod", "hsm-retiring")


@pytest.fixture
def mark_several(sit: Any, cluster: Callable[[str], Cluster]) -> Any:
    """The app with three marked clusters that have an owner."""

    @asynccontextmanager
    async def mark_several(**more: Any) -> Any:
        clusters = [cluster(name) for name in NAMES]
        for each in clusters:
            each.tag_list = [Tag("Name", each.name or ""), Tag("Owner", "alice")]
        async with sit(**{"poll_seconds": 60, "size": (100, 40), **more}) as desk:
            desk.clusters = clusters
            for each in clusters:
                await desk.put_cursor(each)
                await desk.press("space")
            desk.marked = [row.cluster.cluster_id for row in desk.screen._marked_rows]
            yield desk

    return mark_several


@pytest.fixture
def open_several(mark_several: Any) -> Any:
    """The dialog of what is to become of the owner of three marked clusters."""

    @asynccontextmanager
    async def open_several(value: str | None = "bob", **more: Any) -> Any:
        async with mark_several(**more) as desk:
            await ask_for(desk, value)
            yield desk

    return open_several


async def ask_for(desk: Any, value: str | None, key: str = "Owner") -> None:
    """From the list to the dialog that sets a tag of what is marked, or removes it."""
    await desk.press("t")
    await desk.sees(f"Which tag of {len(desk.screen._marked_rows)} marked clusters?")
    await choose(desk, value, key)
    await desk.until(lambda: isinstance(desk.app.screen, EditTagsDialog), "the dialog")
    await desk.until(lambda: desk.app.screen._edits.has_looked, "all read")
    await desk.rest()


async def choose(desk: Any, value: str | None, key: str) -> None:
    """Name the tag, and give it a value or remove it."""
    await desk.type(key)
    await desk.press("enter")
    if key == "Owner":
        await desk.sees("give it a value")
        if value is None:
            await desk.type("remove")
        await desk.press("enter")
    if value is not None:
        await desk.until(lambda: isinstance(desk.app.screen, TagValueDialog))
        await desk.type(value)
        await desk.press("enter")


def button(desk: Any) -> Button | None:
    buttons = desk.app.screen.query(".change-confirm").results(Button)
    return next((each for each in buttons if each.display and not each.disabled), None)


async def confirm(desk: Any) -> None:
    await desk.until(lambda: button(desk), "a button")
    await desk.press("shift+tab")
    assert desk.app.focused is button(desk)
    await desk.press("enter")


async def is_done(desk: Any) -> None:
    edits = desk.app.screen._edits
    await desk.until(lambda: not edits.is_running, "the end")
    await desk.rest()


def reads(request: Any, target: str) -> bool:
    filters = request.parameters.get("Filters") or {}
    return request.operation == DESCRIBE and filters.get("clusterIds") == [target]


def tag_two(cluster: Callable[[str], Cluster], *tags: Tag) -> None:
    """Give two clusters their Name and these tags."""
    for name in NAMES[:2]:
        cluster(name).tag_list = [Tag("Name", name), *tags]


async def mark_two(desk: Any, cluster: Callable[[str], Cluster]) -> None:
    for name in NAMES[:2]:
        await desk.put_cursor(cluster(name))
        await desk.press("space")


def owners(desk: Any) -> dict[str, str | None]:
    return {each.name: tags_of(each).get("Owner") for each in desk.clusters}


class TestSent:
    async def test_one_request_a_cluster_each_checked_and_recorded(self, open_several):
        async with open_several() as desk:
            await desk.sees(*desk.marked, *NAMES, "now alice", "to bob", "Owner")
            await desk.sees("account 1111-1111-1111 · us-east-1 · profile demo", "role/Triage")
            await desk.sees("Set 3 of 3")
            assert sent(desk) == []
            gate = Gate()
            desk.plane.script(DESCRIBE, gate)
            await confirm(desk)
            await desk.press("enter", "space", "enter")  # a double tap sends nothing twice
            assert isinstance(desk.app.screen, EditTagsDialog)
            gate.release()
            await is_done(desk)
            assert desk.flat.count("done: the service took the request") == 3
            tag = {"TagList": [{"Key": "Owner", "Value": "bob"}]}
            assert sent(desk) == [{"ResourceId": each, **tag} for each in desk.marked]
            requests = desk.plane.requests
            tagged = [at for at, request in enumerate(requests) if request.operation == TAG]
            for start, end, target in zip([0, *tagged], tagged, desk.marked, strict=False):
                between = [
                    request.operation
                    for request in requests[start:end]
                    if request.operation == IDENTITY or reads(request, target)
                ]
                assert between[-2:] == [IDENTITY, DESCRIBE], "who, and what, just before"
            ends = [record for record in records(desk) if record.outcome == "done"]
            assert [record.target for record in ends] == desk.marked
            assert {record.change for record in ends} == {'Owner: "alice" -> "bob"'}
            assert set(owners(desk).values()) == {"bob"}
            await desk.press("tab", "enter")
            await desk.until(lambda: len(desk.app.screen_stack) == 1)
            assert "3 marked" in desk.title
            assert len(sent(desk)) == 3

    async def test_a_removal(self, open_several):
        async with open_several(None) as desk:
            await desk.sees("Owner is removed", "Remove 3 of 3")
            await confirm(desk)
            await is_done(desk)
            keys = {"TagKeyList": ["Owner"]}
            assert desk.asked(UNTAG) == [{"ResourceId": each, **keys} for each in desk.marked]
            assert set(owners(desk).values()) == {None}

    async def test_nothing_where_all_have_it_already_or_no_tag_can_have_the_key(
        self, sit, cluster, clock
    ):
        """What was typed behind such a key, such as its value, is for nothing else."""
        tag_two(cluster, Tag("Owner", "bob"))
        async with sit(poll_seconds=60) as desk:
            await mark_two(desk, cluster)
            for key, words in (("aws:x", "are AWS's own"), ("a*b", "not allowed")):
                await desk.press("t")
                await desk.type(key)
                await desk.app._press_keys(["enter", "2"])
                await desk.until(lambda words=words: words in desk.notifications, key)
                await desk.rest()
                assert len(desk.app.screen_stack) == 1
                assert desk.screen.details.tab.id == "overview"
                clock.advance(2)  # keys are heard again after a pause
            await desk.press("t")
            await desk.type("Owner")
            await desk.press("enter")
            await desk.type("remvoe")
            await desk.press("enter")
            await desk.sees("Nothing matches")  # what is changed is never guessed
            await desk.type("")
            await desk.press("enter")
            await desk.until(lambda: isinstance(desk.app.screen, TagValueDialog))
            await desk.type("bob")
            await desk.press("enter")
            await desk.until(lambda: "2 of 2: has this value already" in desk.notifications)
            assert len(desk.app.screen_stack) == 1
            assert sent(desk) == []

    async def test_to_the_account_and_region_of_each(self, sit, plane):
        flags = Flags(profiles=("demo-payments", "demo-staging"), regions=("us-east-1",))
        async with sit(flags=flags, poll_seconds=60, size=(120, 40)) as desk:
            await desk.until(lambda: desk.screen.fleet.extent.read == 2)
            await desk.settles()
            await desk.press("g", "space", "G", "space", "t")
            wanted = [
                (row.connection.account, row.cluster.cluster_id) for row in desk.screen._marked_rows
            ]
            assert len({account for account, _ in wanted}) == 2
            await desk.sees("Which tag of 2 marked clusters?")
            await desk.type("Brand New")
            await desk.press("enter")
            await desk.until(lambda: isinstance(desk.app.screen, TagValueDialog))
            await desk.type("x")
            await desk.press("enter")
            await desk.until(lambda: isinstance(desk.app.screen, EditTagsDialog))
            await desk.sees("profile demo-payments", "profile demo-staging", "no such tag")
            await desk.until(lambda: desk.app.screen._edits.has_looked)
            await confirm(desk)
            await is_done(desk)
            asked = [r for r in desk.plane.requests if r.operation == TAG]
            assert [(r.account, r.parameters["ResourceId"]) for r in asked] == wanted


class TestNothingIsSent:
    async def test_unless_the_button_is_pressed_nor_where_it_is_refused(self, open_several):
        """One is not as it was listed, which is said: the others may go on."""
        async with open_several() as desk:
            assert desk.app.focused.label.plain == "Cancel"
            await desk.press("enter")
            await desk.until(lambda: len(desk.app.screen_stack) == 1)
            await desk.settles()
            assert sent(desk) == []
            first = desk.clusters[0]
            first.tag_list[1] = Tag("Owner", "carol")
            await ask_for(desk, "bob")
            await desk.sees(
                "refused", "has changed since it was shown", 'now "carol"', "Set 2 of 3"
            )
            await confirm(desk)
            await is_done(desk)
            assert owners(desk) == {NAMES[0]: "carol", NAMES[1]: "bob", NAMES[2]: "bob"}
            assert first.cluster_id not in str(sent(desk))

    @pytest.mark.in_parts
    @pytest.mark.parametrize(
        "more",
        part_of(
            [
                {"flags": Flags(profiles=("demo",), read_only=True)},
                {"profiles": {"demo": ProfileRule(read_only=True)}},
            ]
        ),
        ids=part_of(["flag", "rule"]),
    )
    async def test_where_the_connection_is_read_only(self, open_several, more):
        async with open_several(**more) as desk:
            assert desk.flat.count("this connection is read-only") == 3
            assert button(desk) is None
            await desk.press("shift+tab", "enter")
            assert sent(desk) == []

    async def test_where_not_all_is_in_sight(self, open_several):
        async with open_several(size=(60, 14)) as desk:
            await desk.sees("BLOCKED", "This terminal has 14 rows")
            assert button(desk) is None
            await desk.pilot.resize_terminal(100, 40)
            await desk.rest()
            await desk.until(lambda: button(desk))
            await desk.pilot.resize_terminal(60, 14)
            await desk.rest()
            await desk.press("shift+tab", "enter", "space")
            assert sent(desk) == []

    async def test_where_a_tag_is_one_too_many(self, mark_several):
        async with mark_several() as desk:
            full = desk.clusters[1]
            full.tag_list = [Tag(f"k{n}", "") for n in range(50)]
            await ask_for(desk, "x", "Purpose")
            await desk.sees("refused", "at most 50 are allowed", "Set 2 of 3")
            await confirm(desk)
            await is_done(desk)
            assert full.cluster_id not in str(sent(desk))
            assert len(sent(desk)) == 2


class TestOutcomes:
    async def test_after_a_refusal_the_others_go_on_after_an_unknown_one_where_told_to(
        self, open_several
    ):
        async with open_several() as desk:
            desk.plane.script(TAG, Refuse("CloudHsmTagException", "Tag policy says no."), call=1)
            desk.plane.script(TAG, Reset(sent=0), call=2)
            await confirm(desk)
            await is_done(desk)
            await desk.sees("not changed", "Tag policy says no.")
            await desk.sees(
                "UNKNOWN", "Stopped: one outcome is not known", "Go on with the other 1"
            )
            assert len(sent(desk)) == 2
            await desk.press("enter", "space")
            assert len(sent(desk)) == 2, "a key that was meant for the button"
            assert isinstance(desk.app.screen, EditTagsDialog)
            await confirm(desk)
            await is_done(desk)
            assert desk.flat.count("done: the service") == 1
            assert [each["ResourceId"] for each in sent(desk)] == desk.marked
            outcomes = {r.target: r.outcome for r in records(desk)}
            expected = ("refused", "unknown", "done")
            assert outcomes == dict(zip(desk.marked, expected, strict=True))
            assert button(desk) is None

    async def test_who_closes_it_stops_before_the_next_and_doubles_none(self, open_several):
        async with open_several() as desk:
            gate = AnswerGate()
            desk.plane.script(TAG, gate, call=1)
            await confirm(desk)
            await desk.until(lambda: sent(desk))
            await desk.sees("under way", "Closing stops before the next")
            await desk.press("escape")
            await desk.until(lambda: len(desk.app.screen_stack) == 1)
            await ask_for(desk, "carol")
            await desk.sees("a request for this tag is not answered yet", "Set 2 of 3")
            await desk.press("escape")
            others = [each for each in desk.clusters if each.cluster_id != desk.marked[0]]
            assert {tags_of(each)["Owner"] for each in others} == {"alice"}
            for each in others:
                each.tag_list[1] = Tag("Owner", "carol")
            await desk.press("r")
            await desk.until(lambda: "carol" in str(desk.screen._marked_rows[1].cluster.tag_list))
            await desk.press("t")
            await choose(desk, "carol", "Owner")
            whys = ("Nothing was sent.", "1 of 3: a request", "2 of 3: has this value already.")
            await desk.until(lambda: all(why in desk.notifications for why in whys))
            gate.release()
            await desk.until(lambda: "took the request" in desk.notifications)
            await desk.settles()
            assert len(sent(desk)) == 1
            assert sorted(filter(None, owners(desk).values())) == ["bob", "carol", "carol"]


async def test_one_marked_row_has_its_list_of_tags(sit, cluster):
    async with sit() as desk:
        await desk.put_cursor(cluster("legacy-tde"))
        await desk.press("space", "t")
        await desk.sees("legacy-tde", "type a new key")


async def test_one_that_is_stopped_by_its_last_check_keeps_the_others_in_sight(open_several):
    """The terminal has just the rows that the dialog needs before the first request."""
    async with open_several(size=(80, 14)) as desk:
        needed = re.search(r"rows; (\d+) are needed", desk.flat)
        assert needed is not None, desk.flat
        await desk.pilot.resize_terminal(80, int(needed[1]))
        await desk.until(lambda: button(desk), "a button")
        second = next(c for c in desk.clusters if c.cluster_id == desk.marked[1])
        second.tag_list[1] = Tag("Owner", "a value that is long enough for more than one line " * 3)
        await confirm(desk)
        await is_done(desk)
        assert [each["ResourceId"] for each in sent(desk)] == [desk.marked[0], desk.marked[2]]


@pytest.mark.parametrize(
    ("typed", "values"),
    [("Owner", ["Owner"]), ("owner", ["Owner", "owner"]), (" New ", ["New"])],
)
def test_a_key_that_there_is_already_is_no_new_one(typed, values):
    dialog = PickDialog("Which tag?", [Choice("Owner", "Owner")], free="a new tag")
    assert [choice.value for choice in dialog.choices_for(typed)] == values
