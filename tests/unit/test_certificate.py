import base64
import warnings
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from hypothesis import example, given
from hypothesis import strategies as st

from hsmtui.model.certificates.certificate import Certificate, decode_pem
from hsmtui.model.certificates.pem import UnreadablePemError

START = datetime(2025, 5, 16, 9, 30, tzinfo=UTC)
END = datetime(2035, 5, 14, 9, 30, tzinfo=UTC)
KEY = ec.derive_private_key(2025, ec.SECP256R1())
SHORT = {
    "CN": NameOID.COMMON_NAME,
    "OU": NameOID.ORGANIZATIONAL_UNIT_NAME,
    "O": NameOID.ORGANIZATION_NAME,
    "L": NameOID.LOCALITY_NAME,
    "ST": NameOID.STATE_OR_PROVINCE_NAME,
    "C": NameOID.COUNTRY_NAME,
    "emailAddress": NameOID.EMAIL_ADDRESS,
    "serialNumber": NameOID.SERIAL_NUMBER,
    "1.2.3.4": x509.ObjectIdentifier("1.2.3.4"),
}


def name(*parts):
    """A name of parts in the order of the certificate, each a list of short names and values."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Attribute's length", UserWarning)
        return x509.Name(
            x509.RelativeDistinguishedName(
                x509.NameAttribute(SHORT[short], value, _validate=False) for short, value in part
            )
            for part in parts
        )


HSM_NAME = name(
    [("C", "US"), ("ST", "CA"), ("OU", "LS2"), ("L", "SanJose"), ("O", "Marvell")],
    [("CN", "HSM:RCN2345B07362:PARTN:25, for FIPS mode")],
)
CA_NAME = name([("C", "SG")], [("O", "YourOrganization")], [("CN", "CloudHSM-CA")])
EDWARDS = (ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey)


def signed(key=KEY, *, subject=HSM_NAME, serial=12, hash_algorithm=None):
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(CA_NAME)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(START)
        .not_valid_after(END)
    )
    if hash_algorithm is None and not isinstance(key, EDWARDS):
        hash_algorithm = hashes.SHA256()
    return builder.sign(key, hash_algorithm)


def pem_of(signed_object):
    return signed_object.public_bytes(Encoding.PEM).decode()


def wrapped(der, label="CERTIFICATE"):
    return f"-----BEGIN {label}-----\n{base64.encodebytes(der).decode()}-----END {label}-----\n"


def changed(old, new, certificate=None):
    """The PEM of a certificate with some bytes of its DER replaced by as many others."""
    der = (certificate or signed()).public_bytes(Encoding.DER)
    assert old in der
    assert len(old) == len(new)
    return wrapped(der.replace(old, new))


def fingerprint(data):
    digest = hashes.Hash(hashes.SHA256())
    digest.update(data)
    return ":".join(f"{byte:02X}" for byte in digest.finalize())


def key_fingerprint(key):
    return fingerprint(
        key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )


def test_a_certificate():
    certificate = signed()
    assert decode_pem(pem_of(certificate)) == Certificate(
        kind="certificate",
        subject="CN=HSM:RCN2345B07362:PARTN:25, for FIPS mode, "
        "OU=LS2+O=Marvell+L=SanJose+ST=CA+C=US",
        issuer="CN=CloudHSM-CA, O=YourOrganization, C=SG",
        serial="0C",
        not_before=START,
        not_after=END,
        key="EC P-256",
        signature_algorithm="SHA-256 with ECDSA",
        fingerprint=fingerprint(certificate.public_bytes(Encoding.DER)),
        public_key_fingerprint=key_fingerprint(KEY),
    )
    assert decode_pem(pem_of(certificate)).not_after.tzinfo is UTC


@pytest.mark.parametrize("label", ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"])
def test_a_request(label):
    key = rsa.generate_private_key(65537, 2048)
    request = x509.CertificateSigningRequestBuilder(HSM_NAME).sign(key, hashes.SHA256())
    decoded = decode_pem(wrapped(request.public_bytes(Encoding.DER), label))
    assert decoded.kind == "request"
    assert decoded.subject.startswith("CN=HSM:RCN2345B07362:PARTN:25, for FIPS mode, OU=LS2+O=")
    assert decoded.key == "RSA 2048"
    assert decoded.signature_algorithm == "SHA-256 with RSA"
    assert decoded.public_key_fingerprint == key_fingerprint(key)
    assert (decoded.issuer, decoded.serial, decoded.fingerprint) == (None, None, None)
    assert (decoded.not_before, decoded.not_after) == (None, None)
    assert decoded.days_left(START) is None


@pytest.mark.parametrize(
    ("key", "hash_algorithm", "words", "signature"),
    [
        (
            ec.generate_private_key(ec.SECP384R1()),
            hashes.SHA384(),
            "EC P-384",
            "SHA-384 with ECDSA",
        ),
        (
            ec.generate_private_key(ec.SECP521R1()),
            hashes.SHA512(),
            "EC P-521",
            "SHA-512 with ECDSA",
        ),
        (ec.generate_private_key(ec.SECP256K1()), None, "EC secp256k1", "SHA-256 with ECDSA"),
        (ed25519.Ed25519PrivateKey.generate(), None, "Ed25519", "Ed25519"),
        (ed448.Ed448PrivateKey.generate(), None, "Ed448", "Ed448"),
        (KEY, hashes.SHA3_256(), "EC P-256", "2.16.840.1.101.3.4.3.10"),
    ],
)
def test_keys_and_signatures(key, hash_algorithm, words, signature):
    decoded = decode_pem(pem_of(signed(key, hash_algorithm=hash_algorithm)))
    assert decoded.key == words
    assert decoded.signature_algorithm == signature
    assert decoded.public_key_fingerprint == key_fingerprint(key)


def test_a_key_of_an_unknown_kind_is_named_by_its_object_id():
    ec_key, other = bytes.fromhex("06072a8648ce3d0201"), bytes.fromhex("06072a8648ce3d027f")
    decoded = decode_pem(changed(ec_key, other))
    assert decoded.key == "1.2.840.10045.2.127"
    assert decoded.public_key_fingerprint is None
    assert decoded.serial == "0C"


def test_a_request_with_a_key_of_an_unknown_kind():
    request = x509.CertificateSigningRequestBuilder(HSM_NAME).sign(KEY, hashes.SHA256())
    ec_key, other = bytes.fromhex("06072a8648ce3d0201"), bytes.fromhex("06072a8648ce3d027f")
    der = request.public_bytes(Encoding.DER).replace(ec_key, other)
    decoded = decode_pem(wrapped(der, "CERTIFICATE REQUEST"))
    assert (decoded.key, decoded.public_key_fingerprint) == ("unknown", None)


@pytest.mark.parametrize(
    ("serial", "shown"),
    [(1, "01"), (0xABC, "0ABC"), (0xFFFF, "FFFF"), (2**150 + 10, "40" + "0" * 34 + "0A")],
)
def test_serials(serial, shown):
    assert decode_pem(pem_of(signed(serial=serial))).serial == shown


@pytest.mark.parametrize(("byte", "shown"), [(b"\x00", "00"), (b"\xff", "-01"), (b"\x80", "-80")])
def test_serials_that_the_standard_forbids(byte, shown):
    version_and_serial = bytes.fromhex("a003020102") + b"\x02\x01"
    pem = changed(version_and_serial + b"\x0c", version_and_serial + byte)
    assert decode_pem(pem).serial == shown


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        (name(), ""),
        (name([("CN", "a")], [("O", "b")], [("C", "US")]), "CN=a, C=US, O=b"),
        (name([("CN", "a")], [("CN", "b")]), "CN=b, CN=a"),
        (name([("OU", "a")], [("OU", "b")], [("OU", "a")]), "OU=a, OU=b, OU=a"),
        (name([("emailAddress", "a@b.c"), ("CN", "a")]), "CN=a+emailAddress=a@b.c"),
        (name([("serialNumber", "7")], [("1.2.3.4", "x")]), "1.2.3.4=x, serialNumber=7"),
        (name([("CN", "a, O=Evil+OU=b")]), r"CN=a\, O=Evil\+OU=b"),
        (name([("CN", "a, b+c")]), "CN=a, b+c"),
        (name([("CN", "a\x1b[2J\u202e\n")]), r"CN=a\x1b[2J\u202e\n"),
        (name([("CN", "x" * 65)]), "CN=" + "x" * 65),
        (name([("C", "USA")]), "C=USA"),
    ],
)
def test_names(subject, shown):
    assert decode_pem(pem_of(signed(subject=subject))).subject == shown


@pytest.mark.parametrize(
    ("now", "days"),
    [
        (END, 0),
        (END - timedelta(days=1), 1),
        (END - timedelta(days=1, microseconds=-1), 0),
        (END + timedelta(microseconds=1), -1),
        (END + timedelta(days=1), -1),
        (END + timedelta(days=1, seconds=1), -2),
        (START, 3650),
    ],
)
def test_days_left(now, days):
    assert decode_pem(pem_of(signed())).days_left(now) == days


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (END - timedelta(days=1234), "1,234 days left"),
        (END - timedelta(days=1), "1 day left"),
        (END, "0 days left"),
        (END + timedelta(microseconds=1), "EXPIRED 0 days ago"),
        (END + timedelta(days=1), "EXPIRED 1 day ago"),
        (END + timedelta(days=193, minutes=6), "EXPIRED 193 days ago"),
    ],
)
def test_how_long_it_lasts_is_told_in_days_that_are_over(now, said):
    assert decode_pem(pem_of(signed())).lasts(now) == said


def test_the_first_of_several_blocks_and_text_before_it():
    first, second = pem_of(signed(serial=1)), pem_of(signed(serial=2))
    assert decode_pem(first + second).serial == "01"
    assert decode_pem("subject=CN = x\n\n" + second + first).serial == "02"


@pytest.mark.parametrize(
    "change",
    [
        lambda pem: pem.replace("\n", "\r\n"),
        lambda pem: pem.replace("\n", ""),
        lambda pem: pem.replace("\n", "\n  "),
        lambda pem: pem.replace("CERTIFICATE", "X509 CERTIFICATE"),
    ],
)
def test_other_ways_to_write_pem(change):
    pem = pem_of(signed())
    assert decode_pem(change(pem)) == decode_pem(pem)


@pytest.mark.parametrize(
    ("pem", "reason"),
    [
        ("", "the text is empty"),
        (" \n", "the text is empty"),
        ("certificate", "not PEM: it has no BEGIN line"),
        (wrapped(b"x", "PRIVATE KEY"), "a PEM block of PRIVATE KEY, expected a certificate or a r"),
        ("-----BEGIN CERTIFICATE-----\nMII=", "the PEM block is cut off: it has no END line"),
        (
            "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE REQUEST-----",
            "the PEM block is cut off: it has no END line",
        ),
        (
            "-----BEGIN CERTIFICATE-----\n***\n-----END CERTIFICATE-----",
            "the PEM block is not base6",
        ),
        ("-----BEGIN CERTIFICATE-----\né\n-----END CERTIFICATE-----", "the PEM block is not base6"),
        (wrapped(b""), "the PEM block is no valid certificate"),
        (wrapped(b"0", "CERTIFICATE REQUEST"), "the PEM block is no valid certificate request"),
    ],
)
def test_what_cannot_be_read_says_why(pem, reason):
    with pytest.raises(UnreadablePemError) as raised:
        decode_pem(pem)
    assert str(raised.value).startswith(reason)


def test_what_follows_the_certificate_in_its_block_makes_it_unreadable():
    with pytest.raises(UnreadablePemError, match="no valid certificate"):
        decode_pem(wrapped(signed().public_bytes(Encoding.DER) + b"0"))


def test_an_unknown_version_is_unreadable():
    with pytest.raises(UnreadablePemError, match="no valid certificate"):
        decode_pem(changed(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x07"))


DER = signed().public_bytes(Encoding.DER)


@given(st.integers(0, len(DER) - 1), st.integers(0, 255))
@example(4, 0)
def test_one_wrong_byte_gives_a_certificate_or_the_one_error(place, byte):
    broken = DER[:place] + bytes([byte]) + DER[place + 1 :]
    try:
        decoded = decode_pem(wrapped(broken))
    except UnreadablePemError as error:
        reason = str(error)
    else:
        reason = ""
        assert decoded.fingerprint == fingerprint(broken)
    assert reason in {"", "the PEM block is no valid certificate"}


@given(st.text() | st.binary().map(wrapped))
def test_any_other_text_gives_the_one_error(text):
    with pytest.raises(UnreadablePemError):
        decode_pem(text)
