"""A person who is asked to sign in."""

import threading
from collections.abc import Callable

from hsmtui.aws.prompter import DeviceSignIn, MfaCode, Prompter, Question


class Attendant(Prompter):
    """A person who answers as they are told, in the thread that asks."""

    def __init__(self) -> None:
        super().__init__()
        self.subjects: list[MfaCode | DeviceSignIn] = []
        self.heard: list[str] = []
        self.answers: Callable[[Question], object] = lambda question: question.give_up()
        self._lock_of_answers = threading.Lock()
        self._seen: set[Question] = set()
        self.on_change = self._notice

    def _notice(self) -> None:
        self.heard.append(self.waiting_for)
        with self._lock_of_answers:
            question = self.question
            if question is None or question in self._seen:
                return
            self._seen.add(question)
            self.subjects.append(question.subject)
        self.answers(question)
