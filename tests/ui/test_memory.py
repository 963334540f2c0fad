"""What is closed is let go of: the screen, its widgets, and what it was about."""

import asyncio
import gc
import importlib
import pkgutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from weakref import WeakSet

import pytest

import hsmtui.ui.dialogs
from hsmtui.aws.prompter import DeviceSignIn, MfaCode
from hsmtui.config.settings import Flags
from hsmtui.demo.records import Cluster
from hsmtui.model.certificates.openssl import CUSTOMER_CA, signed_name
from hsmtui.ui.dialogs.dialog import Dialog
from hsmtui.ui.dialogs.waiting import WaitingDialog
from tests.alive import Strays
from tests.claims import TRUST, csr_of, quick_claim
from tests.conftest import NOON
from tests.parts import part_of
from tests.scripted import AnswerGate, Gate, Refuse, ScriptedPlane
from tests.ui.conftest import Desk

DELETABLE = "legacy-tde"
"""The Name of a cluster without HSMs, and with backups that can be restored."""

WITH_HSMS = "payments-prod-01"
"""That of a cluster with several HSMs, and with many backups."""

CLAIMABLE = "firmware-signing-dev"
"""That of one that can be initialized, with files that lie ready."""

OPENED = {
    "TextDialog": ["e"],
    "HelpDialog": ["question_mark"],
    "ErrorsDialog": ["exclamation_mark"],
    "PickDialog": ["C"],
    "PaletteDialog": ["ctrl+p"],
    "ProfileDialog": ["P"],
    "RegionDialog": ["R"],
    "PlacesDialog": ["L"],
    "SortDialog": ["s"],
    "ColumnsDialog": ["s", "C"],
    "OverviewDialog": ["o"],
    "ActionsDialog": ["a"],
    "TagsDialog": ["t"],
    "TagValueDialog": ["t", "N", "a", "m", "e", "enter"],
    "EditTagDialog": ["t", "N", "a", "m", "e", "enter", "2", "enter"],
    "DeleteClusterDialog": ["ctrl+d"],
    "CreateHsmDialog": ["h", "enter"],
    "SubnetsDialog": ["B", "enter"],
    "CreateClusterDialog": ["B", "enter", "enter"],
    "DeleteHsmDialog": ["D", "enter"],
    "RetentionDaysDialog": ["E"],
    "ModifyRetentionDialog": ["E", "3", "0", "enter"],
    "ModifyHsmTypeDialog": ["T"],
    "InitializeStepsDialog": ["i"],
    "ClaimFilesDialog": ["i", "enter"],
    "InitializeClusterDialog": ["i", "enter", "enter"],
    "RestoreBackupDialog": ["u", "enter"],
    "KeepBackupDialog": ["K", "u", "n", "t", "i", "l", "enter"],
    "ExpireBackupDialog": ["K", "n", "e", "v", "e", "r", "enter"],
    "CopyBackupDialog": ["Y", "enter", "enter"],
    "DeleteBackupDialog": ["U", "enter"],
    "CompareDialog": ["space", "space", "equals_sign"],
    "EditTagsDialog": [
        *("space", "j", "space", "space", "t"),  # whatever was marked before
        *("N", "a", "m", "e", "enter", "enter", "2", "enter"),
    ],
}
"""Each dialog of a key, and the keys that bring it up; the last are for rows that are marked."""

OF_BACKUPS = {"KeepBackupDialog", "ExpireBackupDialog"}
"""Those that need many backups."""

SLOW = {WaitingDialog.__name__: "H"}
"""Those that come up only where the service lets somebody wait, and their keys."""

SUBJECTS = {
    "MfaDialog": MfaCode("prod", "arn:aws:iam::111111111111:mfa/alice"),
    "DeviceDialog": DeviceSignIn("prod", "https://sso", "https://sso?c", "ABCD", NOON),
}


