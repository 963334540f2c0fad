"""The manual page, made from the parser: ``python -m tests.manual_page`` writes docs/hsmtui.1."""

import argparse
import re
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

from hsmtui import __version__
from hsmtui.command_line.arguments import command_parser
from hsmtui.command_line.parser import CommandParser

PAGE = Path(__file__).parents[1] / "docs" / "hsmtui.1"

_PLAIN = {"…": "...", "→": "->"}
_SEE_ALSO = (("aws", "1"), ("tmux", "1"), ("less", "1"))


def manual_page() -> str:
    """The page in the man macros of roff, in ASCII."""
    main = command_parser()
    lines = [
        f'.TH HSMTUI 1 "" "hsmtui {__version__}" "User Commands"',
        *_section("name", ["hsmtui \\- " + _text("a terminal control room for AWS CloudHSM v2")]),
        *_section("synopsis", _synopsis(main)),
        *_section("description", _lines(main.description or "")),
        *_section("options", _groups(main, "commands")),
        *_section("commands", _commands(main)),
    ]
    for section in main.notes.sections():
        lines += _section(section.title, _entries(section.entries))
    lines += _section("see also", [_references()])
    return "\n".join(lines) + "\n"


def _section(title: str, lines: Iterable[str]) -> list[str]:
    first, *rest = lines
    return [f".SH {title.upper()}", *([] if first == ".PP" else [first]), *rest]


def _synopsis(main: CommandParser) -> Iterator[str]:
    for number, parser in enumerate((main, *main.commands.values())):
        if number:
            yield ".br"
        name, *takes = (parser.usage or "").split(" ")
        yield f".B {_text(name)}"
        yield from _lines(" ".join(takes))


def _commands(main: CommandParser) -> Iterator[str]:
    """Each command as a subsection: description, options, notes."""
    for parser in main.commands.values():
        yield f'.SS "{_text(parser.prog)}"'
        yield from _lines(parser.description or "")
        yield from _groups(parser, "more")
        for section in parser.notes.sections():
            yield from _heading(section.title)
            yield from _entries(section.entries)


def _groups(parser: CommandParser, left_out: str) -> Iterator[str]:
    """The options in their groups, but for one group."""
    for title, actions in parser.groups:
        if title != left_out:
            yield from _heading(title)
            for action in actions:
                yield from _term(_invocation(action), action.help or "")


def _heading(title: str) -> Iterator[str]:
    yield from (".PP", f".I {_text(title.capitalize())}")


def _invocation(action: argparse.Action) -> str:
    """The names of an option, and what stands for its value, in the fonts of manual pages."""
    value = action.metavar or ""
    if not action.option_strings:
        return f"\\fI{_text(str(value or action.dest))}\\fR"
    names = ", ".join(f"\\fB{_text(name)}\\fR" for name in action.option_strings)
    return f"{names} \\fI{_text(str(value))}\\fR" if value else names


def _entries(entries: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, text in entries:
        yield from _term(f"\\fB{_text(name)}\\fR", text)


def _term(invocation: str, text: str) -> Iterator[str]:
    yield from (".TP", invocation, *_lines(text))


def _references() -> str:
    return ", ".join(f"\\fB{name}\\fR({section})" for name, section in _SEE_ALSO)


def _lines(text: str) -> list[str]:
    """A paragraph in lines that are no longer than manual pages have them."""
    return textwrap.wrap(_text(text), 78, break_on_hyphens=False, break_long_words=False)


def _text(text: str) -> str:
    """Text that roff prints as it is."""
    plain = "".join(_PLAIN.get(each, each) for each in text)
    assert plain.isascii(), plain
    escaped = plain.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return re.sub(r"^\.", r"\\&.", escaped.replace("~", "\\(ti").replace("^", "\\(ha"))


if __name__ == "__main__":
    PAGE.write_text(manual_page(), encoding="utf-8")
