"""What the tab of backups says."""

from collections.abc import Iterator
from datetime import datetime

from rich.cells import cell_len
from textual.content import Content

from hsmtui.fleet.recorded import RecordedCluster
from hsmtui.model.backup import PENDING_DELETION, Backup, ends_at, lasting, newest_ready
from hsmtui.model.cluster import Cluster
from hsmtui.model.columns import ABSENT
from hsmtui.model.newest_backup import is_too_old, judge_newest
from hsmtui.model.text import visible
from hsmtui.model.times import age, stamp
from hsmtui.ui.commands.keymap import key_of
from hsmtui.ui.theme import clip, flowed, state_content
from hsmtui.ui.widgets.asked_tab import failure, progress
from hsmtui.ui.widgets.cut_text import not_drawn, window_around
from hsmtui.ui.widgets.detail_view import DetailView
from hsmtui.ui.widgets.hanging_text import Line, styled

_ODD = "?"
"""Before what cannot be read."""

STATE, AGE, CREATED, LASTS = 13, 4, 16, 23
"""Cells of the columns."""

BACKUPS_WINDOW = 500
"""Backups that are drawn at a time above and below the one under the cursor, where there are many
more than a year has days."""


def backups(view: DetailView) -> list[Line]:
    """The backups, as far as they were read, as a table under a line that sums them up."""
    if view.related.recorded is not None:
        return _recorded(view.related.recorded, view)
    if not view.cluster.has_id:
        return [styled("This entry has no id, so its backups cannot be asked for.")]
    pages = view.related.backups
    lines: list[Line] = []
    if pages.pages:
        lines.append(Line(_summary(view), 2))
    elif pages.problem is None:
        lines.append(styled("Reading the backups …"))
    if pages.backups:
        lines += _table(view)
    lines += failure(pages.problem, view.remapped)
    if pages.problem is None and pages.next is not None:
        words = f"{key_of('list.next_page', view.remapped)} loads more"
        lines.append(Line(Content.styled(words, "dim"), is_cut=True))
    return lines


def newest_backup(view: DetailView) -> list[Line]:
    """What is known of the newest backup without asking for it."""
    recorded, pages, known = (
        view.related.recorded,
        view.related.backups,
        view.related.known_backups,
    )
    if recorded is not None or not view.cluster.has_id:
        return backups(view)
    if pages.pages:
        return [Line(_summary(view), 2)]
    if isinstance(known, tuple):
        told = [*_newest(known, view, is_whole=True), _kept(view)]
        return [Line(Content(" · ").join(told), 2)]
    why = visible(known.why) if known is not None else "backups were not read"
    return [styled(f"{why}; {key_of('details.backups', view.remapped)} reads them", "dim", 2)]


def _recorded(recorded: RecordedCluster, view: DetailView) -> list[Line]:
    """What a file says of backups: how many there were, and the newest that was READY."""
    if recorded.backups is None:
        return [styled("Backups are not in this file.")]
    counted, newest = f"backups ({recorded.backups})", recorded.newest
    if newest is None:
        none = ("▲ none was READY when they were read", "bold ansi_red")
        return [Line(Content.assemble((counted, "bold"), " · ", none), 2)]
    made = newest.create_timestamp
    old = f" {stamp(made)}, {age(made, view.now)} old when it was read" if made else ""
    return [
        Line(Content.assemble((counted, "bold"), f" · newest READY{old}"), 2),
        styled(visible(newest.backup_id)),
        styled("The file has no other backups.", "dim"),
    ]


def _newest(backups: tuple[Backup, ...], view: DetailView, *, is_whole: bool) -> list[Content]:
    """How old the newest is from which a cluster can be made; nothing where that is not known."""
    judged = judge_newest(backups, view.now, view.related.backup_hours)
    newest = newest_ready(backups)
    if newest is not None and newest.create_timestamp is not None:
        words = f"newest READY {age(newest.create_timestamp, view.now)} old"
        too_old = is_too_old(judged, view.cluster)
        return [Content.styled(f"▲ {words}", "bold ansi_red") if too_old else Content(words)]
    if is_whole and not any(backup.odd for backup in backups):
        return [Content.styled("▲ none is READY", "bold ansi_red")]
    return []


