"""Whether a cluster may be claimed now with a signed certificate and the root that signed it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, NamedTuple

from hsmtui.model.certificates.chain import check_chain
from hsmtui.model.certificates.claim import ClaimCheck, judge_claim
from hsmtui.model.certificates.issuance import LinkVerdict
from hsmtui.model.certificates.roots import Roots
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.gate import Gate, Reason
from hsmtui.model.gates.listed import why_no_cluster


class Claim(NamedTuple):
    """What is sent: both as PEM."""

    signed: str
    anchor: str


@dataclass(frozen=True)
class InitializeClusterGate(Gate):
    """What the last read of a cluster allows.

    The gate is open only where the cluster is UNINITIALIZED, the chain of trust of its HSM is
    verified, and the certificate is for the CSR that was read, in date, and signed by the anchor.
    """

    WORDS: ClassVar[Mapping[Reason, str]] = {
        Reason.UNCHECKED: "the CSR of the cluster could not be checked",
        Reason.STATE: "only a cluster that is UNINITIALIZED can be initialized",
        Reason.RULES: "this certificate does not claim this cluster",
    }

    cluster: Cluster | None = None
    checks: tuple[ClaimCheck, ...] = ()
    """What came of each check of the certificates, where they were compared."""


def judge_initialize_cluster(
    cluster_id: str,
    claim: Claim,
    listed: Sequence[Cluster],
    roots: Roots,
    now: datetime,
    *,
    why_read_only: str,
) -> InitializeClusterGate:
    """The gate after a read that listed these clusters for the id; `roots` are the user's."""
    if why := why_no_cluster(cluster_id, listed):
        return InitializeClusterGate(cluster_id, *why)
    cluster = listed[0]
    gate = InitializeClusterGate(cluster_id, cluster=cluster)
    if cluster.state != "UNINITIALIZED":
        return gate.shut(Reason.STATE, f"this one is {cluster.state}")
    csr = cluster.certificates.cluster_csr if cluster.certificates else None
    if not csr:
        return gate.shut(Reason.UNCHECKED, "it has none before an HSM is ACTIVE")
    chain = check_chain(cluster.certificates, roots, now)
    if chain.verdict is not LinkVerdict.VERIFIED:
        return gate.shut(Reason.TRUST, chain.headline)
    judgement = judge_claim(csr, claim.signed, claim.anchor, now)
    gate = replace(gate, checks=judgement.checks)
    if judgement.problem:
        return gate.shut(Reason.RULES, judgement.problem)
    return gate.opened(why_read_only)
