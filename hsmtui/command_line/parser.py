"""The parser of a command: its help, and the words on what it does not take."""

import argparse
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NoReturn

from hsmtui.command_line.notes import NO_NOTES, CommandNotes, NotesSection
from hsmtui.model.text import shortened, visible

LONGEST_SHOWN: Final = 40
"""Characters of a value that an error repeats."""

_LONGEST_ERROR = 600
_WIDEST_HELP = 100


def quoted_value(text: str) -> str:
    """A value for an error: in quotation marks, safe to print, and cut short."""
    return f'"{visible(shortened(text, LONGEST_SHOWN))}"'


class CommandParser(argparse.ArgumentParser):
    """The parser of a command, with the commands under it and what its help says besides."""

    def __init__(self, *, notes: CommandNotes = NO_NOTES, **options: Any) -> None:
        super().__init__(
            allow_abbrev=False,  # else the demo server's --log is taken for --log-file
            add_help=False,
            formatter_class=_HelpFormatter,
            **options,
        )
        self.color = False  # Python 3.14 would colour what is printed as text
        self.notes = notes
        self.summary = ""
        self.commands: dict[str, CommandParser] = {}

    @property
    def options(self) -> Mapping[str, argparse.Action]:
        """The options by each of their names."""
        return self._option_string_actions

    @property
    def positionals(self) -> Sequence[argparse.Action]:
        """What stands without a name, in its order; the name of a command is one of them."""
        return self._get_positional_actions()

    @property
    def groups(self) -> Iterable[tuple[str, Sequence[argparse.Action]]]:
        """The groups of the help that have something: title, and what is in them."""
        for group in self._action_groups:
            if actions := group._group_actions:  # noqa: SLF001 - it has no other
                yield group.title or "", actions

    def format_help(self) -> str:
        """Usage, description, the options in their groups, and the notes."""
        formatter = self._get_formatter()
        formatter.add_usage(self.usage, self._actions, self._mutually_exclusive_groups)
        formatter.add_text(self.description)
        for title, actions in self.groups:
            formatter.start_section(title)
            formatter.add_arguments(actions)
            formatter.end_section()
        for section in self.notes.sections():
            _add_notes(formatter, section)
        return formatter.format_help()

    def error(self, message: str) -> NoReturn:
        """Usage and what is wrong, and exit status 2."""
        self.print_usage(sys.stderr)
        words = visible(shortened(message, _LONGEST_ERROR))
        self.exit(2, f"{self.prog}: error: {words}\n{self.prog} --help says what it takes\n")


class _HelpFormatter(argparse.HelpFormatter):
    """Help as wide as the terminal, but no wider than is read with ease."""

    def __init__(self, prog: str, **options: Any) -> None:
        columns = min(shutil.get_terminal_size().columns, _WIDEST_HELP)
        super().__init__(prog, **{"width": columns - 2, "max_help_position": 26} | options)

    def add_argument(self, action: argparse.Action) -> None:
        """An argument; of commands each by itself."""
        commands = tuple(getattr(action, "_get_subactions", tuple)())
        for each in commands or (action,):
            super().add_argument(each)

    def _split_lines(self, text: str, width: int) -> list[str]:
        """The lines of a text; the names of options are not broken."""
        import textwrap

        return textwrap.wrap(text, width, break_on_hyphens=False)


def _add_notes(formatter: argparse.HelpFormatter, section: NotesSection) -> None:
    """Names with what they mean, as options have their help."""
    formatter.start_section(section.title)
    for name, text in section.entries:
        help_ = text.replace("%", "%%")
        formatter.add_argument(argparse.Action([], name, metavar=name, help=help_))
    formatter.end_section()
