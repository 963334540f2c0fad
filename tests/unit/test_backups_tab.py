"""The text of the tab of backups: every field is somewhere, and nothing is wider than the room."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import Page, Position
from hsmtui.fleet.backups import BackupPages
from hsmtui.model.backup import Backup
from hsmtui.model.cluster import BackupRetentionPolicy, Cluster, Hsm, Tag
from hsmtui.ui.widgets.backups_tab import backups
from hsmtui.ui.widgets.detail_view import DetailView, RelatedData
from hsmtui.ui.widgets.hanging_text import HangingText

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
CLUSTER = Cluster(
    cluster_id="cluster-aaaaaaaaaaa",
    backup_retention_policy=BackupRetentionPolicy("DAYS", "90"),
    hsm_type="hsm2m.medium",
    mode="FIPS",
)
FULL = Backup(
    "backup-2222222222222222",
    backup_state="PENDING_DELETION",
    create_timestamp=NOW - 50 * HOUR,
    copy_timestamp=NOW - 49 * HOUR,
    source_region="eu-central-2",
    source_backup="backup-3333333333333333",
    source_cluster="cluster-4444444444444444",
    delete_timestamp=NOW + 30 * HOUR,
    tag_list=(Tag("Keep", "[red]yes"), Tag("Empty", "")),
    hsm_type="hsm1.medium",
    mode="NON_FIPS",
)
PLAIN = Backup("backup-55555555555", backup_state="READY", create_timestamp=NOW - 7 * HOUR)
DENIED = HsmtuiError(
    title="Not allowed",
    detail="Computer says no.",
    remedy="The policy must allow cloudhsm:DescribeBackups.",
    operation="DescribeBackups",
    request_id="request-1",
)
MORE = Position(token="more")


def shelf(*backups, following=None, problem=None):
    return BackupPages().extended(Page(backups, following, problem), NOW)


def shown_in(known, *, width=78, cluster=CLUSTER):
    view = DetailView(cluster, width, NOW, {}, related=RelatedData(backups=known))
    return HangingText(backups(view))


def text(known, **more):
    return str(shown_in(known, **more))


@pytest.mark.parametrize("width", [44, 56, 78, 120])
def test_every_field_is_shown_in_the_width_there_is(width):
    hanging = shown_in(shelf(PLAIN, FULL), width=width)
    shown = str(hanging)
    for value in (
        *(FULL.backup_id, FULL.source_region, FULL.source_backup, FULL.source_cluster),
        *("2026-02-27 10:00", "2026-02-27 11:00:00 UTC", "2026-03-02 18:00:00 UTC"),
        *("gone in 1d 6h", "hsm1.medium", "NON_FIPS", "tag Keep [red]yes", 'tag Empty ""'),
        *("◌ PENDING DEL", "● READY", "until 2026-05-30 (89d)"),
    ):
        assert value in shown, value
    assert max(row.text.cell_length for row in hanging.rows(width)) <= width


@pytest.mark.parametrize(
    ("at", "above", "below"),
    [(None, 0, 1_500), (0, 0, 1_500), (1_200, 750, 750), (2_499, 2_000, 0)],
)
def test_of_thousands_those_around_the_cursor_are_drawn(at, above, below):
    many = [replace(PLAIN, backup_id=f"backup-{n:011}") for n in range(2_500)]
    under = None if at is None else many[at].backup_id
    related = RelatedData(backups=shelf(*many))
    lines = backups(DetailView(CLUSTER, 78, NOW, {}, related=related, backup_id=under))
    shown = [line.item for line in lines if line.item]
    assert shown == [each.backup_id for each in many[above : 2_500 - below]]
    told = str(HangingText(lines))
    assert (f"{above:,} more backups above" in told) is bool(above)
    assert (f"{below:,} more backups below" in told) is bool(below)
    marked = [line.item for line in lines if "reverse" in str(line.text.spans)]
    assert marked == ([] if under is None else [under])


def test_the_first_line_sums_up():
    assert text(shelf(PLAIN, FULL)).split("\n")[0] == (
        "backups (2) · newest READY 7h old · kept 90 days · 1 can be restored: u"
    )
    policy_free = Cluster(cluster_id="c")
    assert (
        text(shelf(), cluster=policy_free) == "backups (0) · ▲ none is READY · no retention policy"
    )


def test_more_pages_are_told():
    known = shelf(FULL, following=MORE)
    assert text(known).startswith("backups (1+) · kept 90 days")
    assert text(known).endswith("m loads more")
    assert "reading …" in text(known._replace(is_reading=True)).split("\n")[0]


def test_nothing_read_is_not_an_empty_list():
    assert text(BackupPages()) == "Reading the backups …"
    failed = text(BackupPages(problem=DENIED))
    assert "backups (0)" not in failed
    for words in (str(DENIED.title), DENIED.detail, "request-1", str(DENIED.remedy)):
        assert words in failed


def test_what_was_read_outlives_a_failure():
    shown = text(shelf(PLAIN, following=MORE)._replace(problem=DENIED))
    assert PLAIN.backup_id in shown
    assert "▲ failed, see the end" in shown.split("\n")[0]
    assert "request-1" in shown.split("\n")[-3]


def test_nothing_acts_on_the_terminal():
    evil = "x\x1b[31m\u202e"
    backup = Backup(
        evil, backup_state=evil, source_region=evil, hsm_type=evil, tag_list=(Tag(evil, evil),)
    )
    shown = text(shelf(backup))
    assert not {"\x1b", "\u202e"} & set(shown)


def test_a_shelf_is_whole_when_its_last_page_has_come():
    assert not BackupPages().is_whole
    first = shelf(FULL, following=MORE)
    assert (first.is_whole, first.how_many) == (False, "1+")
    both = first.extended(Page((FULL, PLAIN), None), NOW + HOUR)
    assert (both.is_whole, both.backups, both.read_at) == (True, (FULL, PLAIN), NOW)
    assert not both._replace(problem=DENIED).is_whole
    ready = Backup(FULL.backup_id, backup_state="READY")
    assert both.renewed(ready).backups == (ready, PLAIN)


def test_a_newest_backup_that_is_too_old_is_marked_while_more_should_be_made():
    late = shelf(PLAIN, FULL)._replace(backups=(replace(PLAIN, create_timestamp=NOW - 72 * HOUR),))
    running = replace(CLUSTER, hsms=(Hsm("hsm-1", state="ACTIVE"),))
    assert "▲ newest READY 3d old" in text(late, cluster=running)
    assert "▲" not in text(late)
    assert "▲" not in text(shelf(PLAIN), cluster=running)
