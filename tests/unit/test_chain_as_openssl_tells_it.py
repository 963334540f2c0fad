"""The verdict on a chain, against the commands that are printed for it, run by a real openssl.

Each chain is varied from one that is sound. Verified means that all commands pass, and failed that
one of them does not; what stays unproven may go either way, and is listed here with its reason.
"""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hsmtui.model.certificates.chain import LinkVerdict, check_chain
from hsmtui.model.certificates.names import elements
from hsmtui.model.certificates.openssl import commands
from hsmtui.model.certificates.pem import as_pem
from hsmtui.model.certificates.roots import RootFile, Roots
from hsmtui.model.cluster import Certificates, Cluster
from hsmtui.ui.flows.save_certificates import write_certificates
from tests.parts import part_of

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
CHAINS_VARIED = 25
CASES = Path(__file__).parent.parent / "cases"

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="needs the openssl command, to compare with"
)


@cache
def key(name: str, kind: str = "ec") -> Any:
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind[3:]))
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(ec.SECP256R1())


def text_name(text: str, kind: Any = _ASN1Type.UTF8String, country: bool = True) -> x509.Name:
    common = x509.NameAttribute(NameOID.COMMON_NAME, text, kind)
    plain = x509.NameAttribute(NameOID.COUNTRY_NAME, "US")
    return x509.Name([plain, common] if country else [common])


@dataclass(frozen=True)
class Spec:
    """A certificate to be made; `issuer` and `signer` are those of the one above it by default."""

    subject: x509.Name
    key: Any
    issuer: x509.Name | None = None
    signer: Any = None
    begin: datetime = NOW - 300 * DAY
    end: datetime = NOW + 300 * DAY
    serial: int = 1
    ca: tuple[bool, int | None] | None = None
    usage: bool | None = None
    extensions: tuple[tuple[x509.ExtensionType, bool], ...] = ()
    padding: Any = None
    after: Callable[[bytes, Any], bytes] | None = None
    """What becomes of the DER, with the key that signed it."""


ROOT = Spec(text_name("Root"), key("root"), ca=(True, None))
OTHER_ROOT = Spec(text_name("Other root"), key("other root"), ca=(True, None))
CARD = Spec(text_name("HSM:1, for FIPS mode"), key("card"), ca=(True, None))
HSM = Spec(text_name("HSM:1:PARTN:1, for FIPS mode"), key("hsm"))


def made(spec: Spec, above: Spec | None = None) -> str:
    above = above or spec
    builder = x509.CertificateBuilder(
        spec.issuer or above.subject,
        spec.subject,
        spec.key.public_key(),
        spec.serial,
        spec.begin,
        spec.end,
    )
    if spec.ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(*spec.ca), critical=True)
    if spec.usage is not None:
        bits = dict.fromkeys(USAGES, False) | {"digital_signature": True}
        bits["key_cert_sign"] = spec.usage
        builder = builder.add_extension(x509.KeyUsage(**bits), critical=True)
    for extension, critical in spec.extensions:
        builder = builder.add_extension(extension, critical)
    signer = spec.signer or above.key
    digest = None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    signed = builder.sign(signer, digest, rsa_padding=spec.padding)
    der = signed.public_bytes(Encoding.DER)
    return as_pem("CERTIFICATE", spec.after(der, signer) if spec.after else der)


USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def broken_signature(der: bytes, _: Any = None) -> bytes:
    return der[:-1] + bytes([der[-1] ^ 1])


def element(tag: int, content: bytes) -> bytes:
    size = (len(content).bit_length() + 7) // 8
    length = bytes([len(content)]) if len(content) < 0x80 else bytes([0x80 | size])
    return bytes([tag]) + length + len(content).to_bytes(size) * (len(content) >= 0x80) + content


MD5_RSA = bytes.fromhex("06092a864886f70d0101040500")
SHA1_RSA = bytes.fromhex("06092a864886f70d0101050500")
SHA1_EC = bytes.fromhex("06072a8648ce3d0401")
WEAK = {
    MD5_RSA: hashes.MD5(),  # noqa: S303 - weak on purpose, here and below
    SHA1_RSA: hashes.SHA1(),  # noqa: S303
    SHA1_EC: hashes.SHA1(),  # noqa: S303
}
SHA256_EC = bytes.fromhex("06082a8648ce3d040302")
SHA384_EC = bytes.fromhex("06082a8648ce3d040303")


