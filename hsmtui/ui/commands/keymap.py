"""The keys of the commands: as Textual binds them, as a person reads and remaps them."""

import difflib
import string
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from textual.app import App
from textual.binding import Binding, BindingType
from textual.keys import KEY_ALIASES, Keys

from hsmtui.model.advice import Advice
from hsmtui.ui.commands.all_commands import COMMANDS
from hsmtui.ui.commands.command import APP, CLUSTERS, DIALOG, FILTER, SEARCH, Command


def bindings(*scopes: str) -> list[BindingType]:
    """The bindings of the commands of these scopes that have keys."""
    return [command.binding for command in COMMANDS if command.scope in scopes and command.keys]


def bindings_of(*ids: str) -> list[BindingType]:
    """The bindings of these commands, for another screen that does the same."""
    return [command.binding for command in COMMANDS if command.id in ids]


def asking_bindings(scope: str, action: str) -> list[BindingType]:
    """Bindings of those commands of a scope that ask, with another action."""
    return [
        replace(command.binding, action=action)
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
    "left": "←",
    "right": "→",
}


def display_keys(keys: Iterable[str]) -> str:
    """Keys as a person reads them."""
    return " ".join(_DISPLAYED.get(key, key) for key in keys)


def first_key(command: Command, remapped: Mapping[str, str]) -> str:
    """The first key of a command as a person reads it; "" where it has none."""
    return display_keys(keys_of(command, remapped)[:1])


def key_of(command_id: str, remapped: Mapping[str, str]) -> str:
    """The first key of a command as a person reads it; one without keys is in the palette."""
    command = next(command for command in COMMANDS if command.id == command_id)
    return first_key(command, remapped) or f'the palette\'s "{command.help}"'


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
    alone = (CLUSTERS, FILTER, SEARCH)
    dialogs = dict.fromkeys(c.scope for c in COMMANDS if c.scope not in {APP, *alone})
    in_dialogs = ((APP, DIALOG, scope) for scope in dialogs)
    for scopes in (*((APP, scope) for scope in alone), *in_dialogs):
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
