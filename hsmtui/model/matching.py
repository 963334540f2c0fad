"""What typed words mean: which of several things they find, the best first."""

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import TypeAlias

_Distance: TypeAlias = Callable[[str, str], int | None]
"""How far a word is from a field; None where it is not in it."""

_ALIKE = 0.65
"""From this ratio of difflib on a word is taken for a slip of another one."""

_WORDS = re.compile(r"[^\W_]+")


def best_matches(text: str, things: Sequence[Sequence[str]], *, fuzzy: bool = True) -> list[int]:
    """The indices of the things that hold each word of the text, in any order and any case.

    A thing is its name and what else finds it. What holds a word as it stands comes alone; only
    where there is none, and with `fuzzy`, those count that hold a word which reads nearly so, and
    where there is none of them either, the letters of each word in their order. The thing of which
    the name has just these words comes first; of those that match alike well the earlier one.
    """
    words = text.casefold().split()
    folded = [[field.casefold() for field in thing] for thing in things]
    wanted = sorted(words)
    for distance in (_whole, _alike, _scattered) if fuzzy else (_whole,):
        sums = {n: _sum(words, fields, distance) for n, fields in enumerate(folded)}
        found = sorted(
            (not fields or sorted(fields[0].split()) != wanted, far, n)
            for n, fields in enumerate(folded)
            if (far := sums[n]) is not None
        )
        if found:
            return [n for _, _, n in found]
    return []


def _sum(words: Sequence[str], fields: Sequence[str], distance: _Distance) -> int | None:
    """How far the words are from these fields, a little more where it is not the name that holds
    them; None where a word is in none of them."""
    total = 0
    for word in words:
        distances = [
            2 * far + (at > 0)
            for at, field in enumerate(fields)
            if (far := distance(word, field)) is not None
        ]
        if not distances:
            return None
        total += min(distances)
    return total


def _whole(word: str, field: str) -> int | None:
    """0 where the word is the field, then where it begins it, is a word of it, begins one, and far
    behind where it is in one."""
    at = field.find(word)
    if at < 0:
        return None
    if at == 0:
        return 0 if word == field else 1
    ends = [
        n + len(word)
        for n in range(at, len(field))
        if field.startswith(word, n) and not field[n - 1].isalnum()
    ]
    if not ends:
        return 6
    return 2 if any(not field[end : end + 1].isalnum() for end in ends) else 3


def _alike(word: str, field: str) -> int | None:
    """Where the word is in the field as it stands, else how much it differs from the word of it
    that is most like it; one with digits or signs is compared with the field as one."""
    if (far := _whole(word, field)) is not None:
        return far
    others = _WORDS.findall(field) if word.isalpha() else [field]
    ratio = max((_ratio(word, other) for other in others), default=0.0)
    return round(100 * (1 - ratio)) + 7 if ratio >= _ALIKE else None


def _ratio(word: str, other: str) -> float:
    """How like one another two words are, from 0 to 1; short ones are no slip of each other."""
    short, long = sorted((len(word), len(other)))
    if short < 3 or 2 * short < _ALIKE * (short + long):
        return 0.0
    return SequenceMatcher(None, word, other, autojunk=False).ratio()


def _scattered(word: str, field: str) -> int | None:
    """How many other letters stand between those of the word."""
    first = last = field.find(word[0])
    for letter in word[1:]:
        if last < 0:
            return None
        last = field.find(letter, last + 1)
    return None if last < 0 else last - first + 1 - len(word)
