"""What is looked up for the dialog of a change: it tells of consequences, and opens no gate."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.key_stores import KeyStore
from hsmtui.aws.threads import offload
from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Cluster
from hsmtui.model.newest_backup import is_too_old, judge_newest
from hsmtui.model.text import shortened, visible

T = TypeVar("T")

NO_BACKUP = "There is no READY backup."
OLD_BACKUP = "The newest backup is too old."
BACKUPS_UNCHECKED = "Backups could not be checked."
STORES_UNCHECKED = "KMS key stores could not be checked."


@dataclass(frozen=True)
class LookUp(Generic[T]):
    """What a look-up gave: None before the first, which is not the same as nothing. One that fails
    keeps the entries of the one before."""

    entries: tuple[T, ...] | None = None
    problem: HsmtuiError | None = None


class RepeatedLookUp(Generic[T]):
    """Looks one thing up again and again. Of look-ups that overtake each other that which began
    last counts, so that an old answer never takes the place of a newer one.

    `ask` is called in a thread with a connection and the id of a cluster, and may raise
    HsmtuiError.
    """

    def __init__(self, ask: Callable[[Connection, str], tuple[T, ...]]) -> None:
        self.latest: LookUp[T] = LookUp()
        self._ask = ask
        self._begun = 0

    async def again(self, connection: Connection, cluster_id: str) -> HsmtuiError | None:
        """Look it up once more; what kept this from succeeding, if anything did."""
        self._begun += 1
        number = self._begun
        latest = await offload(self._answer, self.latest, connection, cluster_id)
        if number == self._begun:
            self.latest = latest
        return latest.problem

    def _answer(self, before: LookUp[T], connection: Connection, cluster_id: str) -> LookUp[T]:
        try:
            return LookUp(self._ask(connection, cluster_id))
        except HsmtuiError as error:
            return LookUp(before.entries, error)


def backup_warnings(
    backups: LookUp[Backup], cluster: Cluster | None, now: datetime, hours: int
) -> frozenset[str]:
    """What the line on the newest backup of this cluster warns of, in sentences; after `hours` it
    is too old."""
    if backups.problem is not None:
        return frozenset({BACKUPS_UNCHECKED})
    if not backups.entries or cluster is None:
        return frozenset({NO_BACKUP} if backups.entries == () else ())
    newest = judge_newest(backups.entries, now, hours)
    return frozenset({OLD_BACKUP} if is_too_old(newest, cluster) else ())


_NAME = 32
"""Characters for the name of a key store; its id tells it from others."""


def named(store: KeyStore) -> str:
    """A key store by name, id and state."""
    name = shortened(visible(store.custom_key_store_name or ""), _NAME)
    details = visible(", ".join(filter(None, (store.entry_id, store.connection_state))))
    return f"KMS key store {name} ({details})"
