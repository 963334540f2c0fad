"""What differs between two records of a cluster."""

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hsmtui.model.cluster import (
    BackupRetentionPolicy,
    Certificates,
    Cluster,
    Hsm,
    Secret,
    Tag,
    decode_cluster,
)
from hsmtui.model.columns import COLUMNS
from hsmtui.model.findings.finding import Judged
from hsmtui.model.history.diff import (
    LONGEST_SHOWN_VALUE,
    DifferenceKind,
    columns_of,
    differences,
    urgency,
)
from hsmtui.model.state import CLUSTER_STATES, Tone
from tests.fleet.test_refresh_schedule import NOON
from tests.unit.test_cluster import FULL

ID = "cluster-fhtbm47tsjo"
EMPTY = Cluster(cluster_id=ID, hsms=())
FAILED = "HSM creation failed. Please delete this HSM and try again."

ids = st.sampled_from(["", "hsm-a", "hsm-b", "hsm-c", "hsm-d"])
states = st.sampled_from([*CLUSTER_STATES, None, "NEW_STATE"])
hsms = st.builds(
    Hsm,
    hsm_id=ids,
    state=states,
    eni_id=st.sampled_from([None, "eni-1", "eni-2"]),
    hsm_type=st.sampled_from([None, "hsm1.medium", "hsm2m.medium"]),
    state_message=st.sampled_from([None, FAILED]),
)
tags = st.builds(Tag, key=st.sampled_from(["Name", "Owner"]), value=st.text(max_size=3))
clusters = st.builds(
    Cluster,
    cluster_id=st.just(ID),
    state=states,
    state_message=st.sampled_from([None, "", "words"]),
    hsms=st.none() | st.lists(hsms, max_size=4).map(tuple),
    hsm_type=st.sampled_from([None, "hsm1.medium", "hsm2m.medium"]),
    mode=st.sampled_from([None, "FIPS", "NON_FIPS"]),
    vpc_id=st.sampled_from([None, "vpc-1", "vpc-2"]),
    network_type=st.sampled_from([None, "IPV4", "DUALSTACK"]),
    create_timestamp=st.sampled_from([None, NOON]),
    pre_co_password=st.sampled_from([None, "swordfish", "marlin"]).map(lambda s: s and Secret(s)),
    backup_retention_policy=st.none()
    | st.builds(BackupRetentionPolicy, type=st.just("DAYS"), value=st.sampled_from(["7", "90"])),
    subnet_mapping=st.none() | st.dictionaries(st.sampled_from("abc"), st.just("subnet")),
    certificates=st.none() | st.builds(Certificates, cluster_csr=st.sampled_from([None, "a", "b"])),
    tag_list=st.none() | st.lists(tags, unique_by=lambda tag: tag.key).map(tuple),
)


def words(old: Cluster, new: Cluster) -> list[str]:
    return [difference.words for difference in differences(old, new)]


def with_hsms(*hsms: Hsm) -> Cluster:
    return msgspec.structs.replace(EMPTY, hsms=hsms)


def changed(**fields: object) -> Cluster:
    return msgspec.structs.replace(EMPTY, **fields)


@given(clusters)
def test_of_equal_records_there_are_none(cluster):
    again = msgspec.structs.replace(cluster)
    if cluster.pre_co_password is not None:  # two readings make two of them
        secret = Secret(cluster.pre_co_password.reveal())
        again = msgspec.structs.replace(cluster, pre_co_password=secret)
    assert differences(cluster, again) == ()


TWICE = Hsm("hsm-one", state="ACTIVE")


@given(clusters, clusters)
@example(Cluster(ID, hsms=(TWICE,)), Cluster(ID, hsms=(TWICE, TWICE)))
@example(
    Cluster(ID, hsms=(TWICE, TWICE)),
    Cluster(ID, hsms=(msgspec.structs.replace(TWICE, state="DEGRADED"), TWICE)),
)
def test_every_cell_that_is_not_the_same_is_of_a_column_that_they_name(old, new):
    seen = {c.id for c in COLUMNS if c.text(Judged(old), NOON) != c.text(Judged(new), NOON)}
    assert seen <= columns_of(differences(old, new))


