"""Signing in: the code of an MFA device, or a code to be entered in a browser anywhere."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from hsmtui.aws.prompter import DeviceSignIn, MfaCode, Question, Subject
from hsmtui.model.text import visible
from hsmtui.ui.commands.command import SIGN_IN_SCOPE
from hsmtui.ui.commands.keymap import bindings, key_of
from hsmtui.ui.dialogs.dialog import Dialog
from hsmtui.ui.widgets.field import Field

CODE_LENGTH = 6
"""Digits of an MFA code (STS API, AssumeRole, TokenCode)."""


NAMED = 4
"""Profiles that a dialog names; of more it says how many."""


def _served(subject: Subject) -> str:
    """The profiles that the answer serves, in words."""
    own = subject.profile or "default"
    names = [visible(name) for name in dict.fromkeys((own, *subject.profiles))]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


class QuestionDialog(Dialog[None]):
    """Stands for a question: closing it gives the question up."""

    def __init__(self, heading: str, question: Question) -> None:
        super().__init__(heading)
        self.question = question
        self._is_over = False

    @property
    def closing(self) -> str:
        """Which key gives it up; where there are other places those go on."""
        does = "skips this sign-in" if self.question.subject.profiles else "gives up"
        return f"{key_of('dialog.close', self.remapped)} {does}"

    def action_close(self) -> None:
        self.question.give_up()
        super().action_close()

    def end(self) -> None:
        """The question is closed: go, at once or when what stands over this has gone."""
        if self.app.screen is self:  # is_current is also true of one behind a dialog
            self.dismiss(None)
        else:
            self._is_over = True

    def on_screen_resume(self) -> None:
        if self._is_over:
            self._is_over = False
            self.dismiss(None)


class MfaDialog(QuestionDialog):
    """Asks for the six digits; what is typed is not shown."""

    def __init__(self, question: Question, subject: MfaCode) -> None:
        super().__init__("MFA code", question)
        self._subject = subject

    @property
    def told(self) -> Content:
        subject = self._subject
        return Content(f"profile  {_served(subject)}\ndevice   {visible(subject.device)}")

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Static(self.told, id="sign-in-what")
            yield Static(id="sign-in-problem", markup=False)
            yield Static("Type the code that it shows, then enter:", markup=False)
            yield Field(id="sign-in-code", password=True, compact=True, max_length=CODE_LENGTH)

    def begin(self) -> None:
        self._complain(self._subject.problem)
        self.query_one(Input).focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        code = event.value.strip()
        if len(code) == CODE_LENGTH and code.isascii() and code.isdecimal():
            self.question.answer(code)
            self.dismiss(None)
        else:
            self._complain(f"A code has {CODE_LENGTH} digits.")
            event.input.value = ""

    def _complain(self, words: str) -> None:
        problem = self.query_one("#sign-in-problem", Static)
        problem.update(visible(words))
        problem.display = bool(words)


class DeviceDialog(QuestionDialog):
    """Shows where to sign in and with which code, until that is done or the code has run out."""

    BINDINGS: ClassVar = bindings(SIGN_IN_SCOPE)

    def __init__(
        self,
        question: Question,
        subject: DeviceSignIn,
        clock: Callable[[], datetime],
        copy: Callable[[str], None],
    ) -> None:
        super().__init__("Sign in (SSO)", question)
        self._subject = subject
        self._clock = clock
        self._copy = copy

    @property
    def told(self) -> Content:
        subject = self._subject
        return Content.assemble(
            f"profile  {_served(subject)}\n\n",
            "Open this in a browser, on any machine:\n",
            (visible(subject.whole_url), "bold"),
            "\n\nor enter the code ",
            (visible(subject.code), "bold reverse"),
            " at\n",
            (visible(subject.url), "bold"),
        )

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Static(self.told, id="sign-in-what")
            yield Static(id="sign-in-wait", markup=False)

    def begin(self) -> None:
        self._count_down()
        self.set_interval(1, self._count_down)

    def _count_down(self) -> None:
        left = max(0, int((self._subject.ends - self._clock()).total_seconds()))
        code, url = (key_of(f"sign_in.copy_{what}", self.remapped) for what in ("code", "address"))
        self.query_one("#sign-in-wait", Static).update(
            f"Waiting, {left // 60}:{left % 60:02} left. {code} copies the code, {url} the address."
        )

    def action_copy_code(self) -> None:
        self._copy(self._subject.code)

    def action_copy_address(self) -> None:
        self._copy(self._subject.whole_url)
