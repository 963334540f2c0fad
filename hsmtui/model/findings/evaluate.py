"""What is wrong with a cluster: findings, worst first, and what could not be checked."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from hsmtui.model.cluster import Cluster
from hsmtui.model.findings.finding import Case, Finding, Findings, Known, Unchecked, Verdict
from hsmtui.model.findings.limits import Rules
from hsmtui.model.findings.rules import backups_and_tags, certificates, health, hsms, lifecycle
from hsmtui.model.state import CLUSTER_STATES


class Rule(NamedTuple):
    """A rule, what it reads of the cluster, and what of the settings it goes by.

    `reads` has the members, by the API's names, without which it cannot be evaluated: not where
    one of them is odd, where the answer had no list of HSMs, or where the state is none that is
    known. `limits` has fields of Rules.
    """

    evaluate: Callable[[Case], Verdict]
    reads: tuple[str, ...]
    limits: tuple[str, ...] = ()


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "NO-ACTIVE-HSM": Rule(hsms.no_active_hsm, ("Hsms",), ("stuck_critical_minutes",)),
        "CL-DEGRADED": Rule(hsms.cluster_degraded, ("State",)),
        "HSM-DEGRADED": Rule(hsms.hsm_degraded, ("Hsms",)),
        "HSM-UNHEALTHY": Rule(health.hsm_unhealthy, ("Hsms",)),
        "CERT-KEY": Rule(certificates.key, ("Certificates",)),
        "STUCK": Rule(
            lifecycle.stuck,
            ("CreateTimestamp",),
            ("stuck_medium_minutes", "stuck_critical_minutes"),
        ),
        "CERT-EXPIRY": Rule(
            certificates.expiry,
            ("Certificates",),
            ("certificate_high_days", "certificate_medium_days"),
        ),
        "CERT-CHAIN": Rule(certificates.chain, ("Certificates",)),
        "BACKUP-STALE": Rule(
            backups_and_tags.backup_stale,
            ("State", "Hsms", "CreateTimestamp"),
            ("backup_hours", "stale_hours"),
        ),
        "SINGLE-HSM": Rule(hsms.single_hsm, ("State", "Hsms")),
        "NEAR-LIMIT": Rule(health.near_limit, ("Hsms",), ("near_limit_percent",)),
        "HSM1-EOS": Rule(hsms.hsm1_end_of_support, ("HsmType",), ("hsm1_end_of_support",)),
        "NO-HSM": Rule(hsms.no_hsm, ("State", "Hsms")),
        "SINGLE-AZ": Rule(hsms.single_zone, ("Hsms",)),
        "UNINIT-STALE": Rule(
            lifecycle.uninitialized_stale, ("State", "Hsms", "CreateTimestamp"), ("stale_hours",)
        ),
        "NOT-ACTIVATED": Rule(
            lifecycle.not_activated, ("State", "CreateTimestamp"), ("stale_hours",)
        ),
        "RETENTION": Rule(backups_and_tags.short_retention, ("BackupRetentionPolicy",)),
        "CERT-UNREADABLE": Rule(certificates.unreadable, ("Certificates",)),
        "ONE-SUBNET": Rule(backups_and_tags.one_subnet, ("SubnetMapping",)),
        "TAGS-MISSING": Rule(backups_and_tags.tags_missing, ("TagList",), ("required_tags",)),
        "TWO-HSM": Rule(hsms.two_hsms, ("Hsms",)),
        "MIGRATING": Rule(hsms.migrating, ("State",)),
        "ROLLBACK-WINDOW": Rule(lifecycle.rollback_window, ("HsmTypeRollbackExpiration",)),
    }
)
"""All rules by id; findings that are equally severe come in this order.

What is broken comes before what is in danger, and that before what is only old.
"""

_LEAVING = frozenset({"STUCK"})
"""What is still worth saying of a cluster that is being deleted."""

_NOTHING = Findings()


def find(cluster: Cluster, now: datetime, rules: Rules, known: Known) -> Findings:
    """The findings of a cluster at a time; one that is DELETED has none."""
    case = Case(cluster, now, rules, known, cluster.live_hsms, cluster.active_hsms)
    findings: list[Finding] = []
    unchecked: list[Unchecked] = []
    hindered = cluster.odd or cluster.hsms is None or cluster.state not in CLUSTER_STATES
    for name in _asked(cluster.state, rules.off):
        verdict = (hindered and _hindrance(name, cluster)) or RULES[name].evaluate(case)
        if verdict is None:
            continue
        if isinstance(verdict, Finding):
            findings.append(_as_severe_as_told(verdict, rules))
        else:
            unchecked.append(verdict)
    if not (findings or unchecked):
        return _NOTHING
    findings.sort(key=lambda finding: finding.severity, reverse=True)
    return Findings(tuple(findings), tuple(unchecked))


def _as_severe_as_told(finding: Finding, rules: Rules) -> Finding:
    """The finding, as severe as the settings say that those of its rule are."""
    severity = rules.severity.get(finding.rule, finding.severity)
    if severity == finding.severity:
        return finding
    return msgspec.structs.replace(finding, severity=severity)


def number_of_rules(cluster: Cluster, rules: Rules) -> int:
    """How many rules are about such a cluster, whether they could be evaluated or not."""
    return len(_asked(cluster.state, rules.off))


def why_not_asked(name: str, state: str | None, off: frozenset[str]) -> str:
    """Why a rule says nothing of a cluster in such a state; "" where it is asked."""
    if name in off:
        return "switched off in the settings"
    if state == "DELETED":
        return "the cluster is deleted"
    if state == "DELETE_IN_PROGRESS" and name not in _LEAVING:
        return "the cluster is being deleted"
    return ""


@lru_cache(maxsize=32)
def _asked(state: str | None, off: frozenset[str]) -> tuple[str, ...]:
    """The rules that are asked about a cluster in such a state, in their order."""
    return tuple(name for name in RULES if not why_not_asked(name, state, off))


def _hindrance(name: str, cluster: Cluster) -> Unchecked | None:
    """What keeps a rule from being evaluated."""
    reads = RULES[name].reads
    if cluster.odd and cluster.is_odd_in("", *reads):
        return Unchecked(name, "what it needs cannot be read in the answer")
    if "State" in reads and cluster.state not in CLUSTER_STATES:
        return Unchecked(name, _why_unknown(cluster.state))
    if cluster.hsms is None and "Hsms" in reads:
        return Unchecked(name, "the answer has no list of HSMs")
    return None


def _why_unknown(state: str | None) -> str:
    return f"what the state {state} means is not known" if state else "the answer has no State"
