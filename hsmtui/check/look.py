"""How a document may look where it is printed."""

from typing import NamedTuple


class Look(NamedTuple):
    """What a table keeps to: the columns of the terminal, and whether it shows colours."""

    width: int = 80
    colour: bool = False
