"""Every command, declared once: bindings, footer, help, palette and the README's key table."""

import difflib
import string
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from textual.app import App
from textual.binding import Binding, BindingType
from textual.keys import KEY_ALIASES, Keys

from hsmtui.model.advice import Advice


class Command(NamedTuple):
    """Something a person can ask for.

    `scope` is the class of screen whose action it is; `footer` is its short name there, if it is
    shown there. A command without keys is in the palette only, in which those of dialogs never are;
    one that works `everywhere` comes before what a focused field or a dialog makes of the key. One
    that `asks` has to ask the service: where a file was opened it is not there.
    """

    id: str
    keys: str
    help: str
    action: str
    scope: str
    footer: str = ""
    palette: bool = True
    everywhere: bool = False
    asks: bool = False

    @property
    def binding(self) -> Binding:
        return Binding(
            self.keys,
            self.action,
            self.footer or self.help,
            show=bool(self.footer),
            id=self.id,
            tooltip=self.help,
            priority=self.everywhere,
        )


APP = "app"
CLUSTERS = "clusters"
DIALOG = "dialog"
FILTER = "filter"
SIGN_IN_SCOPE = "sign_in"
TAGS = "tags"
DELETE = "delete"
ERRORS = "errors"
PLACES = "places"
PICK = "pick"

