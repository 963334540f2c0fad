"""The rules about certificates, on certificates that are real."""

from datetime import UTC, datetime, timedelta

import pytest

from hsmtui.model.cluster import Certificates, Cluster
from hsmtui.model.findings.evaluate import find
from hsmtui.model.findings.finding import Known
from hsmtui.model.findings.limits import Rules
from hsmtui.model.findings.rules import certificates as judged
from tests.pems import CARD, CARD_KEY, OTHER_KEY, certificate, hardware, request

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
DECODED = Known(certificates=True)
BROKEN = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
UNCLAIMED = {
    "cluster_csr": request(),
    "hsm_certificate": certificate(),
    "aws_hardware_certificate": hardware("AWS root"),
    "manufacturer_hardware_certificate": hardware("Manufacturer root"),
}
CERTIFICATE_RULES = ("CERT-KEY", "CERT-CHAIN", "CERT-EXPIRY", "CERT-UNREADABLE")


def findings(pems, known=DECODED, rules=None):
    cluster = Cluster(cluster_id="cluster-1", hsms=(), certificates=Certificates(**pems))
    return find(cluster, NOW, rules or Rules(), known)


def said(pems, known=DECODED, rules=None):
    """What the rules about certificates say: severities' words, and why one was not evaluated."""
    all_ = findings(pems, known, rules)
    words = {found.rule: found.severity.word for found in all_.findings}
    words |= dict(all_.unchecked)
    return {rule: words[rule] for rule in CERTIFICATE_RULES if rule in words}


@pytest.mark.parametrize(
    ("left", "severity"),
    [
        (-400 * DAY, "critical"),
        (0 * DAY, "critical"),
        (SECOND, "high"),
        (30 * DAY, "high"),
        (30 * DAY + SECOND, "medium"),
        (180 * DAY, "medium"),
        (180 * DAY + SECOND, None),
    ],
)
def test_the_end_of_the_cluster_certificate(left, severity):
    pems = {"cluster_certificate": certificate(end=NOW + left)}
    assert said(pems) == ({"CERT-EXPIRY": severity} if severity else {})


def test_the_days_of_the_settings():
    rules = Rules(certificate_high_days=1, certificate_medium_days=2)
    for days, severity in ((1, "high"), (2, "medium"), (3, None)):
        pems = {"cluster_certificate": certificate(end=NOW + days * DAY)}
        assert said(pems, rules=rules).get("CERT-EXPIRY") == severity


def test_nothing_is_wrong_with_a_whole_chain():
    assert said(UNCLAIMED) == {}
    assert said({}) == {}


def test_a_request_of_another_key():
    pems = UNCLAIMED | {"cluster_csr": request(OTHER_KEY)}
    assert said(pems) == {"CERT-KEY": "critical"}
    seen = dict(findings(pems).findings[0].seen)
    assert len({*seen.values()}) == 2
    assert all(value.startswith("public key SHA-256 ") for value in seen.values())


@pytest.mark.parametrize("field", ["aws_hardware_certificate", "manufacturer_hardware_certificate"])
def test_a_chain_that_is_broken_on_one_side(field):
    pems = UNCLAIMED | {field: hardware("A root", OTHER_KEY)}
    assert said(pems) == {"CERT-CHAIN": "high"}
    words = [value for _, value in findings(pems).findings[0].seen]
    assert sorted(words) == [
        "failed: signed by another key, though the issuer's name fits",
        "issued it",
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"cluster_csr": None}, {"CERT-KEY": "the cluster has no ClusterCsr"}),
        (
            {"hsm_certificate": None},
            dict.fromkeys(("CERT-KEY", "CERT-CHAIN"), "the cluster has no HsmCertificate"),
        ),
        (
            {"aws_hardware_certificate": ""},
            {"CERT-CHAIN": "the cluster has no AwsHardwareCertificate"},
        ),
    ],
)
def test_what_is_missing_cannot_be_checked(change, expected):
    assert said(UNCLAIMED | change) == expected


