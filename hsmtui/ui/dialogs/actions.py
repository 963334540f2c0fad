"""What can be done here: each command that changes something, with its key and why not."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static

from hsmtui.model.advice import Advice
from hsmtui.model.possible_changes import PossibleChange
from hsmtui.model.text import shortened, visible
from hsmtui.ui.commands.all_commands import COMMANDS
from hsmtui.ui.commands.keymap import first_key
from hsmtui.ui.dialogs.commands import command_choice
from hsmtui.ui.dialogs.dialog import FRAME
from hsmtui.ui.dialogs.pick import Choice, ChoiceList, Picker
from hsmtui.ui.theme import KEY

COPY = "copy"
"""Stands in place of a key before a command for another host."""

_LONGEST = 78
"""Cells of the longest line."""

_LONGEST_LINE = 140
"""Characters of a line for a shell that are shown; it is copied whole."""

_GAP = "  "


def change_choices(
    changes: Sequence[PossibleChange],
    remapped: Mapping[str, str],
    spelt: Callable[[str | Advice], str],
) -> Iterator[Choice]:
    """The commands: what each does, its key, the rules that ask for it, and why not."""
    by_id = {command.id: command for command in COMMANDS}
    for command_id, why_not, rules in changes:
        command = by_id[command_id]
        columns = (first_key(command, remapped), ", ".join(rules))
        yield command_choice(command, spelt(why_not), columns)


def outside_choices(
    commands: Iterable[tuple[str, str]], rules: Mapping[str, Sequence[str]]
) -> Iterator[Choice]:
    """Names and lines for a shell on another host; `rules` that ask for them, by their names."""
    for name, lines in commands:
        told = "\n".join(shortened(line, _LONGEST_LINE) for line in lines.split("\n"))
        yield Choice(lines, name, told, columns=(COPY, ", ".join(rules.get(name, ()))))


class ActionsDialog(Picker[str]):
    """Answers with the id of a command, or with the text that is to be copied.

    What says why something cannot be done stands under it; `notes` are said once for all.
    """

    def __init__(self, heading: str, choices: list[Choice], notes: Sequence[str]) -> None:
        super().__init__(heading, choices, exact=True)
        self._notes = notes
        self._key_cells = max((cell_len(each.columns[0]) for each in choices), default=0)

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield self.field()
            if self._notes:
                yield Static("\n".join(map(visible, self._notes)), id="actions-notes", markup=False)
            yield ChoiceList(compact=True, markup=False)

    @property
    def widest(self) -> int:
        """Of what a person likes to read; longer reasons are wrapped."""
        lines = (line for each in self._choices for line in self._lines(each))
        cells = (line.cell_length for line in lines)
        return min(max(cells, default=0) + self._indent, _LONGEST)

    @property
    def _indent(self) -> int:
        return self._key_cells + len(_GAP)

    def _lines(self, choice: Choice) -> list[Content]:
        """What is done and which rules ask for it, then why it cannot be done, or the command."""
        rules = choice.columns[1]
        first = Content.assemble(choice.label, (f"{_GAP}{rules}", "bold") if rules else "")
        if not choice.remark or choice.remark in self._notes:
            return [first]
        more = choice.remark.split("\n")
        return [first, *(Content.styled(visible(line), "dim") for line in more)]

    def prompt(self, choice: Choice) -> Content:
        key = choice.columns[0]
        blank = " " * (self._key_cells - cell_len(key))
        wrapped = (each for line in self._lines(choice) for each in self._wrapped(line))
        first, *more = wrapped
        return Content("\n").join(
            [
                Content.assemble(blank, (key, KEY), _GAP, first),
                *(Content(" " * self._indent) + line for line in more),
            ]
        )

    def _wrapped(self, words: Content) -> list[Content]:
        """In lines that stand behind the keys."""
        box = self.query_one("#box").styles.width
        width = int(box.cells or 0) if box is not None else 0
        return words.wrap(max(1, width - FRAME - self._indent)) if words else []

    def on_resize(self) -> None:
        super().on_resize()
        options = self.query_one(OptionList)
        for at, choice in enumerate(self._shown):
            options.replace_option_prompt_at_index(at, self.prompt(choice))

    def choose(self, choice: Choice) -> None:
        self.dismiss(choice.value)
