"""A second verdict on a whole path: that of the path verifier that cryptography has.

It is asked for no extension that openssl does not ask for, as the certificates carry few: what it
adds are its own reading of them, what it knows of keys and algorithms, and constraints.
"""

import re
from datetime import datetime

from cryptography import x509
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from hsmtui.model.certificates.certificate import load_certificate, reading
from hsmtui.model.certificates.pem import UnreadablePemError
from hsmtui.model.text import visible

_AROUND = re.compile(
    r"^validation failed: (?:candidates exhausted: |fatal error: )?"
    r"|\s*\(encountered processing .*\)$",
    re.DOTALL,
)


def part_for_verifier(hsm_pem: str, hardware_pem: str, root_pem: str) -> tuple[list[str], str]:
    """The certificates of the path that the verifier can be asked about, and why not the others.

    It reads neither version 1 nor names that are equal but written in other types of string, both
    of which are allowed here. The path ends with the root; it is empty where none can be asked.
    Raises UnreadablePemError.
    """
    hsm, hardware, root = (load_certificate(pem) for pem in (hsm_pem, hardware_pem, root_pem))
    if not _same_bytes(hardware, root):
        return [], "its names are written in other types of string"
    if hsm.version is not x509.Version.v3:
        return [hardware_pem, root_pem], "HsmCertificate is of version 1"
    if not _same_bytes(hsm, hardware):
        return [hardware_pem, root_pem], "the names of HsmCertificate are in other types of string"
    return [hsm_pem, hardware_pem, root_pem], ""


def refusal(path: list[str], now: datetime) -> str:
    """Why the verifier refuses a path, which ends with its root; "" where it accepts it."""
    try:
        with reading("it cannot be asked about such a path"):
            leaf, *between, root = (load_certificate(pem) for pem in path)
            _policy(root, now).build_client_verifier().verify(leaf, between)
    except (VerificationError, UnreadablePemError) as error:
        return visible(_AROUND.sub("", str(error)))
    return ""


def _policy(root: x509.Certificate, now: datetime) -> PolicyBuilder:
    """All extensions are permitted, and an issuer must be marked as a CA."""
    anything = ExtensionPolicy.permit_all()
    marked = anything.require_present(x509.BasicConstraints, Criticality.AGNOSTIC, None)
    policy = PolicyBuilder().store(Store([root])).time(now)
    return policy.extension_policies(ca_policy=marked, ee_policy=anything)


def _same_bytes(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    return certificate.issuer.public_bytes() == issuer.subject.public_bytes()
