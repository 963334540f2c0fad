"""The rows in view as files: what is in them, and what no text in a row can do there."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from hsmtui.export.rows import FORMATS, ReadRow, Rows, csv_text, json_text, markdown_text
from hsmtui.model.cluster import as_document, decode_cluster
from hsmtui.model.columns import PLACE_COLUMNS, choose, with_places
from hsmtui.model.findings.finding import Finding, Findings, Judged
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


def test_csv_has_every_column_and_the_time_of_reading() -> None:
    rows = rows_of(cluster(HsmType="hsm1.medium", CreateTimestamp=NOW - timedelta(days=9)))
    header, line = csv.reader(io.StringIO(csv_text(rows)))
    assert header == [*(column.header for column in choose(())), "READ"]
    told = {name: value for name, value in zip(header, line, strict=True) if value}
    assert told == {
        "CLUSTER": "cluster-22222222222",
        "STATE": "DELETE_IN_PROGRESS",
        "FINDINGS": "critical 1",
        "HSMS": "0/0",
        "AZS": "0 of ?",
        "TYPE": "hsm1.medium",
        "AGE": "8d",
        "READ": READ,
    }


def test_columns_are_those_of_the_settings() -> None:
    rows = rows_of(cluster(), columns=choose(["state", "cluster"]))
    expected = f"STATE,CLUSTER,READ\r\nDELETE_IN_PROGRESS,cluster-22222222222,{READ}\r\n"
    assert csv_text(rows) == expected


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
        "ReadAt": {"cluster-22222222222": READ},
        "Findings": {"cluster-22222222222": ["HSM-DEGRADED"]},
        "Clusters": [given],
    }


def test_markdown_says_what_is_not_in_it() -> None:
    page = list(blocks(markdown_text(rows_of(cluster(), whole=False, loaded=25, query="x"))))
    assert page[0] == ("heading_open", "Clusters in us-east-1")
    extent = "Extent: 1 cluster of 25 loaded, filter x; more pages are unread"
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
    assert [kind for kind, _ in page].count("td_open") == len(line)


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
