"""What a cluster is claimed with: a certificate for its CSR, and the root that signed it.

Facts: the API reference of InitializeCluster.
"""

from datetime import datetime

from hsmtui.model.certificates.certificate import load_certificate, same_key
from hsmtui.model.certificates.issuance import LinkVerdict, issuance, self_signed
from hsmtui.model.certificates.pem import UnreadablePemError, blocks

LONGEST_PEM = 5_000
"""Characters of each, in PEM."""

SIGNED, ANCHOR = "the signed certificate", "the trust anchor"


def why_no_claim(csr: str, signed: str, anchor: str, now: datetime) -> str:
    """Why a cluster with this CSR cannot be claimed with these, safe to draw; "" where it can.

    The certificate must be for the key of the CSR, signed by the anchor, which signs itself, and
    both must be valid now. Each is one certificate in PEM.
    """
    for name, pem in ((SIGNED, signed), (ANCHOR, anchor)):
        if why := _unfit(name, pem):
            return why
    try:
        if not same_key(signed, csr):
            return f"{SIGNED} is not for the key of the cluster's CSR"
        if not self_signed(anchor):
            return f"{ANCHOR} is not signed by itself: the root that signed the CSR is needed"
        judgement = issuance(signed, anchor, by_root=True).at(now, ANCHOR, SIGNED)
    except UnreadablePemError as error:
        return f"they cannot be compared: {error}"
    if judgement.verdict is LinkVerdict.VERIFIED:
        return ""
    return f"{SIGNED} was not proven to be signed by {ANCHOR}: {judgement.why}"


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
