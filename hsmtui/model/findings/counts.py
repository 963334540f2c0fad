"""How many findings there are, of which severities and in how many clusters."""

from collections import Counter
from dataclasses import dataclass, field

from hsmtui.model.findings.finding import Findings
from hsmtui.model.findings.severity import Severity


@dataclass
class FindingCounts:
    """The findings that count by severity, how many clusters have such, what is accepted, and of
    how many clusters more will be known."""

    by_severity: Counter[Severity] = field(default_factory=Counter)
    clusters: int = 0
    accepted: int = 0
    coming: int = 0

    def add(self, findings: Findings, times: int = 1) -> None:
        """Count what was found of a cluster; -1 times takes it away again."""
        for finding in findings.findings:
            self.by_severity[finding.severity] += times
        self.clusters += times if findings.findings else 0
        self.accepted += times * len(findings.accepted)
        self.coming += times * findings.is_coming

    def update(self, other: "FindingCounts") -> None:
        """Count what others have counted, too."""
        self.by_severity.update(other.by_severity)
        self.clusters += other.clusters
        self.accepted += other.accepted
        self.coming += other.coming

    @property
    def worst_first(self) -> tuple[tuple[Severity, int], ...]:
        """The severities that there are, and how many findings have each."""
        pairs = ((severity, self.by_severity[severity]) for severity in reversed(Severity))
        return tuple(pair for pair in pairs if pair[1])
