"""Who STS says is asking."""

import re
from typing import NamedTuple

_MADE_UP = re.compile(r"/botocore-session-\d+$")
"""The session name that botocore gives a role of which the profile names none: a time."""


class Caller(NamedTuple):
    """An account and the ARN of whoever signs requests."""

    account: str
    arn: str

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
