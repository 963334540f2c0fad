"""Adding an HSM: where, what it says, what is sent, and what becomes of it."""

from typing import Any

import pytest
from textual.widgets import Button

from hsmtui.demo.place import CREATE_SECONDS
from hsmtui.ui.dialogs.create_hsm import CreateHsmDialog
from tests.recorded import read_audit
from tests.scripted import Refuse, Reset, reply_json

CREATE = "CreateHsm"


async def opened(desk: Any, zone: str = "") -> CreateHsmDialog:
    """Choose a zone, else the first, and wait for the first look of the dialog."""
    await desk.press("h")
    await desk.sees("Create an HSM in which zone?")
    await desk.type(zone)
    await desk.press("enter")
    await desk.until(lambda: isinstance(desk.app.screen, CreateHsmDialog), "the dialog")
    dialog: CreateHsmDialog = desk.app.screen
    await desk.until(lambda: dialog.has_looked, "a look")
    return dialog


async def confirm(desk: Any) -> None:
    button = desk.app.screen.query_one("#create-confirm", Button)
    await desk.until(lambda: button.display and not button.disabled, "the button")
    await desk.press("tab", "enter")


async def test_the_emptiest_zone_stands_first_and_one_request_goes_out(at, clock):
    async with at("open-banking-dev") as desk:  # in one zone only, with one HSM
        desk.cluster.subnet_mapping["us-east-1x"] = "subnet-0123456789abcdef0"
        await desk.press("r")
        await desk.until(lambda: "us-east-1x" in (desk.table.row.cluster.subnet_mapping or {}))
        await opened(desk)
        await desk.sees("us-east-1x", "Then: 2 HSMs in 2 availability zones. AWS bills each HSM")
        await confirm(desk)
        await desk.sees("The service is creating hsm-")
        assert desk.asked(CREATE) == [
            {"ClusterId": desk.cluster.cluster_id, "AvailabilityZone": "us-east-1x"}
        ]
        new = desk.cluster.hsms[-1]
        await desk.press("escape")
        clock.advance(CREATE_SECONDS)
        await desk.until(lambda: f"{new.hsm_id} is ACTIVE." in desk.notifications, "it is told")
        assert "2/2" in next(line for line in desk.lines if desk.cluster.cluster_id in line)
        _, done = read_audit(desk.app.settings.paths.audit_file).records
        assert (done.operation, done.outcome) == (CREATE, "done")
        assert len(desk.asked(CREATE)) == 1


async def test_what_the_answer_calls_the_hsm_reaches_no_terminal_as_it_came(at, plane):
    plane.script(CREATE, reply_json({"Hsm": {"HsmId": "hsm-\x1b]0;\u202e[red]x"}}))
    async with at("payments-prod-01") as desk:
        await opened(desk)
        await confirm(desk)
        await desk.sees(r"The service is creating hsm-\x1b]0;\u202e[red]x.")
        await desk.press("escape")
        desk.cluster.hsms[0].hsm_id, desk.cluster.hsms[0].state = "hsm-\u202ex", "DEGRADED"
        await desk.press("X")
        await desk.sees(r"Replace hsm-\u202ex, step 1 of 2")


async def test_cancel_has_the_focus_and_enter_there_sends_nothing(at):
    async with at("payments-prod-01") as desk:
        dialog = await opened(desk)
        assert dialog.focused is dialog.query_one("#create-cancel")
        await desk.sees("tab, then enter to create · esc closes")
        await desk.press("enter")
        await desk.until(lambda: desk.app.screen is desk.screen, "it closes")
        assert desk.asked(CREATE) == []


@pytest.mark.parametrize(
    ("name", "more", "words"),
    [
        ("firmware-signing-dev", {}, "which has one HSM at most"),
        ("oracle-tde-prod", {}, "takes no HSM in its state"),
        ("payments-prod-01", {"read_only": "a test"}, "read-only"),
    ],
)
async def test_it_is_blocked_where_the_service_or_a_rule_forbids_it(at, name, more, words):
    async with at(name, **more) as desk:
        dialog = await opened(desk)
        await desk.sees("BLOCKED", words)
        assert not dialog.query_one("#create-confirm").display
        assert desk.asked(CREATE) == []


async def test_the_first_hsm_of_a_cluster_brings_its_csr(at):
    async with at("mobile-wallet-qa") as desk:
        await opened(desk)
        await desk.sees("Then: 1 HSM in 1", "the CSR of the cluster comes with it")


async def test_a_cluster_without_hsms_gets_its_keys_from_a_backup(at):
    async with at("legacy-tde") as desk:
        await opened(desk)
        await desk.sees("Its keys come from the newest backup")


async def test_one_that_fails_is_told_with_its_message(at, clock):
    async with at("payments-prod-01", keys={"details.findings": "f8"}) as desk:
        await opened(desk)
        await confirm(desk)
        await desk.sees("The service is creating hsm-")
        new = desk.cluster.hsms[-1]
        new.state, new.state_message = "DEGRADED", "HSM creation failed."
        await desk.press("escape")
        words = f"{new.hsm_id} is DEGRADED: HSM creation failed. f8 says what to do."
        await desk.until(lambda: words in desk.notifications, "it is told")


async def test_one_that_is_listed_no_longer_is_told(at):
    async with at("payments-prod-01") as desk:
        await opened(desk)
        await confirm(desk)
        await desk.sees("The service is creating hsm-")
        await desk.press("escape")
        new = desk.cluster.hsms[-1]
        await desk.until(lambda: len(desk.table.row.cluster.hsms) == 4, "it is listed")
        desk.cluster.hsms.remove(new)
        words = f"{new.hsm_id} is not listed any more."
        await desk.until(lambda: words in desk.notifications, "it is told")


async def test_where_no_subnet_is_known_there_is_nothing_to_choose(at):
    async with at("payments-prod-01") as desk:
        desk.cluster.subnet_mapping = None
        await desk.press("r")
        await desk.until(lambda: desk.table.row.cluster.subnet_mapping is None)
        await desk.press("h")
        await desk.until(lambda: "names no subnet" in desk.notifications)
        assert len(desk.app.screen_stack) == 1


async def test_a_lost_answer_is_an_unknown_outcome_that_is_shown_again(at, plane):
    async with at("payments-prod-01") as desk:
        plane.script(CREATE, Reset(sent=0))
        first = await opened(desk)
        await confirm(desk)
        await desk.sees("The outcome is UNKNOWN")
        await desk.press("escape")
        again = await opened(desk, first._change.zone)
        assert again._change is first._change
        await desk.sees("The outcome is UNKNOWN")
        assert len(desk.asked(CREATE)) == 1


async def test_a_refusal_says_that_nothing_was_created(at, plane):
    async with at("payments-prod-01") as desk:
        plane.script(CREATE, Refuse("CloudHsmInvalidRequestException", "Too many HSMs."))
        await opened(desk)
        await confirm(desk)
        await desk.sees("The service refused: nothing was created.", "Too many HSMs")
