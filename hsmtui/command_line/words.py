"""What the words of a command line are: options, their values, commands; and the first unknown.

argparse reads the line for good. This says what argparse tells nobody: what may come next, for
completion, and, for a word that it would refuse, of which command it is and what is near.
"""

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from hsmtui.command_line.parser import CommandParser, quoted_value
from hsmtui.model.names import nearest_names

_NUMBER: Final = re.compile(r"-\d+|-\d*\.\d+")
"""What argparse takes for a negative number, and so for a value."""


@dataclass
class ReadWords:
    """Where the words of a command line have led to."""

    main: CommandParser
    parser: CommandParser
    """That of the command of which words are expected."""
    positionals: list[argparse.Action]
    """What is still to come without a name."""
    given: list[tuple[argparse.Action, str | None]] = field(default_factory=list)
    """The options so far, those before a command, too, with their values."""
    waiting: argparse.Action | None = None
    """The option whose value comes next."""
    options_end: bool = False
    """Whether -- was given, after which nothing is an option."""
    unknown: str | None = None
    """The first word that is none of an option, a command or a value."""
    ended: bool = False
    """Whether nothing is read any more: after what is unknown, and after --help and --version."""

    @property
    def expects_command(self) -> bool:
        """Whether a word that is no option is the name of a command."""
        return bool(self.parser.commands)


def read_words(main: CommandParser, words: Sequence[str]) -> ReadWords:
    """Where the words after the program's name lead."""
    read = ReadWords(main, main, [*main.positionals])
    for word in words:
        if not read.ended:
            _take(read, word)
    return read


def find_option(parser: CommandParser, word: str) -> tuple[argparse.Action, str | None] | None:
    """The option that a word names, and the value where that is in the same word."""
    name, equals, value = word.partition("=")
    if word in parser.options:
        return parser.options[word], None
    if equals and name in parser.options:
        return parser.options[name], value
    if not word.startswith("--") and word[:2] in parser.options:
        return parser.options[word[:2]], word[2:]
    return None


def _take(read: ReadWords, word: str) -> None:
    if word == "--" and not read.options_end:
        read.options_end = True
    elif not read.options_end and is_option(read.parser, word):
        _take_option(read, word)
    elif read.waiting is not None:
        read.given.append((read.waiting, word))
        read.waiting = None
    else:
        _take_positional(read, word)


def is_option(parser: CommandParser, word: str) -> bool:
    """Whether argparse takes a word for an option, also for one that it does not know."""
    if not word.startswith("-") or word == "-":
        return False
    if find_option(parser, word):
        return True
    return not _NUMBER.fullmatch(word) and " " not in word


def _take_option(read: ReadWords, word: str) -> None:
    found = find_option(read.parser, word)
    if read.waiting is not None:  # which has no value: argparse says so
        read.ended = True
    elif found is None:
        read.unknown, read.ended = word, True
    elif found[1] is None and found[0].nargs is None:
        read.waiting = found[0]
    else:
        read.given.append(found)
        read.ended = found[0].dest == argparse.SUPPRESS


def _take_positional(read: ReadWords, word: str) -> None:
    if read.expects_command and word in read.parser.commands:
        read.parser = read.parser.commands[word]
        read.positionals = [*read.parser.positionals]
    elif read.expects_command or not read.positionals:
        read.unknown, read.ended = word, True
    else:
        read.positionals.pop(0)


def about_unknown(read: ReadWords) -> str:
    """Words on the word that is unknown: what is near, or where it belongs."""
    word = read.unknown or ""
    if not read.options_end and is_option(read.parser, word):
        return _about_option(read, word.partition("=")[0])
    if read.expects_command:
        near = nearest_names(word.lower(), tuple(read.parser.commands))
        return f"there is no command {quoted_value(word)}; {near}"
    return f"{quoted_value(word)} is one word too many"


def _about_option(read: ReadWords, name: str) -> str:
    from difflib import get_close_matches

    if name in read.main.options:
        command = read.parser.prog.removeprefix(read.main.prog).strip()
        return f"{name} stands before the command: {read.main.prog} {name} … {command}"
    if having := [each.prog for each in read.main.commands.values() if name in each.options]:
        return f"{name} is an option of {' and of '.join(having)}"
    near = get_close_matches(name.lower(), read.parser.options, n=1)
    words = f"; the nearest is {near[0]}" if near else ""
    return f"there is no option {quoted_value(name)}{words}"
