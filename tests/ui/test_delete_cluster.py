"""The gate of a delete: what is sent, and above all what is not."""

import os
from collections.abc import Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Button, Input

from hsmtui.config.file import ProfileRule
from hsmtui.config.settings import Flags
from hsmtui.demo.place import DELETE_SECONDS, DELETED_SECONDS
from hsmtui.demo.records import Cluster, Hsm
from tests.parts import part_of
from tests.scripted import AnswerGate, Gate, Refuse, Reply, Reset, Run, reply_json

DESCRIBE = "DescribeClusters"
DELETE = "DeleteCluster"
ACCOUNT = "111111111111"


@pytest.fixture
def open_dialog(sit: Any, cluster: Callable[[str], Cluster]) -> Any:
    """The app with the delete dialog on the cluster of this Name, read at least once."""

    @asynccontextmanager
    async def open_dialog(name: str, *, fault: Any = None, **more: Any) -> Any:
        async with sit(**more) as desk:
            desk.cluster = cluster(name)
            await desk.put_cursor(desk.cluster.cluster_id)
            if fault is not None:
                desk.plane.script(DESCRIBE, fault)
            desk.looks = len(desk.asked())
            await desk.press("ctrl+d")
            await desk.until(lambda: desk.app.screen.query("#delete-field"))
            await desk.until(lambda: desk.app.screen.has_looked)
            yield desk

    return open_dialog


def is_open(desk: Any) -> bool:
    return bool(desk.app.screen.query_one("#delete-field", Input).display)


def focused(desk: Any) -> str | None:
    return desk.app.focused.id if desk.app.focused else None


def can_press(desk: Any) -> bool:
    button = desk.app.screen.query_one("#delete-confirm", Button)
    return bool(button.display) and not button.disabled


async def open_again(desk: Any) -> None:
    """The dialog anew, with its first look."""
    await desk.press("ctrl+d")
    await desk.until(lambda: desk.app.screen.query("#delete-field"))
    await desk.until(lambda: desk.app.screen.has_looked)


async def confirm(desk: Any) -> None:
    """Type the id and press Delete."""
    await desk.until(lambda: is_open(desk))
    await desk.type(desk.cluster.cluster_id)
    await desk.press("tab", "enter")


EVERYTHING = ("enter", "space", "tab", "enter", "space", "shift+tab", "enter", "d", "y", "down")


async def try_everything(desk: Any) -> None:
    """What a hurried person types to be done with a dialog, the escape key excepted."""
    await desk.press("tab", "tab", "shift+tab", "y", *desk.cluster.cluster_id[-3:], "ctrl+d")
    assert focused(desk) == "delete-cancel"
    assert not is_open(desk)
    assert not can_press(desk)
    await desk.press("enter")
    await desk.until(lambda: len(desk.app.screen_stack) == 1)
    await desk.settles()
    assert desk.asked(DELETE) == []


def only(desk_or_id: Any, **fields: Any) -> Reply:
    return reply_json({"Clusters": [{"ClusterId": desk_or_id, "State": "ACTIVE", **fields}]})


