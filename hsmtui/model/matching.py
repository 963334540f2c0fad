"""What typed words mean: which of several things they find, the best first."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

_Distance: TypeAlias = Callable[[str, str], int | None]
"""How far a word is from a field; None where it is not in it."""


def best_matches(text: str, things: Sequence[Sequence[str]], *, fuzzy: bool = True) -> list[int]:
    """The indices of the things that hold each word of the text, in any order and any case.

    A thing is its name and what else finds it. What holds a word as it stands comes alone; only
    where there is none, and with `fuzzy`, those count that hold the letters of each word in their
    order. Of those that match alike well the earlier one comes first.
    """
    words = text.casefold().split()
    folded = [[field.casefold() for field in thing] for thing in things]
    for distance in (_whole, _scattered) if fuzzy else (_whole,):
        sums = {n: _sum(words, fields, distance) for n, fields in enumerate(folded)}
        found = sorted((far, n) for n, far in sums.items() if far is not None)
        if found:
            return [n for _, n in found]
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
    """0 where the word is the field, then where it begins it, begins a word of it, is in it."""
    at = field.find(word)
    if at < 0:
        return None
    if at == 0:
        return 0 if word == field else 1
    starts = any(
        field.startswith(word, n) and not field[n - 1].isalnum() for n in range(at, len(field))
    )
    return 2 if starts else 3


def _scattered(word: str, field: str) -> int | None:
    """How many other letters stand between those of the word."""
    first = last = field.find(word[0])
    for letter in word[1:]:
        if last < 0:
            return None
        last = field.find(letter, last + 1)
    return None if last < 0 else last - first + 1 - len(word)