COMMANDS = (
    Command("move.up", "up,k", "one row up", "move('up')", CLUSTERS, palette=False),
    Command("move.down", "down,j", "one row down", "move('down')", CLUSTERS, palette=False),
    Command("move.top", "home,g", "to the first row", "move('top')", CLUSTERS, palette=False),
    Command("move.bottom", "end,G", "to the last row", "move('bottom')", CLUSTERS, palette=False),
    Command(
        "move.page_up", "pageup,ctrl+b", "a page up", "move('page_up')", CLUSTERS, palette=False
    ),
    Command(
        "move.page_down",
        "pagedown,ctrl+f",
        "a page down",
        "move('page_down')",
        CLUSTERS,
        palette=False,
    ),
    Command("details.enter", "enter", "into the details", "enter", CLUSTERS, palette=False),
    Command("back", "escape", "back, close, clear", "back", CLUSTERS, palette=False),
    Command("pane.next", "tab", "next pane", "next_pane", CLUSTERS, palette=False),
    Command("pane.previous", "shift+tab", "previous pane", "next_pane", CLUSTERS, palette=False),
    Command("details.overview", "1", "details: overview", "show_tab('overview')", CLUSTERS),
    Command("details.hsms", "2", "details: HSMs", "show_tab('hsms')", CLUSTERS),
    Command(
        "details.certificates", "3", "details: certificates", "show_tab('certificates')", CLUSTERS
    ),
    Command("details.tags", "4", "details: tags", "show_tab('tags')", CLUSTERS),
    Command(
        "details.json",
        "5,y",
        "details: JSON, as boto3 returned it, secrets masked",
        "show_tab('json')",
        CLUSTERS,
    ),
    Command(
        "details.findings",
        "6,f",
        "details: findings, why and what to do",
        "show_tab('findings')",
        CLUSTERS,
    ),
    Command("details.backups", "7,b", "details: backups", "show_tab('backups')", CLUSTERS),
    Command(
        "list.filter", "slash", "filter the list", "filter", CLUSTERS, "filter", everywhere=True
    ),
    Command(
        "profile.switch",
        "P",
        "switch the profile",
        "switch_profile",
        CLUSTERS,
        "profile",
        everywhere=True,
        asks=True,
    ),
    Command(
        "region.switch",
        "R",
        "switch the region",
        "switch_region",
        CLUSTERS,
        "region",
        everywhere=True,
        asks=True,
    ),
    Command(
        "list.places",
        "L",
        "the places that are listed: state, error, ask again, leave out",
        "places",
        CLUSTERS,
        everywhere=True,
    ),
    Command(
        "list.refresh",
        "r,ctrl+r",
        "reload (refresh) the list",
        "refresh_list",
        CLUSTERS,
        "reload",
        asks=True,
    ),
    Command("list.next_page", "m", "load the next page", "next_page", CLUSTERS, asks=True),
    Command("list.all_pages", "M", "load all pages", "all_pages", CLUSTERS, asks=True),
    Command("list.sort", "s", "sort: worst first, then by each column", "sort", CLUSTERS),
    Command("list.reverse", "S", "reverse the sort", "reverse", CLUSTERS),
    Command(
        "list.watch",
        "w",
        "watch: reload from time to time, or stop it",
        "watch",
        CLUSTERS,
        asks=True,
    ),
    Command("list.events", "e", "events: what has changed", "events", CLUSTERS, everywhere=True),
    Command("copy.id", "c", "copy the cluster id", "copy_id", CLUSTERS),
    Command("copy.choose", "C", "choose what to copy", "copy", CLUSTERS, everywhere=True),
    Command(
        "rows.save",
        "ctrl+s",
        "write the rows in view as CSV, JSON or Markdown",
        "save_rows",
        CLUSTERS,
        everywhere=True,
    ),
    Command(
        "cluster.hand_over",
        "H",
        "hand over: write a page on the cluster",
        "hand_over",
        CLUSTERS,
        everywhere=True,
    ),
    Command(
        "certificates.save",
        "",
        "save the certificates and roots as files in a new folder",
        "save_certificates",
        CLUSTERS,
    ),
    Command("secret.show", "", "show or hide the PreCoPassword", "show_secret", CLUSTERS),
    Command(
        "cluster.delete",
        "ctrl+d",
        "delete the cluster",
        "delete",
        CLUSTERS,
        "delete",
        everywhere=True,
        asks=True,
    ),
    Command(
        "backup.restore",
        "u",
        "restore (undelete) a backup that is PENDING_DELETION",
        "restore_backup",
        CLUSTERS,
        everywhere=True,
        asks=True,
    ),
    Command(
        "tags.edit",
        "t",
        "tags: add, change, remove",
        "edit_tags",
        CLUSTERS,
        everywhere=True,
        asks=True,
    ),
    Command("hsm.delete", "D", "delete an HSM", "delete_hsm", CLUSTERS, everywhere=True, asks=True),
    Command("app.errors", "exclamation_mark", "errors of this run", "errors", APP),
    Command("app.help", "question_mark", "help for this screen", "help", APP, "help"),
    Command("app.palette", "colon,ctrl+p", "command palette", "command_palette", APP),
    Command("app.redraw", "ctrl+l", "draw the whole screen again", "redraw", APP, everywhere=True),
    Command(
        "app.suspend", "ctrl+z", "suspend, to be continued with fg", "suspend", APP, everywhere=True
    ),
    Command("app.theme", "", "choose a theme", "change_theme", APP),
    Command("app.quit", "q", "quit", "quit", APP, "quit"),
    Command(
        "app.quit_anywhere",
        "ctrl+q",
        "quit, from dialogs too",
        "quit",
        APP,
        palette=False,
        everywhere=True,
    ),
    Command(
        "app.give_up",
        "ctrl+c",
        "give up what is under way, then say how to quit",
        "give_up",
        APP,
        palette=False,
        everywhere=True,
    ),
    Command("filter.leave", "escape", "leave the filter line", "leave", FILTER, "back"),
    Command("dialog.close", "escape", "close the dialog", "close", DIALOG),
    Command(
        "errors.copy_command",
        "c",
        "copy the command that decodes AWS's encoded message",
        "copy_command",
        ERRORS,
    ),
    Command("places.ask_again", "r", "ask the place again", "ask_again", PLACES, asks=True),
    Command("places.mark", "space", "mark the place", "mark", PLACES),
    Command("places.leave_out", "x", "leave out, or take in again", "leave_out", PLACES),
    Command("places.all", "a", "take all places in again", "take_all", PLACES),
    Command("places.down", "j", "one place down", "cursor_down", PLACES),
    Command("places.up", "k", "one place up", "cursor_up", PLACES),
    Command(
        "pick.mark", "space", "mark the choice, and go to the next", "mark", PICK, everywhere=True
    ),
    Command(
        "pick.mark_all",
        "ctrl+a",
        "mark all choices that the text leaves",
        "mark_all",
        PICK,
        everywhere=True,
    ),
    Command(
        "pick.list",
        "tab,shift+tab",
        "into the list, where letters are commands, and back",
        "change_side",
        PICK,
        everywhere=True,
    ),
    Command(
        "pick.list_mark_all",
        "a",
        "in the list: mark all choices that the text leaves",
        "list_mark_all",
        PICK,
        everywhere=True,
    ),
    Command(
        "pick.list_down",
        "j",
        "in the list: one choice down",
        "list_move(1)",
        PICK,
        everywhere=True,
    ),
    Command(
        "pick.list_up", "k", "in the list: one choice up", "list_move(-1)", PICK, everywhere=True
    ),
    Command("sign_in.copy_code", "c", "copy the sign-in code", "copy_code", SIGN_IN_SCOPE),
    Command("sign_in.copy_address", "u", "copy the sign-in address", "copy_address", SIGN_IN_SCOPE),
    Command("tags.remove", "delete,ctrl+d", "remove the tag", "remove", TAGS, everywhere=True),
    Command("dialog.delete_hsm", "D", "delete an HSM", "delete_hsm", DELETE),
)


