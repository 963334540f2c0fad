"""What the screen says where there are no rows, or where the last asking failed."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from hsmtui.aws.errors import HsmtuiError
from hsmtui.fleet.fleet import Fleet
from hsmtui.fleet.listing import View
from hsmtui.fleet.loader import Loader
from hsmtui.model.filter.query import Query
from hsmtui.model.origin import UNKNOWN
from hsmtui.model.state import CLUSTER_STATES, appearance
from hsmtui.model.text import visible
from hsmtui.model.times import age
from hsmtui.ui.commands.keymap import key_of, spelt


def empty_text(
    fleet: Fleet, view: View | None, doing: str, remapped: Mapping[str, str]
) -> tuple[str, ...]:
    """What stands in the middle of a table without rows; `doing` is what a thread waits for."""
    doing = doing or fleet.doing
    key = partial(key_of, remapped=remapped)
    if fleet.problem is not None:
        return failure_lines(fleet.problem, remapped, may_ask=not fleet.is_recorded)
    if view is None or not view.is_started:
        where = (fleet.first.opening.place.region or "") if fleet.is_one else _places(fleet, key)
        return (
            visible(doing or f"nothing is listed: {key('list.refresh')} asks"),
            visible(where),
        )
    if view.query:
        more = f"{key('list.next_page')} loads more, {key('list.all_pages')} all; "
        more = "" if view.is_whole or fleet.is_recorded else more
        return (
            f"No cluster matches {visible(view.query.text)}",
            *(f"{visible(value)} is no state of a cluster" for value in _no_states(view.query)),
            f"{more}{key('back')} drops the filter",
        )
    if doing:
        return (visible(doing),)
    if not fleet.is_one:
        return (f"No clusters in {fleet.extent.read} places", _places(fleet, key))
    if fleet.is_recorded:
        region = view.listings[0].connection.region
        return (f"No clusters in {fleet.name if region == UNKNOWN else visible(region)}",)
    return (
        f"No clusters in {visible(view.listings[0].connection.region)}",
        f"{key('region.switch')} takes another region, {key('profile.switch')} another profile",
    )


def _places(fleet: Fleet, key: Callable[[str], str]) -> str:
    return f"{key('list.places')} shows all {len(fleet.loaders)} places"


def _no_states(query: Query) -> list[str]:
    """Values that look for a state which does not exist: an empty list says nothing then."""
    words = " ".join((*CLUSTER_STATES, *(appearance(state).word for state in CLUSTER_STATES)))
    asked = [value for term in query.terms if term.key == "state" for value in term.values]
    return [v for v in asked if v.replace("-", "_").casefold() not in words.casefold()]


def failure_lines(
    error: HsmtuiError, remapped: Mapping[str, str], *, may_ask: bool = True
) -> tuple[str, ...]:
    """What failed, in which request, and what to do."""
    lines = [error.title, error.detail]
    if error.request_id:
        lines.append(f"{error.operation}, request id {error.request_id}")
    again, errors = (key_of(command, remapped) for command in ("list.refresh", "app.errors"))
    more = f"{again} asks again, " if may_ask else ""
    lines += [spelt(error.remedy, remapped), f"{more}{errors} shows all errors"]
    return tuple(visible(line) for line in lines if line)


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
        words += f" (rows from {old} ago; {key} tries again, {errors} has more)"
    if error.request_id:
        words += f" request id {error.request_id}"
    if error.detail:
        words += f": {error.detail}"
    return visible(words)