@given(clusters, clusters)
def test_hsms_are_told_once_each(old, new):
    found = [d for d in differences(old, new) if d.kind is not DifferenceKind.FIELD]
    if old.hsms is None or new.hsms is None:
        assert not any(d.hsm for d in found)
        return
    before, after = ({h.hsm_id for h in c.hsms} for c in (old, new))
    of = {kind: [d for d in found if d.kind is kind] for kind in DifferenceKind}
    replaced = of[DifferenceKind.HSM_REPLACED]
    assert {d.hsm for d in of[DifferenceKind.HSM_GONE]} | {
        d.old for d in replaced
    } == before - after
    assert {d.hsm for d in of[DifferenceKind.HSM_APPEARED]} | {
        d.new for d in replaced
    } == after - before
    assert len(of[DifferenceKind.HSM_GONE]) + len(replaced) == len(before - after)


@given(clusters, clusters)
def test_no_secret_is_in_their_words(old, new):
    shown = " ".join(words(old, new))
    assert "swordfish" not in shown
    assert "marlin" not in shown


class TestStates:
    def test_of_a_cluster_come_with_the_message(self):
        new = changed(state="DEGRADED", state_message="Call support.")
        old = changed(state="ACTIVE", state_message="")
        (difference,) = differences(old, new)
        assert difference.words == "ACTIVE → DEGRADED: Call support."
        assert difference.is_of_state
        assert difference.appearance.tone is Tone.BAD

    def test_of_an_hsm(self):
        old = with_hsms(Hsm(hsm_id="hsm-a", state="CREATE_IN_PROGRESS"))
        new = with_hsms(Hsm(hsm_id="hsm-a", state="DEGRADED", state_message=FAILED))
        assert words(old, new) == [f"hsm-a CREATE_IN_PROGRESS → DEGRADED: {FAILED}"]

    def test_that_nobody_knows_yet_keep_their_words(self):
        assert words(changed(state="ACTIVE"), changed(state="NEW")) == ["ACTIVE → NEW"]
        assert words(changed(state="ACTIVE"), changed()) == ["ACTIVE → -"]

    def test_what_is_worse_comes_first(self):
        hsm = Hsm(hsm_id="hsm-a", state="ACTIVE")
        old = changed(state="UPDATE_IN_PROGRESS", hsms=(hsm,))
        new = changed(state="ACTIVE", hsms=(msgspec.structs.replace(hsm, state="DEGRADED"),))
        found = sorted(differences(old, new), key=urgency)
        assert [d.words for d in found] == [
            "hsm-a ACTIVE → DEGRADED",
            "UPDATE_IN_PROGRESS → ACTIVE",
        ]


