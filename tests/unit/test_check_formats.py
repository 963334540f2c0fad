"""A report in words: everything in it, within its columns, and nothing that acts on a terminal."""

import gzip
import json
import os
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Thread

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hsmtui.aws.errors import HsmtuiError
from hsmtui.check.build import document_of
from hsmtui.check.document import Document
from hsmtui.check.earlier import EarlierDocument, compared, read_earlier
from hsmtui.check.forms import CHECK_FORMATS
from hsmtui.check.look import Look
from hsmtui.check.report import CheckedCluster, CheckedPlace, Report
from hsmtui.check.saved_file import SavedFileError
from hsmtui.export.markdown import escaped
from hsmtui.export.text_columns import cell_count
from hsmtui.fleet.reading import ReadingStatus
from hsmtui.model.advice import AGAIN_OR_ELSEWHERE, Advice
from hsmtui.model.backup import Backup
from hsmtui.model.certificates.certificate import decode_pem
from hsmtui.model.certificates.roots import RootFile, Roots
from hsmtui.model.cluster import Certificates, Cluster, Hsm, Tag
from hsmtui.model.findings.accept import accept as accepted
from hsmtui.model.findings.accept import by_rule
from hsmtui.model.findings.acceptance import Acceptance
from hsmtui.model.findings.evaluate import RULES, find
from hsmtui.model.findings.finding import (
    ON_REQUEST,
    Finding,
    Findings,
    Judged,
    Known,
    Rules,
    Unchecked,
)
from hsmtui.model.findings.severity import Severity
from hsmtui.model.redaction import Secret, redact
from hsmtui.model.text import UNSAFE, encodable
from tests.pems import certificate, hardware

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OFF = frozenset({"NO-ACTIVE-HSM", "HSM1-EOS", "ONE-SUBNET", "BACKUP-STALE"}) | ON_REQUEST
"""So that of a cluster with one DEGRADED HSM no more is found than that, and its RETENTION."""

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
    return Judged(one, find(one, NOW, Rules(off=OFF), Known()))


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
        "  -> Create another in its zone, then delete it: aws cloudhsmv2 create-hsm,\n"
        "     delete-hsm.\n"
        "\n"
        "MEDIUM  RETENTION  2 clusters\n"
    )
    assert text.endswith(
        "4 findings: 2 critical, 2 medium, in 2 of 2 clusters.\n"
        "Read 2 clusters on 1 page, and 7 backups.\n"
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
            "remedy": "Ask, then run this again; -p names another profile.",
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
        "remedy": "Create another in its zone, then delete it: "
        "aws cloudhsmv2 create-hsm, delete-hsm.",
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
def test_what_tells_of_each_cluster_needs_the_inventory_and_nothing_else_does(form):
    told = report(cluster(1), cluster(2, None), backups=7)
    document = document_of(told, has_clusters=False)
    assert (document.inventory, document.matching) == ((), 2)
    without = "".join(CHECK_FORMATS[form].parts(document, Look(80)))
    assert (without != printed(told, form)) is CHECK_FORMATS[form].has_clusters


@pytest.mark.parametrize("form", CHECK_FORMATS)
def test_text_from_outside_is_made_visible(form):
    text = printed(report(cluster(1, "a\x1b[31m\u202eb", "x\x07\ny")), form)
    text = text.replace("\r\n", "\n")
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e\x7f]", text)
    assert "\\u202e" in text.replace("\\\\", "\\")


@given(
    st.lists(st.text(max_size=60), min_size=1, max_size=4),
    st.integers(min_value=64, max_value=200),
)
def test_a_table_keeps_to_its_width(names, width):
    clusters = [cluster(number, name) for number, name in enumerate(names)]
    lines = printed(report(*clusters), width=width).splitlines()
    assert max(map(cell_count, lines)) <= width


