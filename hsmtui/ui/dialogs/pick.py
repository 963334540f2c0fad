"""Pick one of a list: type to narrow, enter to choose."""

from collections.abc import Callable
from typing import ClassVar, NamedTuple, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.style import Style
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from hsmtui.model.text import visible
from hsmtui.ui.dialogs.dialog import Dialog
from hsmtui.ui.dialogs.room import is_cut

_Result = TypeVar("_Result")

CURRENT = "current"
"""The remark on the choice that applies now, which starts highlighted."""


class Choice(NamedTuple):
    """Something to pick: what it stands for, its name, a remark, what else finds it, and what is
    told of it in columns."""

    value: str
    label: str
    remark: str = ""
    alias: str = ""
    columns: tuple[str, ...] = ()


class ChoiceList(OptionList):
    """The list of what is offered."""

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


class Picker(Dialog[_Result]):
    """Offers choices, and with `free` also a text that names none of them."""

    OTHER_LINES: ClassVar = 8
    """Lines of the screen that the choices leave to all else."""

    def __init__(self, heading: str, choices: list[Choice], *, free: str = "") -> None:
        super().__init__(heading)
        self._choices = choices
        self._free = free
        self._shown: list[Choice] = []
        self._narrowed = ""

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield self.field()
            yield ChoiceList(compact=True, markup=False)

    def field(self) -> Input:
        """What is typed into."""
        return Input(placeholder="type to narrow", compact=True)

    def begin(self) -> None:
        self.query_one(OptionList).can_focus = False
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
        needle = text.strip().casefold()
        choices = [
            choice
            for choice in self._choices
            if any(
                needle in part.casefold() for part in (choice.label, choice.remark, choice.alias)
            )
        ]
        return [*choices, *self.free_choice(text)]

    def free_choice(self, text: str) -> list[Choice]:
        """The text itself, where it can be taken and names no choice."""
        needle = text.strip().casefold()
        if self._free and needle and needle not in {choice.value for choice in self._choices}:
            return [Choice(text.strip(), text.strip(), self._free)]
        return []

    def prompt(self, choice: Choice) -> Content:
        """How a choice is drawn."""
        remark = f"  {visible(choice.remark)}" if choice.remark else ""
        return Content.assemble(visible(choice.label), (remark, "dim"))

    def empty_text(self) -> str:
        """What stands in place of the choices where there are none."""
        return "nothing matches"

    def default_index(self, text: str) -> int | None:
        """What enter takes: the choice whose whole name was typed, else the current one."""
        needle = text.strip().casefold()
        whole = [
            n
            for n, choice in enumerate(self._shown)
            if choice in self._choices and choice.label.casefold() == needle
        ]
        current = [n for n, choice in enumerate(self._shown) if choice.remark == CURRENT]
        return next(iter((*whole, *current)), 0) if self._shown else None

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        """As tall as the choices, as long as the screen has room for them."""
        room = max(1, self.size.height - self.OTHER_LINES)
        self.query_one(OptionList).styles.height = max(1, min(len(self._shown), room))

    def on_key(self, event: events.Key) -> None:
        """The field has the focus; keys that move are the list's."""
        moves: dict[str, Callable[[ChoiceList], object]] = {
            "up": ChoiceList.action_cursor_up,
            "down": ChoiceList.action_cursor_down,
            "pageup": ChoiceList.action_page_up,
            "pagedown": ChoiceList.action_page_down,
        }
        if event.key in moves:
            event.stop()
            event.prevent_default()
            self.move(moves[event.key])

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
            return
        if is_cut(options):
            self.say("The terminal is too small to show what is chosen")
        else:
            self.take(self._shown[options.highlighted])

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


class _ChoiceOption(Option):
    """A line of the list, and the choice that it stands for."""

    def __init__(self, choice: Choice, prompt: Content) -> None:
        super().__init__(prompt)
        self.choice = choice
