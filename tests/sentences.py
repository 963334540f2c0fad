"""Every sentence that hsmtui can say, on one page: ``python -m tests.sentences`` prints it.

They are the texts of the source that have several words. § stands for what is put in at run time.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import hsmtui

HOUSE = Path(hsmtui.__file__).parent
LEAST_WORDS = 3
_NO_SENTENCE = re.compile(r"\\|\(\?|\[\\|\x1b|%\(|^\s*\S+ \| \S+\s*$|ansi_|Callable\[|\[str")
"""Patterns, escape sequences, formats of the log, types and styles."""
_LOOKED_FOR = "words"
"""What a command is found by, which nobody reads."""
_APART = ("demo", "private.py")
"""What is said to nobody: the texts of an invented estate, and reasons that the source gives."""


class Sentence(NamedTuple):
    """A text, and where it stands."""

    path: str
    line: int
    text: str


@cache
def sentences() -> tuple[Sentence, ...]:
    """Those of all files, in their order."""
    return tuple(_sentences())


def _sentences() -> Iterator[Sentence]:
    for path in sorted(HOUSE.rglob("*.py")):
        if not set(path.parts) & set(_APART):
            tree = ast.parse(path.read_text("utf-8"))
            found = sorted((line, text) for line, text in _texts(tree) if _is_said(text))
            name = str(path.relative_to(HOUSE))
            yield from (Sentence(name, line, text) for line, text in found)


def _texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The string constants that are no docstrings; a part of an f-string is not one by itself."""
    apart = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    apart |= {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == _LOOKED_FOR
    }
    joined = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    apart |= {id(value) for node in joined for value in node.values}
    for node in joined:
        parts = (part.value if isinstance(part, ast.Constant) else "§" for part in node.values)
        yield node.lineno, "".join(map(str, parts))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in apart:
            yield node.lineno, node.value


def _is_said(text: str) -> bool:
    words = [word for word in text.split() if any(map(str.isalpha, word))]
    return len(words) >= LEAST_WORDS and not _NO_SENTENCE.search(text)


def page() -> str:
    """All of them, under the file that each stands in."""
    lines: list[str] = []
    before = ""
    for path, line, text in sentences():
        if path != before:
            lines.append(f"\n{path}")
            before = path
        lines.append(f"{line:>5}  {' '.join(text.split())}")
    return "\n".join(lines)


if __name__ == "__main__":
    print(page())
