"""Signing in from the screen: MFA codes, the SSO device flow, and sessions that end."""

from collections.abc import Callable
from typing import Any

import pytest
from textual.content import Content
from textual.widgets import Input

from hsmtui.config.settings import Flags
from hsmtui.ui.dialogs.dialog import TextDialog
from hsmtui.ui.dialogs.sign_in import DeviceDialog, MfaDialog
from tests.scripted import At, Gate, Refuse, ScriptedPlane

DEVICE = "arn:aws:iam::111111111111:mfa/demo-user"
DELETE = "DeleteCluster"


@pytest.fixture
def plane() -> ScriptedPlane:
    """Its clock follows the system, as botocore does to see whether credentials have expired."""
    return ScriptedPlane()


async def asked(desk: Any, kind: type[Any]) -> None:
    await desk.until(lambda: isinstance(desk.app.screen, kind) and desk.app.focused)
    await desk.rest()


async def give_code(desk: Any, code: str = "123456") -> None:
    await asked(desk, MfaDialog)
    await desk.type(code)
    await desk.press("enter")


def code_of(desk: Any) -> str:
    code: str = desk.app.prompter.question.subject.code
    return code


async def device_dialog(desk: Any) -> None:
    await desk.until(lambda: isinstance(desk.app.screen, DeviceDialog))
    await desk.sees("Waiting, ")


def lists(desk: Any) -> bool:
    return len(desk.app.screen_stack) == 1 and bool(desk.rows)


class TestMfa:
    async def test_a_code_brings_the_list_a_wrong_one_is_asked_for_again(self, sit):
        async with sit("demo-mfa", wait=False) as desk:
            await asked(desk, MfaDialog)
            await desk.sees("profile  demo-mfa", DEVICE)
            await desk.type("000000")
            assert "000000" not in desk.text
            await desk.press("enter")
            await desk.sees("did not accept the code")
            assert desk.app.screen.query_one(Input).value == ""
            await give_code(desk)
            await desk.until(lambda: lists(desk))
            await desk.until(lambda: "1111-1111-1111" in desk.header)

    async def test_what_is_no_code_is_not_sent(self, sit):
        async with sit("demo-mfa", wait=False) as desk:
            await asked(desk, MfaDialog)
            for typed in ("", "1", "12345", "abcdef", "12 456", "１２３４５６"):
                await desk.type(typed)
                await desk.press("enter")
                await desk.sees("A code has 6 digits.")
                assert isinstance(desk.app.screen, MfaDialog)
                assert desk.asked("AssumeRole") == []

    async def test_switching_asks_too_escape_gives_up_and_r_asks_again(self, sit):
        async with sit() as desk:
            await self.switch(desk, "demo-mfa")
            await asked(desk, MfaDialog)
            await desk.press("escape")
            await desk.sees("You did not sign in", "P chooses another profile")
            await desk.settles()
            assert len(desk.app.screen_stack) == 1
            await self.switch(desk, "demo-staging")
            await desk.until(lambda: lists(desk) and "2222-2222-2222" in desk.header)
            await self.switch(desk, "demo-mfa")
            await desk.sees("You did not sign in")
            await desk.settles()
            await desk.press("r")
            await give_code(desk)
            await desk.until(lambda: lists(desk) and "demo-mfa" in desk.header)

    @staticmethod
    async def switch(desk: Any, profile: str) -> None:
        await desk.press("P")
        await desk.type(profile)
        await desk.press("enter")


class TestSso:
    async def test_the_dialog_says_where_and_goes_when_it_is_done(self, sit, place_url):
        async with sit("demo-sso", wait=False) as desk:
            await device_dialog(desk)
            code = code_of(desk)
            await desk.sees(f"{place_url}/device?user_code={code}", f"enter the code {code} at")
            await desk.press("c")
            assert desk.app.clipboard == code
            await desk.press("u")
            assert desk.app.clipboard == f"{place_url}/device?user_code={code}"
            desk.plane.approve(code)
            await desk.until(lambda: lists(desk) and "2222-2222-2222" in desk.header)

    async def test_escape_and_a_refusal_end_it_and_it_can_be_tried_again(self, sit):
        async with sit("demo-sso", wait=False) as desk:
            await device_dialog(desk)
            await desk.press("escape")
            await desk.sees("You did not sign in")
            await desk.press("r")
            await device_dialog(desk)
            desk.plane.deny(code_of(desk))
            await desk.sees("The sign-in was refused", "P chooses another profile")
            assert len(desk.app.screen_stack) == 1
            await desk.press("r")
            await device_dialog(desk)
            await desk.app.push_screen(TextDialog("Over it", Content("stays")))
            desk.plane.approve(code_of(desk))
            await desk.until(lambda: desk.rows)
            await desk.sees("stays")  # what stands over the dialog
            await desk.press("escape")
            await desk.until(lambda: lists(desk))

    async def test_quitting_does_not_wait_for_the_person(self, sit):
        async with sit("demo-sso", wait=False) as desk:
            await device_dialog(desk)
            await desk.press("ctrl+q")
            await desk.until(lambda: not desk.app.is_running)


