"""What a word of the command line may become."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from hsmtui.command_line.completion.values import Candidate, Typed, values_for
from hsmtui.command_line.parser import CommandParser
from hsmtui.command_line.words import ReadWords, find_option, is_option, read_words
from hsmtui.model.text import shortened, visible

_LONGEST_NOTE = 60


class Offer(NamedTuple):
    """The candidates for a whole word, or that it is a file, whose name comes after `lead`."""

    candidates: Sequence[Candidate] = ()
    is_file: bool = False
    lead: str = ""

    @property
    def is_part(self) -> bool:
        """Whether a word is not at its end with the only candidate."""
        return all(each.text.endswith((":", "=")) for each in self.candidates)


def offer(main: CommandParser, words: Sequence[str], current: str) -> Offer:
    """What the word after these may become, of which so much is typed.

    A name that acts on a terminal, hides something, or cannot be typed is not offered.
    """
    read = read_words(main, words)
    found = Offer() if read.ended else _offer(read, current)
    fitting = (each for each in found.candidates if each.text.startswith(current))
    safe = (each for each in fitting if _is_typable(each.text))
    return found._replace(candidates=tuple(map(_told_short, safe)))


def _is_typable(text: str) -> bool:
    """Whether the terminal shows the text as it is, and its encoding has all of it."""
    try:
        text.encode(sys.getfilesystemencoding())
    except UnicodeEncodeError:
        return False
    return text == visible(text)


def _told_short(candidate: Candidate) -> Candidate:
    return candidate._replace(note=visible(shortened(candidate.note, _LONGEST_NOTE)))


def _offer(read: ReadWords, current: str) -> Offer:
    if read.waiting is not None:
        return _next_value(read, read.waiting, current)
    if current.startswith("-") and not read.options_end:
        return _option(read, current)
    if read.expects_command:
        commands = read.parser.commands.items()
        return Offer([Candidate(name, parser.summary) for name, parser in commands])
    if read.positionals:
        return _values(read, read.positionals[0], "", current)
    return Offer(tuple(_options(read)))


def _next_value(read: ReadWords, option: argparse.Action, current: str) -> Offer:
    """The value of an option as a word of its own: none that would be taken for an option."""
    found = _values(read, option, "", current)
    values = (each for each in found.candidates if not is_option(read.parser, each.text))
    return found._replace(candidates=tuple(values))


def _option(read: ReadWords, current: str) -> Offer:
    """An option, or the value of one in the same word."""
    found = find_option(read.parser, current)
    if found and found[1] is not None and found[0].nargs is None:
        return _values(read, found[0], current.removesuffix(found[1]), found[1])
    return Offer(tuple(_options(read)))


def _options(read: ReadWords) -> Iterable[Candidate]:
    """The options that make sense beside those that were given: no switch twice."""
    switched = {option.dest for option, _ in read.given if option.nargs == 0}
    for name, option in read.parser.options.items():
        if option.dest not in switched:
            yield Candidate(name, _first_sentence(option.help))


def _first_sentence(text: str | None) -> str:
    return (text or "").partition("; ")[0].partition(". ")[0].removesuffix(".")


def _values(read: ReadWords, option: argparse.Action, lead: str, typed: str) -> Offer:
    if option.metavar == "FILE":
        return Offer(is_file=True, lead=lead)
    if option.choices is not None:
        candidates: Iterable[Candidate] = map(Candidate, option.choices)
    else:
        candidates = values_for(option, Typed(typed, read.given))
    return Offer([Candidate(lead + each.text, each.note) for each in candidates])
