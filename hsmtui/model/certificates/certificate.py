"""One PEM decoded: a certificate, or a request for one."""

import hashlib
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID, SignatureAlgorithmOID

from hsmtui.model.certificates.pem import Block, UnreadablePemError, blocks, holds_several
from hsmtui.model.text import visible

_Signed: TypeAlias = x509.Certificate | x509.CertificateSigningRequest

_CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
_LONG_NAMES = {NameOID.EMAIL_ADDRESS: "emailAddress", NameOID.SERIAL_NUMBER: "serialNumber"}
_MOST_SPECIFIC_FIRST = ("CN", "OU", "O", "L", "ST", "C")
_LOOKS_LIKE_A_SEPARATOR = re.compile(r"[,+](?=\s*[\w.]+=)")
_SIGNATURES = {
    SignatureAlgorithmOID.RSA_WITH_MD5: "MD5 with RSA",
    SignatureAlgorithmOID.RSA_WITH_SHA1: "SHA-1 with RSA",
    SignatureAlgorithmOID.RSA_WITH_SHA224: "SHA-224 with RSA",
    SignatureAlgorithmOID.RSA_WITH_SHA256: "SHA-256 with RSA",
    SignatureAlgorithmOID.RSA_WITH_SHA384: "SHA-384 with RSA",
    SignatureAlgorithmOID.RSA_WITH_SHA512: "SHA-512 with RSA",
    SignatureAlgorithmOID.RSASSA_PSS: "RSASSA-PSS",
    SignatureAlgorithmOID.ECDSA_WITH_SHA1: "SHA-1 with ECDSA",
    SignatureAlgorithmOID.ECDSA_WITH_SHA224: "SHA-224 with ECDSA",
    SignatureAlgorithmOID.ECDSA_WITH_SHA256: "SHA-256 with ECDSA",
    SignatureAlgorithmOID.ECDSA_WITH_SHA384: "SHA-384 with ECDSA",
    SignatureAlgorithmOID.ECDSA_WITH_SHA512: "SHA-512 with ECDSA",
    SignatureAlgorithmOID.DSA_WITH_SHA1: "SHA-1 with DSA",
    SignatureAlgorithmOID.DSA_WITH_SHA256: "SHA-256 with DSA",
    SignatureAlgorithmOID.ED25519: "Ed25519",
    SignatureAlgorithmOID.ED448: "Ed448",
}


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What is shown of a certificate or a request; all text is safe to draw.

    A request has no issuer, serial, validity or fingerprint. The serial is in upper-case
    hexadecimal, fingerprints are SHA-256 with colons, times are in UTC. A key of a kind that is not
    known has no `public_key_fingerprint`; unknown algorithms are given by their object id.
    `note` says so where the PEM text holds more than this, "" where it does not.
    """

    kind: str
    subject: str
    key: str
    signature_algorithm: str
    public_key_fingerprint: str | None
    issuer: str | None = None
    serial: str | None = None
    not_before: datetime | None = None
    not_after: datetime | None = None
    fingerprint: str | None = None
    note: str = ""

    def days_left(self, now: datetime) -> int | None:
        """Whole days until it ends, negative once it has; None for a request, which has no end."""
        return None if self.not_after is None else (self.not_after - now) // timedelta(days=1)

    def lasts(self, now: datetime) -> str | None:
        """How long until it ends, or since it has, in whole days that pass; None for a request."""
        if self.not_after is None:
            return None
        days = abs(self.not_after - now) // timedelta(days=1)
        counted = f"{days:,} day{'' if days == 1 else 's'}"
        return f"EXPIRED {counted} ago" if now > self.not_after else f"{counted} left"


def decode_pem(pem: str) -> Certificate:
    """The first block of a PEM text, decoded; raises UnreadablePemError where it cannot be."""
    first = blocks(pem)[0]
    with reading(f"the PEM block is no valid {first.label.lower()}"):
        return replace(_decoded(_load(first)), note=holds_several(pem))


def end_of(pem: str) -> datetime | None:
    """When a certificate ends, in UTC, without the cost of decoding it all; None for a request.

    Raises UnreadablePemError.
    """
    with reading("its end cannot be read"):
        signed = _load(blocks(pem)[0])
        return signed.not_valid_after_utc if isinstance(signed, x509.Certificate) else None


def same_key(pem: str, other_pem: str) -> bool:
    """Whether two certificates or requests are for one public key.

    Raises UnreadablePemError where they cannot be compared.
    """
    with reading("the key is of a kind that cannot be compared"):
        key, other = (_key_info(_load(blocks(text)[0]))[1] for text in (pem, other_pem))
        return key == other


def signs_itself(request_pem: str) -> bool:
    """Whether a request is signed with the key that it is for. Raises UnreadablePemError."""
    with reading("the signature is of a kind that cannot be checked"):
        request = _load(blocks(request_pem)[0])
        if isinstance(request, x509.Certificate):
            raise UnreadablePemError("a certificate, expected a request")
        return request.is_signature_valid


_REFUSALS = (ValueError, TypeError, KeyError, x509.InvalidVersion, UnsupportedAlgorithm)
"""What cryptography raises of what it cannot read; KeyError of text of no known kind, before 47."""


@contextmanager
def reading(otherwise: str) -> Iterator[None]:
    """Where cryptography cannot do something, say this instead, and nothing of lesser breaches.

    It warns of those of the standard; such certificates are shown anyway.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except UnreadablePemError:
            raise
        except _REFUSALS as error:
            raise UnreadablePemError(otherwise) from error


