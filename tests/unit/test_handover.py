"""The page that hands a cluster over: all that is known, as text, and no secret."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from hsmtui.export.handover import Failure, HandOver, page
from hsmtui.model.backup import Backup
from hsmtui.model.certificates.chain import NO_CHAIN
from hsmtui.model.certificates.roots import RootFile, Roots
from hsmtui.model.cluster import decode_cluster
from hsmtui.model.findings.finding import Finding, Findings, Past, Unchecked
from hsmtui.model.findings.severity import Severity
from hsmtui.model.history.diff import Difference, DifferenceKind
from hsmtui.model.history.events import Event
from hsmtui.model.origin import Answered, Origin
from hsmtui.model.text import visible
from tests.hostile import CORPUS, cluster_of
from tests.markdown_page import blocks

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
    case = HandOver(
        origin=Origin(text, text, text, text, "", text, None, text),
        by=text,
        version=text,
        written=NOW,
        cluster=cluster,
        read_at=NOW - timedelta(minutes=1),
        request_id=text,
        findings=Findings((finding,), (Unchecked(text, text),)),
        past=[Past(NOW, finding)],
        roots=Roots(RootFile(text, (), text)),
        backups=(Backup(backup_id=text, backup_state=text),),
        events=[Event(NOW, text, text, text, Difference(DifferenceKind.FIELD, text, text, text))],
        failures=[Failure(NOW, text, text, text, text)],
        requests=[Answered(NOW, text, 200, text)],
    )
    return case._replace(**changes)


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_no_text_does_anything(text: str) -> None:
    written = page(hand_over(text))
    assert not ACTS.search(written)
    plain, found = list(blocks(page(hand_over()))), list(blocks(written))
    assert [kind for kind, _ in found] == [kind for kind, _ in plain]
    shown = visible(text)
    for (kind, expected), (_, told) in zip(plain, found, strict=True):
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


def test_what_is_not_known_is_said() -> None:
    unasked = PLACE._replace(account=None, caller=None, unknown="STS could not be asked: denied")
    cluster = decode_cluster({"ClusterId": "cluster-22222222222"})
    bare = hand_over(
        origin=unasked,
        cluster=cluster,
        request_id="",
        findings=Findings(),
        backups=None,
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
        "Backups": "Not read: the Backups tab reads them.",
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
