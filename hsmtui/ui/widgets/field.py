"""A field to type into."""

from textual.reactive import reactive
from textual.widgets import Input


class Field(Input):
    """One whose cursor stands still: over SSH each blink is written to the terminal."""

    cursor_blink = reactive(False, init=False)