def _load(block: Block) -> _Signed:
    try:
        if block.is_request:
            return x509.load_der_x509_csr(block.der)
        return x509.load_der_x509_certificate(block.der)
    except (ValueError, TypeError, x509.InvalidVersion) as error:
        raise UnreadablePemError(f"the PEM block is no valid {block.label.lower()}") from error


def load_certificate(pem: str) -> x509.Certificate:
    """The first certificate of a PEM text; raises UnreadablePemError."""
    block = blocks(pem)[0]
    with reading(f"the PEM block is no valid {block.label.lower()}"):
        signed = _load(block)
    if not isinstance(signed, x509.Certificate):
        raise UnreadablePemError("a request, expected a certificate")
    return signed


def _decoded(signed: _Signed) -> Certificate:
    key, key_fingerprint = _public_key(signed)
    request = Certificate(
        kind="request",
        subject=name_in_words(signed.subject),
        key=key,
        signature_algorithm=_signature(signed),
        public_key_fingerprint=key_fingerprint,
    )
    if not isinstance(signed, x509.Certificate):
        return request
    return replace(
        request,
        kind="certificate",
        issuer=name_in_words(signed.issuer),
        serial=_serial(signed.serial_number),
        not_before=signed.not_valid_before_utc,
        not_after=signed.not_valid_after_utc,
        fingerprint=_colons(signed.fingerprint(SHA256())),
    )


def name_in_words(name: x509.Name) -> str:
    """A name from the most specific part to the least, parts with a CN first.

    As in RFC 4514 parts are divided by commas and the values of one part by `+`. Unlike there only
    a comma or `+` that could be taken for a separator is escaped, because most are plain text, and
    the values of one part, which have no order of their own, are put from CN to C.
    """
    parts = [_part(part) for part in reversed(name.rdns)]
    parts.sort(key=lambda part: not part.startswith("CN="))
    return ", ".join(parts)


def _part(part: x509.RelativeDistinguishedName) -> str:
    values = [(_attribute_name(attribute), _attribute_text(attribute)) for attribute in part]
    values.sort(key=lambda value: _rank(value[0]))
    return "+".join(f"{name}={text}" for name, text in values)


def _attribute_name(attribute: x509.NameAttribute[str | bytes]) -> str:
    return _LONG_NAMES.get(attribute.oid) or attribute.rfc4514_attribute_name


def _attribute_text(attribute: x509.NameAttribute[str | bytes]) -> str:
    value = attribute.value
    if isinstance(value, bytes):
        return f"#{value.hex()}"
    return visible(_LOOKS_LIKE_A_SEPARATOR.sub(r"\\\g<0>", value))


def _rank(name: str) -> int:
    known = _MOST_SPECIFIC_FIRST
    return known.index(name) if name in known else len(known)


def _serial(number: int) -> str:
    digits = f"{abs(number):X}"
    return "-" * (number < 0) + digits.zfill(len(digits) + len(digits) % 2)


def _signature(signed: _Signed) -> str:
    oid = signed.signature_algorithm_oid
    return _SIGNATURES.get(oid, oid.dotted_string)


def _public_key(signed: _Signed) -> tuple[str, str | None]:
    """The key in words and its fingerprint; its object id, if any, and None if it is not known."""
    try:
        key, info = _key_info(signed)
    except (ValueError, UnsupportedAlgorithm):
        if isinstance(signed, x509.Certificate):
            return signed.public_key_algorithm_oid.dotted_string, None
        return "unknown", None
    return _key_words(key), _colons(hashlib.sha256(info).digest())


def _key_info(signed: _Signed) -> tuple[CertificatePublicKeyTypes, bytes]:
    """The public key, and its SubjectPublicKeyInfo as DER, which is equal where the keys are."""
    key = signed.public_key()
    return key, key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _key_words(key: CertificatePublicKeyTypes) -> str:
    match key:
        case rsa.RSAPublicKey():
            return f"RSA {key.key_size}"
        case ec.EllipticCurvePublicKey():
            return f"EC {_CURVES.get(key.curve.name, key.curve.name)}"
        case ed25519.Ed25519PublicKey():
            return "Ed25519"
        case ed448.Ed448PublicKey():
            return "Ed448"
        case dsa.DSAPublicKey():
            return f"DSA {key.key_size}"
        case _:
            return type(key).__name__.removesuffix("PublicKey")


def _colons(digest: bytes) -> str:
    return digest.hex(":").upper()
