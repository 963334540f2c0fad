"""What differs between clusters: nothing equal is told to differ, nothing unknown to be equal."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from hsmtui.export.comparison_page import comparison_page
from hsmtui.model.backup import Backup
from hsmtui.model.certificates.certificate import decode_pem
from hsmtui.model.cluster import Cluster, Secret, decode_cluster
from hsmtui.model.comparison import ComparedCluster, ComparedField, Comparison, Knowledge
from hsmtui.model.findings.acceptance import Acceptance
from hsmtui.model.findings.finding import (
    AcceptedFinding,
    Finding,
    Findings,
    NotYet,
    Unchecked,
    Unread,
)
from hsmtui.model.findings.severity import Severity
from hsmtui.model.state import Tone
from tests.hostile import CORPUS, cluster_of
from tests.markdown_page import blocks
from tests.pems import OTHER_KEY, certificate, request
from tests.unit.test_cluster import FULL as FULL_ANSWER
from tests.unit.test_diff import clusters

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FULL = decode_cluster(
    {**FULL_ANSWER, "Certificates": {"ClusterCertificate": certificate(), "ClusterCsr": request()}}
)
TOLD, ABSENT, UNREAD = Knowledge.TOLD, Knowledge.ABSENT, Knowledge.UNREAD


def compared(cluster: Cluster | dict[str, object], **more: object) -> ComparedCluster:
    if isinstance(cluster, dict):
        cluster = decode_cluster({"ClusterId": "cluster-a", **cluster})
    beside = {"backups": (), **more}
    return ComparedCluster(cluster, "prod", "111111111111", "us-east-1", NOW, **beside)


def field(label: str, *those: ComparedCluster) -> ComparedField:
    (found,) = (each for each in Comparison(those).fields if each.label == label)
    return found


def said(label: str, *those: ComparedCluster) -> list[tuple[Knowledge, str]]:
    return [value[:2] for value in field(label, *those).values]


rules = st.sampled_from(["NO-ACTIVE-HSM", "SINGLE-HSM", "HSM1-EOS", "OWN-RULE"])
found = st.builds(
    Finding, rules, st.sampled_from(Severity), st.text(max_size=2), *map(st.just, ((), "", ""))
)
findings = st.builds(
    Findings,
    st.lists(found, max_size=2).map(tuple),
    st.lists(st.builds(Unchecked, rules, st.text(min_size=1, max_size=2)), max_size=2).map(tuple),
)
backups = st.sampled_from(
    [None, Unread("denied"), (), (Backup(backup_state="READY", create_timestamp=NOW),)]
)
answers = st.dictionaries(
    st.sampled_from(["State", "Hsms", "TagList", "Certificates", "SubnetMapping", "VpcId"]),
    st.sampled_from(["", "x", 1, [], {}, [{}], {"a": 1}, [{"Key": "k", "Value": "v"}]]),
).map(lambda members: decode_cluster({"ClusterId": "cluster-odd", **members}))
compareds = st.builds(
    ComparedCluster,
    clusters | answers,
    *(st.sampled_from([*those]) for those in (["p", "?"], [None, "1"], ["r", "?"], [NOW])),
    findings,
    st.just(frozenset({"SINGLE-HSM"})),
    backups,
    st.just("STS is shut"),
)


class TestProperties:
    @given(st.lists(compareds, min_size=2, max_size=4))
    def test_the_order_of_the_clusters_changes_nothing_but_the_order_of_the_values(self, those):
        one, other = Comparison(those), Comparison(those[::-1])
        mirrored = [ComparedField(label, values[::-1]) for label, values in other.fields]
        assert list(one.fields) == mirrored
        assert [f.label for f in one.same] == [f.label for f in other.same]

    @given(st.lists(compareds, min_size=2, max_size=4))
    def test_what_is_known_to_be_equal_is_the_same_and_nothing_else(self, those):
        comparison = Comparison(those)
        assert sorted(map(id, (*comparison.same, *comparison.differing))) == sorted(
            map(id, comparison.fields)
        )
        for each in comparison.fields:
            assert len(each.values) == len(those)
            known = [value.text for value in each.values if value.knowledge is not UNREAD]
            kinds = {value.knowledge for value in each.values}
            equal = len(set(known)) == 1 and len(kinds) == 1 and UNREAD not in kinds
            assert (each in comparison.same) == equal, each
            told = {value[:2] for value in each.values if value.knowledge is not UNREAD}
            assert each.is_different == (len(told) > 1)
            assert not (each.is_same and each.is_different)

    @given(compareds)
    def test_a_cluster_does_not_differ_from_itself_in_what_is_known(self, one):
        for each in Comparison([one, one]).differing:
            assert {value.knowledge for value in each.values} == {UNREAD}
            assert all(value.text for value in each.values), "it says why"

    @given(clusters, clusters)
    @example(FULL, replace(FULL, pre_co_password=Secret("another-one")))
    def test_a_secret_is_never_compared_nor_told(self, one, other):
        labels = [
            value.text
            for f in Comparison([compared(one), compared(other)]).fields
            if f.label == "PreCoPassword"
            for value in f.values
        ]
        assert labels == ["not set" if c.pre_co_password is None else "set" for c in (one, other)]

    @given(st.text(st.sampled_from("Åå ÅaÅ  a"), max_size=3), st.text(max_size=3))
    @example("Å", "A\u030a")
    @example("a", "a ")
    def test_texts_that_differ_can_be_told_apart(self, one, other):
        texts = field("VpcId", compared({"VpcId": one}), compared({"VpcId": other})).texts
        assert (texts[0] == texts[1]) == (one == other)


class TestMembers:
    def test_are_told_in_words_and_times_in_utc(self):
        one = compared(
            {
                "State": "DEGRADED",
                "StateMessage": "It is broken.",
                "BackupRetentionPolicy": {"Type": "DAYS", "Value": "1"},
                "CreateTimestamp": "2026-02-01T10:00:00+02:00",
            }
        )
        other = compared({"BackupRetentionPolicy": {"Type": "WEEKS", "Value": "3"}})
        assert said("State", one, other) == [(TOLD, "▲ DEGRADED"), (ABSENT, "")]
        assert field("State", one, other).values[0].tone is Tone.BAD
        assert said("StateMessage", one, other) == [(TOLD, "It is broken."), (ABSENT, "")]
        assert said("Retention", one, other) == [(TOLD, "1 day"), (TOLD, "3 WEEKS")]
        assert said("Created", one, other) == [(TOLD, "2026-02-01 08:00:00 UTC"), (ABSENT, "")]

    def test_how_many_differ_are_not_known_or_are_the_same_is_counted(self):
        one = compared({"VpcId": "vpc-1", "Hsms": [], "TagList": []}, backups=None)
        other = compared({"VpcId": "vpc-2", "Hsms": [], "TagList": []}, backups=None)
        assert Comparison([one, other]).words == "1 field differs, 1 not known, 16 the same"
        assert Comparison([one._replace(backups=())] * 2).words == "0 fields differ, 18 the same"

    def test_an_empty_value_is_not_an_absent_one(self):
        one, other = compared({"StateMessage": ""}), compared({})
        assert not field("StateMessage", one, other).is_same

    @pytest.mark.parametrize("name", FULL.__struct_fields__)
    def test_none_is_left_out(self, name):
        """Two clusters that differ in one member differ in a field."""
        if name in {"odd", "answered", "cluster_id", "pre_co_password"}:
            return
        same = Comparison([compared(FULL), compared(FULL)])
        assert same.differing == ()
        assert Comparison([compared(FULL), compared(replace(FULL, **{name: None}))]).differing

    def test_hsms_are_told_by_zone_and_state_and_an_answer_without_them_is_not_known(self):
        zone_a = {"AvailabilityZone": "us-east-1a", "HsmType": "hsm2m.medium"}
        one = compared(
            {
                "HsmType": "hsm2m.medium",
                "SubnetMapping": {"us-east-1a": "subnet-1", "us-east-1b": "subnet-2"},
                "Hsms": [
                    {"HsmId": "hsm-1", "State": "ACTIVE", **zone_a},
                    {"HsmId": "hsm-2", "State": "ACTIVE", **zone_a},
                    {"HsmId": "hsm-3", "State": "DEGRADED", "StateMessage": "Down.", **zone_a},
                    {"HsmId": "hsm-4", "State": "ACTIVE", "HsmType": "hsm1.medium"},
                ],
            }
        )
        other = compared({"SubnetMapping": {"us-east-1a": "subnet-1"}})
        assert said("HSMs", one, other) == [
            (TOLD, "3 of 4 active"),
            (UNREAD, "the answer had no HSM list"),
        ]
        there, unknown = said("us-east-1a HSMs", one, other)
        assert there == (TOLD, "2 ACTIVE, 1 DEGRADED (Down.)")
        assert unknown[0] is UNREAD
        assert said("us-east-1b HSMs", one, other)[0] == (ABSENT, "")
        assert said("no zone HSMs", one, other)[0] == (TOLD, "1 ACTIVE hsm1.medium")
        assert field("us-east-1a subnet", one, other).is_same
        assert said("us-east-1b subnet", one, other) == [(TOLD, "subnet-2"), (ABSENT, "")]

    def test_tags_are_compared_by_key(self):
        one = compared({"TagList": [{"Key": "Name", "Value": "a"}, {"Key": "Env", "Value": "x"}]})
        other = compared({"TagList": [{"Key": "Env", "Value": "x"}]})
        untold = compared({})
        assert said("Tag Name", one, other) == [(TOLD, "a"), (ABSENT, "")]
        assert field("Tag Env", one, other).is_same
        assert said("Tag Env", one, untold)[1] == (UNREAD, "the answer had no tags")
        assert said("Tags", untold, compared({"TagList": []}))[0][0] is UNREAD

    def test_what_cannot_be_read_is_not_known_and_never_the_same(self):
        odd = compared({"VpcId": ["x"], "State": "ACTIVE", "TagList": 7})
        fine = compared({"VpcId": "vpc-1", "State": "ACTIVE", "TagList": [{"Key": "k"}]})
        assert said("VpcId", odd, fine)[0] == (UNREAD, "cannot be read in the answer")
        assert not field("VpcId", odd, odd).is_same
        assert said("Tag k", odd, fine)[0][0] is UNREAD
        assert field("State", odd, fine).is_same
        assert "VpcId" in said("Not readable", odd, fine)[0][1]

    def test_place_is_compared_and_one_that_is_not_known_is_said(self):
        one = compared(FULL)
        other = one._replace(account=None, region="?", profile="?", unknown="STS is shut")
        assert said("Account", one, other)[1] == (UNREAD, "STS is shut")
        assert said("Region", one, other) == [
            (TOLD, "us-east-1"),
            (UNREAD, "the file does not say"),
        ]


class TestCertificates:
    def test_are_compared_as_they_were_parsed(self):
        pems = certificate(), certificate(end=datetime(2036, 1, 1, tzinfo=UTC))
        one, other = (compared({"Certificates": {"ClusterCertificate": pem}}) for pem in pems)
        assert field("Cluster certificate issuer", one, other).is_same
        assert field("Cluster certificate key SHA-256", one, other).is_same
        assert said("Cluster certificate ends", one, other)[1] == (TOLD, "2036-01-01 00:00:00 UTC")
        assert said("Cluster certificate SHA-256", one, other) == [
            (TOLD, decode_pem(pem).fingerprint) for pem in pems
        ]

    def test_the_same_one_written_another_way_is_the_same(self):
        pem = certificate()
        one = compared({"Certificates": {"ClusterCertificate": pem}})
        other = compared({"Certificates": {"ClusterCertificate": pem.replace("\n", "\r\n")}})
        differing = [each.label for each in Comparison([one, other]).differing]
        assert [label for label in differing if label.startswith("Cluster cert")] == []

    def test_one_that_cannot_be_read_is_not_known_and_one_that_is_not_there_absent(self):
        csrs = (request(), "rubbish", None)
        those = [compared({"Certificates": {"ClusterCsr": csr} if csr else {}}) for csr in csrs]
        (_, fingerprint), rubbish, none = said("Cluster CSR key SHA-256", *those)
        assert fingerprint == decode_pem(request()).public_key_fingerprint
        assert (rubbish[0], none) == (UNREAD, (ABSENT, ""))
        assert "BEGIN" in rubbish[1]
        labels = [each.label for each in Comparison(those).fields]
        assert "Cluster CSR issuer" not in labels
        (unread,) = said("Cluster CSR", those[1])
        assert unread == rubbish
        assert not field("Cluster CSR", those[1], those[1]).is_same
        other = compared({"Certificates": {"ClusterCsr": request(OTHER_KEY)}})
        assert not field("Cluster CSR key SHA-256", those[0], other).is_same


class TestFindings:
    WORSE = Finding("SINGLE-HSM", Severity.HIGH, "one HSM", (), "", "")

    def test_are_compared_by_rule(self):
        accepted = AcceptedFinding(self.WORSE, Acceptance("SINGLE-HSM", date(2027, 1, 1), "lab"))
        those = [
            compared(FULL, findings=Findings((self.WORSE,))),
            compared(FULL, findings=Findings()),
            compared(FULL, findings=Findings((), (NotYet("SINGLE-HSM", "still read"),))),
            compared(FULL, findings=Findings((), (), (accepted,))),
            compared(FULL, off={"SINGLE-HSM"}),
            compared(replace(FULL, state="DELETED")),
        ]
        assert said("SINGLE-HSM", *those) == [
            (TOLD, f"{Severity.HIGH.glyph} high: one HSM"),
            (ABSENT, ""),
            (UNREAD, "still read"),
            (TOLD, "accepted high: one HSM"),
            (UNREAD, "switched off in the settings"),
            (UNREAD, "the cluster is deleted"),
        ]
        assert field("SINGLE-HSM", *those).values[0].severity is Severity.HIGH

    def test_a_rule_that_was_evaluated_nowhere_is_not_the_same(self):
        one = compared(FULL, findings=Findings((), (Unchecked("BACKUP-STALE", "denied"),)))
        assert not field("BACKUP-STALE", one, one).is_same


class TestBackups:
    @pytest.mark.parametrize(
        ("known", "value"),
        [
            (None, (UNREAD, "not read")),
            (Unread("denied"), (UNREAD, "denied")),
            ((), (ABSENT, "")),
            ((Backup(backup_state="DELETED", create_timestamp=NOW),), (ABSENT, "")),
            ((Backup(backup_state="READY"),), (UNREAD, "a READY backup has no CreateTimestamp")),
            (
                tuple(
                    Backup(backup_state="READY", create_timestamp=NOW - timedelta(hours=h))
                    for h in (5, 3)
                ),
                (TOLD, "2026-03-01 09:00:00 UTC"),
            ),
        ],
    )
    def test_the_newest_is_told_as_far_as_it_is_known(self, known, value):
        assert said("Newest backup", compared(FULL, backups=known), compared(FULL))[0] == value


class TestPage:
    def test_has_what_differs_beside_each_other_and_what_is_the_same_once(self):
        one = compared(
            {"VpcId": "vpc-1", "Mode": "FIPS", "TagList": [{"Key": "Name", "Value": "a"}]}
        )
        told = comparison_page(Comparison([one, compared({"Mode": "FIPS"})]))
        differs, same = told.split("## The same in all")
        assert "| VpcId | vpc-1 | none |" in differs
        assert "| Tag Name | a | not known: the answer had no tags |" in differs
        assert "| Field | a | cluster-a |" in differs
        assert "| Mode | FIPS |" in same
        assert "VpcId" not in same

    @pytest.mark.parametrize("text", [*CORPUS.values(), "a|b", "<b>", "[x](y)", "|"], ids=ascii)
    def test_no_text_is_markup_and_no_secret_is_in_it(self, text):
        clusters = [
            decode_cluster({**cluster_of(t), "TagList": [{"Key": t, "Value": t}]})
            for t in (text, "plain")
        ]
        told = comparison_page(Comparison(list(map(compared, clusters))))
        assert "PreCo" + text not in told
        assert {kind for kind, _ in blocks(told)} <= {"heading_open", "th_open", "td_open"}
        cells = [kind for kind, _ in blocks(told)].count("th_open")
        assert cells == 5
