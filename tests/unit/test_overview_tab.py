"""The overview: the fields alone where there is little room, and what a triage needs with more."""

from datetime import UTC, datetime, timedelta

import pytest

from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Certificates, Cluster, Hsm
from hsmtui.model.findings.finding import Finding, Findings, NotYet, Unread
from hsmtui.model.findings.severity import Severity
from hsmtui.ui.widgets.backups_tab import backups
from hsmtui.ui.widgets.detail_view import DetailView, RelatedData
from hsmtui.ui.widgets.findings_tab import findings
from hsmtui.ui.widgets.hanging_text import HangingText
from hsmtui.ui.widgets.hsms_tab import hsms
from hsmtui.ui.widgets.overview_tab import MOST_HSMS, ROOM, overview, tells_chain

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BROKEN = Hsm(hsm_id="hsm-22222222222", state="DEGRADED", state_message="Replace this one.")
CLUSTER = Cluster(
    cluster_id="cluster-aaaaaaaaaaa",
    state="DEGRADED",
    security_group="sg-0dddddddddddddddd",
    subnet_mapping={"us-east-1a": "subnet-0eeeeeeeeeeeeeeee"},
    hsms=(Hsm(hsm_id="hsm-33333333333", state="ACTIVE"), BROKEN),
)
FOUND = [
    Finding(f"RULE-{n}", Severity.HIGH, f"title {n}", (("Field", "x"),), f"why {n}", f"do {n}")
    for n in range(4)
]


def view(height, *, width=78, cluster=CLUSTER, **related):
    found = related.pop("findings", Findings(tuple(FOUND)))
    data = RelatedData(found, 20, **related)
    return DetailView(cluster, width, NOW, {}, related=data, height=height)


def text(*given, **more):
    return str(HangingText(overview(view(*given, **more))))


def test_with_little_room_there_are_the_fields_alone():
    assert text(ROOM - 1) == text(0)
    assert "Findings" not in text(ROOM - 1)
    assert "Findings" in text(ROOM)


def test_with_room_it_tells_what_the_other_tabs_tell_in_the_same_words():
    shown = text(60)
    assert str(HangingText(findings(view(60)))) in shown
    assert str(HangingText(hsms(view(60)))) in shown
    titles = ("Findings", "HSMs\n", "Newest backup", "Certificates")
    order = [shown.index(f"\n{title}") for title in titles]
    assert order == sorted(order)


@pytest.mark.parametrize("width", [46, 60, 78, 118])
def test_what_is_less_bad_is_shortened_so_that_all_is_in_sight(width):
    full = len(HangingText(overview(view(200, width=width))).rows(width))
    least = len(HangingText(overview(view(ROOM, width=width))).rows(width))
    assert least < full
    for height in range(least, full + 1):
        lines = overview(view(height, width=width))
        assert len(HangingText(lines).rows(width)) <= height
        shown = str(HangingText(lines))
        assert all(finding.title in shown for finding in FOUND)
        assert "why 0" in shown
        assert ("6 shows why each matters" in shown) == (height < full)
        assert BROKEN.state_message in shown


def test_of_many_hsms_there_are_the_worst_in_their_order():
    modules = tuple(Hsm(hsm_id=f"hsm-{n:011}", state="ACTIVE") for n in range(40))
    modules = (*modules[:30], BROKEN, *modules[31:])
    shown = text(60, cluster=Cluster(cluster_id="c", hsms=modules))
    ids = [line[:15] for line in shown.splitlines() if line.startswith("hsm-")]
    assert ids == [*(hsm.hsm_id for hsm in modules[: MOST_HSMS - 1]), BROKEN.hsm_id]
    assert "2 shows 32 more" in shown


class TestNewestBackup:
    READY = Backup("backup-1", backup_state="READY", create_timestamp=NOW - timedelta(hours=50))

    def told(self, **related):
        return text(60, **related).partition("Newest backup\n")[2].partition("\n")[0]

    def test_is_told_as_it_is_known_from_the_whole_region(self):
        assert self.told(known_backups=(self.READY,)) == (
            "▲ newest READY 2d old · no retention policy"
        )
        assert self.told(known_backups=()).startswith("▲ none is READY")

    def test_that_was_not_read_says_so_and_which_key_reads_it(self):
        off = Unread("backups are not read: findings.read_backups is false")
        assert self.told(known_backups=off) == f"{off.why}; 7 reads them"
        assert self.told() == "backups were not read; 7 reads them"

    def test_that_was_looked_at_is_told_as_its_tab_does(self):
        from hsmtui.aws.pages import Page
        from hsmtui.fleet.backups import BackupPages

        pages = BackupPages().extended(Page((self.READY,), None, None), NOW)
        assert self.told(backups=pages) == str(HangingText(backups(view(60, backups=pages))[:1]))


class TestCertificates:
    def test_are_not_decoded_before_that_is_done_in_the_background(self):
        coming = Findings((), (NotYet("CERT-EXPIRY", "certificates are not decoded yet"),))
        assert text(60, findings=coming).endswith("… certificates are not decoded yet")

    def test_have_a_chain_where_the_answer_had_one(self):
        chained = Cluster(cluster_id="c", certificates=Certificates(cluster_csr="x"))
        assert tells_chain(view(60, cluster=chained))
        assert not tells_chain(view(ROOM - 1, cluster=chained))
        assert not tells_chain(view(60))


@pytest.mark.parametrize("width", [40, 46, 78, 118])
def test_labels_are_whole_words_and_stand_apart_from_their_values(width):
    shown = text(0, width=width)
    assert "security group " in shown
    lines = text(60, width=width).splitlines()
    assert any(line.startswith("security group  sg-0") for line in lines)
    assert all(f"{label} " in shown for label in ("from backup", "PreCoPassword", "us-east-1a"))
