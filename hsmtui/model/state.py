"""The states of clusters, HSMs and backups: a glyph, a word and a tone, never colour alone."""

from enum import Enum
from typing import NamedTuple

CLUSTER_STATES = (
    "CREATE_IN_PROGRESS",
    "UNINITIALIZED",
    "INITIALIZE_IN_PROGRESS",
    "INITIALIZED",
    "ACTIVE",
    "UPDATE_IN_PROGRESS",
    "MODIFY_IN_PROGRESS",
    "ROLLBACK_IN_PROGRESS",
    "DELETE_IN_PROGRESS",
    "DELETED",
    "DEGRADED",
)
"""The values of ClusterState, which are the values that the `states` filter takes."""


class Tone(Enum):
    """What a state means to the person on call; the screen gives each a colour."""

    GOOD = "good"
    WAITING = "waiting"
    MOVING = "moving"
    BAD = "bad"
    GONE = "gone"
    UNKNOWN = "unknown"


class Look(NamedTuple):
    """How a state is drawn; `word` is short enough for a table."""

    glyph: str
    word: str
    tone: Tone


_LOOKS = {
    "CREATE_IN_PROGRESS": Look("◐", "CREATING", Tone.MOVING),
    "UNINITIALIZED": Look("○", "UNINITIALIZED", Tone.WAITING),
    "INITIALIZE_IN_PROGRESS": Look("◐", "INITIALIZING", Tone.MOVING),
    "INITIALIZED": Look("○", "INITIALIZED", Tone.WAITING),
    "ACTIVE": Look("●", "ACTIVE", Tone.GOOD),
    "UPDATE_IN_PROGRESS": Look("◐", "UPDATING", Tone.MOVING),
    "MODIFY_IN_PROGRESS": Look("◐", "MODIFYING", Tone.MOVING),
    "ROLLBACK_IN_PROGRESS": Look("◐", "ROLLING BACK", Tone.MOVING),
    "DELETE_IN_PROGRESS": Look("◌", "DELETING", Tone.GONE),
    "DELETED": Look("×", "DELETED", Tone.GONE),
    "DEGRADED": Look("▲", "DEGRADED", Tone.BAD),
    "READY": Look("●", "READY", Tone.GOOD),
    "PENDING_DELETION": Look("◌", "PENDING DEL", Tone.MOVING),
}


def look(state: str | None) -> Look:
    """How a state of any of them is drawn; one that nobody knows yet keeps its own word."""
    if state is None:
        return Look("?", "-", Tone.UNKNOWN)
    return _LOOKS.get(state) or Look("?", state, Tone.UNKNOWN)
