"""Each message of docs/troubleshooting.md is one of the code, and each error is there."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import hsmtui
from hsmtui.model import gates
from hsmtui.model.gates.gate import Gate, Reason
from tests.pages import doc

PACKAGE = Path(hsmtui.__file__).parent
PAGE = doc("troubleshooting")
MESSAGES = [row for row in re.findall(r"^\| `(.+?)` \|", PAGE.text, re.MULTILINE) if " " in row]
"""The first cells that are sentences."""
NAMES_A_TITLE = {"Explanation", "Mistake", "_refused"}
"""What is called with a title first."""
LEAST_LETTERS = 6


def pattern(node: ast.expr) -> str | None:
    """A regular expression for what a text or an f-string of the code becomes."""
    match node:
        case ast.Constant(value=str(text)):
            return re.escape(text)
        case ast.JoinedStr(values=parts):
            return "".join(
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else "(.+)"
                for part in parts
            )
    return None


def trees(*folders: str) -> Iterator[ast.AST]:
    for folder in folders:
        for file in sorted((PACKAGE / folder).glob("*.py")):
            yield ast.parse(file.read_text("utf-8"))


def texts() -> Iterator[re.Pattern[str]]:
    """Patterns of all texts of what can fail; not of those that hold hardly a word of their own."""
    for tree in trees("aws", "check", "config", "fleet", "model/gates", "."):
        for node in ast.walk(tree):
            made = pattern(node) if isinstance(node, ast.expr) else None
            if made and ("(.+)" not in made or _own_letters(made) >= LEAST_LETTERS):
                yield re.compile(made)


def _own_letters(made: str) -> int:
    return len(re.findall("[A-Za-z]", made))


def titles() -> set[str]:
    """Patterns of the titles of errors in aws/: given by name, as the first of a call, or kept in a
    variable of that name."""
    found: set[str | None] = set()
    for tree in trees("aws"):
        for node in ast.walk(tree):
            found |= {pattern(each) for value in _titles_of(node) for each in _branches(value)}
    return {each for each in found if each}


def _titles_of(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.Call(func=ast.Name(id=name), args=[first, *_]) if name in NAMES_A_TITLE:
            yield first
        case ast.Call(keywords=keywords):
            yield from (each.value for each in keywords if each.arg == "title")
        case ast.Assign(targets=[ast.Name(id="title")], value=value):
            yield value
        case ast.Assign(
            targets=[ast.Tuple(elts=[ast.Name(id="title"), *_])],
            value=ast.Tuple(elts=[value, *_]),
        ):
            yield value


def _branches(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.IfExp):
        yield from (*_branches(node.body), *_branches(node.orelse))
    else:
        yield node


def test_each_message_is_one_of_the_code() -> None:
    unknown = set(MESSAGES)
    for known in texts():
        unknown -= set(filter(known.fullmatch, unknown))
    assert unknown == set()


def test_each_error_is_explained() -> None:
    assert len(titles()) > 45
    missing = {each for each in titles() if not any(re.fullmatch(each, row) for row in MESSAGES)}
    assert missing == set()


def test_each_reason_for_a_blocked_dialog_is_explained() -> None:
    section = PAGE.section("## The dialog is blocked")
    explained = set(re.findall(r"^\| `(.+?)` \|", section, re.MULTILINE))
    reasons = {reason.value for reason in Reason}
    assert reasons - explained == set()
    assert explained - reasons <= words_of_gates()


def words_of_gates() -> set[str]:
    """What kinds of gates say in place of a reason."""
    for module in pkgutil.iter_modules(gates.__path__, f"{gates.__name__}."):
        importlib.import_module(module.name)
    return {words for kind in Gate.__subclasses__() for words in kind.WORDS.values()}
