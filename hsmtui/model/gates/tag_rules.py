"""What the service takes as a tag, checked before anything is sent.

Lengths are counted in characters, as AWS documents them, not in code units of UTF-16.
"""

import unicodedata
from collections.abc import Iterable, Sequence

from hsmtui.model.cluster import Tag
from hsmtui.model.text import visible

LONGEST_KEY = 128
LONGEST_TAG_VALUE = 256
MOST_TAGS = 50
"""Tags that a resource may have, AWS's own not counted."""

_MARKS = "_.:/=+-@"
_ALLOWED = f"letters, numbers, blanks and {' '.join(_MARKS)}"
_RESERVED = "aws:"


def is_reserved(key: str) -> bool:
    """Whether tags with this key are AWS's own, which nobody else makes, changes or removes."""
    return key.lower().startswith(_RESERVED)


def key_problem(key: str) -> str:
    """Why the service would not take this key, and what it takes; nothing where it would."""
    if not key:
        return f"A key has 1 to {LONGEST_KEY} characters."
    if is_reserved(key):
        return f"Keys that begin with {_RESERVED}, in capitals or not, are AWS's own."
    return _problem("key", key, LONGEST_KEY)


def value_problem(value: str) -> str:
    """Why the service would not take this value, and what it takes; nothing where it would."""
    return _problem("value", value, LONGEST_TAG_VALUE)


def room_problem(tags: Iterable[Tag]) -> str:
    """Why no tag can be added to these; nothing where one can."""
    count = sum(not is_reserved(tag.key) for tag in tags)
    return "" if count < MOST_TAGS else f"It has {count} tags; at most {MOST_TAGS} are allowed."


def _problem(noun: str, text: str, longest: int) -> str:
    if len(text) > longest:
        return f"The {noun} has {len(text)} characters; at most {longest} are allowed."
    for at, character in enumerate(text, 1):
        if not _is_allowed(character):
            return f"{_named(character)} at {at} is not allowed: only {_ALLOWED} are."
    return ""


def _is_allowed(character: str) -> bool:
    r"""As ``[\p{L}\p{Z}\p{N}_.:/=+\-@]`` in the service's model."""
    return character in _MARKS or unicodedata.category(character)[0] in "LNZ"


def caution(noun: str, text: str) -> str:
    """What an eye does not see in a text that the service takes; nothing where there is nothing."""
    if text and not text.strip():
        return f"The {noun} has only blanks."
    if text != text.strip():
        return f"The {noun} begins or ends with a blank."
    for at, character in enumerate(text, 1):
        if character != " " and character.isspace():
            return f"{_named(character)} at {at} of the {noun} is not the usual blank."
    return ""


def same_but_for_case(key: str, tags: Sequence[Tag]) -> str:
    """The key of another tag that IAM conditions do not tell from this one; nothing if none is."""
    folded = key.casefold()
    return next((tag.key for tag in tags if tag.key != key and tag.key.casefold() == folded), "")


def _named(character: str) -> str:
    """A character with its code point and name, which tell what cannot be seen or looks alike."""
    name = unicodedata.name(character, "")
    point = f"U+{ord(character):04X} {name}".rstrip()
    is_plain = character.isprintable() and not unicodedata.combining(character)
    return f"{visible(character)} ({point})" if is_plain and character != " " else point