def signed_otherwise(
    der: bytes, signer: Any, *, version_1: bool = False, inner: bytes = b"", outer: bytes = b""
) -> bytes:
    """A certificate as nobody would make it today, which the builder refuses to."""
    ((_, whole),) = elements(der)
    (_, content), (_, algorithm), _ = elements(whole)
    inner, outer = inner or algorithm, outer or inner or algorithm
    fields = list(elements(content))
    fields[2] = (0x30, inner)
    content = element(0x30, b"".join(element(*each) for each in fields[version_1:]))
    digest = WEAK.get(outer, hashes.SHA256())
    how = (ec.ECDSA(digest),) if isinstance(signer, ec.EllipticCurvePrivateKey) else None
    signature = signer.sign(content, *(how or (padding.PKCS1v15(), digest)))
    return element(0x30, content + element(0x30, outer) + element(0x03, b"\0" + signature))


version_1 = partial(signed_otherwise, version_1=True)


def request(of: Any, sound: bool = True) -> str:
    builder = x509.CertificateSigningRequestBuilder(HSM.subject)
    der = builder.sign(of, hashes.SHA256()).public_bytes(Encoding.DER)
    signed = der if sound else broken_signature(der)
    return as_pem("CERTIFICATE REQUEST", signed)


@dataclass(frozen=True)
class Estate:
    """A chain of one side; the other side is sound."""

    root: Spec = ROOT
    card: Spec = CARD
    hsm: Spec = HSM
    csr: str = request(HSM.key)
    more_roots: tuple[Spec, ...] = ()
    shown: Callable[[str], str] = str
    """What becomes of each PEM text before it is shown."""

    def pems(self) -> tuple[Certificates, tuple[str, ...]]:
        roots = tuple(made(root) for root in (self.root, *self.more_roots))
        card = made(self.card, self.root)
        return (
            Certificates(
                cluster_csr=self.csr,
                hsm_certificate=self.shown(made(self.hsm, self.card)),
                aws_hardware_certificate=self.shown(card),
                manufacturer_hardware_certificate=self.shown(card),
            ),
            roots,
        )


def unknown(critical: bool) -> tuple[tuple[x509.ExtensionType, bool], ...]:
    oid = x509.ObjectIdentifier("1.3.6.1.4.1.99999.1")
    return ((x509.UnrecognizedExtension(oid, b"\x05\x00"), critical),)


def key_ids(of: Any, serial: int | None = None, issuer: x509.Name | None = None) -> Any:
    digest = x509.SubjectKeyIdentifier.from_public_key(of.public_key()).digest if of else None
    names = [x509.DirectoryName(issuer)] if issuer else None
    return ((x509.AuthorityKeyIdentifier(digest, names, serial), False),)


def own_id(of: Any) -> Any:
    return ((x509.SubjectKeyIdentifier.from_public_key(of.public_key()), False),)


P, U, B, A, T = (
    _ASN1Type.PrintableString,
    _ASN1Type.UTF8String,
    _ASN1Type.BMPString,
    _ASN1Type.IA5String,
    _ASN1Type.T61String,
)
EKU = ((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True),)
NAMES = ((x509.NameConstraints([x509.DirectoryName(text_name("elsewhere"))], None), True),)
ID_ROOT = replace(ROOT, extensions=own_id(ROOT.key))
RSA_ROOT = replace(ROOT, key=key("root", "rsa2048"))
PSS = padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256().digest_size)


def called(text: str, kind: Any = U) -> Estate:
    """The HSM's certificate names its issuer so."""
    return Estate(hsm=replace(HSM, issuer=text_name(text, kind)))


