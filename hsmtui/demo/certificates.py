"""The certificates of a cluster: real X.509, signed by demo authorities, the same on every run.

Two chains end in the HSM's certificate, because AWS and the maker of the hardware each certify the
same card: root, hardware certificate, HSM certificate. The cluster's own certificate is issued by a
customer's authority for the key in the signing request. Only what a page shows is ever signed.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from hsmtui.demo.keys import DISTANCES, key
from hsmtui.demo.records import Certificates, Cluster

ROOTS_BEGIN = datetime(2010, 1, 1, tzinfo=UTC)
ROOTS_END = datetime(2060, 1, 1, tzinfo=UTC)
"""The roots outlive every clock of a demo or a test, so their fingerprints never change."""

HARDWARE_LIFE = timedelta(days=3652)
MADE_BEFORE_USE = timedelta(days=200)
"""The card was certified this long before its cluster was created."""

HARDWARE_KEYS = 2
HSM_KEYS = 4
CUSTOMERS = ("Meridian Payments", "Northlight Bank")


class Authority:
    """Issues the certificates of clusters, and keeps what it has issued."""

    def __init__(self) -> None:
        self._issued: dict[tuple[str, ...], Certificates] = {}

    def certificates(self, cluster: Cluster, ends: float, flaw: str | None = None) -> Certificates:
        """What the cluster shows in its present state; `ends` is the end of its own certificate.

        With the flaw "key" the CSR is for the key of another HSM, with "chain" the manufacturer's
        hardware certificate is that of another card.
        """
        if cluster.state == "CREATE_IN_PROGRESS" or _is_given_up(cluster):
            return Certificates()
        if cluster.state != "UNINITIALIZED":
            name = (cluster.cluster_id, "claimed", str(ends))
            return self._kept(name, lambda: _claimed(cluster, ends))
        ready = next((hsm for hsm in cluster.hsms if hsm.state == "ACTIVE"), None)
        if ready is None:
            return Certificates()
        return self._kept(
            (cluster.cluster_id, ready.hsm_id), lambda: _unclaimed(cluster, ready.hsm_id, flaw)
        )

    def _kept(self, name: tuple[str, ...], issue: Callable[[], Certificates]) -> Certificates:
        if name not in self._issued:
            self._issued[name] = issue()
        return self._issued[name]


class _Card:
    """The hardware that an HSM runs on: its names and keys follow from the id it was made for."""

    def __init__(self, identifier: str, cluster: Cluster) -> None:
        random = Random(identifier)  # noqa: S311 - a demo's serial numbers, not secrets
        marvell = (cluster.hsm_type or "").startswith("hsm2")
        mode = "NON-FIPS" if cluster.mode == "NON_FIPS" else "FIPS"
        if marvell:
            serial = f"RCN{random.randint(2201, 2552)}B{random.randint(1000, 99999):05}"
        else:
            serial = f"5.3G{random.randint(1801, 2052)}-ICM{random.randint(1000, 9999):06}"
        partition = random.randint(1, 32)
        self.hardware_name = _hsm_name(marvell, f"HSM:{serial}, for {mode} mode")
        self.hsm_name = _hsm_name(marvell, f"HSM:{serial}:PARTN:{partition}, for {mode} mode")
        self.hardware_key = f"hardware-{random.randrange(HARDWARE_KEYS)}"
        self.hsm_key = f"hsm-{random.randrange(HSM_KEYS)}"
        self.customer = random.randrange(len(CUSTOMERS))
        self.claimed_as = random.getrandbits(63) | 1


def _is_given_up(cluster: Cluster) -> bool:
    """Whether it was deleted before its owner claimed it: until then it has a password."""
    return cluster.state in {"DELETE_IN_PROGRESS", "DELETED"} and bool(cluster.pre_co_password)


def _unclaimed(cluster: Cluster, hsm_id: str, flaw: str | None) -> Certificates:
    """What a cluster shows between its first HSM and its initialization."""
    card = _Card(hsm_id, cluster)
    begins = _created(cluster) - MADE_BEFORE_USE
    life = (begins, begins + HARDWARE_LIFE)
    certified = {
        "aws-root": card.hardware_key,
        "manufacturer-root": _another(card.hardware_key) if flaw == "chain" else card.hardware_key,
    }
    by_aws, by_maker = (
        _certificate(
            card.hardware_name,
            key(hardware_key).public_key(),
            root,
            _root(root).subject,
            life,
            authority=True,
        )
        for root, hardware_key in certified.items()
    )
    hsm = _certificate(
        card.hsm_name, key(card.hsm_key).public_key(), card.hardware_key, card.hardware_name, life
    )
    request = x509.CertificateSigningRequestBuilder(card.hsm_name)
    request_key = _another(card.hsm_key) if flaw == "key" else card.hsm_key
    return Certificates(
        cluster_csr=_pem(request.sign(key(request_key), SHA256())),
        hsm_certificate=_pem(hsm),
        aws_hardware_certificate=_pem(by_aws),
        manufacturer_hardware_certificate=_pem(by_maker),
    )


def _another(name: str) -> str:
    """The name of another key of the same kind."""
    kind = name.rstrip("0123456789")
    return next(other for other in DISTANCES if other.startswith(kind) and other != name)


def _claimed(cluster: Cluster, ends: float) -> Certificates:
    """What a cluster shows once its owner has claimed it."""
    card = _Card(cluster.cluster_id, cluster)
    life = (_created(cluster) + timedelta(hours=1), datetime.fromtimestamp(int(ends), UTC))
    certificate = _certificate(
        card.hsm_name,
        key(card.hsm_key).public_key(),
        f"customer-ca-{card.customer}",
        _customer_name(card.customer),
        life,
        serial=card.claimed_as,
    )
    return Certificates(cluster_certificate=_pem(certificate))


def _certificate(
    subject: x509.Name,
    public_key: RSAPublicKey,
    issuer_key: str,
    issuer: x509.Name,
    life: tuple[datetime, datetime],
    *,
    serial: int = 1,
    authority: bool = False,
) -> x509.Certificate:
    """A certificate signed with the key called `issuer_key`."""
    builder = x509.CertificateBuilder(
        issuer_name=issuer,
        subject_name=subject,
        public_key=public_key,
        serial_number=serial,
        not_valid_before=life[0],
        not_valid_after=life[1],
    )
    if authority:
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
    return builder.sign(key(issuer_key), SHA256())


@cache
def _root(name: str) -> x509.Certificate:
    subject = ROOT_NAMES[name]
    life = (ROOTS_BEGIN, ROOTS_END)
    return _certificate(subject, key(name).public_key(), name, subject, life, authority=True)


@cache
def _customer_name(number: int) -> x509.Name:
    return _plain_name(
        (NameOID.COUNTRY_NAME, "US"),
        (NameOID.ORGANIZATION_NAME, CUSTOMERS[number]),
        (NameOID.COMMON_NAME, "CloudHSM-CA"),
    )


def _hsm_name(marvell: bool, common_name: str) -> x509.Name:
    """The maker's way of naming: everything but the common name in one multi-valued part."""
    unit, organisation = ("LS2", "Marvell") if marvell else ("N3FIPS", "Cavium")
    maker = {
        NameOID.COUNTRY_NAME: "US",
        NameOID.STATE_OR_PROVINCE_NAME: "CA",
        NameOID.ORGANIZATIONAL_UNIT_NAME: unit,
        NameOID.LOCALITY_NAME: "SanJose",
        NameOID.ORGANIZATION_NAME: organisation,
    }
    attributes = [x509.NameAttribute(oid, value) for oid, value in maker.items()]
    common = x509.NameAttribute(NameOID.COMMON_NAME, common_name)
    return x509.Name(
        [x509.RelativeDistinguishedName(attributes), x509.RelativeDistinguishedName([common])]
    )


def _plain_name(*parts: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


def _created(cluster: Cluster) -> datetime:
    return datetime.fromtimestamp(int(cluster.create_timestamp or 0), UTC)


def _pem(signed: x509.Certificate | x509.CertificateSigningRequest) -> str:
    return signed.public_bytes(Encoding.PEM).decode()


ROOT_NAMES = {
    "aws-root": _plain_name(
        (NameOID.COMMON_NAME, "DEMO AWS CloudHSM Root G1"),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "CloudHSM"),
        (NameOID.ORGANIZATION_NAME, "hsmtui demo"),
        (NameOID.LOCALITY_NAME, "Herndon"),
        (NameOID.STATE_OR_PROVINCE_NAME, "Virginia"),
        (NameOID.COUNTRY_NAME, "US"),
    ),
    "manufacturer-root": _plain_name(
        (NameOID.COUNTRY_NAME, "US"),
        (NameOID.STATE_OR_PROVINCE_NAME, "CA"),
        (NameOID.LOCALITY_NAME, "SanJose"),
        (NameOID.ORGANIZATION_NAME, "hsmtui demo"),
        (NameOID.COMMON_NAME, "DEMO mrvl-ls2-root-AR-v1"),
    ),
}
"""Roots that cannot be taken for the real ones."""