@given(st.text(max_size=60), st.integers(min_value=64, max_value=200))
@example("\x1b[31mred\x1b[0m", 80)
def test_the_colours_of_a_table_are_its_own_and_move_nothing(text, width):
    place = having(HERE, judge(cluster(1, text)))._replace(profile=text, caller=text)
    told = estate(place, AWAY._replace(same_as=text, problems=(DENIED,)))
    plain = printed(told, width=width)
    assert "\x1b" not in plain
    assert re.sub("\x1b\\[[0-9;]*m", "", printed(told, width=width, colour=True)) == plain


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
        "  -> Create another in its zone, then delete it: aws cloudhsmv2 create-hsm,\n"
        "     delete-hsm.\n"
    )
    assert text.endswith(
        "Read 2 clusters on 4 pages, and 5 backups.\n"
        "NOT WHOLE: 1 of 5 places could not be read whole; these are findings of what was\n"
        "  read.\n"
        "\n"
        "Places: 1 not read, 1 same as dr, 3 ok.\n"
        "  not read: old, us-west-2, account 222222222222\n"
        "    DescribeClusters, request id r-1: AWS denied it: because\n"
        "    -> Ask, then run this again; -p names another profile.\n"
        "  same as dr: twin, 222222222222: eu-west-1\n"
        "  ok: prod, 111111111111: us-east-1 (1 cluster)\n"
        "  ok: dr, 222222222222: eu-west-1 (1 cluster), eu-west-2\n"
    )
    coloured = printed(told, colour=True)
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == text
    for line in (
        "  \x1b[1;31mnot read\x1b[0m: old, us-west-2, account 222222222222",
        "  \x1b[2msame as dr\x1b[0m: twin, 222222222222: eu-west-1",
        "  \x1b[32mok\x1b[0m: prod, 111111111111: us-east-1 (1 cluster)",
        "\x1b[1;31m  read.\x1b[0m",
    ):
        assert f"\n{line}\n" in coloured
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
    assert max(map(cell_count, text.splitlines())) <= width


ACCEPTANCE = Acceptance("RETENTION", date(2026, 3, 31), "a test | place", tag="Name=pay*")


def accepting(*clusters, accept=(ACCEPTANCE,), **more):
    """A report in which these acceptances hold."""
    rules = Rules(accept=accept)
    judged = (judge(each)._replace(place=None) for each in clusters)
    told = (j._replace(findings=accepted(j, by_rule(accept), NOW.date())) for j in judged)
    return replace(of_judged(*told, **more), rules=rules)


def test_what_is_accepted_is_told_apart_and_does_not_count():
    told = accepting(cluster(1), cluster(2, "other"))
    document = json.loads(printed(told, "json"))
    assert (document["counts"], document["accepted"]) == ({"critical": 2, "medium": 1}, 1)
    by = [(f["cluster_id"][-1], f["accepted"]) for f in document["findings"] if f["accepted"]]
    assert by == [("1", {"until": "2026-03-31", "reason": "a test | place"})]
    assert [each["state"] for each in document["acceptances"]] == ["in force"]
    results = [
        {each["rule"]: each["result"] for each in cluster["results"]}["RETENTION"]
        for cluster in document["inventory"]
    ]
    assert results == ["accepted", "finding"]
    text = printed(told)
    assert "MEDIUM  RETENTION  1 cluster\n  cluster-00000000002" in text
    accepted = text.partition("ACCEPTED until 2026-03-31  RETENTION  1 cluster\n")[2]
    assert accepted.startswith("  cluster-00000000001")
    assert "  -> a test | place\n" in accepted
    assert "3 findings: 2 critical, 1 medium, in 2 of 2 clusters; 1 accepted.\n" in accepted
    page = printed(told, "markdown").partition("## Accepted findings")[2]
    assert "| 2026-03-31 | a test &#124; place |" in page.replace("`", "")


def test_an_acceptance_that_has_ended_or_matches_nothing_is_told():
    over = ACCEPTANCE._replace(until=date(2026, 2, 28))
    idle = ACCEPTANCE._replace(tag="", cluster="cluster-z*")
    told = accepting(cluster(1), accept=(over, idle))
    text = printed(told)
    assert "Acceptance has ended: RETENTION Name=pay*, until 2026-02-28: a test | place" in text
    words = " ".join(text.split())
    assert "Acceptance matches nothing here: RETENTION cluster-z*, until 2026-03-31" in words
    assert "matches nothing" not in printed(accepting(cluster(1), accept=(idle,), query="x"))
    tests = printed(told, "junit")
    assert "Acceptance has ended: RETENTION Name=pay*, until 2026-02-28: a test | place" in tests
    assert "Acceptance matches nothing here: RETENTION cluster-z*, until 2026-03-31" in tests
    metrics = printed(told, "openmetrics")
    for state in ("ended", "matches nothing"):
        assert f'hsmtui_acceptances{{rule="RETENTION",state="{state}"}} 1\n' in metrics