VERIFIED, FAILED, UNPROVEN = LinkVerdict.VERIFIED, LinkVerdict.FAILED, LinkVerdict.UNCHECKED
CHAINS: dict[str, tuple[Estate, LinkVerdict]] = {
    "sound": (Estate(), VERIFIED),
    # names
    "PrintableString": (called("HSM:1, for FIPS mode", P), VERIFIED),
    "BMPString": (called("HSM:1, for FIPS mode", B), VERIFIED),
    "IA5String": (called("HSM:1, for FIPS mode", A), VERIFIED),
    "T61String": (called("HSM:1, for FIPS mode", T), VERIFIED),
    "another case": (called("hsm:1, FOR fips mode"), VERIFIED),
    "blanks around and within": (called("  HSM:1,   for FIPS mode "), VERIFIED),
    "a blank more where there was none": (called("HSM: 1, for FIPS mode"), FAILED),
    "another name": (called("HSM:2, for FIPS mode"), FAILED),
    "a part less": (
        Estate(hsm=replace(HSM, issuer=text_name("HSM:1, for FIPS mode", country=False))),
        FAILED,
    ),
    "the root's name in another type": (
        Estate(card=replace(CARD, issuer=text_name("ROOT", P))),
        VERIFIED,
    ),
    "letters that are not ASCII": (
        Estate(
            card=replace(CARD, subject=text_name("Größe")),
            hsm=replace(HSM, issuer=text_name("GRößE", B)),
        ),
        VERIFIED,
    ),
    "another case of letters that are not ASCII": (
        Estate(
            card=replace(CARD, subject=text_name("Größe")),
            hsm=replace(HSM, issuer=text_name("GRÖßE")),
        ),
        FAILED,
    ),
    # keys and signatures
    "another key signed the HSM's": (Estate(hsm=replace(HSM, signer=key("other"))), FAILED),
    "another key signed the card's": (Estate(card=replace(CARD, signer=key("other"))), FAILED),
    "a key of another kind signed": (
        Estate(hsm=replace(HSM, signer=key("other", "rsa2048"))),
        FAILED,
    ),
    "another name and another key": (
        Estate(hsm=replace(HSM, issuer=text_name("x"), signer=key("other"))),
        FAILED,
    ),
    "a broken signature": (Estate(hsm=replace(HSM, after=broken_signature)), FAILED),
    "RSA": (Estate(root=RSA_ROOT, card=replace(CARD, key=key("card", "rsa2048"))), VERIFIED),
    "RSA-PSS": (Estate(root=RSA_ROOT, card=replace(CARD, padding=PSS)), VERIFIED),
    "Ed25519": (Estate(card=replace(CARD, key=key("card", "ed25519"))), UNPROVEN),
    "a short RSA key of the HSM": (
        Estate(hsm=replace(HSM, key=key("hsm", "rsa1024")), csr=request(key("hsm", "rsa1024"))),
        VERIFIED,
    ),
    "SHA-1": (Estate(hsm=replace(HSM, after=partial(signed_otherwise, inner=SHA1_EC))), UNPROVEN),
    "SHA-1 of RSA": (
        Estate(root=RSA_ROOT, card=replace(CARD, after=partial(signed_otherwise, inner=SHA1_RSA))),
        UNPROVEN,
    ),
    "MD5": (
        Estate(root=RSA_ROOT, card=replace(CARD, after=partial(signed_otherwise, inner=MD5_RSA))),
        UNPROVEN,
    ),
    "an algorithm within that is another": (
        Estate(hsm=replace(HSM, after=partial(signed_otherwise, inner=SHA384_EC, outer=SHA256_EC))),
        FAILED,
    ),
    "an HSM of version 1": (Estate(hsm=replace(HSM, after=version_1)), VERIFIED),
    "an HSM of version 1 with a weak signature": (
        Estate(hsm=replace(HSM, after=partial(signed_otherwise, version_1=True, inner=SHA1_EC))),
        UNPROVEN,
    ),
    "an HSM of version 1 that another key signed": (
        Estate(hsm=replace(HSM, after=version_1, signer=key("other"))),
        FAILED,
    ),
    "an HSM of version 1 and a root with no CA below it": (
        Estate(hsm=replace(HSM, after=version_1), root=replace(ROOT, ca=(True, 0))),
        FAILED,
    ),
    "a card of version 1": (Estate(card=replace(CARD, after=version_1, ca=None)), FAILED),
    "a root of version 1": (Estate(root=replace(ROOT, after=version_1, ca=None)), UNPROVEN),
    "a short RSA key of the root": (Estate(root=replace(ROOT, key=key("r", "rsa1024"))), UNPROVEN),
    # dates
    "the HSM's has ended": (Estate(hsm=replace(HSM, end=NOW - DAY)), FAILED),
    "the HSM's ends at this moment": (Estate(hsm=replace(HSM, end=NOW)), FAILED),
    "the HSM's begins later": (Estate(hsm=replace(HSM, begin=NOW + DAY)), FAILED),
    "the card's has ended": (Estate(card=replace(CARD, end=NOW - DAY)), FAILED),
    "the card's begins later": (Estate(card=replace(CARD, begin=NOW + DAY)), FAILED),
    "the root has ended": (Estate(root=replace(ROOT, end=NOW - DAY)), UNPROVEN),
    "the root begins later": (Estate(root=replace(ROOT, begin=NOW + DAY)), UNPROVEN),
    "the root was reissued": (
        Estate(root=replace(ROOT, end=NOW - DAY), more_roots=(replace(ROOT, serial=2),)),
        VERIFIED,
    ),
    # what an issuer may do
    "a card without the CA flag": (Estate(card=replace(CARD, ca=None)), FAILED),
    "a card that is no CA": (Estate(card=replace(CARD, ca=(False, None))), FAILED),
    "a card with a usage alone": (Estate(card=replace(CARD, ca=None, usage=True)), FAILED),
    "a card that may not sign": (Estate(card=replace(CARD, usage=False)), FAILED),
    "a card that may": (Estate(card=replace(CARD, usage=True, ca=(True, 0))), VERIFIED),
    "a root without the CA flag": (Estate(root=replace(ROOT, ca=None)), UNPROVEN),
    "a root without the CA flag whose name is in another type": (
        Estate(root=replace(ROOT, ca=None), card=replace(CARD, issuer=text_name("ROOT", P))),
        UNPROVEN,
    ),
    "a root with a usage alone": (Estate(root=replace(ROOT, ca=None, usage=True)), UNPROVEN),
    "a root that is no CA": (Estate(root=replace(ROOT, ca=(False, None))), FAILED),
    "a root that may not sign": (Estate(root=replace(ROOT, usage=False)), FAILED),
    "a root with no CA below it": (Estate(root=replace(ROOT, ca=(True, 0))), FAILED),
    "a root with one CA below it": (Estate(root=replace(ROOT, ca=(True, 1))), VERIFIED),
    "an HSM that is a CA": (Estate(hsm=replace(HSM, ca=(True, None))), VERIFIED),
    # other extensions
    "a purpose": (Estate(hsm=replace(HSM, extensions=EKU)), VERIFIED),
    "a purpose of the card": (Estate(card=replace(CARD, extensions=EKU)), VERIFIED),
    "an unknown demand of the HSM's": (
        Estate(hsm=replace(HSM, extensions=unknown(True))),
        FAILED,
    ),
    "an unknown demand of the card's": (
        Estate(card=replace(CARD, extensions=unknown(True))),
        FAILED,
    ),
    "an unknown demand of the root's": (
        Estate(root=replace(ROOT, extensions=unknown(True))),
        FAILED,
    ),
    "an unknown remark": (Estate(hsm=replace(HSM, extensions=unknown(False))), VERIFIED),
    "constraints of names": (Estate(root=replace(ROOT, extensions=NAMES)), UNPROVEN),
    "the right key identifiers": (
        Estate(root=ID_ROOT, card=replace(CARD, extensions=key_ids(ROOT.key))),
        VERIFIED,
    ),
    "another key identifier": (
        Estate(root=ID_ROOT, card=replace(CARD, extensions=key_ids(key("other")))),
        FAILED,
    ),
    "another serial of the issuer": (
        Estate(card=replace(CARD, extensions=key_ids(None, 9, ROOT.subject))),
        FAILED,
    ),
    "the right serial of the issuer": (
        Estate(card=replace(CARD, extensions=key_ids(None, 1, text_name("root", P)))),
        VERIFIED,
    ),
    "another issuer of the issuer": (
        Estate(card=replace(CARD, extensions=key_ids(None, 1, text_name("Elsewhere")))),
        FAILED,
    ),
    # more roots than one, and other certificates than there should be
    "another root as well": (Estate(more_roots=(OTHER_ROOT,)), VERIFIED),
    "another root of this name": (Estate(more_roots=(replace(ROOT, key=key("x")),)), UNPROVEN),
    "another root before the right one": (
        Estate(root=ROOT, more_roots=(replace(ROOT, ca=(True, 0)),)),
        UNPROVEN,
    ),
    "a card that signed itself": (
        Estate(card=replace(CARD, issuer=CARD.subject, signer=CARD.key)),
        FAILED,
    ),
    "an HSM that signed itself": (
        Estate(hsm=replace(HSM, issuer=HSM.subject, signer=HSM.key)),
        FAILED,
    ),
    # the request
    "a request of another key": (Estate(csr=request(key("other"))), FAILED),
    "a request that another key signed": (Estate(csr=request(HSM.key, sound=False)), FAILED),
    # forms of the text
    "CRLF": (Estate(shown=lambda pem: pem.replace("\n", "\r\n")), VERIFIED),
    "a byte order mark": (Estate(shown=lambda pem: "\ufeff" + pem), VERIFIED),
    "one line": (Estate(shown=lambda pem: pem.replace("\n", "")), VERIFIED),
    "indented": (Estate(shown=lambda pem: pem.replace("\n", "\n   ")), VERIFIED),
    "words around it": (Estate(shown=lambda pem: f"subject=x\n{pem}\nthe end"), VERIFIED),
    "another label": (
        Estate(shown=lambda pem: pem.replace(" CERTIFICATE", " X509 CERTIFICATE")),
        VERIFIED,
    ),
    "lower case labels": (Estate(shown=lambda pem: pem.replace("CERT", "cert")), UNPROVEN),
    "no PEM": (Estate(shown=lambda pem: pem[30:]), UNPROVEN),
    "a bundle": (Estate(shown=lambda pem: pem + made(OTHER_ROOT)), UNPROVEN),
    "a bundle with the right one second": (
        Estate(shown=lambda pem: made(OTHER_ROOT) + pem),
        FAILED,
    ),
}


