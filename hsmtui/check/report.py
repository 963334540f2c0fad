"""The result of a check: its findings, and of which place, when and as whom."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from hsmtui.aws.errors import HsmtuiError
from hsmtui.model.cluster import Cluster
from hsmtui.model.findings.evaluate import RULES
from hsmtui.model.findings.finding import Finding, Judged, Severity, Unchecked

_ORDER = {rule: number for number, rule in enumerate(RULES)}


class CheckedPlace(NamedTuple):
    """The place that was read, and as whom; None is what is not known."""

    profile: str
    region: str | None
    endpoint: str | None
    account: str | None
    caller: str | None


class ClusterFinding(NamedTuple):
    """A finding and the cluster that it is about."""

    cluster: Cluster
    finding: Finding


class UncheckedRule(NamedTuple):
    """A rule that could not be evaluated, and the cluster for which."""

    cluster: Cluster
    unchecked: Unchecked


@dataclass(frozen=True)
class Report:
    """The judged clusters that match the filter, and what was read for them.

    `clusters`, `pages` and `backups` count what was read; `backups` is None where they were not.
    """

    time: datetime
    place: CheckedPlace
    query: str
    judged: tuple[Judged, ...]
    clusters: int
    pages: int
    backups: int | None
    problems: tuple[HsmtuiError, ...]

    @property
    def whole(self) -> bool:
        """Whether everything that was asked for was read."""
        return not self.problems

    @cached_property
    def findings(self) -> tuple[ClusterFinding, ...]:
        """All findings, worst first, those of a rule together."""
        judged = self.judged
        findings = [ClusterFinding(j.cluster, one) for j in judged for one in j.findings.findings]
        findings.sort(key=lambda one: (-one.finding.severity, _ORDER[one.finding.rule]))
        return tuple(findings)

    @cached_property
    def unchecked(self) -> tuple[UncheckedRule, ...]:
        """What could not be evaluated, those of a rule together."""
        judged = self.judged
        unchecked = [UncheckedRule(j.cluster, one) for j in judged for one in j.findings.unchecked]
        unchecked.sort(key=lambda one: _ORDER[one.unchecked.rule])
        return tuple(unchecked)

    @cached_property
    def counts(self) -> dict[Severity, int]:
        """How many findings of each severity there are, worst first."""
        counts = Counter(one.finding.severity for one in self.findings)
        return {severity: counts[severity] for severity in sorted(counts, reverse=True)}

    def reaches(self, severity: Severity) -> bool:
        """Whether a finding is as severe as that, or more."""
        return any(each >= severity for each in self.counts)
