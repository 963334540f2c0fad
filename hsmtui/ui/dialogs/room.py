"""Whether the terminal has room for all that is to be read before a change, and what is said if
it has not."""

from textual.errors import NoWidget
from textual.geometry import Size
from textual.widget import Widget


def rows(widget: Widget, width: int) -> int:
    """The rows that a widget needs in so many columns, without its margin; shown or not."""
    styles = widget.styles
    fixed = styles.height.cells if styles.height is not None else None
    if fixed is not None:
        return fixed
    inner, viewport = width - styles.gutter.width, widget.app.size
    return widget.get_content_height(viewport, viewport, max(1, inner)) + styles.gutter.height


def columns(widget: Widget) -> int:
    """The columns that a widget of one row needs, with its margin; shown or not."""
    styles, viewport = widget.styles, widget.app.size
    least = (styles.min_width.cells if styles.min_width is not None else None) or 0
    content = widget.get_content_width(viewport, viewport) + styles.gutter.width
    return max(least, content) + styles.margin.width


def in_sight(widget: Widget) -> bool:
    """Whether a widget stands on the screen whole, with all of its text as it is now."""
    try:
        place = widget.screen.find_widget(widget)
    except NoWidget:
        return False
    enough = place.region.height >= rows(widget, place.region.width)
    return enough and not is_cut(widget) and bool(place.region)


def is_cut(widget: Widget) -> bool:
    """Whether a part of a widget is where nobody can see it; what is not laid out is not cut."""
    try:
        place = widget.screen.find_widget(widget)
    except NoWidget:
        return False
    return place.visible_region != place.region


class TooSmall:
    """By how much a terminal is too small to show all that it should; false where it is not."""

    def __init__(self, there: Size, needed: Size) -> None:
        sides = (
            ("columns", there.width, needed.width),
            ("rows", there.height, needed.height),
        )
        self._short = [(n, has, needs) for n, has, needs in sides if has < needs]

    def __bool__(self) -> bool:
        return bool(self._short)

    def sentence(self, action_words: str) -> str:
        """In a sentence; `action_words` is what is not to be done before all is read."""
        has = " and ".join(f"{has} {name}" for name, has, _ in self._short)
        needs = " and ".join(
            f"{needs} {name}" if len(self._short) > 1 else f"{needs}"
            for name, _, needs in self._short
        )
        return (
            f"This terminal has {has}; {needs} are needed to show all that you should read before "
            f"you {action_words}."
        )

    @property
    def short(self) -> str:
        """In as few words as say it."""
        return ", ".join(f"{has} of {needs} {name}" for name, has, needs in self._short)
