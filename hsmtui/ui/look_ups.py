"""What is looked up beside a gate: it tells of consequences, and opens nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from rich.cells import cell_len
from textual.content import Content

from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.key_stores import KeyStore
from hsmtui.aws.offload import offload
from hsmtui.model.backup import Backup, ends_at
from hsmtui.model.text import visible
from hsmtui.model.times import age
from hsmtui.ui.look import clip

T = TypeVar("T")

NO_BACKUP = "No READY backup is there."
BACKUPS_UNCHECKED = "Backups could not be checked."
STORES_UNCHECKED = "KMS key stores could not be checked."


@dataclass(frozen=True)
class LookUp(Generic[T]):
    """What was found; None until it was, which is not the same as nothing. A look that fails keeps
    what the one before it found."""

    found: tuple[T, ...] | None = None
    problem: HsmtuiError | None = None

    async def again(
        self,
        ask: Callable[[Connection, str], tuple[T, ...]],
        connection: Connection,
        cluster_id: str,
    ) -> "LookUp[T]":
        """Look once more, in a thread."""
        try:
            return LookUp(await offload(ask, connection, cluster_id))
        except HsmtuiError as error:
            return LookUp(self.found, error)


class Looker(Generic[T]):
    """Looks for one thing again and again. Of looks that overtake each other that which began last
    counts, so that an old answer never takes the place of a newer one."""

    def __init__(self, ask: Callable[[Connection, str], tuple[T, ...]]) -> None:
        self.known: LookUp[T] = LookUp()
        self._ask = ask
        self._looks = 0

    async def look(self, connection: Connection, cluster_id: str) -> HsmtuiError | None:
        """Look once more; what kept this look from finding out, if anything did."""
        self._looks += 1
        number = self._looks
        known = await self.known.again(self._ask, connection, cluster_id)
        if number == self._looks:
            self.known = known
        return known.problem


def good(words: str) -> Content:
    """A line that says that all is well."""
    return Content.assemble(("✓", "ansi_green"), f" {words}")


def warning(words: str) -> Content:
    """A line that nobody should miss."""
    return Content.assemble(("▲", "bold ansi_yellow"), f" {words}")


def backup_line(backups: LookUp[Backup], days: int | None, now: datetime, loss: str) -> Content:
    """The newest READY backup and how long it is kept, or that there is none and what that means.

    `days` is the retention of the cluster's backups, where its policy says so.
    """
    if backups.found is None or backups.problem is not None:
        return _unknown("Backups", backups.problem)
    if not backups.found:
        return warning(f"No READY backup: {loss}.")
    backup = backups.found[0]
    made = backup.create_timestamp
    old = f"{age(made, now)} old" if made else "of an age that is not told"
    return good(f"Backup {old}, {_kept(backup, days, now)}.")


def backup_warnings(backups: LookUp[Backup]) -> frozenset[str]:
    """What the line on the newest backup warns of, in sentences."""
    if backups.problem is not None:
        return frozenset({BACKUPS_UNCHECKED})
    return frozenset({NO_BACKUP} if backups.found == () else ())


def _kept(backup: Backup, days: int | None, now: datetime) -> str:
    if backup.never_expires:
        return "never expires"
    if backup.is_copy:
        return "a copy, which no policy deletes"
    until = ends_at(backup, days)
    if until is None:
        return "kept for a time that is not told"
    if until <= now:
        return f"older than its {days} days; AWS keeps the last"
    return f"kept until {until:%Y-%m-%d} ({days} days); AWS keeps the last"


def stores_lines(stores: LookUp[KeyStore]) -> list[Content]:
    """The KMS key stores that use the cluster, or that none does; what is not known comes last."""
    lines = [warning(f"Used by {named(store)}.") for store in stores.found or ()]
    if stores.found is None or stores.problem is not None:
        return [*lines, _unknown("KMS key stores", stores.problem)]
    return lines or [good("No KMS key store uses it.")]


NAME_CELLS = 32
"""Cells for the name of a key store; its id tells it from others."""


def named(store: KeyStore) -> str:
    """A key store by name, id and state."""
    name = visible(store.name)
    name = clip(name, NAME_CELLS) if cell_len(name) > NAME_CELLS else name
    told = visible(", ".join(filter(None, (store.store_id, store.state))))
    return f"KMS key store {name} ({told})"


def _unknown(what: str, problem: HsmtuiError | None) -> Content:
    if problem is None:
        return Content.styled(f"  {what} are being looked up …", "dim")
    denied = problem.denied_action
    why = f"{denied} is denied" if denied else problem.title
    return Content.assemble(("?", "bold ansi_magenta"), f" {what} not checked: {visible(why)}.")
