"""What can be done here: what is listed, in which order, why not the rest, and doing it."""

import re
from typing import Any

import pytest

from hsmtui.model.advice import Advice, Step
from hsmtui.model.findings.finding import Finding, Findings
from hsmtui.model.findings.severity import Severity
from hsmtui.ui.dialogs.actions import ActionsDialog
from hsmtui.ui.dialogs.create_hsm import CreateHsmDialog
from hsmtui.ui.dialogs.delete_hsm import DeleteHsmDialog
from hsmtui.ui.flows.actions import commands_of_tab
from hsmtui.ui.widgets.tabs import TABS
from tests.parts import part_of
from tests.scripted import Refuse


async def opened(desk: Any) -> ActionsDialog:
    await desk.press("a")
    await desk.until(lambda: isinstance(desk.app.screen, ActionsDialog), "the list")
    dialog: ActionsDialog = desk.app.screen
    return dialog


def listed(dialog: ActionsDialog) -> list[str]:
    """What stands in the list, a string each, in its order."""
    return [" ".join(str(dialog.prompt(each)).split()) for each in dialog._shown]


async def test_it_asks_nothing_and_lists_what_can_be_done_before_the_rest(at):
    async with at("payments-prod-01") as desk:
        asked = len(desk.plane.requests)
        lines = listed(await opened(desk))
        assert lines[0] == "h add (create) an HSM"
        closed = "ctrl+d delete the cluster its HSMs must be deleted before the cluster can be"
        assert closed in lines
        reads = "u restore (undelete) a backup that is PENDING_DELETION backups are not read yet: 7"
        assert any(line.startswith(reads) for line in lines)
        assert lines.index(closed) > lines.index("D delete an HSM")
        assert len(desk.plane.requests) == asked


async def test_enter_does_what_is_chosen_and_typing_narrows(at):
    async with at("payments-prod-01") as desk:
        await opened(desk)
        await desk.type("create HSM")
        await desk.press("enter")
        await desk.sees("Create an HSM in which zone?")
        await desk.press("enter")
        await desk.until(lambda: isinstance(desk.app.screen, CreateHsmDialog), "its dialog")


async def test_what_is_typed_behind_the_key_narrows(at):
    async with at("payments-prod-01") as desk:
        await desk.app._press_keys(["a", *"tags", "enter"])
        await desk.sees("new key")


async def test_in_the_hsms_tab_it_is_for_the_hsm_under_the_cursor(at):
    async with at("payments-prod-01") as desk:
        await desk.press("2", "enter", "down")
        hsm_id = desk.screen.details.hsm_id
        dialog = await opened(desk)
        await desk.sees(f"What can be done: {hsm_id} of")
        lines = listed(dialog)
        assert lines.index("D delete an HSM") < lines.index(
            "t tags: add, change, remove; one tag of all marked clusters"
        )
        await desk.type("delete an hsm")
        await desk.press("enter")
        await desk.until(lambda: isinstance(desk.app.screen, DeleteHsmDialog), "its dialog")
        assert desk.app.screen.target == hsm_id


async def test_an_hsm_that_goes_behind_the_list_is_not_replaced_by_another(at, clock):
    async with at("payments-prod-01") as desk:
        await desk.press("2", "enter", "down")
        await opened(desk)
        gone = next(h for h in desk.cluster.hsms if h.hsm_id == desk.screen.details.hsm_id)
        desk.cluster.hsms.remove(gone)
        desk.screen.action_refresh_list()
        await desk.until(lambda: gone.hsm_id not in desk.details, "it gone")
        clock.advance(60)
        await desk.type("delete an hsm")
        await desk.press("enter")
        await desk.until(lambda: "Nothing was done." in desk.notifications)
        assert len(desk.app.screen_stack) == 1


async def test_a_row_that_goes_behind_the_list_is_not_replaced_by_another(at, clock):
    async with at("payments-prod-01") as desk:
        await opened(desk)
        desk.screen.forget(desk.table.row.connection, desk.cluster.cluster_id)
        await desk.rest()
        clock.advance(60)
        await desk.type("tags")
        await desk.press("enter")
        await desk.until(lambda: "Nothing was done." in desk.notifications)
        assert len(desk.app.screen_stack) == 1


async def test_where_nothing_may_be_changed_it_says_so_once(at):
    async with at("payments-prod-01", read_only="a test") as desk:
        await opened(desk)
        await desk.sees("this connection is read-only: by a test", "add (create) an HSM")
        assert desk.flat.count("read-only") == 1


async def test_what_findings_ask_for_comes_first_with_their_rules(at):
    async with at("payments-prod-01") as desk:
        row = desk.table.row
        remedy = Advice("Press ", Step("{}", "cluster.retention"), ".")
        found = Finding("RETENTION", Severity.HIGH, "short", (), "why", remedy)
        listing = next(iter(desk.screen.fleet.listings))
        assert listing.assessed(row, replace_findings(row.findings, found))
        lines = listed(await opened(desk))
        assert lines[0] == "E for how many days backups are kept RETENTION"


def replace_findings(findings: Findings, *found: Finding) -> Findings:
    import msgspec

    return msgspec.structs.replace(findings, findings=found)


