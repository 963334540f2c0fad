"""The commands of the main screen, and as the palette lists them."""

from collections.abc import Mapping

from hsmtui.ui.commands.all_commands import COMMANDS
from hsmtui.ui.commands.command import APP, CLUSTERS, Command
from hsmtui.ui.commands.keymap import first_key
from hsmtui.ui.dialogs.pick import Choice


def main_commands(*, may_ask: bool = True) -> list[Command]:
    """The commands of the main screen; without those that ask where nobody may be asked."""
    return [c for c in COMMANDS if c.scope in {APP, CLUSTERS} and (may_ask or not c.asks)]


def palette_commands(*, may_ask: bool = True) -> dict[str, Command]:
    """The commands of the palette by their ids."""
    return {c.id: c for c in main_commands(may_ask=may_ask) if c.palette}


def command_choices(remapped: Mapping[str, str], *, may_ask: bool = True) -> list[Choice]:
    """What the palette lists: what a command does, its first key in this run, and its id."""
    return [
        command_choice(command, remark=first_key(command, remapped))
        for command in palette_commands(may_ask=may_ask).values()
    ]


def command_choice(command: Command, remark: str, columns: tuple[str, ...] = ()) -> Choice:
    """A command to be chosen, found by what it does, by its id and by its synonyms."""
    return Choice(
        command.id, command.help, remark, alias=command.id, columns=columns, words=command.words
    )
