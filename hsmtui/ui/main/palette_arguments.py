"""What may be typed behind a word in the palette, from the same sources as the dialogs."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from hsmtui.config.state import SERVICE_ORDER
from hsmtui.fleet.listing import Sort
from hsmtui.model.columns import COLUMN_IDS, choose
from hsmtui.model.filter.completion import ValuesOf, completions
from hsmtui.model.filter.query import QueryError, parse
from hsmtui.model.filter.term import KEYS
from hsmtui.ui.dialogs.palette import Argument
from hsmtui.ui.dialogs.pick import CURRENT, Choice
from hsmtui.ui.dialogs.pick_places import region_named
from hsmtui.ui.main.list_pane import ListPane
from hsmtui.ui.main.place_switcher import PlaceSwitcher
from hsmtui.ui.widgets.tabs import TABS


async def screen_arguments(
    list_pane: ListPane, places: PlaceSwitcher, show_tab: Callable[[str], None], *, may_ask: bool
) -> Mapping[str, Argument]:
    """The words and what may stand behind them now; those that ask only where that is allowed.
    `show_tab` is called with the id of a tab of the details."""

    def sort(column_id: str) -> None:
        list_pane.sort_by(None if column_id == SERVICE_ORDER else choose([column_id])[0])

    result = {
        "filter": _FilterArgument(
            "list.filter",
            "filter",
            _FILTER_KEYS,
            lambda text: list_pane.apply(parse(text)),
            values_of=list_pane.known_values().of,
        ),
        "sort": Argument("list.sort", "column", _columns(list_pane.sort), sort),
        "tab": Argument("details.tab", "tab", TAB_CHOICES, show_tab),
    }
    if not may_ask:
        return result
    scopes, profiles = await places.profile_choices()
    regions = await places.region_choices()

    def go_to(profile: str) -> Coroutine[Any, Any, None]:
        return places.go_to_profiles((profile,))

    def go_to_region(region: str) -> None:
        places.go_to_regions((region,))

    result["profile"] = Argument("profile.switch", "profile", [*profiles, *scopes], go_to)
    if scopes:
        result["scope"] = Argument("profile.switch", "scope", scopes, go_to)
    result["region"] = Argument("region.switch", "region", regions, go_to_region, region_named)
    return result


_FILTER_KEYS = [Choice("", f"{key.name}:", key.help) for key in KEYS.values()]

TAB_CHOICES = [Choice(tab.id, tab.title) for tab in TABS]


def _columns(sort: Sort) -> list[Choice]:
    ways = {SERVICE_ORDER: "the order of the service"} | {
        column.id: f"column {column.header}" for column in choose(COLUMN_IDS)
    }
    now = sort.column.id if sort.column is not None else SERVICE_ORDER
    return [Choice(id, id, CURRENT if id == now else "", columns=(ways[id],)) for id in ways]


@dataclass(frozen=True)
class _FilterArgument(Argument):
    """A filter as in the filter line, and what its last word may become there."""

    values_of: ValuesOf = lambda _: ()

    def offered(self, text: str) -> list[Choice]:
        line, typed = text.lstrip(), text.strip()
        is_whole = typed and not self._error(typed)
        found = completions(line, len(line), self.values_of)
        helps = {key.label: key.remark for key in _FILTER_KEYS}
        return [
            *([Choice(typed, typed, "the list under this filter")] if is_whole else []),
            *(Choice("", found.line(line, c)[0], helps.get(c, "")) for c in found.choices),
        ]

    def is_whole(self, choice: Choice) -> bool:
        return bool(choice.value)

    def problem(self, text: str) -> str:
        return self._error(text) or super().problem(text)

    @staticmethod
    def _error(text: str) -> str:
        try:
            parse(text)
        except QueryError as error:
            return str(error)
        return ""
