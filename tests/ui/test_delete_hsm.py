"""Deleting an HSM: from where, after which words, what is sent, and what is not."""

from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.widgets import Button, Input

from hsmtui.demo.place import DELETE_SECONDS
from hsmtui.demo.records import Cluster
from hsmtui.ui.dialogs.delete_cluster import DeleteClusterDialog
from hsmtui.ui.dialogs.delete_hsm import DeleteHsmDialog
from tests.recorded import read_audit
from tests.scripted import Gate, Refuse, Reset, reply_json

DESCRIBE, IDENTITY, DELETE_HSM = "DescribeClusters", "GetCallerIdentity", "DeleteHsm"


@pytest.fixture
def at(sit: Any, cluster: Callable[[str], Cluster]) -> Any:
    """The app with the cursor on the cluster of this Name."""

    @asynccontextmanager
    async def at(name: str, **more: Any) -> Any:
        async with sit(**more) as desk:
            desk.cluster = cluster(name)
            await desk.put_cursor(desk.cluster)
            yield desk

    return at


async def opened(desk: Any) -> str:
    """Wait for the dialog of an HSM and its first look; the id that it asks for."""
    await desk.until(lambda: isinstance(desk.app.screen, DeleteHsmDialog), "the dialog")
    await desk.until(lambda: desk.app.screen.has_looked)
    target: str = desk.app.screen.target
    return target


async def taken(desk: Any) -> None:
    """Wait until the service took the request, upon which the dialog closes by itself."""
    await desk.until(lambda: not isinstance(desk.app.screen, DeleteHsmDialog), "it closes")
    assert desk.asked(DELETE_HSM)


async def confirm(desk: Any) -> None:
    await desk.until(lambda: desk.app.screen.query_one("#delete-field", Input).display)
    await desk.type(desk.app.screen.target)
    await desk.press("tab", "enter")


def sendable(desk: Any) -> bool:
    button = desk.app.screen.query_one("#delete-confirm", Button)
    return bool(button.display) and not button.disabled


class TestWhich:
    async def test_is_the_one_under_the_cursor_of_the_tab_and_in_its_row_what_replaced_it(
        self, at, clock
    ):
        async with at("payments-prod-01") as desk:
            await desk.press("2", "enter", "down", "D")
            assert await opened(desk) == desk.cluster.hsms[1].hsm_id
            await desk.press("escape", "G", "D")
            assert await opened(desk) == desk.cluster.hsms[2].hsm_id
            await desk.press("escape", "up")
            old = desk.cluster.hsms.pop(1)
            await desk.press("r")
            await desk.until(lambda: old.hsm_id not in desk.details)
            desk.cluster.hsms.append(
                type(old)("hsm-new22222222", eni_id=old.eni_id, state="ACTIVE")
            )
            await desk.press("r")
            await desk.until(lambda: "hsm-new22222222" in desk.details)
            ids = [line[:15] for line in desk.details.splitlines() if line.startswith("hsm-")]
            assert ids[1] == "hsm-new22222222"
            clock.advance(1)
            await desk.press("D")
            assert await opened(desk) == "hsm-new22222222"

    async def test_is_first_the_worst_and_then_the_one_in_its_row(self, at):
        async with at("payments-prod-01") as desk:
            first, second, third = desk.cluster.hsms
            second.state, third.state = "DEGRADED", "DEGRADED"
            await desk.press("r")
            await desk.until(lambda: desk.table.row.cluster.hsms[1].state == "DEGRADED")
            await desk.press("up")
            await desk.until(lambda: desk.current in desk.details)
            await desk.press("down", "2", "enter")
            assert desk.screen.details.hsm_id == second.hsm_id
            second.state, first.state = "ACTIVE", "DEGRADED"
            await desk.press("r")
            await desk.until(lambda: desk.table.row.cluster.hsms[0].state == "DEGRADED")
            assert desk.screen.details.hsm_id == second.hsm_id
            await desk.press("D")
            assert await opened(desk) == second.hsm_id

    async def test_is_picked_from_the_list_where_there_are_several(self, at):
        async with at("payments-prod-01") as desk:
            going, wanted = desk.cluster.hsms[0], desk.cluster.hsms[2]
            going.state = "DELETE_IN_PROGRESS"
            await desk.press("r")
            await desk.until(lambda: desk.table.row.cluster.hsms[0].state == going.state)
            await desk.press("D")
            await desk.sees("Delete which HSM?", desk.cluster.hsms[1].hsm_id)
            offered = [choice.value for choice in desk.app.screen._shown]
            assert offered == [hsm.hsm_id for hsm in desk.cluster.hsms[1:]]
            await desk.type(wanted.hsm_id)
            await desk.press("enter")
            assert await opened(desk) == wanted.hsm_id

    async def test_is_the_only_one_where_there_is_one_and_none_where_there_is_none(
        self, at, cluster
    ):
        async with at("open-banking-dev") as desk:
            await desk.press("D")
            assert await opened(desk) == desk.cluster.hsms[0].hsm_id
            await desk.press("escape")
            without = cluster("legacy-tde")
            await desk.put_cursor(without)
            await desk.press("D")
            await desk.until(lambda: "It has no HSMs" in desk.notifications)
            assert len(desk.app.screen_stack) == 1
            await desk.press("down")
            assert desk.current != without.cluster_id


