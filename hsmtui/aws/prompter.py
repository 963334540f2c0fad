"""Questions to the person at the terminal, from threads that sign in or wait for AWS."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from hsmtui.aws.threads import away


@dataclass(frozen=True)
class MfaCode:
    """The code that an MFA device shows is asked for; `problem` says what was wrong before.

    `profiles` are those of the listed ones that the answer serves, as far as their files say so,
    where there are several.
    """

    profile: str | None
    device: str
    problem: str = ""
    profiles: tuple[str, ...] = ()


@dataclass(frozen=True)
class DeviceSignIn:
    """The person is to open `url` anywhere and enter `code` there before `ends`.

    `whole_url` has the code in it. `profiles` are as those of `MfaCode`.
    """

    profile: str | None
    url: str
    whole_url: str
    code: str
    ends: datetime
    profiles: tuple[str, ...] = ()


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
    """The open question, and what the threads wait for.

    `on_change` is called in any thread, but in one at a time.

    `profiles` are those that are listed. `turns` counts how often somebody's turn to ask is over:
    who asks after another may have no question left.
    """

    def __init__(self) -> None:
        self.on_change: Callable[[], object] | None = None
        self.profiles: tuple[str, ...] = ()
        self.turns = 0
        self._turn = threading.Condition()
        self._asking: int | None = None
        self._declined: set[str] = set()
        self._telling = threading.Lock()
        self._has_news = False
        self._lock = threading.Lock()
        self._question: Question | None = None
        self._words: dict[int, str] = {}
        self._running: list[Callable[[], object]] = []

    @property
    def question(self) -> Question | None:
        """The one that is open."""
        return self._question

    @property
    def waiting_for(self) -> str:
        """What a thread waits for, in words; of several threads the one that said so last."""
        with self._lock:
            return next(reversed(self._words.values()), "")

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Be the only one who asks; within it a thread may take it again.

        Raises GivenUp where the person gives up what runs for them before it begins.
        """
        thread = threading.get_ident()
        if self._asking == thread:
            yield
            return
        self._take_turn(thread)
        try:
            yield
        finally:
            with self._turn:
                self._asking = None
                self.turns += 1
                self._turn.notify_all()

    def _take_turn(self, thread: int) -> None:
        given_up = threading.Event()

        def give_up() -> None:
            given_up.set()
            with self._turn:
                self._turn.notify_all()

        def may_go_on() -> bool:
            return given_up.is_set() or self._asking is None

        with away(), self.can_give_up(give_up), self._turn:
            if not may_go_on():
                self.tell("waiting for another sign-in")
            self._turn.wait_for(may_go_on)
            if given_up.is_set():
                raise GivenUp
            self._asking = thread

    def decline(self, need: str) -> None:
        """The person did not answer the question which this needs: it is not asked again."""
        self._declined.add(need)

    def declines(self, need: str) -> bool:
        """Whether the person did not want to answer it."""
        return need in self._declined

    def reconsider(self, needs: set[str]) -> None:
        """The person may be asked again for these."""
        self._declined -= needs

    @contextmanager
    def asked(self, subject: Subject) -> Iterator[Question]:
        """Have a question open for as long as the context lasts, when no other is."""
        question = Question(subject)
        with self.turn():
            self._question = question
            self._changed()
            try:
                yield question
            finally:
                self._question = None
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
        """Call `on_change`, in one thread at a time: it may ask the person there and then."""
        self._has_news = True
        while self._has_news and self._telling.acquire(blocking=False):
            try:
                self._has_news = False
                if self.on_change is not None:
                    with away() if self._question is not None else nullcontext():
                        self.on_change()
            finally:
                self._telling.release()
