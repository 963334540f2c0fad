"""What a check found, and where, when and for whom it looked."""

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
    """Where was looked, and who did; what is not known is None."""

    profile: str
    region: str | None
    endpoint: str | None
    account: str | None
    caller: str | None


class Told(NamedTuple):
    """A finding and the cluster that it is about."""

    cluster: Cluster
    finding: Finding


class PassedRule(NamedTuple):
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
    def told(self) -> tuple[Told, ...]:
        """All findings, worst first, those of a rule together."""
        told = [Told(each.cluster, one) for each in self.judged for one in each.findings.found]
        told.sort(key=lambda one: (-one.finding.severity, _ORDER[one.finding.rule]))
        return tuple(told)

    @cached_property
    def passed(self) -> tuple[PassedRule, ...]:
        """What could not be evaluated, those of a rule together."""
        judged = self.judged
        passed = [
            PassedRule(each.cluster, one) for each in judged for one in each.findings.unchecked
        ]
        passed.sort(key=lambda one: _ORDER[one.unchecked.rule])
        return tuple(passed)

    @cached_property
    def counts(self) -> dict[Severity, int]:
        """How many findings of each severity there are, worst first."""
        counts = Counter(one.finding.severity for one in self.told)
        return {severity: counts[severity] for severity in sorted(counts, reverse=True)}

    def reaches(self, severity: Severity) -> bool:
        """Whether something is as bad as that, or worse."""
        return any(found >= severity for found in self.counts)