def passes(cluster: Cluster, roots: Roots, folder: Path, now: datetime = NOW) -> bool:
    """Whether each printed command exits with 0, in order, where the certificates were saved."""
    saved = write_certificates(cluster, roots, folder)[0].parent
    at = f"openssl verify -attime {int(now.timestamp())} "
    for command in commands(cluster):
        there = command.replace("openssl verify ", at)
        if subprocess.run(
            ["sh", "-c", there], cwd=saved, capture_output=True, check=False
        ).returncode:
            return False
    return True


def verdicts(
    certificates: Certificates, pems: tuple[str, ...], folder: Path, now: datetime = NOW
) -> tuple[LinkVerdict, bool]:
    """That of the tab, and whether the commands pass; the other side's root is the right one."""
    roots = Roots(RootFile("/aws.crt", pems[:1]), (RootFile("/maker.crt", pems),))
    cluster = Cluster(cluster_id="cluster-1", certificates=certificates)
    chain = check_chain(certificates, roots, now)
    if len(pems) > 1:  # that of AWS has but one
        chain = replace(chain, links=chain.links[2:])
        roots = roots._replace(aws=RootFile("/aws.crt", pems))
    return chain.verdict, passes(cluster, roots, folder, now)


def agree(verdict: LinkVerdict, passed: bool) -> bool:
    return verdict is UNPROVEN or (verdict is VERIFIED) == passed


