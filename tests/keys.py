"""Which keys a text names, and a key map under which none that it may name is a default one."""

import re
from collections.abc import Iterator

from hsmtui.ui.commands.all_commands import COMMANDS

DEFAULT = {key for command in COMMANDS for key in command.keys.split(",") if key}

_LETTERS = "".join(sorted(key for key in DEFAULT - {"a"} if len(key) == 1 and key.isalpha()))
_NAMED = re.compile(
    rf"(?:^|(?<=[\s(]))(?<!\d\s)(?<!§\s)[{_LETTERS}](?![\w'’=/+-]|\.\w)"  # r tries again
    r"|(?:^|(?<=[\s(]))a(?=[,;:.)]|$| (?:and|or|lists|shows|says|tells|opens|takes)\b)"
    r"|(?<=\s)[!?:/](?= \w)"  # ! shows more
    r"|\bctrl\+\w+"
    r"|\besc(?:ape)?\b"
    r"|\b[Pp]ress\b(?! (?:\{\}|(?:alt|super)\+))"
)

UNUSUAL = {
    command.id: f"{modifier}+f{number}"
    for command, (modifier, number) in zip(
        (command for command in COMMANDS if command.keys),
        (
            (modifier, number)
            for modifier in ("alt", "super", "alt+super", "alt+shift", "super+shift")
            for number in range(1, 25)
        ),
        strict=False,
    )
}
"""Another key for every command that has one."""


def keys_named(text: str) -> Iterator[str]:
    """The places of a text that name a default key, or have one pressed; ``{}`` stands for one.

    Words such as home, end and delete are taken for words, and a where it may be the article: what
    stands behind that is a noun.
    """
    for found in _NAMED.finditer(text):
        yield text[max(0, found.start() - 30) : found.end() + 30]
