"""The result of a check as it was read and judged, before it is a document."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from hsmtui.aws.errors import HsmtuiError
from hsmtui.fleet.reading import ReadingStatus
from hsmtui.model.backup import Backup
from hsmtui.model.certificates.roots import Roots
from hsmtui.model.findings.finding import Judged
from hsmtui.model.findings.limits import Rules
from hsmtui.model.findings.severity import Severity


class CheckedCluster(NamedTuple):
    """A cluster that matches the filter, and when it was read.

    `backups` are all of its backups, None where they were not read.
    """

    judged: Judged
    read_at: datetime
    backups: tuple[Backup, ...] | None = None


class CheckedPlace(NamedTuple):
    """A place, as whom it was read and how far; None is what is not known.

    `clusters` are those that match the filter, `read` is how many were read. What a place before it
    has is not counted again: `same_as` is the profile through which all of it was read there, ""
    where there is none. `backups` is None where they were not read. `read_at` is when the first
    page came. `problems` say why it was not read whole.
    """

    profile: str
    region: str | None
    partition: str | None = None
    endpoint: str | None = None
    account: str | None = None
    caller: str | None = None
    result: ReadingStatus = ReadingStatus.OK
    same_as: str = ""
    clusters: tuple[CheckedCluster, ...] = ()
    read: int = 0
    pages: int = 0
    backups: int | None = None
    read_at: datetime | None = None
    problems: tuple[HsmtuiError, ...] = ()


@dataclass(frozen=True)
class Report:
    """What was read of one or several places, in their order, by which rules it was judged.

    `fail_on` is from what on the exit status tells of findings, `min_clusters` how many clusters
    there are at least, where all is well.
    """

    time: datetime
    query: str
    places: tuple[CheckedPlace, ...]
    rules: Rules = field(default_factory=Rules)
    roots: Roots = field(default_factory=Roots)
    fail_on: Severity | None = None
    min_clusters: int = 0
    demo: bool = False

    @cached_property
    def failed(self) -> tuple[CheckedPlace, ...]:
        """The places that were not read whole.

        A region that is not enabled is none of them where there is another place to read.
        """
        any_read = any(not place.problems for place in self.places)
        return tuple(
            place
            for place in self.places
            if place.problems and not (any_read and place.result is ReadingStatus.NOT_ENABLED)
        )

    @property
    def read(self) -> int:
        """How many clusters were read, those that two places have once."""
        return sum(place.read for place in self.places)

    @property
    def whole(self) -> bool:
        """Whether everything that was asked for was read, and so many clusters as were expected."""
        return not self.failed and self.read >= self.min_clusters