def test_by_what_it_was_judged_is_told_where_that_is_not_the_default():
    assert "Off:" not in printed(report(cluster()))
    pem = hardware("AWS root")
    rules = Rules(
        off=frozenset({"STUCK"}),
        backup_hours=48,
        required_tags=("Owner", "Env"),
        severity={"HSM1-EOS": Severity.LOW},
    )
    roots = Roots(RootFile("/r/aws", (pem,)), (RootFile("/r/maker", problem="cannot be read"),))
    told = replace(report(cluster()), rules=rules, roots=roots)
    text = printed(told, width=120)
    assert "\nOff: STUCK.\n" in text
    assert "\nSeverities of the settings: HSM1-EOS low.\n" in text
    limits = "backup_hours 48 (default 26), required_tags Owner Env (default -)"
    assert f"\nLimits of the settings: {limits}.\n" in text
    assert re.search(r"\nRoot: CN=\S+, until \d{4}-\d\d-\d\d, SHA-256 (\w\w:){3}\w\w…\n", text)
    assert "\nRoot: /r/maker: cannot be read\n" in text
    document = json.loads(printed(told, "json"))
    rule = {each["rule"]: each for each in document["rules"]}
    assert rule["STUCK"]["on"] is False
    assert rule["HSM1-EOS"]["severity"] == "low"
    assert rule["HSM1-EOS"]["thresholds"] == {"hsm1_end_of_support": "2026-03-31"}
    assert rule["BACKUP-STALE"]["thresholds"] == {"backup_hours": 48, "stale_hours": 24}
    assert rule["TAGS-MISSING"]["thresholds"] == {"required_tags": ["Owner", "Env"]}
    assert document["roots"][0]["sha256"] == decode_pem(pem).fingerprint


@pytest.mark.parametrize(
    ("told", "first"),
    [
        (report(), "NOTHING READ: no cluster was found."),
        (
            report(problems=(DENIED,)),
            "NOTHING READ: not all of it could be read.",
        ),
        (
            replace(report(), min_clusters=2),
            "NOTHING READ: 0 clusters read, --min-clusters expects 2 at least.",
        ),
        (
            replace(report(cluster()), min_clusters=2),
            "NOT WHOLE: 1 cluster read, --min-clusters expects 2 at least.",
        ),
        (
            Report(NOW, "name:z", (HERE._replace(read=7),)),
            "NOTHING CHECKED: the filter matches none of 7 clusters.",
        ),
    ],
)
def test_that_nothing_or_not_all_is_known_is_said_first(told, first):
    assert printed(told).splitlines()[0] == first
    assert printed(told, colour=True).splitlines()[0] == f"\x1b[1;31m{first}\x1b[0m"
    assert escaped(first) in printed(told, "markdown").splitlines()[2]
    assert document_of(told).whole is (told.min_clusters == 0 and not told.places[0].problems)


def test_a_terminal_shows_severities_in_its_colours():
    def told(number, severity):
        found = Finding("STUCK", severity, "x\x1b[7m", (), "why", "Wait.")
        return Judged(cluster(number), Findings((found,)))

    judged = [told(number, severity) for number, severity in enumerate(Severity)]
    text = printed(of_judged(*judged), colour=True)
    painted = [line for line in text.splitlines() if "\x1b" in line]
    counted = "\x1b[1;31m1 critical\x1b[0m, \x1b[31m1 high\x1b[0m, \x1b[33m1 medium\x1b[0m"
    assert painted == [
        "\x1b[1;31mCRITICAL  STUCK  1 cluster\x1b[0m",
        "\x1b[31mHIGH  STUCK  1 cluster\x1b[0m",
        "\x1b[33mMEDIUM  STUCK  1 cluster\x1b[0m",
        f"5 findings: {counted}, 1 low, 1 info, in 5 of 5 clusters.",
    ]
    plain = re.sub("\x1b\\[[0-9;]*m", "", text)
    assert plain == printed(of_judged(*judged))


