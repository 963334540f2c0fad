"""A cluster's certificates as the files of the CloudHSM user guide, and commands to check them.

Its page "Verify the identity and authenticity of your cluster's HSM" names the files so.
"""

import re

from hsmtui.model.certificates.kinds import KINDS
from hsmtui.model.certificates.pem import rewritten
from hsmtui.model.certificates.roots import Roots
from hsmtui.model.cluster import Cluster

AWS_ROOT = "AWS_CloudHSM_Root-G1.crt"
MANUFACTURER_ROOT = "liquid_security_certificate.crt"
CUSTOMER_CA = "customerCA.crt"
"""The root that signs, which becomes the trust anchor of the cluster."""
_LONGEST = 100


def stem(text: str) -> str:
    """A text as the beginning of a file name, which a shell takes for nothing but a word."""
    safe = re.sub(r"[^A-Za-z0-9_-]", "_", text)[:_LONGEST]
    return re.sub(r"^-", "_", safe)


def files(cluster: Cluster, roots: Roots) -> dict[str, str]:
    """The texts of the files by their names; the roots only where they are there.

    The certificates are in the form that openssl reads. All roots of manufacturers are in one file.
    Empty where the cluster has no certificate.
    """
    begin = stem(cluster.cluster_id)
    texts = {
        f"{begin}_{kind.api_name}.{'csr' if kind.api_name == 'ClusterCsr' else 'crt'}": pem
        for kind in KINDS
        if (pem := kind.pem(cluster.certificates))
    }
    if not texts:
        return {}
    texts = {name: rewritten(pem) for name, pem in texts.items()} | root_files(roots)
    return {name: f"{text.rstrip()}\n" for name, text in texts.items() if text}


def root_files(roots: Roots) -> dict[str, str]:
    """The texts of the two files of roots, "" where the settings give none."""
    aws = roots.aws.pems if roots.aws else ()
    makers = (pem for file in roots.manufacturer for pem in file.pems)
    return {AWS_ROOT: "".join(aws), MANUFACTURER_ROOT: "".join(makers)}


def signed_name(cluster_id: str) -> str:
    """The file of the certificate that is signed for the CSR."""
    return f"{stem(cluster_id)}_CustomerHsmCertificate.crt"


def signing_commands(cluster_id: str) -> list[str]:
    """What makes a CA and signs the CSR with it, where the files are: "Initialize the cluster" in
    the user guide. The certificate lasts ten years, because it cannot be replaced."""
    csr, key = f"{stem(cluster_id)}_ClusterCsr.csr", "customerCA.key"
    signer = f"-CA {CUSTOMER_CA} -CAkey {key} -CAcreateserial"
    return [
        f"openssl genrsa -aes256 -out {key} 2048",
        f"openssl req -new -x509 -days 3652 -key {key} -out {CUSTOMER_CA}",
        f"openssl x509 -req -days 3652 -in {csr} {signer} -out {signed_name(cluster_id)}",
    ]


SIGNING_PAGE = "how-to-sign.txt"
"""The file that says how the CSR beside it is signed."""


def signing_page(cluster_id: str) -> str:
    """What stands in that file, for whoever has the key of the CA."""
    steps = "\n".join(signing_commands(cluster_id))
    return (
        f"To sign the CSR of {stem(cluster_id)} with openssl, run in this folder:\n\n{steps}\n\n"
        "With a CA that you have, run the last one alone, with its certificate and key. Whoever\n"
        "has the key of the CA owns the cluster: keep it as you keep such keys.\n\n"
        "hsmtui expects in this folder, for its command cluster.initialize:\n\n"
        f"{signed_name(cluster_id)}  the signed certificate\n"
        f"{CUSTOMER_CA}  the trust anchor: the certificate of the CA, signed by itself\n"
    )


def commands(cluster: Cluster) -> list[str]:
    """What proves the HSM's identity with openssl, to be run where the files are.

    Each exits with 0 where it holds. Only the roots are trusted: a hardware certificate that signed
    itself proves nothing. Empty where the cluster does not show the certificate of an HSM.
    """
    if cluster.certificates is None or not cluster.certificates.hsm_certificate:
        return []
    begin = stem(cluster.cluster_id)
    hsm, csr = f"{begin}_HsmCertificate", f"{begin}_ClusterCsr"
    by_aws, by_maker = f"{begin}_AwsHardwareCertificate", f"{begin}_ManufacturerHardwareCertificate"
    return [
        f"openssl verify -CAfile {AWS_ROOT} -untrusted {by_aws}.crt {hsm}.crt",
        f"openssl verify -CAfile {MANUFACTURER_ROOT} -untrusted {by_maker}.crt {hsm}.crt",
        f"openssl req -in {csr}.csr -verify -noout 2>&1 | grep OK",
        f"openssl x509 -in {hsm}.crt -pubkey -noout > {hsm}.pub",
        f"openssl req -in {csr}.csr -pubkey -noout > {csr}.pub",
        f"diff {hsm}.pub {csr}.pub",
    ]