async def test_backups_that_were_read_decide(at):
    async with at("legacy-tde") as desk:
        await desk.tab("backups")
        await desk.until(lambda: "PENDING DEL" in desk.details or "gone in" in desk.details)
        assert "u restore (undelete) a backup that is PENDING_DELETION" in listed(
            await opened(desk)
        )


async def test_backups_that_cannot_be_read_say_why(at, plane):
    async with at("legacy-tde") as desk:
        plane.script("DescribeBackups", Refuse("AccessDeniedException", "No."))
        await desk.tab("backups")
        await desk.until(lambda: desk.app.errors, "the refusal")
        lines = listed(await opened(desk))
        assert any("u restore" in line and "could not be read" in line for line in lines)


async def test_what_aws_has_no_request_for_is_a_command_that_is_copied(at):
    async with at("payments-prod-01") as desk:
        lines = listed(await opened(desk))
        assert lines[-1].startswith("copy users with CloudHSM CLI sudo /opt/cloudhsm/bin/configure")
        await desk.type("users")
        await desk.press("enter")
        await desk.sees("/opt/cloudhsm/bin/cloudhsm-cli user list")
        assert desk.asked("DescribeClusters")
        assert not isinstance(desk.app.screen, ActionsDialog)


async def test_the_remedy_of_a_finding_comes_first_with_its_rule(at):
    """A DEGRADED HSM is replaced, and what is not activated is so by a command of others."""
    async with at("open-banking-dev") as desk:
        desk.cluster.hsms[0].state = "DEGRADED"
        await desk.press("r")
        await desk.until(lambda: "HSM-DEGRADED" in rules_of(desk), "the finding")
        lines = listed(await opened(desk))
        first = next(line for line in lines if line.startswith("X "))
        assert "HSM-DEGRADED" in first
        assert lines.index(first) < lines.index("D delete an HSM")


def rules_of(desk: Any) -> set[str]:
    return {finding.rule for finding in desk.table.row.findings.findings}


async def test_activation_comes_first_where_it_is_asked_for(at, clock):
    async with at("firmware-signing-dev") as desk:
        desk.cluster.state = "INITIALIZED"
        await desk.press("r")
        await desk.until(lambda: "NOT-ACTIVATED" in rules_of(desk), "the finding")
        asked = [line for line in listed(await opened(desk)) if "NOT-ACTIVATED" in line]
        assert asked[0].startswith("copy activation with CloudHSM CLI NOT-ACTIVATED")
        assert "customerCA.crt" in asked[0]


async def test_marked_rows_are_told(at):
    async with at("payments-prod-01") as desk:
        await desk.press("space", "space", "a")
        await desk.sees("2 rows are marked: tags are for those, all else is for this cluster.")


async def test_without_a_row_there_is_nothing_to_do_and_what_is_typed_is_dropped(sit):
    async with sit(query="name:nobody-has-this", wait=False) as desk:
        await desk.until(lambda: "clusters (0" in desk.title)
        await desk.app._press_keys(["a", *"Mq", "enter", "q"])
        await desk.rest()
        assert len(desk.app.screen_stack) == 1
        assert not desk.app._exit
        await desk.until(lambda: "There is no cluster under the cursor." in desk.notifications)


async def test_what_a_tab_is_for_is_listed(at):
    async with at("payments-prod-01") as desk:
        there = {choice.value for choice in (await opened(desk))._choices}
        of_tabs = {command for tab in TABS for command in commands_of_tab(tab.id)}
        assert of_tabs
        assert of_tabs <= there


async def test_it_is_there_on_a_terminal_of_any_size(at):
    async with at("payments-prod-01") as desk:
        dialog = await opened(desk)
        for size in ((12, 4), (1, 1), (200, 50), (80, 24)):
            await desk.pilot.resize_terminal(*size)
            await desk.rest()
        assert listed(dialog)[0] == "h add (create) an HSM"


@pytest.mark.in_parts
@pytest.mark.parametrize("size", part_of([(80, 24), (60, 16), (30, 8)]))
async def test_no_line_is_broken_where_it_hides_what_belongs_together(at, size):
    async with at("payments-prod-01", size=size) as desk:
        dialog = await opened(desk)
        await desk.pilot.resize_terminal(*size)
        box = dialog.query_one("#box").size.width
        lines = [line for each in dialog._shown for line in str(dialog.prompt(each)).split("\n")]
        assert max(map(len, lines)) <= box
        behind_keys = re.compile(rf"^ {{{dialog._indent}}}\S")
        wrapped = [
            line for each in dialog._shown for line in str(dialog.prompt(each)).split("\n")[1:]
        ]
        assert wrapped
        assert all(map(behind_keys.match, wrapped))


async def test_it_names_the_keys_of_the_person(at):
    async with at(
        "payments-prod-01", keys={"cluster.add_hsm": "f9", "details.backups": "f8"}
    ) as desk:
        lines = listed(await opened(desk))
        assert lines[0] == "f9 add (create) an HSM"
        assert any(line.endswith("f8 reads them") for line in lines)
