"""Help: every key of this run and what it does, by tasks; narrowed by typing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from math import ceil
from typing import NamedTuple, TypeAlias

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from hsmtui.model.filter.term import KEYS
from hsmtui.model.matching import best_matches
from hsmtui.ui.commands.all_commands import COMMANDS
from hsmtui.ui.commands.command import (
    CLAIM,
    COMPARE,
    DELETE,
    DIALOG,
    ERRORS,
    FILTER,
    INITIALIZE,
    PICK,
    PLACES,
    SEARCH,
    SIGN_IN_SCOPE,
    SORT,
    TABLE_COLUMNS,
    TAGS,
    Command,
    Group,
)
from hsmtui.ui.commands.keymap import display_keys, first_key, keys_of
from hsmtui.ui.dialogs.commands import main_commands
from hsmtui.ui.dialogs.dialog import FRAME, Dialog, scroll_with
from hsmtui.ui.dialogs.pick import NO_MATCH
from hsmtui.ui.theme import KEY
from hsmtui.ui.widgets.field import Field

_KEYS = 13
"""Cells for keys."""

_GAP = "  "
"""What stands between keys and what they do."""

_BETWEEN = 3
"""Cells between two columns."""

_LEAST = 36
"""Cells of a column, at least, where all is to be seen at once; where not, more."""

_READABLE = 44

_OTHER_LINES = 4
"""Lines of the screen that frame and field take."""


class HelpLine(NamedTuple):
    """Keys, or what else is typed, what that does, and what else finds it; of a sign its style."""

    keys: str
    does: str
    words: str = ""
    style: str = KEY


class HelpSection(NamedTuple):
    """Lines under a heading."""

    title: str
    lines: Sequence[HelpLine]


class HelpOf(NamedTuple):
    """What help is about: the keys of the user, and whether the service may be asked."""

    remapped: Mapping[str, str]
    may_ask: bool = True

    def line(self, command: Command, does: str = "") -> HelpLine:
        """A command with its keys."""
        keys = display_keys(keys_of(command, self.remapped)) or "palette"
        return HelpLine(keys, does or command.help, command.words)

    def lines_of(self, scope: str, subject: str = "") -> list[HelpLine]:
        """The commands of a dialog; `subject` is said before each."""
        there = [c for c in COMMANDS if c.scope == scope and (self.may_ask or not c.asks)]
        return [self.line(each, f"{subject}{each.help}") for each in there]

    def at(self, ids: str, does: str) -> list[HelpLine]:
        """Some commands in a line, each with its first key; none where they may not ask."""
        commands = {command.id: command for command in main_commands(may_ask=self.may_ask)}
        found = [commands[each] for each in ids.split() if each in commands]
        keys = " ".join(first_key(each, self.remapped) for each in found)
        return [HelpLine(keys, does)] if found else []


def _tasks(of: HelpOf) -> Iterator[HelpSection]:
    # what everybody knows, such as the arrows, comes last in its group
    commands = sorted(main_commands(may_ask=of.may_ask), key=lambda command: not command.palette)
    for group in Group:
        yield HelpSection(group.value, [of.line(c) for c in commands if c.group is group])


def _details(of: HelpOf) -> Iterator[HelpSection]:
    yield HelpSection(
        "In the details",
        [
            *of.at("move.up move.down", "scroll; in HSMs and Backups: to the next"),
            *of.at("list.filter", "search in the text"),
            *of.lines_of(SEARCH, "while you type: "),
            *of.at("search.next search.previous", "next, previous match"),
            *of.at("hsm.delete hsm.replace", "in HSMs: delete, replace the HSM under the cursor"),
            *of.at(
                "backup.keep backup.copy backup.delete",
                "in Backups: keep, copy, delete the backup under the cursor",
            ),
            *of.at("list.next_page", "in Backups: load the next page"),
            *of.at("back", "back to the list"),
        ],
    )


PALETTE_WORDS = {
    "region": ("region.switch", "NAME", "go to a region"),
    "profile": ("profile.switch", "NAME", "go to a profile"),
    "scope": ("profile.switch", "NAME", "go to a scope of config.toml"),
    "sort": ("list.sort", "COLUMN", "sort; the same again reverses; service: the service's order"),
    "filter": ("list.filter", "TEXT", "filter the list"),
    "tab": ("details.tab", "NAME", "show a tab of the details"),
    "theme": ("app.theme", "NAME", "use a theme"),
}
"""The words behind which the palette takes an argument: whose, what stands there, what it does."""


def _palette(of: HelpOf) -> Iterator[HelpSection]:
    known = {command.id for command in main_commands(may_ask=of.may_ask)}
    words = [
        HelpLine(f"{word} {what}", does)
        for word, (command, what, does) in PALETTE_WORDS.items()
        if command in known
    ]
    keys = [
        HelpLine("tab", "complete what is highlighted"),
        HelpLine("↑ ↓", "in the empty line: earlier lines"),
    ]
    yield HelpSection("In the palette", [*words, *keys])


def _dialogs(of: HelpOf) -> Iterator[HelpSection]:
    yield HelpSection(
        "In the filter line",
        of.lines_of(FILTER),
    )
    yield HelpSection(
        "In a list to choose from",
        [
            HelpLine("letters", "narrow: words in any order"),
            HelpLine("↑ ↓ pgup pgdn", "move"),
            HelpLine("enter", "take the choice, or all that are marked"),
            *of.lines_of(PICK),
        ],
    )
    yield HelpSection("To choose columns", [*of.lines_of(SORT), *of.lines_of(TABLE_COLUMNS)])
    yield HelpSection("In a comparison", of.lines_of(COMPARE))
    yield HelpSection(
        "In the places",
        [HelpLine("enter", "list only here, or the marked ones"), *of.lines_of(PLACES)],
    )
    yield HelpSection(
        "In other dialogs",
        [
            *of.lines_of(DIALOG),
            *of.lines_of(TAGS, "tags: "),
            *of.lines_of(ERRORS, "errors: "),
            *(of.lines_of(SIGN_IN_SCOPE, "sign-in: ") if of.may_ask else []),
            *(of.lines_of(DELETE, "a cluster that has HSMs: ") if of.may_ask else []),
            *(of.lines_of(INITIALIZE, "to initialize: ") if of.may_ask else []),
            *(of.lines_of(CLAIM, "its certificates: ") if of.may_ask else []),
        ],
    )


def _filter(_: HelpOf) -> Iterator[HelpSection]:
    free = "any field, tag, HSM id, ENI or IP that has it"
    yield HelpSection(
        "What a filter can say",
        [
            HelpLine("text", free),
            HelpLine("one two", "both; each term must match"),
            HelpLine("key:x,y", "one of these"),
            HelpLine("!", "in front of a term: not"),
            *(HelpLine(f"{name}:", key.help) for name, key in KEYS.items()),
        ],
    )


def _signs(_: HelpOf) -> Iterator[HelpSection]:
    from hsmtui.ui.dialogs.legend import legend  # it reads the tables of certificates

    signs = [HelpLine(each.glyph, each.meaning, style=each.style) for each in legend()]
    yield HelpSection("Signs", signs)


SECTIONS: tuple[Callable[[HelpOf], Iterator[HelpSection]], ...] = (
    _tasks,
    _details,
    _palette,
    _dialogs,
    _filter,
    _signs,
)
"""What help consists of, in the order in which it is read."""


def help_sections(of: HelpOf) -> list[HelpSection]:
    """All sections of help."""
    return [section for make in SECTIONS for section in make(of)]


def narrowed_help(sections: Sequence[HelpSection], text: str) -> list[HelpSection]:
    """The lines that hold all words of the text, in their order."""
    every = [(section.title, line) for section in sections for line in section.lines]
    fields = [(line.does, line.keys, title, line.words) for title, line in every]
    kept = set(best_matches(text, fields))
    numbers = iter(range(len(every)))
    found = (
        HelpSection(title, [line for line in lines if next(numbers) in kept])
        for title, lines in sections
    )
    return [section for section in found if section.lines]


class HelpColumns(NamedTuple):
    """How many columns stand side by side, and how many cells each has."""

    number: int
    width: int

    @property
    def whole_width(self) -> int:
        """The cells of all."""
        return self.number * (self.width + _BETWEEN) - _BETWEEN


def fitting_columns(sections: Sequence[HelpSection], width: int, height: int) -> HelpColumns:
    """The fewest columns in which all is seen at once; where there are none, as many as are easy to
    read."""
    widest = max(_KEYS + len(_GAP) + len(e.does) for each in sections for e in each.lines)

    def of(number: int) -> HelpColumns:
        return HelpColumns(number, max(1, min(widest, (width + _BETWEEN) // number - _BETWEEN)))

    for number in range(1, max(1, (width + _BETWEEN) // (_LEAST + _BETWEEN)) + 1):
        if len(laid_out(sections, of(number), height)) <= height:
            return of(number)
    return of(max(1, (width + _BETWEEN) // (_READABLE + _BETWEEN)))


def laid_out(sections: Sequence[HelpSection], columns: HelpColumns, height: int) -> list[Content]:
    """The lines of the sections, in as few of the columns as the height asks for; where all are
    needed they are of about the same height."""
    blocks = [_block(section, columns.width) for section in sections]
    lines = sum(len(_joined(block)) + 1 for block in blocks)
    number = min(columns.number, max(1, ceil(lines / height)))
    while len(packed := _packed(blocks, height)) > number:
        if number < columns.number:
            number += 1
        else:
            height += 1
    return _side_by_side(packed, columns.width)


_Block: TypeAlias = list[list[Content]]
"""What is not torn apart: a heading with its first line, and each further line as it is wrapped."""


def _block(section: HelpSection, width: int) -> _Block:
    keys = min(_KEYS, max(len(line.keys) for line in section.lines))
    first, *more = (_wrapped(line, keys, width) for line in section.lines)
    return [[Content.styled(section.title, "bold underline"), *first], *more]


def _joined(block: _Block) -> list[Content]:
    return list(chain.from_iterable(block))


def _packed(blocks: Sequence[_Block], height: int) -> list[list[Content]]:
    """The blocks one after the other in columns of this height, with a blank line between two; a
    section goes on in the next column."""
    columns: list[list[Content]] = [[]]
    for block in blocks:
        between = [Content("")]
        for part in block:
            if columns[-1] and len(columns[-1]) + len(between) + len(part) > height:
                columns.append([])
            columns[-1] += [*(between if columns[-1] else []), *part]
            between = []
    return columns


def _wrapped(line: HelpLine, keys: int, width: int) -> list[Content]:
    words = Content(line.does)
    taken = max(keys, len(line.keys)) + len(_GAP) if keys else 0
    first, *more = words.wrap(max(8, width - taken))
    begin = (line.keys.ljust(taken), line.style)
    return [
        Content.assemble(begin, first),
        *(Content.assemble(" " * taken, each) for each in more),
    ]


def _side_by_side(columns: Sequence[Sequence[Content]], width: int) -> list[Content]:
    rows = []
    for at in range(max(map(len, columns), default=0)):
        cells = [column[at] if at < len(column) else Content("") for column in columns]
        padded = (
            Content.assemble(cell, " " * (width + _BETWEEN - cell.cell_length))
            for cell in cells[:-1]
        )
        rows.append(Content.assemble(*padded, cells[-1]))
    return rows


class HelpDialog(Dialog[None]):
    """All keys, and what can be typed; a field narrows them."""

    def __init__(self, sections: Sequence[HelpSection]) -> None:
        super().__init__("Help")
        self._sections = sections
        self._columns = HelpColumns(1, 1)

    def begin(self) -> None:
        self.on_resize()

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Field(placeholder="type to narrow: a key, or what you want to do", compact=True)
            with VerticalScroll(can_focus=False):
                yield Static(markup=False)

    def on_resize(self) -> None:
        width, height = self.app.size.width - FRAME, max(1, self.app.size.height - _OTHER_LINES)
        self._columns = fitting_columns(self._sections, width, height)
        least = min(width, len(NO_MATCH))
        self.query_one("#box").styles.width = max(least, self._columns.whole_width) + FRAME
        self.query_one(VerticalScroll).styles.max_height = height
        self._show()

    @on(Input.Changed)
    def _show(self) -> None:
        """The lines that what was typed leaves, in columns that do not depend on it."""
        height = max(1, self.app.size.height - _OTHER_LINES)
        found = narrowed_help(self._sections, self.query_one(Input).value)
        lines = (
            laid_out(found, self._columns, height) if found else [Content.styled(NO_MATCH, "dim")]
        )
        scroll = self.query_one(VerticalScroll)
        scroll.query_one(Static).update(Content("\n").join(lines))
        scroll.scroll_home(animate=False)

    def on_key(self, event: events.Key) -> None:
        """The field has the focus; keys that move are the text's."""
        scroll_with(event, self.query_one(VerticalScroll))
