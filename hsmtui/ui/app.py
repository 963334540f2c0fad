"""The app: what is shared by all screens, and how it starts and ends."""

import asyncio
import math
import os
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import ClassVar

from textual import events, on
from textual.content import Content
from textual.filter import ANSIToTruecolor, LineFilter
from textual.message import Message
from textual.notifications import Notify
from textual.screen import Screen

from hsmtui.aws.connect import Openings
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.threads import offload
from hsmtui.changes.audit import Audit
from hsmtui.config.settings import Settings
from hsmtui.config.state import State, StateError, save_state
from hsmtui.crash import report_crash
from hsmtui.fleet.read_places import ReadPlaces
from hsmtui.fleet.recorded import Recorded
from hsmtui.model.filter.query import Query
from hsmtui.model.history.events import Events
from hsmtui.model.text import visible
from hsmtui.process.ending import leave_first
from hsmtui.ui.commands.command import APP, Group
from hsmtui.ui.commands.keymap import bindings, key_of, spelt
from hsmtui.ui.dialogs.commands import command_choices, palette_commands
from hsmtui.ui.dialogs.dialog import Dialog, TextDialog
from hsmtui.ui.dialogs.errors import ErrorsDialog, Said
from hsmtui.ui.dialogs.pick import CURRENT, Choice, picked
from hsmtui.ui.flows.sign_in import LOOK_AGAIN, SignIn
from hsmtui.ui.host import start
from hsmtui.ui.main.screen import ClusterScreen
from hsmtui.ui.remembered import Remembered
from hsmtui.ui.terminal import clipboard
from hsmtui.ui.terminal.contrast import LegibleText, PaleSigns
from hsmtui.ui.terminal.driver import ThriftyDriver
from hsmtui.ui.terminal.frame_diff import FrameDiff
from hsmtui.ui.terminal.line_filters import AsciiOnly, NoColors, NothingActs
from hsmtui.ui.terminal.private import BaseApp
from hsmtui.ui.terminal.type_ahead import DIALOG_AT_MOST, KeyPassed, TypeAhead
from hsmtui.ui.theme import FALLBACKS, TERMINAL_THEME
from hsmtui.ui.widgets.notices import UNBROKEN, NoticeArea

ERRORS_KEPT = 1000
"""How many errors of a run are kept: a look that fails every few seconds adds up."""

SAID_KEPT = 100
"""How many notices of a run are kept."""

TOAST = 300
"""Characters of a value that is shown for a while; a longer one gets a dialog to read it."""

_COPY_SECONDS = 5
"""Seconds that a copied value is shown: not every terminal has a clipboard, and none says so."""


@dataclass(frozen=True)
class Start:
    """All that the command line decides before the app runs.

    `recorded` is what a file has, where one is opened; the openings are then those of its places.
    """

    settings: Settings
    state: State
    openings: Openings
    query: Query
    clock: Callable[[], datetime]
    keys: Mapping[str, str]
    demo: bool = False
    ascii_only: bool = False
    no_color: bool = False
    notice: str | None = None
    recorded: Recorded | None = None