@pytest.fixture
def dialogs(monkeypatch: pytest.MonkeyPatch) -> tuple[Counter[str], WeakSet[Dialog]]:
    """How many dialogs of each class there have been, and those that are alive."""
    begun, living, init = Counter[str](), WeakSet[Dialog](), Dialog.__init__

    def count(dialog: Dialog, heading: str) -> None:
        init(dialog, heading)
        begun[type(dialog).__name__] += 1
        living.add(dialog)

    monkeypatch.setattr(Dialog, "__init__", count)
    return begun, living


async def nothing_is_left(desk: Desk, strays: Strays, living: WeakSet[Dialog]) -> None:
    """Wait until all that is alive is the one screen that is open."""
    await desk.until(lambda: len(desk.app.screen_stack) == 1, "the last dialog closed")
    await desk.until(strays.none_of(desk.app), "no widgets but those of the open screen")
    assert not living


async def come_to(desk: Desk, name: str, keys: Sequence[str], cluster: Any) -> None:
    """To the row for a dialog, and up to the last of its keys."""
    is_full = "Hsm" in name or name in OF_BACKUPS
    of = WITH_HSMS if is_full else CLAIMABLE if keys[0] == "i" else DELETABLE
    await desk.put_cursor(cluster(of))
    if keys[0] != "i":
        await desk.press(*keys[:-1])
        return
    for key, before in zip(keys[:-1], ("InitializeStepsDialog", "ClaimFilesDialog"), strict=False):
        await desk.press(key)  # each reads something first
        await desk.until(lambda kind=before: type(desk.app.screen).__name__ == kind, before)


def lay_files_ready(plane: ScriptedPlane, cluster: Cluster) -> None:
    """In the folder where they are expected."""
    folder = Path(cluster.cluster_id)
    folder.mkdir()
    names = (signed_name(cluster.cluster_id), CUSTOMER_CA)
    claim = quick_claim(csr_of(plane, cluster), plane.clock.now())
    for name, pem in zip(names, claim, strict=True):
        (folder / name).write_text(pem)


@pytest.mark.in_parts
async def test_dialogs_that_are_closed_at_the_moment_they_open_are_gone(
    sit, dialogs, cluster, plane, tmp_path, monkeypatch
):
    begun, living = dialogs
    strays = Strays()
    monkeypatch.chdir(tmp_path)
    lay_files_ready(plane, cluster(CLAIMABLE))
    async with sit(trust=TRUST) as desk:
        for name, keys in part_of(OPENED.items(), parts=3):
            await come_to(desk, name, keys, cluster)
            await desk.app._press_keys(keys[-1:])
            await desk.until(lambda name=name: begun[name], f"a {name}")
            await desk.app._press_keys(["escape"])
            while len(desk.app.screen_stack) > 1:
                await desk.press("escape")
        for name, key in SLOW.items():
            gate = Gate()
            plane.script("DescribeBackups", gate)
            await desk.press(key)
            await desk.until(lambda name=name: begun[name], f"a {name}")
            await desk.app._press_keys(["escape"])
            await desk.until(lambda: len(desk.app.screen_stack) == 1, f"the {name} closed")
            gate.release()
        for name, subject in SUBJECTS.items():
            with desk.app.prompter.asked(subject):
                await desk.until(lambda name=name: begun[name], f"a {name}")
            await desk.until(lambda: len(desk.app.screen_stack) == 1, f"the {name} closed")
        await nothing_is_left(desk, strays, living)


def test_each_dialog_is_tried():
    for module in pkgutil.iter_modules(hsmtui.ui.dialogs.__path__, "hsmtui.ui.dialogs."):
        importlib.import_module(module.name)

    def kinds(kind: type) -> set[type]:
        return {kind}.union(*map(kinds, kind.__subclasses__()))

    opened = {kind.__name__ for kind in kinds(Dialog) if kind.__module__.startswith("hsmtui.")}
    changes = {"BackupDialog", "BoxDialog", "ChangeDialog"}
    shared = {"ListDialog", "Picker", "PickSeveralDialog", "QuestionDialog", "ValueDialog"}
    bases = {"Dialog", *changes, *shared}
    assert opened - bases == {*OPENED, *SLOW, *SUBJECTS}


