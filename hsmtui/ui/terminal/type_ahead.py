"""Keys one after the other: none is passed on before the one before it has had its effect.

Textual passes keys on as they come, but what a key is bound to happens only when it has bubbled up
to the app. Of keys that arrive together, as they do over a slow line, letters behind an enter would
be in the field before the enter takes it, and keys behind a command would miss its dialog.
"""

from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

from textual.app import App
from textual.events import Key
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from hsmtui.ui.terminal.private import context_of

EFFECT_AT_MOST = 0.5
"""Seconds that a key may take; it is not heard of again where its widget goes away."""

DIALOG_AT_MOST = 2.0
"""Seconds that keys are held for a dialog that is to come."""

BLIND = timedelta(seconds=0.5)
"""So soon a key follows another one without a look at what came of that."""

FOR_DIALOGS = frozenset({"enter", "tab", "shift+tab", "backspace", "delete"})
"""Keys that are typed for a dialog, beside those that write."""

URGENT = frozenset({"ctrl+c", "ctrl+q"})
"""Keys that wait for nothing."""


ROUNDS = 4
"""How often a way up to the app is gone for one key: what the key is bound to happens there, posts
a message to its widget, which may post another, which moves the focus by one more."""


class KeyPassed(Message):
    """Follows a key on its way up to the app: when it arrives there, the key has, too."""

    def __init__(self, target: Widget, rounds: int) -> None:
        super().__init__()
        self.target = target
        self.rounds = rounds


class TypeAhead:
    """The keys of an app that wait; `pass_on` is how the app itself deals with one.

    `late` is called where keys were held for a dialog that did not come, and are dropped.
    """

    def __init__(
        self,
        app: App[None],
        pass_on: Callable[[Key], Awaitable[None]],
        late: Callable[[], object],
        clock: Callable[[], datetime],
    ) -> None:
        self._app = app
        self._pass_on = pass_on
        self._late = late
        self._clock = clock
        self._typed_until = 0.0
        self._dropped_at: datetime | None = None
        self._waiting: deque[Key] = deque()
        self._is_passing = False
        self._is_held = False
        self._numbers = 0
        self._holds = 0

    async def take(self, key: Key) -> None:
        if key.key in URGENT:
            await self._pass_on(key)
        elif self._is_blind(key):
            self._dropped_at = self._clock()
        elif self._is_passing or self._is_held:
            self._waiting.append(key)
        else:
            await self._pass(key)

    def hold(self) -> None:
        """A dialog is to come: keys are for that."""
        self._is_held = True
        self._dropped_at = None
        self._holds += 1
        self._after(DIALOG_AT_MOST, partial(self._hold_ends, self._holds))

    async def _hold_ends(self, number: int) -> None:
        if self._is_held and number == self._holds:
            self._is_held = False
            if self._waiting:
                self._late()
                self.drop()

    async def let_go(self) -> None:
        """The dialog is there, or what was asked for needs none."""
        self._is_held = False
        self._dropped_at = None
        await self._go_on()

    def drop(self) -> None:
        """No dialog comes. What was typed for it up to now, and what is typed on without a pause,
        is for nothing else."""
        self._is_held = False
        self._waiting.clear()
        self._dropped_at, self._typed_until = self._clock(), monotonic()

    def _is_blind(self, key: Key) -> bool:
        """Whether a key was typed for a dialog that does not come."""
        if self._dropped_at is None:
            return False
        for_dialog = key.is_printable or key.key in FOR_DIALOGS
        at_once = timedelta() <= self._clock() - self._dropped_at < BLIND
        return key.time <= self._typed_until or (for_dialog and at_once)

    async def passed(self, message: KeyPassed) -> None:
        """The last key, or what came of it, has arrived at the app."""
        if message.rounds > 1 and self._waiting:
            self._follow(KeyPassed(message.target, message.rounds - 1))
        else:
            await self._end()

    async def _end(self) -> None:
        self._is_passing = False
        await self._go_on()

    async def _go_on(self) -> None:
        if self._waiting and not self._is_passing and not self._is_held:
            await self._pass(self._waiting.popleft())

    async def _pass(self, key: Key) -> None:
        leaving = self._app.return_code is not None
        if leaving or not self._app.screen_stack:  # the app loses its widgets
            return
        self._is_passing = True
        self._numbers += 1
        target = self._app.focused or self._app.screen
        is_text = isinstance(target, Input) and key.is_printable
        self._after(EFFECT_AT_MOST, partial(self._give_up, self._numbers))
        await self._pass_on(key)
        self._follow(KeyPassed(target, 1 if is_text else ROUNDS))

    def _follow(self, message: KeyPassed) -> None:
        """Send it after the key; a widget that is going takes nothing any more."""
        if not message.target.post_message(message):
            self._app.call_next(self._end)

    def _after(self, seconds: float, call: Callable[[], Awaitable[None]]) -> None:
        """Call this then, in the app's context: else the dialog of the last key stays till then."""
        context_of(self._app).run(self._app.set_timer, seconds, call)

    async def _give_up(self, number: int) -> None:
        if self._is_passing and number == self._numbers:
            await self._end()
