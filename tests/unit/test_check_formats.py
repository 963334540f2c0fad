"""A report in words: everything in it, within its columns, and nothing that acts on a terminal."""

import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.aws.errors import HsmtuiError
from hsmtui.check.build import document_of
from hsmtui.check.forms import CHECK_FORMATS
from hsmtui.check.look import Look
from hsmtui.check.report import CheckedCluster, CheckedPlace, Report
from hsmtui.export.markdown import escaped
from hsmtui.fleet.reading import ReadingStatus
from hsmtui.model.advice import AGAIN_OR_ELSEWHERE, Advice
from hsmtui.model.cluster import Cluster, Hsm, Tag
from hsmtui.model.findings.evaluate import find
from hsmtui.model.findings.finding import (
    Finding,
    Findings,
    Judged,
    Known,
    Rules,
    Unchecked,
)
from hsmtui.model.findings.severity import Severity

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HERE = CheckedPlace(
    *("prod", "us-east-1", "aws", None, "111111111111"),
    caller="arn:aws:iam::111111111111:user/alice",
    pages=1,
)
ARN = "arn:aws:cloudhsm:us-east-1:111111111111:cluster/cluster-00000000001"
SPOT = {"profile": "prod", "region": "us-east-1", "account": "111111111111"}
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
    return of_judged(*map(judge, clusters), problems=problems, backups=backups)


def judge(one):
    return Judged(one, find(one, NOW, Rules(), Known()))


def of_judged(*judged, query="", **more):
    return Report(NOW, query, (having(HERE, *judged)._replace(**more),))


def having(place, *judged):
    """The place with these clusters."""
    clusters = tuple(CheckedCluster(each, NOW) for each in judged)
    return place._replace(clusters=clusters, read=len(judged))


def printed(told, form="table", *, width=80, colour=False):
    return "".join(CHECK_FORMATS[form].parts(document_of(told), Look(width, colour)))


def test_the_table():
    text = printed(report(cluster(1), cluster(2, None), backups=7))
    assert text.startswith(
        "profile prod, us-east-1, account 111111111111\n"
        "2026-03-01 12:00:00 UTC, arn:aws:iam::111111111111:user/alice\n"
        "\n"
        "CRITICAL  HSM-DEGRADED  2 clusters\n"
        "  cluster-00000000001  payments  hsm-00000000001 is DEGRADED\n"
        "  cluster-00000000002  -         hsm-00000000002 is DEGRADED\n"
        "  -> Delete it and create another.\n"
        "\n"
        "MEDIUM  RETENTION  2 clusters\n"
    )
    assert text.endswith(
        "4 findings: 2 critical, 2 medium, in 2 of 2 clusters.\nRead 2 clusters on 1 page, and 7 backups.\n"
    )


def test_nothing_found():
    text = printed(report())
    assert text.endswith("\nNo findings.\nRead 0 clusters on 1 page, and no backups.\n")


def test_what_was_not_evaluated_and_not_read_is_said():
    later = Findings((), (Unchecked("BACKUP-STALE", "backups were not read"),))
    judged = tuple(Judged(cluster(number), later) for number in (1, 2))
    told = of_judged(*judged, result=ReadingStatus.NOT_WHOLE, problems=(DENIED,))
    words = " ".join(printed(told).split())
    assert "Not evaluated: BACKUP-STALE for 2 clusters: backups were not read." in words
    assert "NOT WHOLE" in words
    assert "NOT WHOLE" in printed(told, "markdown")
    document = json.loads(printed(told, "json"))
    assert document["whole"] is False
    assert document["problems"] == [
        {
            "operation": "DescribeClusters",
            "code": "AccessDenied",
            "title": "AWS denied it",
            "detail": "because",
            "remedy": "Ask, then run this again; -p takes another profile.",
            "request_id": "r-1",
            **SPOT,
        }
    ]
    assert document["unchecked"][0] == {
        "rule": "BACKUP-STALE",
        "cluster_id": "cluster-00000000001",
        "why": "backups were not read",
        **SPOT,
    }


def test_the_document():
    document = json.loads(printed(report(cluster(), backups=3), "json"))
    assert document["time"] == "2026-03-01T12:00:00Z"
    assert document["schema"] == "hsmtui.check/1"
    assert document["whole"] is True
    assert document["read"] == {"clusters": 1, "pages": 1, "backups": 3}
    assert document["counts"] == {"critical": 1, "medium": 1}
    assert document["findings"][0] == {
        "id": f"{ARN}#HSM-DEGRADED",
        "severity": "critical",
        "rule": "HSM-DEGRADED",
        **SPOT,
        "arn": ARN,
        "cluster_id": "cluster-00000000001",
        "name": "payments",
        "title": "hsm-00000000001 is DEGRADED",
        "seen": [
            {"field": "HsmId", "value": "hsm-00000000001"},
            {"field": "StateMessage", "value": "hsm creation failed"},
        ],
        "why": "An HSM that failed never recovers.",
        "remedy": "Delete it and create another.",
        "accepted": None,
        "is_new": None,
    }


def test_the_page():
    name = "a|b [x](http://y)"
    page = printed(report(cluster(1, name)), "markdown")
    (row,) = [line for line in page.splitlines() if "HSM-DEGRADED" in line]
    assert row.count("|") == 7
    assert f"| {escaped(name)} |" in row


@pytest.mark.parametrize("form", CHECK_FORMATS)
def test_text_from_outside_is_made_visible(form):
    text = printed(report(cluster(1, "a\x1b[31m\u202eb", "x\x07\ny")), form)
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e\x7f]", text)
    assert "\\u202e" in text.replace("\\\\", "\\")


