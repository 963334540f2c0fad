"""Which commands the line at the bottom names, the most useful first, and how many have room."""

from collections.abc import Mapping, Sequence
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len

from hsmtui.ui.commands.all_commands import COMMANDS
from hsmtui.ui.commands.command import Group
from hsmtui.ui.commands.keymap import display_keys, keys_of


class Focus(Enum):
    """What takes the keys."""

    LIST = "list"
    DETAILS = "details"
    FILTER = "filter"
    SEARCH = "search"


class Situation(NamedTuple):
    """What decides on the keys that are named.

    `tab` is the id of the tab of the details. `has_row` says that there is a cluster under the
    cursor, `has_hsms` that it has HSMs, `can_initialize` that it is not in use yet, `can_restore`
    that a backup of it is known which can be restored, `has_ready_backup` one that is READY,
    `has_more_backups` that not all are read, `has_more_events` that its trail is in sight and goes
    further back, `has_marks` that there are marks which are taken away next. `is_partly_searched`
    says that a filter sees loaded rows only, and there are more. `is_searching` says that something
    is searched for in the details.
    """

    focus: Focus = Focus.LIST
    tab: str = "overview"
    has_row: bool = True
    has_hsms: bool = True
    can_initialize: bool = False
    can_restore: bool = False
    has_ready_backup: bool = False
    has_more_backups: bool = False
    has_more_events: bool = False
    is_read_only: bool = False
    may_ask: bool = True
    has_marks: bool = False
    is_filtered: bool = False
    is_partly_searched: bool = False
    has_earlier_filters: bool = False
    is_searching: bool = False
    is_zoomed: bool = False


class FooterKey(NamedTuple):
    """A command in the line; one that `stays` goes last where there is no room."""

    command: str
    name: str
    stays: bool = False


class Label(NamedTuple):
    """The same with the key that the person has."""

    command: str
    key: str
    name: str
    stays: bool

    @property
    def cells(self) -> int:
        """How wide it is."""
        return cell_len(self.key) + 1 + cell_len(self.name)


GAP = 2
"""Cells between two keys."""

_COMMANDS = {command.id: command for command in COMMANDS}

_STAY = frozenset({"back", "filter.leave", "search.leave", "app.help", "app.quit"})
"""How to leave, and how to learn the rest."""

_SEARCH = ("search.next", "search.previous")

_OF_MARKED = ("rows.compare", "back", "tags.edit", "rows.save", "cluster.hand_over")
"""What is done with the rows that are marked."""

_IN_LIST = (
    "list.filter",
    "details.enter",
    "back",
    *_SEARCH,
    "list.all_pages",
    "details.findings",
    "cluster.actions",
    "app.palette",
    "profile.switch",
    "region.switch",
    "list.refresh",
    "list.sort",
    "fleet.overview",
    "copy.id",
    "copy.choose",
    "details.backups",
    "cluster.delete",
    "cluster.add_hsm",
    "hsm.delete",
    "hsm.replace",
    "cluster.retention",
    "cluster.hsm_type",
    "cluster.initialize",
    "tags.edit",
    "cluster.create",
    "list.places",
    "list.watch",
    "list.events",
    "row.mark",
    "rows.compare",
    "rows.save",
    "cluster.hand_over",
    "pane.zoom",
    "app.errors",
    "app.help",
    "app.quit",
)

_OF_TABS: Mapping[str, tuple[str, ...]] = {
    "hsms": ("hsm.delete", "copy.choose", "cluster.add_hsm", "hsm.replace"),
    "certificates": ("cluster.initialize", "certificates.save", "copy.choose"),
    "tags": ("tags.edit",),
    "findings": ("cluster.hand_over",),
    "backups": (
        *("backup.restore", "list.next_page", "cluster.create"),
        *("backup.keep", "backup.copy", "backup.delete"),
    ),
    "trail": ("list.next_page",),
    "health": ("health.span",),
}
"""What is done with what a tab shows."""

_IN_DETAILS = (
    "list.filter",
    "details.next_tab",
    "pane.zoom",
    "copy.choose",
    "cluster.actions",
    "app.palette",
    "details.findings",
    "details.backups",
    "copy.id",
    "cluster.hand_over",
    "list.refresh",
    "cluster.add_hsm",
    "hsm.delete",
    "hsm.replace",
    "cluster.retention",
    "cluster.hsm_type",
    "cluster.initialize",
    "tags.edit",
    "cluster.delete",
    "cluster.create",
    "app.help",
    "app.quit",
)

_IN_FILTER = ("filter.apply", "filter.leave", "filter.complete", "filter.earlier")