class TestBlocked:
    async def test_by_hsms_whatever_is_typed_until_cancel_is_clicked(self, open_dialog):
        async with open_dialog("payments-prod-01") as desk:
            await desk.sees("BLOCKED", "3 HSMs", *(hsm.hsm_id for hsm in desk.cluster.hsms))
            await desk.sees("1111-1111-1111", "us-east-1", "demo", desk.cluster.cluster_id)
            await desk.sees("payments-prod-01", "role/Triage", "ACTIVE", "127.0.0.1")
            await desk.press("enter")
            assert len(desk.app.screen_stack) == 2
            await desk.pilot.click("#delete-cancel")
            await desk.until(lambda: len(desk.app.screen_stack) == 1)
            await open_again(desk)
            await try_everything(desk)

    async def test_by_hsms_in_whatever_state_and_where_it_could_not_be_checked(self, open_dialog):
        """First the cluster is really without HSMs; it is the answer that does not say so."""
        async with open_dialog("legacy-tde") as desk:
            await desk.press("escape")
            for answer, why in (
                (only(desk.cluster.cluster_id), "no HSM list"),
                (Refuse("AccessDeniedException", "Computer says no."), "Computer says no."),
            ):
                desk.plane.script(DESCRIBE, answer)
                await open_again(desk)
                await desk.until(lambda words=why: words in desk.flat, why)
                await try_everything(desk)
                desk.plane.clear_scripts()
            desk.cluster.hsms.append(Hsm("hsm-aaaaaaaaaaa", state="NEW_STATE"))
            await open_again(desk)
            await desk.sees("BLOCKED", "hsm-aaaaaaaaaaa", "NEW_STATE")
            await try_everything(desk)

    async def test_while_the_look_is_under_way_and_after_one_that_failed(self, sit, cluster):
        async with sit() as desk:
            gate = Gate()
            desk.plane.script(DESCRIBE, gate)
            desk.cluster = cluster("legacy-tde")
            await desk.put_cursor(desk.cluster)
            await desk.press("ctrl+d")
            await desk.until(lambda: desk.under_way)
            assert focused(desk) == "delete-cancel"
            await desk.press("enter")
            desk.plane.clear_scripts()
            await desk.settles()
            assert desk.asked(DELETE) == []
            assert len(desk.app.screen_stack) == 2
            await desk.until(lambda: is_open(desk))
            await desk.type(desk.cluster.cluster_id)
            assert can_press(desk)
            desk.plane.script(DESCRIBE, Refuse("ThrottlingException"))
            await desk.until(lambda: not is_open(desk))
            await try_everything(desk)

    @pytest.mark.in_parts
    @pytest.mark.parametrize(
        "settings",
        part_of(
            [
                {"read_only": "a test"},
                {"profiles": {"dem*": ProfileRule(read_only=True)}},
                {"accounts": {ACCOUNT: ProfileRule(read_only=True)}},
            ]
        ),
    )
    async def test_by_a_read_only_connection(self, open_dialog, settings):
        async with open_dialog("legacy-tde", **settings) as desk:
            await desk.until(lambda: desk.header.rstrip().endswith("RO"))
            await desk.sees("BLOCKED", "read-only")
            await try_everything(desk)


class TestOpening:
    async def test_when_the_list_empties(self, open_dialog, clock):
        async with open_dialog("hsm-retiring") as desk:
            await desk.sees("BLOCKED", "2 HSMs")
            clock.advance(25)
            await desk.sees("BLOCKED", "1 HSM ")
            row = desk.screen.table.view[desk.rows.index(desk.cluster.cluster_id)]
            assert len(row.cluster.hsms) == 1
            clock.advance(25)
            await desk.until(lambda: is_open(desk) and focused(desk) == "delete-field")
            await desk.until(lambda: "0 of 0 active" in desk.details)
            assert {str(request.get("Filters")) for request in desk.asked()[desk.looks :]} == {
                str({"clusterIds": [desk.cluster.cluster_id]})
            }
            await confirm(desk)
            await desk.until(lambda: desk.asked(DELETE))

    async def test_focus_stays_in_the_field_for_a_wrong_id_else_goes_to_delete_and_cancel(
        self, open_dialog
    ):
        async with open_dialog("legacy-tde") as desk:
            await desk.until(lambda: focused(desk) == "delete-field")
            await desk.press("tab")
            assert focused(desk) == "delete-cancel"
            await desk.press("shift+tab")
            for keys in (["tab"], ["tab", "enter"], ["enter"]):
                await desk.type(desk.cluster.cluster_id[:-1])
                await desk.press(*keys)
                await desk.sees("Not the cluster id: type it, then tab and enter:")
                assert focused(desk) == "delete-field"
                await desk.type(desk.cluster.cluster_id)
                await desk.sees("Type the cluster id, then tab and enter")
                await desk.press("tab")
                assert focused(desk) == "delete-confirm"
                await desk.press("shift+tab", "backspace", "shift+tab")
                assert focused(desk) == "delete-cancel"
                await desk.press("tab")
            await desk.type(desk.cluster.cluster_id)
            await desk.press("tab")
            assert focused(desk) == "delete-confirm"
            await desk.press("tab")
            assert focused(desk) == "delete-cancel"
            await desk.press("enter")
            assert len(desk.app.screen_stack) == 1
            assert desk.asked(DELETE) == []

    async def test_only_for_the_exact_id_and_no_key_in_the_field_sends(self, open_dialog):
        async with open_dialog("legacy-tde") as desk:
            await desk.until(lambda: is_open(desk))
            exact = desk.cluster.cluster_id
            for typed in (exact[:-1], f"{exact} ", f" {exact}", exact.upper(), f"{exact}x", "yes"):
                await desk.type(typed)
                assert not can_press(desk), typed
                await desk.press("enter")
            assert desk.asked(DELETE) == []
            for key in ("enter", "space", "ctrl+d"):
                await desk.type(exact)
                assert can_press(desk)
                await desk.press(key, key)
                assert len(desk.app.screen_stack) == 2
            await desk.press("escape")
            assert len(desk.app.screen_stack) == 1
            await desk.settles()
            assert desk.asked(DELETE) == []


