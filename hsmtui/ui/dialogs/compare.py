"""Clusters beside each other: what differs, or all fields."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from hsmtui.model.columns import ABSENT
from hsmtui.model.state import Tone
from hsmtui.model.text import account_number, visible
from hsmtui.ui.commands.command import COMPARE
from hsmtui.ui.commands.keymap import bindings, key_of
from hsmtui.ui.dialogs.dialog import Dialog
from hsmtui.ui.theme import CONTENT_STYLES, SEVERITY_CONTENT

if TYPE_CHECKING:  # it loads the library for certificates, which takes a moment
    from hsmtui.model.comparison import ComparedCluster, ComparedField, ComparedValue, Comparison

_LEAST = 26
"""Cells of a column of values: enough for the ids of AWS, and for an account and its region."""

_MOST_LABEL = 28
_FRAME = 5
"""Columns that the frame, its padding and a scroll bar take of the terminal."""

_GAP = 2

_LONGEST, _LONGEST_HEAD = 1000, 2 * _LEAST
"""Cells of a value that are shown, more than AWS takes of a tag, and of a name or an id above the
columns: a longer text would keep the keys waiting, or leave no line for the fields."""


class _Columns(NamedTuple):
    """How wide the labels and each of so many columns of values are; labels without a width stand
    on lines of their own."""

    label: int
    width: int
    number: int

    @property
    def total(self) -> int:
        """The cells of a line."""
        beside = self.label + _GAP if self.label else 0
        return beside + self.number * (self.width + _GAP) - _GAP


class CompareDialog(Dialog[None]):
    """Shows what differs, and how much is the same; of many clusters as many as have room.

    `copy` is called with the comparison as Markdown.
    """

    BINDINGS: ClassVar = bindings(COMPARE)

    def __init__(self, comparison: "Comparison", copy: Callable[[str], None]) -> None:
        super().__init__(f"{len(comparison.clusters)} clusters compared: {comparison.words}")
        self._comparison = comparison
        self._drawn = [(field, _cells(field)) for field in comparison.fields]
        self._widest = _widest(comparison, (cells for _, cells in self._drawn))
        self._copy = copy
        self._shows_all = False
        self._first = 0

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Static(id="compare-head", markup=False)
            with VerticalScroll(id="compare-scroll"):
                yield Static(id="compare-body", markup=False)

    def begin(self) -> None:
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    @property
    def closing(self) -> str:
        columns, number = self._columns, len(self._comparison.clusters)
        does = "differences" if self._shows_all else "all"
        words = [f"{key_of('compare.all', self.remapped)} {does}"]
        words += [f"{key_of('compare.copy', self.remapped)} copy"]
        if columns.number < number:
            keys = "/".join(key_of(f"compare.{way}", self.remapped) for way in ("previous", "next"))
            first, last = self._first + 1, self._first + columns.number
            words += [f"{keys} {first if first == last else f'{first}-{last}'} of {number}"]
        return " · ".join([*words, super().closing])

    # How it is drawn

    @property
    def _columns(self) -> _Columns:
        """As many columns as fit; as wide as what is in them, or as there is room."""
        comparison, room = self._comparison, max(1, self.app.size.width - _FRAME)
        longest = max(cell_len(visible(each.label)) for each in comparison.fields)
        label = min(_MOST_LABEL, room // 4, longest)
        number = (room - label) // (_LEAST + _GAP)
        if number < 2:
            label, number = 0, (room + _GAP) // (_LEAST + _GAP)
        number = max(1, min(number, len(comparison.clusters)))
        share = _Columns(label, 0, number)
        return share._replace(width=min(self._widest, (room - share.total) // number))

    def _draw(self) -> None:
        if not self.is_shown:
            return
        columns = self._columns
        self._first = min(self._first, len(self._comparison.clusters) - columns.number)
        head, body = self._head_lines(columns), self._body_lines(columns)
        self.query_one("#compare-head", Static).update(Content("\n").join(head))
        self.query_one("#compare-body", Static).update(Content("\n").join(body))
        room = self.size.height - len(head) - 3
        self.query_one("#compare-scroll").styles.max_height = max(1, room)
        self.tell_keys()

    @property
    def _window(self) -> slice:
        return slice(self._first, self._first + self._columns.number)

    def _head_lines(self, columns: _Columns) -> list[Content]:
        heads = [_head(each) for each in self._comparison.clusters[self._window]]
        return [line for cells in zip(*heads, strict=True) for line in _row("", cells, columns)]

    def _body_lines(self, columns: _Columns) -> list[Content]:
        comparison, window = self._comparison, self._window
        fields = [each for each in self._drawn if self._shows_all or not each[0].is_same]
        lines = [
            line
            for field, cells in fields
            for line in _row(visible(field.label), cells[window], columns)
        ]
        if not fields:
            lines.append(Content("No difference in what is compared."))
        if not self._shows_all and comparison.same:
            lines += [Content(""), *self._same_lines(columns)]
        return lines

    def _same_lines(self, columns: _Columns) -> Iterator[Content]:
        labels = ", ".join(visible(field.label) for field in self._comparison.same)
        key = key_of("compare.all", self.remapped)
        words = Content(f"same in all: {labels} ({key} shows all)")
        return (line.stylize("dim") for line in _wrapped(words, columns.total))

    # Commands

    def action_change_extent(self) -> None:
        self._shows_all = not self._shows_all
        self.query_one("#compare-scroll").scroll_home(animate=False)
        self._draw()

    def action_copy(self) -> None:
        from hsmtui.export.comparison_page import comparison_page  # as the comparison itself

        self._copy(comparison_page(self._comparison))

    def action_slide(self, way: int) -> None:
        last = len(self._comparison.clusters) - self._columns.number
        self._first = max(0, min(self._first + way, last))
        self._draw()

    def action_scroll(self, way: int) -> None:
        self.query_one("#compare-scroll").scroll_relative(y=way, animate=False)


def _widest(comparison: "Comparison", cells: Iterable[Sequence[Content]]) -> int:
    """The cells of the widest thing that stands in a column."""
    heads = (line for each in comparison.clusters for line in _head(each))
    return max(content.cell_length for content in chain(heads, *cells))


def _head(compared: "ComparedCluster") -> tuple[Content, Content, Content]:
    """Name, id and place of a cluster."""
    cluster = compared.cluster
    account = account_number(compared.account) if compared.account else compared.profile
    return (
        _cut(cluster.name or "no Name", _LONGEST_HEAD, "bold"),
        _cut(cluster.cluster_id, _LONGEST_HEAD),
        _cut(f"{account} {compared.region}", _LONGEST_HEAD, "dim"),
    )


def _cells(field: "ComparedField") -> list[Content]:
    style = "dim" if field.is_same else ""
    return [_cell(*pair, style) for pair in zip(field.values, field.texts, strict=True)]


def _cell(value: "ComparedValue", text: str, style: str) -> Content:
    """A value; the colour is that of what is bad, and not that of what is well."""
    if value.knowledge.name == "ABSENT":
        return Content.styled(ABSENT, "dim")
    if value.knowledge.name == "UNREAD":
        return _cut(f"? {text}", _LONGEST, CONTENT_STYLES[Tone.UNKNOWN])
    if not text:
        return Content.styled("(empty)", "dim")
    if value.tone is not None:
        style = style or CONTENT_STYLES[value.tone]
    if value.severity is not None:
        style = style or SEVERITY_CONTENT[value.severity]
    return _cut(text, _LONGEST, style)


def _cut(text: str, cells: int, style: str = "") -> Content:
    """A text from outside in so many cells at most."""
    return Content.styled(visible(text), style).truncate(cells, ellipsis=True)


def _row(label: str, cells: Sequence[Content], columns: _Columns) -> list[Content]:
    """A field over as many lines as its longest cell needs, each cell in its column."""
    wrapped = [_wrapped(cell, columns.width) for cell in cells]
    widths = [columns.width] * len(wrapped)
    name = Content.styled(label, "dim")
    above: list[Content] = []
    if columns.label:
        wrapped.insert(0, _wrapped(name, columns.label))
        widths.insert(0, columns.label)
    elif label:
        above = _wrapped(name, columns.total)
    lines = []
    for at in range(max(map(len, wrapped))):
        pieces = [cell[at] if at < len(cell) else Content("") for cell in wrapped]
        padded = [
            piece.pad_right(width - piece.cell_length)
            for piece, width in zip(pieces, widths, strict=True)
        ]
        lines.append(Content(" " * _GAP).join(padded))
    return above + lines


def _wrapped(text: Content, width: int) -> list[Content]:
    """A text over as many lines as it needs, the later ones indented; fingerprints break between
    their bytes."""
    if text.cell_length <= width:
        return [text]
    room = max(1, width - 2)
    if text.plain.count(":") > len(text.plain) // 4:
        room -= room % 3 if room > 3 else 0
        pieces = text.fold(room)
    else:
        pieces = [piece for piece in text.wrap(room) if piece.plain.strip()]
    return [piece if n == 0 else Content("  ") + piece for n, piece in enumerate(pieces)]
