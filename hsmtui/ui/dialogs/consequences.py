"""What a dialog says of the consequences of a change: backups and key stores."""

from datetime import datetime

from textual.content import Content

from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.key_stores import KeyStore
from hsmtui.changes.lookups import LookUp, named
from hsmtui.model.backup import Backup, ends_at
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.modify_retention import outlived
from hsmtui.model.newest_backup import Recency, is_too_old, judge_newest
from hsmtui.model.text import visible
from hsmtui.model.times import age


def good(words: str) -> Content:
    """A line that says that all is well."""
    return Content.assemble(("✓", "ansi_green"), f" {words}")


def warning(words: str) -> Content:
    """A line that nobody should miss."""
    return Content.assemble(("▲", "bold ansi_yellow"), f" {words}")


def quota(number: int, noun: str) -> Content:
    """How many of something the service allows by default; how many there are is not looked up."""
    words = f"By default an account has {number} {noun} in a region; AWS can raise that."
    return Content(words)


def unsure(words: str) -> Content:
    """A line on what is not known."""
    return Content.assemble(("?", "bold ansi_magenta"), f" {words}")


def backup_line(
    backups: LookUp[Backup], cluster: Cluster, now: datetime, hours: int, loss: str
) -> Content:
    """The newest READY backup of the cluster and how long it is kept, that it is too old after so
    many hours, or that there is none and what that means."""
    if backups.entries is None or backups.problem is not None:
        return not_checked("Backups", backups.problem)
    newest = judge_newest(backups.entries, now, hours)
    backup, days = newest.backup, cluster.retention_days
    if newest.recency is Recency.UNREADABLE:
        return unsure("Backups not checked: one of them cannot be read.")
    if backup is None:
        return warning(f"No READY backup: {loss}.")
    made = backup.create_timestamp
    if made is None:
        return unsure(f"Backup of unknown age, {_kept(backup, days, now)}.")
    if is_too_old(newest, cluster):
        return warning(f"Backup {age(made, now)} old, too old: newer keys are in the HSMs only.")
    return good(f"Backup {age(made, now)} old, {_kept(backup, days, now)}.")


def doomed_line(backups: LookUp[Backup], days: int, now: datetime) -> Content:
    """How many READY backups of a cluster are too old to be kept for these days."""
    if backups.entries is None or backups.problem is not None:
        return not_checked("Backups", backups.problem)
    if any(backup.odd for backup in backups.entries):
        return unsure("Backups not checked: one of them cannot be read.")
    number, every = len(outlived(backups.entries, days, now)), len(backups.entries)
    if not number:
        return good(f"None of its {every:,} READY backups is older than {days} days.")
    return warning(f"{number:,} of its {every:,} READY backups: older than {days} days.")


def _kept(backup: Backup, days: int | None, now: datetime) -> str:
    if backup.never_expires:
        return "never expires"
    if backup.is_copy:
        return "a copy, which no policy deletes"
    until = ends_at(backup, days)
    if until is None:
        return "kept for an unknown time"
    if until <= now:
        return f"older than its {days} days; the newest stays"
    return f"kept until {until:%Y-%m-%d} ({days} days); the newest stays"


def stores_lines(stores: LookUp[KeyStore]) -> list[Content]:
    """The KMS key stores that use the cluster, or that none does; what is not known comes last."""
    lines = [warning(f"Used by {named(store)}.") for store in stores.entries or ()]
    if stores.entries is None or stores.problem is not None:
        return [*lines, not_checked("KMS key stores", stores.problem)]
    return lines or [good("No KMS key store uses it.")]


def not_checked(what: str, problem: HsmtuiError | None) -> Content:
    """That something is being looked up, or why that could not be done."""
    if problem is None:
        return Content.styled(f"  {what} are being looked up …", "dim")
    denied = problem.denied_action
    why = f"{denied} is denied" if denied else problem.title
    return unsure(f"{what} not checked: {visible(why)}.")