@pytest.mark.in_parts
@pytest.mark.parametrize("name", part_of(CHAINS))
def test_the_verdict_and_the_commands_agree(name: str, tmp_path: Path) -> None:
    estate, expected = CHAINS[name]
    verdict, passed = verdicts(*estate.pems(), tmp_path)
    assert verdict is expected
    assert agree(verdict, passed), passed


CHANGES: dict[str, list[dict[str, Any]]] = {
    "root": [
        {"ca": (True, 0)},
        {"ca": (True, 1)},
        {"ca": None},
        {"ca": None, "after": version_1},
        {"end": NOW - DAY},
        {"usage": True},
        {"usage": False},
        {"extensions": own_id(ROOT.key)},
        {"subject": text_name("root ", P)},
    ],
    "card": [
        {"issuer": text_name("ROOT", P)},
        {"issuer": text_name("Root  x")},
        {"ca": (True, 0)},
        {"ca": (False, None)},
        {"ca": None, "after": version_1},
        {"usage": True},
        {"extensions": key_ids(ROOT.key)},
        {"extensions": key_ids(key("other"))},
        {"signer": key("other")},
        {"begin": NOW + DAY},
        {"subject": text_name("hsm:1,  FOR fips MODE", T)},
    ],
    "hsm": [
        {"issuer": text_name(" HSM:1, for FIPS mode", B)},
        {"issuer": text_name("HSM:1; for FIPS mode")},
        {"after": version_1},
        {"after": partial(signed_otherwise, inner=SHA1_EC)},
        {"after": broken_signature},
        {"extensions": EKU},
        {"extensions": unknown(True)},
        {"end": NOW + timedelta(seconds=1)},
        {"end": NOW},
    ],
}


