"""The tab of tags."""

from collections.abc import Iterator

from rich.cells import cell_len
from textual.content import Content

from hsmtui.model.text import visible
from hsmtui.ui.theme import clip
from hsmtui.ui.widgets.cut_text import beginning
from hsmtui.ui.widgets.detail_view import DetailView
from hsmtui.ui.widgets.hanging_text import Line, styled

_MOST_KEY = 40
"""Cells of a key that stands beside its value; a longer one stands above it."""


def tags(view: DetailView) -> list[Line]:
    """The tags in the order of their keys."""
    tag_list = view.cluster.tag_list
    if not tag_list:
        if view.cluster.is_odd_in("", "TagList"):
            return [styled("The tags cannot be read.")]
        return [styled("No tags." if tag_list is not None else "The answer had no tags.")]
    return list(beginning(len(tag_list), _lines(view), view))


def _lines(view: DetailView) -> Iterator[Line]:
    shown = sorted(view.cluster.tag_list or (), key=lambda tag: tag.key.casefold())
    most = min(_MOST_KEY, view.width // 2)
    lengths = [cell_len(visible(tag.key)) for tag in shown]
    width = max((length for length in lengths if length <= most), default=0)
    for tag, length in zip(shown, lengths, strict=True):
        key, value = visible(tag.key), visible(tag.value)
        if length > width:
            yield styled(key, "dim", 2)
            yield Line(Content(f"{'':{width}}  {value}"), width + 2)
        else:
            yield Line(Content.assemble((clip(key, width), "dim"), "  ", value), width + 2)
