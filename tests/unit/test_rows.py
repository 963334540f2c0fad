"""The rows in view as files: what is in them, and what no text in a row can do there."""

import csv
import io
import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest

from hsmtui.export.row_columns import ReadRow
from hsmtui.export.rows import FORMATS, Rows, csv_text, json_text, markdown_text
from hsmtui.model.cluster import as_document, decode_cluster
from hsmtui.model.columns import PLACE_COLUMNS, choose, with_places
from hsmtui.model.findings.acceptance import Acceptance
from hsmtui.model.findings.finding import AcceptedFinding, Finding, Findings, Judged, Unchecked
from hsmtui.model.findings.severity import Severity
from hsmtui.model.origin import Origin
from hsmtui.model.redaction import MASK
from hsmtui.model.text import visible
from tests.hostile import CORPUS, cluster_of
from tests.markdown_page import blocks

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
READ = "2026-03-01T11:59:00Z"
PLACE = Origin("aws", "us-east-1", "111111111111", "arn:aws:iam::1:user/al", "", "p", None, None)
ACTS = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
TIMES = dict.fromkeys(("CreateTimestamp", "HsmTypeRollbackExpiration"))
HOSTILE = [*CORPUS.values(), "=1+1|x", "<script>", "[a](http://b.example)", "a|b\n# c"]


def rows_of(*clusters: dict[str, object], origin: Origin = PLACE, **changes: object) -> Rows:
    findings = Findings((Finding("HSM-DEGRADED", Severity.CRITICAL, "x", (), "", ""),))
    judged = [Judged(decode_cluster(each), findings) for each in clusters]
    rows = [ReadRow(each, NOW - timedelta(minutes=1), origin) for each in judged]
    return Rows((origin,), NOW, choose(()), rows, len(rows), True, "", "")._replace(**changes)


def cluster(**more: object) -> dict[str, object]:
    return {"ClusterId": "cluster-22222222222", "State": "DELETE_IN_PROGRESS", "Hsms": [], **more}


def test_ids_and_states_are_as_they_came_though_they_may_look_like_secrets():
    random = "aB3" * 30
    told = json.loads(json_text(rows_of(cluster(ClusterId=random, State=random, VpcId=random))))
    (entry,) = told["Clusters"]
    assert (entry["ClusterId"], entry["State"], entry["VpcId"]) == (random, random, MASK)
    assert set(told["ReadAt"]) == {random}


def test_those_that_somebody_marked_are_said_to_be_no_more_than_that():
    rows = rows_of(cluster(), loaded=25, whole=True, are_marked=True)
    assert rows.extent == rows._replace(whole=False).extent == "1 marked row"
    told = json.loads(json_text(rows))
    assert (told["Marked"], told["Complete"], told["Loaded"]) == (1, False, 25)
    assert "- Extent: 1 marked row\n" in markdown_text(rows)
    assert "Marked" not in json.loads(json_text(rows._replace(are_marked=False)))


def read(text: str) -> list[dict[str, str]]:
    """The rows of a CSV file, without the cells that are empty."""
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return [{name: value for name, value in row.items() if value} for row in rows]


BUSY = cluster(
    State="DEGRADED",
    HsmType="hsm1.medium",
    CreateTimestamp=NOW - timedelta(days=412, seconds=5),
    SubnetMapping={"us-east-1a": "subnet-a", "us-east-1b": "subnet-b", "us-east-1c": "subnet-c"},
    BackupRetentionPolicy={"Type": "DAYS", "Value": "90"},
    TagList=[{"Key": "Name", "Value": "ca, root"}],
    Hsms=[
        {"HsmId": "hsm-1", "State": "ACTIVE", "AvailabilityZone": "us-east-1a"},
        {"HsmId": "hsm-2", "State": "DEGRADED", "AvailabilityZone": "us-east-1a"},
        {"HsmId": "hsm-3", "State": "DELETED", "AvailabilityZone": "us-east-1b"},
    ],
)


def finding(rule: str, severity: Severity) -> Finding:
    return Finding(rule, severity, f"{rule} seen", (("State", "x"),), "why", "remedy")


def judged_rows() -> Rows:
    """A cluster with findings, one of them accepted and two rules not evaluated."""
    until = Acceptance("SINGLE-AZ", date(2027, 1, 31), "a test bed")
    findings = Findings(
        (
            finding("HSM-DEGRADED", Severity.CRITICAL),
            finding("CL-DEGRADED", Severity.CRITICAL),
            finding("HSM1-EOS", Severity.MEDIUM),
        ),
        (Unchecked("BACKUP-STALE", "no backups were read"), Unchecked("STUCK", "first seen now")),
        (AcceptedFinding(finding("SINGLE-AZ", Severity.LOW), until),),
    )
    rows = rows_of(BUSY)
    return rows._replace(
        rows=[rows.rows[0]._replace(judged=Judged(decode_cluster(BUSY), findings))]
    )


