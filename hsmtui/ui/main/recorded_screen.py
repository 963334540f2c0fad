"""The same screen of what a file has: nobody is asked, and nothing is changed."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from hsmtui.aws.connect import Openings
from hsmtui.aws.errors import HsmtuiError
from hsmtui.fleet.assess import Assessor
from hsmtui.fleet.first_seen import FirstSeen
from hsmtui.fleet.fleet import Fleet
from hsmtui.fleet.listing import Row
from hsmtui.fleet.loader import Loader
from hsmtui.fleet.recorded import Recorded, RecordedFleet, assessor_of
from hsmtui.model.filter.query import Query
from hsmtui.ui.commands.command import CLUSTERS
from hsmtui.ui.commands.keymap import asking_bindings
from hsmtui.ui.host import AppHost
from hsmtui.ui.main.screen import ClusterScreen
from hsmtui.ui.widgets.detail_view import RelatedData

_REFUSE = "refuse_to_ask"


class RecordedScreen(ClusterScreen):
    """Lists the places of a file, at the time when that was read: all ages are of then."""

    BINDINGS: ClassVar = asking_bindings(CLUSTERS, _REFUSE)

    def __init__(self, app: AppHost, recorded: Recorded, query: Query) -> None:
        self._recorded = recorded
        super().__init__(app, recorded.openings, query, recorded.clock)

    def _new_assessor(self, first_seen: FirstSeen) -> Assessor:
        return assessor_of(self._recorded, self.hsmtui.settings.rules)

    def _fleet_at(self, openings: Openings) -> Fleet:
        return RecordedFleet(self._recorded, self, self.assessing.assessor.at_once)

    @property
    def filters(self) -> Mapping[str, Sequence[str]]:
        """The service does nothing of a filter here."""
        return {}

    @property
    def _idle(self) -> str:
        return self._recorded.words_at(self.hsmtui.clock())

    @property
    def _least(self) -> str:
        return self._recorded.words

    def _related(self, row: Row | None) -> RelatedData:
        related = super()._related(row)
        if row is None:
            return related
        recorded = self._recorded.cluster_of(row.connection, row.cluster.cluster_id)
        rules = related.rules if recorded.findings is None else recorded.rules
        return related._replace(rules=rules, recorded=recorded)

    def _row_in_sight(self, tab_id: str) -> Row | None:
        """Nothing of a tab can be asked for."""
        return None

    def backups_problem(self, loader: Loader) -> HsmtuiError | None:
        """Why the backups of a place could not be read then."""
        connection = loader.opening.connection.result()
        return self._recorded.place_of(connection).backups_problem

    def ask_again(self, loaders: Sequence[Loader]) -> None:
        """Refused."""
        self.action_refuse_to_ask()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In a line that is typed into all keys are text."""
        if action == _REFUSE and self.is_typing:
            return False
        return super().check_action(action, parameters)

    def action_refuse_to_ask(self) -> None:
        """Say why a command does nothing here."""
        file = self._recorded.source.name
        self._refuse(f"Opened from a file, {file}: AWS is not asked, and nothing can be changed.")
