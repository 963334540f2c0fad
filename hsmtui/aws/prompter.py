"""Questions to the person at the terminal, from threads that sign in or wait for AWS."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias


@dataclass(frozen=True)
class MfaCode:
    """The code that an MFA device shows is asked for; `problem` says what was wrong before."""

    profile: str | None
    device: str
    problem: str = ""


@dataclass(frozen=True)
class DeviceSignIn:
    """The person is to open `url` anywhere and enter `code` there before `ends`.

    `whole_url` has the code in it.
    """

    profile: str | None
    url: str
    whole_url: str
    code: str
    ends: datetime


Subject: TypeAlias = MfaCode | DeviceSignIn


class GivenUp(Exception):  # noqa: N818 - a decision of the person, no error
    """The person does not want to answer."""


class Question:
    """Something that the person is to do; asked in one thread, answered in another."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self._decided = threading.Event()
        self._answer: str | None = None

    def answer(self, text: str) -> None:
        """Give the answer."""
        self._answer = text
        self._decided.set()

    def give_up(self) -> None:
        """Say that there will be no answer."""
        self._decided.set()

    def wait(self, seconds: float | None = None) -> str | None:
        """The answer, or None where nothing was decided in time. Raises GivenUp."""
        if not self._decided.wait(seconds):
            return None
        if self._answer is None:
            raise GivenUp
        return self._answer


class Prompter:
    """Open questions, and what the threads wait for. `on_change` is called in any thread."""

    def __init__(self) -> None:
        self.on_change: Callable[[], object] | None = None
        self._lock = threading.Lock()
        self._questions: list[Question] = []
        self._words: dict[int, str] = {}
        self._running: list[Callable[[], object]] = []

    @property
    def question(self) -> Question | None:
        """The question to be answered first."""
        with self._lock:
            return self._questions[0] if self._questions else None

    def subject_for(self, profile: str | None) -> Subject | None:
        """What is asked of the person for this profile; None where nothing is."""
        with self._lock:
            subjects = [question.subject for question in self._questions]
        return next((each for each in subjects if each.profile == profile), None)

    @property
    def waiting_for(self) -> str:
        """What a thread waits for, in words; of several threads the one that said so last."""
        with self._lock:
            return next(reversed(self._words.values()), "")

    @contextmanager
    def asked(self, subject: Subject) -> Iterator[Question]:
        """Have a question open for as long as the context lasts."""
        question = Question(subject)
        with self._lock:
            self._questions.append(question)
        self._changed()
        try:
            yield question
        finally:
            with self._lock:
                self._questions.remove(question)
            self._changed()

    @contextmanager
    def can_give_up(self, give_up: Callable[[], object]) -> Iterator[None]:
        """Something runs for as long as the context lasts, which `give_up` ends.

        It is called in the person's thread and must not wait.
        """
        with self._lock:
            self._running.append(give_up)
        try:
            yield
        finally:
            with self._lock:
                self._running.remove(give_up)

    def give_up(self) -> None:
        """End what runs for them."""
        with self._lock:
            running = tuple(self._running)
        for end in running:
            end()

    def tell(self, words: str) -> str:
        """Say what this thread waits for, until it says something else; what it said before."""
        thread = threading.get_ident()
        with self._lock:
            known = self._words.pop(thread, "")
            if words:
                self._words[thread] = words
        if words != known:
            self._changed()
        return known

    def _changed(self) -> None:
        if self.on_change is not None:
            self.on_change()
