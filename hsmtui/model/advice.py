"""What is to be done about something: words that name commands by their ids, never by a key."""

from collections.abc import Callable
from itertools import chain
from typing import Final, NamedTuple, Self


class Step(NamedTuple):
    """What one command does about it.

    `text` has ``{}`` where the key of the command stands. `elsewhere` says the same to somebody who
    has a command line before them; it is "" where there is nothing to say.
    """

    text: str
    command: str
    elsewhere: str = ""


class Advice(tuple[str | Step, ...]):
    """Plain words and steps in the order of a sentence. As a str it names no key.

    Advice that needs no command is a plain str.
    """

    __slots__ = ()

    def __new__(cls, *parts: "str | Step | Advice") -> Self:
        """Advice of these parts; one that is advice itself gives its own."""
        split = (part if isinstance(part, Advice) else (part,) for part in parts)
        return super().__new__(cls, chain.from_iterable(split))

    def __str__(self) -> str:
        return "".join(part if isinstance(part, str) else part.elsewhere for part in self)

    def spelt(self, key_of: Callable[[str], str]) -> str:
        """The words for whoever can press keys; `key_of` has the key of a command."""
        return "".join(
            part if isinstance(part, str) else part.text.format(key_of(part.command))
            for part in self
        )

    def mapped(self, change: Callable[[str], str]) -> "Advice":
        """With its plain words changed; those of its steps hold nothing from outside."""
        return Advice(*(change(part) if isinstance(part, str) else part for part in self))


AGAIN: Final = Step("press {}", "list.refresh", "run this again")
ANOTHER_PROFILE: Final = Step(
    "{} chooses another profile", "profile.switch", "-p names another profile"
)
AGAIN_OR_ELSEWHERE: Final = Advice(AGAIN, "; ", ANOTHER_PROFILE, ".")

SIGN_IN_AGAIN: Final = Advice(
    Step("Press {} to sign in", "list.refresh", "Run this again to sign in"),
    "; ",
    ANOTHER_PROFILE,
    ".",
)
