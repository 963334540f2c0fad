"""With another key for every command the screen names those keys and no others."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from hsmtui.demo.control_plane import ControlPlane
from hsmtui.model.cluster import Cluster
from hsmtui.model.history.diff import differences
from hsmtui.model.history.events import Event
from hsmtui.ui.app import HsmtuiApp
from hsmtui.ui.commands.all_commands import COMMANDS
from hsmtui.ui.commands.command import APP, CLUSTERS
from hsmtui.ui.commands.keymap import display_keys
from hsmtui.ui.dialogs.delete_cluster import DeleteClusterDialog
from hsmtui.ui.dialogs.delete_hsm import DeleteHsmDialog
from hsmtui.ui.dialogs.edit_tag import EditTagDialog
from hsmtui.ui.dialogs.restore_backup import RestoreBackupDialog
from hsmtui.ui.dialogs.sign_in import DeviceDialog, MfaDialog
from hsmtui.ui.dialogs.tags import TagsDialog
from hsmtui.ui.main.notifications import notification_text
from hsmtui.ui.widgets import cut_text, tabs
from tests.keys import UNUSUAL, keys_named
from tests.recorded import read_audit
from tests.scripted import Refuse
from tests.ui.conftest import HERE

WITH_CLUSTERS = "payments-prod-01"
EXPIRED = Refuse("ExpiredTokenException", "It has expired.")
KEEPS = Refuse("OddException", "No.")


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every notification that any app has given."""
    words: list[str] = []
    say = HsmtuiApp.notify

    def notify(app: HsmtuiApp, message: str, **more: Any) -> None:
        words.append(f"{more.get('title', '')} {message}")
        say(app, message, **more)

    monkeypatch.setattr(HsmtuiApp, "notify", notify)
    return words


@pytest.fixture
def other(sit: Any, said: list[str]) -> Any:
    """The app with other keys; `do` has one pressed, and whatever stands there names no other."""

    @asynccontextmanager
    async def other(*place: str, **more: Any) -> Any:
        async with sit(*place, keys=UNUSUAL, **{"size": (118, 44), **more}) as desk:

            def names_no_other() -> None:
                texts = (desk.flat, desk.details, desk.notice, *said)
                drawn = " ".join(texts).replace("! negates", "").replace(" ? ", " ")
                assert list(keys_named(drawn)) == []

            async def sees(*texts: str) -> None:
                """Wait for texts in which the key of a command stands for its id in braces."""
                wanted = [text.format_map(_Keys()) for text in texts]
                await desk.until(
                    lambda: all(any(w in t for t in (desk.flat, *said)) for w in wanted),
                    f"{wanted}",
                )
                names_no_other()

            async def do(*commands: str) -> None:
                for command in commands:
                    await desk.press(UNUSUAL[command])
                names_no_other()

            desk.do, desk.sees_with = do, sees
            yield desk
            names_no_other()

    return other


class _Keys(dict[str, str]):
    def __missing__(self, command: str) -> "_Dotted":
        return _Dotted(command)


