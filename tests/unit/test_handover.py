"""The page that hands a cluster over: all that is known, as text, and no secret."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hsmtui.export.handover import (
    Failure,
    HandOver,
    LookedUp,
    UsingStore,
    page,
    page_of_several,
)
from hsmtui.model.backup import Backup
from hsmtui.model.certificates.certificate import decode_pem
from hsmtui.model.certificates.chain import NO_CHAIN
from hsmtui.model.certificates.roots import RootFile, Roots
from hsmtui.model.cluster import decode_cluster
from hsmtui.model.findings.acceptance import Acceptance
from hsmtui.model.findings.finding import AcceptedFinding, Finding, Findings, Past, Unchecked
from hsmtui.model.findings.severity import Severity
from hsmtui.model.history.diff import Difference, DifferenceKind
from hsmtui.model.history.events import Event
from hsmtui.model.origin import UNKNOWN, Answered, Origin
from hsmtui.model.redaction import redact
from hsmtui.model.text import visible
from tests.hostile import CORPUS, cluster_of
from tests.markdown_page import blocks
from tests.pems import certificate, hardware, request

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PLACE = Origin("aws", "us-east-1", "111111111111", "arn:aws:iam::1:user/al", "", "p", None, None)
ACTS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
TIMES = dict.fromkeys(("CreateTimestamp", "HsmTypeRollbackExpiration"))
HOSTILE = [*CORPUS.values(), "<script>x", "[a](http://b.example)", "a|b\n# c", "```\n# x", "@all"]


def hand_over(text: str = "plain", **changes: object) -> HandOver:
    """A case of which every text is this one."""
    cluster = decode_cluster(
        {**cluster_of(text), **TIMES, "TagList": [{"Key": "Name", "Value": text}]}
    )
    finding = Finding(text, Severity.HIGH, text, ((text, text),), text, text)
    accepted = Acceptance(text, date(2027, 1, 31), text)
    case = HandOver(
        origin=Origin(text, text, text, text, "", text, None, text),
        by=text,
        version=text,
        written=NOW,
        cluster=cluster,
        read_at=NOW - timedelta(minutes=1),
        request_id=text,
        findings=Findings(
            (finding,), (Unchecked(text, text),), (AcceptedFinding(finding, accepted),)
        ),
        off={text},
        past=[Past(NOW, finding)],
        roots=Roots(RootFile(text, (), text)),
        backups=LookedUp(NOW, (Backup(backup_id=text, backup_state=text),)),
        stores=LookedUp(NOW, (UsingStore(text, text, text),)),
        events=[Event(NOW, text, text, text, Difference(DifferenceKind.FIELD, text, text, text))],
        failures=[Failure(NOW, text, text, text, text)],
        requests=[Answered(NOW, text, 200, text)],
    )
    return case._replace(**changes)


PLAIN = list(blocks(page(hand_over())))
SIGNS = st.text(st.sampled_from("ab1 \\`*_[]()<>&~$^{}#@=|-+:./!\"'\n\t\u202eé"), min_size=1)


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_no_text_does_anything(text: str) -> None:
    look(text)


@given(SIGNS | st.text(min_size=1))
def test_any_text_is_shown_as_it_is(text: str) -> None:
    twice = f"{text}: {text}"
    assume(text.strip() and text != UNKNOWN and redact(twice) == twice)
    look(text)


def look(text: str) -> None:
    """A parser finds the same blocks as with a plain text, and the text in each place."""
    written = page(hand_over(text))
    assert not ACTS.search(written)
    found = list(blocks(written))
    assert [kind for kind, _ in found] == [kind for kind, _ in PLAIN]
    shown = visible(text)
    for (kind, expected), (_, told) in zip(PLAIN, found, strict=True):
        if kind != "fence":
            assert told == expected.replace("plain", shown)


def test_who_looked_where_and_when() -> None:
    found = list(blocks(page(hand_over(origin=PLACE, by="al@bastion", request_id="req-1"))))
    items = dict(text.split(": ", 1) for kind, text in found[1:12] if kind == "list_item_open")
    assert items["Account"] == "111111111111"
    assert items["Caller"] == "arn:aws:iam::1:user/al"
    assert items["ARN"] == "arn:aws:cloudhsm:us-east-1:111111111111:cluster/plain"
    assert items["By"] == "al@bastion"
    assert items["Read"] == "2026-03-01 11:59:00 UTC, request id req-1"
    assert items["Written"] == "2026-03-01 12:00:00 UTC with hsmtui plain"
    assert "Endpoint" not in items


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_several_are_listed_and_each_has_its_page(text: str) -> None:
    cases = [hand_over(text), hand_over(origin=PLACE), hand_over(findings=Findings())]
    told = page_of_several(cases)
    assert all(told.count(page(each)) == 1 for each in cases)
    found = list(blocks(told))
    assert found[0] == ("heading_open", "Hand-over: 3 clusters")
    cells = [told for kind, told in found if kind == "td_open"][:21]
    assert [cells[at] for at in (0, 7, 14)] == ["1", "2", "3"]
    assert cells[8:14] == ["plain", "plain", "plain", "high", "111111111111", "us-east-1"]
    assert cells[18] == "none"


def test_what_is_not_known_is_said() -> None:
    unasked = PLACE._replace(account=None, caller=None, unknown="STS could not be asked: denied")
    cluster = decode_cluster({"ClusterId": "cluster-22222222222"})
    bare = hand_over(
        origin=unasked,
        cluster=cluster,
        request_id="",
        findings=Findings(),
        off=(),
        backups=LookedUp(NOW, None, "there was no answer within 15 s"),
        stores=LookedUp(NOW, None, "KMS <refused> it"),
        failures=[],
        requests=[],
    )
    told = page(bare)
    assert told.count("unknown: STS could not be asked: denied") == 2
    assert "ARN" not in told
    for section, text in {
        "Findings": "None.",
        "HSMs": "The answer had no HSM list.",
        "Chain of trust": f"Not checked: {NO_CHAIN}",
        "Tags": "The answer had no tags.",
        "Backups": "Not known: they could not be read at 2026-03-01 12:00:00 UTC: "
        "there was no answer within 15 s",
        "KMS key stores": "Not known: they could not be read at 2026-03-01 12:00:00 UTC: "
        "KMS `<refused>` it",
        "Errors of this run": "None.",
    }.items():
        assert f"## {section}\n\n{text}\n" in told


def test_errors_that_say_the_same_are_one_row() -> None:
    def failure(minutes: int, words: str) -> Failure:
        return Failure(
            NOW + timedelta(minutes=minutes), "DescribeClusters", f"r{minutes}", words, ""
        )

    failures = [failure(0, "slow"), failure(1, "slow"), failure(2, "denied"), failure(3, "slow")]
    told = page(hand_over(failures=failures))
    rows = re.findall(
        r"\| 2026-03-01 (12:\d\d):00 UTC \| (\d) \| Describe\w+ \| (r\d) \| (\w+)", told
    )
    assert rows == [
        ("12:03", "1", "r3", "slow"),
        ("12:02", "1", "r2", "denied"),
        ("12:01", "2", "r1", "slow"),
    ]


def test_no_secret_is_in_it() -> None:
    secret, key = "chrysanthemum-7-Umbrella", "AKIAIOSFODNN7EXAMPLE"
    cluster = {**cluster_of("x"), **TIMES, "PreCoPassword": secret}
    said = f"You sent {secret} and {key}"
    told = page(hand_over(said, cluster=decode_cluster(cluster)))
    assert "You sent" in told
    assert secret not in told
    assert key not in told


def section(told: str, name: str) -> str:
    return told.split(f"\n## {name}\n\n", 1)[1].split("\n## ", 1)[0]


def test_backups_and_key_stores_are_told_with_the_time_of_reading() -> None:
    made = datetime(2026, 2, 28, 12, tzinfo=UTC)
    backups = (
        Backup(backup_id="backup-2", backup_state="CREATE_IN_PROGRESS", create_timestamp=NOW),
        Backup(backup_id="backup-1", backup_state="READY", create_timestamp=made),
    )
    told = page(
        hand_over(
            backups=LookedUp(NOW, backups),
            stores=LookedUp(NOW, (UsingStore("cks-1", "payments", "CONNECTED"),)),
        )
    )
    assert section(told, "Backups") == (
        "Read: 2026-03-01 12:00:00 UTC\n\n"
        "Newest that is READY: backup-1\n\n"
        "| BackupId | State | Made | Age | Lasts |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| backup-2 | `CREATE_IN_PROGRESS` | 2026-03-01 12:00:00 UTC | 0s | not known |\n"
        "| backup-1 | READY | 2026-02-28 12:00:00 UTC | 24h | not known |\n"
    ).replace("24h", "1d")
    assert "| cks-1 | payments | CONNECTED |" in section(told, "KMS key stores")
    none = page(hand_over(backups=LookedUp(NOW, ()), stores=LookedUp(NOW, ())))
    assert section(none, "Backups") == "Read: 2026-03-01 12:00:00 UTC\n\nNone.\n"
    assert section(none, "KMS key stores").endswith("\n\nNo KMS key store uses this cluster.\n")


def test_accepted_findings_stand_apart_and_rules_that_say_nothing_are_named() -> None:
    def finding(rule: str) -> Finding:
        return Finding(rule, Severity.HIGH, "seen", (("State", "x"), ("Mode", "y")), "why", "do it")

    accepted = AcceptedFinding(
        finding("SINGLE-AZ"), Acceptance("SINGLE-AZ", date(2027, 1, 31), "a test")
    )
    findings = Findings((finding("CL-DEGRADED"),), (Unchecked("STUCK", "first seen"),), (accepted,))
    told = page(hand_over(findings=findings, off={"TWO-HSM", "RETENTION"}))
    assert section(told, "Findings") == (
        "### HIGH CL-DEGRADED: seen\n\n"
        "- Seen: State: x; Mode: y\n- Why: why\n- Remedy: do it\n\n"
        "Not evaluated:\n\n- STUCK: first seen\n\n"
        "Switched off in the settings: RETENTION, TWO-HSM\n"
    )
    apart = section(told, "Accepted findings")
    assert apart.startswith("### HIGH SINGLE-AZ: seen\n")
    assert "- Accepted until: 2027-01-31, its end in UTC\n- Reason: a test\n" in apart


def test_the_chain_has_its_verdict_and_the_fingerprints_that_it_goes_by() -> None:
    root, pem = hardware("AWS root"), certificate()
    given = {"ClusterId": "cluster-1", "State": "UNINITIALIZED", "Hsms": []}
    given["Certificates"] = {"HsmCertificate": pem, "ClusterCsr": request()}
    told = page(
        hand_over(
            cluster=decode_cluster(given),
            roots=Roots(RootFile("/etc/aws.crt", (root,)), (RootFile("/etc/x", (), "empty"),)),
        )
    )
    chain = section(told, "Chain of trust").replace("`", "")
    assert "Checked: 2026-03-01 12:00:00 UTC" in chain
    assert "HsmCertificate → ClusterCsr: VERIFIED: the same key" in chain
    fingerprint = decode_pem(root).fingerprint
    assert (
        "### Root in /etc/aws.crt\n\n- Subject: CN=HSM:RCN2345B07362\n"
        f"- SHA-256: {fingerprint}\n- Valid until: "
    ) in chain
    assert "### Root in /etc/x\n\n- Cannot be used: empty\n" in chain
    assert f"SHA-256: {decode_pem(pem).fingerprint}" in section(told, "Certificates").replace(
        "`", ""
    )


STATES = ("ACTIVE", "UNINITIALIZED", "DEGRADED", "DELETED", "CREATE_IN_PROGRESS", "INITIALIZED")


@pytest.mark.parametrize("state", STATES)
def test_no_line_of_a_page_reads_oddly(state: str) -> None:
    """No mark of code within a name, no colon behind another, nothing that only begins a word."""
    told = page(hand_over(cluster=decode_cluster({"ClusterId": "cluster-1", "State": state})))
    assert not re.search(r"none: |: :|None\b(?!\.| uses)|\[\]|\{\}", told)
    if state == "UNINITIALIZED":
        assert "Cluster certificate: none (there is one once the cluster has been" in told


def test_the_words_of_a_name_stay_together() -> None:
    why = "issued by CN=HSM:RCN1, for FIPS mode, O=a|b, not by CN=AWS CloudHSM Root G1"
    seen = Finding("CERT-CHAIN", Severity.HIGH, "signed by another", (("Link", why),), why, "")
    told = page(hand_over(findings=Findings((seen,))))
    whole = "`issued by CN=HSM:RCN1, for FIPS mode, O=a`&#124;`b, not by CN=AWS CloudHSM Root G1`"
    assert f"- Seen: Link: {whole}\n- Why: {whole}\n" in section(told, "Findings")
    assert ("list_item_open", f"Why: {why}") in list(blocks(told))
