"""Pick one of a list: type to narrow, enter to choose."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import ClassVar, NamedTuple, TypeVar

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.style import Style
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from hsmtui.model.matching import best_matches
from hsmtui.model.text import visible
from hsmtui.ui.dialogs.dialog import FRAME, Dialog, obey
from hsmtui.ui.dialogs.room import is_cut
from hsmtui.ui.host import AppHost
from hsmtui.ui.widgets.field import Field

_Result = TypeVar("_Result")

_TITLE = 6
"""Columns of the frame beside a title in it."""

_ALIGNED = 28
"""Cells up to which names are filled up, so that remarks stand one under the other."""

NO_MATCH = "Nothing matches: type other words, or fewer letters."

CURRENT = "current"
"""The remark on the choice that applies now, which starts highlighted."""


class Choice(NamedTuple):
    """Something to pick: what it stands for, its name, a remark, what is told of it in columns; its
    other name and its synonyms find it, too, and are not told."""

    value: str
    label: str
    remark: str = ""
    alias: str = ""
    columns: tuple[str, ...] = ()
    words: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """What finds it, its name first; of the synonyms each is as good as the first."""
        return (self.label, *self.columns, self.remark, f" {self.alias}", f" {self.words}")


def found_among(choices: Sequence[Choice], text: str, *, fuzzy: bool = True) -> list[Choice]:
    """The choices that hold all words of the text, in any order, the best first."""
    return [choices[n] for n in best_matches(text, [c.fields for c in choices], fuzzy=fuzzy)]


def label_cells(choices: Iterable[Choice]) -> int:
    """Cells of the widest name."""
    return max((cell_len(visible(choice.label)) for choice in choices), default=0)


_FRAME_LINES = 4
"""Lines of the screen that a list leaves to the frame of its dialog, and around it."""


class ChoiceList(OptionList):
    """The list of what is offered."""

    def fit(self) -> None:
        """Where it is all of a dialog: as tall as its lines, as far as the screen has room."""
        self.styles.height = min(self.option_count, max(1, self.app.size.height - _FRAME_LINES))

    def get_visual_style(self, *component_classes: str, partial: bool = False) -> Style:
        """Textual's own drops the reverse, which is all that shows the cursor on the terminal's
        own colours."""
        style = super().get_visual_style(*component_classes, partial=partial)
        is_current = "option-list--option-highlighted" in component_classes
        return style + Style(reverse=True) if is_current and self.app.native_ansi_color else style

    def on_click(self, event: events.Click) -> None:
        """Textual's own handler fails over a line that was there when it was drawn."""
        if event.style.meta.get("option", 0) >= self.option_count:
            event.prevent_default()
            event.stop()

    def action_page_up(self) -> None:
        self._page(-1)

    def action_page_down(self) -> None:
        self._page(1)

    def _page(self, way: int) -> None:
        """A page up or down; Textual's own fails while the list has not been drawn."""
        if self.highlighted is not None:
            to = self.highlighted + way * max(1, self.size.height)
            self.highlighted = max(0, min(to, self.option_count - 1))


class ListDialog(Dialog[_Result]):
    """A list is all of it, and has the focus."""

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield ChoiceList(compact=True, markup=False)

    @property
    def options(self) -> ChoiceList:
        """The list."""
        return self.query_one(ChoiceList)

    def on_resize(self) -> None:
        self.fit()

    def fit(self) -> None:
        """The screen has another size."""
        self.options.fit()

    def action_cursor_down(self) -> None:
        self.options.action_cursor_down()

    def action_cursor_up(self) -> None:
        self.options.action_cursor_up()


