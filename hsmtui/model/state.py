"""The states of clusters, HSMs and backups: a glyph, a word and a tone, never colour alone."""

from enum import Enum
from typing import NamedTuple


class Tone(Enum):
    """What a state means to the person on call; the screen gives each a colour."""

    GOOD = "good"
    WAITING = "waiting"
    MOVING = "moving"
    BAD = "bad"
    GONE = "gone"
    UNKNOWN = "unknown"


class Appearance(NamedTuple):
    """How a state is drawn; `word` is short enough for a table."""

    glyph: str
    word: str
    tone: Tone


_OF_CLUSTERS = {
    "CREATE_IN_PROGRESS": Appearance("◐", "CREATING", Tone.MOVING),
    "UNINITIALIZED": Appearance("○", "UNINITIALIZED", Tone.WAITING),
    "INITIALIZE_IN_PROGRESS": Appearance("◐", "INITIALIZING", Tone.MOVING),
    "INITIALIZED": Appearance("○", "INITIALIZED", Tone.WAITING),
    "ACTIVE": Appearance("●", "ACTIVE", Tone.GOOD),
    "UPDATE_IN_PROGRESS": Appearance("◐", "UPDATING", Tone.MOVING),
    "MODIFY_IN_PROGRESS": Appearance("◐", "MODIFYING", Tone.MOVING),
    "ROLLBACK_IN_PROGRESS": Appearance("◐", "ROLLING BACK", Tone.MOVING),
    "DELETE_IN_PROGRESS": Appearance("◌", "DELETING", Tone.GONE),
    "DELETED": Appearance("×", "DELETED", Tone.GONE),
    "DEGRADED": Appearance("▲", "DEGRADED", Tone.BAD),
}
CLUSTER_STATES = tuple(_OF_CLUSTERS)
"""The values of ClusterState, which are the values that the `states` filter takes."""

NOT_YET_IN_USE = frozenset(
    {"CREATE_IN_PROGRESS", "UNINITIALIZED", "INITIALIZE_IN_PROGRESS", "INITIALIZED"}
)
"""States of a cluster that nobody can use yet, as its first admin has no password."""

CHANGING_TYPE = frozenset({"MODIFY_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"})
"""States of a cluster whose HSMs are replaced by those of another type; it takes none meanwhile."""

HSM_STATES = ("CREATE_IN_PROGRESS", "ACTIVE", "DEGRADED", "DELETE_IN_PROGRESS", "DELETED")
"""The values of HsmState."""

_APPEARANCES = _OF_CLUSTERS | {
    "READY": Appearance("●", "READY", Tone.GOOD),
    "PENDING_DELETION": Appearance("◌", "PENDING DEL", Tone.MOVING),
}

STATES = tuple(_APPEARANCES)
"""All states that have a sign of their own."""


def appearance(state: str | None) -> Appearance:
    """How a state of any of them is drawn; one that is not known keeps its own word."""
    if state is None:
        return Appearance("?", "-", Tone.UNKNOWN)
    return _APPEARANCES.get(state) or Appearance("?", state, Tone.UNKNOWN)


_URGENCY = (Tone.BAD, Tone.UNKNOWN, Tone.MOVING, Tone.WAITING, Tone.GONE, Tone.GOOD)


def state_urgency(state: str | None) -> int:
    """How soon somebody should look at what is in such a state: 0 is the worst."""
    return _URGENCY.index(appearance(state).tone)
