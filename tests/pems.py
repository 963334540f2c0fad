"""Certificates of an HSM and of the hardware it runs on, made for a test."""

from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

START = datetime(2016, 5, 16, 9, 30, tzinfo=UTC)
END = datetime(2035, 5, 14, 9, 30, tzinfo=UTC)
CARD, CARD_KEY = "HSM:RCN2345B07362", ec.derive_private_key(7, ec.SECP256R1())
HSM, HSM_KEY = "HSM:RCN2345B07362:PARTN:25", rsa.generate_private_key(65537, 2048)
OTHER_KEY = ec.derive_private_key(11, ec.SECP256R1())


def name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def pem(signed: x509.Certificate | x509.CertificateSigningRequest) -> str:
    return signed.public_bytes(Encoding.PEM).decode()


def certificate(
    subject: str = HSM,
    key: Any = HSM_KEY,
    issuer: str = CARD,
    issuer_key: Any = CARD_KEY,
    end: datetime = END,
    *,
    authority: bool = False,
) -> str:
    builder = x509.CertificateBuilder(name(issuer), name(subject), key.public_key(), 1, START, end)
    if authority:
        builder = builder.add_extension(x509.BasicConstraints(True, None), critical=True)
    return pem(builder.sign(issuer_key, SHA256()))


def request(key: Any = HSM_KEY) -> str:
    return pem(x509.CertificateSigningRequestBuilder(name(HSM)).sign(key, SHA256()))


def hardware(issuer: str, key: Any = CARD_KEY) -> str:
    """The certificate of the card by one of its two authorities."""
    issuer_key = ec.derive_private_key(13, ec.SECP256R1())
    return certificate(CARD, key, issuer, issuer_key, authority=True)
