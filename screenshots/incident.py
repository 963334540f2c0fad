"""The incident of docs/triage.md, key by key: what is pressed, what comes up, for how long."""

from collections.abc import Callable
from typing import NamedTuple

from textual.screen import Screen
from textual.widgets import Static

from hsmtui.ui.dialogs.change import ChangeDialog
from hsmtui.ui.dialogs.delete_cluster import DeleteClusterDialog
from hsmtui.ui.dialogs.delete_hsm import DeleteHsmDialog
from hsmtui.ui.dialogs.pick import PickDialog
from hsmtui.ui.main.details_pane import DetailsPane
from hsmtui.ui.main.screen import ClusterScreen
from hsmtui.ui.widgets.cluster_table import ClusterTable
from hsmtui.ui.widgets.notices import NoticeArea

Shown = Screen[object]


class Step(NamedTuple):
    """Keys, and the picture of what they bring up.

    `words` stand above the picture. Before the keys `later` seconds go by and, with `types_id`, the
    id is typed that the dialog asks for. The picture is taken when `shows` is so of the screen.
    """

    keys: tuple[str, ...]
    words: str
    shows: Callable[[Shown], bool]
    seconds: float = 2
    later: float = 0
    types_id: bool = False


def _list_at(name: str) -> Callable[[Shown], bool]:
    def is_so(screen: Shown) -> bool:
        if not isinstance(screen, ClusterScreen):
            return False
        row, details = screen.query_one(ClusterTable).row, screen.query_one(DetailsPane)
        return row is not None and row.cluster.name == name and details.cluster is row.cluster

    return is_so


def _details(words: str) -> Callable[[Shown], bool]:
    def is_so(screen: Shown) -> bool:
        return words in str(screen.query_one("#detail-body > Static", Static).render())

    return is_so


def _picks(screen: Shown) -> bool:
    return isinstance(screen, PickDialog)


def _said(screen: Shown) -> str:
    return "\n".join(str(each.render()) for each in screen.query(Static))


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


def _both_are_going(screen: Shown) -> bool:
    return isinstance(screen, DeleteClusterDialog) and _said(screen).count("_IN_PROGRESS") == 2


def _written(screen: Shown) -> bool:
    return "Wrote the page" in str(screen.query_one(NoticeArea).render())


STORY = (
    Step((), "the worst on top", _list_at("hsm-retiring"), 2.5),
    Step(("down", "down"), "↓ ↓   the third is news", _list_at("root-ca-ceremony"), 2),
    Step(("f",), "f   why?", _details("CERT-KEY"), 3),
    Step(("3",), "3   is that proved?", _details("CSR IS NOT"), 3),
    Step(("ctrl+d",), "ctrl+d   blocked by its HSMs", _dialog(DeleteClusterDialog, "BLOCKED"), 3),
    Step(("D",), "D   which HSM?", _picks, 1.5),
    Step(("enter",), "enter   what that leaves", _dialog(DeleteHsmDialog, "HSMs left: 1"), 3),
    Step(("tab",), "its id, tab", _typed(DeleteHsmDialog), 1.5, types_id=True),
    Step(("enter",), "enter   it is going", _dialog(DeleteClusterDialog, "DELETE_IN_PROGRESS"), 2),
    Step(("D",), "D   the other HSM", _dialog(DeleteHsmDialog, "No HSM is left"), 2),
    Step(("tab",), "its id, tab", _typed(DeleteHsmDialog), 1.5, types_id=True),
    Step(("enter",), "enter   both are going", _both_are_going, 2),
    Step((), "gone: the cluster's dialog opens", _dialog(DeleteClusterDialog, "No HSMs"), 2.5, 20),
    Step(("tab",), "its id, tab", _typed(DeleteClusterDialog), 1.5, types_id=True),
    Step(("enter",), "enter   the service takes it", _dialog(DeleteClusterDialog, "deleting"), 2),
    Step(("escape",), "esc", _list_at("root-ca-ceremony"), 2),
    Step(("H",), "H   hand it over", _written, 3),
)
