"""Text from outside, made safe to draw: what acts on a terminal or hides is spelled out."""

import re

UNSAFE = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u00ad\u061c\u180e"  # soft hyphen, Arabic letter mark, Mongolian vowel separator
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero-width, separators, bidirectional controls
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb"  # variation selectors, byte order mark, annotations
    "\ud800-\udfff"  # lone surrogates, which no terminal encoding can carry
    "\U000e0000-\U000e0fff"  # tags and more variation selectors
    "]"
)
"""A character that acts on a terminal, or hides."""

_HALVES = re.compile("[\ud800-\udfff]")


def visible(text: str) -> str:
    """The text on one line with control, zero-width and bidirectional characters as escapes.

    An escape is Python's own spelling: ``\\x1b``, ``\\u202e``. All else stays as it is.
    """
    if text.isascii() and text.isprintable():
        return text
    return UNSAFE.sub(lambda match: _escape(match.group()), text)


def encodable(text: str) -> str:
    """The text with halves of characters, which UTF-8 cannot carry, as escapes."""
    if text.isascii():
        return text
    return _HALVES.sub(lambda match: _escape(match.group()), text)


def shortened(text: str, length: int) -> str:
    """The text in so many characters at most, the last of them an ellipsis where it is cut."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def shortened_inside(text: str, length: int) -> str:
    """The text in so many characters at most; where it is longer its middle is an ellipsis."""
    if len(text) <= length:
        return text
    return f"{text[: length // 2]}…{text[len(text) - (length - 1) // 2 :]}"


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def cluster_count(number: int, *, has_more: bool = False) -> str:
    """So many clusters in words, such as ``1 cluster`` or ``25+ clusters`` where there are more."""
    plus = "+" if has_more else ""
    return f"{number}{plus} cluster{'' if number == 1 and not has_more else 's'}"


def account_number(account: str) -> str:
    """An account id in groups of four, as the AWS console writes it."""
    shown = visible(account)
    if len(shown) == 12 and shown.isdecimal():
        return f"{shown[:4]}-{shown[4:8]}-{shown[8:]}"
    return shown
