"""A report in words: everything in it, within its columns, and nothing that acts on a terminal."""

import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.aws.errors import HsmtuiError
from hsmtui.check.formats import as_json, as_markdown, as_table
from hsmtui.check.report import CheckedPlace, Report
from hsmtui.export.markdown import escaped
from hsmtui.model.advice import AGAIN_OR_ELSEWHERE, Advice
from hsmtui.model.cluster import Cluster, Hsm, Tag
from hsmtui.model.findings.evaluate import find
from hsmtui.model.findings.finding import (
    Finding,
    Findings,
    Judged,
    Known,
    Rules,
    Severity,
    Unchecked,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HERE = CheckedPlace(
    "prod", "us-east-1", None, "111111111111", "arn:aws:iam::111111111111:user/alice"
)
DENIED = HsmtuiError(
    title="AWS denied it",
    detail="because",
    remedy=Advice("Ask, then ", AGAIN_OR_ELSEWHERE),
    operation="DescribeClusters",
    code="AccessDenied",
    request_id="r-1",
)


def cluster(number=1, name="payments", state="hsm creation failed"):
    hsm = Hsm(hsm_id=f"hsm-{number:011}", state="DEGRADED", state_message=state)
    tags = (Tag("Name", name),) if name is not None else ()
    return Cluster(
        cluster_id=f"cluster-{number:011}",
        state="ACTIVE",
        hsms=(hsm,),
        tag_list=tags,
        create_timestamp=NOW.replace(year=2025),
    )


def report(*clusters, problems=(), backups=None):
    judged = tuple(Judged(one, find(one, NOW, Rules(), Known())) for one in clusters)
    return Report(NOW, HERE, "", judged, len(clusters), 1, backups, problems)


def test_the_table():
    text = as_table(report(cluster(1), cluster(2, None), backups=7), 80)
    assert text.startswith(
        "profile prod, us-east-1, account 111111111111\n"
        "2026-03-01 12:00:00 UTC, arn:aws:iam::111111111111:user/alice\n"
        "\n"
        "CRITICAL  HSM-DEGRADED  2 clusters\n"
        "  cluster-00000000001  payments  hsm-00000000001 is DEGRADED\n"
        "  cluster-00000000002  -         hsm-00000000002 is DEGRADED\n"
        "  -> Delete it and create another.\n"
        "\n"
        "WARNING  RETENTION  2 clusters\n"
    )
    assert text.endswith(
        "2 critical, 2 warning, in 2 of 2 clusters.\nRead 2 clusters on 1 page, and 7 backups.\n"
    )


def test_nothing_found():
    text = as_table(report(), 80)
    assert text.endswith("\nNo findings.\nRead 0 clusters on 1 page, and no backups.\n")


def test_what_was_not_evaluated_and_not_read_is_said():
    later = Findings((), (Unchecked("BACKUP-STALE", "backups were not read"),))
    judged = tuple(Judged(cluster(number), later) for number in (1, 2))
    told = Report(NOW, HERE, "", judged, 2, 1, None, (DENIED,))
    words = " ".join(as_table(told, 80).split())
    assert "Not evaluated: BACKUP-STALE for 2 clusters: backups were not read." in words
    assert "NOT WHOLE" in words
    assert "NOT WHOLE" in as_markdown(told)
    document = json.loads(as_json(told))
    assert document["whole"] is False
    assert document["problems"] == [
        {
            "operation": "DescribeClusters",
            "code": "AccessDenied",
            "title": "AWS denied it",
            "detail": "because",
            "remedy": "Ask, then run this again; -p takes another profile.",
            "request_id": "r-1",
        }
    ]
    assert document["unchecked"][0] == {
        "rule": "BACKUP-STALE",
        "cluster_id": "cluster-00000000001",
        "why": "backups were not read",
    }


def test_the_document():
    document = json.loads(as_json(report(cluster(), backups=3)))
    assert document["time"] == "2026-03-01T12:00:00Z"
    assert document["place"] == {"profile": "prod", "region": "us-east-1", "endpoint": None}
    assert (document["account"], document["whole"]) == ("111111111111", True)
    assert document["read"] == {"clusters": 1, "pages": 1, "backups": 3}
    assert document["counts"] == {"critical": 1, "warning": 1}
    assert document["findings"][0] == {
        "severity": "critical",
        "rule": "HSM-DEGRADED",
        "cluster_id": "cluster-00000000001",
        "name": "payments",
        "title": "hsm-00000000001 is DEGRADED",
        "seen": [
            {"field": "HsmId", "value": "hsm-00000000001"},
            {"field": "StateMessage", "value": "hsm creation failed"},
        ],
        "why": "An HSM that failed never recovers.",
        "remedy": "Delete it and create another.",
    }


def test_the_page():
    name = "a|b [x](http://y)"
    page = as_markdown(report(cluster(1, name)))
    (row,) = [line for line in page.splitlines() if "HSM-DEGRADED" in line]
    assert row.count("|") == 7
    assert f"| {escaped(name)} |" in row


@pytest.mark.parametrize("write", [lambda told: as_table(told, 80), as_json, as_markdown])
def test_text_from_outside_is_made_visible(write):
    text = write(report(cluster(1, "a\x1b[31m\u202eb", "x\x07\ny")))
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e\x7f]", text)
    assert "\\u202e" in text.replace("\\\\", "\\")


@given(
    st.lists(st.text(max_size=60), min_size=1, max_size=4),
    st.integers(min_value=64, max_value=200),
)
def test_a_table_keeps_to_its_width(names, width):
    clusters = [cluster(number, name) for number, name in enumerate(names)]
    lines = as_table(report(*clusters), width).splitlines()
    assert max(map(len, lines)) <= width


def test_a_group_has_one_rule_and_all_its_remedies():
    def told(number, remedy):
        finding = Finding("STUCK", Severity.HIGH, "stuck", (), "why", remedy)
        return Judged(cluster(number), Findings((finding,)))

    judged = (told(1, "Wait."), told(2, "Call."), told(3, "Wait."))
    text = as_table(Report(NOW, HERE, "state:ACTIVE", judged, 3, 1, None, ()), 80)
    assert text.count("HIGH  STUCK  3 clusters") == 1
    assert "  -> Wait.\n  -> Call.\n" in text
    assert "\nfilter: state:ACTIVE\n" in text