def test_what_cannot_be_decoded_is_a_finding_and_the_rest_is_not_checked():
    words = said(UNCLAIMED | {"aws_hardware_certificate": BROKEN, "cluster_csr": "none"})
    assert words == {
        "CERT-UNREADABLE": "medium",
        "CERT-KEY": "the keys cannot be compared: not PEM: it has no BEGIN line",
        "CERT-CHAIN": "AwsHardwareCertificate: the PEM block is no valid certificate",
    }
    assert said({"cluster_certificate": BROKEN}) == {
        "CERT-UNREADABLE": "medium",
        "CERT-EXPIRY": "ClusterCertificate: the PEM block is no valid certificate",
    }


def test_a_broken_link_counts_even_where_the_other_cannot_be_checked():
    pems = UNCLAIMED | {
        "aws_hardware_certificate": None,
        "manufacturer_hardware_certificate": hardware("A root", OTHER_KEY),
    }
    assert said(pems) == {"CERT-CHAIN": "high"}


def test_a_request_in_the_place_of_the_cluster_certificate():
    words = said({"cluster_certificate": request()})
    assert words == {"CERT-EXPIRY": "ClusterCertificate: a request, expected a certificate"}


def test_before_certificates_are_decoded_nothing_is_said_of_them():
    not_yet = "certificates are not decoded yet"
    pems = UNCLAIMED | {"cluster_certificate": certificate(end=NOW)}
    assert said(pems, Known()) == dict.fromkeys(("CERT-KEY", "CERT-CHAIN", "CERT-EXPIRY"), not_yet)
    assert said({"cluster_certificate": certificate()}, Known()) == {"CERT-EXPIRY": not_yet}
    assert said({}, Known()) == {}


def test_each_text_is_decoded_once(monkeypatch):
    judged._ends.clear()
    decoded = []
    pem = certificate("HSM:ONCE", CARD_KEY, end=NOW)
    from hsmtui.model.certificates import certificate as library

    end_of = library.end_of
    monkeypatch.setattr(library, "end_of", lambda text: decoded.append(text) or end_of(text))
    for _ in range(3):
        assert said({"cluster_certificate": pem}) == {"CERT-EXPIRY": "critical"}
    assert decoded == [pem]


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(judged, "FACTS_KEPT", 2)
    for text in ("a", "b", "c", "d", "e"):
        said({"cluster_certificate": text})
        assert len(judged._ends) <= 2


def test_an_expired_certificate_breaks_the_chain_as_on_the_tab():
    assert said(UNCLAIMED | {"hsm_certificate": certificate(end=NOW)}) == {"CERT-CHAIN": "high"}


def test_a_card_without_the_ca_flag_breaks_the_chain_as_on_the_tab():
    pems = UNCLAIMED | {"aws_hardware_certificate": certificate(CARD, CARD_KEY)}
    (found,) = [each for each in findings(pems).findings if each.rule == "CERT-CHAIN"]
    assert found.title == "HsmCertificate does not verify under AwsHardwareCertificate"
    assert "openssl: invalid CA certificate" in dict(found.seen)["AwsHardwareCertificate"]


def test_of_a_bundle_only_the_first_is_judged_and_it_says_so():
    pems = {"cluster_certificate": certificate() + hardware("AWS root")}
    (found,) = [each for each in findings(pems).findings if each.rule == "CERT-UNREADABLE"]
    assert found.severity.word == "low"
    assert found.title == "ClusterCertificate holds more than one certificate"
    assert dict(found.seen)["ClusterCertificate"] == "holds 2 certificates; the first is shown"


def test_several_hardware_certificates_in_one_prove_nothing():
    both = hardware("AWS root") + hardware("AWS root", OTHER_KEY)
    words = said(UNCLAIMED | {"aws_hardware_certificate": both})
    assert words["CERT-UNREADABLE"] == "low"
    assert "holds several certificates" in words["CERT-CHAIN"]
