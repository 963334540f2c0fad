"""What the service asks of the certificates that a cluster is claimed with."""

from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hsmtui.demo.errors import invalid_request

LONGEST = 5000
"""Characters of each; the model of the service allows more, its documentation does not."""


def check_claim(request: str, signed: str, anchor: str, now: datetime) -> None:
    """Raise the service's error unless `signed` is for the key of the CSR, in date, and signed by
    `anchor`, which is self-signed. All are PEM."""
    certificate, root = _read(signed, "SignedCert"), _read(anchor, "TrustAnchor")
    if _key(certificate) != _key(x509.load_pem_x509_csr(request.encode())):
        raise invalid_request("SignedCert is not for the public key of the cluster's CSR.")
    if not _is_signed_by(root, root):
        raise invalid_request("TrustAnchor is not self-signed.")
    if not _is_signed_by(certificate, root):
        raise invalid_request("SignedCert was not signed by TrustAnchor.")
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise invalid_request("SignedCert is not valid at this time.")


def _read(pem: str, member: str) -> x509.Certificate:
    if len(pem) > LONGEST:
        raise invalid_request(f"{member} has more than {LONGEST} characters.")
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except ValueError:
        raise invalid_request(f"{member} is not a certificate in PEM format.") from None


def _is_signed_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _key(signed: x509.Certificate | x509.CertificateSigningRequest) -> bytes:
    return signed.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