async def test_a_change_that_is_followed_does_not_keep_its_dialog(sit, dialogs, cluster):
    _, living = dialogs
    strays = Strays()
    async with sit(poll_seconds=1) as desk:
        await desk.put_cursor(cluster(DELETABLE))
        target = desk.current
        await desk.press("ctrl+d")
        await desk.type(target)
        await desk.press("tab", "enter")
        await desk.until(lambda: desk.asked("DeleteCluster"), "the request")
        await desk.until(lambda: followed(desk), "the cluster followed")
        while len(desk.app.screen_stack) > 1:
            await desk.press("escape")
        await nothing_is_left(desk, strays, living)
        assert followed(desk)


async def test_requests_that_are_not_answered_do_not_keep_their_dialogs(sit, dialogs, cluster):
    _, living = dialogs
    strays, gates = Strays(), {"DeleteCluster": AnswerGate(), "TagResource": AnswerGate()}
    async with sit() as desk:
        await desk.put_cursor(cluster(DELETABLE))
        target = desk.current
        for operation, gate in gates.items():
            desk.plane.script(operation, gate)
        await desk.press("t")
        for text in ("Name", "monkey"):
            await desk.type(text)
            await desk.press("enter")
        await desk.until(
            lambda: getattr(desk.app.screen, "is_confirmable", False), "the tag asked for"
        )
        await desk.press("tab", "enter")
        await desk.until(lambda: desk.asked("TagResource"), "the tag sent")
        while len(desk.app.screen_stack) > 1:
            await desk.press("escape")
        await desk.press("ctrl+d")
        await desk.type(target)
        await desk.press("tab", "enter")
        await desk.until(lambda: desk.asked("DeleteCluster"), "the deletion sent")
        await desk.press("escape")
        await nothing_is_left(desk, strays, living)
        assert len(desk.screen.change_flows.changes.pending.begun) == len(gates)
        for gate in gates.values():
            gate.release()


def followed(desk: Desk) -> bool:
    return any(w.group == "follow" and w.is_running for w in desk.app.workers)


async def test_a_dialog_under_which_the_terminal_was_resized_is_gone(sit, dialogs):
    """The screen behind it gets scroll bars, which stay."""
    _, living = dialogs
    strays = Strays()
    async with sit() as desk:
        await desk.press("question_mark")
        await desk.pilot.resize_terminal(30, 4)
        await desk.pilot.resize_terminal(80, 24)
        await desk.press("escape")
        await nothing_is_left(desk, strays, living)


async def test_places_that_were_left_are_let_go_of(sit, plane):
    """With their connections and rows; and nothing is written then of what STS refused."""
    told: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
    plane.script("GetCallerIdentity", Refuse("AccessDenied"))
    flags = Flags(profiles=("demo", "demo-staging"), regions=("us-east-1", "eu-central-1"))
    async with sit(flags=flags) as desk:
        await desk.until(lambda: len(desk.app.errors) == 2)
        await desk.tab("backups")
        await desk.until(lambda: desk.asked("DescribeBackups"), "backups")
        await desk.tab("trail")
        await desk.until(lambda: desk.asked("LookupEvents"), "events")
        await desk.press("r", "L", "escape")
        await desk.settles()
        left = WeakSet(loader.connection for loader in desk.screen.fleet.loaders)
        assert len(left) == 4
        desk.screen._places.go("demo", "us-west-2")
        await desk.until(lambda: len(desk.rows) == 14)
        await desk.settles()

        clock, due = asyncio.get_running_loop().time, 0.0

        def are_gone() -> bool:
            nonlocal due
            if clock() > due:  # a collection at each look would take most of the test's time
                gc.collect()
                due = clock() + 0.2
            return not left

        await desk.until(are_gone, "the connections that were left are gone")
        assert told == []