class HsmtuiApp(BaseApp):
    """The terminal control room."""

    TITLE = "hsmtui"
    CSS_PATH = "app.tcss"
    BINDINGS: ClassVar = bindings(APP)
    NOTIFICATION_TIMEOUT = 3
    ENABLE_COMMAND_PALETTE = False  # ours is a dialog like the others

    def __init__(self, start: Start) -> None:
        super().__init__(driver_class=ThriftyDriver)
        self.frame_diff = FrameDiff()
        self._first_listed = [(start.openings, start.query)]
        self._notice = start.notice
        self._no_color = start.no_color
        self.set_class(start.no_color, "no-color")
        self.settings = start.settings
        self.remembered = Remembered(start.state, start.settings, self._keep)
        self.read_places = ReadPlaces()
        self._keeping = asyncio.Lock()
        self.clock = start.clock
        self.demo = start.demo
        self.recorded = start.recorded
        self.remapped = start.keys
        self.errors: deque[HsmtuiError] = deque(maxlen=ERRORS_KEPT)
        self.said: deque[Said] = deque(maxlen=SAID_KEPT)
        self.events = Events()
        self.last_words: list[str] = []
        self.crash: str | None = None
        self._type_ahead = TypeAhead(self, super().on_event, self._dialog_is_late, start.clock)
        self.audit = Audit(start.settings.paths.audit_file, start.clock)
        self.prompter = start.openings.each[0].terms.prompter
        self._signing_in = SignIn(self, self.prompter, partial(self.set_timer, LOOK_AGAIN))
        self.animation_level = "none"
        self._legible_text, self._pale_signs = LegibleText(), PaleSigns()
        self._own_filters = _own_filters(start)
        self.register_theme(TERMINAL_THEME)
        self.theme = self._starting_theme()

    def _starting_theme(self) -> str:
        """NO_COLOR needs the theme whose meaning is in bold and reverse."""
        if self._no_color:
            return TERMINAL_THEME.name
        for name in (self.settings.theme, self.remembered.state.theme):
            if name and name in self.available_themes:
                return name
        return TERMINAL_THEME.name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return FALLBACKS

    def get_line_filters(self) -> Sequence[LineFilter]:
        if self._no_color:
            return self._own_filters
        # Textual takes an empty NO_COLOR for a wish, too, and its filter for that wants a style
        # on every segment
        colors = [f for f in super().get_line_filters() if isinstance(f, ANSIToTruecolor)]
        readable = self._legible_text if colors else self._pale_signs
        return [*colors, readable, *self._own_filters]

    def refresh_css(self, animate: bool = True) -> None:
        """Before there is a screen nothing is to be styled afresh: the sheet is not parsed yet."""
        if self.screen_stack:
            super().refresh_css(animate)
        else:
            self.stylesheet.set_variables(self.get_css_variables())

    def get_default_screen(self) -> Screen[None]:
        """Asked for once: the places are the screen's from then on."""
        openings, query = self._first_listed.pop()
        if self.recorded is not None:
            from hsmtui.ui.main.recorded_screen import RecordedScreen

            return RecordedScreen(self, self.recorded, query)
        return ClusterScreen(self, openings, query)

    def on_load(self) -> None:
        """Before the terminal is taken, be ready to give it back."""
        self._leave_when_told()

    def on_mount(self) -> None:
        self.set_keymap(dict(self.remapped))
        self.theme_changed_signal.subscribe(self, lambda _: self.remembered.take_theme(self.theme))
        self.app_resume_signal.subscribe(self, lambda _: self.action_redraw())
        self.prompter.on_change = lambda: self.post_message(self.PromptChanged())
        self._hear_of_threads()
        if self._notice:
            self.notify(self._notice, severity="warning", markup=False)

    def on_resize(self) -> None:
        """Draw all: the terminal may have been smaller in between, and have lost what it showed."""
        self.action_redraw()

    def _leave_when_told(self) -> None:
        """End as on quit when the terminal or the system says so: the terminal is restored."""
        loop = asyncio.get_running_loop()

        def leave(number: int) -> bool:
            if loop.is_closed():  # it has been left, and what is left to do may take its time
                return False
            loop.call_soon_threadsafe(partial(self.exit, return_code=128 + number))
            return True

        leave_first(leave)

    # Keys

    @property
    def has_dialog(self) -> bool:
        """Whether a dialog is open."""
        return len(self.screen_stack) > 1

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and not event.is_forwarded:
            await self._type_ahead.take(event)
        else:
            await super().on_event(event)

    @on(KeyPassed)
    async def _key_has_passed(self, event: KeyPassed) -> None:
        await self._type_ahead.passed(event)

    def hold_keys(self) -> None:
        """Keep what is typed from now on for the dialog that is to come."""
        self._type_ahead.hold()

    @on(Dialog.Ready)
    async def release_keys(self) -> None:
        """The dialog is there, or what was asked for is done without one."""
        await self._type_ahead.let_go()

    def drop_keys(self) -> None:
        """No dialog comes: what was typed for it is for nothing else."""
        self._type_ahead.drop()

    def _dialog_is_late(self) -> None:
        words = f"Nothing opened within {DIALOG_AT_MOST:g} s: what you typed meanwhile was dropped."
        self.notify(words, severity="warning", markup=False)

    # Notices

    @on(Notify)
    def _say_in_dialog(self, event: Notify) -> None:
        """What comes up while a dialog is open is said in its frame; whole it comes afterwards.

        What has no title is kept to be read again: a value that was copied is not.
        """
        notice = event.notification
        if not notice.title:
            self.said.append(Said(self.clock(), notice.message.replace(UNBROKEN, " ")))
        if self.screen_stack and isinstance(self.screen, Dialog):
            self.screen.say(" ".join(f"{notice.title} {notice.message}".split()))

    @on(NoticeArea.Over)
    def show_notices(self) -> None:
        """Show them, but not under a dialog: they wait, and have the rest of their time when the
        last dialog is gone."""
        if not self.screen_stack:
            return
        waits = isinstance(self.screen, Dialog)
        now = time.time()
        for notice in self.notices:
            if waits and notice.raised_at <= now:
                notice.timeout -= now - notice.raised_at
            notice.raised_at = math.inf if waits else min(notice.raised_at, now)
        base = self.screen_stack[0]
        if isinstance(base, ClusterScreen) and base.is_mounted:
            base.show_notices(() if waits else tuple(self.notices))

    def take_back(self, words: str) -> None:
        """Say no longer what has these words, because it is done."""
        for notice in [each for each in self.notices if words in each.message]:
            del self.notices[notice]
        self.show_notices()

    @on(NoticeArea.PutAway)
    def _put_away(self) -> None:
        self.clear_notifications()

    # Threads

    class PromptChanged(Message):
        """A thread asks the person, asks no more, or waits for something else."""

    @on(PromptChanged)
    def _hear_of_threads(self) -> None:
        """It may come when the app is being left, and its screens are gone."""
        if not self.screen_stack:
            return
        self._signing_in.show_question()
        base = self.screen_stack[0]
        if isinstance(base, ClusterScreen):
            base.status_changed()

    # Errors

    def record(self, error: HsmtuiError, *, tell: bool = False) -> None:
        """Keep an error of this run; `tell` also says it where it has no place of its own."""
        self.errors.append(replace(error))  # its traceback holds what it was about
        if tell:
            words = f"{error}\n{spelt(error.remedy, self.remapped)}"
            self.notify("\n".join(map(visible, words.split("\n"))), severity="error", markup=False)

    def action_errors(self) -> None:
        self.push_screen(
            ErrorsDialog(tuple(self.errors), tuple(self.said), self.copy, self.remapped)
        )

    def report_failure(self, error: BaseException) -> None:
        """Keep the words about it for when the terminal is restored."""
        if self.crash is None:
            self.crash = report_crash(error, self.settings.paths.state_dir)

    def _keep(self) -> None:
        """Write what is remembered: of the demo nothing is the user's, and who opens a file only
        looks."""
        if not self.demo and self.recorded is None:
            start(self, self._save, group="state")

    async def _save(self) -> None:
        """One after the other, so that the newest state is the one that stays."""
        try:
            async with self._keeping:
                file = self.settings.paths.state_file
                await offload(save_state, file, self.remembered.state)
        except StateError as error:
            self.notify(str(error), severity="warning", markup=False)

    # Commands

    def copy(self, value: str) -> None:
        """Put a value on the clipboard of the terminal, and show it in any case."""
        heading = self._sent(value)
        shown = "\n".join(map(visible, value.strip().split("\n")))
        if "\n" in shown or len(shown) > TOAST:
            self.push_screen(TextDialog(heading, Content(shown)))
        else:
            self.notify(shown, title=heading, markup=False, timeout=_COPY_SECONDS)

    def _sent(self, value: str) -> str:
        """Send a value to the clipboard; what came of it, in words."""
        size = len(clipboard.encoded(value))
        if self.settings.clipboard != "osc52":
            return "The clipboard is switched off"
        if size > clipboard.LONGEST_COPY:
            return f"Too long for a clipboard: {size:,} bytes of at most {clipboard.LONGEST_COPY:,}"
        self.copy_to_clipboard(value)
        return "Sent to the terminal's clipboard"

    def copy_to_clipboard(self, text: str) -> None:
        """What Textual's own fields copy comes this way, too."""
        too_long = len(clipboard.encoded(text)) > clipboard.LONGEST_COPY
        if self.settings.clipboard != "osc52" or too_long:
            return
        sequence = clipboard.sequence(text, os.environ)
        self.put_on_clipboard(clipboard.encoded(text).decode(), sequence)
        if "TMUX" in os.environ:
            start(self, partial(offload, clipboard.give_to_tmux, text), group="clipboard")

    def action_help(self) -> None:
        # the first screen does without
        from hsmtui.ui.dialogs.help import HelpDialog, HelpOf, help_sections

        self.hold_keys()
        of = HelpOf(self.remapped, may_ask=self.recorded is None)
        self.push_screen(HelpDialog(help_sections(of)))

    def action_suspend(self) -> None:
        """Stop as a job of the shell; a process that leads its session has no shell to go to."""
        if os.getpgrp() == os.getsid(0):
            self.notify("There is no shell to return to.", markup=False)
        else:
            self.action_suspend_process()

    def action_command_palette(self) -> None:
        self.hold_keys()
        start(self, self._choose_command, group="palette", exclusive=True)

    async def _choose_command(self) -> None:
        # the first screen does without
        from hsmtui.ui.dialogs.palette import Argument, PaletteAnswer, PaletteDialog

        may_ask, base = self.recorded is None, self.screen
        commands = palette_commands(may_ask=may_ask)
        arguments = dict(await base.palette_arguments()) if isinstance(base, ClusterScreen) else {}
        take_theme = partial(setattr, self, "theme")
        arguments["theme"] = Argument("app.theme", "theme", self._theme_choices, take_theme)
        dialog = PaletteDialog(
            command_choices(self.remapped, may_ask=may_ask),
            arguments,
            self.remembered.state.recent_commands,
            [c.id for c in commands.values() if c.group is Group.CHANGE],
        )
        answer: PaletteAnswer | None = await self.push_screen_wait(dialog)
        if answer is None:
            return
        self.remembered.take_command(answer.line)
        if answer.value is not None:
            if (taking := arguments[answer.name].take(answer.value)) is not None:
                await taking
        else:
            command = commands[answer.name]
            await self.run_action(command.action, self if command.scope == APP else self.screen)

    def action_change_theme(self) -> None:
        self.hold_keys()
        start(self, self._choose_theme, group="palette", exclusive=True)

    async def _choose_theme(self) -> None:
        chosen = await picked(self, "Theme", self._theme_choices, exact=False)
        if chosen is not None:
            self.theme = chosen

    @property
    def _theme_choices(self) -> list[Choice]:
        names = sorted(self.available_themes)
        return [Choice(name, name, CURRENT if name == self.theme else "") for name in names]

    def action_redraw(self) -> None:
        """Write every cell again: something else may have written on the terminal."""
        self.frame_diff.forget()
        self.screen.refresh()

    def action_give_up(self) -> None:
        """Copy what is selected, else stop waiting; then say how to leave."""
        selected = self.screen.get_selected_text()
        if selected:
            self.notify(self._sent(selected), markup=False)
            return
        base = self.screen_stack[0]
        given_up = isinstance(base, ClusterScreen) and base.give_up()
        words = "Stopped waiting. " if given_up else ""
        quit_key, quit_anywhere_key = (
            key_of(c, self.remapped) for c in ("app.quit", "app.quit_anywhere")
        )
        self.notify(f"{words}{quit_key} quits, {quit_anywhere_key} from anywhere.", markup=False)


def _own_filters(start: Start) -> list[LineFilter]:
    filters: list[LineFilter] = [NothingActs()]
    if start.ascii_only:
        filters.append(AsciiOnly())
    if start.no_color:
        filters.append(NoColors())
    return filters