def test_the_inventory_has_every_cluster_whole():
    pem = certificate()
    made = Cluster(
        cluster_id="cluster-b",
        state="ACTIVE",
        hsms=(Hsm(hsm_id="hsm-1", state="ACTIVE"), Hsm(hsm_id="hsm-2", state="DELETED")),
        certificates=Certificates(hsm_certificate=pem),
        pre_co_password=Secret("correct horse"),
        tag_list=(Tag("Note", "correct horse"),),
    )
    at = [NOW - timedelta(days=days) for days in (3, 2, 1)]
    backups = (
        Backup(backup_id="backup-1", backup_state="READY", create_timestamp=at[0]),
        Backup(backup_id="backup-2", backup_state="READY", create_timestamp=at[1]),
        Backup(backup_id="backup-3", backup_state="CREATE_IN_PROGRESS", create_timestamp=at[2]),
    )
    bare = Cluster(cluster_id="cluster-a", state="DELETE_IN_PROGRESS")
    checked = (
        CheckedCluster(Judged(bare), NOW),
        CheckedCluster(judge(made), NOW, backups),
    )
    text = printed(Report(NOW, "", (HERE._replace(clusters=checked, read=2),)), "json")
    assert "correct horse" not in text
    first, second = json.loads(text)["inventory"]
    assert (first["hsms"], first["hsms_active"], first["backups"]) == (None, None, None)
    assert first["newest_backup"] is None
    why = {(each["result"], each["why"]) for each in first["results"] if each["rule"] != "STUCK"}
    assert why == {("not evaluated", "the cluster is being deleted")}
    assert (second["hsms"], second["hsms_active"], second["backups"]) == (2, 1, 3)
    assert second["newest_backup"] == {"backup_id": "backup-2", "created": "2026-02-27T12:00:00Z"}
    (told,) = second["certificates"]
    decoded = decode_pem(pem)
    assert (told["kind"], told["sha256"]) == ("HsmCertificate", decoded.fingerprint)
    assert datetime.fromisoformat(told["not_after"]) == decoded.not_after
    assert second["cluster"]["Certificates"] == {"HsmCertificate": pem}
    assert second["cluster"]["Hsms"][0] == {"HsmId": "hsm-1", "State": "ACTIVE"}
    assert [each["rule"] for each in second["results"]] == list(RULES)


@given(st.text(alphabet=st.characters(codec=None)))
def test_what_is_decoded_is_the_document(name):
    document = document_of(report(cluster(1, name, name)))
    text = printed(report(cluster(1, name, name)), "json")
    assert not UNSAFE.search(text.replace("\n", ""))
    assert msgspec.json.decode(text, type=Document) == document
    (entry,) = json.loads(text)["inventory"]
    assert entry["cluster"]["TagList"] == [{"Key": "Name", "Value": redact(encodable(name))}]


def at_a_glance(told, before):
    """What is new, and what is gone, since a report that was written as JSON."""
    written = printed(before, "json").encode()
    document = compared(document_of(told), msgspec.json.decode(written, type=EarlierDocument))
    new = {(f.cluster_id[-1], f.rule) for f in document.findings if f.is_new}
    return new, {name.rpartition("0")[2] for name in document.earlier.gone}


def test_what_is_new_and_what_is_gone_since_an_earlier_document():
    before = report(cluster(1), cluster(2))
    new, gone = at_a_glance(report(cluster(2), cluster(3)), before)
    assert new == {("3", "HSM-DEGRADED"), ("3", "RETENTION")}
    assert gone == {"1#HSM-DEGRADED", "1#RETENTION"}
    assert at_a_glance(before, before) == (set(), set())


def test_a_finding_that_was_accepted_then_and_counts_now_is_new():
    assert at_a_glance(report(cluster(1)), accepting(cluster(1))) == ({("1", "RETENTION")}, set())
    assert at_a_glance(accepting(cluster(1)), report(cluster(1))) == (set(), set())