class TestWords:
    async def test_say_what_is_left_behind(self, at):
        async with at("card-issuing-prod-02") as desk:
            active = next(h for h in desk.cluster.hsms if h.state == "ACTIVE")
            desk.plane.script("DescribeBackups", reply_json({"Backups": []}))
            await desk.press("D")
            await desk.type(active.hsm_id)
            await desk.press("enter")
            await opened(desk)
            await desk.sees("HSMs left: 1, active: 0", "The last active HSM", "No READY backup")
            await desk.sees(active.hsm_id, desk.cluster.cluster_id, "card-issuing-prod-02")

    async def test_of_a_look_up_that_is_denied_do_not_block(self, at):
        async with at("open-banking-dev") as desk:
            desk.plane.script("DescribeBackups", Refuse("AccessDeniedException", "No."))
            await desk.press("D")
            await desk.sees("Backups not checked: cloudhsm:DescribeBackups is denied")
            await confirm(desk)
            await taken(desk)


class TestConfirmed:
    async def test_sends_one_request_and_the_row_follows(self, at, clock):
        async with at("payments-prod-01") as desk:
            await desk.press("2", "enter", "D")
            hsm_id = await opened(desk)
            await confirm(desk)
            await taken(desk)
            cluster_id = desk.cluster.cluster_id
            assert desk.asked(DELETE_HSM) == [{"ClusterId": cluster_id, "HsmId": hsm_id}]
            operations = [request.operation for request in desk.plane.requests]
            sent = operations.index(DELETE_HSM)
            assert operations[sent - 2 : sent] == [IDENTITY, DESCRIBE]
            await desk.until(lambda: desk.table.row.cluster.hsms[0].state == "DELETE_IN_PROGRESS")
            clock.advance(DELETE_SECONDS)
            await desk.until(lambda: f"{hsm_id} is deleted" in desk.notifications)
            assert hsm_id not in desk.details
            begun, done = read_audit(desk.app.settings.paths.audit_file).records
            assert (begun.phase, done.outcome) == ("before", "done")
            assert (done.operation, done.target) == (DELETE_HSM, f"{hsm_id} of {cluster_id}")

    async def test_and_refused_is_told_and_an_unknown_outcome_is_shown_again(self, at):
        async with at("open-banking-dev", poll_seconds=600) as desk:
            refuse = Refuse("CloudHsmInvalidRequestException", "Not now.")
            desk.plane.script(DELETE_HSM, refuse)
            await desk.press("D")
            await opened(desk)
            await confirm(desk)
            await desk.sees("refused: nothing was deleted", "Not now.")
            assert len(desk.asked(DELETE_HSM)) == 1
            desk.plane.clear_scripts()
            desk.plane.script(DELETE_HSM, Reset(sent=0))
            await confirm(desk)
            await desk.sees("UNKNOWN", "already being deleted")
            await desk.press("escape", "2", "enter", "D")
            await desk.sees("UNKNOWN")
            assert len(desk.asked(DELETE_HSM)) == 2


class TestNothing:
    async def test_is_sent_for_another_id_nor_once_it_is_closed_during_the_last_look(self, at):
        async with at("open-banking-dev", poll_seconds=600) as desk:
            await desk.press("D")
            hsm_id = await opened(desk)
            for typed in (hsm_id[:-1], f"{hsm_id} ", hsm_id.upper(), desk.cluster.cluster_id):
                await desk.type(typed)
                assert not sendable(desk), typed
            await desk.type(hsm_id)
            assert sendable(desk)
            await desk.press("enter", "D", "escape")
            assert desk.asked(DELETE_HSM) == []
            await desk.press("D")
            await opened(desk)
            gate = Gate()
            desk.plane.script(DESCRIBE, gate)
            await confirm(desk)
            await desk.sees("Reading it once more")
            await desk.until(lambda: desk.under_way)
            await desk.press("escape")
            gate.release()
            await desk.until(lambda: "Nothing was sent" in desk.notifications)
            assert desk.asked(DELETE_HSM) == []

    async def test_is_sent_where_it_is_read_only(self, at):
        async with at("open-banking-dev", read_only="a test") as desk:
            await desk.press("D")
            await desk.sees("BLOCKED", "read-only")
            await desk.press("tab", "D", "enter")
            await desk.until(lambda: len(desk.app.screen_stack) == 1)
            assert desk.asked(DELETE_HSM) == []


async def test_from_the_blocked_cluster_there_and_back_until_it_opens(at, clock):
    async with at("card-issuing-prod-02") as desk:
        ids = [hsm.hsm_id for hsm in desk.cluster.hsms]
        await desk.press("ctrl+d")
        await desk.sees("BLOCKED  2 HSMs", "D deletes one of its HSMs")
        await desk.press("D")
        await desk.sees("Delete which HSM?")
        await desk.press("enter")
        first = await opened(desk)
        await confirm(desk)
        await taken(desk)
        assert isinstance(desk.app.screen, DeleteClusterDialog)
        await desk.sees("DELETE_IN_PROGRESS")
        await desk.press("D")  # only one is left to be deleted
        second = await opened(desk)
        assert {first, second} == set(ids)
        await confirm(desk)
        await taken(desk)
        await desk.until(lambda: desk.text.count("DELETE_IN_PROGRESS") >= 2)
        assert "deletes one of its HSMs" not in desk.text
        clock.advance(DELETE_SECONDS)
        await desk.until(lambda: getattr(desk.app.focused, "id", "") == "delete-field")
        await confirm(desk)
        await desk.sees("The service is deleting the cluster")
        assert len(desk.asked(DELETE_HSM)) == 2
        assert len(desk.asked("DeleteCluster")) == 1
