"""Replacing an HSM in two steps: which is the next, what each says and sends, and what is told."""

import asyncio
from typing import Any

import pytest
from textual.widgets import Button, Input

from hsmtui.demo.place import CREATE_SECONDS, DELETE_SECONDS
from hsmtui.demo.records import Hsm
from hsmtui.ui.dialogs.create_hsm import CreateHsmDialog
from hsmtui.ui.dialogs.delete_hsm import DeleteHsmDialog
from hsmtui.ui.dialogs.pick import PickDialog
from hsmtui.ui.terminal.type_ahead import BLIND
from tests.parts import part_of
from tests.recorded import read_audit
from tests.scripted import AnswerGate, Refuse, Reset, reply_json
from tests.ui.conftest import HERE

CREATE, DELETE = "CreateHsm", "DeleteHsm"
WITH_A_DEGRADED_ONE = "card-issuing-prod-02"


def degraded(desk: Any) -> Hsm:
    return next(hsm for hsm in desk.cluster.hsms if hsm.state == "DEGRADED")


async def comes(desk: Any, kind: type) -> Any:
    """Wait for a dialog, and where it is of a change for its first look."""
    await desk.until(lambda: isinstance(desk.app.screen, kind), kind.__name__)
    dialog = desk.app.screen
    await desk.rest()
    if kind is not PickDialog:
        await desk.until(lambda: dialog.has_looked, "a look")
    return dialog


async def create(desk: Any) -> Hsm:
    """Confirm the first step; the HSM that the service creates."""
    await comes(desk, CreateHsmDialog)
    button = desk.app.screen.query_one("#create-confirm", Button)
    await desk.until(lambda: button.display and not button.disabled, "the button")
    await desk.press("tab", "enter")
    await desk.sees("The service is creating hsm-", "deletes hsm-")
    await desk.press("escape")
    hsm: Hsm = desk.cluster.hsms[-1]
    return hsm


async def delete(desk: Any, hsm_id: str) -> None:
    """Confirm the second step."""
    await comes(desk, DeleteHsmDialog)
    await desk.until(lambda: isinstance(desk.app.focused, Input), "the field")
    await desk.type(hsm_id)
    await desk.press("tab", "enter")
    await desk.until(lambda: desk.asked(DELETE), "the request")


def told(desk: Any) -> str:
    """What the notices say that have not had their time."""
    return " ".join(notice.message for notice in desk.app.notices)


async def test_a_degraded_hsm_is_replaced_from_the_first_key_to_the_end(at, clock):
    async with at(WITH_A_DEGRADED_ONE, keys={"hsm.replace": "f8"}) as desk:
        old, of = degraded(desk), desk.cluster.cluster_id
        await desk.press("f8")
        await comes(desk, CreateHsmDialog)
        await desk.sees(
            f"Replace {old.hsm_id}, step 1 of 2: create an HSM",
            f"Step 2, once it is ACTIVE: f8 deletes {old.hsm_id}.",
        )
        new = await create(desk)
        zone = old.availability_zone
        assert desk.asked(CREATE) == [{"ClusterId": of, "AvailabilityZone": zone}]

        await desk.press("f8")
        said = f"{new.hsm_id} is being created in {zone}. When it is ACTIVE, f8 deletes"
        await desk.until(lambda: said in desk.notifications, "that it is under way")
        assert len(desk.app.screen_stack) == 1

        clock.advance(CREATE_SECONDS)
        said = f"{new.hsm_id} is ACTIVE. f8 now deletes {old.hsm_id}, step 2 of 2."
        await desk.until(lambda: said in desk.notifications, "that it is ACTIVE")
        await desk.press("f8")
        await comes(desk, DeleteHsmDialog)
        await desk.sees(
            f"Replace {old.hsm_id}, step 2 of 2: delete it",
            f"✓ {new.hsm_id}, which takes its place, is ACTIVE.",
            "Type the HSM id",
        )
        await delete(desk, old.hsm_id)
        assert desk.asked(DELETE) == [{"ClusterId": of, "HsmId": old.hsm_id}]
        await desk.until(lambda: "f8" not in told(desk), "that nothing advises it any more")
        clock.advance(DELETE_SECONDS)
        said = f"{old.hsm_id} is deleted."
        await desk.until(lambda: said in desk.notifications, "that it is gone")
        assert {hsm.state for hsm in desk.cluster.hsms} == {"ACTIVE"}
        assert desk.cluster.state == "ACTIVE"
        records = read_audit(desk.app.settings.paths.audit_file).records
        assert [each.change for each in records if each.outcome == "done"] == [
            f"in {zone}, for {old.hsm_id}",
            f"replaced by {new.hsm_id}",
        ]
        assert (len(desk.asked(CREATE)), len(desk.asked(DELETE))) == (1, 1)


