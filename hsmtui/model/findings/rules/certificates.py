"""What is wrong with the certificates of a cluster.

Decoding them needs a large library, which is imported with the first one that is decoded.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

from hsmtui.model.certificates.kinds import KINDS, CertificateKind
from hsmtui.model.findings.finding import Case, Finding, NotYet, Unchecked, Verdict
from hsmtui.model.findings.remedies import HAS_ENDED, SEVERAL, what_to_do
from hsmtui.model.findings.severity import Severity
from hsmtui.model.times import age, stamp

if TYPE_CHECKING:
    from hsmtui.model.certificates.issuance import Issuance, Judgement

Fact = TypeVar("Fact")

CLUSTER, CSR, HSM, AWS, MANUFACTURER = KINDS

FACTS_KEPT = 50_000
"""How many facts of each sort are remembered, as the same PEM is judged at each reading."""


def expiry(case: Case) -> Verdict:
    """A cluster certificate that has ended or will soon."""
    certificates = case.cluster.certificates
    pem = certificates.cluster_certificate if certificates else None
    if not pem:
        return None
    if not case.known.certificates:
        return _NOT_DECODED["CERT-EXPIRY"]
    end = known_end(pem)
    if not isinstance(end, datetime):
        return Unchecked("CERT-EXPIRY", _unreadable(CLUSTER, end))
    left = end - case.now
    if left <= timedelta():
        severity, title = (
            Severity.CRITICAL,
            f"certificate ended {age(end, case.now)} ago",
        )
    elif left <= timedelta(days=case.rules.certificate_high_days):
        severity, title = Severity.HIGH, f"certificate ends in {age(case.now, end)}"
    elif left <= timedelta(days=case.rules.certificate_medium_days):
        severity, title = Severity.MEDIUM, f"certificate ends in {age(case.now, end)}"
    else:
        return None
    return Finding(
        "CERT-EXPIRY",
        severity,
        title,
        (("ClusterCertificate", f"not after {stamp(end)}"),),
        why="When it has ended, clients that check its dates refuse the cluster.",
        remedy=what_to_do("CERT-EXPIRY", HAS_ENDED if left <= timedelta() else ""),
    )


def key(case: Case) -> Verdict:
    """A request that is not from the HSM."""
    certificates = case.cluster.certificates
    if certificates is None:
        return None
    request, hsm = certificates.cluster_csr, certificates.hsm_certificate
    if not (request or hsm):
        return None
    if not case.known.certificates:
        return _NOT_DECODED["CERT-KEY"]
    if not (request and hsm):
        return Unchecked("CERT-KEY", _missing(HSM if request else CSR))
    same = _same_key(request, hsm)
    if isinstance(same, Unreadable):
        return Unchecked("CERT-KEY", f"the keys cannot be compared: {same.why}")
    if same:
        return None
    return Finding(
        "CERT-KEY",
        Severity.CRITICAL,
        "CSR is not for the key of the HSM",
        ((CSR.api_name, _key_in_words(request)), (HSM.api_name, _key_in_words(hsm))),
        why="The request is not from this HSM. Who has its key could pretend to be the cluster.",
        remedy=what_to_do("CERT-KEY"),
    )


def chain(case: Case) -> Verdict:
    """An HSM certificate that the two hardware certificates did not both issue."""
    certificates = case.cluster.certificates
    if certificates is None or not (
        certificates.hsm_certificate
        or certificates.aws_hardware_certificate
        or certificates.manufacturer_hardware_certificate
    ):
        return None
    if not case.known.certificates:
        return _NOT_DECODED["CERT-CHAIN"]
    hsm = HSM.pem(certificates)
    if hsm is None:
        return Unchecked("CERT-CHAIN", _missing(HSM))
    links = {
        kind: _link(hsm, kind.pem(certificates), kind, case.now) for kind in (AWS, MANUFACTURER)
    }
    if any(link.verdict.name == "FAILED" for link in links.values()):
        return _broken_chain(links)
    doubt = next((link for link in links.values() if link.verdict.name == "UNCHECKED"), None)
    return Unchecked("CERT-CHAIN", doubt.why) if doubt else None


def _broken_chain(links: "dict[CertificateKind, Judgement]") -> Finding:
    broken = [kind.api_name for kind, link in links.items() if link.verdict.name == "FAILED"]
    return Finding(
        "CERT-CHAIN",
        Severity.HIGH,
        f"HsmCertificate does not verify under {' or '.join(broken)}",
        tuple((kind.api_name, _link_in_words(link)) for kind, link in links.items()),
        why="It is not proven that the HSM is hardware of AWS and its manufacturer.",
        remedy=what_to_do("CERT-CHAIN"),
    )


def unreadable(case: Case) -> Verdict:
    """A certificate that cannot be decoded, or is not alone, so that it is not judged whole."""
    certificates = case.cluster.certificates
    if certificates is None or not case.known.certificates:
        return None
    pems = [(kind.api_name, pem) for kind in KINDS if (pem := kind.pem(certificates))]
    ends = [(name, known_end(pem)) for name, pem in pems]
    problems = [(name, end.why) for name, end in ends if isinstance(end, Unreadable)]
    if not problems:
        return _not_alone([(name, note) for name, pem in pems if (note := _note(pem))])
    return Finding(
        "CERT-UNREADABLE",
        Severity.MEDIUM,
        f"{', '.join(name for name, _ in problems)} cannot be decoded",
        tuple(problems),
        why="Its dates and its chain of trust cannot be checked.",
        remedy=what_to_do("CERT-UNREADABLE"),
    )


def _not_alone(notes: list[tuple[str, str]]) -> Finding | None:
    if not notes:
        return None
    return Finding(
        "CERT-UNREADABLE",
        Severity.LOW,
        f"{', '.join(name for name, _ in notes)} holds more than one certificate",
        tuple(notes),
        why="Only the first of each is checked; another one may be in use.",
        remedy=what_to_do("CERT-UNREADABLE", SEVERAL),
    )


class Unreadable(NamedTuple):
    """Why a fact about a certificate is not known."""

    why: str


_Memory: TypeAlias = dict[bytes, Fact | Unreadable]

_ends: _Memory[datetime | None] = {}
_links: "_Memory[Issuance]" = {}
_notes: _Memory[str] = {}
_keys: _Memory[bool] = {}


@lru_cache(maxsize=16)  # more than one rule asks
def known_end(pem: str) -> datetime | Unreadable | None:
    """When a certificate ends, in UTC; None for a request."""
    from hsmtui.model.certificates.certificate import end_of

    return _remembered(_ends, end_of, pem)


def _same_key(pem: str, other: str) -> bool | Unreadable:
    from hsmtui.model.certificates.certificate import same_key

    return _remembered(_keys, same_key, pem, other)


def _note(pem: str) -> str:
    if pem.count("-----BEGIN ") < 2:  # that is seen without decoding it
        return ""
    from hsmtui.model.certificates.pem import holds_several

    note = _remembered(_notes, holds_several, pem)
    return "" if isinstance(note, Unreadable) else note


def _link(hsm: str, hardware: str | None, kind: CertificateKind, now: datetime) -> "Judgement":
    """The same judgement as that of the tab on certificates."""
    from hsmtui.model.certificates.issuance import Judgement, LinkVerdict, issuance

    if hardware is None:
        return Judgement(LinkVerdict.UNCHECKED, _missing(kind))
    link = _remembered(_links, issuance, hsm, hardware)
    if isinstance(link, Unreadable):
        return Judgement(LinkVerdict.UNCHECKED, f"{kind.api_name}: {link.why}")
    return link.at(now, kind.api_name, HSM.api_name)


def _remembered(memory: _Memory[Fact], tell: Callable[..., Fact], *pems: str) -> Fact | Unreadable:
    """A fact about PEM texts, which are remembered by their digest: they are long."""
    from hsmtui.model.certificates.pem import UnreadablePemError

    digest = sha256("\0".join(pems).encode("utf-8", "surrogatepass")).digest()
    if digest in memory:
        return memory[digest]
    fact: Fact | Unreadable
    try:
        fact = tell(*pems)
    except UnreadablePemError as error:
        fact = Unreadable(str(error))
    if len(memory) >= FACTS_KEPT:
        memory.clear()
    memory[digest] = fact
    return fact


_NOT_DECODED = {
    rule: NotYet(rule, "certificates are not decoded yet")
    for rule in ("CERT-EXPIRY", "CERT-KEY", "CERT-CHAIN")
}


def _missing(kind: CertificateKind) -> str:
    return f"the cluster has no {kind.api_name}"


def _unreadable(kind: CertificateKind, fact: Unreadable | None) -> str:
    return f"{kind.api_name}: {fact.why if fact else 'a request, expected a certificate'}"


def _key_in_words(pem: str) -> str:
    from hsmtui.model.certificates.certificate import decode_pem

    return f"public key SHA-256 {decode_pem(pem).public_key_fingerprint}"


def _link_in_words(link: "Judgement") -> str:
    words = {"VERIFIED": "issued it", "FAILED": f"failed: {link.why}"}
    return words.get(link.verdict.name, f"not proven: {link.why}")
