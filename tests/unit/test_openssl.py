"""The saved set, and the user guide's commands, run on it by a real shell and a real openssl."""

import re
import shutil
import subprocess

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.config.file import Trust
from hsmtui.config.trust import read_roots
from hsmtui.demo.control_plane import ControlPlane
from hsmtui.demo.environment import root_file
from hsmtui.model.certificates.openssl import commands, files, stem
from hsmtui.model.certificates.roots import RootFile, Roots
from hsmtui.model.cluster import Certificates, Cluster
from hsmtui.ui.flows.save_certificates import MOST_FOLDERS, write_certificates

HERE = ("111111111111", "us-east-1")
ROOTS = read_roots(
    Trust(aws_root="aws.crt", manufacturer_roots=("manufacturer.crt",)), root_file("aws.crt").parent
)
SET = Certificates(
    cluster_csr="csr",
    hsm_certificate="hsm\n\n",
    aws_hardware_certificate="aws",
    manufacturer_hardware_certificate="maker",
)


@pytest.fixture(scope="module")
def demo():
    plane = ControlPlane(clusters=60)
    place = plane.place(*HERE)

    def find(name):
        cluster = next(cluster for cluster in place.clusters if cluster.name == name)
        shown = msgspec.to_builtins(plane._certificates(place, cluster))
        return Cluster(
            cluster_id=cluster.cluster_id, certificates=msgspec.convert(shown, Certificates)
        )

    return find


def test_the_names_are_those_of_the_user_guide():
    roots = Roots(RootFile("/a", ("A\n",)), (RootFile("/b", ("B\n",)), RootFile("/c", ("C\n",))))
    assert files(Cluster(cluster_id="cluster-abc", certificates=SET), roots) == {
        "cluster-abc_ClusterCsr.csr": "csr\n",
        "cluster-abc_HsmCertificate.crt": "hsm\n",
        "cluster-abc_AwsHardwareCertificate.crt": "aws\n",
        "cluster-abc_ManufacturerHardwareCertificate.crt": "maker\n",
        "AWS_CloudHSM_Root-G1.crt": "A\n",
        "liquid_security_certificate.crt": "B\nC\n",
    }


def test_a_cluster_that_was_initialized_has_one_and_no_commands():
    cluster = Cluster(
        cluster_id="cluster-abc", certificates=Certificates(cluster_certificate="pem")
    )
    assert list(files(cluster, Roots())) == ["cluster-abc_ClusterCertificate.crt"]
    assert commands(cluster) == []
    assert files(Cluster(cluster_id="x"), ROOTS) == {}
    assert commands(Cluster(cluster_id="x")) == []


@given(st.text())
def test_a_hostile_id_is_a_plain_word_in_names_and_commands(cluster_id):
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,99}|", stem(cluster_id))
    cluster = Cluster(cluster_id=cluster_id, certificates=SET)
    assert all(
        re.fullmatch(r"[A-Za-z0-9_][\w.-]*", name, re.ASCII) for name in files(cluster, ROOTS)
    )
    assert all(re.fullmatch(r"[\w .>&|-]+", command, re.ASCII) for command in commands(cluster))


def test_saving_never_overwrites(tmp_path):
    cluster = Cluster(cluster_id="cluster-abc", certificates=SET)
    folders = [write_certificates(cluster, ROOTS, tmp_path)[0].parent for _ in range(3)]
    assert [folder.name for folder in folders] == ["cluster-abc", "cluster-abc-2", "cluster-abc-3"]
    assert all(len(list(folder.iterdir())) == 6 for folder in folders)
    assert {folder.stat().st_mode & 0o777 for folder in folders} == {0o700}
    assert {file.stat().st_mode & 0o777 for file in folders[0].iterdir()} == {0o600}
    for number in range(4, MOST_FOLDERS):
        (tmp_path / f"cluster-abc-{number}").symlink_to("/nowhere")
    with pytest.raises(FileExistsError, match="98 more"):
        write_certificates(cluster, ROOTS, tmp_path)


def test_without_certificates_nothing_is_made(tmp_path):
    assert write_certificates(Cluster(cluster_id="cluster-abc"), ROOTS, tmp_path) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")
@pytest.mark.parametrize(
    ("name", "failing"),
    [
        ("firmware-signing-dev", []),
        ("code-signing-qa", ["diff"]),
        ("timestamping-dev", ["openssl verify Manufacturer"]),
    ],
)
def test_openssl_comes_to_the_same_verdict(tmp_path, demo, name, failing):
    cluster = demo(name)
    folder = write_certificates(cluster, ROOTS, tmp_path)[0].parent
    failed = []
    for command in commands(cluster):
        done = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, check=False)
        if done.returncode:
            chain = re.search("-untrusted .*_([A-Z][a-z]+)H", command)
            failed.append(f"openssl verify {chain[1]}" if chain else command.split()[0])
    assert failed == failing
