"""What is remembered from one run to the next: recent places, filters and lines of the palette, the
sort, the columns, the theme."""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from hsmtui.aws.place import Place
from hsmtui.config.settings import Settings
from hsmtui.config.state import SERVICE_ORDER, SavedSort, State
from hsmtui.fleet.listing import Sort
from hsmtui.model.columns import COLUMN_IDS, FINDINGS, Column, choose
from hsmtui.model.filter.query import is_query


class Remembered:
    """The state as it is now, which wins over what the settings say; `on_change` is called after
    each change."""

    def __init__(self, state: State, settings: Settings, on_change: Callable[[], object]) -> None:
        self.state = state
        self._settings = settings
        self._on_change = on_change

    @property
    def sort(self) -> Sort:
        """The sort that was chosen last; else, or where its column is there no longer, that of the
        settings."""
        kept = self.state.sort
        if kept is not None and kept.column == SERVICE_ORDER:
            return Sort()
        if kept is not None and kept.column in COLUMN_IDS:
            return Sort(choose([kept.column])[0], kept.descending)
        return Sort(FINDINGS) if self._settings.worst_first else Sort()

    def take_sort(self, sort: Sort) -> None:
        """Keep the sort for the next run."""
        column = sort.column.id if sort.column else SERVICE_ORDER
        self._take(replace(self.state, sort=SavedSort(column, sort.reverse)))

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the table in their order: those that were chosen, else the settings'."""
        return choose(self.state.columns or self._settings.columns or ())

    def take_columns(self, columns: Sequence[Column] | None) -> None:
        """Keep the columns for the next run; None goes back to those of the settings."""
        ids = None if columns is None else tuple(column.id for column in columns)
        self._take(replace(self.state, columns=ids))

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
