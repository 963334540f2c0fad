"""Bringing up the dialog of the question that is open, and taking it away when it is closed."""

from typing import TYPE_CHECKING

from hsmtui.aws.prompter import DeviceSignIn, Prompter, Question
from hsmtui.ui.host import AppHost

if TYPE_CHECKING:
    from hsmtui.ui.dialogs.sign_in import QuestionDialog


class SignIn:
    """One dialog at a time for the questions that threads ask of the person."""

    def __init__(self, app: AppHost, prompter: Prompter) -> None:
        self._app = app
        self._prompter = prompter
        self._dialog: QuestionDialog | None = None

    def show_question(self) -> None:
        """Show what is asked now."""
        question = self._prompter.question
        if self._dialog is not None and self._dialog.question is not question:
            self._dialog.end()
            self._dialog = None
        if question is not None and self._dialog is None:
            self._dialog = self._dialog_for(question)
            self._app.push_screen(self._dialog)

    def _dialog_for(self, question: Question) -> "QuestionDialog":
        from hsmtui.ui.dialogs.sign_in import DeviceDialog, MfaDialog  # not for the first screen

        subject = question.subject
        if isinstance(subject, DeviceSignIn):
            return DeviceDialog(question, subject, self._app.clock, self._app.copy)
        return MfaDialog(question, subject)
