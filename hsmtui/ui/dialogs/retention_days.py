"""The field for the days that backups are to be kept."""

from textual.content import Content

from hsmtui.model.backup import RETENTION_WORDS
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.modify_retention import days_problem
from hsmtui.ui.dialogs.value import ValueDialog
from hsmtui.ui.theme import cluster_line


class RetentionDaysDialog(ValueDialog[int]):
    """Answers with a number that the service takes and that is another than that of the cluster
    now, as it was listed."""

    def __init__(self, cluster: Cluster) -> None:
        self._before = before = cluster.retention_days
        of = cluster_line(cluster.cluster_id, cluster, cluster.name)
        days = "not known" if before is None else f"{before} days"
        now = Content.assemble(of, ("\nnow  ", "dim"), days)
        super().__init__("For how many days are backups kept?", RETENTION_WORDS, now=now)

    def word(self, typed: str) -> Content:
        if not typed:
            return Content.styled("Enter goes on; nothing is sent yet.", "dim")
        if problem := days_problem(typed, self._before):
            return Content.styled(problem, "bold ansi_red")
        if self._before is None or int(typed) < self._before:
            return Content.styled("Shorter: older backups are deleted. Enter goes on.", "bold")
        return Content.styled("Longer. Enter goes on.", "dim")

    def taken(self, typed: str) -> int | None:
        return None if days_problem(typed, self._before) else int(typed)
