"""What is remembered from one run to the next: the places gone to, the filters, the sort, the
theme."""

from collections.abc import Callable

from msgspec.structs import replace

from hsmtui.aws.place import Place
from hsmtui.config.state import SavedSort, State
from hsmtui.fleet.listing import Sort
from hsmtui.model.columns import choose
from hsmtui.model.filter.query import is_query


class Remembered:
    """The state as it is now; `on_change` is called after each change."""

    def __init__(self, state: State, on_change: Callable[[], object]) -> None:
        self.state = state
        self._on_change = on_change

    @property
    def sort(self) -> Sort:
        """The sort of the last run; the service's order where its column is there no longer."""
        kept = self.state.sort
        try:
            return Sort(choose([kept.column])[0], kept.descending) if kept else Sort()
        except KeyError:
            return Sort()

    def take_sort(self, sort: Sort) -> None:
        """Keep the sort for the next run."""
        kept = SavedSort(sort.column.id, sort.reverse) if sort.column else None
        self._take(replace(self.state, sort=kept))

    def take_place(self, place: Place) -> None:
        """Put profile and region on top of the recent ones."""
        state = self.state
        if place.profile:
            state = state.with_profile(place.profile)
        if place.region:
            state = state.with_region(place.region)
        self._take(state)

    @property
    def filters(self) -> list[str]:
        """The filters that were used, newest first, as far as they can be read."""
        return [text for text in self.state.recent_filters if is_query(text)]

    def take_filter(self, text: str) -> None:
        """Put a filter on top of those that were used."""
        if text.strip():
            self._take(self.state.with_filter(text.strip()))

    def take_theme(self, name: str) -> None:
        """Keep the theme for the next run."""
        self._take(replace(self.state, theme=name))

    def _take(self, state: State) -> None:
        if state != self.state:
            self.state = state
            self._on_change()