class _Dotted:
    """A command id, of which str.format looks the second part up as an attribute."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, rest: str) -> str:
        return display_keys([UNUSUAL[f"{self._name}.{rest}"]])

    def __str__(self) -> str:
        return display_keys([UNUSUAL[self._name]])


async def closed(desk: Any) -> None:
    await desk.do("dialog.close")
    await desk.until(lambda: len(desk.app.screen_stack) == 1)
    await desk.rest()


async def test_around_the_list(other):
    async with other() as desk:
        tab_line = " ".join(str(desk.screen.query_one("TabLine").render()).split())
        for tab in tabs.TABS:
            assert f"{UNUSUAL[f'details.{tab.id}']} " in f"{tab_line} "
        await desk.do("list.reverse")
        await desk.sees_with("Nothing is sorted yet: {list.sort} sorts by a column.")
        await desk.do("app.give_up")
        await desk.sees_with("{app.quit} quits, {app.quit_anywhere} from anywhere.")
        await desk.do("list.filter")
        await desk.type("no such cluster")
        await desk.press("enter")
        await desk.sees_with(
            "{list.next_page} loads more, {list.all_pages} all; {back} drops the filter"
        )
        await desk.do("list.all_pages")
        await desk.settles()
        await desk.do("back")
        await desk.until(lambda: desk.rows)


async def test_of_the_dialogs_that_tell(other):
    async with other() as desk:
        await desk.do("app.help")
        await desk.sees_with("{dialog.close} closes")
        text = desk.widget("VerticalScroll > Static")
        for command in COMMANDS:
            if command.scope in {APP, CLUSTERS} and command.keys:
                assert f"{display_keys([UNUSUAL[command.id]])} " in text
        assert list(keys_named(text.replace("! negates", ""))) == []
        await closed(desk)
        await desk.do("list.events")
        await desk.sees_with("{list.refresh} reads again, {list.watch} watches.")
        await closed(desk)
        for command in ("app.errors", "copy.choose", "profile.switch", "region.switch"):
            await desk.do(command)
            await desk.sees_with("{dialog.close} closes")
            await closed(desk)
        await desk.do("app.palette")
        await desk.sees_with(f"switch the region {UNUSUAL['region.switch']}")
        await closed(desk)


async def test_of_texts_that_are_cut(other, cluster, monkeypatch):
    monkeypatch.setattr(cut_text, "MOST_LINES", 3)
    async with other() as desk:
        await desk.put_cursor(cluster(WITH_CLUSTERS))
        await desk.do("details.json")
        await desk.until(lambda: f"{UNUSUAL['copy.choose']} copies the JSON" in desk.details)


ADVISED = {
    "card-issuing-prod-02": "→ {hsm.replace} replaces it: creates one in its zone",
    "legacy-tde": "→ {cluster.hsm_type} changes its type to hsm2m.medium",
    "saml-signing-qa": "cluster activate ({copy.choose} copies it).",
    "tls-offload-prod": "→ {cluster.create} creates a cluster with more subnets",
}


async def test_of_findings(other, cluster):
    async with other() as desk:
        await desk.do("details.findings")
        for name, advised in ADVISED.items():
            await desk.put_cursor(cluster(name))
            wanted = advised.format_map(_Keys())
            await desk.until(lambda there=wanted: there in " ".join(desk.details.split()), wanted)


async def test_where_the_first_page_fails(other, plane):
    plane.script("DescribeClusters", EXPIRED)
    async with other(wait=False) as desk:
        await desk.sees_with(
            "press {list.refresh}: the files are read again. {profile.switch} chooses another",
            "{list.refresh} tries again, {app.errors} shows all errors",
        )
        await desk.do("app.errors")
        await desk.sees_with("→ Renew the credentials, then press {list.refresh}: the files")
        plane.clear_scripts()


async def test_where_another_page_fails(other, plane):
    async with other() as desk:
        plane.script("DescribeClusters", KEEPS)
        await desk.do("list.next_page")
        await desk.sees_with("{list.next_page} tries again, {app.errors} shows more")
        await desk.do("app.errors")
        await desk.sees_with("Read the message; {app.errors} keeps it.")
        plane.clear_scripts()


async def test_where_nothing_is_listed(other):
    async with other("demo", "eu-north-1", wait=False) as desk:
        await desk.sees_with(
            "{region.switch} chooses another region, {profile.switch} another profile"
        )


async def test_where_there_is_no_such_profile(other):
    async with other("nobody", wait=False) as desk:
        await desk.sees_with("{profile.switch} lists the profiles that exist.")


async def test_of_the_backups(other, cluster, plane):
    async with other() as desk:
        await desk.put_cursor(cluster(WITH_CLUSTERS))
        await desk.do("details.backups")
        await desk.until(lambda: "backups (50+)" in desk.details)
        assert f"{UNUSUAL['list.next_page']} loads more" in desk.details
        plane.script("DescribeBackups", EXPIRED)
        await desk.do("details.enter", "list.next_page")
        await desk.until(lambda: "tries again" in desk.details)
        await desk.do("backup.restore")
        await desk.until(lambda: "chooses another profile" in desk.notifications)
        plane.clear_scripts()


async def test_of_a_blocked_deletion(other, cluster, plane):
    async with other() as desk:
        await desk.put_cursor(cluster(WITH_CLUSTERS))
        await desk.do("cluster.delete")
        await desk.until(lambda: isinstance(desk.app.screen, DeleteClusterDialog))
        await desk.sees_with("{dialog.delete_hsm} deletes one of its HSMs.")
        await desk.press("enter")
        await desk.sees_with("{dialog.close} closes; or tab, then enter")
        plane.script("DescribeClusters", EXPIRED)
        await desk.sees_with("{profile.switch} chooses another profile.")
        plane.clear_scripts()


async def test_of_tags_that_cannot_be_read(other, cluster, plane):
    async with other() as desk:
        await desk.put_cursor(cluster(WITH_CLUSTERS))
        await desk.do("tags.edit")
        await desk.sees_with("Enter changes, {tags.remove} removes")
        await closed(desk)
        plane.script("DescribeClusters", EXPIRED)
        await desk.do("tags.edit")
        await desk.until(lambda: isinstance(desk.app.screen, TagsDialog))
        await desk.sees_with("{profile.switch} chooses another profile.")
        plane.clear_scripts()


class TestSigningIn:
    @pytest.fixture
    def plane(self) -> ControlPlane:
        """Its clock follows the system, as botocore does to see whether credentials ended."""
        return ControlPlane()

    async def test_with_a_code_of_a_device(self, other):
        async with other("demo-mfa", wait=False) as desk:
            await desk.until(lambda: isinstance(desk.app.screen, MfaDialog) and desk.app.focused)
            await desk.sees_with("{dialog.close} gives up")
            await desk.do("dialog.close")
            await desk.sees_with(
                "Press {list.refresh} to sign in; {profile.switch} chooses another"
            )

    async def test_in_a_browser(self, other):
        async with other("demo-sso", wait=False) as desk:
            await desk.until(lambda: isinstance(desk.app.screen, DeviceDialog))
            await desk.sees_with(
                "{sign_in.copy_code} copies the code, {sign_in.copy_address} the address."
            )
            await desk.do("dialog.close")
            await desk.sees_with(
                "Press {list.refresh} to sign in; {profile.switch} chooses another"
            )


async def test_of_the_dialogs_of_changes(other, cluster):
    async with other() as desk:
        await desk.put_cursor(cluster(WITH_CLUSTERS))
        await desk.do("hsm.delete")
        await desk.sees_with("Delete which HSM?", "{dialog.close} closes")
        await desk.press("enter")
        await desk.until(lambda: isinstance(desk.app.screen, DeleteHsmDialog))
        await desk.sees_with("Type the HSM id, then tab and enter", "{dialog.close} closes")
        await closed(desk)
        await desk.do("tags.edit")
        await desk.sees_with("Enter changes, {tags.remove} removes")
        await desk.press("enter")
        await desk.sees_with("{dialog.close} goes back")
        await desk.type("another")
        await desk.sees_with("Enter goes on")
        await desk.press("enter")
        await desk.until(lambda: isinstance(desk.app.screen, EditTagDialog))
        await desk.sees_with("{dialog.close} closes")


async def test_of_a_restoration(other, cluster):
    async with other() as desk:
        await desk.put_cursor(cluster("legacy-tde"))
        await desk.do("details.backups")
        await desk.until(lambda: "3 can be restored" in desk.details)
        assert f"can be restored: {UNUSUAL['backup.restore']}" in desk.details
        await desk.do("backup.restore")
        await desk.sees_with("Restore which backup?", "{dialog.close} closes")
        await desk.press("enter")
        await desk.until(lambda: isinstance(desk.app.screen, RestoreBackupDialog))
        await desk.sees_with("Type the backup id, then tab and enter", "{dialog.close} closes")


async def test_of_a_change_that_fails_and_its_record_names_none(other, plane):
    async with other() as desk:
        empty = next(c for c in plane.clusters(*HERE) if c.state == "ACTIVE" and not c.hsms)
        await desk.put_cursor(empty)
        await desk.do("cluster.delete")
        await desk.sees_with("No HSMs.")
        await desk.until(lambda: desk.app.screen.is_confirmable)
        plane.script("DeleteCluster", EXPIRED)
        await desk.type(empty.cluster_id)
        await desk.press("tab", "enter")
        await desk.sees_with("refused", "then press {list.refresh}: the files are read again.")
        plane.clear_scripts()
        await closed(desk)
        plane.script("DescribeClusters", EXPIRED)
        await desk.do("cluster.delete")
        await desk.sees_with("BLOCKED", "then press {list.refresh}: the files are read again.")
        plane.clear_scripts()
        await closed(desk)
        last = read_audit(desk.app.settings.paths.audit_file).records[-1]
        assert last.outcome == "blocked"
        assert "then run this again. -p names another profile." in last.reason


def test_of_many_changes_at_once():
    before = Cluster("cluster-1", state="ACTIVE")
    (difference,) = differences(before, Cluster("cluster-1", state="DEGRADED"))
    event = Event(datetime(2026, 3, 1, tzinfo=UTC), "here", "cluster-1", None, difference)
    assert notification_text([event] * 4, "alt+f1").endswith("and 1 more: alt+f1 lists them")