TOLD = {
    "CLUSTER": "cluster-22222222222",
    "NAME": "ca, root",
    "STATE": "DEGRADED",
    "FINDINGS": "critical",
    "CRITICAL": "2",
    "HIGH": "0",
    "MEDIUM": "1",
    "LOW": "0",
    "INFO": "0",
    "RULES": "HSM-DEGRADED CL-DEGRADED HSM1-EOS",
    "ACCEPTED": "SINGLE-AZ",
    "NOT EVALUATED": "BACKUP-STALE STUCK",
    "HSMS ACTIVE": "1",
    "HSMS": "3",
    "AZS IN USE": "1",
    "AZS": "3",
    "TYPE": "hsm1.medium",
    "RETENTION DAYS": "90",
    "CREATED": "2025-01-13T11:59:55Z",
    "ACCOUNT": "111111111111",
    "REGION": "us-east-1",
    "ARN": "arn:aws:cloudhsm:us-east-1:111111111111:cluster/cluster-22222222222",
    "READ": READ,
}


def test_csv_says_all_of_a_row_exactly() -> None:
    (told,) = read(csv_text(judged_rows()))
    assert list(told.items()) == list(TOLD.items())


def test_no_cell_is_a_date_for_a_spreadsheet_that_is_none() -> None:
    """1/2 is the second of January to most of them, and 412d is no number."""
    (told,) = read(csv_text(judged_rows()))
    assert not [cell for cell in told.values() if re.fullmatch(r"\d+([/.-]\d+)+|\d+[a-z]+", cell)]


def test_markdown_has_the_same_but_for_the_counts() -> None:
    page = list(blocks(markdown_text(judged_rows())))
    headers, cells = ([text for kind, text in page if kind == k] for k in ("th_open", "td_open"))
    told = {name: cell for name, cell in zip(headers, cells, strict=True) if cell}
    severities = {severity.name for severity in Severity}
    assert told == {name: cell for name, cell in TOLD.items() if name not in severities}


def test_what_is_not_known_is_empty_and_not_nought() -> None:
    rows = rows_of(cluster(Hsms=None), origin=PLACE._replace(account=None, unknown="no STS"))
    (told,) = read(csv_text(rows))
    assert not told.keys() & {"HSMS", "HSMS ACTIVE", "AZS", "AZS IN USE", "ACCOUNT", "ARN"}
    (odd,) = read(csv_text(rows_of(cluster(Hsms="none"))))
    assert odd["NOT READ"] == 'Hsms is "none", not a list'
    odd_policy = cluster(BackupRetentionPolicy={"Type": "DAYS", "Value": "for ever"})
    assert read(csv_text(rows_of(odd_policy)))[0]["RETENTION DAYS"] == "for ever"


def test_columns_are_those_of_the_settings_and_what_a_file_needs_comes_behind_them() -> None:
    rows = rows_of(cluster(), columns=choose(["account", "state", "cluster"]))
    header = next(csv.reader(io.StringIO(csv_text(rows))))
    behind = ["FINDINGS", "CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO", "RULES", "ACCEPTED"]
    behind += ["NOT EVALUATED", "NOT READ", "REGION", "ARN", "READ"]
    assert header == ["ACCOUNT", "STATE", "CLUSTER", *behind]


def test_json_has_the_documents_the_place_and_the_times() -> None:
    given = cluster(TagList=[{"Key": "Name", "Value": "本番"}])
    rows = rows_of(given, whole=False, loaded=25, query="name:本", sort="AGE reversed")
    assert json.loads(json_text(rows)) == {
        "Written": "2026-03-01T12:00:00Z",
        "Complete": False,
        "Loaded": 25,
        "Filter": "name:本",
        "Sort": "AGE reversed",
        "Account": "111111111111",
        "Caller": "arn:aws:iam::1:user/al",
        "Region": "us-east-1",
        "Profile": "p",
        "Endpoint": None,
        "Arn": {"cluster-22222222222": TOLD["ARN"]},
        "ReadAt": {"cluster-22222222222": READ},
        "Findings": {
            "cluster-22222222222": [
                {
                    "Rule": "HSM-DEGRADED",
                    "Severity": "critical",
                    "Title": "x",
                    "Seen": [],
                    "Why": "",
                    "Remedy": "",
                }
            ]
        },
        "Accepted": {"cluster-22222222222": []},
        "NotEvaluated": {"cluster-22222222222": []},
        "Clusters": [given],
    }