def test_a_finding_is_known_also_where_its_account_was_not():
    unknown = of_judged(judge(cluster(1)), account=None)
    assert document_of(unknown).findings[0].id == (
        "prod/us-east-1/cluster-00000000001#HSM-DEGRADED"
    )
    for told, before in ((report(cluster(1)), unknown), (unknown, report(cluster(1)))):
        assert at_a_glance(told, before) == (set(), set())


def test_what_was_not_looked_at_is_not_gone():
    before = report(cluster(1))
    here = report().places[0]
    failed = here._replace(problems=(DENIED,), result=ReadingStatus.NOT_WHOLE)
    unread = Findings((), (Unchecked("RETENTION", "odd"), Unchecked("HSM-DEGRADED", "odd")))
    off = Rules(off=frozenset({"RETENTION", "HSM-DEGRADED"}))
    for told in (
        estate(failed),
        estate(AWAY),
        of_judged(query="name:x"),
        of_judged(Judged(cluster(1), unread)),
        replace(report(), rules=off),
    ):
        assert at_a_glance(told, before) == (set(), set())


def test_the_people_who_read_it_see_what_is_new():
    before = replace(report(cluster(1), problems=(DENIED,)), query="name:x")
    written = msgspec.json.decode(printed(before, "json"), type=EarlierDocument)
    document = compared(document_of(report(cluster(1), cluster(2))), written)
    text = "".join(CHECK_FORMATS["table"].parts(document, Look(100)))
    assert "  known  cluster-00000000001  payments" in text
    assert "  new    cluster-00000000002  payments" in text
    since = "2026-03-01 12:00:00 UTC"
    assert f"\nSince {since}: 2 new, 2 known, it is not known which are gone.\n" in text
    assert (
        f"\nThe document of {since} is not whole: what is new may have been there before.\n" in text
    )
    assert f"\nThe document of {since} has another filter: it does not say what is gone.\n" in text
    whole = msgspec.json.decode(printed(report(cluster(3)), "json"), type=EarlierDocument)
    document = compared(document_of(report(cluster(1))), whole)
    for form in ("table", "markdown"):
        text = "".join(CHECK_FORMATS[form].parts(document, Look(100)))
        assert "2 new, 0 known, 2 gone" in text
        assert "cluster-00000000003#RETENTION" in text


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", "is empty; expected the JSON of hsmtui check --format json"),
        (b"\xff", "is not text in UTF-8"),
        (b"{", "is cut off"),
        (b'{"schema": NaN}', "NaN"),
        (gzip.compress(b"{}", mtime=0), "gunzip"),
        (b"[1]", "is no document of a check: it is JSON, but no object; expected the JSON of"),
        (b"{}", "is no document of a check: Object missing required field"),
        (b'{"schema": 7}', "is no document of a check: Expected `str"),
        (
            b'{"schema": "hsmtui.check/2\x7f"}',
            '"hsmtui.check/2\\x7f"; this hsmtui reads hsmtui.check/1',
        ),
        (b'{"schema": "hsmtui.check/1"}', "is no document of a check: Object missing required"),
        (
            b'{"schema":"hsmtui.check/1","time":"once","whole":true,"filter":null,"findings":[]}',
            "Invalid RFC3339",
        ),
    ],
)
def test_a_file_that_is_no_earlier_document_says_what_was_expected(tmp_path, content, named):
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(SavedFileError) as refused:
        read_earlier(str(path))
    assert str(refused.value).startswith(str(path))
    assert named in str(refused.value)
    assert str(refused.value).isprintable()


def test_an_earlier_document_is_a_file_that_can_be_read(tmp_path):
    for path, named in ((tmp_path, "Is a directory"), (tmp_path / "none", "No such file")):
        with pytest.raises(SavedFileError) as refused:
            read_earlier(str(path))
        assert str(refused.value).startswith(f"{path} cannot be read: {named}")


def test_an_earlier_document_may_come_through_a_pipe(tmp_path):
    pipe, written = tmp_path / "pipe", printed(report(cluster(1)), "json")
    os.mkfifo(pipe)
    writer = Thread(target=pipe.write_text, args=(written,), daemon=True)
    writer.start()
    earlier = read_earlier(str(pipe))
    writer.join()
    assert earlier == msgspec.json.decode(written, type=EarlierDocument)
    assert earlier.findings
