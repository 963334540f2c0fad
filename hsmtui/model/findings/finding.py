"""What a rule may see of a cluster, and what it may say of it."""

from datetime import datetime
from enum import IntEnum
from typing import NamedTuple, Protocol, TypeAlias

import msgspec

from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Cluster, Hsm
from hsmtui.model.findings.limits import Rules


class Severity(IntEnum):
    """How urgent a finding is; the worst is the greatest."""

    INFO = 1
    LOW = 2
    WARNING = 3
    MEDIUM = 4
    HIGH = 5
    CRITICAL = 6

    @property
    def word(self) -> str:
        """The severity as people write it."""
        return self.name.lower()

    @property
    def glyph(self) -> str:
        """A sign of one cell for it."""
        return _GLYPHS[self]


_GLYPHS = {
    Severity.INFO: "·",
    Severity.LOW: "▿",
    Severity.WARNING: "△",
    Severity.MEDIUM: "◆",
    Severity.HIGH: "▲",
    Severity.CRITICAL: "■",
}


class Finding(msgspec.Struct, frozen=True, gc=False):
    """One thing that is wrong, or worth knowing.

    `title` is one line with what was seen; `seen` has the fields by the API's own names. Both hold
    text from outside as it came.
    """

    rule: str
    severity: Severity
    title: str
    seen: tuple[tuple[str, str], ...]
    why: str
    remedy: str


class Past(NamedTuple):
    """A finding that is no longer, and when that was seen."""

    gone: datetime
    finding: Finding


class Unchecked(NamedTuple):
    """A rule that could not be evaluated, and why."""

    rule: str
    why: str


class Known(NamedTuple):
    """What is known of a cluster besides its record.

    `state_since` is when it was first seen in its state. `backups` are all of its backups, None
    where they were not read. `certificates` says whether certificates may be decoded: the library
    for it is not loaded before the first screen is drawn.
    """

    state_since: datetime | None = None
    backups: tuple[Backup, ...] | None = None
    certificates: bool = False


class Case(NamedTuple):
    """What a rule sees; `live` are the HSMs that are not DELETED, `active` the ACTIVE ones."""

    cluster: Cluster
    now: datetime
    rules: Rules
    known: Known
    live: tuple[Hsm, ...]
    active: tuple[Hsm, ...]


Verdict: TypeAlias = Finding | Unchecked | None
"""What a rule says of a cluster; None where all is well, or the rule is not about such a one."""


class Findings(msgspec.Struct, frozen=True, gc=False):
    """The findings of one cluster, worst first, and the rules that could not be evaluated."""

    findings: tuple[Finding, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()

    @property
    def worst(self) -> Severity | None:
        """The severity of the worst; None where there is none."""
        return self.findings[0].severity if self.findings else None

    @property
    def count_of_worst(self) -> int:
        """How many are as bad as the worst."""
        return sum(finding.severity == self.worst for finding in self.findings)


class PlaceNames(Protocol):
    """What the place is called that a cluster is in."""

    @property
    def profile_name(self) -> str:
        """The profile, or what stands in for one."""

    @property
    def account(self) -> str | None:
        """The account id, None where it is not known."""

    @property
    def region(self) -> str:
        """The region."""


class Judged(NamedTuple):
    """A cluster, its findings and its place: what columns draw and filters look at."""

    cluster: Cluster
    findings: Findings = Findings()
    place: PlaceNames | None = None