@given(
    st.lists(st.text(max_size=60), min_size=1, max_size=4),
    st.integers(min_value=64, max_value=200),
)
def test_a_table_keeps_to_its_width(names, width):
    clusters = [cluster(number, name) for number, name in enumerate(names)]
    lines = printed(report(*clusters), width=width).splitlines()
    assert max(map(len, lines)) <= width


def test_a_group_has_one_rule_and_all_its_remedies():
    def told(number, remedy):
        finding = Finding("STUCK", Severity.HIGH, "stuck", (), "why", remedy)
        return Judged(cluster(number), Findings((finding,)))

    judged = (told(1, "Wait."), told(2, "Call."), told(3, "Wait."))
    text = printed(of_judged(*judged, query="state:ACTIVE"))
    assert text.count("HIGH  STUCK  3 clusters") == 1
    assert "  -> Wait.\n  -> Call.\n" in text
    assert "\nfilter: state:ACTIVE\n" in text


def estate(*places):
    return Report(NOW, "", places)


AWAY = CheckedPlace(
    *("dr", "eu-west-1", "aws", None, "222222222222"), caller="arn:aws:iam::222222222222:user/b"
)


def test_the_table_of_several_places():
    failed = AWAY._replace(
        profile="old", region="us-west-2", result=ReadingStatus.NOT_READ, problems=(DENIED,)
    )
    told = estate(
        having(HERE, judge(cluster(1))),
        failed,
        having(AWAY, judge(cluster(2)))._replace(pages=1, backups=5),
        AWAY._replace(region="eu-west-2", pages=1),
        AWAY._replace(profile="twin", same_as="dr", pages=1),
    )
    text = printed(told)
    assert text.startswith(
        "NOT WHOLE: 1 of 5 places could not be read whole.\n"
        "5 places, 4 profiles, 4 regions, 2 accounts\n"
        "2026-03-01 12:00:00 UTC\n"
        "\n"
        "CRITICAL  HSM-DEGRADED  2 clusters\n"
        "  111111111111  us-east-1  cluster-00000000001  payments\n"
        "    hsm-00000000001 is DEGRADED\n"
        "  222222222222  eu-west-1  cluster-00000000002  payments\n"
        "    hsm-00000000002 is DEGRADED\n"
        "  -> Delete it and create another.\n"
    )
    assert text.endswith(
        "Read 2 clusters on 4 pages, and 5 backups.\n"
        "NOT WHOLE: 1 of 5 places could not be read whole; these are findings of what was\n"
        "  read.\n"
        "\n"
        "Places: 1 not read, 1 as dr, 3 ok.\n"
        "  not read: old, us-west-2, account 222222222222\n"
        "    DescribeClusters, request id r-1: AWS denied it: because\n"
        "    -> Ask, then run this again; -p takes another profile.\n"
        "  as dr: twin, 222222222222: eu-west-1\n"
        "  ok: prod, 111111111111: us-east-1 (1 cluster)\n"
        "  ok: dr, 222222222222: eu-west-1 (1 cluster), eu-west-2\n"
    )
    wide = printed(told, width=140)
    assert (
        "  222222222222  eu-west-1  cluster-00000000002  payments  hsm-00000000002 is DEGRADED\n"
        in wide
    )


def test_many_places_that_were_read_are_counted():
    places = [AWAY._replace(profile=f"p{number}", pages=1) for number in range(300)]
    text = printed(estate(*places))
    assert text.endswith("\nPlaces: 300 ok.\n")
    one = HERE._replace(profile="bad", result=ReadingStatus.NOT_READ, problems=(DENIED,))
    text = printed(estate(*places, one))
    assert "Places: 1 not read, 300 ok.\n  not read: bad, us-east-1" in text
    assert len(text.splitlines()) < 15


def test_the_document_of_several_places():
    bad = AWAY._replace(result=ReadingStatus.NOT_WHOLE, pages=1, problems=(DENIED,))
    document = json.loads(printed(estate(HERE._replace(backups=3), bad), "json"))
    first, second = document["places"]
    assert first == {
        **SPOT,
        "partition": "aws",
        "endpoint": None,
        "caller": "arn:aws:iam::111111111111:user/alice",
        "status": "ok",
        "failed": False,
        "same_as": "",
        "clusters": 0,
        "matching": 0,
        "pages": 1,
        "backups": 3,
        "read_at": None,
        "error": None,
    }
    assert (second["status"], second["failed"]) == ("not whole", True)
    assert second["error"]["request_id"] == "r-1"
    (problem,) = document["problems"]
    assert (problem["profile"], problem["region"]) == ("dr", "eu-west-1")


def test_the_page_of_several_places():
    told = estate(having(HERE, judge(cluster(1))), AWAY)
    page = printed(told, "markdown")
    (row,) = [line for line in page.splitlines() if "HSM-DEGRADED" in line]
    assert "| 111111111111 | us-east-1 |" in row
    assert "| ok | dr | eu-west-1 | 222222222222 | 0 |" in page


def test_all_regions_not_enabled_are_not_the_whole():
    closed = AWAY._replace(result=ReadingStatus.NOT_ENABLED, problems=(DENIED,))
    assert not estate(closed, closed).whole
    assert estate(closed, HERE).whole


@given(st.text(max_size=60), st.integers(min_value=64, max_value=200))
def test_a_table_of_several_places_keeps_to_its_width(name, width):
    judged = (judge(cluster(1, name)),)
    bad = AWAY._replace(result=ReadingStatus.NOT_READ, problems=(DENIED,))
    text = printed(estate(having(HERE, *judged), bad), width=width)
    assert max(map(len, text.splitlines())) <= width