async def test_one_that_was_left_is_taken_up_again_and_the_person_says_which_is_new(at):
    """What an earlier run has created cannot be told from an HSM that was always there."""
    async with at(WITH_A_DEGRADED_ONE) as desk:
        old = degraded(desk)
        new = Hsm("hsm-newaaaaaaaa", old.availability_zone, state="ACTIVE")
        desk.cluster.hsms.append(new)
        await desk.press("X")
        await comes(desk, PickDialog)
        await desk.sees(
            f"AWS does not say which HSM is newer: what replaces {old.hsm_id}?",
            f"a new HSM in {old.availability_zone}",
            "step 1: create it",
            f"{new.hsm_id}, ACTIVE",
            f"step 2: delete {old.hsm_id}",
        )
        await desk.press("enter")  # what cannot be undone does not stand first
        await comes(desk, CreateHsmDialog)
        await desk.press("escape", "X")
        await comes(desk, PickDialog)
        await desk.press("down", "enter")
        await comes(desk, DeleteHsmDialog)
        await desk.sees(f"{new.hsm_id}, which takes its place, is ACTIVE.")
        await delete(desk, old.hsm_id)
        assert desk.asked(CREATE) == []
        assert len(desk.asked(DELETE)) == 1


async def test_one_that_somebody_else_creates_is_waited_for(at, plane, clock):
    async with at(WITH_A_DEGRADED_ONE) as desk:
        old, of = degraded(desk), desk.cluster.cluster_id
        zone = old.availability_zone
        plane.done_elsewhere(CREATE, *HERE, ClusterId=of, AvailabilityZone=zone)
        new = desk.cluster.hsms[-1]
        await desk.press("X")
        words = f"{new.hsm_id} is being created in {zone}. When it is ACTIVE, X deletes"
        await desk.until(lambda: words in desk.notifications, "that it is under way")
        clock.advance(CREATE_SECONDS)
        words = f"{new.hsm_id} is ACTIVE. X now deletes {old.hsm_id}, step 2 of 2."
        await desk.until(lambda: words in desk.notifications, "that it is ACTIVE")
        assert desk.asked(CREATE) == []


async def test_one_that_was_created_and_is_not_listed_yet_is_waited_for(at, plane, clock):
    """The service may list what it has created after a moment only: that makes no second one."""
    async with at(WITH_A_DEGRADED_ONE) as desk:
        old, held = degraded(desk), AnswerGate()
        plane.script(CREATE, held)
        await desk.press("X")
        await comes(desk, CreateHsmDialog)
        button = desk.app.screen.query_one("#create-confirm", Button)
        await desk.until(lambda: button.display and not button.disabled, "the button")
        await desk.press("tab", "enter")
        assert await asyncio.to_thread(held.arrived)
        new = desk.cluster.hsms.pop()
        held.release()
        await desk.sees("The service is creating hsm-")
        await desk.press("escape", "X")
        words = f"{new.hsm_id} is being created in {old.availability_zone}. When it is ACTIVE"
        await desk.until(lambda: words in desk.notifications, "that it is under way")
        assert len(desk.asked(CREATE)) == 1
        desk.cluster.hsms.append(new)
        clock.advance(CREATE_SECONDS)
        await desk.until(lambda: "X now deletes" in desk.notifications, "that it is ACTIVE")
        await desk.press("X")
        await comes(desk, DeleteHsmDialog)
        await desk.sees(f"{new.hsm_id}, which takes its place, is ACTIVE.")


async def test_what_was_created_for_one_hsm_replaces_no_other(at, clock):
    async with at("payments-prod-01") as desk:
        first, second = desk.cluster.hsms[:2]
        second.availability_zone = first.availability_zone
        first.state = "DEGRADED"
        await desk.press("X")
        await comes(desk, PickDialog)
        await desk.press("enter")
        new = await create(desk)
        clock.advance(CREATE_SECONDS)
        await desk.until(lambda: f"{new.hsm_id} is ACTIVE." in desk.notifications, "it is told")
        first.state, second.state = "ACTIVE", "DEGRADED"
        await desk.press("X")
        dialog = await comes(desk, PickDialog)
        assert [choice.value for choice in dialog._choices] == ["", first.hsm_id]


async def test_the_hsm_under_the_cursor_is_meant_else_the_worst_stands_first(at):
    """One in another zone replaces nothing: it is not asked which is new."""
    async with at("payments-prod-01") as desk:
        first, second, third = desk.cluster.hsms
        assert len({hsm.availability_zone for hsm in desk.cluster.hsms}) == 3
        first.state = "DEGRADED"
        await desk.press("X")
        await comes(desk, CreateHsmDialog)
        await desk.press("escape", "2", "enter", "down", "X")
        await comes(desk, CreateHsmDialog)
        await desk.sees(f"Replace {second.hsm_id}, step 1 of 2")
        await desk.press("escape", "escape")
        first.state, second.state, third.state = "ACTIVE", "DEGRADED", "DEGRADED"
        await desk.press("X")
        dialog = await comes(desk, PickDialog)
        await desk.sees("Replace which HSM?")
        worst = [choice.value for choice in dialog._choices][:2]
        assert worst == [second.hsm_id, third.hsm_id]
        await desk.press("down", "enter")
        await comes(desk, CreateHsmDialog)
        await desk.sees(f"Replace {third.hsm_id}, step 1 of 2")


