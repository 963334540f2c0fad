"""The chain of trust of an HSM, link by link, from the user's roots to the cluster's CSR.

Each link is checked by itself: the certificates carry too few extensions for the validator of
whole paths that cryptography has.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from hsmtui.model.certificates.certificate import (
    Certificate,
    UnreadablePemError,
    decode_pem,
    issued_by,
    may_issue,
    same_key,
    signs_itself,
)
from hsmtui.model.certificates.roots import RootFile, Roots
from hsmtui.model.cluster import Certificates
from hsmtui.model.text import visible

AWS_ROOT_NAME = "CN=AWS CloudHSM Root G1"
AWS_ROOT_FINGERPRINT = (
    "9C:69:58:FC:AC:BB:6F:0E:36:54:6B:E1:F2:CE:59:AD:"
    "84:EE:20:68:35:E6:97:7F:69:7D:30:DC:E9:A7:B5:70"
)
"""SHA-256 of the root as AWS publishes it: shown beside the user's own file, never trusted."""

NO_CHAIN = "the chain exists only while a cluster is UNINITIALIZED and has an HSM"


class LinkVerdict(Enum):
    """What came of a check; the value is a sign of one cell for it."""

    VERIFIED = "✓"
    FAILED = "■"
    UNCHECKED = "?"


class Link(NamedTuple):
    """One link, what came of its check, and why in a few words, safe to draw."""

    name: str
    verdict: LinkVerdict
    why: str


@dataclass(frozen=True)
class Chain:
    """The links in their order, none where the cluster has no chain.

    `hint` says how the root of AWS compares with the published one, `problems` which files of the
    settings cannot be used. All texts are safe to draw.
    """

    links: tuple[Link, ...] = ()
    hint: str = ""
    problems: tuple[str, ...] = ()

    @cached_property
    def verdict(self) -> LinkVerdict:
        """Failed where a link is; verified only where each one is."""
        verdicts = {link.verdict for link in self.links}
        if LinkVerdict.FAILED in verdicts:
            return LinkVerdict.FAILED
        return LinkVerdict.VERIFIED if verdicts == {LinkVerdict.VERIFIED} else LinkVerdict.UNCHECKED

    @property
    def headline(self) -> str:
        """The verdict in one line."""
        if not self.links:
            return f"Not checked: {NO_CHAIN}"
        if self.verdict is LinkVerdict.VERIFIED:
            return "Chain of trust verified: AWS root and manufacturer root"
        short = [link for link in self.links if link.verdict is self.verdict]
        count = f"{len(short)} of {len(self.links)} links"
        if self.verdict is LinkVerdict.UNCHECKED:
            return f"Chain of trust not proven: {count} not checked"
        if short == [self.links[-1]]:
            return "CSR IS NOT OF THIS HSM: do not sign it"
        return f"CHAIN OF TRUST FAILED in {count}: do not initialise this cluster"


def check_chain(certificates: Certificates | None, roots: Roots, now: datetime) -> Chain:
    """The chain in a cluster's certificates at a time, against the user's roots."""
    pems = certificates or Certificates()
    shown = (
        pems.cluster_csr,
        pems.hsm_certificate,
        pems.aws_hardware_certificate,
        pems.manufacturer_hardware_certificate,
    )
    if not any(shown):
        return Chain()
    csr, hsm, by_aws, by_maker = (
        _Part(name, pem or "")
        for name, pem in zip(
            ("ClusterCsr", "HsmCertificate", _AWS_HARDWARE, _MAKER_HARDWARE), shown, strict=True
        )
    )
    aws = _Anchors("AWS root", "aws_root", [roots.aws] if roots.aws else [], at_most=1)
    maker = _Anchors("manufacturer root", "manufacturer_roots", roots.manufacturer)
    return Chain(
        (
            _link_to_root(by_aws, aws, now),
            _link(hsm, by_aws, now),
            _link_to_root(by_maker, maker, now),
            _link(hsm, by_maker, now),
            _key_link(csr, hsm),
        ),
        _hint(aws),
        (*aws.problems, *maker.problems),
    )


_AWS_HARDWARE = "AwsHardwareCertificate"
_MAKER_HARDWARE = "ManufacturerHardwareCertificate"


class _Part(NamedTuple):
    """The name and the PEM of a certificate or request; the PEM is "" where there is none."""

    name: str
    pem: str


class _Anchors:
    """The usable roots of one kind, and what is wrong with the others."""

    def __init__(
        self, name: str, setting: str, files: Iterable[RootFile], at_most: int | None = None
    ) -> None:
        self.name = name
        self.setting = setting
        self.pems: list[str] = []
        self.problems: list[str] = []
        for file in files:
            usable, problems = _self_signed(file, at_most)
            self.pems += usable
            self.problems += [visible(f"{name} {file.path}: {what}") for what in problems]


