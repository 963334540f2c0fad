"""Names as they are asked for: lists with commas, and shell patterns."""

import re
from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase

_PATTERN = re.compile(r"[*?[]")
_SHOWN_AT_MOST = 10


def is_plain(words: Collection[str]) -> bool:
    """Whether it is one name at most, whatever names there are."""
    return len(words) < 2 and not any("," in word or is_pattern(word) for word in words)


def is_pattern(name: str) -> bool:
    """Whether it may match other names than itself."""
    return _PATTERN.search(name) is not None


def split_names(words: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    """The names and patterns in the lists, each once; one that is known is no list."""
    names: dict[str, None] = {}
    for word in words:
        parts = (word,) if word in known else filter(None, map(str.strip, word.split(",")))
        names.update(dict.fromkeys(parts))
    return tuple(names)


def names_matching(name: str, known: Collection[str]) -> tuple[str, ...]:
    """What a pattern matches of the known names, in their order; a name matches itself alone.

    What is known by just this name is no pattern.
    """
    if name in known or not is_pattern(name):
        return (name,)
    return tuple(each for each in known if fnmatchcase(each, name))


def nearest_names(name: str, known: Collection[str]) -> str:
    """Words on which names there are, for one that matches nothing: the nearest, else the first."""
    from difflib import get_close_matches

    bare = re.sub(r"[*?!\[\]]", "", name)
    if near := get_close_matches(bare, known, n=3):
        return f"the nearest {_are(near)} {', '.join(near)}"
    first, more = list(known)[:_SHOWN_AT_MOST], len(known) - _SHOWN_AT_MOST
    if not first:
        return "there are none"
    return f"there {_are(known)} {', '.join(first)}" + (f" and {more} more" if more > 0 else "")


def _are(names: Collection[str]) -> str:
    return "is" if len(names) == 1 else "are"