class TestConfirmed:
    async def test_sends_one_request_and_the_row_follows(self, open_dialog, clock):
        async with open_dialog("legacy-tde") as desk:
            cluster_id = desk.cluster.cluster_id
            await confirm(desk)
            await desk.sees("DELETE_IN_PROGRESS")
            assert desk.asked(DELETE) == [{"ClusterId": cluster_id}]
            last = [r.operation for r in desk.plane.requests]
            assert last[last.index(DELETE) - 1] == DESCRIBE
            await desk.press("enter", "space")
            await desk.sees("The service is deleting the cluster", "esc closes; or tab, then enter")
            await desk.press("tab", "enter")
            assert len(desk.app.screen_stack) == 1
            await desk.sees("DELETING")
            clock.advance(DELETE_SECONDS)
            await desk.until(lambda: "is deleted" in desk.notifications)
            assert desk.screen.table.row.cluster.state == "DELETED"
            assert len(desk.asked(DELETE)) == 1

    async def test_the_row_goes_when_the_cluster_is_absent(self, open_dialog, clock):
        async with open_dialog("legacy-tde") as desk:
            await confirm(desk)
            await desk.sees("DELETE_IN_PROGRESS")
            await desk.press("escape")
            clock.advance(DELETE_SECONDS + DELETED_SECONDS)
            await desk.until(lambda: desk.cluster.cluster_id not in desk.rows)
            assert len(desk.rows) == 24
            assert "clusters (24+)" in desk.title

    @pytest.mark.parametrize("key", ["enter", "space"])
    async def test_by_a_double_tap_during_the_last_look_is_confirmed_once(self, open_dialog, key):
        async with open_dialog("legacy-tde", poll_seconds=600) as desk:
            gate = Gate()
            desk.plane.script(DESCRIBE, gate)
            await confirm(desk)
            await desk.sees("Reading it once more", "Cancel")
            await desk.press(key, key)
            await desk.sees("esc closes; or tab, then enter")
            gate.release()
            desk.plane.clear_scripts()
            await desk.sees("The service is deleting the cluster")
            await desk.press(key, key)
            assert len(desk.app.screen_stack) == 2
            assert len(desk.asked(DELETE)) == 1

    @pytest.mark.in_parts
    @pytest.mark.parametrize(
        "keys", part_of([["escape"], ["tab", "enter"], ["shift+tab", "space"]])
    )
    async def test_cancelled_during_the_last_look_sends_nothing(self, open_dialog, keys):
        async with open_dialog("legacy-tde", poll_seconds=600) as desk:
            gate = Gate()
            desk.plane.script(DESCRIBE, gate)
            await confirm(desk)
            await desk.sees("Reading it once more", "Cancel")
            await desk.until(lambda: desk.under_way)
            await desk.press(*keys)
            await desk.until(lambda: len(desk.app.screen_stack) == 1)
            gate.release()
            await desk.until(lambda: "Nothing was sent" in desk.notifications)
            assert desk.asked(DELETE) == []

    async def test_and_left_before_the_answer_has_last_words(self, open_dialog):
        async with open_dialog("legacy-tde", poll_seconds=600) as desk:
            gate = AnswerGate()
            desk.plane.script(DELETE, gate)
            await confirm(desk)
            await desk.until(lambda: desk.asked(DELETE))
            await desk.press("ctrl+q")
            await desk.until(lambda: desk.app.last_words)
            gate.release()
        (words,) = desk.app.last_words
        assert desk.cluster.cluster_id in words
        assert "unknown" in words

    async def test_twice_or_opened_again_meanwhile_sends_one_request(self, open_dialog):
        async with open_dialog("legacy-tde", poll_seconds=600) as desk:
            gate = AnswerGate()
            desk.plane.script(DELETE, gate)
            await confirm(desk)
            await desk.until(lambda: desk.asked(DELETE))
            await desk.press("enter", "space", "enter")
            assert len(desk.app.screen_stack) == 2
            await desk.press("escape", "ctrl+d")
            await desk.sees("DeleteCluster was sent", "Close")
            await desk.press("tab", "down")
            assert focused(desk) == "delete-cancel"
            assert not is_open(desk)
            gate.release()
            await desk.sees("The service is deleting the cluster")
            await desk.settles()
            assert len(desk.asked(DELETE)) == 1

    async def test_and_closed_meanwhile_loses_nothing_and_another_s_dialog_is_its_own(
        self, open_dialog, cluster
    ):
        async with open_dialog("legacy-tde") as desk:
            gate = AnswerGate()
            desk.plane.script(DELETE, gate)
            await confirm(desk)
            await desk.until(lambda: desk.asked(DELETE))
            await desk.press("escape")
            assert len(desk.app.screen_stack) == 1
            await desk.put_cursor(cluster("payments-prod-01"))
            await desk.press("ctrl+d")
            await desk.sees("BLOCKED", "3 HSMs")
            gate.release()
            await desk.until(lambda: desk.cluster.cluster_id in desk.notifications)
            await desk.press("escape")
            await desk.put_cursor(desk.cluster)
            await desk.until(lambda: desk.table.row.cluster.state == "DELETE_IN_PROGRESS")

    async def test_an_hsm_that_appears_before_the_last_look_or_after_it_is_told(self, open_dialog):
        """Before it nothing is sent, after it the service refuses."""
        async with open_dialog("legacy-tde", poll_seconds=600) as desk:
            hsm = Hsm("hsm-aaaaaaaaaaa", state="CREATE_IN_PROGRESS")
            appear = Run(lambda: desk.cluster.hsms.append(hsm))
            desk.plane.script(DESCRIBE, appear, call=1)
            await confirm(desk)
            await desk.sees("BLOCKED", "Nothing was sent", "hsm-aaaaaaaaaaa")
            await try_everything(desk)
            desk.cluster.hsms.clear()
            refuse = Refuse("AccessDeniedException", "The words of the service.")
            desk.plane.script(DELETE, appear, refuse)
            await open_again(desk)
            await confirm(desk)
            await desk.sees("refused", "nothing was deleted", "The words of the service.")
            await desk.sees("BLOCKED", "hsm-aaaaaaaaaaa")
            assert len(desk.asked(DELETE)) == 1
            assert desk.plane.requests[-1].operation == DESCRIBE

    @pytest.mark.in_parts
    @pytest.mark.parametrize(
        ("fault", "happened"),
        part_of(
            [
                (Refuse("CloudHsmInternalFailureException", status=500), False),
                (Reset(sent=9), True),
            ]
        ),
    )
    async def test_an_answer_that_says_nothing_is_reported_as_unknown(
        self, open_dialog, fault, happened
    ):
        async with open_dialog("legacy-tde") as desk:
            desk.plane.script(DELETE, fault, call=1)
            await confirm(desk)
            await desk.sees("UNKNOWN")
            await desk.until(lambda: is_open(desk) is not happened)
            after = len(desk.asked())
            await desk.until(lambda: len(desk.asked()) >= after + 3)
            assert "UNKNOWN" in desk.text
            assert ("already being deleted" in desk.flat) is happened
            assert len(desk.asked(DELETE)) == 1
            assert desk.app.errors[-1].operation == DELETE
            if not happened:
                assert desk.app.screen.query_one("#delete-field", Input).value == ""
                assert not can_press(desk)

    async def test_looks_that_show_another_cluster_do_not_end_the_watch(self, open_dialog):
        async with open_dialog("legacy-tde") as desk:
            await confirm(desk)
            await desk.sees("The service is deleting the cluster")
            other = {"ClusterId": "cluster-bbbbbbbbbbb", "State": "DELETED", "Hsms": []}
            desk.plane.script(DESCRIBE, reply_json({"Clusters": [other]}))
            looks = len(desk.asked())
            await desk.until(lambda: len(desk.asked()) >= looks + 3)
            assert "is deleted" not in desk.notifications

    async def test_closing_it_with_an_unknown_outcome_tells_that_and_shows_it_again(
        self, open_dialog
    ):
        async with open_dialog("legacy-tde", poll_seconds=600) as desk:
            gate = Gate()
            desk.plane.script(DELETE, gate, Reset(sent=0))
            await confirm(desk)
            await desk.until(lambda: desk.asked(DELETE))
            await desk.press("escape")
            gate.release()
            await desk.until(lambda: "UNKNOWN" in desk.notifications)
            for _ in range(2):
                await desk.press("ctrl+d")
                await desk.sees("UNKNOWN")
                await desk.press("escape")
                await desk.until(lambda: len(desk.app.screen_stack) == 1)
            assert len(desk.asked(DELETE)) == 1


