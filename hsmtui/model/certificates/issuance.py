"""Whether one certificate was issued by another, told as `openssl verify` tells it.

Names, key, signature, and what the issuer may do are judged once for a pair of certificates; their
dates at each time.
"""

from datetime import datetime
from enum import Enum
from typing import NamedTuple, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID

from hsmtui.model.certificates.certificate import load_certificate, name_in_words, reading
from hsmtui.model.certificates.names import elements, same_name
from hsmtui.model.certificates.pem import UnreadablePemError, blocks

WEAK_HASHES = {"md5": "MD5", "sha1": "SHA-1"}
"""Hashes for which somebody can make another certificate that the same signature fits."""

SHORTEST_RSA = 2048
"""Bits of an RSA key whose signatures prove something."""

_JUDGED_CRITICAL = {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
}
"""What a certificate may demand to be understood: what openssl and this module both understand."""

_NOT_JUDGED = {
    "2.5.29.30": "constraints of names",
    "1.3.6.1.5.5.7.1.7": "constraints of addresses",
    "1.3.6.1.5.5.7.1.8": "constraints of networks",
    "1.3.6.1.5.5.7.1.14": "the marks of a proxy certificate",
}
"""What openssl looks at whether or not it is critical, and this module does not understand."""

_VERSION = 0xA0
"""The tag of a certificate's version, which one of version 1 has not."""

_Extension = TypeVar("_Extension", bound=x509.ExtensionType)


class LinkVerdict(Enum):
    """What came of a check; the value is a sign of one cell for it."""

    VERIFIED = "✓"
    FAILED = "■"
    UNCHECKED = "?"


class Judgement(NamedTuple):
    """What came of a check, and why in a few words, safe to draw."""

    verdict: LinkVerdict
    why: str


class Life(NamedTuple):
    """When a certificate begins and ends."""

    begins: datetime
    ends: datetime

    def out_of_time(self, now: datetime) -> str:
        """Why it is not valid at a time, "" where it is; its last second does not count."""
        if self.ends <= now:
            return f"ended on {self.ends:%Y-%m-%d}"
        return f"begins only on {self.begins:%Y-%m-%d}" if self.begins > now else ""


class Issuance(NamedTuple):
    """What is known of a certificate and its issuer whatever the time is.

    `refusal` says why the one did not issue the other, or may not have, `doubt` why that is not
    known; both are "" where it did.
    """

    refusal: str
    doubt: str
    issuer: Life
    certificate: Life

    def at(self, now: datetime, issuer_name: str, name: str) -> Judgement:
        """Whether the issuance holds at a time; the names are those of the two in words."""
        late = [
            f"{who} {why}"
            for who, life in ((issuer_name, self.issuer), (name, self.certificate))
            if (why := life.out_of_time(now))
        ]
        if self.refusal or late:
            return Judgement(LinkVerdict.FAILED, self.refusal or late[0])
        if self.doubt:
            return Judgement(LinkVerdict.UNCHECKED, self.doubt)
        ends = min(self.issuer.ends, self.certificate.ends)
        return Judgement(LinkVerdict.VERIFIED, f"valid until {ends:%Y-%m-%d}")


def issuance(certificate_pem: str, issuer_pem: str, *, by_root: bool = False) -> Issuance:
    """Whether a certificate names this issuer, whose key made the signature and which may issue.

    Of a root more is accepted than of another issuer, and its limit on CAs below it counts. Raises
    UnreadablePemError where one of them cannot be read, the signature cannot be checked, or several
    may be the issuer.
    """
    if blocks(issuer_pem)[1:]:
        several = "the issuer's PEM holds several certificates, of which the first is looked at"
        raise UnreadablePemError(several)
    certificate, issuer = load_certificate(certificate_pem), load_certificate(issuer_pem)
    with reading("the signature is of a kind that cannot be checked"):
        refusal = _another_issuer(certificate, issuer)
    with reading("the extensions cannot be read"):
        refusal = (
            refusal
            or _another_authority_key(certificate, issuer)
            or _may_not_issue(issuer, by_root=by_root)
            or _unknown_demand(certificate, issuer)
        )
        doubt = _doubt(certificate, issuer)
        if not doubt and _extension(issuer, x509.BasicConstraints) is None:
            doubt = "the root is not marked as a CA"
    with reading("the dates cannot be read"):
        return Issuance(refusal, doubt, _life(issuer), _life(certificate))


def self_signed(pem: str) -> bool:
    """Whether a certificate names and signed itself; raises UnreadablePemError."""
    root = load_certificate(pem)
    with reading("the signature is of a kind that cannot be checked"):
        return not (_another_issuer(root, root) or _another_authority_key(root, root))


def names_as_issuer(pem: str, root_pem: str) -> bool:
    """Whether a certificate names a root as its issuer; raises UnreadablePemError."""
    with reading("the names cannot be read"):
        return same_name(load_certificate(pem).issuer, load_certificate(root_pem).subject)


