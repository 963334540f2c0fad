"""When a cluster may be claimed: its chain of trust, the certificate for its CSR, and the root."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from hsmtui.model.certificates.claim import LONGEST_PEM
from hsmtui.model.certificates.roots import RootFile, Roots
from hsmtui.model.cluster import Certificates, Cluster, Hsm
from hsmtui.model.entry import Odd
from hsmtui.model.gates.gate import Reason
from hsmtui.model.gates.initialize_cluster import (
    Claim,
    InitializeClusterGate,
    judge_initialize_cluster,
)
from tests.pems import END, HSM_KEY, START, certificate, hardware, request

ID = "cluster-fhtbm47tsjo"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MAKERS_KEY = ec.derive_private_key(13, ec.SECP256R1())  # as in `hardware`
CA_KEY, OTHER_KEY = (ec.derive_private_key(number, ec.SECP256R1()) for number in (17, 19))


def root(name: str, key=MAKERS_KEY) -> str:
    return certificate(name, key, name, key, authority=True)


ROOTS = Roots(RootFile("/aws.crt", (root("AWS"),)), (RootFile("/maker.crt", (root("Maker"),)),))
CERTIFICATES = Certificates(
    cluster_csr=request(),
    hsm_certificate=certificate(),
    aws_hardware_certificate=hardware("AWS"),
    manufacturer_hardware_certificate=hardware("Maker"),
)
ANCHOR = root("Customer CA", CA_KEY)


def signed(key=HSM_KEY, issuer: str = "Customer CA", by=CA_KEY, **more) -> str:
    return certificate("HSM", key, issuer, by, **more)


def cluster(**more) -> Cluster:
    given = {"cluster_id": ID, "state": "UNINITIALIZED", "certificates": CERTIFICATES}
    return Cluster(**{**given, "hsms": (Hsm(hsm_id="hsm-1", state="ACTIVE"),), **more})


def judged(
    *listed: Cluster,
    claim: Claim | None = None,
    roots: Roots = ROOTS,
    now: datetime = NOW,
    why_read_only: str = "",
) -> InitializeClusterGate:
    claim = claim or Claim(signed(), ANCHOR)
    return judge_initialize_cluster(ID, claim, listed, roots, now, why_read_only=why_read_only)


def test_a_certificate_for_the_csr_that_its_root_has_signed_opens():
    assert not InitializeClusterGate(ID).allows(ID)
    assert judged(cluster()).allows(ID)


@pytest.mark.parametrize(
    ("listed", "reason"),
    [
        ([], Reason.GONE),
        ([cluster(), cluster()], Reason.UNCHECKED),
        ([cluster(cluster_id="cluster-other234567")], Reason.UNCHECKED),
        ([cluster(odd=(Odd("VpcId", "5"),))], Reason.UNCHECKED),
        ([cluster(state=None)], Reason.UNCHECKED),
        ([cluster(certificates=None)], Reason.UNCHECKED),
        ([cluster(certificates=Certificates())], Reason.UNCHECKED),
        ([cluster(state="DELETED")], Reason.DELETED),
        ([cluster(state="DELETE_IN_PROGRESS")], Reason.DELETING),
        ([cluster(state="INITIALIZED")], Reason.STATE),
        ([cluster(state="ACTIVE")], Reason.STATE),
    ],
)
def test_what_else_is_listed_shuts_and_says_why(listed, reason):
    gate = judged(*listed)
    assert gate.reason is reason
    assert gate.why_shut
    assert not gate.allows(ID)


@pytest.mark.parametrize(
    ("roots", "certificates", "words"),
    [
        (Roots(), CERTIFICATES, "not proven"),
        (
            Roots(RootFile("/aws.crt", (root("AWS", OTHER_KEY),)), ROOTS.manufacturer),
            CERTIFICATES,
            "FAILED",
        ),
        (ROOTS, Certificates(cluster_csr=request()), "not proven"),
        (
            ROOTS,
            Certificates(
                cluster_csr=request(OTHER_KEY),
                hsm_certificate=CERTIFICATES.hsm_certificate,
                aws_hardware_certificate=CERTIFICATES.aws_hardware_certificate,
                manufacturer_hardware_certificate=CERTIFICATES.manufacturer_hardware_certificate,
            ),
            "CSR IS NOT OF THIS HSM",
        ),
    ],
)
def test_without_a_chain_of_trust_that_holds_it_stays_shut(roots, certificates, words):
    gate = judged(cluster(certificates=certificates), roots=roots)
    assert gate.reason is Reason.TRUST
    assert words in gate.why_shut


LATE = NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        (Claim("", ANCHOR), "the signed certificate cannot be read: the text is empty"),
        (Claim("hello", ANCHOR), "not PEM"),
        (Claim(signed(), "hello"), "the trust anchor cannot be read"),
        (Claim(request(), ANCHOR), "a request, expected a certificate"),
        (Claim(signed() + ANCHOR, ANCHOR), "several certificates"),
        (Claim(signed(), ANCHOR + ANCHOR), "several certificates"),
        (Claim(signed() + "#" * LONGEST_PEM, ANCHOR), "the service takes 5,000"),
        (Claim(signed(OTHER_KEY), ANCHOR), "not for the key of the cluster's CSR"),
        (
            Claim(
                signed(), certificate("Sub CA", CA_KEY, "Customer CA", OTHER_KEY, authority=True)
            ),
            "not signed by itself",
        ),
        (Claim(ANCHOR, signed()), "the two are swapped"),
        (Claim(signed(), root("Customer CA", OTHER_KEY)), "signed by another key"),
        (Claim(signed(), root("Another CA", CA_KEY)), "issued by CN=Customer CA"),
        (Claim(signed(end=NOW), ANCHOR), "ended on"),
        (
            Claim(signed(), certificate("Customer CA", CA_KEY, "Customer CA", CA_KEY)),
            "not marked as a CA",
        ),
    ],
)
def test_a_certificate_that_does_not_claim_this_cluster(claim, words):
    gate = judged(cluster(), claim=claim)
    assert gate.reason is Reason.RULES
    assert words in gate.why_shut
    assert not gate.allows(ID)


def test_each_check_is_told_by_itself():
    gate = judged(cluster(), claim=Claim(signed(OTHER_KEY, end=NOW), ANCHOR))
    assert [check.verdict.name for check in gate.checks] == [
        *("FAILED", "VERIFIED", "VERIFIED", "FAILED"),
    ]
    assert "ended on" in gate.checks[-1].why
    assert {check.verdict.name for check in judged(cluster()).checks} == {"VERIFIED"}
    assert judged(cluster(), claim=Claim("hello", ANCHOR)).checks == ()


def test_what_cannot_be_compared_is_not_proven():
    edwards = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))
    short = certificate("Customer CA", CA_KEY, "Customer CA", CA_KEY)
    gate = judged(cluster(), claim=Claim(signed(), short))
    assert gate.checks[2].verdict.name == "UNCHECKED"
    assert judged(cluster(), claim=Claim(signed(edwards), ANCHOR)).reason is Reason.RULES


def test_a_csr_that_is_none_shuts_it():
    csr = CERTIFICATES.cluster_csr or ""
    garbled = csr.replace("CERTIFICATE REQUEST", "CERTIFICATE")
    gate = judged(cluster(certificates=Certificates(cluster_csr=garbled)))
    assert gate.reason is Reason.TRUST


def test_a_rule_forbids_it():
    gate = judged(cluster(), why_read_only="a rule")
    assert (gate.reason, "a rule" in gate.why_shut) == (Reason.READ_ONLY, True)


def test_it_is_valid_from_its_beginning_to_its_end():
    for now in (START - timedelta(seconds=1), END):
        assert not judged(cluster(), now=now).is_open