class TestAccount:
    async def test_that_sts_would_not_tell_is_unknown_and_any_rule_s(self, sit, plane, cluster):
        plane.script("GetCallerIdentity", Refuse("AccessDenied", "No STS here.", 403))
        async with sit(accounts={"999999999999": ProfileRule(read_only=True)}) as desk:
            await desk.until(lambda: "· ?" in desk.header)
            await desk.until(lambda: desk.header.rstrip().endswith("RO"))
            await desk.put_cursor(cluster("legacy-tde"))
            await desk.press("ctrl+d")
            await desk.sees("account unknown", "read-only")
            await desk.press("escape", "!")
            await desk.sees("GetCallerIdentity", "No STS here.", desk.app.errors[0].request_id)

    async def test_that_is_not_known_yet_appears_when_it_is(self, sit, plane, cluster):
        gate = Gate()
        plane.script("GetCallerIdentity", gate)
        async with sit(wait=False) as desk:
            await desk.until(lambda: desk.rows and desk.under_way)
            await desk.put_cursor(cluster("legacy-tde"))
            await desk.press("ctrl+d")
            await desk.sees("not known yet")
            gate.release()
            await desk.sees("1111-1111-1111")


@pytest.mark.in_parts
@pytest.mark.parametrize(
    ("flags", "settings", "badge"),
    part_of(
        [
            (Flags(profiles=("demo",)), {}, "RW"),
            (Flags(profiles=("demo",)), {"read_only": "a test"}, "RO"),
            (Flags(profiles=("demo",), read_only=True), {}, "RO"),
            (Flags(profiles=("demo",)), {"profiles": {"*": ProfileRule(read_only=True)}}, "RO"),
            (
                Flags(profiles=("demo",)),
                {"profiles": {"other-*": ProfileRule(read_only=True)}},
                "RW",
            ),
            (Flags(profiles=("demo",)), {"accounts": {ACCOUNT: ProfileRule(read_only=True)}}, "RO"),
            (
                Flags(profiles=("demo",)),
                {"accounts": {"999999999999": ProfileRule(read_only=True)}},
                "RW",
            ),
            (
                Flags(profiles=("demo",), read_only=False),
                {"profiles": {"*": ProfileRule(read_only=True)}},
                "RW",
            ),
            (
                Flags(profiles=("demo",), read_only=False),
                {"accounts": {ACCOUNT: ProfileRule(read_only=True)}},
                "RW",
            ),
        ]
    ),
)
async def test_the_header_says_what_may_be_done(sit, flags, settings, badge) -> None:
    async with sit(flags=flags, **settings) as desk:
        await desk.until(lambda: desk.header.rstrip().endswith(badge))