class Picker(Dialog[_Result]):
    """Offers choices, and with `free` also a text that names none of them.

    It is as wide as its widest choice, whatever is typed. `exact` offers only what holds the words
    as they stand: what is changed is never guessed. With `one_line` a long choice is cut.
    """

    OTHER_LINES: ClassVar = 6
    """Lines of the screen that the choices leave to all else."""

    LEAST: ClassVar = 56
    """Columns of the box, at least: so that a sentence has room in its frame."""

    def __init__(
        self,
        heading: str,
        choices: list[Choice],
        *,
        free: str = "",
        exact: bool = False,
        one_line: bool = False,
    ) -> None:
        super().__init__(heading)
        self.set_class(one_line, "one-line")
        self._choices = choices
        self._free = free
        self._is_exact = exact
        self._label_cells = label_cells(choices)
        self._shown: list[Choice] = []
        self._narrowed = ""

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield self.field()
            yield ChoiceList(compact=True, markup=False)

    def field(self) -> Input:
        """What is typed into."""
        return Field(placeholder="type to narrow", compact=True)

    def begin(self) -> None:
        self.query_one(OptionList).can_focus = False
        self._fit_width()
        self._narrow("")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._narrow(event.value)

    def _narrow(self, text: str) -> None:
        self._narrowed = text
        self._shown = self.choices_for(text)
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(_ChoiceOption(each, self.prompt(each)) for each in self._shown)
        if not self._shown:
            options.add_option(Option(Content.styled(self.empty_text(), "dim"), disabled=True))
        options.highlighted = self.default_index(text)
        self._fit()

    def choices_for(self, text: str) -> list[Choice]:
        """What there is to pick when this was typed."""
        free = self.free_choice(text)
        if found := found_among(self._choices, text, fuzzy=False):
            return [*found, *free]
        return self.without_whole([] if self._is_exact else found_among(self._choices, text), free)

    def without_whole(self, near: list[Choice], free: list[Choice]) -> list[Choice]:
        """What is offered where nothing holds the words as they stand."""
        return [*free, *near]

    def free_choice(self, text: str) -> list[Choice]:
        """The text itself, where it can be taken and names no choice."""
        typed = text.strip()
        named = {typed, typed.casefold()} & {choice.value for choice in self._choices}
        return [Choice(typed, typed, self._free)] if self._free and typed and not named else []

    def prompt(self, choice: Choice) -> Content:
        """How a choice is drawn."""
        label = visible(choice.label)
        if not choice.remark:
            return Content(label)
        blank = " " * max(0, min(self._label_cells, _ALIGNED) - cell_len(label))
        return Content.assemble(label, blank, (f"  {visible(choice.remark)}", "dim"))

    def empty_text(self) -> str:
        """What stands in place of the choices where there are none."""
        return NO_MATCH

    def default_index(self, text: str) -> int | None:
        """What enter takes: the choice whose whole name was typed, else the best match; where
        nothing is typed, the current one."""
        if not self._shown:
            return None
        needle = text.strip().casefold()
        wanted = (
            n
            for n, choice in enumerate(self._shown)
            if choice in self._choices
            and (choice.label.casefold() == needle if needle else choice.remark == CURRENT)
        )
        return next(wanted, 0)

    def on_resize(self) -> None:
        self._fit_width()
        self._fit()

    def _fit_width(self) -> None:
        widest = max(self.widest, cell_len(self.empty_text()))
        framed = max(cell_len(self._heading), cell_len(self.closing)) + _TITLE
        needed = max(self.LEAST, framed, widest + FRAME)
        self.query_one("#box").styles.width = min(needed, self.app.size.width)

    @property
    def widest(self) -> int:
        """Cells of the widest line of all choices."""
        return max((self.prompt(choice).cell_length for choice in self._choices), default=0)

    def _fit(self) -> None:
        """As tall as the choices, as long as the screen has room for them."""
        options = self.query_one(OptionList)
        options.styles.height = "auto"
        options.styles.max_height = max(1, self.size.height - self.OTHER_LINES)

    def on_key(self, event: events.Key) -> None:
        """The field has the focus; keys that move are the list's."""
        moves: dict[str, Callable[[ChoiceList], object]] = {
            "up": ChoiceList.action_cursor_up,
            "down": ChoiceList.action_cursor_down,
            "pageup": ChoiceList.action_page_up,
            "pagedown": ChoiceList.action_page_down,
        }
        obey(event, {key: partial(self.move, way) for key, way in moves.items()})

    def move(self, way: Callable[[ChoiceList], object]) -> None:
        """A key moves the cursor."""
        way(self.query_one(ChoiceList))

    @on(Input.Submitted)
    def _enter(self, event: Input.Submitted) -> None:
        """Take what was typed up to here: more may have been typed behind it."""
        if event.value != self._narrowed:
            self._narrow(event.value)
        options = self.query_one(OptionList)
        if options.highlighted is None:
            self.nothing_chosen()
        elif is_cut(options):
            self.say("The terminal is too small to show what is chosen")
        else:
            self.take(self._shown[options.highlighted])

    def nothing_chosen(self) -> None:
        """Enter was pressed where nothing matches."""

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        """Take what was clicked: the list may have been narrowed since."""
        if isinstance(event.option, _ChoiceOption):
            self.choose(event.option.choice)

    def take(self, choice: Choice) -> None:
        """Enter was pressed on a choice."""
        self.choose(choice)

    def choose(self, choice: Choice) -> None:
        """A choice was made."""
        raise NotImplementedError


class PickDialog(Picker[str]):
    """Answers with the value of the choice."""

    def choose(self, choice: Choice) -> None:
        self.dismiss(choice.value)


async def picked(
    app: AppHost, heading: str, choices: Sequence[Choice], *, free: str = "", exact: bool = True
) -> str | None:
    """The value of the choice that the person picks; None for none. Called in a worker."""
    dialog = PickDialog(heading, list(choices), free=free, exact=exact)
    return await app.push_screen_wait(dialog)


async def only_or_picked(app: AppHost, heading: str, choices: Sequence[Choice]) -> str | None:
    """The same; where there is only one choice nobody is asked."""
    return choices[0].value if len(choices) == 1 else await picked(app, heading, choices)


class _ChoiceOption(Option):
    """A line of the list, and the choice that it stands for."""

    def __init__(self, choice: Choice, prompt: Content) -> None:
        super().__init__(prompt)
        self.choice = choice