def bindings(*scopes: str) -> list[BindingType]:
    """The bindings of the commands of these scopes that have keys."""
    return [command.binding for command in COMMANDS if command.scope in scopes and command.keys]


def asking_bindings(scope: str, action: str) -> list[BindingType]:
    """Bindings of those commands of a scope that ask, with another action and not in the footer."""
    return [
        replace(command.binding, action=action, show=False)
        for command in COMMANDS
        if command.scope == scope and command.asks and command.keys
    ]


def keys_of(command: Command, remapped: Mapping[str, str]) -> list[str]:
    """The keys of a command as Textual names them."""
    return [key.strip() for key in remapped.get(command.id, command.keys).split(",") if key.strip()]


_CHARACTER_NAMES = {
    character: next(iter(Binding.make_bindings([Binding(character, "")]))).key
    for character in string.punctuation.replace(",", "")
} | {",": "comma"}

_DISPLAYED = {name: character for character, name in _CHARACTER_NAMES.items()} | {
    "escape": "esc",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "up": "↑",
    "down": "↓",
}


def display_keys(keys: Iterable[str]) -> str:
    """Keys as a person reads them."""
    return " ".join(_DISPLAYED.get(key, key) for key in keys)


def key_of(command_id: str, remapped: Mapping[str, str]) -> str:
    """The first key of a command as a person reads it; one without keys is in the palette."""
    command = next(command for command in COMMANDS if command.id == command_id)
    return display_keys(keys_of(command, remapped)[:1]) or f'the palette\'s "{command.help}"'


def remapped_in(app: App[Any]) -> Mapping[str, str]:
    """The user's key map in this app."""
    remapped: Mapping[str, str] = getattr(app, "remapped", {})
    return remapped


def spelt(words: str | Advice, remapped: Mapping[str, str]) -> str:
    """Words for the screen: what they advise is spelt with the keys of this run."""
    if isinstance(words, Advice):
        return words.spelt(partial(key_of, remapped=remapped))
    return words


class KeymapError(ValueError):
    """A key map that cannot be obeyed: which entry, why, and what to write instead."""


def checked_keymap(remapped: Mapping[str, str]) -> Mapping[str, str]:
    """The user's key map with each key as Textual names it.

    Raises KeymapError for an unknown command, an unknown key, or a key that would hide a command.
    """
    known = {command.id: command for command in COMMANDS}
    result: dict[str, str] = {}
    for command_id, keys in remapped.items():
        if command_id not in known:
            raise KeymapError(_unknown_command(command_id, known))
        if not known[command_id].keys:
            raise KeymapError(f'keys."{command_id}": this command is in the palette only')
        result[command_id] = ",".join(_checked_key(command_id, key) for key in keys.split(","))
    _check_clashes(result)
    return result


def _unknown_command(command_id: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(command_id, known, n=1)
    hint = f'; did you mean "{near[0]}"?' if near else f"; commands are {', '.join(known)}"
    return f'keys."{command_id}": there is no such command{hint}'


_NAMED_KEYS = (
    {key.value for key in Keys if not key.value.startswith("<")}
    | set(KEY_ALIASES)
    | set(_CHARACTER_NAMES.values())
)


_MODIFIERS = {"ctrl", "shift", "alt", "super"}


def _checked_key(command_id: str, written: str) -> str:
    key = written.strip()
    if len(key) == 1 and key.isprintable():
        return _CHARACTER_NAMES.get(key, key)
    *modifiers, last = key.split("+")
    plain = len(last) == 1 or last in _NAMED_KEYS
    if key in _NAMED_KEYS or (modifiers and plain and set(modifiers) <= _MODIFIERS):
        return key
    near = difflib.get_close_matches(key, _NAMED_KEYS, n=1)
    hint = f', did you mean "{near[0]}"?' if near else ""
    raise KeymapError(
        f'keys."{command_id}": there is no key "{key}"{hint} '
        "(expected one such as d, D, ctrl+d, f5, pagedown or slash)"
    )


def _check_clashes(remapped: Mapping[str, str]) -> None:
    alone = (APP, CLUSTERS), (APP, FILTER)
    in_dialogs = ((APP, DIALOG, scope) for scope in (SIGN_IN_SCOPE, TAGS, DELETE, PICK, PLACES))
    for scopes in (*alone, *in_dialogs):
        taken: dict[str, str] = {}
        there = [command for command in COMMANDS if command.scope in scopes]
        # the user's come last, so that a clash is told of the line that made it
        for command in sorted(there, key=lambda command: command.id in remapped):
            for key in keys_of(command, remapped):
                if key in taken:
                    raise KeymapError(
                        f'keys."{command.id}": the key "{key}" already belongs to '
                        f'"{taken[key]}"; give one of them another key'
                    )
                taken[key] = command.id