async def test_write_is_lifted_for_the_starting_profile_alone(sit, cluster) -> None:
    flags = Flags(profiles=("demo",), read_only=False)
    async with sit(flags=flags, profiles={"*": ProfileRule(read_only=True)}) as desk:
        await desk.until(lambda: desk.header.rstrip().endswith("RW"))
        for profile, badge in (("demo-staging", "RO"), ("demo", "RW")):
            await desk.press("P")
            await desk.until(lambda: len(desk.app.screen_stack) == 2)
            await desk.type(profile)
            await desk.press("enter")
            await desk.until(lambda there=f"{profile} · ": there in desk.header and desk.rows)
            await desk.until(lambda there=badge: desk.header.rstrip().endswith(there))


async def test_write_is_not_lifted_where_the_same_name_gives_other_keys(sit, monkeypatch) -> None:
    """Environment keys win over a profile that was not chosen by name; the picker chooses so."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIADEMO333333333333")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "demo")
    monkeypatch.setenv("AWS_PROFILE", "demo")
    accounts = {ACCOUNT: ProfileRule(read_only=True)}
    flags = Flags(read_only=False)
    async with sit(flags=flags, accounts=accounts, wait=False, size=(160, 45)) as desk:
        await desk.until(lambda: "3333-3333-3333" in desk.header and "RW" in desk.header)
        for profile in ("demo-staging", "demo"):
            await desk.press("P")
            await desk.until(lambda: len(desk.app.screen_stack) == 2)
            await desk.type(profile)
            await desk.press("enter")
            await desk.until(lambda there=f"{profile} · ": there in desk.header)
        await desk.until(lambda: "1111-1111-1111" in desk.header)
        assert desk.header.rstrip().endswith("RO")


def replace_key(key: str) -> None:
    """Somebody else writes another access key into the file that holds the demo's."""
    path = Path(os.environ["AWS_CONFIG_FILE"])
    path.write_text(path.read_text().replace(f"AKIADEMO{ACCOUNT}", key))


