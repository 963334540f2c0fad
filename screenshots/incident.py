"""The incident of docs/triage.md, key by key: what is pressed, what comes up, for how long."""

from collections.abc import Callable
from typing import NamedTuple, cast

from textual.screen import Screen
from textual.widgets import Static

from hsmtui.ui.dialogs.change import ChangeDialog
from hsmtui.ui.dialogs.claim_files import ClaimFilesDialog
from hsmtui.ui.dialogs.copy_backup import CopyBackupDialog
from hsmtui.ui.dialogs.create_hsm import CreateHsmDialog
from hsmtui.ui.dialogs.delete_hsm import DeleteHsmDialog
from hsmtui.ui.dialogs.initialize_cluster import InitializeClusterDialog
from hsmtui.ui.dialogs.initialize_steps import InitializeStepsDialog
from hsmtui.ui.dialogs.modify_retention import ModifyRetentionDialog
from hsmtui.ui.dialogs.pick import PickDialog
from hsmtui.ui.dialogs.retention_days import RetentionDaysDialog
from hsmtui.ui.main.details_pane import DetailsPane
from hsmtui.ui.main.screen import ClusterScreen
from hsmtui.ui.widgets.cluster_table import ClusterTable
from hsmtui.ui.widgets.filter_bar import FilterBar
from hsmtui.ui.widgets.notices import NoticeArea

Shown = Screen[object]
BROKEN, NEW = "card-issuing-prod-02", "firmware-signing-dev"
"""The cluster that is repaired, and the one that is initialized meanwhile."""


class Step(NamedTuple):
    """Keys, and the picture of what they bring up.

    `words` stand above the picture. Before the keys `later` seconds go by, with `signs` the CSR is
    signed that was saved, and `types` gives the text that is typed. The picture is taken when
    `shows` is so of the screen.
    """

    keys: tuple[str, ...]
    words: str
    shows: Callable[[Shown], bool]
    seconds: float = 2
    later: float = 0
    types: Callable[[Shown], str] = lambda screen: ""
    signs: bool = False


def _text(typed: str) -> Callable[[Shown], str]:
    return lambda screen: typed


def _its_id(screen: Shown) -> str:
    """The id that the dialog asks for."""
    return cast("ChangeDialog", screen).target


def _list_at(name: str, *noticed: str) -> Callable[[Shown], bool]:
    """The list with its cursor on this cluster, and these words in the notices."""

    def is_so(screen: Shown) -> bool:
        if not isinstance(screen, ClusterScreen):
            return False
        row, details = screen.query_one(ClusterTable).row, screen.query_one(DetailsPane)
        is_there = row is not None and row.cluster.name == name and details.cluster is row.cluster
        return is_there and all(words in _notices(screen) for words in noticed)

    return is_so


def _notices(screen: Shown) -> str:
    return " ".join(str(screen.query_one(NoticeArea).render()).split())


def _details(words: str) -> Callable[[Shown], bool]:
    def is_so(screen: Shown) -> bool:
        return words in str(screen.query_one("#detail-body > Static", Static).render())

    return is_so


def _is_left(screen: Shown) -> bool:
    """The findings, without those that were put right."""
    said = str(screen.query_one("#detail-body > Static", Static).render())
    return "TWO-HSM" in said and not any(rule in said for rule in ("HSM-DEGRADED", "RETENTION"))


def _said(screen: Shown) -> str:
    return "\n".join(str(each.render()) for each in screen.query(Static))


def _says(kind: type[Shown], words: str = "") -> Callable[[Shown], bool]:
    return lambda screen: isinstance(screen, kind) and words in _said(screen)


def _dialog(kind: type[ChangeDialog], words: str = "") -> Callable[[Shown], bool]:
    """A dialog that has looked, looks up nothing any more, and says these words."""

    def is_so(screen: Shown) -> bool:
        if not isinstance(screen, kind) or not screen.has_looked:
            return False
        said = _said(screen)
        return words in said and "being looked up" not in said

    return is_so


def _typed(kind: type[ChangeDialog]) -> Callable[[Shown], bool]:
    return lambda screen: isinstance(screen, kind) and screen.gate_lets


def _picks(screen: Shown) -> bool:
    return isinstance(screen, PickDialog)


def _filters(screen: Shown) -> bool:
    return bool(screen.query_one(FilterBar).display)


BOTH_DONE = _list_at(NEW, "X now deletes", "is INITIALIZED")

STORY = (
    Step((), "the worst on top", _list_at("hsm-retiring"), 2),
    Step(("down",), "↓   the second is news", _list_at(BROKEN), 1.5),
    Step(("f",), "f   why?", _details("HSM-DEGRADED"), 3),
    Step(("8", "v"), "8 v   unhealthy since when?", _details("last 24 h"), 3),
    Step(("9",), "9   who touched it?", _details("all of the last"), 2.5),
    Step(("X",), "X   replace it: create", _dialog(CreateHsmDialog, "Step 2, once"), 2.5),
    Step(("tab", "enter"), "tab enter   it is sent", _says(CreateHsmDialog, "is creating"), 1.5),
    Step(("escape", "/"), "esc /   meanwhile", _filters, 1),
    Step(("enter",), "firmware, enter", _list_at(NEW), 2, types=_text("firmware")),
    Step(("i",), "i   its chain is proved", _says(InitializeStepsDialog, "verified"), 2.5),
    Step(("s",), "s   the CSR to a file", _says(InitializeStepsDialog, "Saved in"), 1.5),
    Step(("enter",), "openssl has signed; enter", _says(ClaimFilesDialog), 2, signs=True),
    Step(("enter",), "enter   what is sent", _dialog(InitializeClusterDialog, "SHA-256"), 2.5),
    Step(("tab",), "its id, tab", _typed(InitializeClusterDialog), 1, types=_its_id),
    Step(("enter",), "enter   it is sent", _says(InitializeClusterDialog, "took the request"), 1.5),
    Step(("escape",), "esc   both are done", BOTH_DONE, 2.5, 40),
    Step(("escape", "g", "down"), "esc g ↓   back", _list_at(BROKEN), 1.5),
    Step(("X",), "X   the old one goes", _dialog(DeleteHsmDialog, "takes its place"), 2.5),
    Step(("tab",), "its id, tab", _typed(DeleteHsmDialog), 1, types=_its_id),
    Step(("enter",), "enter   it is going", _list_at(BROKEN), 1.5),
    Step((), "gone: replaced", _list_at(BROKEN, "is deleted."), 2, 15),
    Step(("E",), "E   3 days are too few", _says(RetentionDaysDialog), 1.5),
    Step(("enter",), "90, enter", _dialog(ModifyRetentionDialog), 2, types=_text("90")),
    Step(
        ("tab", "enter"),
        "tab enter   it is sent",
        _says(ModifyRetentionDialog, "✓ Backups are kept"),
        1.5,
    ),
    Step(("escape", "Y"), "esc Y   copy which backup?", _picks, 1),
    Step(("enter",), "enter   to which region?", _picks, 1),
    Step(("enter",), "us-west-2, enter", _dialog(CopyBackupDialog), 2, types=_text("us-west-2")),
    Step(
        ("tab", "enter"),
        "tab enter   it is sent",
        _says(CopyBackupDialog, "is copying the backup"),
        1.5,
    ),
    Step(("escape", "f"), "esc f   what is left", _is_left, 2.5),
    Step(("H",), "H   hand it over", _list_at(BROKEN, "Wrote the page"), 3),
)
