"""A command line as bash has it: its words without their quotes, and a text with quotes again."""

import re
from typing import Final, NamedTuple

_PIECE: Final = re.compile(
    r"""\\(?P<escaped>.?)|'(?P<single>[^']*)(?P<single_end>'?)|"""
    r""""(?P<double>(?:\\.|[^"\\])*)\\?(?P<double_end>"?)|"""
    r"""(?P<operator>\d*[<>][<>&|]*|[|&;]+)|(?P<blank>\s+)|(?P<bare>.)""",
    re.DOTALL,
)
_ESCAPED_IN_DOUBLE: Final = re.compile(r"""\\(["\\$`])""")
_NOT_BARE: Final = re.compile(r"[^\w@%+=:,./-]")


class LineWord(NamedTuple):
    """A word of the line: what it means, as it is written, and the quote that is still open.

    `is_redirected` says that it names the file of a redirection.
    """

    text: str = ""
    raw: str = ""
    quote: str = ""
    is_redirected: bool = False


def split_line(line: str) -> list[LineWord]:
    """The words of a simple command up to the cursor; the last is the one at the cursor."""
    words = [LineWord()]
    for piece in _PIECE.finditer(line):
        if piece["operator"]:
            redirects = "<" in piece[0] or ">" in piece[0]
            words.append(LineWord(is_redirected=redirects))
        elif piece["blank"]:
            words.append(LineWord(is_redirected=words[-1].is_redirected and not words[-1].raw))
        else:
            words[-1] = _with(words[-1], piece)
    return [word for word in words[:-1] if word.raw] + words[-1:]


def _with(word: LineWord, piece: re.Match[str]) -> LineWord:
    text, quote = piece["bare"] or piece["escaped"] or "", ""
    if piece["single"] is not None:
        text, quote = piece["single"], "" if piece["single_end"] else "'"
    elif piece["double"] is not None:
        text = _ESCAPED_IN_DOUBLE.sub(r"\1", piece["double"])
        quote = "" if piece["double_end"] else '"'
    return LineWord(word.text + text, word.raw + piece[0], quote, word.is_redirected)


def quoted(text: str, quote: str = "") -> str:
    """The text as bash reads it where this quote is open already, without the end of the quote.

    Nothing in it is expanded, not even by the history.
    """
    if quote == "'":
        return text.replace("'", "'\\''")
    if quote == '"':
        return re.sub(r'(["\\$`])', r"\\\1", text).replace("!", '"\\!"')
    return _NOT_BARE.sub(r"\\\g<0>", text)


def replacement(text: str, quote: str) -> str:
    """The text for readline, which ends the open quote unless that character is there already."""
    written = quoted(text, quote)
    return written + quote if quote and written.endswith(quote) else written