@pytest.mark.parametrize("sts", [None, Refuse("AccessDenied", "No STS here.", 403)])
async def test_write_is_not_lifted_where_the_same_profile_has_another_s_keys(
    sit, plane, sts
) -> None:
    """A name proves nothing: by now the file's keys are of an account that a rule protects."""
    flags = Flags(profiles=("demo",), read_only=False)
    accounts = {"222222222222": ProfileRule(read_only=True)}
    async with sit(flags=flags, accounts=accounts, size=(160, 45)) as desk:
        await desk.until(lambda: "1111-1111-1111" in desk.header and "RW" in desk.header)
        replace_key("AKIADEMO222222222222")
        if sts is not None:
            plane.script("GetCallerIdentity", sts)
        await desk.press("P")
        await desk.until(lambda: len(desk.app.screen_stack) == 2)
        await desk.type("demo")
        await desk.press("enter")
        await desk.until(lambda: "2222-2222-2222" in desk.header or "· ?" in desk.header)
        assert desk.header.rstrip().endswith("RO")


async def test_write_goes_with_the_account_to_newer_keys(sit, plane) -> None:
    flags = Flags(profiles=("demo",), read_only=False)
    async with sit(flags=flags, read_only="a test", size=(160, 45)) as desk:
        await desk.until(lambda: "1111-1111-1111" in desk.header and "RW" in desk.header)
        replace_key("AKIANEWER111111111111")
        await desk.press("P")
        await desk.until(lambda: len(desk.app.screen_stack) == 2)
        await desk.type("demo")
        await desk.press("enter")
        await desk.until(lambda: desk.header.rstrip().endswith("RW"))
        assert "1111-1111-1111" in desk.header
