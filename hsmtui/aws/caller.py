"""Who STS says is asking, and what is said where that is no longer who was known."""

import re
from typing import NamedTuple

from hsmtui.aws.errors import HsmtuiError
from hsmtui.model.advice import Advice, Step

ANOTHER_CALLER = "AnotherCaller"
"""The code of the error that credentials have become somebody else's."""

UNCONFIRMED_KEYS = "UnconfirmedKeys"
"""The code of the error that keys have changed and STS does not say whose they are."""

_MADE_UP = re.compile(r"/botocore-session-\d+$")
"""The session name that botocore gives a role of which the profile names none: a time."""


class Caller(NamedTuple):
    """An account and the ARN of whoever signs requests."""

    account: str
    arn: str

    @classmethod
    def of(cls, account: str, arn: str) -> "Caller":
        """The caller that an answer names. Raises ValueError where it names none, or two."""
        if not account:
            raise ValueError("The answer names no account.")
        if account.isdigit() and arn.split(":", 5)[4:5] != [account]:
            raise ValueError(f"The answer names account {account} and {arn}.")
        return cls(account, arn)

    @property
    def short(self) -> str:
        """The last parts of the ARN that a person knows: role/Triage, user/alice, root."""
        resource = self.arn.split(":", 5)[-1]
        if resource.startswith("assumed-role/"):
            return "role/" + resource.split("/")[1]
        return resource

    def is_same_as(self, other: "Caller") -> bool:
        """Whether account and ARN are the same, but for a session name that botocore made up."""
        return (self.account, _MADE_UP.sub("", self.arn)) == (
            other.account,
            _MADE_UP.sub("", other.arn),
        )


def another_caller(before: Caller, now: Caller) -> HsmtuiError:
    """The credentials of a connection have become somebody else's."""
    return HsmtuiError(
        title="The credentials now belong to another caller",
        detail=f"They belonged to {before.arn}, now they belong to {now.arn}.",
        remedy=Advice(
            Step(
                "Press {} and choose the same profile to go on as the new caller",
                "profile.switch",
                "Start again with -p and the same profile to go on as the new caller",
            ),
            ".",
        ),
        operation="GetCallerIdentity",
        code=ANOTHER_CALLER,
        unsent=True,
    )


def unconfirmed_keys() -> HsmtuiError:
    """The keys of a connection have changed, and they may be somebody else's."""
    return HsmtuiError(
        title="The access keys have changed, and STS does not say whose they are",
        detail="They may belong to another account than the one above.",
        remedy=Advice(
            "Try again when STS answers",
            Step(
                "; or press {} and choose the same profile to go on as their owner",
                "profile.switch",
            ),
            ".",
        ),
        operation="GetCallerIdentity",
        code=UNCONFIRMED_KEYS,
        unsent=True,
    )