def _life(certificate: x509.Certificate) -> Life:
    return Life(certificate.not_valid_before_utc, certificate.not_valid_after_utc)


def _another_issuer(certificate: x509.Certificate, issuer: x509.Certificate) -> str:
    """Which of name and key is another one, "" where neither is."""
    named, signed = same_name(certificate.issuer, issuer.subject), _signed_by(certificate, issuer)
    if named:
        return "" if signed else "signed by another key, though the issuer's name fits"
    names = f"{name_in_words(certificate.issuer)}, not by {name_in_words(issuer.subject)}"
    return f"issued by {names}" + (", though its key signed it" if signed else "")


def _signed_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether the issuer's key made the signature, as far as a hash still says so."""
    if _weak_hash(certificate):
        return True
    key, how = issuer.public_key(), certificate.signature_algorithm_parameters
    signature, content = certificate.signature, certificate.tbs_certificate_bytes
    digest = certificate.signature_hash_algorithm
    try:
        match key, how:
            case rsa.RSAPublicKey(), (padding.PKCS1v15() | padding.PSS()) as pad if digest:
                key.verify(signature, content, pad, digest)
            case ec.EllipticCurvePublicKey(), ec.ECDSA():
                key.verify(signature, content, how)
            case dsa.DSAPublicKey(), None if digest:
                key.verify(signature, content, digest)
            case ((ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey()), None) if digest is None:
                key.verify(signature, content)
            case _:
                return False
    except InvalidSignature:
        return False
    return _says_twice_the_same(certificate)


def _weak_hash(certificate: x509.Certificate) -> str:
    digest = certificate.signature_hash_algorithm
    return WEAK_HASHES.get(digest.name, "") if digest else ""


def _says_twice_the_same(certificate: x509.Certificate) -> bool:
    """Whether the algorithm that is signed is that of the signature."""
    ((_, whole),) = elements(certificate.public_bytes(Encoding.DER))
    (_, signed), outer, _ = elements(whole)
    fields = [field for field in elements(signed) if field[0] != _VERSION]
    return fields[1] == outer


def _another_authority_key(certificate: x509.Certificate, issuer: x509.Certificate) -> str:
    """Whether the certificate says that its issuer is another one of this name."""
    by = _extension(certificate, x509.AuthorityKeyIdentifier)
    if by is None:
        return ""
    own = _extension(issuer, x509.SubjectKeyIdentifier)
    number, above = by.authority_cert_serial_number, _directory_name(by)
    if (
        (by.key_identifier and own and by.key_identifier != own.digest)
        or (number is not None and number != issuer.serial_number)
        or (above is not None and not same_name(above, issuer.issuer))
    ):
        return "its authority key identifier names another certificate of the issuer"
    return ""


def _extension(certificate: x509.Certificate, of: type[_Extension]) -> _Extension | None:
    found = (each.value for each in certificate.extensions if isinstance(each.value, of))
    return next(found, None)


def _directory_name(by: x509.AuthorityKeyIdentifier) -> x509.Name | None:
    names = (name.value for name in by.authority_cert_issuer or ())
    return next((name for name in names if isinstance(name, x509.Name)), None)


def _may_not_issue(issuer: x509.Certificate, *, by_root: bool) -> str:
    """Why the issuer may not issue, "" where it may."""
    usage = _extension(issuer, x509.KeyUsage)
    if usage and not usage.key_cert_sign:
        return "the issuer may not sign certificates, says its key usage"
    limits = _extension(issuer, x509.BasicConstraints)
    if limits is None:
        if by_root:
            return ""
        version = "" if issuer.version is x509.Version.v3 else "a version 1 certificate, "
        return f"the issuer is {version}not marked as a CA (openssl: invalid CA certificate)"
    if not limits.ca:
        return "the issuer is marked as no CA (openssl: invalid CA certificate)"
    none_below = by_root and limits.path_length == 0
    return "the root allows no CA below it (path length 0)" if none_below else ""


def _unknown_demand(*certificates: x509.Certificate) -> str:
    for certificate in certificates:
        for extension in certificate.extensions:
            if extension.critical and isinstance(extension.value, x509.UnrecognizedExtension):
                oid = extension.oid.dotted_string
                if oid not in _NOT_JUDGED:
                    return f"a critical extension is not known: {oid}"
    return ""


def _doubt(certificate: x509.Certificate, issuer: x509.Certificate) -> str:
    """Why it stays unproven that one may have issued the other, "" where it is proven."""
    if weak := _weak_hash(certificate):
        return f"signed with {weak}, which is not secure any more"
    key = issuer.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < SHORTEST_RSA:
        return f"the issuer's key is too short: RSA {key.key_size}"
    for extension in (*certificate.extensions, *issuer.extensions):
        oid = extension.oid.dotted_string
        if oid in _NOT_JUDGED:
            return f"{_NOT_JUDGED[oid]} are not understood here"
        if extension.critical and extension.oid not in _JUDGED_CRITICAL:
            return f"a critical extension is not understood here: {oid}"
    return ""
