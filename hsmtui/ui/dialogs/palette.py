"""The command palette: commands found by their words, some with an argument behind them."""

from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.widgets import Input, OptionList

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
    of one of the choices. `other` makes a choice of a text that names none of them, where there is
    one.
    """

    command: str
    noun: str
    choices: Sequence[Choice]
    take: Callable[[str], Coroutine[Any, Any, None]]
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
        self._lines = lines
        self._line_at = -1
        self._changing = changing
        groups = (choices, *(each.choices for each in arguments.values()))
        self._cells = {
            choice: cells
            for group, cells in zip(groups, map(label_cells, groups), strict=True)
            for choice in group
        }

    @property
    def closing(self) -> str:
        earlier = ("↑ earlier lines",) if self._lines else ()
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
        has_whole = bool(found_among(self._choices, text, fuzzy=False))
        return has_whole or self._refused(text) is None

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
        return f"No command has these words: {key_of('app.help', self.remapped)} lists all."

    def _narrow(self, text: str) -> None:
        super()._narrow(text)
        self.query_one("#box").border_subtitle = Content(self.closing)

    # Keys

    def on_key(self, event: events.Key) -> None:
        ways = {"tab": self._complete, "up": self._earlier, "down": self._later}
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

    def _earlier(self) -> bool:
        """In an empty line, and on from there: the line before."""
        typed = self.query_one(Input).value
        on_top = not self.query_one(OptionList).highlighted
        if not (self._is_earlier(typed) or (not typed and on_top)):
            return False
        at = self._line_at + 1 if typed else 0
        if at < len(self._lines):
            self._line_at = at
            self._write(self._lines[at])
        return bool(self._lines)

    def _later(self) -> bool:
        """The line after an earlier one; at last none."""
        if not self._is_earlier(self.query_one(Input).value):
            return False
        self._line_at -= 1
        self._write(self._lines[self._line_at] if self._line_at >= 0 else "")
        return True

    def _is_earlier(self, typed: str) -> bool:
        return bool(typed) and self._line_at >= 0 and typed == self._lines[self._line_at]

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
