"""Telling what can be done with a row, and doing what is chosen."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from hsmtui.aws.threads import offload
from hsmtui.config.trust import read_roots
from hsmtui.fleet.backups import BackupPages
from hsmtui.fleet.listing import Row
from hsmtui.fleet.location import origin_of
from hsmtui.model.advice import Advice
from hsmtui.model.backup import Backup
from hsmtui.model.certificates.roots import Roots
from hsmtui.model.findings.finding import Unread
from hsmtui.model.findings.outside import outside_commands
from hsmtui.model.origin import Origin
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
from hsmtui.ui.dialogs.actions import COPY, ActionsDialog, change_choices, outside_choices
from hsmtui.ui.dialogs.commands import palette_commands
from hsmtui.ui.dialogs.pick import Choice
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
    """List the commands, and `run` the one that is chosen; one of others is copied."""
    known = await _known(app, subject)
    spell = partial(spelt, remapped=app.remapped)
    changes = list(change_choices(possible_changes(known, subject.first), app.remapped, spell))
    outside = _outside(known, origin_of(subject.row.connection, app.demo))
    choices = sorted((*changes, *outside), key=_order)
    dialog = ActionsDialog(_heading(subject), choices, list(_notes(known, subject)))
    chosen: str | None = await app.push_screen_wait(dialog)
    command = palette_commands().get(chosen or "")
    if command is not None:
        await run(command)
    elif chosen is not None:
        app.copy(chosen)


def _order(choice: Choice) -> int:
    """What findings ask for, then what else can be done, then what cannot, then what others do."""
    key, rules = choice.columns
    if key == COPY:
        return 1 if rules else 4
    return 3 if choice.remark else 0 if rules else 2


def _outside(known: KnownCluster, origin: Origin) -> Iterator[Choice]:
    """The commands of others, and the rules whose findings ask for each."""
    cluster, findings = known.cluster, known.findings
    always = dict(outside_commands(cluster, (), origin))
    rules: dict[str, list[str]] = {}
    for finding in findings:
        for name, _ in outside_commands(cluster, (finding,), origin):
            if name not in always:
                rules.setdefault(name, []).append(finding.rule)
    return outside_choices(outside_commands(cluster, findings, origin), rules)


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
