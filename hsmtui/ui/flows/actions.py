"""Telling what can be done with a row, and doing what is chosen."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from hsmtui.aws.threads import offload
from hsmtui.config.trust import read_roots
from hsmtui.fleet.backups import BackupPages
from hsmtui.fleet.listing import Row
from hsmtui.model.advice import Advice
from hsmtui.model.backup import Backup
from hsmtui.model.certificates.roots import Roots
from hsmtui.model.findings.finding import Unread
from hsmtui.model.outside_commands import outside_commands
from hsmtui.model.possible_changes import (
    NOT_READ,
    NOT_WHOLE,
    KnownBackups,
    KnownCluster,
    needs_roots,
    possible_changes,
    read_only_words,
)
from hsmtui.model.text import visible
from hsmtui.ui.commands.command import Command
from hsmtui.ui.commands.keymap import spelt
from hsmtui.ui.dialogs.actions import ActionsDialog, change_choices, outside_choices
from hsmtui.ui.dialogs.commands import palette_commands
from hsmtui.ui.host import AppHost


class ActionSubject(NamedTuple):
    """What the commands are for: a row, the HSM of it that is meant, and what is known of its
    backups. `first` are the commands for what is looked at; `marked` rows are there besides."""

    row: Row
    hsm_id: str | None = None
    backups: BackupPages = BackupPages()
    newest: tuple[Backup, ...] | Unread | None = None
    first: tuple[str, ...] = ()
    marked: int = 0


async def choose_action(
    app: AppHost, subject: ActionSubject, run: Callable[[Command], Awaitable[None]]
) -> None:
    """List the commands, and `run` the one that is chosen; one for another host is copied."""
    known = await _known(app, subject)
    spell = partial(spelt, remapped=app.remapped)
    changes = possible_changes(known, subject.first)
    outside = list(outside_commands(known.cluster))
    rules = [finding.rule for finding in known.findings]
    others = sorted(outside_choices(outside, rules), key=lambda choice: not choice.columns[1])
    asked = [choice for choice in others if choice.columns[1]]
    choices = [*asked, *change_choices(changes, app.remapped, spell), *others[len(asked) :]]
    dialog = ActionsDialog(_heading(subject), choices, list(_notes(known, subject)))
    chosen: str | None = await app.push_screen_wait(dialog)
    command = palette_commands().get(chosen or "")
    if command is not None:
        await run(command)
    elif chosen is not None:
        app.copy(chosen)


def commands_of_tab(tab_id: str) -> tuple[str, ...]:
    """The commands that are for what a tab of the details shows."""
    return _OF_TABS.get(tab_id, ())


_OF_TABS: Mapping[str, tuple[str, ...]] = {
    "hsms": ("cluster.add_hsm", "hsm.replace", "hsm.delete"),
    "certificates": ("cluster.initialize",),
    "tags": ("tags.edit",),
    "backups": (
        *("backup.keep", "backup.copy", "backup.restore", "backup.delete"),
        *("cluster.create", "cluster.retention"),
    ),
}


async def _known(app: AppHost, subject: ActionSubject) -> KnownCluster:
    row, settings = subject.row, app.settings
    why_read_only = row.connection.why_read_only
    roots: Roots | None = None
    if needs_roots(row.cluster) and not why_read_only:
        roots = await offload(read_roots, settings.trust, settings.paths.config_file.parent)
    return KnownCluster(
        row.cluster,
        app.clock(),
        why_read_only,
        row.findings.findings,
        known_backups(subject.backups, subject.newest),
        subject.hsm_id,
        roots,
    )


def known_backups(pages: BackupPages, newest: tuple[Backup, ...] | Unread | None) -> KnownBackups:
    """What is known of the backups of a cluster, by the pages that were read and, from the reading
    of the region, by the newest."""
    of_region = newest if isinstance(newest, tuple) else ()
    unread: str | Advice = NOT_WHOLE if pages.pages else NOT_READ
    if pages.is_reading:
        unread = "backups are being read"
    elif pages.problem is not None:
        unread = f"backups could not be read: {pages.problem.title}"
    return KnownBackups(
        (*pages.backups, *of_region), pages.is_whole, isinstance(newest, tuple), unread
    )


def _heading(subject: ActionSubject) -> str:
    cluster = subject.row.cluster
    named = f"{cluster.cluster_id} {cluster.name or ''}".strip()
    of = f"{subject.hsm_id} of {cluster.cluster_id}" if subject.hsm_id else named
    return visible(f"What can be done: {of}")


def _notes(known: KnownCluster, subject: ActionSubject) -> Iterator[str]:
    """What is said once for all."""
    if known.why_read_only:
        yield read_only_words(known.why_read_only)
    if subject.marked:
        rows = "1 row is" if subject.marked == 1 else f"{subject.marked} rows are"
        yield f"{rows} marked: tags are for those, all else is for this cluster."