def _kept(view: DetailView) -> Content:
    days = view.cluster.retention_days
    return Content("no retention policy" if days is None else f"kept {days} days")


def _summary(view: DetailView) -> Content:
    pages = view.related.backups
    parts: list[Content] = [Content.styled(f"backups ({pages.how_many})", "bold")]
    parts += [*_newest(pages.backups, view, is_whole=pages.is_whole), _kept(view)]
    doomed = sum(b.backup_state == PENDING_DELETION and not b.odd for b in pages.backups)
    if doomed:
        words = f"{doomed} can be restored: {key_of('backup.restore', view.remapped)}"
        parts.append(Content.styled(words, "ansi_yellow"))
    parts += progress(pages.problem, "reading" if pages.is_reading else "")
    return Content(" · ").join(parts)


def _table(view: DetailView) -> Iterator[Line]:
    """A line for each; what does not fit across, or is out of the ordinary, goes below."""
    backups, width = view.related.backups.backups, view.width
    window = window_around(view.backup_id, [each.backup_id for each in backups], BACKUPS_WINDOW)
    shown = backups[window.start : window.stop]
    ids = max(cell_len(visible(backup.backup_id)) for backup in shown)
    wide = ids + STATE + AGE + CREATED + LASTS + 4 <= width
    header = f"{clip('BACKUP', ids)} {clip('STATE', STATE)} {'AGE':>{AGE}}"
    more = f" {clip('CREATED (UTC)', CREATED)} LASTS" if wide else ""
    yield styled(header + more, "bold")
    if window.start:
        yield not_drawn(f"{window.start:,} more backups above")
    for backup in shown:
        for line in _block(backup, view, ids, wide=wide):
            yield line._replace(item=backup.backup_id)
    if below := len(backups) - window.stop:
        yield not_drawn(f"{below:,} more backups below")


def _block(backup: Backup, view: DetailView, ids: int, *, wide: bool) -> Iterator[Line]:
    """The lines of a backup; the first is marked where the cursor is on it."""
    cluster, now, created = view.cluster, view.now, backup.create_timestamp
    state = state_content(backup.backup_state, whole=False)
    line = Content.assemble(
        f"{clip(visible(backup.backup_id), ids)} ",
        state.truncate(STATE, ellipsis=True, pad=True),
        f" {age(created, now) if created else ABSENT:>{AGE}} ",
    )
    made = f"{created:%Y-%m-%d %H:%M}" if created else ABSENT
    lasts = _lasts(backup, cluster, now)
    if wide:
        line = Content.assemble(line, f"{made:{CREATED}} ", lasts)
    yield Line(line.stylize("reverse") if backup.backup_id == view.backup_id else line, 2)
    if not wide:
        yield Line(Content.assemble(f"  {made} · ", lasts), 4)
    if backup.odd:
        words = f"  {_ODD} cannot be read whole, nor changed: {visible(backup.why_odd)}"
        yield styled(words, "ansi_magenta", 4)
    for part in flowed(_unusual(backup, cluster), view.width - 2):
        yield styled(f"  {part}", "dim", 4)


def _lasts(backup: Backup, cluster: Cluster, now: datetime) -> Content:
    words = lasting(backup, cluster.retention_days, now)
    ends = ends_at(backup, cluster.retention_days)
    soon = backup.backup_state == PENDING_DELETION or (ends is not None and ends <= now)
    return Content.styled(words, "ansi_yellow" if soon else "")


def _unusual(backup: Backup, cluster: Cluster) -> list[str]:
    """Where a backup came from, when it is gone for good, and what differs from its cluster."""
    gone, copied = backup.delete_timestamp, backup.copy_timestamp
    parts = [
        ("gone for good on", stamp(gone) if gone else None),
        ("copy of", backup.source_backup),
        ("of", backup.source_cluster),
        ("in", backup.source_region),
        ("made on", stamp(copied) if copied else None),
        ("type", backup.hsm_type if backup.hsm_type != cluster.hsm_type else None),
        ("mode", backup.mode if backup.mode != cluster.mode else None),
        *((f"tag {tag.key}", tag.value or '""') for tag in backup.tag_list or ()),
    ]
    return [visible(f"{name} {value}") for name, value in parts if value]