def _self_signed(file: RootFile, at_most: int | None) -> tuple[list[str], list[str]]:
    """The roots of a file, and what is wrong with the file or the rest of it."""
    if file.problem:
        return [], [file.problem]
    if at_most is not None and len(file.pems) > at_most:
        return [], [f"holds {len(file.pems)} certificates, expected the root alone"]
    usable, problems = [], []
    for pem in file.pems:
        try:
            certificate = decode_pem(pem)
            if issued_by(pem, pem):
                usable.append(pem)
            else:
                problems.append(f"{certificate.subject} is not self-signed, expected a root")
        except UnreadablePemError as error:
            problems.append(f"cannot be read: {error}")
    return usable, problems


def _hint(anchors: _Anchors) -> str:
    """Whether the user's root is the one that AWS is known to publish."""
    if not anchors.pems:
        return ""
    published = decode_pem(anchors.pems[0]).fingerprint == AWS_ROOT_FINGERPRINT
    return f"this AWS root {'is' if published else 'is not'} the published one, {AWS_ROOT_NAME}"


def _link_to_root(part: _Part, anchors: _Anchors, now: datetime) -> Link:
    """The link from the root that holds; else from the one that the certificate names."""
    name = f"{anchors.name} → {part.name}"
    if not anchors.pems:
        unnamed = f"no {anchors.name} in settings ([trust] {anchors.setting})"
        return Link(name, LinkVerdict.UNCHECKED, "no usable root" if anchors.problems else unnamed)
    links = [_link(part, _Part(anchors.name, pem), now) for pem in _named(part, anchors.pems)]
    best = next((link for link in links if link.verdict is not LinkVerdict.FAILED), links[0])
    if best.verdict is LinkVerdict.FAILED and anchors.problems:
        return Link(name, LinkVerdict.UNCHECKED, f"{best.why}; another root is not usable")
    return best


def _named(part: _Part, roots: list[str]) -> list[str]:
    """The roots that have the name of the certificate's issuer; where none has, all of them."""
    try:
        issuer = decode_pem(part.pem).issuer
    except UnreadablePemError:
        return roots
    return [pem for pem in roots if decode_pem(pem).subject == issuer] or roots


def _link(part: _Part, issuer: _Part, now: datetime) -> Link:
    """Whether the issuer's key signed the certificate, and both are valid now."""
    name = f"{issuer.name} → {part.name}"
    if missing := [each.name for each in (issuer, part) if not each.pem]:
        return Link(name, LinkVerdict.UNCHECKED, f"the answer had no {missing[0]}")
    try:
        decoded = [_decoded(each) for each in (issuer, part)]
        why = _not_issued(part, issuer, *decoded) or _out_of_time(
            zip((issuer.name, part.name), decoded, strict=True), now
        )
    except UnreadablePemError as error:
        why = str(error)
    if why:
        return Link(name, LinkVerdict.FAILED, why)
    ends = min(each.not_after for each in decoded if each.not_after)
    return Link(name, LinkVerdict.VERIFIED, f"valid until {ends:%Y-%m-%d}")


def _decoded(part: _Part) -> Certificate:
    """What a part holds; raises UnreadablePemError with its name, for a request too."""
    try:
        certificate = decode_pem(part.pem)
    except UnreadablePemError as error:
        raise UnreadablePemError(f"{part.name} cannot be read: {error}") from error
    if certificate.kind != "certificate":
        raise UnreadablePemError(f"{part.name} is a request, expected a certificate")
    return certificate


def _not_issued(part: _Part, issuer: _Part, above: Certificate, below: Certificate) -> str:
    """Why the one did not issue the other, "" where it did."""
    if not issued_by(part.pem, issuer.pem):
        if below.issuer != above.subject:
            return f"issued by {below.issuer}, not by {above.subject}"
        return "signed by another key"
    if not may_issue(issuer.pem):
        return f"{issuer.name} may not issue certificates"
    return ""


def _out_of_time(parts: Iterable[tuple[str, Certificate]], now: datetime) -> str:
    """Which of them is not valid yet, or no longer, "" where both are."""
    for name, certificate in parts:
        if certificate.not_after and certificate.not_after < now:
            return f"{name} ended on {certificate.not_after:%Y-%m-%d}"
        if certificate.not_before and certificate.not_before > now:
            return f"{name} begins only on {certificate.not_before:%Y-%m-%d}"
    return ""


def _key_link(csr: _Part, hsm: _Part) -> Link:
    """Whether the request is for the key of the HSM, and made with it."""
    name = f"{hsm.name} → {csr.name}"
    if missing := [part.name for part in (hsm, csr) if not part.pem]:
        return Link(name, LinkVerdict.UNCHECKED, f"the answer had no {missing[0]}")
    try:
        if not same_key(csr.pem, hsm.pem):
            return Link(name, LinkVerdict.FAILED, "different keys")
        if not signs_itself(csr.pem):
            return Link(name, LinkVerdict.FAILED, "not signed by its own key")
    except UnreadablePemError as error:
        return Link(name, LinkVerdict.FAILED, f"cannot be compared: {error}")
    return Link(name, LinkVerdict.VERIFIED, "the same key")
