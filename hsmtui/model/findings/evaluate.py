"""What is wrong with a cluster: findings, worst first, and what could not be checked."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from hsmtui.model.cluster import Cluster
from hsmtui.model.findings.finding import Case, Finding, Findings, Known, Unchecked, Verdict
from hsmtui.model.findings.limits import Rules
from hsmtui.model.findings.rules import backups_and_tags, certificates, hsms, lifecycle


class Rule(NamedTuple):
    """A rule, and the members of the cluster that it reads, by the API's names.

    Where one of them is odd it cannot be evaluated, nor where it reads the list of HSMs and the
    answer had none.
    """

    evaluate: Callable[[Case], Verdict]
    reads: tuple[str, ...]


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "HSM-DEGRADED": Rule(hsms.hsm_degraded, ("Hsms",)),
        "CL-DEGRADED": Rule(hsms.cluster_degraded, ("State",)),
        "HSM1-EOS": Rule(hsms.hsm1_end_of_support, ("HsmType",)),
        "CERT-KEY": Rule(certificates.key, ("Certificates",)),
        "CERT-CHAIN": Rule(certificates.chain, ("Certificates",)),
        "CERT-EXPIRY": Rule(certificates.expiry, ("Certificates",)),
        "CERT-UNREADABLE": Rule(certificates.unreadable, ("Certificates",)),
        "STUCK": Rule(lifecycle.stuck, ("State", "CreateTimestamp")),
        "BACKUP-STALE": Rule(backups_and_tags.backup_stale, ("State", "Hsms", "CreateTimestamp")),
        "SINGLE-HSM": Rule(hsms.single_hsm, ("State", "Hsms")),
        "SINGLE-AZ": Rule(hsms.single_zone, ("Hsms",)),
        "NO-HSM": Rule(hsms.no_hsm, ("State", "Hsms")),
        "UNINIT-STALE": Rule(lifecycle.uninitialized_stale, ("State", "Hsms", "CreateTimestamp")),
        "NOT-ACTIVATED": Rule(lifecycle.not_activated, ("State", "CreateTimestamp")),
        "RETENTION": Rule(backups_and_tags.short_retention, ("BackupRetentionPolicy",)),
        "ONE-SUBNET": Rule(backups_and_tags.one_subnet, ("SubnetMapping",)),
        "TAGS-MISSING": Rule(backups_and_tags.tags_missing, ("TagList",)),
        "TWO-HSM": Rule(hsms.two_hsms, ("Hsms",)),
        "MIGRATING": Rule(hsms.migrating, ("State",)),
        "ROLLBACK-WINDOW": Rule(lifecycle.rollback_window, ("HsmTypeRollbackExpiration",)),
    }
)
"""All rules by id; findings that are equally severe come in this order."""

_LEAVING = ("STUCK",)
"""What is still worth saying of a cluster that is being deleted."""

_NOTHING = Findings()


def find(cluster: Cluster, now: datetime, rules: Rules, known: Known) -> Findings:
    """The findings of a cluster at a time; one that is DELETED has none."""
    if cluster.state == "DELETED":
        return _NOTHING
    live = tuple([hsm for hsm in cluster.hsms or () if hsm.state != "DELETED"])
    active = tuple([hsm for hsm in live if hsm.state == "ACTIVE"])
    case = Case(cluster, now, rules, known, live, active)
    findings: list[Finding] = []
    unchecked: list[Unchecked] = []
    for name in _applying(rules.off, _is_leaving(cluster)):
        verdict = _hindrance(name, cluster) or RULES[name].evaluate(case)
        if verdict is None:
            continue
        if isinstance(verdict, Finding):
            findings.append(verdict)
        else:
            unchecked.append(verdict)
    if not (findings or unchecked):
        return _NOTHING
    findings.sort(key=lambda finding: finding.severity, reverse=True)
    return Findings(tuple(findings), tuple(unchecked))


def number_of_rules(cluster: Cluster, rules: Rules) -> int:
    """How many rules are about such a cluster, whether they could be evaluated or not."""
    if cluster.state == "DELETED":
        return 0
    return len(_applying(rules.off, _is_leaving(cluster)))


def _is_leaving(cluster: Cluster) -> bool:
    return cluster.state == "DELETE_IN_PROGRESS"


@lru_cache(maxsize=16)
def _applying(off: frozenset[str], leaving: bool) -> tuple[str, ...]:
    """The rules for such a cluster, in their order."""
    return tuple(name for name in RULES if name not in off and (name in _LEAVING or not leaving))


def _hindrance(name: str, cluster: Cluster) -> Unchecked | None:
    """What keeps a rule from being evaluated."""
    reads = RULES[name].reads
    if cluster.odd and cluster.is_odd_in("", *reads):
        return Unchecked(name, "what it looks at cannot be read in the answer")
    if cluster.hsms is None and "Hsms" in reads:
        return Unchecked(name, "the answer has no list of HSMs")
    return None