_IN_SEARCH = ("search.apply", "search.leave")

_CHANGES = frozenset(
    command.id
    for command in COMMANDS
    if command.group is Group.CHANGE and command.asks and command.id != "cluster.actions"
)
"""What a read-only connection forbids."""

_OF_ROWS = _CHANGES | {
    "cluster.actions",
    "details.enter",
    "details.findings",
    "details.backups",
    "details.next_tab",
    "health.span",
    "copy.id",
    "copy.choose",
    "certificates.save",
    "cluster.hand_over",
    "rows.save",
    "row.mark",
    "rows.compare",
    "list.next_page",
}
"""What needs a cluster under the cursor."""


@lru_cache(maxsize=64)  # it is asked at each movement of the cursor
def footer_keys(situation: Situation) -> tuple[FooterKey, ...]:
    """The commands that are of use in a situation, the most useful first."""
    there = dict.fromkeys(each for each in _order(situation) if _is_of_use(each, situation))
    return tuple(_named(command, situation) for command in there)


def _order(situation: Situation) -> Sequence[str]:
    if situation.focus is Focus.FILTER:
        return _IN_FILTER
    if situation.focus is Focus.SEARCH:
        return _IN_SEARCH
    if situation.focus is Focus.LIST:
        return (*_OF_MARKED, *_IN_LIST) if situation.has_marks else _IN_LIST
    return ("back", *_SEARCH, *_OF_TABS.get(situation.tab, ()), *_IN_DETAILS)


def _is_of_use(command: str, now: Situation) -> bool:
    if command in _OF_ROWS and not now.has_row:
        return False
    if command in _CHANGES and now.is_read_only:
        return False
    if _COMMANDS[command].asks and not now.may_ask:
        return False
    conditions = {
        "hsm.delete": now.has_hsms,
        "hsm.replace": now.has_hsms,
        "cluster.hsm_type": now.has_hsms,
        "cluster.initialize": now.can_initialize,
        "backup.restore": now.can_restore,
        "backup.keep": now.has_ready_backup,
        "backup.copy": now.has_ready_backup,
        "backup.delete": now.has_ready_backup,
        "list.next_page": now.has_more_events if now.tab == "trail" else now.has_more_backups,
        "list.all_pages": now.is_partly_searched,
        "filter.earlier": now.has_earlier_filters,
        "back": bool(_back(now)),
        "search.next": now.is_searching,
        "search.previous": now.is_searching,
        "details.findings": now.focus is Focus.LIST or now.tab != "findings",
        "details.backups": now.focus is Focus.LIST or now.tab != "backups",
    }
    return conditions.get(command, True)


def _named(command: str, now: Situation) -> FooterKey:
    in_details = now.focus is Focus.DETAILS
    names = {
        "back": _back(now),
        "list.filter": "search" if in_details else "filter",
        "pane.zoom": "zoom out" if now.is_zoomed else "zoom",
    }
    leaves = command in _STAY and not (in_details and command == "app.quit")
    stays = leaves and (in_details or command != "back")
    return FooterKey(command, names.get(command) or _COMMANDS[command].footer, stays)


def _back(now: Situation) -> str:
    """What escape does first; "" where it does nothing."""
    if now.focus is Focus.DETAILS and now.is_searching:
        return "end search"
    if now.is_zoomed:
        return "both panes"
    if now.focus is Focus.DETAILS:
        return "back"
    if now.is_searching:
        return "end search"
    if now.has_marks:
        return "unmark all"
    return "drop filter" if now.is_filtered else ""


def labels(keys: Sequence[FooterKey], remapped: Mapping[str, str]) -> list[Label]:
    """The keys of this run for these commands; for one that has none, that of the palette."""
    return [Label(each.command, _key(each.command, remapped), *each[1:]) for each in keys]


def _key(command: str, remapped: Mapping[str, str]) -> str:
    """A letter is kept in mind better than a number."""
    keys = keys_of(_COMMANDS[command], remapped) or keys_of(_COMMANDS["app.palette"], remapped)
    return display_keys(([key for key in keys if not key.isdecimal()] or keys)[:1])


def fitting(every: Sequence[Label], width: int) -> list[Label]:
    """As many as fit whole, in their order: those that stay, then the others from the first on."""
    stay = [each for each in every if each.stays]
    others = [each for each in every if not each.stays]
    # help goes before the way to leave does
    stay.sort(key=lambda each: each.command == "app.help")
    room, shown = width + GAP, []
    for each in (*stay, *others):
        room -= each.cells + GAP
        if room < 0:
            break
        shown.append(each)
    return [each for each in every if each in shown]
