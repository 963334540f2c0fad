"""What a cluster is claimed with: a certificate for its CSR, and the root that signed it.

Facts: the API reference of InitializeCluster.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from hsmtui.model.certificates.certificate import load_certificate, same_key
from hsmtui.model.certificates.issuance import (
    Issuance,
    Judgement,
    LinkVerdict,
    issuance,
    self_signed,
)
from hsmtui.model.certificates.pem import UnreadablePemError, blocks

LONGEST_PEM = 5_000
"""Characters of each, in PEM."""

SIGNED, ANCHOR = "the signed certificate", "the trust anchor"


class ClaimCheck(NamedTuple):
    """One check of a claim: what has to hold, what came of it, and why; safe to draw."""

    name: str
    verdict: LinkVerdict
    why: str = ""


class ClaimJudgement(NamedTuple):
    """Why a cluster cannot be claimed so, "" where it can; and each check, none where one of the
    texts is not one certificate that the service takes."""

    problem: str
    checks: tuple[ClaimCheck, ...] = ()


def judge_claim(csr: str, signed: str, anchor: str, now: datetime) -> ClaimJudgement:
    """Whether a cluster with this CSR can be claimed with these; all are PEM.

    The certificate must be for the key of the CSR, signed by the anchor, which signs itself, and
    both must be valid now. Each is one certificate.
    """
    for name, pem in ((SIGNED, signed), (ANCHOR, anchor)):
        if why := _unfit(name, pem):
            return ClaimJudgement(why)
    checks = (
        _check("The certificate is for the key of the CSR", lambda: _of_key(csr, signed, anchor)),
        _check("The trust anchor is signed by itself", lambda: _of_root(anchor)),
        *_of_issuance(signed, anchor, now),
    )
    failed = next((check for check in checks if check.verdict is not LinkVerdict.VERIFIED), None)
    return ClaimJudgement("" if failed is None else failed.why, checks)


def _check(name: str, judge: Callable[[], str]) -> ClaimCheck:
    try:
        why = judge()
    except UnreadablePemError as error:
        return ClaimCheck(name, LinkVerdict.UNCHECKED, f"they cannot be compared: {error}")
    return ClaimCheck(name, LinkVerdict.FAILED if why else LinkVerdict.VERIFIED, why)


def _of_key(csr: str, signed: str, anchor: str) -> str:
    if same_key(signed, csr):
        return ""
    if same_key(anchor, csr):
        return f"the two are swapped: {ANCHOR} is for the key of the cluster's CSR"
    return f"{SIGNED} is not for the key of the cluster's CSR"


def _of_root(anchor: str) -> str:
    if self_signed(anchor):
        return ""
    return f"{ANCHOR} is not signed by itself: the root that signed the CSR is needed"


def _of_issuance(signed: str, anchor: str, now: datetime) -> tuple[ClaimCheck, ClaimCheck]:
    by, when = "The trust anchor signed the certificate", "Both are valid now"
    try:
        found = issuance(signed, anchor, by_root=True)
    except UnreadablePemError as error:
        why = f"they cannot be compared: {error}"
        return (
            ClaimCheck(by, LinkVerdict.UNCHECKED, why),
            ClaimCheck(when, LinkVerdict.UNCHECKED, why),
        )
    late = (
        f"{name} {why}"
        for name, life in ((ANCHOR, found.issuer), (SIGNED, found.certificate))
        if (why := life.out_of_time(now))
    )
    late_why = next(late, "")
    verdict, why = _issued(found)
    return (
        ClaimCheck(by, verdict, why and f"{SIGNED} was not proven to be signed by {ANCHOR}: {why}"),
        ClaimCheck(when, LinkVerdict.FAILED if late_why else LinkVerdict.VERIFIED, late_why),
    )


def _issued(found: Issuance) -> Judgement:
    """Whether the one issued the other, whatever the time is."""
    if found.refusal:
        return Judgement(LinkVerdict.FAILED, found.refusal)
    return Judgement(LinkVerdict.UNCHECKED if found.doubt else LinkVerdict.VERIFIED, found.doubt)


def _unfit(name: str, pem: str) -> str:
    """Why it is not one certificate that the service takes, "" where it is."""
    try:
        if len(blocks(pem)) > 1:
            return f"{name} is in a file with several certificates: one is needed"
        load_certificate(pem)
    except UnreadablePemError as error:
        return f"{name} cannot be read: {error}"
    if len(pem) > LONGEST_PEM:
        return f"{name} has {len(pem):,} characters, the service takes {LONGEST_PEM:,}"
    return ""
