"""A check as CSV: what python's csv reads is what was found."""

import csv
import io

import pytest

from hsmtui.check.formats.csv_rows import as_csv_rows
from hsmtui.model.text import visible
from tests.documents import ACCEPTED, TIME, UNUSUAL, arn, cluster, document, finding


def read(told):
    return [*csv.DictReader(io.StringIO("".join(as_csv_rows(told)), newline=""), strict=True)]


def test_a_finding_is_a_row():
    (row,) = read(document(finding()))
    assert row == {
        "time": TIME,
        "id": f"{arn('cluster-a')}#SINGLE-HSM",
        "rule": "SINGLE-HSM",
        "severity": "high",
        "accepted": "no",
        "new": "",
        "account": "'012345678901",
        "region": "eu-central-1",
        "profile": "prod",
        "arn": arn("cluster-a"),
        "cluster_id": "cluster-a",
        "name": "pki",
        "state": "ACTIVE",
        "hsms": "2",
        "hsms_active": "1",
        "read_at": TIME,
        "title": "one HSM",
        "seen": "State: ACTIVE",
        "why": "It may fail.",
        "remedy": "Create another.",
        "accepted_until": "",
        "accepted_reason": "",
    }


def test_accepted_and_new_findings_are_told_apart():
    old, new, told = read(
        document(finding(is_new=False), finding(is_new=True), finding(accepted=ACCEPTED))
    )
    assert (old["new"], new["new"], told["new"]) == ("no", "yes", "")
    assert (told["accepted"], told["accepted_until"]) == ("yes", "2027-01-31")
    assert told["accepted_reason"] == "a test cluster"


def test_nothing_found_is_the_headers():
    assert read(document()) == []
    (line,) = "".join(as_csv_rows(document())).splitlines()
    assert line.startswith("time,id,rule,severity,accepted,")


@pytest.mark.parametrize(
    ("account", "cell"),
    [
        ("012345678901", "'012345678901"),  # a spreadsheet would drop its 0
        ("111111111111", "111111111111"),
        (None, ""),
    ],
)
def test_an_account_is_whole_in_a_spreadsheet(account, cell):
    (row,) = read(document(finding(account=account)))
    assert row["account"] == cell


@pytest.mark.parametrize("name", ["0042", "1234567890123456789"])
def test_digits_of_a_name_are_kept(name):
    (row,) = read(document(finding(name=name)))
    assert row["name"] == f"'{name}"


@pytest.mark.parametrize("text", UNUSUAL)
@pytest.mark.parametrize("field", ["name", "title", "why", "profile"])
def test_no_cell_is_a_formula_or_acts(text, field):
    (row,) = read(document(finding(**{field: text})))
    assert row[field] == ("'=1+1" if text == "=1+1" else visible(text))


def test_what_is_seen_behind_a_semicolon_is_no_formula():
    (row,) = read(document(finding(name="a;=1+1")))
    assert row["name"] == "a;'=1+1"


def test_a_cluster_whose_hsms_are_not_known_has_no_numbers():
    told = document(finding(), inventory=(cluster(hsms=None, hsms_active=None),))
    (row,) = read(told)
    assert (row["hsms"], row["hsms_active"]) == ("", "")
