"""Since when clusters were seen in states that should pass, from one run to the next."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from hsmtui.aws.connection import Connection
from hsmtui.aws.threads import offload
from hsmtui.config.state import StateError
from hsmtui.fleet.first_seen_file import FirstSeenTimes, Spot, load_first_seen, save_first_seen
from hsmtui.model.cluster import Cluster


class FirstSeen:
    """Reads its file when it is first asked, and writes it when told to.

    Without a file, as in the demo, nothing outlives the run. `warn` is given what went wrong.
    """

    def __init__(self, file: Path | None, warn: Callable[[str], object]) -> None:
        self._file = file
        self._warn = warn
        self._seen: FirstSeenTimes | None = None

    def since(self, connection: Connection, cluster: Cluster, now: datetime) -> datetime | None:
        """When a cluster was first seen in its state; None for a state that may last."""
        if self._seen is None:
            self._seen = self._load()
        owner = connection.account or connection.profile_name
        spot = Spot(owner, connection.region, connection.endpoint)
        return self._seen.since(spot, cluster, now)

    async def save(self) -> None:
        """Keep what is new; where that fails once it is not tried again."""
        if self._file is None or self._seen is None or not self._seen.changed:
            return
        try:
            await offload(save_first_seen, self._file, self._seen)
        except StateError as error:
            self._file = None
            self._warn(str(error))

    def _load(self) -> FirstSeenTimes:
        if self._file is None:
            return FirstSeenTimes()
        seen, notice = load_first_seen(self._file)
        if notice:
            self._warn(notice)
        return seen
