"""Bringing up the dialog of the question that is open, and taking it away when it is closed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from hsmtui.aws.prompter import DeviceSignIn, Prompter, Question
from hsmtui.ui.dialogs.dialog import Dialog
from hsmtui.ui.host import AppHost

if TYPE_CHECKING:
    from hsmtui.ui.dialogs.sign_in import QuestionDialog


LOOK_AGAIN = 0.25
"""Seconds after which a question that has to wait for a dialog looks whether it may come."""


class SignIn:
    """One dialog at a time for the questions that threads ask of the person.

    `later` calls a function after LOOK_AGAIN.
    """

    def __init__(
        self, app: AppHost, prompter: Prompter, later: Callable[[Callable[[], None]], object]
    ) -> None:
        self._app = app
        self._prompter = prompter
        self._later = later
        self._is_waiting = False
        self._dialog: QuestionDialog | None = None

    def show_question(self) -> None:
        """Show what is asked now."""
        question = self._prompter.question
        if self._dialog is not None and self._dialog.question is not question:
            self._dialog.end()
            self._dialog = None
        if question is None or self._dialog is not None:
            return
        if self._may_come:
            self._dialog = self._dialog_for(question)
            self._app.push_screen(self._dialog)
        elif not self._is_waiting:
            self._is_waiting = True
            self._later(self._look_again)

    @property
    def _may_come(self) -> bool:
        """Whether its dialog takes nothing that is typed for what is there now."""
        top = self._app.screen_stack[-1:]
        return all(dialog.yields_to(self._prompter) for dialog in top if isinstance(dialog, Dialog))

    def _look_again(self) -> None:
        self._is_waiting = False
        if self._app.screen_stack:
            self.show_question()

    def _dialog_for(self, question: Question) -> "QuestionDialog":
        from hsmtui.ui.dialogs.sign_in import DeviceDialog, MfaDialog  # not for the first screen

        subject = question.subject
        if isinstance(subject, DeviceSignIn):
            return DeviceDialog(question, subject, self._app.clock, self._app.copy)
        return MfaDialog(question, subject)
