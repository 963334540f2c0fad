"""Confirmations that outlive their dialogs: none is sent beside another, and none is forgotten."""

import asyncio
import threading
from typing import Any

import pytest

from hsmtui.changes.audit import Audit
from hsmtui.changes.change import STILL_UNKNOWN, Phase
from hsmtui.changes.delete_cluster import DeleteCluster
from hsmtui.changes.delete_hsm import DeleteHsm
from hsmtui.changes.edit_tag import EditTag
from hsmtui.changes.pending import PendingChanges
from hsmtui.demo.records import Hsm
from hsmtui.model.gates.edit_tag import TagEdit
from tests.changes.conftest import ACCOUNT, DESCRIBE, listed, watched
from tests.scripted import AnswerGate, Gate, Reset

DELETE = "DeleteCluster"


class Pending(PendingChanges):
    """With what it says."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.last_words: list[str] = []
        super().__init__(self.told.append, self.last_words.append)


@pytest.fixture
def pending() -> Pending:
    return Pending()


@pytest.fixture
async def deletion(known: Any, desk: Any, cluster: Any) -> DeleteCluster:
    deletion = DeleteCluster(desk.context(known), cluster.cluster_id)
    watched(deletion)
    await deletion.look()
    return deletion


async def held(plane: Any, operation: str, confirming: Any) -> tuple[Gate, asyncio.Task[None]]:
    """A confirmation that stands at a gate of this operation."""
    gate = AnswerGate() if operation == DELETE else Gate()
    plane.script(operation, gate, call=1)
    task = asyncio.create_task(confirming)
    assert await asyncio.to_thread(gate.arrived)
    return gate, task


async def test_what_is_out_is_found_again_by_its_target_and_place(
    pending, deletion, known, connect, plane
):
    gate, task = await held(plane, DELETE, pending.confirm(deletion, deletion.target))
    target = deletion.target
    assert pending.find(DeleteCluster, known, target) is deletion
    again = listed(connect())  # after switching away and back
    assert pending.find(DeleteCluster, again, target) is deletion
    assert pending.find(DeleteCluster, connect(), target) is deletion  # its account is not known
    other = listed(connect(profile="demo-auditor"))  # shown by another profile of the account
    assert pending.find(DeleteCluster, other, target) is deletion
    assert pending.find(DeleteCluster, known, "cluster-other") is None
    assert pending.find(DeleteHsm, known, target) is None
    assert pending.find(DeleteCluster, known, target, lambda _: False) is None
    for place in ({"profile": "demo-staging"}, {"region": "eu-west-1"}):
        assert pending.find(DeleteCluster, connect(**place), target) is None
    gate.release()
    await task
    assert pending.find(DeleteCluster, known, target) is None
    assert pending.begun == []
    assert pending.told == []  # somebody looks


async def test_a_second_press_sends_no_second_request(pending, deletion, plane, desk):
    gate, task = await held(plane, DESCRIBE, pending.confirm(deletion, deletion.target))
    await pending.confirm(deletion, deletion.target)
    gate.release()
    await task
    assert desk.sent == [DELETE]


class SlowAudit(Audit):
    """On a disk that takes its time over what was blocked."""

    def __init__(self, audit: Audit) -> None:
        vars(self).update(vars(audit))
        self.arrived, self.done = threading.Event(), threading.Event()

    def blocked(self, *words: Any, **more: Any) -> None:
        self.arrived.set()
        assert self.done.wait(60)
        super().blocked(*words, **more)


@pytest.mark.parametrize("operation", [DESCRIBE, DELETE])
async def test_what_is_confirmed_while_the_one_before_is_recorded_is_not_forgotten(
    pending, known, desk, plane, cluster, operation
):
    audit = SlowAudit(desk.context(known).audit)
    deletion = DeleteCluster(desk.context(known, audit=audit), cluster.cluster_id)
    watched(deletion)
    await deletion.look()
    cluster.hsms = [Hsm("hsm-late", cluster.cluster_id)]
    first = asyncio.create_task(pending.confirm(deletion, deletion.target))
    assert await asyncio.to_thread(audit.arrived.wait, 60)  # stopped by its last look
    cluster.hsms = []
    await deletion.look()
    gate, second = await held(plane, operation, pending.confirm(deletion, deletion.target))
    audit.done.set()
    await first
    assert pending.begun == [deletion]
    gate.release()
    await second
    assert pending.begun == []
    assert desk.sent == [DELETE]


async def test_one_that_waits_for_its_last_look_is_not_out_yet(pending, deletion, known, plane):
    gate, task = await held(plane, DESCRIBE, pending.confirm(deletion, deletion.target))
    assert pending.begun == [deletion]
    assert pending.find(DeleteCluster, known, deletion.target) is None
    gate.release()
    await task


async def test_an_outcome_that_is_unknown_stays_pending(pending, deletion, known, plane, desk):
    plane.script(DELETE, Reset(), call=1)
    await pending.confirm(deletion, deletion.target)
    assert pending.find(DeleteCluster, known, deletion.target) is deletion
    await pending.confirm(deletion, deletion.target)  # by who decides to send it once more
    assert desk.sent == [DELETE, DELETE]
    assert deletion.phase is Phase.ACCEPTED
    assert pending.begun == []


async def test_one_that_is_unknown_is_found_while_it_is_confirmed_again_and_then_given_up(
    pending, deletion, known, plane, desk
):
    """Another dialog that shows it meanwhile does not stand for the one that was closed."""
    plane.script(DELETE, Reset(), call=1)
    await pending.confirm(deletion, deletion.target)
    plane.clear_scripts()
    gate, task = await held(plane, DESCRIBE, pending.confirm(deletion, deletion.target))
    assert pending.find(DeleteCluster, known, deletion.target) is deletion
    deletion.on_change = None
    deletion.on_change = lambda: pending.told.append("drawn")
    gate.release()
    await task
    assert desk.sent == [DELETE]
    assert deletion.outcome.headline == STILL_UNKNOWN
    assert "The dialog was closed." in deletion.outcome.detail
    assert pending.find(DeleteCluster, known, deletion.target) is deletion


async def test_what_came_of_it_is_told_where_nobody_looks(pending, deletion, plane):
    gate, task = await held(plane, DELETE, pending.confirm(deletion, deletion.target))
    deletion.on_change = None
    gate.release()
    await task
    assert pending.told == [f"{deletion.target}: The service is deleting the cluster."]


async def test_where_it_came_to_nothing_nothing_is_told(pending, deletion, desk):
    deletion.on_change = None
    await pending.confirm(deletion, "another text")
    assert (pending.told, pending.begun, desk.sent) == ([], [], [])


async def test_of_two_for_one_target_the_newer_is_found(pending, known, desk, plane, cluster):
    changes = []
    for value in ("first", "second"):
        edit = TagEdit(value, None, value)
        change = watched(EditTag(desk.context(known), cluster.cluster_id, edit))
        await change.look()
        changes.append(change)
    gates = [await held(plane, "TagResource", pending.confirm(c, c.target)) for c in changes]
    assert pending.find(EditTag, known, cluster.cluster_id) is changes[1]

    def is_first(change: EditTag) -> bool:
        return change.edit.key == "first"

    assert pending.find(EditTag, known, cluster.cluster_id, is_first) is changes[0]
    plane.clear_scripts()
    await asyncio.gather(*(task for _, task in gates))


@pytest.mark.parametrize("operation", [DELETE, DESCRIBE])
async def test_left_before_the_answer_has_last_words_if_it_was_sent(
    pending, deletion, plane, desk, operation
):
    gate, task = await held(plane, operation, pending.confirm(deletion, deletion.target))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    gate.release()
    if operation == DESCRIBE:
        assert (pending.last_words, desk.sent) == ([], [])
        return
    (words,) = pending.last_words
    assert words == (
        f"DeleteCluster {deletion.target} (account {ACCOUNT}, us-east-1) was sent "
        "and not answered before you quit: its outcome is unknown"
    )
