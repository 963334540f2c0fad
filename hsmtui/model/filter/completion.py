"""What the word under the cursor of a filter line may become."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from hsmtui.model.filter.query import NEGATION, TERM_KEY, VALUE, WORD, unquoted
from hsmtui.model.filter.term import BARE_VALUE, KEYS
from hsmtui.model.text import visible

ValuesOf = Callable[[str], Sequence[Sequence[str]]]
"""Gives the values of a key that are known, in groups: a later one counts where the earlier ones
have nothing that fits."""


MOST_CHOICES = 1000
"""Choices that are offered at a time: nobody goes through more."""


class Completions(NamedTuple):
    """What may stand in a line between `start` and `end`, as it would be typed."""

    start: int
    end: int
    choices: tuple[str, ...] = ()

    def line(self, text: str, choice: str) -> tuple[str, int]:
        """The line with one of the choices, and where the cursor stands then."""
        before = text[: self.start] + choice
        return before + text[self.end :], len(before)


def completions(text: str, cursor: int, values_of: ValuesOf) -> Completions:
    """What the part of a word before the cursor may become: a key, or a value of its key.

    What begins with what was typed counts, in any case, and only where nothing does what holds it.
    There is nothing inside a word, nor for free text that begins no key. A value that the language
    cannot name, as it holds a quotation mark or what acts on a terminal, is none.
    """
    before, after = text[:cursor], text[cursor:]
    word = next((m[0] for m in WORD.finditer(before) if m.end() == cursor), "")
    body = NEGATION.sub("", word)
    match = TERM_KEY.match(body)
    if match is None:
        return _keys(body, cursor) if _ends_a_word(after, "") else Completions(cursor, cursor)
    if match[1].lower() not in KEYS or not _ends_a_word(after, ","):
        return Completions(cursor, cursor)
    return _values(body[match.end() :], cursor, values_of(match[1].lower()))


def _ends_a_word(after: str, more: str) -> bool:
    return not after or after[0].isspace() or after[0] in more


def _keys(body: str, cursor: int) -> Completions:
    start = body.lower()
    choices = tuple(f"{name}:" for name in KEYS if name.startswith(start))
    return Completions(cursor - len(body), cursor, choices)


def _values(values: str, cursor: int, groups: Sequence[Sequence[str]]) -> Completions:
    """The value behind the last comma may become one that is not in the list yet."""
    last = next((m[0] for m in VALUE.finditer(values) if m.end() == len(values)), "")
    there = set(map(unquoted, VALUE.findall(values[: len(values) - len(last)])))
    typed = unquoted(last)
    there.add(typed)
    choices = _best(typed.casefold(), groups, there)
    return Completions(cursor - len(last), cursor, tuple(map(_typed_as, choices)))


def _best(typed: str, groups: Sequence[Sequence[str]], without: set[str]) -> list[str]:
    """What begins with what was typed, of the first group that has such; else what holds it."""
    for fits in (str.startswith, str.__contains__):
        stands_there = False
        for group in groups:
            found = [each for each in group if fits(each.casefold(), typed)]
            nameable = _nameable(each for each in found if each not in without)
            if choices := [*islice(nameable, MOST_CHOICES)]:
                return choices
            stands_there = stands_there or bool(found)
        if stands_there:
            break
    return []


def _nameable(values: Iterable[str]) -> Iterator[str]:
    return (each for each in values if each and '"' not in each and each == visible(each))


def _typed_as(value: str) -> str:
    return value if BARE_VALUE.fullmatch(value) else f'"{value}"'
