"""The command palette: commands found by their words, some with an argument behind them."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.widgets import Input, OptionList

from hsmtui.model.filter.line_choices import earlier_lines
from hsmtui.model.text import visible
from hsmtui.ui.commands.keymap import key_of
from hsmtui.ui.dialogs.pick import Choice, Picker, found_among, label_cells


class PaletteAnswer(NamedTuple):
    """What is to be done: the id of a command or, with a value, the word of an argument; and the
    line that says so again."""

    line: str
    name: str
    value: str | None = None


@dataclass(frozen=True)
class Argument:
    """What may stand behind a word in the palette.

    `command` is the id of the command that asks for it in a dialog. `take` does it for the value
    of one of the choices, at once or by what is to be awaited. `other` makes a choice of a text
    that names none of them, where there is one.
    """

    command: str
    noun: str
    choices: Sequence[Choice]
    take: Callable[[str], Awaitable[None] | None]
    other: Callable[[str], Choice | None] = lambda _: None

    def offered(self, text: str) -> list[Choice]:
        """What the text leaves, the best first."""
        found = found_among(self.choices, text, fuzzy=False)
        wanted = text.strip().casefold()
        other = None if wanted in {c.label.casefold() for c in found} else self.other(text.strip())
        return [*found, *([other] if other is not None else [])]

    def is_whole(self, choice: Choice) -> bool:
        """Whether a choice says all; else it is only completed."""
        return True

    def problem(self, text: str) -> str:
        """Why the text is none."""
        return f'There is no {self.noun} "{visible(text.strip())}".'


class PaletteDialog(Picker[PaletteAnswer]):
    """Answers with a command, or with a word and the value behind it.

    A command that changes something takes no argument: with anything behind its words nothing is
    chosen. `lines` are earlier answers, the newest first; `changing` are the ids of commands that
    change something.
    """

    def __init__(
        self,
        choices: list[Choice],
        arguments: Mapping[str, Argument],
        lines: Sequence[str],
        changing: Collection[str],
    ) -> None:
        super().__init__("Commands", choices)
        self._arguments = arguments
        self._recalling = earlier_lines("", "", lines)
        self._changing = changing
        groups = (choices, *(each.choices for each in arguments.values()))
        self._cells = {
            choice: cells
            for group, cells in zip(groups, map(label_cells, groups), strict=True)
            for choice in group
        }

    @property
    def closing(self) -> str:
        earlier = ("↑ earlier lines",) if len(self._recalling.lines) > 1 else ()
        return " · ".join(("tab completes", *earlier, super().closing))

    @property
    def widest(self) -> int:
        others = (choice for each in self._arguments.values() for choice in each.choices)
        return max(super().widest, *(self.prompt(each).cell_length for each in others), 0)

    # What is offered

    def _argument(self, text: str) -> tuple[str, Argument | None, str]:
        """The word that stands first, what may stand behind it, and what does."""
        word, blank, rest = text.lstrip().partition(" ")
        return word.casefold(), self._arguments.get(word.casefold()) if blank else None, rest

    def choices_for(self, text: str) -> list[Choice]:
        _, argument, rest = self._argument(text)
        offered = argument.offered(rest) if argument is not None else []
        if offered or (found := found_among(self._choices, text, fuzzy=False)):
            return offered or found
        return found_among(*((argument.choices, rest) if argument else (self._choices, text)))

    def _is_meant(self, text: str) -> bool:
        """Whether what is offered is what was typed, or may be taken for it: a slip in the name of
        a command that changes nothing. What stands behind a word is none of its arguments where it
        is only a part of the words of a command."""
        _, argument, rest = self._argument(text)
        if argument is not None:
            return bool(argument.offered(rest)) or _has_words(self._shown, text)
        if found_among(self._choices, text, fuzzy=False):
            return True
        return self._refused(text) is None and not self._is_guessed_change

    @property
    def _is_guessed_change(self) -> bool:
        """Whether what is offered first, where nothing has the words, changes something."""
        return bool(self._shown) and self._shown[0].value in self._changing

    def _refused(self, text: str) -> Choice | None:
        """The command that changes something, of which these are the words and something more."""
        words = text.split()
        for number in range(len(words) - 1, 0, -1):
            if found := found_among(self._choices, " ".join(words[:number]), fuzzy=False):
                return found[0] if found[0].value in self._changing else None
        return None

    def default_index(self, text: str) -> int | None:
        return super().default_index(text) if self._is_meant(text) else None

    def prompt(self, choice: Choice) -> Content:
        remarks = "  ".join(filter(None, (*choice.columns, choice.remark)))
        room = self._cells.get(choice, 0) if remarks else 0
        label = choice.label + " " * max(0, room - cell_len(visible(choice.label)))
        return super().prompt(choice._replace(label=label, remark=remarks))

    def empty_text(self) -> str:
        return self._problem(self._narrowed)

    def _problem(self, text: str) -> str:
        """Why nothing can be done for what was typed."""
        _, argument, rest = self._argument(text)
        if argument is not None:
            return argument.problem(rest)
        if self._refused(text):
            return "This is for the row under the cursor: type nothing after it."
        if self._is_guessed_change:
            return "No command has exactly these words: ↓ chooses one that is like them."
        return f"No command has these words: {key_of('app.help', self.remapped)} lists all."

    def _narrow(self, text: str) -> None:
        super()._narrow(text)
        self.tell_keys()

    # Keys

    def on_key(self, event: events.Key) -> None:
        ways: dict[str, Callable[[], bool]] = {
            "tab": self._complete,
            "up": partial(self._recall, 1),
            "down": partial(self._recall, -1),
        }
        if event.key in ways and ways[event.key]():
            event.stop()
            event.prevent_default()

    def _complete(self) -> bool:
        """Put the choice into the line or, where it stands there, the next one."""
        at = self.query_one(OptionList).highlighted or 0
        lines = map(self._line_of, self._shown[at:])
        if line := next((each for each in lines if each != self._narrowed), ""):
            self._write(line)
        return True

    def _line_of(self, choice: Choice) -> str:
        word, argument, _ = self._argument(self._narrowed)
        if argument is not None and choice not in self._choices:
            return f"{word} {choice.label}"
        words = (word for word, each in self._arguments.items() if each.command == choice.value)
        return next((f"{word} " for word in words), choice.label)

    def _write(self, line: str) -> None:
        field = self.query_one(Input)
        field.value, field.cursor_position = line, len(line)

    def _recall(self, way: int) -> bool:
        """Put an earlier line into the empty line, or from there one before or after it; whether
        the key is for that."""
        typed = self.query_one(Input).value
        lines = self._recalling if typed else replace(self._recalling, at=0)
        goes_into_list = not typed and (way < 0 or bool(self.query_one(OptionList).highlighted))
        if typed != lines.now[0] or goes_into_list:
            return False
        self._recalling = lines.step(way)
        self._write(self._recalling.now[0])
        return len(lines.lines) > 1

    def nothing_chosen(self) -> None:
        self.say(self._problem(self._narrowed))

    def choose(self, choice: Choice) -> None:
        word, argument, _ = self._argument(self._narrowed)
        if argument is None or choice in self._choices:
            self.dismiss(PaletteAnswer(choice.label, choice.value))
        elif argument.is_whole(choice):
            self.dismiss(PaletteAnswer(f"{word} {choice.label}", word, choice.value))
        else:
            self._complete()


def _has_words(choices: Sequence[Choice], text: str) -> bool:
    """Whether the first of the choices has these words, each as a whole."""
    words = set(" ".join(choices[0].fields).casefold().split()) if choices else set()
    return set(text.casefold().split()) <= words
