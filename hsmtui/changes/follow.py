"""Following a cluster, or a backup, after the service took a change of it, until that shows."""

from collections.abc import Awaitable, Callable
from enum import Enum
from functools import partial
from typing import TypeVar

from hsmtui.aws.clusters import read_cluster
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.threads import offload
from hsmtui.model.cluster import Cluster

Listed = TypeVar("Listed")
"""What a look gives."""


class FollowEnd(Enum):
    """Why something is followed no longer."""

    SEEN = "what was waited for is there"
    LEFT = "nobody looks at that place any more"
    UNSEEN = "it has not come within the looks that were allowed"


async def look_until(
    read: Callable[[], Listed],
    take: Callable[[Listed], bool],
    *,
    is_shown: Callable[[], bool],
    pause: Callable[[], Awaitable[object]],
    on_error: Callable[[HsmtuiError], object],
    at_most: int | None = None,
) -> FollowEnd:
    """Read at once, and again after each `pause`; `read` is called in a thread, and may raise
    HsmtuiError.

    `take` is given what was read, and says whether that is what is waited for. Before each look
    `is_shown` is asked whether to go on. A look that fails counts as one of `at_most`, and
    `on_error` is called with the failure.
    """
    looks = 0
    while is_shown():
        looks += 1
        try:
            listed = await offload(read)
        except HsmtuiError as error:
            on_error(error)
        else:
            if take(listed):
                return FollowEnd.SEEN
        if looks == at_most:
            return FollowEnd.UNSEEN
        await pause()
    return FollowEnd.LEFT


async def follow(
    connection: Connection,
    cluster_id: str,
    take: Callable[[tuple[Cluster, ...]], bool],
    *,
    is_shown: Callable[[], bool],
    pause: Callable[[], Awaitable[object]],
    on_error: Callable[[HsmtuiError], object],
    at_most: int | None = None,
) -> FollowEnd:
    """Read a cluster in this way: `take` is given what the service lists for the id."""
    return await look_until(
        partial(read_cluster, connection, cluster_id),
        take,
        is_shown=is_shown,
        pause=pause,
        on_error=on_error,
        at_most=at_most,
    )
