"""What a command is, and on which screens there are commands."""

from typing import NamedTuple

from textual.binding import Binding


class Command(NamedTuple):
    """Something a person can ask for.

    `scope` is the class of screen whose action it is; `footer` is its short name there, if it is
    shown there. A command without keys is in the palette only, in which those of dialogs never are;
    one that works `everywhere` comes before what a focused field or a dialog makes of the key. One
    that `asks` has to ask the service: where a file was opened it is not there. `words` are what
    else somebody may look for who means it.
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

    @property
    def binding(self) -> Binding:
        return Binding(
            self.keys,
            self.action,
            self.footer or self.help,
            show=bool(self.footer),
            id=self.id,
            tooltip=self.help,
            priority=self.everywhere,
        )


APP = "app"
CLUSTERS = "clusters"
DIALOG = "dialog"
FILTER = "filter"
SIGN_IN_SCOPE = "sign_in"
TAGS = "tags"
DELETE = "delete"
ERRORS = "errors"
PLACES = "places"
PICK = "pick"
COMPARE = "compare"