async def test_a_replacement_that_fails_before_the_request_is_not_deleted_for(at, clock, plane):
    async with at(WITH_A_DEGRADED_ONE) as desk:
        old = degraded(desk)
        await desk.press("X")
        new = await create(desk)
        clock.advance(CREATE_SECONDS)
        await desk.until(lambda: "X now deletes" in desk.notifications, "that it is ACTIVE")
        await desk.press("X")
        await comes(desk, DeleteHsmDialog)
        new.state = "DEGRADED"
        await desk.sees(f"What is to take its place is not ACTIVE: {new.hsm_id} is DEGRADED.")
        await desk.press("escape", "X")  # it is not offered any more
        await comes(desk, PickDialog)
        await desk.sees("Replace which HSM?")
        assert desk.asked(DELETE) == []
        assert old in desk.cluster.hsms


@pytest.mark.in_parts
@pytest.mark.parametrize(
    ("state", "words"),
    part_of(
        [
            ("DELETE_IN_PROGRESS", "is being deleted already."),
            ("CREATE_IN_PROGRESS", "is being created still"),
            (None, "is not listed any more."),
        ]
    ),
)
async def test_what_cannot_be_replaced_is_said(at, state, words):
    async with at("payments-prod-01") as desk:
        old = desk.cluster.hsms[0]
        await desk.press("2", "enter")
        if state is None:
            desk.cluster.hsms.remove(old)
        else:
            old.state = state
        await desk.press("X")
        await desk.until(lambda: f"{old.hsm_id} {words}" in desk.notifications, words)
        assert len(desk.app.screen_stack) == 1


async def test_where_there_is_nothing_to_replace_that_is_said(at, plane, clock, cluster):
    """Or where the cluster cannot be read. And no zone is guessed."""
    refused = Refuse("CloudHsmAccessDeniedException", "No.")
    unlisted = reply_json({"Clusters": []})
    odd = reply_json({"Clusters": [{"ClusterId": "cluster-aaaaaaaaaaa"}]})
    cannot = "No HSM can be replaced: "
    async with at(WITH_A_DEGRADED_ONE) as desk:
        old = degraded(desk)
        old.availability_zone = None
        for name, answer, words in (
            ("legacy-tde", None, "It has no HSMs."),
            ("hsm-retiring", None, "All its HSMs are being deleted."),
            (WITH_A_DEGRADED_ONE, refused, "DescribeClusters"),
            (WITH_A_DEGRADED_ONE, unlisted, f"{cannot}the service no longer lists"),
            (WITH_A_DEGRADED_ONE, odd, f"{cannot}it could not be checked which HSMs the cluster"),
            (WITH_A_DEGRADED_ONE, None, f"The answer has no availability zone of {old.hsm_id}."),
        ):
            await desk.put_cursor(cluster(name))
            desk.app.clear_notifications()
            clock.advance(BLIND.total_seconds())  # keys are heard again
            if answer is not None:
                plane.script("DescribeClusters", answer, call=1)
            await desk.press("X")
            await desk.until(lambda there=words: there in desk.notifications, words)
            assert len(desk.app.screen_stack) == 1


async def test_read_only_blocks_both_steps(at):
    async with at(WITH_A_DEGRADED_ONE, read_only="a test") as desk:
        old = degraded(desk)
        await desk.press("X")
        await comes(desk, CreateHsmDialog)
        await desk.sees("BLOCKED", "read-only")
        await desk.press("escape")
        desk.cluster.hsms.append(Hsm("hsm-newaaaaaaaa", old.availability_zone, state="ACTIVE"))
        await desk.press("X")
        await comes(desk, PickDialog)
        await desk.press("down", "enter")
        await comes(desk, DeleteHsmDialog)
        await desk.sees("BLOCKED", "read-only")
        assert (desk.asked(CREATE), desk.asked(DELETE)) == ([], [])


async def test_a_creation_of_unknown_outcome_is_shown_again(at, plane):
    async with at(WITH_A_DEGRADED_ONE) as desk:
        plane.script(CREATE, Reset())
        await desk.press("X")
        first = await comes(desk, CreateHsmDialog)
        button = first.query_one("#create-confirm", Button)
        await desk.until(lambda: button.display and not button.disabled, "the button")
        await desk.press("tab", "enter")
        await desk.sees("The outcome is UNKNOWN")
        await desk.press("escape", "X")
        again = await comes(desk, CreateHsmDialog)
        assert again._change is first._change
        assert len(desk.asked(CREATE)) <= 1
