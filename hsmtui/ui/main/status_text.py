"""What the screen says where there are no rows, or where the last asking failed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

from hsmtui.aws.errors import HsmtuiError
from hsmtui.fleet.fleet import Fleet
from hsmtui.fleet.listing import View
from hsmtui.fleet.loader import Loader
from hsmtui.model.filter.query import Query
from hsmtui.model.origin import UNKNOWN
from hsmtui.model.state import CLUSTER_STATES, appearance
from hsmtui.model.text import cluster_count, visible
from hsmtui.model.times import age
from hsmtui.ui.commands.keymap import key_of
from hsmtui.ui.widgets.asked_tab import failure_lines


def empty_text(
    fleet: Fleet,
    view: View | None,
    doing: str,
    remapped: Mapping[str, str],
    elsewhere: Sequence[str] = (),
    *,
    is_typed: bool = False,
) -> tuple[str, ...]:
    """What stands in the middle of a table without rows; `doing` is what a thread waits for,
    `elsewhere` says where there are clusters. `is_typed` says that the filter is being typed."""
    doing = doing or fleet.doing
    key = partial(key_of, remapped=remapped)
    if fleet.problem is not None:
        return failure_lines(fleet.problem, remapped, may_ask=not fleet.is_recorded)
    if view is None or not view.is_started:
        where = (fleet.first.opening.place.region or "") if fleet.is_one else _places(fleet, key)
        return (
            visible(doing or f"nothing is listed: {key('list.refresh')} reads the list"),
            visible(where),
        )
    if view.query:
        more = f"{key('list.next_page')} loads more, {key('list.all_pages')} all; "
        more = "" if view.is_whole or fleet.is_recorded or is_typed else more
        searched, how = searched_text(fleet, view, remapped, is_typed=is_typed)
        return (
            f"No cluster matches {visible(view.query.text)}",
            *(f"{visible(value)} is not a cluster state" for value in _no_states(view.query)),
            *([searched] if searched else []),
            *([how] if is_typed and how else []),
            f"{more}{key('filter.leave' if is_typed else 'back')} drops the filter",
        )
    if doing:
        return (visible(doing),)
    if not fleet.is_one:
        here = f"No clusters in {fleet.extent.read} places"
        return (here, *elsewhere, _places(fleet, key))
    if fleet.is_recorded:
        region = view.listings[0].connection.region
        here = f"No clusters in {fleet.name if region == UNKNOWN else visible(region)}"
        return (here, *elsewhere)
    return (
        f"No clusters in {visible(view.listings[0].connection.region)}",
        *elsewhere,
        *([_places(fleet, key)] if len(fleet.everywhere) > 1 else []),
        f"{key('region.switch')} chooses another region, {key('profile.switch')} another profile",
    )


def is_partly_searched(view: View, *, is_typed: bool = False) -> bool:
    """Whether a filter sees loaded rows only, and there are more to be loaded. While it `is_typed`
    that is so of every filter."""
    if view.is_whole or not view.is_started:
        return False
    return bool(view.query if is_typed else view.query.local)


def searched_text(
    fleet: Fleet, view: View | None, remapped: Mapping[str, str], *, is_typed: bool
) -> tuple[str, str]:
    """Of a filter that sees loaded rows only, while there are more: how many were searched, and
    how the others are. While it `is_typed` the keys of commands are text."""
    if view is None or fleet.is_recorded or not is_partly_searched(view, is_typed=is_typed):
        return "", ""
    number = sum(len(listing.rows) for listing in view.listings)
    so_far = f"Searched the {cluster_count(number)} loaded so far"
    if not is_typed:
        return so_far, f"{key_of('list.all_pages', remapped)} loads all"
    enter = key_of("filter.apply", remapped)
    if not view.query.local:
        return so_far, f"{enter} searches all"
    return so_far, f"{enter}, then {key_of('list.all_pages', remapped)} loads all"


def _places(fleet: Fleet, key: Callable[[str], str]) -> str:
    return f"{key('list.places')} shows all {len(fleet.everywhere)} places"


def _no_states(query: Query) -> list[str]:
    """Values that look for a state which does not exist: an empty list says nothing then."""
    words = " ".join((*CLUSTER_STATES, *(appearance(state).word for state in CLUSTER_STATES)))
    asked = [value for term in query.terms if term.key == "state" for value in term.values]
    return [v for v in asked if v.replace("-", "_").casefold() not in words.casefold()]


def notice_of(
    error: HsmtuiError, loader: Loader, now: datetime, remapped: Mapping[str, str]
) -> str:
    """The same in a few lines under rows that are still there."""
    shown = loader.shown
    again = "list.refresh" if shown is None or shown.next is None else "list.next_page"
    words = f"▲ {error.operation}: {error.title}"
    is_recorded = loader.connection is not None and loader.connection.is_recorded
    if shown is not None and shown.read_at is not None and not is_recorded:
        key, errors = (key_of(command, remapped) for command in (again, "app.errors"))
        old = age(shown.read_at, now)
        words += f" (rows from {old} ago; {key} tries again, {errors} shows more)"
    if error.request_id:
        words += f" request id {error.request_id}"
    if error.detail:
        words += f": {error.detail}"
    return visible(words)