class TestHsms:
    def test_one_on_the_same_eni_is_a_replacement(self):
        old = with_hsms(Hsm(hsm_id="hsm-a", eni_id="eni-1", state="DEGRADED"))
        new = with_hsms(Hsm(hsm_id="hsm-b", eni_id="eni-1", state="ACTIVE"))
        (difference,) = differences(old, new)
        assert difference.words == "hsm-a replaced by hsm-b: on eni-1, ACTIVE"
        assert (difference.old, difference.new, difference.hsm) == ("hsm-a", "hsm-b", "hsm-b")
        assert columns_of([difference]) == {"hsms", "azs"}

    def test_are_seen_in_the_zones_where_they_come_go_or_stand_elsewhere(self):
        here = Hsm(hsm_id="hsm-a", state="ACTIVE", availability_zone="us-east-1a")
        for change, columns in [
            ({"state": "DEGRADED"}, {"hsms"}),
            ({"state": "DELETED"}, {"hsms", "azs"}),
            ({"availability_zone": "us-east-1b"}, {"hsms", "azs"}),
            ({"eni_ip": "10.0.0.1"}, {"hsms"}),
        ]:
            old = msgspec.structs.replace(here, eni_ip="10.0.0.2")
            new = msgspec.structs.replace(old, **change)
            assert columns_of(differences(with_hsms(old), with_hsms(new))) == columns
        assert columns_of(differences(with_hsms(), with_hsms(here))) == {"hsms", "azs"}

    def test_without_an_eni_they_come_and_go(self):
        old = with_hsms(Hsm(hsm_id="hsm-a", state="ACTIVE"))
        new = with_hsms(Hsm(hsm_id="hsm-b", state="CREATE_IN_PROGRESS"))
        assert words(old, new) == ["hsm-b appeared, CREATE_IN_PROGRESS", "hsm-a gone, was ACTIVE"]

    def test_that_are_not_listed_are_not_gone(self):
        old = with_hsms(Hsm(hsm_id="hsm-a", state="ACTIVE"))
        assert words(old, changed(hsms=None)) == ["Hsms 1 → -"]
        assert not any(d.is_of_state for d in differences(old, changed(hsms=None)))

    def test_what_one_gets_while_it_is_created_is_no_change(self):
        old = with_hsms(Hsm(hsm_id="hsm-a", state="CREATE_IN_PROGRESS"))
        new = with_hsms(Hsm(hsm_id="hsm-a", state="ACTIVE", eni_id="eni-1", eni_ip="10.0.0.1"))
        assert words(old, new) == ["hsm-a CREATE_IN_PROGRESS → ACTIVE"]

    def test_of_another_type_are_told(self):
        old = with_hsms(Hsm(hsm_id="hsm-a", hsm_type="hsm1.medium"))
        new = with_hsms(Hsm(hsm_id="hsm-a", hsm_type="hsm2m.medium"))
        assert words(old, new) == ["hsm-a HsmType hsm1.medium → hsm2m.medium"]


class TestFields:
    @pytest.mark.parametrize("name", sorted(FULL.keys() - {"ClusterId", "Hsms", "State"}))
    def test_each_that_appears_is_told(self, name):
        old = decode_cluster({"ClusterId": ID, "Hsms": [], "State": "ACTIVE"})
        new = decode_cluster({"ClusterId": ID, "Hsms": [], "State": "ACTIVE", name: FULL[name]})
        found = differences(old, new)
        assert found
        assert {d.kind for d in found} == {DifferenceKind.FIELD}
        assert all(d.old is None and d.new is not None for d in found)

    def test_are_named_as_the_service_does(self):
        old = changed(backup_retention_policy=BackupRetentionPolicy("DAYS", "90"))
        new = changed(backup_retention_policy=BackupRetentionPolicy("DAYS", "7"))
        assert words(old, new) == ["BackupRetentionPolicy 90 DAYS → 7 DAYS"]

    def test_tags_are_told_by_key(self):
        old = changed(tag_list=(Tag("Name", "a"), Tag("Old", ""), Tag("Same", "x")))
        new = changed(tag_list=(Tag("Same", "x"), Tag("Name", "b"), Tag("New", "y")))
        assert words(old, new) == ["Tag Name a → b", 'Tag Old "" → -', "Tag New - → y"]

    def test_a_csr_that_changed_under_the_signer_is_told_without_its_text(self):
        old = changed(certificates=Certificates(cluster_csr="PEM 1"))
        new = changed(certificates=Certificates(cluster_csr="PEM 2", cluster_certificate="PEM 3"))
        assert words(old, new) == [
            "ClusterCsr PEM → another PEM",
            "ClusterCertificate - → PEM",
        ]

    def test_long_values_are_cut(self):
        (difference,) = differences(EMPTY, changed(source_backup_id="x" * 10_000))
        assert len(difference.new) == LONGEST_SHOWN_VALUE
