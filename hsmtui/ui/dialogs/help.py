"""The help text, made from the commands as they are bound in this run."""

from collections.abc import Mapping

from textual.content import Content

from hsmtui.model.filter.term import KEYS
from hsmtui.ui.commands.keymap import APP, CLUSTERS, COMMANDS, display_keys, keys_of


def help_text(remapped: Mapping[str, str]) -> Content:
    """Keys and what they do, then the filter language."""
    lines = [Content.styled("Keys", "bold")]
    for command in COMMANDS:
        if command.scope in {CLUSTERS, APP}:
            keys = display_keys(keys_of(command, remapped)) or "palette"
            lines.append(Content.assemble((f"  {keys:<14}", "ansi_cyan"), command.help))
    lines += [Content(""), Content.styled("Filter", "bold")]
    lines.append(
        Content("  Words match any field, tag, HSM id, ENI or IP. All terms must match; ! negates.")
    )
    for name, key in KEYS.items():
        lines.append(Content.assemble((f"  {name + ':':<14}", "ansi_cyan"), key.help))
    return Content("\n").join(lines)
