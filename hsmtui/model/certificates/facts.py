"""What a document says of a cluster's certificates and of the roots of the settings."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from hsmtui.model.certificates.certificate import Certificate, UnreadablePemError, decode_pem
from hsmtui.model.certificates.kinds import KINDS
from hsmtui.model.certificates.roots import RootFile, Roots
from hsmtui.model.cluster import Certificates
from hsmtui.model.text import visible


class CertificateFacts(NamedTuple):
    """A certificate or a request; `kind` is the API's name of the member that holds it.

    A request has no issuer, serial, dates and `sha256`. The serial is in upper-case hexadecimal,
    fingerprints are upper-case with colons, times in UTC. `problem` says why it cannot be decoded.
    All texts are safe to draw.
    """

    kind: str
    subject: str | None = None
    issuer: str | None = None
    serial: str | None = None
    not_before: datetime | None = None
    not_after: datetime | None = None
    sha256: str | None = None
    public_key_sha256: str | None = None
    problem: str = ""


class RootFacts(NamedTuple):
    """A root of the settings and the file that it is in, or what is wrong with that file."""

    file: str
    subject: str | None = None
    sha256: str | None = None
    not_after: datetime | None = None
    problem: str = ""


def described(certificates: Certificates | None) -> tuple[CertificateFacts, ...]:
    """The certificates and the request that a cluster has, in the order in which they are shown."""
    present = ((kind.api_name, kind.pem(certificates)) for kind in KINDS)
    return tuple(_described(name, pem) for name, pem in present if pem)


def described_roots(roots: Roots) -> tuple[RootFacts, ...]:
    """The roots that the settings name, each with its file; at least one entry for each file."""
    files = ((roots.aws,) if roots.aws else ()) + roots.manufacturer
    return tuple(facts for file in files for facts in _of_file(file))


def _described(kind: str, pem: str) -> CertificateFacts:
    try:
        decoded = decode_pem(pem)
    except UnreadablePemError as error:
        return CertificateFacts(kind, problem=str(error))
    return CertificateFacts(
        kind,
        decoded.subject,
        decoded.issuer,
        decoded.serial,
        decoded.not_before,
        decoded.not_after,
        decoded.fingerprint,
        decoded.public_key_fingerprint,
    )


def _of_file(file: RootFile) -> Iterator[RootFacts]:
    path = visible(file.path)
    if file.problem:
        yield RootFacts(path, problem=visible(file.problem))
    for pem in file.pems:
        try:
            root: Certificate = decode_pem(pem)
        except UnreadablePemError as error:
            yield RootFacts(path, problem=str(error))
        else:
            yield RootFacts(path, root.subject, root.fingerprint, root.not_after)
