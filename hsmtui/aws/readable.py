"""What a server or a proxy wrote, as a person reads it."""

import html
import re

LONGEST = 600
"""Characters of an error that are shown: eight lines of a narrow terminal."""

_LOOKED_AT = 10_000
"""Characters of a page that are searched for words."""

_MARKUP = re.compile(r"(?is)<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1>|\Z)|<[^>]*(?:>|\Z)")


def readable(text: str) -> str:
    """The words of a text, on one line and not too many; of a page, those that are seen."""
    start = text[:_LOOKED_AT]
    if start.lstrip().startswith("<"):
        start = html.unescape(_MARKUP.sub(" ", start))
    words = " ".join(start.split())
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"
