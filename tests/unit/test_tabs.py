"""All tabs, whatever is in them: no row is too wide, what wraps hangs, ids stay whole."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hsmtui.aws.pages import Page, Position
from hsmtui.aws.trail import EventPage
from hsmtui.fleet.backups import BackupPages
from hsmtui.fleet.trail import Trail
from hsmtui.model.backup import Backup
from hsmtui.model.cluster import BackupRetentionPolicy, Certificates, Cluster, Hsm, Tag
from hsmtui.model.findings.finding import Finding, Findings, Unchecked
from hsmtui.model.findings.severity import Severity
from hsmtui.model.trail import Actor, TrailEvent
from hsmtui.ui.widgets.detail_view import DetailView, RelatedData
from hsmtui.ui.widgets.hanging_text import HangingText
from hsmtui.ui.widgets.tabs import TABS
from tests.hostile import CORPUS
from tests.pems import certificate, request

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
IDS = (
    *("cluster-aaaaaaaaaaa", "hsm-22222222222", "eni-0cccccccccccccccc", "backup-333333333333"),
    *("subnet-0eeeeeeeeeeeeeeee", "vpc-0ffffffffffffffff", "sg-0dddddddddddddddd"),
)
CLUSTER_ID, HSM_ID, ENI, BACKUP_ID, SUBNET, VPC, GROUP = IDS
PEMS = Certificates(cluster_csr=request(), hsm_certificate=certificate())
words = st.lists(
    st.sampled_from([*IDS, "the", "service", "says", "本番環境", "é" * 9]), max_size=30
)
messages = st.one_of(words.map(" ".join), st.sampled_from(sorted(CORPUS.values())))


def view_of(message, width, height=0):
    """All that a tab may tell, with this text wherever one comes from outside."""
    hsm = Hsm(
        hsm_id=HSM_ID,
        state="DEGRADED",
        state_message=message,
        eni_id=ENI,
        eni_ip="100.100.100.100",
        eni_ip_v6="2600:1f18:aaaa:bbbb:cccc:dddd:eeee:ffff",
        availability_zone="ap-southeast-1a",
        subnet_id=SUBNET,
    )
    cluster = Cluster(
        cluster_id=CLUSTER_ID,
        state="UNINITIALIZED",
        state_message=message,
        hsms=(hsm, Hsm(hsm_id="hsm-44444444444", state="ACTIVE")),
        vpc_id=VPC,
        security_group=GROUP,
        source_backup_id=BACKUP_ID,
        subnet_mapping={"us-east-1a": SUBNET, "us-east-1b": SUBNET},
        hsm_type_rollback_expiration=NOW + timedelta(days=9),
        create_timestamp=NOW,
        backup_retention_policy=BackupRetentionPolicy("DAYS", "90"),
        tag_list=(Tag("Name", message), Tag(message or "k", SUBNET), Tag("Subnet", SUBNET)),
        certificates=PEMS,
    )
    backup = Backup(
        BACKUP_ID, backup_state="READY", create_timestamp=NOW, source_cluster=CLUSTER_ID
    )
    seen = (("StateMessage", message), ("SubnetId", SUBNET))
    event = TrailEvent(
        "id", NOW, "CreateHsm", Actor("Root", message), message, message, message, message, seen
    )
    finding = Finding("RULE-ONE", Severity.HIGH, message, seen, f"why {VPC}", f"do {GROUP}")
    related = RelatedData(
        Findings((finding, finding), (Unchecked("RULE-TWO", message),)),
        20,
        backups=BackupPages().extended(Page((backup,), Position(token="t"), None), NOW),
        trail=Trail.begun(cluster).extended(0, EventPage((event, event), None), NOW),
        place=f"profile · us-east-1 · {CLUSTER_ID}",
    )
    return DetailView(cluster, width, NOW, {}, related=related, height=height)


@settings(max_examples=40)
@given(messages, st.integers(24, 130), st.sampled_from([0, 20, 60]))
def test_no_row_is_too_wide_and_what_wraps_hangs(message, width, height):
    view = view_of(message, width, height)
    for tab in TABS:
        text = HangingText(tab.lines(view))
        rows = text.rows(width)
        assert max(row.text.cell_length for row in rows) <= width, tab.id
        for row in rows:
            if row.start:
                assert row.text.plain.startswith("  "), (tab.id, row.text.plain)


@pytest.mark.parametrize("width", [40, 46, 60, 80])
@settings(max_examples=15)
@given(words.map(" ".join))
def test_no_id_is_broken(width, message):
    view = view_of(message, width, 60)
    for tab in TABS:
        text = HangingText(tab.lines(view))
        whole, drawn = str(text), text.drawn(width).plain
        for each in IDS:
            assert drawn.count(each) == whole.count(each), (tab.id, each)


class TestJson:
    def lines(self, message="said"):
        return next(tab for tab in TABS if tab.id == "json").lines(view_of(message, 60))

    def test_is_json(self):
        shown = json.loads(str(HangingText(self.lines('a "quoted": word, {x}'))))
        assert shown["StateMessage"] == 'a "quoted": word, {x}'

    def test_tells_keys_from_strings_numbers_and_null_by_their_colours(self):
        styles = {}
        for line in self.lines('x": 5, "y": null'):
            for span in line.text.spans:
                if span.style:
                    styles.setdefault(span.style, set()).add(line.text.plain[span.start : span.end])
        assert '"StateMessage"' in styles["ansi_cyan"]
        assert '"x\\": 5, \\"y\\": null"' in styles["ansi_green"]
        assert not any(text.startswith('"') for text in styles.get("ansi_yellow", ()))

    @pytest.mark.parametrize("width", [40, 60, 78])
    def test_a_long_value_goes_on_below_where_it_begins(self, width):
        text = HangingText(self.lines("word " * 40))
        rows = [row.text.plain for row in text.rows(width)]
        at = next(n for n, row in enumerate(rows) if '"StateMessage"' in row)
        column = rows[at].index('"word')
        assert rows[at + 1][:column].isspace()
        assert rows[at + 1][column] == "w"
