"""Pick one or several of a list, which is shown in columns."""

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Input, OptionList

from hsmtui.model.text import visible
from hsmtui.ui.commands.all_commands import COMMANDS
from hsmtui.ui.commands.command import PICK
from hsmtui.ui.commands.keymap import bindings, key_of, keys_of
from hsmtui.ui.dialogs.dialog import FRAME
from hsmtui.ui.dialogs.pick import Choice, ChoiceList, Picker, found_among
from hsmtui.ui.theme import MARK, clip
from hsmtui.ui.widgets.field import Field

_FRAME = FRAME + 1
"""Columns that the frame, the sign of a mark and a scroll bar take of the box."""

WITHOUT_END = 1_000_000
"""Columns of a terminal in which everything has room."""

_GAP = "  "


class _LastMark(NamedTuple):
    """What was typed when something was marked, and the mark that would be a blank if it is not one
    but stands between two words."""

    text: str
    doubtful: str | None


class PickSeveralDialog(Picker[tuple[str, ...]]):
    """Answers with the values that were marked, in that order, or with the one that was chosen.

    Letters are typed into the field until a key moves in the list: then `a`, `j` and `k` are
    commands, and any other letter is typed again. A blank marks. What is typed after it is a
    further word where both together find something, and the blank stood between two words; else it
    is a new text, and the mark stays. `least` has for each column the columns of the terminal below
    which it is not cut: sooner the last ones are left out.
    """

    BINDINGS: ClassVar = bindings(PICK)

    def __init__(
        self, heading: str, choices: list[Choice], *, least: Sequence[int], free: str = ""
    ) -> None:
        super().__init__(heading, choices, free=free)
        self._least = least
        self._marks: dict[str, Choice] = {}
        self._last = _LastMark("", None)
        self._is_in_list = False
        self._widths: list[int] = []

    @property
    def closing(self) -> str:
        every = "pick.list_mark_all" if self._is_in_list else "pick.mark_all"
        keys = (("pick.mark", "mark"), (every, "all shown"))
        words = [f"{key_of(command, self.remapped)} {does}" for command, does in keys]
        return " · ".join([*words, super().closing])

    @property
    def marked(self) -> list[Choice]:
        """What is marked, in the order of the marks."""
        return [each for each in self._marks.values() if self._is_marked(each)]

    def _is_marked(self, choice: Choice) -> bool:
        has_more = self._narrowed != self._last.text
        return choice.value in self._marks and not (
            has_more and choice.value == self._last.doubtful
        )

    @property
    def _has_marks(self) -> bool:
        return any(map(self._is_marked, self._marks.values()))

    # What is offered

    def choices_for(self, text: str) -> list[Choice]:
        typed = [each for each in self._marks.values() if each not in self._choices]
        if not text.strip():
            return [*self._choices, *typed]
        return super().choices_for(text)

    def free_choice(self, text: str) -> list[Choice]:
        """The text itself, where it names no choice; several words are no name."""
        several = " " in text.strip() and found_among(self._choices, text, fuzzy=False)
        return [] if several else super().free_choice(text)

    def without_whole(self, near: list[Choice], free: list[Choice]) -> list[Choice]:
        return [*near, *free]

    # How it is drawn

    def _narrow(self, text: str) -> None:
        self._is_in_list = False
        words = self._read(text)
        if words != text:
            field = self.query_one(Input)
            field.value, field.cursor_position = words, len(words)
        self._fit_columns()
        super()._narrow(words)
        self._tell()

    def on_resize(self) -> None:
        super().on_resize()
        self._fit_columns()
        self._draw()

    @property
    def widest(self) -> int:
        widths = fitted(self._lines, self._least, WITHOUT_END)
        remarks = [cell_len(visible(each.remark)) for each in self._choices if not each.columns]
        beside = widths[0] + len(_GAP) + max(remarks, default=0) if widths else 0
        return 1 + max(_needed(widths), beside)

    @property
    def _lines(self) -> list[tuple[str, ...]]:
        lines = [_cells(choice) for choice in self._choices if choice.columns]
        return [*lines, *((visible(choice.label),) for choice in self._choices)]

    def _fit_columns(self) -> None:
        self._widths = fitted(self._lines, self._least, self.app.size.width - _FRAME)

    def prompt(self, choice: Choice) -> Content:
        mark = MARK if self._is_marked(choice) else " " if self._has_marks else ""
        cells = _cells(choice)
        name = clip(cells[0], self._name_width(choice)) if self._widths else cells[0]
        if choice.columns:
            rest = [clip(*each) for each in zip(cells[1:], self._widths[1:], strict=False)]
        else:
            rest = [visible(choice.remark)]
        more = "".join(_GAP + each for each in rest if each).rstrip()
        return Content.assemble(mark, name if more else name.rstrip(), (more, "dim"))

    def _name_width(self, choice: Choice) -> int:
        """The width of the first column, or of a name that was typed: it is not cut."""
        is_typed = choice not in self._choices
        return max(self._widths[0], cell_len(visible(choice.label)) if is_typed else 0)

    def _draw(self) -> None:
        """Draw the choices that are shown again; cursor and scroll stay."""
        options = self.query_one(OptionList)
        for at, choice in enumerate(self._shown):
            prompt = self.prompt(choice)
            if options.get_option_at_index(at).prompt != prompt:
                options.replace_option_prompt_at_index(at, prompt)
        self._tell()

    def _tell(self) -> None:
        """Say in the frame how many are marked, and what the keys do now."""
        number = len(self.marked)
        self.set_class(bool(number), "marked")
        for box in self.query("#box"):
            many = f" · {number} marked, enter takes {'them' if number > 1 else 'it'}"
            box.border_title = Content(self._heading + (many if number else ""))
        self.tell_keys()

    # Marking

    def _read(self, text: str) -> str:
        """What was typed, as words: what follows a mark is a further word, or a new text."""
        before, more = self._last.text, text[len(self._last.text) :].lstrip()
        if not text.startswith(before):
            self._last = _LastMark(text, None)
        elif before and more:
            words = f"{before} {more}"
            if found_among(self._choices, words, fuzzy=False):
                return words
            self._last = _LastMark("", None)
            return more
        return text

    def _settle(self) -> str:
        """Nothing that was typed is in doubt any more; the text."""
        text = self.query_one(Input).value
        if text != self._narrowed:
            self._narrow(text)  # a key was faster than what tells of the one before
        self._marks = {each.value: each for each in self.marked}
        has_more = self._narrowed != self._last.text
        self._last = _LastMark("" if has_more else self._last.text, None)
        return self._narrowed

    def field(self) -> Input:
        return _MarkField(self.is_command, placeholder="type to narrow", compact=True)

    def is_command(self, key: str) -> bool:
        """Whether a key is no text now: its default, for Textual asks before it maps the user's."""
        now = (c for c in COMMANDS if c.scope == PICK and self.check_action(c.action, ()))
        return any(key in keys_of(command, {}) for command in now)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In the field the keys of the list are text."""
        return self._is_in_list if action.startswith("list_") else True

    def action_mark(self) -> None:
        typed = self.query_one(Input).value
        is_word = not self._is_in_list and typed.strip() and typed != self._last.text
        text = self._settle()
        options = self.query_one(OptionList)
        if options.highlighted is None or options.highlighted >= len(self._shown):
            return
        choice = self._shown[options.highlighted]
        is_marked = self._toggle([choice])
        self._last = _LastMark(text, choice.value if is_word and is_marked else None)
        self._is_in_list = not is_word
        if options.highlighted < len(self._shown) - 1:
            options.action_cursor_down()
        self._draw()

    def action_mark_all(self) -> None:
        text = self._settle()
        self._toggle(self.all_of(self._shown))
        self._last = _LastMark(text, None)
        self._draw()

    def action_list_mark_all(self) -> None:
        self.action_mark_all()

    def all_of(self, shown: list[Choice]) -> list[Choice]:
        """What is marked where all that is shown is to be marked: not what is only typed."""
        return [choice for choice in shown if choice in self._choices] or shown

    def _toggle(self, choices: Iterable[Choice]) -> bool:
        """Mark these; where all of them are marked, take the marks away. Whether they are now."""
        wanted = {each.value: each for each in choices}
        if is_new := not wanted.keys() <= self._marks.keys():
            self._marks |= wanted
        else:
            self._marks = {v: each for v, each in self._marks.items() if v not in wanted}
        return is_new

    def action_change_side(self) -> None:
        if self._is_in_list:
            self._is_in_list = False
            self._tell()
        else:
            self._to_list()

    def _to_list(self) -> None:
        self._settle()
        self._is_in_list = True
        self._tell()

    def action_list_move(self, way: int) -> None:
        self.move(OptionList.action_cursor_down if way > 0 else OptionList.action_cursor_up)

    def move(self, way: Callable[[ChoiceList], object]) -> None:
        """What moves the cursor is in the list."""
        self._to_list()
        super().move(way)

    # Choosing

    def take(self, choice: Choice) -> None:
        """Enter takes what is marked, else the choice under the cursor."""
        self.dismiss(tuple(each.value for each in self.marked) or (choice.value,))

    def choose(self, choice: Choice) -> None:
        """A click takes one; where something is marked it marks."""
        if self.marked:
            self._settle()
            self._toggle([choice])
            self._draw()
        else:
            self.dismiss((choice.value,))


class _MarkField(Field):
    """A field in which some keys are commands, although they write."""

    def __init__(
        self, is_command: Callable[[str], bool], *, placeholder: str, compact: bool
    ) -> None:
        super().__init__(placeholder=placeholder, compact=compact)
        self._is_command = is_command

    def check_consume_key(self, key: str, character: str | None) -> bool:
        return super().check_consume_key(key, character) and not self._is_command(key)


def _cells(choice: Choice) -> tuple[str, ...]:
    """The name, what is told in columns, and the remark."""
    cells = (choice.label, *choice.columns, choice.remark)
    return tuple(visible(cell) for cell in cells)


def fitted(lines: Sequence[Sequence[str]], least: Sequence[int], room: int) -> list[int]:
    """How wide each column is so that all fit into so many columns of the terminal.

    A column is as wide as its widest cell. The widest of those that are wider than their `least`
    are cut; where that is not enough the last columns are left out, and at last the first is cut.
    """
    number = max((len(line) for line in lines), default=0)
    natural = [max(cell_len(line[n]) for line in lines if n < len(line)) for n in range(number)]
    cut = (_cut(natural[:first], least, room) for first in range(number, 1, -1))
    whole = (widths for widths in cut if _needed(widths) <= room)
    return next(whole, [min(width, max(0, room)) for width in natural[:1]])


def _cut(widths: list[int], least: Sequence[int], room: int) -> list[int]:
    while _needed(widths) > room:
        wide = [n for n, (width, low) in enumerate(zip(widths, least, strict=False)) if width > low]
        if not wide:
            break
        widths[max(wide, key=widths.__getitem__)] -= 1
    return widths


def _needed(widths: Sequence[int]) -> int:
    shown = [width for width in widths if width]
    return sum(shown) + len(_GAP) * (len(shown) - 1)