class TestInMidSession:
    @pytest.fixture
    def signed_in(self, sit) -> Callable[..., Any]:
        def signed_in(**more: Any) -> Any:
            return sit("demo-mfa", wait=False, **more)

        return signed_in

    async def arrive(self, desk: Any) -> None:
        await give_code(desk)
        await desk.until(lambda: lists(desk) and "1111-1111-1111" in desk.header)
        await desk.settles()

    async def test_the_next_page_comes_after_the_dialog_and_giving_up_keeps_the_rows(
        self, signed_in
    ):
        async with signed_in() as desk:
            await self.arrive(desk)
            rows = desk.rows
            await desk.put_cursor(desk.rows[10])
            here = desk.current
            desk.plane.expire_sessions()
            await desk.press("r")
            await asked(desk, MfaDialog)
            await desk.press("escape")
            await desk.until(lambda: "You did not sign in" in desk.notice)
            assert desk.rows == rows
            await desk.press("r")
            await give_code(desk)
            await desk.until(lambda: not desk.notice)
            await desk.settles()
            desk.plane.expire_sessions()
            await desk.press("m")
            await give_code(desk)
            await desk.until(lambda: len(desk.rows) > len(rows))
            assert desk.current == here
            assert desk.notice == ""

    async def test_the_gate_asks_and_goes_on(self, signed_in, cluster):
        async with signed_in() as desk:
            await self.arrive(desk)
            target = cluster("legacy-tde").cluster_id
            await desk.put_cursor(target)
            desk.plane.expire_sessions()
            await desk.press("ctrl+d")
            await give_code(desk)
            await desk.until(lambda: desk.app.screen.query("#delete-field"))
            await desk.until(lambda: desk.app.screen.query_one("#delete-field", Input).display)
            await desk.type(target)
            await desk.press("tab", "enter")
            await desk.until(lambda: desk.asked(DELETE))
            await desk.sees("deleting the cluster")
            assert len(desk.asked("AssumeRole")) == 2  # one for all that is looked up at once

    async def test_the_gate_stays_shut_for_who_does_not_sign_in(self, signed_in, cluster):
        async with signed_in() as desk:
            await self.arrive(desk)
            await desk.put_cursor(cluster("legacy-tde"))
            desk.plane.expire_sessions()
            await desk.press("ctrl+d")
            await asked(desk, MfaDialog)
            await desk.press("escape")
            await desk.sees("BLOCKED", "You did not sign in")
            shown = len(desk.app.errors)
            await desk.until(lambda: len(desk.app.errors) > shown + 2)  # it goes on looking
            assert not isinstance(desk.app.screen, MfaDialog)
            assert desk.asked(DELETE) == []


class TestOverAChange:
    """What is typed into the dialog of a change is for no question of another place."""

    async def test_the_question_of_another_place_waits_until_it_is_closed(self, sit, plane):
        cluster = plane.clusters("222222222222", "eu-central-1")[0]
        cluster.hsms.clear()
        target = cluster.cluster_id
        flags = Flags(profiles=("demo-staging", "demo-mfa"), regions=("eu-central-1",))
        async with sit(flags=flags, wait=False) as desk:
            await give_code(desk)
            await desk.until(lambda: lists(desk) and desk.screen.fleet.extent.read == 2)
            await desk.settles()
            gate = Gate()
            plane.script(
                "DescribeClusters", gate, Refuse("ExpiredTokenException"), at=At("111111111111")
            )
            await desk.press("r")
            await desk.put_cursor(target)
            await desk.press("ctrl+d")
            await desk.until(lambda: desk.app.screen.query("#delete-field"))
            dialog = desk.app.screen
            await desk.until(lambda: dialog.query_one("#delete-field", Input).has_focus)
            gate.release()
            await desk.until(lambda: desk.app.prompter.question)
            await desk.rest()
            assert desk.app.screen is dialog
            await desk.press(*target[:3])
            assert dialog.query_one("#delete-field", Input).value == target[:3]
            await desk.press("escape")
            await asked(desk, MfaDialog)
            assert len(desk.app.screen_stack) == 2


class TestWaiting:
    async def test_retries_are_seen(self, sit, monkeypatch):
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "3")
        async with sit() as desk:
            gate = Gate()
            desk.plane.script("DescribeClusters", Refuse("ThrottlingException"), call=1)
            desk.plane.script("DescribeClusters", gate, call=2)
            await desk.press("m")
            await desk.until(lambda: "ThrottlingException, attempt 2" in desk.title)
            gate.release()
            await desk.until(lambda: len(desk.rows) > 25)
            assert "attempt" not in desk.title

    async def test_sts_is_not_waited_for(self, sit):
        """And what it says in the end is in the header, or in the list of errors."""
        async with sit(wait=False) as desk:
            gate = Gate()
            desk.plane.script(
                "GetCallerIdentity", gate, Refuse("AccessDenied", "Not for you.", 403)
            )
            await desk.until(lambda: desk.rows)
            await desk.press("down", "m")
            await desk.until(lambda: len(desk.rows) > 25)
            assert "…" in desk.header
            gate.release()
            await desk.until(lambda: "· ?" in desk.header)
            await desk.press("exclamation_mark")
            await desk.sees("Not for you.", "sts:GetCallerIdentity")
