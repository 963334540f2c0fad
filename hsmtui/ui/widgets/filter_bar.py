"""The line that a filter is typed into; under it what the word may become, or what is wrong."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from hsmtui.model.filter.completion import MOST_CHOICES, ValuesOf, completions
from hsmtui.model.filter.line_choices import LineChoices, earlier_lines
from hsmtui.model.filter.query import Query, QueryError, parse
from hsmtui.ui.commands.command import FILTER
from hsmtui.ui.commands.keymap import bindings, key_of, remapped_in
from hsmtui.ui.theme import clip
from hsmtui.ui.widgets.field import Field


class FilterField(Field):
    """The field itself."""

    class Taken(Message):
        """The cursor was to go beyond the end: what stands there is meant."""

    def action_cursor_right(self, select: bool = False) -> None:
        if not select and self.cursor_position == len(self.value):
            self.post_message(self.Taken())
        super().action_cursor_right(select)


class _Choosing(NamedTuple):
    """What the line is one of: of what its word may become, or of the earlier filters."""

    completing: LineChoices | None = None
    recalling: LineChoices | None = None


_TYPED = _Choosing()


class FilterBar(Vertical):
    """Says what is typed as a Query while it can be read as one, and shows why where it cannot.

    `values_of` gives the values of a key that are known.
    """

    class Typed(Message):
        """The text has become another query."""

        def __init__(self, query: Query) -> None:
            super().__init__()
            self.query = query

    class Submitted(Message):
        """Enter: the query is to be asked of the service too."""

        def __init__(self, query: Query) -> None:
            super().__init__()
            self.query = query

    class Left(Message):
        """Escape: what was typed is not meant."""

    BINDINGS: ClassVar = bindings(FILTER)

    def __init__(self, values_of: ValuesOf, *, id: str) -> None:
        super().__init__(id=id)
        self._values_of = values_of
        self._opened = ""
        self._earlier: Sequence[str] = ()
        self._choosing = _TYPED
        self._choices: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        yield FilterField(
            placeholder="text  state:ACTIVE  severity:high  tag:KEY=VALUE  !…", compact=True
        )
        yield Static(id="filter-help", markup=False)
        yield Static(id="filter-error", markup=False)

    @property
    def _field(self) -> FilterField:
        return self.query_one(FilterField)

    def open(self, text: str, earlier: Sequence[str] = ()) -> None:
        """Show the line with this text in it and take the keys; `earlier` filters can be called
        up, the newest first."""
        self.display = True
        self._opened, self._earlier = text, earlier
        self._write((text, len(text)))
        self.screen.set_focus(self._field)  # at once: the next key may have come with this one

    def action_leave(self) -> None:
        self.post_message(self.Left())

    def action_apply(self) -> None:
        query = self._parse(self._field.value)
        if query is not None:
            self.post_message(self.Submitted(query))

    def action_complete(self, way: int) -> None:
        """Put what the word may become into the line, one after the other."""
        completing = self._standing(self._choosing.completing)
        if completing is None:
            text, cursor = self._stand
            found = completions(text, cursor, self._values_of)
            lines = (found.line(text, choice) for choice in found.choices)
            completing = LineChoices((self._stand, *lines), round=True)
            self._choices = found.choices
        if not self._choices:
            return
        completing = completing.step(way)
        alone = len(self._choices) == 1  # what follows is completed next
        self._narrow_to(completing.now, _TYPED if alone else _Choosing(completing=completing))

    def action_recall(self, way: int) -> None:
        """Put an earlier filter into the line, or a later one, or what was typed."""
        before = self._standing(self._choosing.recalling)
        before = before or earlier_lines(self._field.value, self._opened, self._earlier)
        recalling = before.step(way)
        if recalling.at != before.at:
            self._narrow_to(recalling.now, _Choosing(recalling=recalling))

    @property
    def _stand(self) -> tuple[str, int]:
        return self._field.value, self._field.cursor_position

    def _standing(self, choices: LineChoices | None) -> LineChoices | None:
        """These, where the line is as one of them has left it."""
        return choices if choices is not None and choices.now == self._stand else None

    def _narrow_to(self, line: tuple[str, int], choosing: _Choosing) -> None:
        query = self._write(line, choosing)
        if query is not None:
            self.post_message(self.Typed(query))

    def _write(self, line: tuple[str, int], choosing: _Choosing = _TYPED) -> Query | None:
        """Have this in the line, as one of the choices that are gone through."""
        with self._field.prevent(Input.Changed):
            self._field.value, self._field.cursor_position = line
        return self._take(line[0], choosing)

    def _take(self, text: str, choosing: _Choosing = _TYPED) -> Query | None:
        self._choosing = choosing
        if choosing.completing is None:
            self._choices = completions(*self._stand, self._values_of).choices
        query = self._parse(text)
        self._draw_help()
        return query

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        query = self._take(event.value)
        if query is not None:
            self.post_message(self.Typed(query))

    @on(FilterField.Taken)
    def _taken(self, event: FilterField.Taken) -> None:
        """What was completed is meant: its values come next."""
        event.stop()
        self._take(self._field.value)

    @on(Input.Submitted)
    def _submit(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_apply()

    def _parse(self, text: str) -> Query | None:
        """The text as a query; where it is none, the reason is shown and nothing else changes."""
        error, helps = self.query_one("#filter-error", Static), self.query_one("#filter-help")
        try:
            query = parse(text)
        except QueryError as problem:
            error.update(str(problem))
            error.display, helps.display = True, False
            return None
        error.display, helps.display = False, True
        return query

    # Help

    def on_resize(self) -> None:
        self._draw_help()

    def _draw_help(self) -> None:
        """Say what the word may become, and that there are earlier filters."""
        hint = self._earlier_words
        room = self.size.width - cell_len(hint) - 2
        line = self._choices_line(room)
        self.query_one("#filter-help", Static).update(
            Content.assemble(line, " " * (room - line.cell_length + 1), (hint, "dim")),
            layout=False,
        )

    @property
    def _earlier_words(self) -> str:
        key = key_of("filter.earlier", remapped_in(self.app))
        recalling = self._choosing.recalling
        if recalling is not None and recalling.at:
            return f"earlier filter {recalling.at} of {len(recalling.lines) - 1}"
        typed = self._field.value
        number = len(earlier_lines(typed, self._opened, self._earlier).lines) - 1
        if not number:
            return ""
        is_typed = typed not in {"", self._opened}
        like = f" that begin{'s' * (number == 1)} like this" if is_typed else ""
        return f"{key} {number} earlier filter{'s' * (number > 1)}{like}"

    def _choices_line(self, room: int) -> Content:
        """Some of the choices, with the one that stands in the line, and how many more."""
        key = key_of("filter.complete", remapped_in(self.app))
        if not self._choices or room < cell_len(key) + 12:
            return Content("")
        completing = self._choosing.completing
        at = completing.at - 1 if completing is not None else -1
        shown = _window(self._choices, at, room - cell_len(key) - 12)
        more = len(self._choices) - len(shown)
        over = "+" if len(self._choices) == MOST_CHOICES else ""
        rest = f"  {more}{over} more" if more else ""
        parts = [
            Content.styled(clip(word, min(cell_len(word), room)), "reverse" if n == at else "")
            for n, word in shown
        ]
        line = Content("  ").join(parts)
        return Content.assemble((key, "dim"), " ", line, (rest, "dim")).truncate(room)


def _window(choices: Sequence[str], at: int, room: int) -> list[tuple[int, str]]:
    """As many of the choices as fit, among them the one at this place; at least one."""
    first = 0
    while True:
        shown: list[tuple[int, str]] = []
        left = room
        for number, word in enumerate(choices[first:], first):
            left -= cell_len(word) + 2
            if shown and left < 0:
                break
            shown.append((number, word))
        if at <= shown[-1][0]:
            return shown
        first = shown[-1][0] + 1
