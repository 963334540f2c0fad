"""One tag of several clusters: each by itself, in turn, once, and no further than is known."""

import asyncio
from typing import Any

import pytest

from hsmtui.aws.connection import Connection
from hsmtui.changes.change import Phase
from hsmtui.changes.edit_tag import EditTag
from hsmtui.changes.edit_tags import EditTags
from hsmtui.demo.records import Tag
from hsmtui.model.gates.edit_tag import TagEdit
from hsmtui.model.gates.gate import Reason
from tests.changes.conftest import (
    DESCRIBE,
    HERE,
    IDENTITY,
    OTHER,
    Desk,
    listed,
    named_by_sts,
    ruled,
    watched,
)
from tests.scripted import Gate, Refuse, Reset, Run

TAG = "TagResource"


Several = tuple[EditTags, list[Any]]


def of_three(desk: Desk, connection: Connection) -> Several:
    """The change of the owner of three clusters, which somebody looks at; and the clusters."""
    clusters = desk.plane.place(*HERE).clusters[:3]
    changes = []
    for cluster in clusters:
        cluster.tag_list, cluster.state = [Tag("Owner", "alice")], "ACTIVE"
        edit = TagEdit("Owner", "alice", "bob")
        changes.append(watched(EditTag(desk.context(connection), cluster.cluster_id, edit)))
    return EditTags(changes, lambda change: change.confirm(change.target)), clusters


@pytest.fixture
def several(desk: Desk, known: Connection) -> Several:
    """Those of a connection of which STS has named the caller."""
    return of_three(desk, known)


def owners(clusters: list[Any]) -> list[str]:
    return [tag.value for cluster in clusters for tag in cluster.tag_list]


def tagged(desk: Desk) -> list[str]:
    """The targets of the requests, in their order."""
    return [r.parameters["ResourceId"] for r in desk.plane.requests if r.operation == TAG]


async def test_all_are_changed_one_after_the_other_each_with_its_record(several, desk):
    edits, clusters = several
    assert not edits.has_looked
    await edits.run()
    assert desk.sent == [], "nothing has been read yet"
    await edits.look()
    assert edits.has_looked
    assert edits.possible == list(edits.changes)
    ended: list[bool] = []
    edits.on_end = lambda: ended.append(edits.is_running)
    await edits.run()
    assert ended == [False]
    ids = [cluster.cluster_id for cluster in clusters]
    assert tagged(desk) == ids
    assert owners(clusters) == ["bob"] * 3
    assert edits.left == edits.unknown == []
    ends = [record for record in desk.records if record.outcome == "done"]
    assert [record.target for record in ends] == ids
    await edits.run()
    assert tagged(desk) == ids


async def test_what_one_may_not_keeps_no_other_back(several, desk):
    """One is not as it was listed, one is refused by the service."""
    edits, clusters = several
    clusters[0].tag_list[0] = Tag("Owner", "carol")
    await edits.look()
    assert edits.possible == list(edits.changes[1:])
    desk.plane.script(TAG, Refuse("CloudHsmTagException", "No."), call=1)
    await edits.run()
    assert owners(clusters) == ["carol", "alice", "bob"]
    assert edits.left == [edits.changes[0]]
    assert [each.was_sent for each in edits.changes] == [False, True, True]
    outcomes = {r.target: r.outcome for r in desk.records}
    assert list(outcomes.values()) == ["blocked", "refused", "done"]
    sent = tagged(desk)
    await edits.run()
    assert tagged(desk) == sent, "what was refused is not sent again"


async def test_an_unknown_outcome_stops_the_others_until_they_are_confirmed_anew(several, desk):
    edits, clusters = several
    await edits.look()
    desk.plane.script(TAG, Reset(), call=1)
    await edits.run()
    first, second, third = edits.changes
    assert edits.unknown == [first]
    assert edits.possible == [second, third]
    assert tagged(desk) == [first.target]
    await edits.run()
    assert tagged(desk) == [first.target, second.target, third.target]
    assert owners(clusters) == ["alice", "bob", "bob"]


@pytest.mark.parametrize("what", ["closed", "covered"])
async def test_the_next_is_not_begun_where_nobody_sees_it(several, desk, what):
    edits, _ = several
    await edits.look()
    first, second, third = edits.changes
    gate = Gate()
    desk.plane.script(TAG, gate, call=1)
    running = asyncio.ensure_future(edits.run())
    await asyncio.to_thread(gate.arrived)
    await edits.run()
    reads = desk.operations.count(DESCRIBE)
    await edits.look()
    assert desk.operations.count(DESCRIBE) == reads, "no look while it runs"
    for change in (second, third):
        if what == "closed":
            change.on_change = None
        else:
            change.is_shown_whole = lambda: False
    gate.release()
    await running
    assert tagged(desk) == [first.target]
    assert first.phase is Phase.ACCEPTED
    assert edits.left == [second, third]
    assert not edits.is_running


