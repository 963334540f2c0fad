"""What somebody waits for: a state of a cluster, a number of ACTIVE HSMs, or its end.

The command line reads it: what takes long to import is not.
"""

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from hsmtui.model.names import nearest_names
from hsmtui.model.state import CLUSTER_STATES

if TYPE_CHECKING:
    from hsmtui.model.cluster import Cluster

DELETED_WORD: Final = "deleted"

GOAL_WORDS: Final = (
    *(state for state in CLUSTER_STATES if state != "DELETED"),
    DELETED_WORD,
    "hsms=N",
)
"""All that can be waited for; N stands for a number."""

_GOING: Final = "DELETE_IN_PROGRESS"

_HSMS: Final = re.compile(r"hsms=([0-9]{1,3})")


class WaitGoal(NamedTuple):
    """A state, or a number of HSMs; without either, that the cluster is deleted."""

    state: str | None = None
    hsms: int | None = None

    @property
    def words(self) -> str:
        """It, such as ``ACTIVE``, ``hsms=2`` or ``deleted``."""
        return self.state or (DELETED_WORD if self.hsms is None else f"hsms={self.hsms}")

    @property
    def is_deletion(self) -> bool:
        """Whether the end of the cluster is waited for."""
        return self.state is None and self.hsms is None

    def is_reached(self, cluster: "Cluster | None") -> bool:
        """Whether it is so now; None is a cluster that the service does not list.

        With ``hsms=0`` none is listed, in whatever state: only such a cluster can be deleted.
        """
        if cluster is None or cluster.state == "DELETED":
            return self.is_deletion
        if self.hsms is None:
            return self.state is not None and cluster.state == self.state
        if cluster.hsms is None:
            return False
        counted = cluster.active_hsms if self.hsms else cluster.hsms
        return len(counted) == self.hsms

    def why_never(self, cluster: "Cluster | None") -> str:
        """Why it cannot come any more, in the words of a predicate; "" where it can."""
        if cluster is None:
            return "is not listed"
        if cluster.state == "DELETED":
            return "is deleted"
        if cluster.state == _GOING and (self.hsms or self.state not in {None, _GOING}):
            return "is being deleted"
        return ""


def wait_goal(text: str) -> WaitGoal:
    """What a word means, in any case. Raises ValueError, with what there is instead."""
    word = text.strip()
    if word.lower() == DELETED_WORD:
        return WaitGoal()
    if word.upper() in CLUSTER_STATES:
        return WaitGoal(state=word.upper())
    if word.lower().startswith("hsms"):
        return WaitGoal(hsms=_number_of_hsms(word.lower()))
    raise ValueError(f"no such state; {nearest_names(word.upper(), CLUSTER_STATES)}")


def _number_of_hsms(word: str) -> int:
    from hsmtui.model.gates.create_hsm import MOST_OF_A_CLUSTER

    found = _HSMS.fullmatch(word)
    if found is None or int(found[1]) > MOST_OF_A_CLUSTER:
        raise ValueError(f"expected hsms= and a number from 0 to {MOST_OF_A_CLUSTER}")
    return int(found[1])
