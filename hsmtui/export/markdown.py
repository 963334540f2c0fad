"""Text from outside in a Markdown page: it is read as text, by whatever draws the page."""

import re
from collections.abc import Iterable, Sequence

from hsmtui.model.text import visible

_TIME_OR_NUMBER = r"(?:\d\d:\d\d(?::\d\d)?|\d+(?:\.\d+)+)[,;.]?(?!\S)"
_RISKY_WORD = (
    r"(?:"
    r"\A(?:[-+=:]\S*|\d+[.)](?!\S))"  # marks of a list or a heading, where a line starts
    rf"|(?<!\S)(?!{_TIME_OR_NUMBER})\S*?"
    r"(?:[\\`*_\[\]<>&~$^{}#@|]|--|\+\+|=="  # marks, HTML, mentions
    r"|[:.](?=\S))"  # addresses, which are made links although escaped
    r"\S*(?<![,;:.])"
    r")"
)
_RISKY = re.compile(rf"{_RISKY_WORD}(?:\s+{_RISKY_WORD})*")
_BACKTICKS = re.compile("`+")
_PIPE = "&#124;"


def escaped(text: str) -> str:
    """The text on one line as Markdown that renders as `visible` shows it.

    Words that might be read as markup, or be made a link, stand as code: a backslash does not keep
    every renderer from that.
    """
    shown = visible(text)
    body = shown.strip()
    at = shown.find(body)
    before, after = shown[:at], shown[at + len(body) :]
    return _blanks(before) + _RISKY.sub(lambda match: code(match.group()), body) + _blanks(after)


def code(text: str) -> str:
    """The text on one line as code."""
    return _PIPE.join(_span(piece) for piece in visible(text).split("|"))


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of texts, which are escaped here; it ends with a line break."""
    lines = [_row(headers), "|" + " --- |" * len(headers), *map(_row, rows)]
    return "\n".join(lines) + "\n"


def fenced(text: str, language: str = "") -> str:
    """Lines as a block of code; it ends with a line break."""
    fence = "`" * max(3, 1 + _longest_run(text))
    lines = "\n".join(map(visible, text.rstrip("\n").split("\n")))
    return f"{fence}{language}\n{lines}\n{fence}\n"


def _row(cells: Iterable[str]) -> str:
    return "".join(f"| {escaped(cell)} " for cell in cells) + "|"


def _span(piece: str) -> str:
    """A piece without pipes, which would end a cell of a table, as code."""
    if not piece:
        return ""
    if piece.isspace():
        return _blanks(piece)
    fence = "`" * (1 + _longest_run(piece))
    edges = (piece[0], piece[-1])
    pad = " " if "`" in edges or edges == (" ", " ") else ""
    return f"{fence}{pad}{piece}{pad}{fence}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(text)), default=0)


def _blanks(text: str) -> str:
    """Blanks at an edge, which would be lost or make a block of code."""
    return "".join(f"&#{ord(blank)};" for blank in text)