async def test_one_that_changes_before_its_turn_is_left_as_it_is(several, desk):
    edits, clusters = several
    await edits.look()
    clusters[1].tag_list[0] = Tag("Owner", "carol")
    await edits.run()
    assert owners(clusters) == ["bob", "carol", "bob"]
    assert "last check stopped it" in edits.changes[1].outcome.headline


async def test_one_that_is_not_answered_holds_the_others(several, desk):
    """The app is left, say: nothing goes on behind it."""
    edits, _ = several
    await edits.look()

    async def confirm(change: EditTag) -> None:
        change._enter(Phase.SENDING, None)

    stuck = EditTags(edits.changes, confirm)
    await stuck.run()
    assert len(stuck.left) == 2


async def test_who_was_named_late_is_confirmed_once_for_all(nameless, desk):
    edits, clusters = of_three(desk, nameless)
    await edits.look()
    await edits.run()
    assert desk.sent == []
    assert {change.caller for change in edits.changes} == {edits.changes[0].caller}
    assert edits.changes[0].caller is not None, "the dialog names the caller before it goes on"
    await edits.run()
    assert owners(clusters) == ["bob"] * 3


async def test_who_was_named_late_is_shown_where_the_first_is_not_changed(nameless, desk):
    """The caller is shown once for each connection, whichever of its changes was asked about."""
    edits, clusters = of_three(desk, nameless)
    clusters[0].tag_list[0] = Tag("Owner", "carol")
    await edits.look()
    await edits.run()
    assert all(change.caller is not None for change in edits.changes)


async def test_no_other_is_changed_as_somebody_else_than_was_named_late(nameless, desk):
    """The credentials become those of somebody else after the first request."""
    edits, clusters = of_three(desk, nameless)
    await edits.look()
    await edits.run()
    desk.plane.script(IDENTITY, named_by_sts(OTHER), call=2)
    desk.plane.script(IDENTITY, named_by_sts(OTHER), call=3)
    await edits.run()
    await edits.run()
    first, second, third = edits.changes
    assert tagged(desk) == [first.target]
    assert owners(clusters) == ["bob", "alice", "alice"]
    assert second.gate.reason is third.gate.reason is Reason.CALLER


async def test_who_closes_during_the_last_look_has_nothing_sent(several, desk):
    edits, _ = several
    await edits.look()
    gate = Gate()
    desk.plane.script(DESCRIBE, gate, call=1)
    running = asyncio.ensure_future(edits.run())
    await asyncio.to_thread(gate.arrived)
    for change in edits.changes:
        change.on_change = None
    gate.release()
    await running
    assert desk.sent == []
    assert edits.left == list(edits.changes)


async def test_nothing_is_sent_with_the_keys_of_somebody_else(vault, desk):
    """The program that gives keys gives others after the first request."""
    edits, clusters = of_three(desk, listed(vault.connection))
    await edits.look()
    desk.plane.script(TAG, Run(lambda: vault.write("Operator", OTHER)), call=1)
    await edits.run()
    first, *others = edits.changes
    vault.write("Operator")
    await edits.look()
    await edits.run()
    assert tagged(desk) == [first.target]
    assert {change.gate.reason for change in others} == {Reason.CALLER}
    assert owners(clusters) == ["bob", "alice", "alice"]


async def test_what_cannot_be_recorded_is_not_sent_and_stops_the_others(several, desk):
    edits, _ = several
    await edits.look()

    def spoil() -> None:
        desk.path.rename(desk.path.with_suffix(".away"))
        desk.path.mkdir()

    desk.plane.script(DESCRIBE, Run(spoil), call=2)
    await edits.run()
    first, second, third = edits.changes
    assert tagged(desk) == [first.target]
    assert "cannot be recorded" in second.outcome.headline
    assert third.outcome is None


async def test_who_leaves_while_one_is_sent_has_no_other_sent(several, desk):
    edits, _ = several
    await edits.look()
    gate = Gate()
    desk.plane.script(TAG, gate, call=1)
    running = asyncio.ensure_future(edits.run())
    await asyncio.to_thread(gate.arrived)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    gate.release()
    first, *others = edits.changes
    assert edits.left == edits.possible == others
    assert tagged(desk) == [first.target]
    assert not edits.is_running


async def test_one_that_becomes_read_only_meanwhile_is_not_sent(known, desk):
    why: list[str] = []
    edits, clusters = of_three(desk, ruled(known, lambda: "".join(why)))
    await edits.look()
    desk.plane.script(TAG, Run(lambda: why.append("a rule.")), call=1)
    await edits.run()
    assert owners(clusters) == ["bob", "alice", "alice"]
    assert {change.gate.reason for change in edits.left} == {Reason.READ_ONLY}
