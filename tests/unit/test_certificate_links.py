"""Whether one certificate was issued by another, and whether two are for one key."""

import warnings

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from hsmtui.model.certificates.certificate import end_of, same_key
from hsmtui.model.certificates.issuance import issuance
from hsmtui.model.certificates.pem import UnreadablePemError
from tests.pems import (
    CARD,
    CARD_KEY,
    END,
    HSM,
    HSM_KEY,
    OTHER_KEY,
    START,
    certificate,
    hardware,
    name,
    pem,
    request,
)


def issued_by(certificate_pem, issuer_pem):
    """Whether neither the name nor the key is another one."""
    refusal = issuance(certificate_pem, issuer_pem, by_root=True).refusal
    return not refusal


CARDS = [hardware("AWS root"), hardware("Manufacturer root")]


@pytest.mark.parametrize("card", CARDS, ids=["AWS", "manufacturer"])
def test_a_certificate_is_issued_by_each_certificate_of_its_issuers_name_and_key(card):
    assert issued_by(certificate(), card)


@pytest.mark.parametrize(
    "issuer",
    [
        certificate(CARD, OTHER_KEY),
        certificate("HSM:RCN2345B07363", CARD_KEY),
        certificate(CARD, HSM_KEY),
        certificate(),
    ],
    ids=["another key", "another name", "a key of another kind", "itself"],
)
def test_and_by_no_other(issuer):
    assert not issued_by(certificate(), issuer)


@pytest.mark.parametrize("broken", ["", "no PEM", request(HSM_KEY)], ids=["", "text", "a request"])
def test_what_is_no_certificate_cannot_be_told(broken):
    for pair in ((broken, CARDS[0]), (certificate(), broken)):
        with pytest.raises(UnreadablePemError):
            issued_by(*pair)


def test_breaches_of_the_standard_are_no_warnings():
    builder = x509.CertificateBuilder(
        name(CARD), name(HSM), HSM_KEY.public_key(), 0x1234, START, END
    )
    der = builder.sign(CARD_KEY, SHA256()).public_bytes(Encoding.DER)
    broken = der.replace(b"\x02\x02\x12\x34", b"\x02\x02\x92\x34")  # a negative serial number
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        text = pem(x509.load_der_x509_certificate(broken))
    assert not issued_by(text, CARDS[0])  # and the signature is no longer right
    assert end_of(text) == END


def test_a_request_and_a_certificate_of_one_key():
    assert same_key(request(HSM_KEY), certificate())
    assert same_key(CARDS[0], CARDS[1])
    assert not same_key(request(OTHER_KEY), certificate())
    with pytest.raises(UnreadablePemError):
        same_key(request(HSM_KEY), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")


def test_the_end():
    assert end_of(certificate()) == END
    assert end_of(request(OTHER_KEY)) is None
    with pytest.raises(UnreadablePemError):
        end_of("no PEM")
