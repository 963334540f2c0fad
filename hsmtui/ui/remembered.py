"""What is remembered from one run to the next: the places gone to, the sort, the theme,
the lines of the palette."""

from collections.abc import Callable

from msgspec.structs import replace

from hsmtui.aws.place import Place
from hsmtui.config.state import SavedSort, State
from hsmtui.fleet.listing import Sort
from hsmtui.model.columns import choose


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

    def take_command(self, line: str) -> None:
        """Put a line of the palette on top of the earlier ones."""
        self._take(self.state.with_command(line))

    def take_theme(self, name: str) -> None:
        """Keep the theme for the next run."""
        self._take(replace(self.state, theme=name))

    def _take(self, state: State) -> None:
        if state != self.state:
            self.state = state
            self._on_change()
