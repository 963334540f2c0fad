"""The result of a check: its findings, and of which places, when and as whom."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from hsmtui.aws.errors import HsmtuiError
from hsmtui.fleet.reading import ReadingStatus
from hsmtui.model.cluster import Cluster
from hsmtui.model.findings.finding import Finding, Judged, Unchecked
from hsmtui.model.findings.order import RANKS, cluster_order, finding_order
from hsmtui.model.findings.severity import Severity


class CheckedPlace(NamedTuple):
    """A place, as whom it was read and how far; None is what is not known.

    `judged` are the clusters that match the filter. What a place before it has is not counted
    again: `same_as` is the profile through which all of it was read there, "" where there is none.
    `backups` is None where they were not read. `problems` say why it was not read whole.
    """

    profile: str
    region: str | None
    endpoint: str | None = None
    account: str | None = None
    caller: str | None = None
    result: ReadingStatus = ReadingStatus.OK
    same_as: str = ""
    judged: tuple[Judged, ...] = ()
    clusters: int = 0
    pages: int = 0
    backups: int | None = None
    problems: tuple[HsmtuiError, ...] = ()

    @property
    def status(self) -> str:
        """How far it was read, in words."""
        return f"as {self.same_as}" if self.same_as else self.result


class ClusterFinding(NamedTuple):
    """A finding, the cluster that it is about, and where that is."""

    place: CheckedPlace
    cluster: Cluster
    finding: Finding


class UncheckedRule(NamedTuple):
    """A rule that could not be evaluated, the cluster for which, and where that is."""

    place: CheckedPlace
    cluster: Cluster
    unchecked: Unchecked


@dataclass(frozen=True)
class Report:
    """What was read of one or several places, in their order, and what is wrong there."""

    time: datetime
    query: str
    places: tuple[CheckedPlace, ...]

    @property
    def several(self) -> bool:
        """Whether it is about more than one place."""
        return len(self.places) > 1

    @cached_property
    def failed(self) -> tuple[CheckedPlace, ...]:
        """The places that were not read whole.

        A region that is not enabled is none of them where there is another place to read.
        """
        return tuple(place for place in self.places if self._has_failed(place))

    @property
    def fine(self) -> tuple[CheckedPlace, ...]:
        """The other places."""
        return tuple(place for place in self.places if not self._has_failed(place))

    def _has_failed(self, place: CheckedPlace) -> bool:
        is_enabled = place.result is not ReadingStatus.NOT_ENABLED
        return bool(place.problems) and (is_enabled or not self._any_read)

    @cached_property
    def _any_read(self) -> bool:
        return any(not place.problems for place in self.places)

    @property
    def whole(self) -> bool:
        """Whether everything that was asked for was read."""
        return not self.failed

    @property
    def not_whole(self) -> str:
        """In words how much was not read whole."""
        if not self.several:
            return "not all of it could be read"
        return f"{len(self.failed)} of {len(self.places)} places could not be read whole"

    @property
    def judged(self) -> Iterator[tuple[CheckedPlace, Judged]]:
        """Each cluster that matches the filter, and where it is."""
        return ((place, judged) for place in self.places for judged in place.judged)

    @cached_property
    def findings(self) -> tuple[ClusterFinding, ...]:
        """All findings, worst first, those of a rule together; their clusters come in the order
        of a screen that is sorted by findings."""
        worst_first = sorted(self.judged, key=lambda one: cluster_order(one[1].findings))
        findings = [
            ClusterFinding(place, judged.cluster, finding)
            for place, judged in worst_first
            for finding in judged.findings.findings
        ]
        findings.sort(key=lambda one: finding_order(one.finding))
        return tuple(findings)

    @cached_property
    def unchecked(self) -> tuple[UncheckedRule, ...]:
        """What could not be evaluated, those of a rule together."""
        unchecked = [
            UncheckedRule(place, judged.cluster, one)
            for place, judged in self.judged
            for one in judged.findings.unchecked
        ]
        unchecked.sort(key=lambda one: RANKS[one.unchecked.rule])
        return tuple(unchecked)

    @cached_property
    def counts(self) -> dict[Severity, int]:
        """How many findings of each severity there are, worst first."""
        counts = Counter(one.finding.severity for one in self.findings)
        return {severity: counts[severity] for severity in sorted(counts, reverse=True)}

    @property
    def clusters(self) -> int:
        """How many clusters were read, those that two places have once."""
        return sum(place.clusters for place in self.places)

    @property
    def pages(self) -> int:
        """On how many pages they came."""
        return sum(place.pages for place in self.places)

    @property
    def backups(self) -> int | None:
        """How many backups were read; None where nowhere any were."""
        numbers = [place.backups for place in self.places if place.backups is not None]
        return sum(numbers) if numbers else None

    def reaches(self, severity: Severity) -> bool:
        """Whether a finding is as severe as that, or more."""
        return any(each >= severity for each in self.counts)
