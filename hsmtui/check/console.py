"""Standard error: progress on a line of its own, what went wrong, and questions to the person."""

import shutil
from getpass import getpass
from pathlib import Path
from typing import TextIO

from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.prompter import DeviceSignIn, MfaCode, Prompter, Question
from hsmtui.model.redaction import redact
from hsmtui.model.text import visible

TERMINAL = Path("/dev/tty")
"""The terminal that the command was started from, wherever its output goes."""


class Console:
    """Shows what is waited for, where the stream is a terminal, and has the person sign in.

    `refusal` says why they could not be asked.
    """

    def __init__(self, prompter: Prompter, stream: TextIO) -> None:
        self.refusal: HsmtuiError | None = None
        self._prompter = prompter
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._doing = ""
        self._drawn = 0
        self._asked: Question | None = None
        prompter.on_change = self._prompter_changed

    def progress(self, doing: str) -> None:
        """Show what is being done, in place of what was shown before."""
        self._doing = doing
        self._draw()

    def say(self, words: str) -> None:
        """Write words on a line that stays."""
        self._write(redact(words))

    def _write(self, words: str) -> None:
        self.clear()
        self._stream.write(f"{visible(words)}\n")
        self._stream.flush()

    def clear(self) -> None:
        """Take the progress away."""
        if self._drawn:
            self._stream.write("\r" + " " * self._drawn + "\r")
            self._stream.flush()
            self._drawn = 0

    def complain(self, error: HsmtuiError) -> None:
        """Say what went wrong and what to do."""
        self.say(f"hsmtui: {error.in_full}")
        if error.remedy:
            self.say(f"        {error.remedy}")
        if error.encoded:
            self._write(error.decoding_command)  # no secret, though it looks like one

    def _draw(self) -> None:
        if not self._is_terminal:
            return
        self.clear()
        words = visible(", ".join(filter(None, (self._doing, self._prompter.waiting_for))))
        if not words:
            return
        words = words[: shutil.get_terminal_size().columns - 1]
        self._stream.write(f"\r{words}")  # the terminal may have written there: ^C
        self._stream.flush()
        self._drawn = len(words)

    def _prompter_changed(self) -> None:
        """Ask the person, or draw the progress anew; runs in the thread that asks or waits."""
        question = self._prompter.question
        if question is None or question is self._asked:
            self._draw()
            return
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
        self.clear()
        device = visible(subject.device)
        try:
            code = getpass(f"MFA code of {device} for profile {_name(subject)}: ")
        except EOFError:
            code = ""
        if code:
            question.answer(code)
        else:
            question.give_up()

    def _show_sign_in(self, question: Question, subject: DeviceSignIn) -> None:
        if not self._is_terminal:
            self._refuse(question, f"aws sso login --profile {_name(subject)}")
            return
        self.say(f"To sign in to profile {_name(subject)}, open {subject.url}")
        self.say(f"and enter the code {subject.code} before {subject.ends:%H:%M} UTC.")
        if subject.whole_url != subject.url:
            self.say(f"Or open {subject.whole_url}")

    def _refuse(self, question: Question, how: str) -> None:
        self.refusal = HsmtuiError(
            title="Somebody has to sign in, and there is no terminal to ask at",
            detail=f"Profile {_name(question.subject)} needs it.",
            remedy=f"Sign in first: {how}. Then run this again.",
            operation="sign in",
            unsent=True,
        )
        question.give_up()


def _name(subject: MfaCode | DeviceSignIn) -> str:
    return visible(subject.profile or "default")
