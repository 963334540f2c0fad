"""The commands as the palette lists them and as the help explains them."""

from collections.abc import Mapping

from textual.content import Content

from hsmtui.model.filter.term import KEYS
from hsmtui.ui.commands.all_commands import COMMANDS
from hsmtui.ui.commands.command import APP, CLUSTERS, Command
from hsmtui.ui.commands.keymap import display_keys, keys_of
from hsmtui.ui.dialogs.pick import Choice
from hsmtui.ui.theme import KEY


def main_commands(*, may_ask: bool = True) -> list[Command]:
    """The commands of the main screen; without those that ask where nobody may be asked."""
    return [c for c in COMMANDS if c.scope in {APP, CLUSTERS} and (may_ask or not c.asks)]


def palette_commands(*, may_ask: bool = True) -> dict[str, Command]:
    """The commands of the palette by their ids."""
    return {c.id: c for c in main_commands(may_ask=may_ask) if c.palette}


def command_choices(remapped: Mapping[str, str], *, may_ask: bool = True) -> list[Choice]:
    """What the palette lists: what a command does, its first key in this run, and its id."""
    return [
        Choice(command.id, command.help, display_keys(keys_of(command, remapped)[:1]), command.id)
        for command in palette_commands(may_ask=may_ask).values()
    ]


def help_text(remapped: Mapping[str, str], *, may_ask: bool = True) -> Content:
    """Keys and what they do, then the filter language."""
    lines = [Content.styled("Keys", "bold")]
    for command in main_commands(may_ask=may_ask):
        keys = display_keys(keys_of(command, remapped)) or "palette"
        lines.append(Content.assemble((f"  {keys:<14}", KEY), command.help))
    lines += [Content(""), Content.styled("Filter", "bold")]
    lines.append(
        Content("  Words match any field, tag, HSM id, ENI or IP. All terms must match; ! negates.")
    )
    for name, key in KEYS.items():
        lines.append(Content.assemble((f"  {name + ':':<14}", KEY), key.help))
    return Content("\n").join(lines)
