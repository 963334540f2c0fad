"""What a test reads from the list, and how it gets to a row."""

import re

from tests.terminal.terminal import Terminal

ID = re.compile(r"cluster-[a-z2-7]{11}")


def ids(terminal: Terminal) -> list[str]:
    """The ids of clusters on the screen, from the top."""
    return ID.findall(terminal.text)


def cursor_id(terminal: Terminal) -> str:
    """The id of the cluster that the cursor is on, or nothing while there is none."""
    found = ID.search(terminal.cursor_line)
    return found[0] if found else ""


def press_and_follow(terminal: Terminal, key: str) -> str:
    """Press a key that moves the cursor and wait until it has; the id that it is on then."""
    before = cursor_id(terminal)
    terminal.send(key)
    terminal.wait_for(lambda: cursor_id(terminal) not in {"", before})
    return cursor_id(terminal)


def go_to(terminal: Terminal, name: str) -> str:
    """Go down to the cluster with this name, row by row; its id."""
    while name not in terminal.cursor_line:
        press_and_follow(terminal, "j")
    return cursor_id(terminal)
