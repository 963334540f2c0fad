"""In which order clusters and findings stand, so that the worst is looked at first."""

from collections.abc import Mapping
from types import MappingProxyType

from hsmtui.model.findings.evaluate import RULES
from hsmtui.model.findings.finding import Finding, Findings

RANKS: Mapping[str, int] = MappingProxyType({rule: rank for rank, rule in enumerate(RULES)})
"""Of two rules whose findings are equally severe, the one with the lower rank comes first."""


def finding_order(finding: Finding) -> tuple[int, int]:
    """A sort key of findings: by severity, the worst first, then by rule."""
    return (-finding.severity, RANKS.get(finding.rule, len(RANKS)))


def cluster_order(findings: Findings) -> tuple[int, int, int, int, int, bool]:
    """A sort key of clusters by what was found of them: by the worst finding, then by how many are
    as severe, how many there are in all and how many are accepted; without any, what is not fully
    known comes first."""
    found = findings.findings
    severity, rank = finding_order(found[0]) if found else (0, 0)
    accepted, known = len(findings.accepted), not findings.is_unknown
    return (severity, rank, -findings.count_of_worst, -len(found), -accepted, known)
