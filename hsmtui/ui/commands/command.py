"""What a command is, and on which screens there are commands."""

from enum import StrEnum
from typing import NamedTuple

from textual.binding import Binding


class Group(StrEnum):
    """What a person wants who looks for a command; help tells them in this order."""

    LOOK = "Look"
    FIND = "Find and sort"
    COPY = "Copy, save, compare"
    CHANGE = "Change"
    PLACES = "Profiles and regions"
    SCREEN = "Screen"


class Command(NamedTuple):
    """Something a person can ask for.

    `scope` is the class of screen whose action it is; `footer` is its short name in the line at
    the bottom. A command without keys is in the palette only, in which those of dialogs never are;
    one that works `everywhere` comes before what a focused field or a dialog makes of the key. One
    that `asks` has to ask the service: where a file was opened it is not there. `words` are what
    else somebody may look for who means it. Those of the main screen belong to a group.
    """

    id: str
    keys: str
    help: str
    action: str
    scope: str
    footer: str = ""
    palette: bool = True
    everywhere: bool = False
    asks: bool = False
    words: str = ""
    group: Group | None = None

    @property
    def binding(self) -> Binding:
        return Binding(
            self.keys,
            self.action,
            self.help,
            show=False,
            id=self.id,
            tooltip=self.help,
            priority=self.everywhere,
        )


APP = "app"
CLUSTERS = "clusters"
DIALOG = "dialog"
FILTER = "filter"
SEARCH = "search"
SIGN_IN_SCOPE = "sign_in"
TAGS = "tags"
DELETE = "delete"
ERRORS = "errors"
PLACES = "places"
PICK = "pick"
SORT = "sort"
TABLE_COLUMNS = "columns"
COMPARE = "compare"
INITIALIZE = "initialize"
CLAIM = "claim"
