"""The chain of trust of an HSM, link by link, from the user's roots to the cluster's CSR.

Each link is checked by itself, and then each path by another verifier: what they do not agree on
is not proven.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from hsmtui.model.certificates.anchors import Anchors
from hsmtui.model.certificates.certificate import same_key, signs_itself
from hsmtui.model.certificates.facts import RootFacts
from hsmtui.model.certificates.issuance import Judgement, LinkVerdict, issuance
from hsmtui.model.certificates.path import part_for_verifier, refusal
from hsmtui.model.certificates.pem import UnreadablePemError
from hsmtui.model.certificates.roots import Roots
from hsmtui.model.cluster import Certificates

AWS_ROOT_NAME = "CN=AWS CloudHSM Root G1"
AWS_ROOT_FINGERPRINT = (
    "9C:69:58:FC:AC:BB:6F:0E:36:54:6B:E1:F2:CE:59:AD:"
    "84:EE:20:68:35:E6:97:7F:69:7D:30:DC:E9:A7:B5:70"
)
"""SHA-256 of the root as AWS publishes it: shown beside the user's own file, never trusted."""

VERIFIED_CHAIN = "Chain of trust verified: AWS root and manufacturer root"

NO_CHAIN = "the chain exists only while a cluster is UNINITIALIZED and has an HSM"


class Link(NamedTuple):
    """One link, what came of its check, and why in a few words, safe to draw."""

    name: str
    verdict: LinkVerdict
    why: str


class _Part(NamedTuple):
    """The name and the PEM of a certificate or request; the PEM is "" where there is none."""

    name: str
    pem: str


class _Side(NamedTuple):
    """The two links from a root to the HSM's certificate.

    `root` is the root that they were judged by, if any, `remark` what there is to say besides.
    """

    links: tuple[Link, Link]
    root: RootFacts | None = None
    remark: str = ""


@dataclass(frozen=True)
class Chain:
    """The links in their order, none where the cluster has no chain.

    `hint` says how the root of AWS compares with the published one, `problems` which files of the
    settings cannot be used, `remarks` what else there is to know. `roots` are those that the
    certificates were judged by, that of AWS first. All texts are safe to draw.
    """

    links: tuple[Link, ...] = ()
    hint: str = ""
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    roots: tuple[RootFacts, ...] = ()

    @cached_property
    def verdict(self) -> LinkVerdict:
        """Failed where a link is; verified only where each one is."""
        verdicts = {link.verdict for link in self.links}
        if LinkVerdict.FAILED in verdicts:
            return LinkVerdict.FAILED
        return LinkVerdict.VERIFIED if verdicts == {LinkVerdict.VERIFIED} else LinkVerdict.UNCHECKED

    @property
    def lacks_root(self) -> bool:
        """Whether a link to a root does not hold, which another root may mend; of the others no
        root makes a difference."""
        return any(link.verdict is not LinkVerdict.VERIFIED for link in self.links[:-1:2])

    @property
    def headline(self) -> str:
        """The verdict in one line."""
        if not self.links:
            return f"Not checked: {NO_CHAIN}"
        if self.verdict is LinkVerdict.VERIFIED:
            return VERIFIED_CHAIN
        short = [link for link in self.links if link.verdict is self.verdict]
        count = f"{len(short)} of {len(self.links)} links"
        if self.verdict is LinkVerdict.UNCHECKED:
            return f"Chain of trust not proven in {count}"
        if short == [self.links[-1]]:
            return "CSR IS NOT OF THIS HSM: do not sign it"
        return f"CHAIN OF TRUST FAILED in {count}: do not initialize this cluster"


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
    aws = Anchors("AWS root", "aws_root", [roots.aws] if roots.aws else [], _AWS_REISSUES, 1)
    maker = Anchors("manufacturer root", "manufacturer_roots", roots.manufacturer, _MAKER_REISSUES)
    sides = [_side(hsm, by_aws, aws, now), _side(hsm, by_maker, maker, now)]
    return Chain(
        (*sides[0].links, *sides[1].links, _key_link(csr, hsm)),
        _hint(aws),
        (*aws.problems, *maker.problems),
        tuple(side.remark for side in sides if side.remark),
        tuple(side.root for side in sides if side.root),
    )


_AWS_HARDWARE = "AwsHardwareCertificate"
_MAKER_HARDWARE = "ManufacturerHardwareCertificate"
_AWS_REISSUES = "get the one that AWS publishes now"
_MAKER_REISSUES = (
    "the manufacturer has reissued its root (localca.liquidsecurity.cavium.com with the same key, "
    "until 2034-07-23): get the new one"
)


def _hint(anchors: Anchors) -> str:
    """Whether the user's root is the one that AWS is known to publish."""
    if not anchors.roots:
        return ""
    published = anchors.roots[0].facts.sha256 == AWS_ROOT_FINGERPRINT
    return f"this AWS root {'is' if published else 'is not'} the published one, {AWS_ROOT_NAME}"


def _side(hsm: _Part, hardware: _Part, anchors: Anchors, now: datetime) -> _Side:
    """The links of one side; where both hold, the second verifier is asked about the path."""
    name = f"{anchors.name} → {hardware.name}"
    lower = _link(hsm, hardware, now)
    if not hardware.pem:
        upper, root = Link(name, *_missing(hardware)), None
    else:
        judgement, root = anchors.judge(hardware.name, hardware.pem, now)
        upper = Link(name, *judgement)
    if root is None or {upper.verdict, lower.verdict} != {LinkVerdict.VERIFIED}:
        return _Side((upper, lower), root and root.facts)
    path, left_out = part_for_verifier(hsm.pem, hardware.pem, root.pem)
    if path and (why := refusal(path, now)):
        why = f"the path verifier of cryptography refuses it: {why}"
        upper = Link(name, LinkVerdict.UNCHECKED, why)
    remark = f"{name}: checked link by link alone, {left_out}" if left_out else ""
    return _Side((upper, lower), root.facts, remark)


def _link(part: _Part, issuer: _Part, now: datetime) -> Link:
    """Whether the issuer's key signed the certificate, and both are valid now."""
    return Link(f"{issuer.name} → {part.name}", *_judged(part, issuer, now))


def _judged(part: _Part, issuer: _Part, now: datetime) -> Judgement:
    for each in (issuer, part):
        if not each.pem:
            return _missing(each)
    try:
        return issuance(part.pem, issuer.pem).at(now, issuer.name, part.name)
    except UnreadablePemError as error:
        return Judgement(LinkVerdict.UNCHECKED, str(error))


def _missing(part: _Part) -> Judgement:
    return Judgement(LinkVerdict.UNCHECKED, f"the answer had no {part.name}")


def _key_link(csr: _Part, hsm: _Part) -> Link:
    """Whether the request is for the key of the HSM, and made with it."""
    name = f"{hsm.name} → {csr.name}"
    for part in (hsm, csr):
        if not part.pem:
            return Link(name, *_missing(part))
    try:
        if not same_key(csr.pem, hsm.pem):
            return Link(name, LinkVerdict.FAILED, "different keys")
        if not signs_itself(csr.pem):
            return Link(name, LinkVerdict.FAILED, "not signed by its own key")
    except UnreadablePemError as error:
        return Link(name, LinkVerdict.UNCHECKED, f"cannot be compared: {error}")
    return Link(name, LinkVerdict.VERIFIED, "the same key")
