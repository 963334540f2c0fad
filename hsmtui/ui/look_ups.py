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
    if backups.found is None:
        return _unknown("Backups", backups.problem)
    if not backups.found:
        return warning(f"No READY backup: {loss}.")
    backup = backups.found[0]
    made = backup.create_timestamp
    old = f"{age(made, now)} old" if made else "of an age that is not told"
    return good(f"Backup {old}, {_kept(backup, days, now)}.")


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
    """The KMS key stores that use the cluster, or that none does."""
    if stores.found is None:
        return [_unknown("KMS key stores", stores.problem)]
    if not stores.found:
        return [good("No KMS key store uses it.")]
    return [warning(f"Used by {named(store)}.") for store in stores.found]


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
