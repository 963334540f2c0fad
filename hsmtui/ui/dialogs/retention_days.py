"""The field for the days that backups are to be kept: what cannot be is told while it is typed."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from hsmtui.model.backup import RETENTION_WORDS
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.modify_retention import days_problem
from hsmtui.ui.dialogs.dialog import Dialog
from hsmtui.ui.theme import cluster_line
from hsmtui.ui.widgets.field import Field


class RetentionDaysDialog(Dialog[int]):
    """Answers with a number that the service takes and that is another than that of the cluster
    now, as it was listed."""

    CLOSING: ClassVar = "goes back"

    def __init__(self, cluster: Cluster) -> None:
        super().__init__("For how many days are backups kept?")
        self._cluster = cluster
        self._before = cluster.retention_days

    def compose(self) -> ComposeResult:
        cluster, before = self._cluster, self._before
        of = cluster_line(cluster.cluster_id, cluster, cluster.name)
        now = "not known" if before is None else f"{before} days"
        said = Content.assemble(of, ("\nnow  ", "dim"), now)
        with Vertical(id="box"):
            yield Static(said, id="days-now", markup=False)
            yield Field(placeholder=RETENTION_WORDS, id="days", compact=True)
            yield Static(id="days-word", classes="tag-word", markup=False)

    def begin(self) -> None:
        self._say()

    @on(Input.Changed)
    def _say(self) -> None:
        self.query_one("#days-word", Static).update(self._word(self.query_one(Input).value))

    def _word(self, typed: str) -> Content:
        if not typed:
            return Content.styled("Enter goes on; nothing is sent yet.", "dim")
        if problem := days_problem(typed, self._before):
            return Content.styled(problem, "bold ansi_red")
        if self._before is None or int(typed) < self._before:
            return Content.styled("Shorter: older backups are deleted. Enter goes on.", "bold")
        return Content.styled("Longer. Enter goes on.", "dim")

    @on(Input.Submitted)
    def _enter(self, event: Input.Submitted) -> None:
        if not days_problem(event.value, self._before):
            self.dismiss(int(event.value))
