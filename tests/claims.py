"""What a cluster of the demo is claimed with: made by openssl, or quickly where that is enough."""

import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from hsmtui.config.file import Trust
from hsmtui.demo.environment import root_file
from hsmtui.demo.records import Cluster
from hsmtui.ui.dialogs.claim_files import ClaimFilesDialog
from hsmtui.ui.dialogs.initialize_cluster import InitializeClusterDialog
from hsmtui.ui.dialogs.initialize_steps import InitializeStepsDialog
from tests.pems import name, pem
from tests.scripted import ScriptedPlane

TRUST = Trust(
    aws_root=str(root_file("aws.crt")), manufacturer_roots=(str(root_file("manufacturer.crt")),)
)
"""The settings that name the roots of the demo."""

HERE = ("111111111111", "us-east-1")
CA_KEY = ec.derive_private_key(17, ec.SECP256R1())
CA = "Customer CA"


def openssl(*words: object, text: str = "") -> str:
    """Run openssl as a person does; what it prints."""
    done = subprocess.run(
        ["openssl", *map(str, words)], input=text, check=True, capture_output=True, text=True
    )
    return done.stdout


def csr_of(plane: ScriptedPlane, cluster: Cluster) -> str:
    """The CSR that the service shows of a cluster of the well-filled place."""
    ids = {"clusterIds": [cluster.cluster_id]}
    (shown,) = plane.done_elsewhere("DescribeClusters", *HERE, Filters=ids)["Clusters"]
    csr: str = shown.certificates.cluster_csr
    return csr


def root_of(folder: Path, subject: str = "/CN=Test root", begin: str = "customerCA") -> Path:
    """A root of openssl, with its key beside it."""
    root, key = folder / f"{begin}.crt", folder / f"{begin}.key"
    openssl("genrsa", "-out", key, "2048")
    openssl(*("req", "-new", "-x509", "-days", "3652", "-subj", subject, "-key", key, "-out", root))
    return root


def signed_by(root: Path, csr: Path, out: Path, days: int = 3652) -> Path:
    """The certificate that a root of openssl signs for a request."""
    key = root.with_suffix(".key")
    openssl(
        *("x509", "-req", "-days", days, "-in", csr, "-CA", root, "-CAkey", key),
        *("-CAcreateserial", "-out", out),
    )
    return out


async def open_claim(desk: Any, cluster: Cluster, folder: Path) -> None:
    """From the row of a cluster, under its cursor, to the dialog that initializes it, by files that
    are written to the folder."""
    await desk.press("i")
    await desk.until(lambda: isinstance(desk.app.screen, InitializeStepsDialog), "the steps")
    await desk.press("enter")
    await desk.until(lambda: fields_are_there(desk), "the files")
    await give_claim(desk, csr_of(desk.plane, cluster), folder)
    await desk.until(lambda: isinstance(desk.app.screen, InitializeClusterDialog), "the dialog")


def fields_are_there(desk: Any) -> bool:
    """Whether both files can be given."""
    screen = desk.app.screen
    return isinstance(screen, ClaimFilesDialog) and bool(screen.query("#claim-anchor"))


async def give_claim(desk: Any, csr: str, folder: Path) -> None:
    """Write files that claim a cluster, and give them."""
    claim = quick_claim(csr, desk.plane.clock.now())
    for part, text in zip(("signed", "anchor"), claim, strict=True):
        (folder / f"{part}.crt").write_text(text)
        desk.app.screen.set_focus(desk.app.screen.query_one(f"#claim-{part}"))
        await desk.type(str(folder / f"{part}.crt"))
    await desk.press("enter")


def quick_claim(csr: str, now: datetime) -> tuple[str, str]:
    """A certificate for a request and the root that signed it, valid from a day ago until in one
    and a half."""
    request = x509.load_pem_x509_csr(csr.encode())
    return _made(request.public_key(), request.subject, now), _made(
        CA_KEY.public_key(), name(CA), now
    )


def _made(key: Any, subject: x509.Name, now: datetime) -> str:
    day = timedelta(days=1)
    builder = x509.CertificateBuilder(name(CA), subject, key, 1, now - day, now + day * 1.5)
    constraints = x509.BasicConstraints(ca=True, path_length=None)
    return pem(builder.add_extension(constraints, critical=True).sign(CA_KEY, SHA256()))
