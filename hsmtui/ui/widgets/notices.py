"""What was said and has not had its time yet: lines over the footer, where nothing else is."""

from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.message import Message
from textual.notifications import Notification
from textual.timer import Timer
from textual.widgets import Static

from hsmtui.ui.terminal.private import context_of
from hsmtui.ui.theme import clip_middle, flowed

BAR = "▌"
STYLES = {"information": "$success", "warning": "$warning", "error": "bold $error"}
"""The styles of the bar before a notice, by its severity."""

UNBROKEN = "\u00a0"
"""What stands for a blank at which a line is not to be broken; it is drawn as a blank."""


def unbroken(text: object) -> str:
    """A path or a value that a notice keeps on one line."""
    return str(text).replace(" ", UNBROKEN)


class NoticeArea(Static):
    """The newest notices that have room. It lies over `rows` rows that the panes leave free."""

    class Over(Message):
        """The time of a notice is over."""

    class PutAway(Message):
        """Somebody has read them."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self.display = False
        self.rows = 0
        self._notices: Sequence[Notification] = ()
        self._drawn = Content("")
        self._timer: Timer | None = None

    def show(self, notices: Sequence[Notification]) -> None:
        """Take these, until the first of them has had its time."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._notices = notices
        if notices:
            seconds = max(0.0, min(notice.time_left for notice in notices))
            self._timer = context_of(self).run(self.set_timer, seconds, self._tell_of_end)

    def fit(self, most: int) -> None:
        """Draw them in so many rows at most."""
        lines = notice_lines(self._notices, self.screen.size.width, most)
        self.rows = len(lines)
        self.display = bool(lines)
        text = Content("\n").join(lines)
        if lines and not text.is_same(self._drawn):  # their text alone is compared by ==
            self._drawn = text
            self.update(text)

    def _tell_of_end(self) -> None:
        self.post_message(self.Over())

    def on_click(self) -> None:
        self.post_message(self.PutAway())


def notice_lines(notices: Sequence[Notification], width: int, most: int) -> list[Content]:
    """The notices in so many lines of so many cells at most: the newest of them, at the bottom.
    What is said again stands once, where it was said last."""
    shown: list[Content] = []
    for notice in _said_once(reversed(notices)):
        lines = list(_lines(notice, width))
        if shown and len(lines) + len(shown) > most:
            break
        if len(lines) > most:
            lines = [*lines[: most - 1], _bar(notice, "…")]
        shown = [*lines, *shown]
    return shown


def _said_once(notices: Iterable[Notification]) -> Iterable[Notification]:
    """The first of those that say the same."""
    once: dict[tuple[str, str, str], Notification] = {}
    for notice in notices:
        once.setdefault((notice.title, notice.message, notice.severity), notice)
    return once.values()


def _lines(notice: Notification, width: int) -> Iterator[Content]:
    """Its lines, broken at blanks: a word that is too long for one is cut in the middle."""
    room = max(1, width - 2)
    text = [notice.title] if notice.title else []
    text += notice.message.split("\n")
    if len(text) == 2 and notice.title and cell_len(": ".join(text)) <= room:
        text = [": ".join(text)]
    for line in filter(None, text):
        for part in flowed(filter(None, line.split(" ")), room, " "):
            yield _bar(notice, clip_middle(part.replace(UNBROKEN, " "), room))


def _bar(notice: Notification, text: str) -> Content:
    return Content.assemble((f"{BAR} ", STYLES[notice.severity]), text)