def test_json_has_findings_whole_and_accepted_ones_apart() -> None:
    document = json.loads(json_text(judged_rows()))
    first, *_ = document["Findings"]["cluster-22222222222"]
    assert (first["Severity"], first["Seen"]) == ("critical", [{"Field": "State", "Value": "x"}])
    (accepted,) = document["Accepted"]["cluster-22222222222"]
    assert (accepted["Rule"], accepted["Severity"]) == ("SINGLE-AZ", "low")
    assert (accepted["Until"], accepted["Reason"]) == ("2027-01-31", "a test bed")
    assert document["NotEvaluated"]["cluster-22222222222"] == [
        {"Rule": "BACKUP-STALE", "Why": "no backups were read"},
        {"Rule": "STUCK", "Why": "first seen now"},
    ]


def test_markdown_says_what_is_not_in_it() -> None:
    page = list(blocks(markdown_text(rows_of(cluster(), whole=False, loaded=25, query="x"))))
    assert page[0] == ("heading_open", "Clusters in us-east-1")
    extent = "Extent: 1 cluster of 25 loaded, filter x; more pages are not loaded"
    assert ("list_item_open", extent) in page
    unasked = PLACE._replace(account=None, caller=None, unknown="STS has not answered yet")
    assert "Caller: STS has not answered yet" in markdown_text(rows_of(origin=unasked))


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_no_text_does_anything(text: str) -> None:
    given = cluster_of(text) | TIMES | {"TagList": [{"Key": "Name", "Value": text}]}
    place = PLACE._replace(account=text, caller=text, region=text, profile=text, endpoint=text)
    rows = rows_of(given, origin=place, query=text, sort=text)
    texts = {key: kind.text(rows) for key, kind in FORMATS.items()}
    assert not any(map(ACTS.search, texts.values()))

    documents = json.loads(json.dumps([as_document(decode_cluster(given))]))
    assert json.loads(texts["json"])["Clusters"] == documents
    (_, line) = csv.reader(io.StringIO(texts["csv"]))
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in line)
    shown = visible(text)
    assert [cell.removeprefix("'") for cell in line[:2]] == [shown, shown]
    page = list(blocks(texts["markdown"]))
    assert page[0] == ("heading_open", f"Clusters in {shown}")
    kinds = [kind for kind, _ in page]
    assert kinds.count("td_open") == kinds.count("th_open") == len(line) - len(Severity)


def test_no_secret_is_in_any() -> None:
    secret = "chrysanthemum-7-Umbrella"
    pem = f"-----BEGIN CERTIFICATE-----\n{'Ab1' * 20}Abcd\n{'Ab1+' * 10}\n-----END CERTIFICATE-----"
    given = cluster(PreCoPassword=secret, Certificates={"ClusterCertificate": pem})
    given["TagList"] = [{"Key": "Name", "Value": f"is {secret}"}]
    rows = rows_of(given, query=secret)
    for kind in FORMATS.values():
        assert secret not in kind.text(rows)
    (told,) = json.loads(json_text(rows))["Clusters"]
    assert told["PreCoPassword"] == MASK
    assert told["TagList"][0]["Value"] == f"is {MASK}"
    assert told["Certificates"] == {"ClusterCertificate": pem}


def two_places() -> Rows:
    other = PLACE._replace(region="eu-west-1", account="222222222222", profile="q")
    judged = Judged(decode_cluster(cluster(Hsms=None)))
    rows = [ReadRow(judged, NOW, other), ReadRow(judged, NOW, PLACE)]
    columns = with_places(choose(["cluster"]), PLACE_COLUMNS)
    return Rows((PLACE, other), NOW, columns, rows, 2, False, "", "", unread=1)


def test_of_several_places_json_keeps_those_apart_that_have_the_same_id() -> None:
    document = json.loads(json_text(two_places()))
    assert (document["UnreadPlaces"], document["Complete"]) == (1, False)
    assert [place["Account"] for place in document["Places"]] == ["111111111111", "222222222222"]
    assert [len(place["Clusters"]) for place in document["Places"]] == [1, 1]


def test_of_several_places_of_which_one_was_read_the_others_are_told() -> None:
    rows = two_places()
    rows = rows._replace(origins=rows.origins[:1], rows=rows.rows[1:])
    document = json.loads(json_text(rows))
    assert (document["UnreadPlaces"], len(document["Places"])) == (1, 1)


def test_of_several_places_each_row_names_its_own_and_what_is_unread_is_said() -> None:
    header = next(csv.reader(io.StringIO(csv_text(two_places()))))
    assert header[:4] == ["PROFILE", "ACCOUNT", "REGION", "CLUSTER"]
    page = markdown_text(two_places())
    assert "# Clusters in 2 places" in page
    assert "Extent: 2 clusters; 1 place was not read" in page
