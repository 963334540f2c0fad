"""The private names of Textual that hsmtui uses: all of them, here alone.

They may change in any release. The rest of hsmtui uses what stands here under a public name, and
`USED` says of each why there is no other way; a test compares that with the code of hsmtui and with
the Textual that is installed.
"""

import sys
from abc import abstractmethod
from asyncio import AbstractEventLoop
from collections.abc import Callable, Iterable, Mapping
from contextvars import Context, copy_context
from typing import Any, TypeVar

from textual import on
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._context import active_message_pump
from textual._keyboard_protocol import FUNCTIONAL_KEYS
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key, ScreenResume
from textual.geometry import Size
from textual.message_pump import MessagePump
from textual.notifications import Notifications
from textual.screen import Screen
from textual.widget import Widget

from hsmtui.ui.terminal.frame_diff import FrameDiff

Result = TypeVar("Result")

USED: Mapping[str, str] = {
    "textual._ansi_sequences.ANSI_SEQUENCES_KEYS": "which key has which sequence",
    "textual._context.active_message_pump": (
        "a task copies it from where it is begun, and keeps the widget in it alive"
    ),
    "textual._keyboard_protocol.FUNCTIONAL_KEYS": "which keys of kitty's protocol have a name",
    "textual._xterm_parser.XTermParser": (
        "knows keys and the mouse; it raises on some key events of kitty's protocol, takes replies "
        "of the terminal for keys, and is deaf behind a paste without an end"
    ),
    "textual._xterm_parser.XTermParser._sequence_to_key_events": "the keys of one sequence",
    "textual.app.App._clipboard": "what fields paste; copy_to_clipboard writes bare OSC 52 as well",
    "textual.app.App._driver": "the only way to write a sequence of our own",
    "textual.app.App._exception": "what ended the app, where it is not being handled any more",
    "textual.app.App._fatal_error": "prints local variables, which hold secrets",
    "textual.app.App._handle_exception": "ends the app over an error that it did not see itself",
    "textual.app.App._notifications": "a notice that waits for a dialog to close keeps its time",
    "textual.app.App._refresh_notifications": "shows notices over rows and buttons",
    "textual.driver.Driver._app": "the app that is driven",
    "textual.driver.Driver._loop": "signals are handled in the loop, not in the middle of a write",
    "textual.driver.Driver._size": "the first size, when COLUMNS and LINES are not to be asked",
    "textual.drivers.linux_driver.LinuxDriver._get_terminal_size": (
        "asks COLUMNS and LINES first, which are old after a resize: "
        "https://github.com/Textualize/textual/pull/6153"
    ),
    "textual.drivers.linux_driver.LinuxDriver._in_band_window_resize": (
        "whether the terminal reports its size: https://github.com/Textualize/textual/issues/5205"
    ),
    "textual.drivers.linux_driver.LinuxDriver._query_in_band_window_resize": (
        "asks it to, and then takes no size from the system"
    ),
    "textual.drivers.linux_driver.LinuxDriver._run_input_thread": (
        "prints the traceback of an error, and leaves with status 0"
    ),
    "textual.screen.Screen._invoke_later": (
        "the screen in front calls what waits for a drawing, and may close before it does"
    ),
    "textual.screen.Screen._refresh_layout": (
        "the screen in front lays out those behind it, whose scroll bars keep it alive from then on"
    ),
}
"""Each private name with its reason, and the issue of Textual that is about it, if there is one."""

SEQUENCES = ANSI_SEQUENCES_KEYS
"""The keys of each sequence, or the character that it stands for."""

KITTY_KEYS = FUNCTIONAL_KEYS
"""The names of keys of kitty's protocol by their number and final letter."""


def context_of(owner: MessagePump) -> Context:
    """The context for what the owner begins: a task keeps its context, and who is active in it."""
    context = copy_context()
    context.run(active_message_pump.set, owner)
    return context


class KeyParser(XTermParser):
    """What Textual knows of keys and the mouse."""

    def keys_of_sequence(self, sequence: str, *, alt: bool = False) -> Iterable[Key]:
        """The keys that a sequence or character stands for."""
        return self._sequence_to_key_events(sequence, alt=alt)


class BaseDriver(LinuxDriver):
    """Textual's driver for terminals, with its inner steps as public methods."""

    @property
    def app(self) -> App[Any]:
        return self._app

    @property
    def loop(self) -> AbstractEventLoop:
        return self._loop

    @property
    def hears_sizes(self) -> bool:
        """Whether the terminal reports its size by itself."""
        return self._in_band_window_resize

    def take_first_size(self) -> None:
        """Begin with the size of the terminal where none was given."""
        self._size = self._size or self.terminal_size()

    @abstractmethod
    def terminal_size(self) -> tuple[int, int]:
        """Columns and lines of the terminal."""

    @abstractmethod
    def read_input(self) -> None:
        """Take what the terminal sends, in a thread of its own."""

    def _get_terminal_size(self) -> tuple[int, int]:
        return self.terminal_size()

    def _run_input_thread(self) -> None:
        self.read_input()

    def _query_in_band_window_resize(self) -> None:
        """Nothing: the system tells of a new size, and no report is taken for one."""


class BaseScreen(Screen[Result]):
    """Textual's screen, laid out in its own context whoever asks for that.

    What it or a widget of it is to call after a drawing waits for this screen, not for the one in
    front.
    """

    def _invoke_later(self, callback: Callable[[], Any], sender: MessagePump) -> None:
        owner = active_message_pump.get()  # who passes it on, not who asked for it
        screen = owner.screen if isinstance(owner, Widget) and owner.is_attached else self
        drawn = screen if isinstance(screen, BaseScreen) else self
        drawn.call_when_drawn(callback, owner)

    def call_when_drawn(self, callback: Callable[[], Any], owner: MessagePump) -> None:
        """Have it called, as by its owner, once what has changed here is drawn."""
        super()._invoke_later(callback, owner)

    @on(ScreenResume)
    def _keep_first_styles(self, event: ScreenResume) -> None:
        """A screen that is new does not work out the styles that its widgets have just got."""
        event.refresh_styles = event.refresh_styles and self.stack_updates > 0

    def _refresh_layout(self, size: Size | None = None, scroll: bool = False) -> None:
        context_of(self).run(super()._refresh_layout, size, scroll)


class BaseApp(App[None]):
    """Textual's app, with its inner steps as public methods."""

    frame_diff: FrameDiff
    """What its driver writes through."""

    @property
    def notices(self) -> Notifications:
        """What was said and has not had its time yet."""
        return self._notifications

    @abstractmethod
    def show_notices(self) -> None:
        """Bring what is shown of them up to date."""

    def _refresh_notifications(self) -> None:
        self.show_notices()

    def fail(self, error: Exception) -> None:
        """End over an error that happened outside of the app, such as in the input thread."""
        self._handle_exception(error)

    @abstractmethod
    def report_failure(self, error: BaseException) -> None:
        """Say what ended the app, once its terminal is restored."""

    def _fatal_error(self) -> None:
        error = sys.exception() or self._exception
        if error is not None:
            self.report_failure(error)
        self.panic()

    def put_on_clipboard(self, text: str, sequence: str) -> None:
        """Have fields paste a text from now on, and send the terminal the sequence for that."""
        self._clipboard = text
        if self._driver is not None:
            self._driver.write(sequence)
