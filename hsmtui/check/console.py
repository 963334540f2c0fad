"""Standard error: progress on a line of its own, what went wrong, and questions to the person."""

import shutil
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from getpass import getpass
from pathlib import Path
from queue import Empty, SimpleQueue
from select import select
from typing import IO, TextIO, TypeVar

from hsmtui.aws.errors import NOT_SIGNED_IN, HsmtuiError
from hsmtui.aws.prompter import DeviceSignIn, MfaCode, Prompter, Question
from hsmtui.aws.threads import submit
from hsmtui.model.redaction import redact
from hsmtui.model.text import visible

TERMINAL = Path("/dev/tty")
"""The terminal that the command was started from, wherever its output goes."""


_LOOK_SECONDS = 0.2
"""Seconds between two looks at what has changed meanwhile."""

_LONGEST_LINE = 4096
"""Bytes of a line that a terminal holds."""

_Result = TypeVar("_Result")


class Console:
    """Shows what is waited for, where the stream is a terminal, and has the person sign in.

    Progress may be told in any thread. The person is asked in the one that attends to a task, one
    question after the other: an interrupt in it leaves the terminal as it was.
    """

    def __init__(self, prompter: Prompter, stream: TextIO) -> None:
        self._refusals: dict[str | None, HsmtuiError] = {}
        self._lock = threading.RLock()
        self._events: SimpleQueue[Question | None] = SimpleQueue()
        self._is_asking = False
        self._prompter = prompter
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._doing = ""
        self._drawn = 0
        self._asked: Question | None = None
        prompter.on_change = self._prompter_changed

    def attend(
        self, task: "Future[_Result]", is_over: Callable[[], bool] = lambda: False
    ) -> _Result:
        """Wait for what goes on in other threads and ask for them. Raises what the task raised, and
        TimeoutError where `is_over` before that."""
        task.add_done_callback(lambda _: self._events.put(None))
        while not task.done():
            if is_over():
                raise TimeoutError
            question = self._next_event()
            if question not in {None, self._asked} and question is self._prompter.question:
                self._ask(question)
        return task.result()

    def _next_event(self) -> Question | None:
        """What comes next, None too where nothing does for a moment.

        Without an end to the wait an interrupt that another thread gets would not be heard of.
        """
        try:
            return self._events.get(timeout=_LOOK_SECONDS)
        except Empty:
            return None

    def refusal_of(self, profile: str | None) -> HsmtuiError | None:
        """Why nobody could be asked to sign in to a profile; None where somebody could.

        A sign-in may be for others than the profile that it is asked for.
        """
        refusals = self._refusals
        return refusals.get(profile) or next(iter(refusals.values()), None)

    def progress(self, doing: str) -> None:
        """Show what is being done, in place of what was shown before."""
        self._doing = doing
        self._draw()

    def say(self, words: str) -> None:
        """Write words on a line that stays."""
        self._write(redact(words))

    def _write(self, words: str) -> None:
        with self._lock:
            self.clear()
            self._stream.write(f"{visible(words)}\n")
            self._stream.flush()

    def clear(self) -> None:
        """Take the progress away."""
        with self._lock:
            if self._drawn:
                self._stream.write("\r" + " " * self._drawn + "\r")
                self._stream.flush()
                self._drawn = 0

    def close(self) -> None:
        """Take the progress away for good: threads that nobody waits for may still tell some."""
        with self._lock:
            self.clear()
            self._is_terminal = False

    def complain(self, error: HsmtuiError) -> None:
        """Say what went wrong and what to do."""
        self.say(f"hsmtui: {error.in_full}")
        if error.remedy:
            self.say(f"        {error.remedy}")
        if error.encoded:
            self._write(error.decoding_command)  # no secret, though it looks like one

    def _draw(self) -> None:
        with self._lock:
            if self._is_asking or not self._is_terminal:
                return
            self.clear()
            words = visible(", ".join(filter(None, (self._doing, self._prompter.waiting_for))))
            words = words[: shutil.get_terminal_size().columns - 1]
            if words:
                self._stream.write(f"\r{words}")  # the terminal may have written there: ^C
                self._stream.flush()
            self._drawn = len(words)

    def _prompter_changed(self) -> None:
        """Have the person asked, or draw the progress anew; in the thread that asks or waits."""
        question = self._prompter.question
        if question in {None, self._asked}:
            self._draw()
        else:
            self._events.put(question)

    def _ask(self, question: Question) -> None:
        self._asked = question
        if isinstance(question.subject, MfaCode):
            self._ask_code(question, question.subject)
        else:
            self._show_sign_in(question, question.subject)

    def _ask_code(self, question: Question, subject: MfaCode) -> None:
        try:
            TERMINAL.open("rb").close()
        except OSError:
            self._refuse(question, "start hsmtui with this profile in a terminal")
            return
        if subject.problem:
            self.say(subject.problem)
        code = self._typed(f"MFA code of {visible(subject.device)} for profile {_name(subject)}: ")
        if code:
            question.answer(code)
        else:
            question.give_up()

    def _typed(self, prompt: str) -> str:
        """What the person types unseen, "" for nothing; no progress is drawn meanwhile."""
        with self._lock:
            self.clear()
            self._is_asking = True
        try:
            return getpass(prompt)
        except EOFError:
            return ""
        finally:
            self._is_asking = False

    def _show_sign_in(self, question: Question, subject: DeviceSignIn) -> None:
        if not self._is_terminal:
            self._refuse(question, f"aws sso login --profile {_name(subject)}")
            return
        self.say(f"To sign in to profile {_name(subject)}, open {subject.url}")
        self.say(f"and enter the code {subject.code} before {subject.ends:%H:%M} UTC.")
        if subject.whole_url != subject.url:
            self.say(f"Or open {subject.whole_url}")
        with suppress(OSError):
            terminal = TERMINAL.open("rb", buffering=0)
            self.say("Enter goes on without it.")
            submit(self._await_enter, question, terminal)

    def _await_enter(self, question: Question, terminal: IO[bytes]) -> None:
        """Give up a question when the person enters a line, as long as it is open."""
        with terminal:
            while question is self._prompter.question:
                entered, _, _ = select([terminal], [], [], _LOOK_SECONDS)
                if entered and question is self._prompter.question:
                    terminal.read(_LONGEST_LINE)
                    question.give_up()
                    return

    def _refuse(self, question: Question, how: str) -> None:
        self._refusals[question.subject.profile] = HsmtuiError(
            title="A sign-in is needed, and there is no terminal for it",
            detail=f"Profile {_name(question.subject)} needs it.",
            remedy=f"Sign in first: {how}. Then run this again.",
            operation="sign in",
            code=NOT_SIGNED_IN,
            unsent=True,
        )
        question.give_up()


def _name(subject: MfaCode | DeviceSignIn) -> str:
    return visible(subject.profile or "default")
