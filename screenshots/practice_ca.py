"""A certificate authority for practice, of openssl: it signs as of a moment that is given."""

import subprocess
from datetime import datetime, timedelta
from pathlib import Path

_SETTINGS = """\
[ca]
default_ca = practice
[practice]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = all
[all]
countryName = optional
stateOrProvinceName = optional
localityName = optional
organizationName = optional
organizationalUnitName = optional
commonName = optional
[root]
basicConstraints = critical, CA:true
"""


def sign(request: Path, signed: Path, anchor: Path, now: datetime) -> None:
    """Make a root, and sign a request with it; both certificates are valid from now on.

    `openssl ca` is told when that is; of older versions `openssl x509` goes by the system's time.
    The key of the root is left beside it. Raises CalledProcessError.
    """
    folder = anchor.parent
    own, key = folder / "customerCA.csr", folder / "customerCA.key"
    (folder / "ca.cnf").write_text(_SETTINGS, encoding="utf-8")
    (folder / "index.txt").touch()
    dates = ("-startdate", _time(now), "-enddate", _time(now + timedelta(days=3652)))
    ca = ("ca", "-config", "ca.cnf", "-batch", "-notext", "-create_serial", "-keyfile", key, *dates)
    subject = ("-subj", "/CN=Practice CA", "-newkey", "rsa:2048", "-noenc")
    _openssl(folder, "req", "-new", *subject, "-keyout", key, "-out", own)
    _openssl(folder, *ca, "-selfsign", "-extensions", "root", "-in", own, "-out", anchor)
    _openssl(folder, *ca, "-cert", anchor, "-in", request, "-out", signed)


def _openssl(folder: Path, *words: object) -> None:
    subprocess.run(["openssl", *map(str, words)], cwd=folder, check=True, capture_output=True)  # noqa: S603, S607


def _time(moment: datetime) -> str:
    return f"{moment:%Y%m%d%H%M%S}Z"
