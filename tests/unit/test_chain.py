"""The verdict on each link, over certificates that were forged in every way that matters."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from hsmtui.model.certificates.certificate import decode_pem
from hsmtui.model.certificates.chain import (
    AWS_ROOT_FINGERPRINT,
    LinkVerdict,
    check_chain,
)
from hsmtui.model.certificates.roots import RootFile, Roots
from hsmtui.model.cluster import Certificates

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BEGIN, END = NOW - timedelta(days=300), NOW + timedelta(days=3000)
KEYS = {
    name: ec.derive_private_key(1000 + number, ec.SECP256R1())
    for number, name in enumerate(("aws", "maker", "card", "hsm", "other"))
}
AWS, MAKER, CARD, HSM = "AWS root", "Maker root", "HSM:1", "HSM:1:PARTN:1"
ALL_VERIFIED = [LinkVerdict.VERIFIED] * 5


def pem_of(signed):
    return signed.public_bytes(Encoding.PEM).decode()


def named(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certificate(subject, key, issuer, issuer_key, *, begin=BEGIN, end=END, ca=None):
    builder = x509.CertificateBuilder(
        issuer_name=named(issuer),
        subject_name=named(subject),
        public_key=KEYS[key].public_key(),
        serial_number=7,
        not_valid_before=begin,
        not_valid_after=end,
    )
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca, None), critical=True)
    return pem_of(builder.sign(KEYS[issuer_key], hashes.SHA256()))


def request(key, *, subject=HSM):
    builder = x509.CertificateSigningRequestBuilder(named(subject))
    return pem_of(builder.sign(KEYS[key], hashes.SHA256()))


AWS_ROOT = certificate(AWS, "aws", AWS, "aws", ca=True)
MAKER_ROOT = certificate(MAKER, "maker", MAKER, "maker", ca=True)
OTHER_ROOT = certificate("Another root", "other", "Another root", "other", ca=True)
GOOD = {
    "cluster_csr": request("hsm"),
    "hsm_certificate": certificate(HSM, "hsm", CARD, "card"),
    "aws_hardware_certificate": certificate(CARD, "card", AWS, "aws", ca=True),
    "manufacturer_hardware_certificate": certificate(CARD, "card", MAKER, "maker", ca=True),
}
ROOTS = Roots(RootFile("/aws.crt", (AWS_ROOT,)), (RootFile("/maker.crt", (MAKER_ROOT,)),))


def check(*, roots=ROOTS, now=NOW, **changes):
    return check_chain(Certificates(**{**GOOD, **changes}), roots, now)


def verdicts(chain):
    return "".join(link.verdict.value for link in chain.links)


def test_a_good_chain_is_verified():
    chain = check()
    assert [link.verdict for link in chain.links] == ALL_VERIFIED
    assert [link.name for link in chain.links] == [
        "AWS root → AwsHardwareCertificate",
        "AwsHardwareCertificate → HsmCertificate",
        "manufacturer root → ManufacturerHardwareCertificate",
        "ManufacturerHardwareCertificate → HsmCertificate",
        "HsmCertificate → ClusterCsr",
    ]
    assert chain.verdict is LinkVerdict.VERIFIED
    assert chain.headline == "Chain of trust verified: AWS root and manufacturer root"
    assert {link.why for link in chain.links[:4]} == {f"valid until {END:%Y-%m-%d}"}
    assert chain.problems == ()


@pytest.mark.parametrize("certificates", [None, Certificates(cluster_certificate=AWS_ROOT)])
def test_without_certificates_of_an_hsm_there_is_no_chain(certificates):
    chain = check_chain(certificates, ROOTS, NOW)
    assert chain.links == ()
    assert chain.verdict is LinkVerdict.UNCHECKED
    assert "only while a cluster is UNINITIALIZED" in chain.headline


FORGED = {
    "the hardware is of another authority than AWS": (
        {"aws_hardware_certificate": certificate(CARD, "card", AWS, "other", ca=True)},
        "■✓✓✓✓",
        "signed by another key, though the issuer's name fits",
    ),
    "the hardware names another authority than AWS": (
        {"aws_hardware_certificate": certificate(CARD, "card", MAKER, "maker", ca=True)},
        "■✓✓✓✓",
        "issued by CN=Maker root, not by CN=AWS root",
    ),
    "the HSM is of another card": (
        {"hsm_certificate": certificate(HSM, "hsm", CARD, "other")},
        "✓■✓■✓",
        "signed by another key, though the issuer's name fits",
    ),
    "the maker certified another card": (
        {"manufacturer_hardware_certificate": certificate(CARD, "other", MAKER, "maker", ca=True)},
        "✓✓✓■✓",
        "signed by another key, though the issuer's name fits",
    ),
    "the maker's certificate is signed by itself": (
        {"manufacturer_hardware_certificate": certificate(CARD, "card", CARD, "card", ca=True)},
        "✓✓■✓✓",
        "issued by CN=HSM:1, not by CN=Maker root",
    ),
    "the hardware may not issue": (
        {"aws_hardware_certificate": certificate(CARD, "card", AWS, "aws", ca=False)},
        "✓■✓✓✓",
        "the issuer is marked as no CA (openssl: invalid CA certificate)",
    ),
    "the HSM's certificate has ended": (
        {"hsm_certificate": certificate(HSM, "hsm", CARD, "card", end=NOW - timedelta(days=2))},
        "✓■✓■✓",
        "HsmCertificate ended on 2026-02-27",
    ),
    "the hardware's begins later": (
        {
            "aws_hardware_certificate": certificate(
                CARD, "card", AWS, "aws", begin=NOW + timedelta(days=1), ca=True
            )
        },
        "■■✓✓✓",
        "AwsHardwareCertificate begins only on 2026-03-02",
    ),
    "the request is for another key": (
        {"cluster_csr": request("other")},
        "✓✓✓✓■",
        "different keys",
    ),
    "a certificate is in place of the request": (
        {"cluster_csr": GOOD["hsm_certificate"]},
        "✓✓✓✓?",
        "cannot be compared: a certificate, expected a request",
    ),
    "the request is in place of a certificate": (
        {"hsm_certificate": GOOD["cluster_csr"]},
        "✓?✓?✓",
        "a request, expected a certificate",
    ),
    "a certificate cannot be read": (
        {"hsm_certificate": "[red]\x1b[31mrubbish"},
        "✓?✓??",
        "not PEM: it has no BEGIN line",
    ),
    "a hardware certificate is missing": (
        {"aws_hardware_certificate": None},
        "??✓✓✓",
        "the answer had no AwsHardwareCertificate",
    ),
    "the request is missing": ({"cluster_csr": None}, "✓✓✓✓?", "the answer had no ClusterCsr"),
}


@pytest.mark.parametrize("case", FORGED)
def test_of_forged_and_missing_certificates(case):
    changes, expected, why = FORGED[case]
    chain = check(**changes)
    assert verdicts(chain) == expected
    assert why in {link.why for link in chain.links}
    assert chain.verdict is not LinkVerdict.VERIFIED


def test_a_request_that_another_key_signed_fails():
    good = x509.load_pem_x509_csr(GOOD["cluster_csr"].encode()).public_bytes(Encoding.DER)
    bad = bytearray(good)
    bad[-1] ^= 1  # in the signature
    chain = check(cluster_csr=pem_of(x509.load_der_x509_csr(bytes(bad))))
    assert verdicts(chain) == "✓✓✓✓■"
    assert chain.links[4].why == "not signed by its own key"


@pytest.mark.parametrize(
    ("changes", "headline"),
    [
        ({"cluster_csr": request("other")}, "CSR IS NOT OF THIS HSM: do not sign it"),
        (
            {"hsm_certificate": certificate(HSM, "hsm", CARD, "other")},
            "CHAIN OF TRUST FAILED in 2 of 5 links: do not initialize this cluster",
        ),
        ({"roots": Roots()}, "Chain of trust not proven in 2 of 5 links"),
    ],
)
def test_the_headline_says_what_to_do(changes, headline):
    assert check(**changes).headline == headline


def test_without_roots_in_settings_it_says_which_setting():
    chain = check(roots=Roots())
    assert verdicts(chain) == "?✓?✓✓"
    assert chain.links[0].why == "no AWS root in settings ([trust] aws_root)"
    assert chain.links[2].why == "no manufacturer root in settings ([trust] manufacturer_roots)"
    assert chain.hint == ""


NOT_A_ROOT = certificate(AWS, "aws", "Cross-signer", "other", ca=True)
UNUSABLE = {
    "cannot be read: Permission denied": RootFile(
        "/x\x1b[31m", problem="cannot be read: Permission denied"
    ),
    "holds 2 certificates, expected the root alone": RootFile("/x", (AWS_ROOT, OTHER_ROOT)),
    "CN=AWS root is not self-signed, expected a root": RootFile("/x", (NOT_A_ROOT,)),
    "cannot be read: the PEM block is cut off: it has no END line": RootFile(
        "/x", ("-----BEGIN CERTIFICATE-----\n",)
    ),
}


@pytest.mark.parametrize("problem", UNUSABLE)
def test_a_file_that_cannot_be_used_is_told(problem):
    chain = check(roots=ROOTS._replace(aws=UNUSABLE[problem]))
    assert verdicts(chain) == "?✓✓✓✓"
    assert chain.links[0].why == "no usable root"
    (told,) = chain.problems
    assert told.startswith("AWS root /x")
    assert told.endswith(problem)
    assert told.isprintable()


@pytest.mark.parametrize(
    ("begin", "end", "why"),
    [
        (
            BEGIN,
            NOW - timedelta(days=1),
            (
                "/aws.crt holds a root that ended on 2026-02-28; it is an old file: "
                "get the one that AWS publishes now"
            ),
        ),
        (
            NOW + timedelta(days=9),
            END,
            "/aws.crt holds a root that begins only on 2026-03-10",
        ),
    ],
)
def test_a_root_out_of_its_time_proves_nothing(begin, end, why):
    root = certificate(AWS, "aws", AWS, "aws", begin=begin, end=end, ca=True)
    chain = check(roots=ROOTS._replace(aws=RootFile("/aws.crt", (root,))))
    assert verdicts(chain) == "?✓✓✓✓"
    assert chain.links[0].why == why


def test_a_certificate_has_ended_at_its_end():
    assert check(now=END - timedelta(seconds=1)).verdict is LinkVerdict.VERIFIED
    assert check(now=END).verdict is LinkVerdict.FAILED
    assert check(now=BEGIN).verdict is LinkVerdict.VERIFIED
    assert check(now=BEGIN - timedelta(seconds=1)).verdict is LinkVerdict.FAILED


def makers(*files):
    return ROOTS._replace(manufacturer=tuple(files))


def test_the_root_that_fits_is_found_among_those_of_a_bundle_and_of_several_files():
    ended = certificate(MAKER, "maker", MAKER, "maker", end=NOW - timedelta(days=1), ca=True)
    for roots in (
        makers(RootFile("/bundle", (OTHER_ROOT, ended, MAKER_ROOT))),
        makers(RootFile("/1", (OTHER_ROOT,)), RootFile("/2", (MAKER_ROOT,))),
    ):
        chain = check(roots=roots)
        assert chain.verdict is LinkVerdict.VERIFIED
    chain = check(roots=makers(RootFile("/bundle", (OTHER_ROOT, ended))))
    assert chain.links[2].why.startswith("/bundle holds a root that ended on 2026-02-28;")


def test_what_is_no_root_in_a_bundle_is_told_and_does_not_matter():
    chain = check(roots=makers(RootFile("/b", (NOT_A_ROOT, MAKER_ROOT))))
    assert chain.verdict is LinkVerdict.VERIFIED
    assert chain.problems == (
        "manufacturer root /b: CN=AWS root is not self-signed, expected a root",
    )


def test_where_no_root_fits_a_file_that_cannot_be_used_may_hold_it():
    unread = RootFile("/2", problem="cannot be read: it is not a regular file")
    failed = check(roots=makers(RootFile("/1", (OTHER_ROOT,))))
    unsure = check(roots=makers(RootFile("/1", (OTHER_ROOT,)), unread))
    assert failed.links[2].verdict is LinkVerdict.FAILED
    assert failed.links[2].why == "issued by CN=Maker root, not by CN=Another root"
    assert unsure.links[2].verdict is LinkVerdict.UNCHECKED
    assert "another root is not usable" in unsure.links[2].why


def test_a_root_that_may_not_issue_is_none():
    root = certificate(AWS, "aws", AWS, "aws", ca=False)
    chain = check(roots=ROOTS._replace(aws=RootFile("/aws.crt", (root,))))
    assert chain.links[0].why == ("the issuer is marked as no CA (openssl: invalid CA certificate)")


def test_the_published_root_is_only_a_hint(monkeypatch):
    assert len(bytes.fromhex(AWS_ROOT_FINGERPRINT.replace(":", ""))) == 32
    assert check().hint == "this AWS root is not the published one, CN=AWS CloudHSM Root G1"
    mine = x509.load_pem_x509_certificate(AWS_ROOT.encode()).fingerprint(hashes.SHA256())
    monkeypatch.setattr(
        "hsmtui.model.certificates.chain.AWS_ROOT_FINGERPRINT", mine.hex(":").upper()
    )
    chain = check(aws_hardware_certificate=certificate(CARD, "card", AWS, "other", ca=True))
    assert chain.hint == "this AWS root is the published one, CN=AWS CloudHSM Root G1"
    assert chain.verdict is LinkVerdict.FAILED


def test_the_roots_that_a_chain_was_judged_by_are_given_with_their_fingerprints():
    aws, maker = check().roots
    assert (aws.file, maker.file) == ("/aws.crt", "/maker.crt")
    assert aws.sha256 == decode_pem(AWS_ROOT).fingerprint
    assert check(roots=Roots()).roots == ()


def test_what_the_path_verifier_refuses_is_not_proven(monkeypatch):
    monkeypatch.setattr("hsmtui.model.certificates.chain.refusal", lambda path, now: "no")
    chain = check()
    assert verdicts(chain) == "?✓?✓✓"
    assert chain.links[0].why == "the path verifier of cryptography refuses it: no"


def test_an_ended_root_of_another_name_is_no_old_file():
    ended = certificate("Elsewhere", "other", "Elsewhere", "other", end=NOW, ca=True)
    chain = check(roots=makers(RootFile("/old", (ended,))))
    assert chain.links[2].verdict is LinkVerdict.FAILED
    assert chain.links[2].why == "issued by CN=Maker root, not by CN=Elsewhere"
