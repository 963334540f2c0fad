"""The command palette: every command that makes sense on the list, from its one declaration."""

from collections.abc import Mapping

from hsmtui.ui.commands.keymap import APP, CLUSTERS, COMMANDS, Command, display_keys, keys_of
from hsmtui.ui.dialogs.pick import Choice


def offered() -> dict[str, Command]:
    """The commands of the palette by their ids."""
    return {c.id: c for c in COMMANDS if c.palette and c.scope in {APP, CLUSTERS}}


def command_choices(remapped: Mapping[str, str]) -> list[Choice]:
    """What the palette offers: what a command does, its first key in this run, and its id."""
    return [
        Choice(command.id, command.help, display_keys(keys_of(command, remapped)[:1]), command.id)
        for command in offered().values()
    ]