def varied(random: Random) -> Estate:
    """A chain with a few things that are not as usual, harmless or not."""
    changes: dict[str, dict[str, Any]] = {"root": {}, "card": {}, "hsm": {}}
    for _ in range(random.randint(1, 3)):
        which = random.choice([*CHANGES])
        changes[which] |= random.choice(CHANGES[which])
    for each in changes.values():
        if each.get("after") is version_1:
            each |= {"ca": None, "usage": None, "extensions": ()}
    return Estate(
        replace(ROOT, **changes["root"]),
        replace(CARD, **changes["card"]),
        replace(HSM, **changes["hsm"]),
    )


def test_verdicts_and_commands_agree_on_chains_with_several_peculiarities(tmp_path: Path) -> None:
    random, met = Random(20270301), set()  # noqa: S311 - the same chains on each run
    for number in range(CHAINS_VARIED):
        folder = tmp_path / str(number)
        folder.mkdir()
        estate = varied(random)
        verdict, passed = verdicts(*estate.pems(), folder)
        assert agree(verdict, passed), (estate, verdict, passed)
        met.add(verdict)
    assert met == set(LinkVerdict)


def case(name: str, *roots: str) -> tuple[Certificates, tuple[str, ...]]:
    """A chain that was met: its two sides are the same one."""
    texts = {file.name: file.read_text() for file in (CASES / f"chain-{name}").iterdir()}
    certificates = Certificates(
        cluster_csr=texts["hsm.csr"],
        hsm_certificate=texts["hsm.pem"],
        aws_hardware_certificate=texts["hw.pem"],
        manufacturer_hardware_certificate=texts["hw.pem"],
    )
    return certificates, tuple(texts[f"{root}.pem"] for root in roots)


@pytest.mark.parametrize(
    ("name", "roots", "expected", "why"),
    [
        ("names-printable-vs-utf8", ["root"], VERIFIED, "valid until"),
        (
            "hardware-cert-v1-no-ca",
            ["root"],
            FAILED,
            "version 1 certificate, not marked as a CA (openssl: invalid CA certificate)",
        ),
        ("root-ended-and-reissued", ["root-ended-2025"], UNPROVEN, "has reissued its root"),
        ("root-ended-and-reissued", ["root-reissued-2034"], VERIFIED, "valid until 2030-01-01"),
        (
            "root-ended-and-reissued",
            ["root-ended-2025", "root-reissued-2034"],
            VERIFIED,
            "valid until 2030-01-01",
        ),
    ],
)
def test_chains_that_were_met(
    name: str, roots: list[str], expected: LinkVerdict, why: str, tmp_path: Path
) -> None:
    certificates, pems = case(name, *roots)
    verdict, passed = verdicts(certificates, pems, tmp_path)
    assert verdict is expected
    assert agree(verdict, passed)
    if expected is UNPROVEN:
        assert not passed
    files = Roots(None, (RootFile("/maker.crt", pems),))
    links = check_chain(certificates, files, NOW).links[2:4]
    assert any(why in link.why for link in links)
