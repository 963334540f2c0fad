"""A document as JSON: everything that is in it."""

import re
from collections.abc import Iterator
from textwrap import indent

import msgspec

from hsmtui.check.document import Document
from hsmtui.model.text import UNSAFE

_UNIT = 2
"""Blanks of a level."""


def as_json(document: Document) -> Iterator[str]:
    """One object; an entry of its lists is a part of the text.

    What acts on a terminal stands as an escape of JSON: whoever decodes it gets it as it came.
    """
    start = "{"
    for name in document.__struct_fields__:
        yield f'{start}\n{" " * _UNIT}"{name}": '
        value = getattr(document, name)
        if isinstance(value, tuple) and value:
            yield from _list(value)
        else:
            yield _lines(value, 1)
        start = ","
    yield "\n}\n"


def _list(entries: tuple[object, ...]) -> Iterator[str]:
    start = "["
    for entry in entries:
        yield f"{start}\n{' ' * _UNIT * 2}{_lines(entry, 2)}"
        start = ","
    yield f"\n{' ' * _UNIT}]"


def _lines(value: object, level: int) -> str:
    """A value as it stands at a level, without the blanks before its first line."""
    text = msgspec.json.format(msgspec.json.encode(value), indent=_UNIT).decode("utf-8")
    return indent(UNSAFE.sub(_escape, text), " " * _UNIT * level).lstrip(" ")


def _escape(match: re.Match[str]) -> str:
    """A character by its two or four bytes of UTF-16, as JSON writes them; ends of lines, which no
    text has in JSON, stay."""
    character = match.group()
    if character == "\n":
        return character
    digits = character.encode("utf-16-be").hex()
    return "".join(f"\\u{digits[at : at + 4]}" for at in range(0, len(digits), 4))
