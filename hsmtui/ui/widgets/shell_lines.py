"""A command for a shell, broken over lines that can be pasted as they stand."""

from textwrap import wrap

_INDENT = 4
"""Cells before the later lines."""

_LEAST = 20
"""Cells of a line, however narrow the screen is."""


def shell_lines(command: str, width: int) -> list[str]:
    """The lines, of so many cells where its words allow that; each but the last ends in a stroke.

    What a command writes to stays on the line of its sign.
    """
    whole = command.replace("> ", ">\N{NO-BREAK SPACE}")
    room = max(_LEAST, width - _INDENT)
    first, *rest = wrap(whole, room, break_on_hyphens=False, break_long_words=False)
    pieces = [first, *(f"{'':{_INDENT}}{piece}" for piece in rest)]
    shown = [piece.replace("\N{NO-BREAK SPACE}", " ") for piece in pieces]
    return [*(f"{piece} \\" for piece in shown[:-1]), shown[-1]]
