"""The five certificates that a cluster may have, and why one is missing."""

from typing import NamedTuple

from hsmtui.model.cluster import Certificates, Cluster


class CertificateKind(NamedTuple):
    """One of the five; `presence` says in words when it exists."""

    field: str
    api_name: str
    title: str
    presence: str

    def pem(self, certificates: Certificates | None) -> str | None:
        """The PEM text of this kind, None where there is none."""
        text: str | None = getattr(certificates, self.field, None)
        return text or None


_BEFORE = "only while the cluster is UNINITIALIZED and has had an HSM"
_AFTER = "once the cluster has been initialized"

KINDS = (
    CertificateKind("cluster_certificate", "ClusterCertificate", "Cluster certificate", _AFTER),
    CertificateKind("cluster_csr", "ClusterCsr", "Cluster CSR", _BEFORE),
    CertificateKind("hsm_certificate", "HsmCertificate", "HSM certificate", _BEFORE),
    CertificateKind(
        "aws_hardware_certificate", "AwsHardwareCertificate", "AWS hardware certificate", _BEFORE
    ),
    CertificateKind(
        "manufacturer_hardware_certificate",
        "ManufacturerHardwareCertificate",
        "Manufacturer hardware certificate",
        _BEFORE,
    ),
)
"""In the order in which they are shown."""

_INITIALIZED = {
    "INITIALIZED",
    "ACTIVE",
    "UPDATE_IN_PROGRESS",
    "MODIFY_IN_PROGRESS",
    "ROLLBACK_IN_PROGRESS",
}
"""States that a cluster can be in only after it was initialized."""


def why_missing(kind: CertificateKind, cluster: Cluster) -> str:
    """Why a cluster has no such certificate."""
    if kind.presence == _AFTER:
        missing = cluster.state in _INITIALIZED
        return "expected in this state, but the answer had none" if missing else _AFTER
    if cluster.state != "UNINITIALIZED":
        return _BEFORE
    if cluster.hsms is None:
        return "made with the first HSM, and the answer had no HSM list"
    if not cluster.hsms:
        return "made with the first HSM, and this cluster has none"
    return "made with the first HSM, and the answer had none yet"
