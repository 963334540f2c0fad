"""The demo's certificates, checked by cryptography and by openssl."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from hsmtui.demo.certificates import ROOT_NAMES, Authority, _pem, _root
from hsmtui.demo.control_plane import ControlPlane
from hsmtui.demo.environment import root_file
from hsmtui.demo.keys import DISTANCES, numbers
from hsmtui.demo.records import Certificates, Cluster
from hsmtui.demo.server import DemoServer
from tests.scripted import StandingClock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TEN_YEARS_ON = NOON.timestamp() + 3652 * 86_400
PLACE = ("111111111111", "us-east-1")


def demo_roots() -> tuple[str, ...]:
    """The self-signed roots as PEM: that of AWS in the demo, then that of the manufacturer."""
    return tuple(_pem(_root(name)) for name in ROOT_NAMES)


@pytest.fixture(scope="module")
def clusters() -> list[Cluster]:
    return ControlPlane(clock=StandingClock(NOON), clusters=60).clusters(*PLACE)


def named(clusters: list[Cluster], name: str) -> Cluster:
    (found,) = (cluster for cluster in clusters if cluster.name == name)
    return found


@pytest.fixture(scope="module")
def unclaimed(clusters: list[Cluster]) -> Certificates:
    cluster = named(clusters, "firmware-signing-dev")
    return Authority().certificates(cluster, TEN_YEARS_ON)


def decoded(pem: str | None) -> x509.Certificate:
    assert pem is not None
    return x509.load_pem_x509_certificate(pem.encode())


def public_numbers(signed: x509.Certificate | x509.CertificateSigningRequest) -> object:
    key = signed.public_key()
    assert isinstance(key, RSAPublicKey)
    assert key.key_size == 2048
    return key.public_numbers()


@pytest.mark.parametrize("name", DISTANCES)
def test_the_numbers_of_a_key_are_primes_that_fit(name: str) -> None:
    key = numbers(name).private_key()
    assert key.key_size == 2048
    assert key.public_key().public_numbers().e == 65537


def test_keys_differ() -> None:
    assert len({numbers(name).public_numbers.n for name in DISTANCES}) == len(DISTANCES)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")
@pytest.mark.parametrize("chain", ["aws", "manufacturer"])
def test_openssl_verifies_the_chain(tmp_path: Path, unclaimed: Certificates, chain: str) -> None:
    roots = dict(zip(("aws", "manufacturer"), demo_roots(), strict=True))
    hardware = getattr(unclaimed, f"{chain}_hardware_certificate")
    (tmp_path / "chain.pem").write_text(hardware + roots[chain])
    (tmp_path / "hsm.pem").write_text(unclaimed.hsm_certificate or "")
    verify = ["openssl", "verify", "-CAfile", "chain.pem", "hsm.pem"]
    done = subprocess.run(verify, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "hsm.pem: OK\n"), done.stderr


def test_both_hardware_certificates_are_of_one_card(unclaimed: Certificates) -> None:
    by_aws = decoded(unclaimed.aws_hardware_certificate)
    by_maker = decoded(unclaimed.manufacturer_hardware_certificate)
    assert by_aws.subject == by_maker.subject
    assert public_numbers(by_aws) == public_numbers(by_maker)
    assert by_aws.issuer != by_maker.issuer
    assert ["DEMO" in root for root in map(str, (by_aws.issuer, by_maker.issuer))] == [True, True]
    hsm = decoded(unclaimed.hsm_certificate)
    for hardware, root in zip((by_aws, by_maker), demo_roots(), strict=True):
        hsm.verify_directly_issued_by(hardware)
        hardware.verify_directly_issued_by(decoded(root))


def test_the_signing_request_is_of_the_hsm(unclaimed: Certificates) -> None:
    request = x509.load_pem_x509_csr((unclaimed.cluster_csr or "").encode())
    hsm = decoded(unclaimed.hsm_certificate)
    assert request.is_signature_valid
    assert request.subject == hsm.subject
    assert public_numbers(request) == public_numbers(hsm)
    assert unclaimed.cluster_certificate is None


def test_names_are_those_of_the_maker(unclaimed: Certificates) -> None:
    hsm = decoded(unclaimed.hsm_certificate)
    maker, common = hsm.subject.rdns
    assert maker.rfc4514_string() == "C=US+ST=CA+OU=LS2+L=SanJose+O=Marvell"
    name = common.rfc4514_string()
    assert name.startswith("CN=HSM:RCN")
    assert ":PARTN:" in name
    assert hsm.serial_number == 1
    assert isinstance(hsm.signature_hash_algorithm, SHA256)


def test_certificates_follow_the_state_of_the_cluster(clusters: list[Cluster]) -> None:
    authority = Authority()

    def present(name: str) -> list[str]:
        issued = authority.certificates(named(clusters, name), TEN_YEARS_ON)
        return [member for member in issued.__struct_fields__ if getattr(issued, member)]

    assert present("treasury-dr") == []
    assert present("mobile-wallet-qa") == []
    assert present("firmware-signing-dev") == [
        "cluster_csr",
        "hsm_certificate",
        "aws_hardware_certificate",
        "manufacturer_hardware_certificate",
    ]
    assert present("payments-prod-01") == present("saml-signing-qa") == ["cluster_certificate"]


def test_a_cluster_certificate_is_the_customers(clusters: list[Cluster]) -> None:
    cluster = named(clusters, "legacy-tde")
    certificate = decoded(Authority().certificates(cluster, TEN_YEARS_ON).cluster_certificate)
    assert "CN=CloudHSM-CA" in certificate.issuer.rfc4514_string()
    assert certificate.subject.rdns[0].rfc4514_string() == "C=US+ST=CA+O=Cavium+OU=N3FIPS+L=SanJose"
    assert certificate.not_valid_after_utc.timestamp() == int(TEN_YEARS_ON)


def test_two_clusters_have_the_flaws_that_a_chain_can_have() -> None:
    plane = ControlPlane(clock=StandingClock(NOON), clusters=60)
    by_name = {cluster.name: cluster for cluster in plane.clusters(*PLACE)}
    key, chain = (
        plane._certificates(plane.place(*PLACE), by_name[name])
        for name in ("code-signing-qa", "timestamping-dev")
    )
    requests = [x509.load_pem_x509_csr((each.cluster_csr or "").encode()) for each in (key, chain)]
    hsms = [decoded(each.hsm_certificate) for each in (key, chain)]
    same = [public_numbers(r) == public_numbers(h) for r, h in zip(requests, hsms, strict=True)]
    assert same == [False, True]
    for certificates in (key, chain):
        hsm = decoded(certificates.hsm_certificate)
        hsm.verify_directly_issued_by(decoded(certificates.aws_hardware_certificate))
    with pytest.raises(InvalidSignature):
        hsms[1].verify_directly_issued_by(decoded(chain.manufacturer_hardware_certificate))
    decoded(chain.manufacturer_hardware_certificate).verify_directly_issued_by(
        decoded(demo_roots()[1])
    )


def test_the_roots_are_files_and_served_too() -> None:
    names = ("aws.crt", "manufacturer.crt")
    assert tuple(root_file(name).read_text() for name in names) == demo_roots()
    with DemoServer(ControlPlane()) as server:
        for name, root in zip(names, demo_roots(), strict=True):
            with urlopen(f"{server.url}/roots/{name}") as answer:  # noqa: S310 - this machine
                assert answer.read().decode() == root


def test_some_cluster_certificates_have_ended_and_some_are_about_to() -> None:
    plane = ControlPlane(clock=StandingClock(NOON))
    ends = plane.place(*PLACE).certificate_ends
    days = [(end - NOON.timestamp()) / 86_400 for end in ends.values()]
    assert 0 < sum(left <= 0 for left in days) < len(days) / 10
    assert any(0 < left <= 30 for left in days)
    assert any(30 < left <= 180 for left in days)


def test_the_same_cluster_has_the_same_certificates_byte_for_byte(clusters: list[Cluster]) -> None:
    again = ControlPlane(clock=StandingClock(NOON), clusters=60).clusters(*PLACE)
    for name in ("firmware-signing-dev", "legacy-tde"):
        first, second = (
            Authority().certificates(named(fleet, name), TEN_YEARS_ON)
            for fleet in (clusters, again)
        )
        assert first == second
