"""A gate: whether a change may be made now, and if not, why not. It starts shut.

To judge, a kind is given what a read has listed, and `why_read_only`: what forbids changes, ""
where nothing does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import ClassVar, Literal, Self

from hsmtui.model.advice import Advice
from hsmtui.model.entry import Entry


class Reason(Enum):
    """Why a gate is shut."""

    READ_ONLY = "this connection is read-only"
    CALLER = "the credentials no longer belong to the caller above"
    KEYS = "the access keys have changed; STS does not say whose they are"
    UNREAD = "the cluster has not been read yet"
    UNCHECKED = "it could not be checked whether the cluster has HSMs"
    GONE = "the service no longer lists this cluster"
    DELETING = "the cluster is already being deleted"
    DELETED = "the cluster is already deleted"
    CLUSTER = "its cluster is being deleted, or is deleted"
    HSMS = "its HSMs must be deleted before the cluster can be"
    STATE = "its state does not allow it"
    CHANGED = "the tag has changed since it was shown"
    RULES = "the service would refuse it"
    TRUST = "the chain of trust of its HSM does not hold"


@dataclass(frozen=True)
class Gate:
    """What the last read of a target allows to be done to it; its id has to be typed.

    Only a read can open it: everything else, and not knowing, shuts it. A kind of gate may put its
    own words in place of those of a reason.
    """

    WORDS: ClassVar[Mapping[Reason, str]] = {}

    READS: ClassVar = "cluster"
    """What is read to judge."""

    SEEN: ClassVar[Literal["cluster", "backup"]] = "cluster"
    """Which field has what the last read has listed, where that is just what was asked for."""

    target: str
    reason: Reason | None = Reason.UNREAD
    detail: str | Advice = ""

    @property
    def is_open(self) -> bool:
        """Whether the change may be made."""
        return self.reason is None

    def allows(self, typed: str) -> bool:
        """Whether the open gate lets the change through with this confirmation, the exact id."""
        return self.is_open and typed == self.target

    def shut(self, reason: Reason, detail: str | Advice = "") -> Self:
        """The gate shut for this reason; what was known stays shown."""
        return replace(self, reason=reason, detail=detail)

    def opened(self, why_read_only: str) -> Self:
        """The gate open, for a judge that has found no reason to shut it, unless changes are
        forbidden."""
        if why_read_only:
            return self.shut(Reason.READ_ONLY, f"by {why_read_only}")
        return replace(self, reason=None, detail="")

    @property
    def warnings(self) -> frozenset[str]:
        """What it means for the target to be changed, in sentences, as far as it was read."""
        return frozenset()

    @property
    def headline(self) -> str:
        """Why it is shut, in a few words without the detail; nothing where it is open."""
        if self.reason is None:
            return ""
        return self.WORDS.get(self.reason, self.reason.value)

    @property
    def why_shut(self) -> str:
        """Why it is shut, in a line of plain words without keys; nothing where it is open."""
        return f"{self.headline}: {self.detail}" if self.detail else self.headline


def not_exactly(wanted: str, listed: Sequence[Entry], noun: str) -> tuple[Reason, str] | None:
    """Why what the service listed is not just the one that was asked for; None if it is."""
    if not listed:
        return Reason.GONE, ""
    if len(listed) > 1:
        return Reason.UNCHECKED, f"the answer has {len(listed)} {noun}s with this id"
    (only,) = listed
    if not only.has_id:
        return Reason.UNCHECKED, only.why_unchangeable
    if only.entry_id != wanted:
        return Reason.UNCHECKED, f"the answer has another {noun}"
    return None
